//! A database, or one of its tables, as the SQL that makes it.

use std::sync::Arc;

use glue::catalog::{Catalog, Table, TableKind};
use glue::error::Error;
use glue::output::Format;
use glue::session::Session;
use glue::sql::quote_identifier;

use super::schema::{made_by, table as find_table};
use super::tables::is_listed;
use super::{Failure, Printer};

/// Prints the statements that make a table again (`table`, `pool.table`), or all of a pool (`pool`), or of the only pool:
/// its tables with their rows, then its indexes, triggers and views.
pub(crate) fn dump(session: &mut Session, what: Option<&str>, printer: &mut Printer) -> Result<(), Failure> {
    let (catalog, tables) = chosen(session, what)?;
    printer.print_text("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n")?;
    let mut later = Vec::new();
    for table in &tables {
        let mut statements = made_by(session, &catalog.pool, &table.name)?.into_iter();
        let first = statements.next();
        later.extend(statements);
        let Some(first) = first else { continue };
        match table.kind {
            TableKind::Table => {
                printer.print_text(&format!("{first};\n"))?;
                rows(session, &catalog.pool, table, printer)?;
            }
            TableKind::View => later.push(first),
            TableKind::Virtual => {
                printer.print_text(&format!("-- {} is a virtual table: its rows are not dumped\n{first};\n", table.name))?;
            }
            TableKind::Shadow => {}
        }
    }
    later.push("COMMIT".to_owned());
    printer.print_text(&format!("{};", later.join(";\n")))
}

fn rows(session: &mut Session, pool: &str, table: &Table, printer: &mut Printer) -> Result<(), Failure> {
    // Generated columns are computed again; hidden ones belong to the module of a virtual table.
    let stored = table.columns.iter().filter(|column| !column.hidden && column.generated.is_none());
    let columns: Vec<String> = stored.map(|column| quote_identifier(&column.name)).collect();
    let sql = format!("SELECT {} FROM {}.{}", columns.join(", "), quote_identifier(pool), quote_identifier(&table.name));
    let mut result = session.query(&sql)?;
    let (format, name) = (printer.format, printer.style.table.take());
    (printer.format, printer.style.table) = (Format::Insert, Some(table.name.clone()));
    let outcome = printer.print_result(&mut result);
    (printer.format, printer.style.table) = (format, name);
    outcome.map(|_| ())
}

fn chosen(session: &mut Session, what: Option<&str>) -> Result<(Arc<Catalog>, Vec<Table>), Failure> {
    let manager = session.manager();
    let mut pools = manager.pools();
    let only = || manager.default_pool().or_else(|| pools.pop().filter(|_| pools.is_empty()));
    let pool = what.map_or_else(only, |name| manager.pool(name));
    match (pool, what) {
        (Some(pool), _) => {
            let catalog = session.catalog(pool.name())?;
            let tables = catalog.tables.values().filter(|table| is_listed(table)).cloned().collect();
            Ok((catalog, tables))
        }
        (None, Some(name)) => {
            let (table, qualified) = find_table(session, name)?;
            let pool = qualified.split('.').next().unwrap_or_default().trim_matches('"').to_owned();
            Ok((session.catalog(&pool)?, vec![table]))
        }
        (None, None) => Err(Error::query("there are several pools").hint("say which: .dump POOL, or .dump POOL.TABLE").into()),
    }
}
