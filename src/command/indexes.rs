//! The indexes of a table, or of all.

use glue::batch::{Batch, ColumnBuilder};
use glue::catalog::{Catalog, Index, Table};
use glue::session::Session;
use glue::value::ValueRef;

use super::schema::unknown;
use super::tables::{catalogs, is_listed, report};
use super::{Failure, Printer};

/// Prints the indexes of `table` (`table` or `pool.table`), or those of all tables.
pub(crate) fn indexes(session: &mut Session, table: Option<&str>, printer: &mut Printer) -> Result<(), Failure> {
    let (catalogs, failed) = catalogs(session);
    let mut columns: [ColumnBuilder; 5] = std::array::from_fn(|_| ColumnBuilder::with_capacity(64));
    let mut rows = 0;
    let mut found = false;
    for catalog in &catalogs {
        for named in tables_named(catalog, table) {
            found = true;
            for index in &named.indexes {
                let key = key(named, index);
                let kind = if index.unique { "unique" } else { "" };
                let partial = if index.partial { "partial" } else { "" };
                let kind = [kind, partial].iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ");
                for (column, cell) in columns.iter_mut().zip([&catalog.pool, &named.name, &index.name, &key, &kind]) {
                    column.push(ValueRef::Text(cell.as_bytes()));
                }
                rows += 1;
            }
        }
    }
    let batch = Batch::new(rows, columns.iter_mut().map(ColumnBuilder::finish).collect());
    printer.print_batch(&["pool", "table", "index", "columns", "kind"], &batch)?;
    report(failed)?;
    match table {
        Some(table) if !found => Err(unknown(table, &catalogs).into()),
        _ => Ok(()),
    }
}

/// The tables of a catalog that a name, or `pool.table`, means; all that are listed without one.
pub(super) fn tables_named<'c>(catalog: &'c Catalog, name: Option<&'c str>) -> impl Iterator<Item = &'c Table> {
    catalog.tables.values().filter(move |table| match name {
        None => is_listed(table),
        Some(name) => is_named(name, &catalog.pool, &table.name),
    })
}

/// Whether `name` is the table's, alone or behind its pool's, quoted or not.
fn is_named(name: &str, pool: &str, table: &str) -> bool {
    let quoted = glue::sql::quote_identifier;
    let spellings = [
        table.to_owned(),
        quoted(table),
        format!("{pool}.{table}"),
        format!("{}.{}", quoted(pool), quoted(table)),
        format!("{pool}.{}", quoted(table)),
    ];
    spellings.iter().any(|spelling| spelling.eq_ignore_ascii_case(name))
}

fn key(table: &Table, index: &Index) -> String {
    let name = |column: Option<usize>| column.and_then(|at| table.columns.get(at)).map_or("(expression)", |column| &column.name);
    let columns = index.columns.iter().map(|key| {
        let direction = if key.descending { " DESC" } else { "" };
        format!("{}{direction}", name(key.column))
    });
    columns.collect::<Vec<_>>().join(", ")
}
