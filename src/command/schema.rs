//! The CREATE statements of a table, or of all.

use glue::catalog::Table;
use glue::config::nearest;
use glue::error::Error;
use glue::session::Session;
use glue::sql::quote_identifier;
use glue::value::ValueRef;

use super::indexes::tables_named;
use super::tables::{catalogs, report};
use super::{Failure, Printer};

/// Prints the statements that make `table` (`table` or `pool.table`) with its indexes and triggers, or those of all pools.
pub(crate) fn schema(session: &mut Session, table: Option<&str>, printer: &mut Printer) -> Result<(), Failure> {
    let (catalogs, failed) = catalogs(session);
    let mut found = false;
    for catalog in &catalogs {
        let tables: Vec<&str> = tables_named(catalog, table).map(|table| table.name.as_str()).collect();
        if tables.is_empty() {
            continue;
        }
        let path = session.manager().pool(&catalog.pool).map(|pool| pool.path().display().to_string()).unwrap_or_default();
        let gap = if found { "\n" } else { "" };
        found = true;
        let mut text = format!("{gap}-- {} ({path})\n", catalog.pool);
        for name in tables {
            for statement in made_by(session, &catalog.pool, name)? {
                text.push_str(&statement);
                text.push_str(";\n");
            }
        }
        printer.print_text(&text)?;
    }
    report(failed)?;
    match table {
        Some(table) if !found => Err(unknown(table, &catalogs).into()),
        _ => Ok(()),
    }
}

/// The table of that name (`table` or `pool.table`) and its name with the pool's, quoted.
pub(super) fn table(session: &mut Session, name: &str) -> Result<(Table, String), Failure> {
    let (catalogs, failed) = catalogs(session);
    let mut found = Vec::new();
    for catalog in &catalogs {
        for table in catalog.tables.values() {
            let whole = format!("{}.{}", catalog.pool, table.name);
            if name.eq_ignore_ascii_case(&table.name) || name.eq_ignore_ascii_case(&whole) {
                let quoted = format!("{}.{}", quote_identifier(&catalog.pool), quote_identifier(&table.name));
                found.push((table.clone(), quoted));
            }
        }
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => {
            report(failed)?;
            Err(unknown(name, &catalogs).into())
        }
        _ => {
            let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
            Err(Error::query(format!("`{name}` is in several pools")).hint(format!("write one of {}", names.join(", "))).into())
        }
    }
}

/// The table's own statement comes first, then what belongs to it, in the order it was made.
pub(super) fn made_by(session: &mut Session, pool: &str, table: &str) -> Result<Vec<String>, Error> {
    let sql = format!(
        "SELECT sql FROM {}.sqlite_schema WHERE tbl_name = '{}' COLLATE NOCASE AND sql IS NOT NULL \
         ORDER BY type NOT IN ('table', 'view'), rowid",
        quote_identifier(pool),
        table.replace('\'', "''")
    );
    let mut result = session.query(&sql)?;
    let mut statements = Vec::new();
    while let Some(batch) = result.next_batch()? {
        for row in 0..batch.rows() {
            if let ValueRef::Text(bytes) = batch.column(0).value(row) {
                statements.push(String::from_utf8_lossy(bytes).into_owned());
            }
        }
    }
    Ok(statements)
}

pub(super) fn unknown(table: &str, catalogs: &[std::sync::Arc<glue::catalog::Catalog>]) -> Error {
    let error = Error::query(format!("no table `{table}` in any pool"));
    let names: Vec<String> = catalogs
        .iter()
        .flat_map(|catalog| {
            let whole = |name: &String| if table.contains('.') { format!("{}.{name}", catalog.pool) } else { name.clone() };
            catalog.tables.values().map(move |table| whole(&table.name))
        })
        .collect();
    match nearest(table, names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`glue tables` lists them all"),
    }
}
