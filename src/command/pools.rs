//! The databases by their pools' names.

use glue::batch::{Batch, ColumnBuilder};
use glue::session::Session;
use glue::value::{Value, ValueRef};

use super::{Failure, Printer};

/// Prints a line for each pool; opens none.
pub(crate) fn pools(session: &mut Session, printer: &mut Printer) -> Result<(), Failure> {
    let manager = session.manager();
    let pools = manager.pools();
    let default = manager.default_pool();
    let mut columns: [ColumnBuilder; 4] = std::array::from_fn(|_| ColumnBuilder::with_capacity(pools.len()));
    for pool in &pools {
        let is_default = default.as_ref().is_some_and(|default| default.name() == pool.name());
        let access = if pool.options().read_only { "read only" } else { "read and write" };
        let notes = if is_default { format!("{access}, default") } else { access.to_owned() };
        // The size of the file by its name alone: a descriptor of our own would drop SQLite's locks when it closes.
        let bytes = std::fs::metadata(pool.path()).ok().and_then(|metadata| i64::try_from(metadata.len()).ok());
        let path = Value::text(&pool.path().to_string_lossy());
        let cells = [
            ValueRef::Text(pool.name().as_bytes()),
            path.as_ref(),
            bytes.map_or(ValueRef::Null, ValueRef::Integer),
            ValueRef::Text(notes.as_bytes()),
        ];
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
        }
    }
    let batch = Batch::new(pools.len(), columns.iter_mut().map(ColumnBuilder::finish).collect());
    printer.print_batch(&["pool", "path", "bytes", "access"], &batch)
}
