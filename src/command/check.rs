//! Opening every pool, to see whether it can be.

use glue::batch::{Batch, ColumnBuilder};
use glue::error::{Error, ErrorKind};
use glue::session::Session;
use glue::sql::quote_identifier;
use glue::value::{Value, ValueRef};

use super::tables::{is_listed, report};
use super::{Failure, Interrupts, Printer, say};

/// Opens every pool and reads its schema, and with `integrity` lets SQLite read all the rest; prints a line for each, then
/// the errors.
pub(crate) fn check(
    session: &mut Session,
    integrity: bool,
    printer: &mut Printer,
    interrupts: &Interrupts,
) -> Result<(), Failure> {
    let pools = session.manager().pools();
    if pools.is_empty() {
        let hint = "name files, give --db NAME=PATH, or write a glue.toml";
        return Err(Error::configuration("there is no pool to check").hint(hint).into());
    }
    let mut columns: [ColumnBuilder; 4] = std::array::from_fn(|_| ColumnBuilder::with_capacity(pools.len()));
    let mut failed = Vec::new();
    for pool in &pools {
        interrupts.check()?;
        let (state, tables) = match checked(session, pool.name(), integrity) {
            Ok(tables) => ("ok", Some(tables)),
            Err(error) if error.kind == ErrorKind::Interrupted => return Err(error.into()),
            Err(error) => {
                let state = if error.kind == ErrorKind::Corrupt { "damaged" } else { "failed" };
                failed.push(error.in_pool(pool.name()).on_path(pool.path()));
                (state, None)
            }
        };
        let path = Value::text(&pool.path().to_string_lossy());
        let tables = tables.and_then(|tables| i64::try_from(tables).ok()).map_or(ValueRef::Null, ValueRef::Integer);
        let cells = [ValueRef::Text(pool.name().as_bytes()), ValueRef::Text(state.as_bytes()), tables, path.as_ref()];
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
        }
    }
    for view in session.manager().views() {
        if let Err(error) = session.query(&format!("SELECT * FROM {} LIMIT 0", quote_identifier(&view.name))) {
            failed.push(Error { span: None, ..error });
        }
    }
    say(&session.take_notices());
    let batch = Batch::new(pools.len(), columns.iter_mut().map(ColumnBuilder::finish).collect());
    printer.print_batch(&["pool", "state", "tables", "path"], &batch)?;
    report(failed)
}

/// How many tables the pool has, if all is well with it.
fn checked(session: &mut Session, pool: &str, integrity: bool) -> Result<usize, Error> {
    let tables = session.catalog(pool)?.tables.values().filter(|table| is_listed(table)).count();
    if !integrity {
        return Ok(tables);
    }
    let faults = match faults(session, pool) {
        // Some damage is too great for SQLite to go on reading and listing it.
        Err(error) if error.kind == ErrorKind::Corrupt => vec![error.message],
        faults => faults?,
    };
    match faults.as_slice() {
        [only] if only == "ok" => Ok(tables),
        [first, rest @ ..] => {
            let more = if rest.is_empty() { String::new() } else { format!(" (and {} more)", rest.len()) };
            let hint = "restore the file from a backup, or save what can be read with sqlite3's `.recover`";
            Err(Error::new(ErrorKind::Corrupt, format!("the database is damaged: {first}{more}")).hint(hint))
        }
        [] => Err(Error::query("SQLite's integrity check gave no answer")),
    }
}

/// What SQLite finds wrong with the pool's file; `ok` where nothing is.
fn faults(session: &mut Session, pool: &str) -> Result<Vec<String>, Error> {
    let mut result = session.query(&format!("PRAGMA {}.integrity_check", quote_identifier(pool)))?;
    let mut faults = Vec::new();
    while let Some(batch) = result.next_batch()? {
        for row in 0..batch.rows() {
            if let ValueRef::Text(bytes) = batch.column(0).value(row) {
                faults.push(String::from_utf8_lossy(bytes).replace('\n', "; "));
            }
        }
    }
    Ok(faults)
}
