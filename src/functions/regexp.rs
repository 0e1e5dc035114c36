//! The function behind `x REGEXP pattern`, which SQLite leaves to its users (<https://sqlite.org/lang_expr.html> 5).

use std::sync::Arc;

use regex::bytes::{Regex, RegexBuilder};
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::{Failure, text};

/// Registers `regexp(pattern, value)`: whether the pattern, in the syntax of the regex crate, is found anywhere in the value, and
/// `regexpi`, to which the case of letters makes no difference. Numbers and blobs are searched as SQLite casts them to text; NULL on
/// either side is NULL.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for (name, ignores_case) in [("regexp", false), ("regexpi", true)] {
        connection.create_scalar_function(name, 2, flags, move |context| {
            let (Some(pattern), Some(value)) = (text(context.get_raw(0)), text(context.get_raw(1))) else { return Ok(None) };
            // One pattern is mostly asked of many rows: SQLite keeps it for as long as it stays the same.
            let compiled: Arc<Regex> = context.get_or_create_aux(0, |_| compile(&pattern, ignores_case))?;
            Ok(Some(compiled.is_match(&value)))
        })?;
    }
    Ok(())
}

fn compile(pattern: &[u8], ignores_case: bool) -> Result<Regex, Failure> {
    Ok(RegexBuilder::new(std::str::from_utf8(pattern)?).case_insensitive(ignores_case).build()?)
}
