//! What SQLite's parser alone says of a text.

use rusqlite::Connection;

use super::sqlite_error;
use crate::error::Error;

/// The error of a text that SQLite's grammar does not have. It is found without any database, so that its place is one in `sql`
/// and no name in it has to mean anything.
pub fn syntax_error(sql: &str) -> Option<Error> {
    let connection = Connection::open_in_memory().ok()?;
    let error = sqlite_error(connection.prepare(sql).err()?, Some(sql));
    let of_grammar = ["syntax error", "incomplete input", "unrecognized token"];
    of_grammar.iter().any(|words| error.message.contains(words)).then_some(error)
}
