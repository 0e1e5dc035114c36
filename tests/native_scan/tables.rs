//! A whole table read natively and by SQLite, on one connection and in one transaction.

use std::path::Path;
use std::sync::Arc;

use glue::batch::Batch;
use glue::cancel::CancelToken;
use glue::catalog::{Stored, Table};
use glue::sqlite_file::{DatabaseFile, Field, NotNative, ScanPlan, Tree, TreeScan};
use glue::value::{Value, ValueRef};
use rusqlite::{Connection, OpenFlags, types};

pub(crate) type Rows = Vec<Vec<Value>>;

/// A read-only connection with a transaction that has read.
pub(crate) fn reader(path: &Path) -> Connection {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .expect("the file was just written");
    connection.execute_batch("BEGIN").expect("no transaction is open");
    connection
}

/// `rowid` and every column of a table that is stored, as SQLite gives them, in the order of the rowids.
pub(crate) fn by_sqlite(connection: &Connection, table: &Table) -> rusqlite::Result<Rows> {
    let names: Vec<String> = stored(table).map(|(name, _)| quoted(&name)).collect();
    // NOT INDEXED: an index would give the rows in another order.
    let sql = format!("SELECT {} FROM {} NOT INDEXED", names.join(", "), quoted(&table.name));
    let mut statement = connection.prepare(&sql)?;
    let columns = names.len();
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((0..columns).map(|column| row.get_ref(column).map(owned)).collect::<rusqlite::Result<_>>()?);
    }
    Ok(all)
}

/// The same by the native scan, in several parts.
pub(crate) fn natively(connection: &Connection, table: &Table) -> Result<Rows, NotNative> {
    let file = DatabaseFile::open(connection)?;
    let plan = Arc::new(plan(table));
    let leaves = plan.leaves(&file)?;
    let mut scan = TreeScan::new(&file, &plan)?;
    let mut all = Vec::new();
    let middle = leaves.len() / 2;
    for part in [0..middle, middle..leaves.len()] {
        scan.read(&leaves, part, &CancelToken::new(), &mut |batch: Batch| {
            let row = |row: usize| batch.columns().iter().map(|column| column.value(row).to_owned()).collect();
            all.extend((0..batch.rows()).map(row));
            Ok(true)
        })?;
    }
    Ok(all)
}

/// Everything that is stored of a table, as a scan.
pub(crate) fn plan(table: &Table) -> ScanPlan {
    let fields: Vec<Field> = stored(table)
        .map(|(name, stored)| match stored {
            Stored::Rowid => Field::Rowid,
            Stored::Field { position, is_real } => {
                let by_rowid = format!("SELECT {} FROM {} WHERE rowid = ?1", quoted(&name), quoted(&table.name));
                let has_default = table.column(&name).is_some_and(|column| table.columns[column].default.is_some());
                Field::Stored { position, is_real, by_rowid: has_default.then(|| by_rowid.into()) }
            }
        })
        .collect();
    ScanPlan { name: table.name.clone(), tree: Tree::Table, outputs: fields.len(), fields, filters: Vec::new() }
}

fn stored(table: &Table) -> impl Iterator<Item = (String, Stored)> + '_ {
    let columns = (0..table.columns.len()).filter_map(|column| Some((table.columns[column].name.clone(), table.stored(column)?)));
    std::iter::once(("rowid".to_owned(), Stored::Rowid)).chain(columns)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn owned(value: types::ValueRef<'_>) -> Value {
    match value {
        types::ValueRef::Null => ValueRef::Null,
        types::ValueRef::Integer(number) => ValueRef::Integer(number),
        types::ValueRef::Real(real) => ValueRef::Real(real),
        types::ValueRef::Text(bytes) => ValueRef::Text(bytes),
        types::ValueRef::Blob(bytes) => ValueRef::Blob(bytes),
    }
    .to_owned()
}

/// Reals by their bits, so that -0.0 is not 0.0.
pub(crate) fn same(left: &Rows, right: &Rows) -> bool {
    let same_value = |left: &Value, right: &Value| match (left, right) {
        (Value::Real(left), Value::Real(right)) => left.to_bits() == right.to_bits(),
        _ => left == right,
    };
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(left, right)| left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_value(left, right)))
}
