//! What rusqlite reports, as glue's own errors.

use rusqlite::ffi;

use crate::error::{Error, ErrorKind, Span};

/// The error that SQLite gave, its place in `sql` included where SQLite named one.
pub fn sqlite_error(error: rusqlite::Error, sql: Option<&str>) -> Error {
    match error {
        rusqlite::Error::SqliteFailure(code, message) => {
            let message = message.unwrap_or_else(|| ffi::code_to_str(code.extended_code).to_owned());
            let failure = Error::new(kind_of(code.extended_code), message);
            // SQLite names no place for what is missing: it is missing at the end.
            match sql.filter(|_| failure.message == "incomplete input") {
                Some(sql) => failure.at(end_of(sql)),
                None => failure,
            }
        }
        rusqlite::Error::SqlInputError { error, msg, offset, sql: own, .. } => {
            let text = sql.unwrap_or(&own);
            let failure = Error::new(kind_of(error.extended_code), msg);
            usize::try_from(offset).map_or(failure.clone(), |start| failure.at(token_at(text, start)))
        }
        rusqlite::Error::UserFunctionError(error) => Error::query(error.to_string()),
        other => Error::query(other.to_string()),
    }
}

/// SQLite's extended result code, if the error came from SQLite.
pub(super) fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    match error {
        rusqlite::Error::SqliteFailure(code, _) | rusqlite::Error::SqlInputError { error: code, .. } => Some(code.extended_code),
        _ => None,
    }
}

fn kind_of(extended_code: i32) -> ErrorKind {
    match extended_code & 0xff {
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => ErrorKind::Busy,
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => ErrorKind::Corrupt,
        ffi::SQLITE_CANTOPEN | ffi::SQLITE_PERM => ErrorKind::Open,
        ffi::SQLITE_INTERRUPT => ErrorKind::Interrupted,
        _ => ErrorKind::Query,
    }
}

fn end_of(sql: &str) -> Span {
    let end = sql.trim_end().len();
    Span::new(end, end)
}

/// The token that starts at `start`: a quoted name or text up to its quote, a word, or one character.
fn token_at(sql: &str, start: usize) -> Span {
    let Some(rest) = sql.get(start..) else { return Span::new(sql.len(), sql.len()) };
    let length = match rest.chars().next() {
        None => 0,
        Some(quote @ ('\'' | '"' | '`')) => rest[1..].find(quote).map_or(rest.len(), |end| end + 2),
        Some('[') => rest.find(']').map_or(rest.len(), |end| end + 1),
        Some(first) if is_word(first) => rest.find(|letter| !is_word(letter)).unwrap_or(rest.len()),
        Some(first) => first.len_utf8(),
    };
    Span::new(start, start + length)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$' || !letter.is_ascii()
}
