//! The function behind `x REGEXP pattern`, which SQLite leaves to its users (<https://sqlite.org/lang_expr.html> 5).

use std::sync::Arc;

use regex::bytes::Regex;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Registers `regexp(pattern, value)`: whether the pattern, in the syntax of the regex crate, is found anywhere in the value.
/// Numbers and blobs are searched as SQLite casts them to text; NULL on either side is NULL.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("regexp", 2, flags, |context| {
        let (Some(pattern), Some(value)) = (text(context.get_raw(0)), text(context.get_raw(1))) else { return Ok(None) };
        // One pattern is mostly asked of many rows: SQLite keeps it for as long as it stays the same.
        let compiled: Arc<Regex> = context.get_or_create_aux(0, |_| compile(&pattern))?;
        Ok(Some(compiled.is_match(&value)))
    })
}

fn compile(pattern: &[u8]) -> Result<Regex, Failure> {
    Ok(Regex::new(std::str::from_utf8(pattern)?)?)
}

fn text(value: ValueRef<'_>) -> Option<Vec<u8>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string().into_bytes()),
        ValueRef::Real(number) => Some(crate::value::format_real(number).into_bytes()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes.to_vec()),
    }
}
