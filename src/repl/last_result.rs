//! `_`: the last result as a table that statements can name.
//!
//! The rows are written into a file of their own, in the system's temporary folder, only once a statement names them; that
//! file is a pool like any other, and as no other pool has a table of that name, `_` means it.

use std::path::PathBuf;

use glue::batch::unique_names;
use glue::connection::ConnectionPool;
use glue::error::{Error, ErrorKind, Result};
use glue::session::Session;
use glue::sql::{TokenKind, quote_identifier, tokens};
use glue::value::ValueRef;
use rusqlite::types::{ToSqlOutput, ValueRef as SqliteValue};
use rusqlite::{Connection, ToSql};
use tempfile::TempDir;

use crate::command::Kept;

/// The table.
const TABLE: &str = "_";
/// The pool that has it. No file argument is named so: their names begin with a letter or an underscore of their own.
const POOL: &str = "last_result";

/// The table that was made of a result.
#[derive(Default)]
pub(super) struct LastResult {
    /// Where it lies; gone when dropped.
    folder: Option<TempDir>,
}

/// Whether the statement may name the last result.
pub(super) fn is_named_in(sql: &str) -> bool {
    // Nearly every statement is told from it by a glance at its letters.
    sql.contains('_') && tokens(sql).iter().any(|token| token.kind == TokenKind::Word && token.of(sql) == TABLE)
}

impl LastResult {
    /// Makes `_` the table of these rows.
    pub(super) fn make(&mut self, kept: &Kept, session: &mut Session) -> Result<()> {
        self.forget(session);
        if session.manager().pool(POOL).is_some() {
            return Err(Error::query(format!("`{TABLE}` cannot be made: there is a pool `{POOL}`")).hint(".close it first"));
        }
        if let Some(missing) = kept.missing() {
            let error = Error::query(format!("`{TABLE}` would be only {missing}"));
            return Err(error.hint("ask for less, or write its query in brackets in place of `_`"));
        }
        let failed = |error: &dyn std::fmt::Display| Error::new(ErrorKind::Io, format!("cannot keep the last result: {error}"));
        let folder = tempfile::Builder::new().prefix("glue-").tempdir().map_err(|error| failed(&error))?;
        let path: PathBuf = folder.path().join("last_result.sqlite");
        write(&path, kept).map_err(|error| failed(&error))?;
        let pool = ConnectionPool::sqlite(&path).name(POOL).build()?;
        session.manager().register_connection_pool(pool, Some(POOL))?;
        self.folder = Some(folder);
        Ok(())
    }

    /// Takes the table away: another result is the last.
    pub(super) fn forget(&mut self, session: &mut Session) {
        if self.folder.is_some() {
            session.close_pool(POOL);
            self.folder = None;
        }
    }
}

fn write(path: &std::path::Path, kept: &Kept) -> rusqlite::Result<()> {
    let mut connection = Connection::open(path)?;
    // Nothing here outlives the process, so nothing need be safe from its end.
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    let names = unique_names(&kept.columns);
    let columns: Vec<String> = names.iter().map(|name| quote_identifier(name)).collect();
    let transaction = connection.transaction()?;
    // Columns without a type keep every value as it is.
    transaction.execute_batch(&format!("CREATE TABLE {TABLE} ({})", columns.join(", ")))?;
    {
        let places = vec!["?"; columns.len()].join(", ");
        let mut insert = transaction.prepare(&format!("INSERT INTO {TABLE} VALUES ({places})"))?;
        for batch in &kept.batches {
            for row in 0..batch.rows() {
                let cells = batch.columns().iter().map(|column| Cell(column.value(row)));
                insert.execute(rusqlite::params_from_iter(cells))?;
            }
        }
    }
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)
}

/// A cell on its way into SQLite, byte for byte.
struct Cell<'a>(ValueRef<'a>);

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            ValueRef::Null => SqliteValue::Null,
            ValueRef::Integer(number) => SqliteValue::Integer(number),
            ValueRef::Real(number) => SqliteValue::Real(number),
            ValueRef::Text(bytes) => SqliteValue::Text(bytes),
            ValueRef::Blob(bytes) => SqliteValue::Blob(bytes),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_itself_names_the_result() {
        assert!(is_named_in("SELECT * FROM _ WHERE x"));
        assert!(!is_named_in("SELECT a_b, '_' FROM t_ -- _"));
    }
}
