//! Opening every pool, to see whether it can be.

use glue::batch::{Batch, ColumnBuilder};
use glue::error::{Error, ErrorKind};
use glue::session::Session;
use glue::value::{Value, ValueRef};

use super::tables::{is_listed, report};
use super::{Failure, Printer, say};

/// Opens every pool and reads its schema; prints a line for each, then the errors.
pub(crate) fn check(session: &mut Session, printer: &mut Printer) -> Result<(), Failure> {
    let pools = session.manager().pools();
    if pools.is_empty() {
        let hint = "name files, give --db NAME=PATH, or write a glue.toml";
        return Err(Error::configuration("there is no pool to check").hint(hint).into());
    }
    let mut columns: [ColumnBuilder; 4] = std::array::from_fn(|_| ColumnBuilder::with_capacity(pools.len()));
    let mut failed = Vec::new();
    for pool in &pools {
        let (state, tables) = match session.catalog(pool.name()) {
            Ok(catalog) => ("ok", Some(catalog.tables.values().filter(|table| is_listed(table)).count())),
            Err(error) if error.kind == ErrorKind::Interrupted => return Err(error.into()),
            Err(error) => {
                failed.push(error.in_pool(pool.name()).on_path(pool.path()));
                ("failed", None)
            }
        };
        let path = Value::text(&pool.path().to_string_lossy());
        let tables = tables.and_then(|tables| i64::try_from(tables).ok()).map_or(ValueRef::Null, ValueRef::Integer);
        let cells = [ValueRef::Text(pool.name().as_bytes()), ValueRef::Text(state.as_bytes()), tables, path.as_ref()];
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
        }
    }
    say(&session.take_notices());
    let batch = Batch::new(pools.len(), columns.iter_mut().map(ColumnBuilder::finish).collect());
    printer.print_batch(&["pool", "state", "tables", "path"], &batch)?;
    report(failed)
}
