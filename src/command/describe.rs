//! The columns of a table.

use glue::batch::{Batch, ColumnBuilder};
use glue::catalog::{Column, Table};
use glue::session::Session;
use glue::value::ValueRef;

use super::indexes::tables_named;
use super::schema::unknown;
use super::tables::{catalogs, report};
use super::{Failure, Printer};

/// Prints the columns of `table` (`table` or `pool.table`) in every pool that has it.
pub(crate) fn describe(session: &mut Session, table: &str, printer: &mut Printer) -> Result<(), Failure> {
    let (catalogs, failed) = catalogs(session);
    let mut columns: [ColumnBuilder; 6] = std::array::from_fn(|_| ColumnBuilder::with_capacity(64));
    let mut rows = 0;
    let mut found = false;
    for catalog in &catalogs {
        for named in tables_named(catalog, Some(table)) {
            found = true;
            for (at, column) in named.columns.iter().enumerate().filter(|(_, column)| !column.hidden) {
                let default = column.default.as_ref().map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()));
                let key = key(named, at);
                let cells = [
                    ValueRef::Text(catalog.pool.as_bytes()),
                    ValueRef::Text(named.name.as_bytes()),
                    ValueRef::Text(column.name.as_bytes()),
                    ValueRef::Text(column.declared_type.as_bytes()),
                    ValueRef::Text(notes(column, &key).as_bytes()),
                    default,
                ]
                .map(ValueRef::to_owned);
                for (builder, cell) in columns.iter_mut().zip(&cells) {
                    builder.push(cell.as_ref());
                }
                rows += 1;
            }
        }
    }
    if found {
        let batch = Batch::new(rows, columns.iter_mut().map(ColumnBuilder::finish).collect());
        printer.print_batch(&["pool", "table", "column", "type", "notes", "default"], &batch)?;
    }
    report(failed)?;
    if found { Ok(()) } else { Err(unknown(table, &catalogs).into()) }
}

fn key(table: &Table, column: usize) -> String {
    let is_first = |index: &glue::catalog::Index| index.columns.first().is_some_and(|first| first.column == Some(column));
    if table.primary_key.contains(&column) || table.rowid_alias == Some(column) {
        "primary key".to_owned()
    } else if table.indexes.iter().any(|index| is_first(index) && index.unique && index.columns.len() == 1) {
        "unique".to_owned()
    } else if table.indexes.iter().any(is_first) {
        "indexed".to_owned()
    } else {
        String::new()
    }
}

fn notes(column: &Column, key: &str) -> String {
    let not_null = if column.not_null && key != "primary key" { "not null" } else { "" };
    let generated = if column.generated.is_some() { "generated" } else { "" };
    [key, not_null, generated].iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(", ")
}
