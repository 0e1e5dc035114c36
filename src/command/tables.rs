//! The tables of all pools.

use std::sync::Arc;

use glue::batch::{Batch, ColumnBuilder};
use glue::catalog::{Catalog, Table, TableKind};
use glue::error::{Error, ErrorKind};
use glue::session::Session;
use glue::sql::quote_identifier;
use glue::value::ValueRef;

use super::{Exit, Failure, Printer, say};

/// Prints the tables and views whose name, or `pool.name`, fits `pattern`. A pool that cannot be opened is reported after
/// the others.
pub(crate) fn tables(session: &mut Session, pattern: Option<&str>, printer: &mut Printer) -> Result<(), Failure> {
    let (catalogs, failed) = catalogs(session);
    let mut columns: [ColumnBuilder; 5] = std::array::from_fn(|_| ColumnBuilder::with_capacity(64));
    let mut rows = 0;
    for catalog in &catalogs {
        for table in catalog.tables.values().filter(|table| is_listed(table) && fits(pattern, &catalog.pool, &table.name)) {
            let cells = [
                ValueRef::Text(catalog.pool.as_bytes()),
                ValueRef::Text(table.name.as_bytes()),
                ValueRef::Text(kind(table).as_bytes()),
                ValueRef::Integer(i64::try_from(visible_columns(table)).unwrap_or(i64::MAX)),
                table.rows.map_or(ValueRef::Null, |rows| ValueRef::Integer(i64::try_from(rows).unwrap_or(i64::MAX))),
            ];
            for (column, cell) in columns.iter_mut().zip(cells) {
                column.push(cell);
            }
            rows += 1;
        }
    }
    for view in session.manager().views().iter().filter(|view| fits(pattern, "", &view.name)) {
        // One that is wrong is listed all the same; what is wrong, a statement says, or `glue check`.
        let described = session.query(&format!("SELECT * FROM {} LIMIT 0", quote_identifier(&view.name)));
        let count = described.ok().and_then(|result| i64::try_from(result.columns().len()).ok());
        let name = ValueRef::Text(view.name.as_bytes());
        let cells = [
            ValueRef::Null,
            name,
            ValueRef::Text(b"saved view"),
            count.map_or(ValueRef::Null, ValueRef::Integer),
            ValueRef::Null,
        ];
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
        }
        rows += 1;
    }
    let batch = Batch::new(rows, columns.iter_mut().map(ColumnBuilder::finish).collect());
    printer.print_batch(&["pool", "table", "kind", "columns", "rows"], &batch)?;
    report(failed)
}

/// The catalogs of all pools, by name, and the errors of those that cannot be opened.
pub(super) fn catalogs(session: &mut Session) -> (Vec<Arc<Catalog>>, Vec<Error>) {
    let (mut catalogs, mut failed) = (Vec::new(), Vec::new());
    for pool in session.manager().pools() {
        match session.catalog(pool.name()) {
            Ok(catalog) => catalogs.push(catalog),
            Err(error) if error.kind == ErrorKind::Interrupted => return (catalogs, vec![error]),
            Err(error) => failed.push(error.in_pool(pool.name()).on_path(pool.path())),
        }
    }
    say(&session.take_notices());
    (catalogs, failed)
}

/// Draws each error; the first one's exit code stands for all.
pub(super) fn report(failed: Vec<Error>) -> Result<(), Failure> {
    let exits: Vec<Exit> = failed.into_iter().map(|error| Failure::from(error).report()).collect();
    exits.first().map_or(Ok(()), |exit| Err(Failure::Said(*exit)))
}

/// Whether people look for a table like this: SQLite's own and those behind virtual tables are left out.
pub(crate) fn is_listed(table: &Table) -> bool {
    table.kind != TableKind::Shadow && !table.name.to_ascii_lowercase().starts_with("sqlite_")
}

fn kind(table: &Table) -> &'static str {
    match table.kind {
        TableKind::View => "view",
        TableKind::Virtual => "virtual table",
        TableKind::Table | TableKind::Shadow => "table",
    }
}

fn visible_columns(table: &Table) -> usize {
    table.columns.iter().filter(|column| !column.hidden).count()
}

fn fits(pattern: Option<&str>, pool: &str, name: &str) -> bool {
    let Some(pattern) = pattern.map(str::to_lowercase) else { return true };
    let name = name.to_lowercase();
    let name = if pattern.contains('.') { format!("{}.{name}", pool.to_lowercase()) } else { name };
    if pattern.contains(['*', '%', '?']) { matches(&pattern, &name) } else { name.contains(&pattern) }
}

/// `*` and `%` stand for any letters, `?` for one; an underscore for itself, since names are full of them.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut position) = (0, 0);
    // Where the last star stands, and how much text it has taken so far: only the last one ever needs to take more.
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        match pattern.get(at) {
            Some('*' | '%') => {
                star = Some((at, position));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[position] => {
                at += 1;
                position += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                position = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|letter| matches!(letter, '*' | '%'))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_take_any_letters_and_underscores_only_themselves() {
        assert!(matches("order*", "order_items"));
        assert!(matches("%it?ms", "order_items"));
        assert!(matches("crm.*", "crm.customers"));
        assert!(matches("*a*b*", "xxaxxbb"));
        assert!(!matches("a*b", "abc"));
        assert!(!matches("order?", "order"));
        assert!(matches("*", ""));
    }
}
