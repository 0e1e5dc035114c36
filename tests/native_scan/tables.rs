//! Whole b-trees read natively and by SQLite, on one connection and in one transaction.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::Arc;

use glue::batch::Batch;
use glue::cancel::CancelToken;
use glue::catalog::{Index, Stored, Table};
use glue::sqlite_file::{DatabaseFile, Field, Keys, NotNative, ScanPlan, Tree, TreeScan};
use glue::value::{Affinity, Value, ValueRef};
use rusqlite::{Connection, OpenFlags, types};

pub(crate) type Rows = Vec<Vec<Value>>;

/// A read-only connection with a transaction that has read.
pub(crate) fn reader(path: &Path) -> Connection {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .expect("the file was just written");
    connection.execute_batch("BEGIN").expect("no transaction is open");
    connection
}

/// One b-tree of a table as both read it: everything that it stores, in its own order.
pub(crate) struct Reading {
    /// For a message.
    pub(crate) what: String,
    sql: String,
    plan: ScanPlan,
    /// Whether its first column is in ascending order, so that some keys can be asked for alone.
    is_ascending: bool,
}

impl Reading {
    /// The scan for rows with some keys alone, which gives of a table everything, of an index the rowids. None where there is none.
    pub(crate) fn for_keys(&self, keys: &Keys) -> Option<ScanPlan> {
        match self.plan.tree {
            Tree::Table => Some(self.plan.of_rowids(keys)),
            Tree::Index { .. } if self.gives_runs() => None,
            Tree::Index { rowid: Some(rowid) } if self.is_ascending => Some(ScanPlan::rowids_of(&self.plan.name, rowid, keys)),
            Tree::Index { .. } => None,
        }
    }

    fn gives_runs(&self) -> bool {
        self.plan.fields.contains(&Field::Entries)
    }

    /// Those of its `rows` that have one of `keys` in the first column, as [`Reading::for_keys`] gives them.
    pub(crate) fn with_keys(&self, rows: &Rows, keys: &Keys) -> Rows {
        let keys: Vec<i64> = keys.iter().collect();
        let is_wanted = |row: &&Vec<Value>| match row[0] {
            Value::Integer(key) => keys.contains(&key),
            Value::Real(real) => keys.iter().any(|key| (*key as f64).partial_cmp(&real) == Some(Ordering::Equal)),
            _ => false,
        };
        let given = |row: &Vec<Value>| if self.plan.tree == Tree::Table { row.clone() } else { row[row.len() - 1..].to_vec() };
        rows.iter().filter(is_wanted).map(given).collect()
    }
}

/// The readings of a table: of itself, and of each index on nothing but columns, with all that it holds and by its first column alone.
pub(crate) fn readings(table: &Table) -> Vec<Reading> {
    let itself = if table.without_rowid { by_key(table) } else { by_rowid(table) };
    let indexes = table.indexes.iter().filter(|index| !index.partial && !table.without_rowid);
    let of_index = |index| by_index(table, index).into_iter().chain(by_runs(table, index));
    std::iter::once(itself).chain(indexes.flat_map(of_index)).collect()
}

/// `rowid` and every column that is stored.
fn by_rowid(table: &Table) -> Reading {
    let columns = stored(table);
    let fields = columns.iter().map(|(name, stored)| match *stored {
        Stored::Rowid => Field::Rowid,
        Stored::Field { position, is_real } => {
            let by_rowid = format!("SELECT {} FROM {} WHERE rowid = ?1", quoted(name), quoted(&table.name));
            let has_default = table.column(name).is_some_and(|column| table.columns[column].default.is_some());
            Field::Stored { position, is_real, by_rowid: has_default.then(|| by_rowid.into()) }
        }
    });
    let fields = std::iter::once(Field::Rowid).chain(fields).collect();
    let names: Vec<String> = std::iter::once("rowid".to_owned()).chain(columns.iter().map(|(name, _)| quoted(name))).collect();
    // NOT INDEXED: an index would give the rows in another order.
    let sql = format!("SELECT {} FROM {} NOT INDEXED", names.join(", "), quoted(&table.name));
    reading(&table.name, sql, &table.name, Tree::Table, fields)
}

/// Every column that is stored of a table WITHOUT ROWID.
fn by_key(table: &Table) -> Reading {
    let columns = stored(table);
    let names: Vec<String> = columns.iter().map(|(name, _)| quoted(name)).collect();
    let sql = format!("SELECT {} FROM {} NOT INDEXED", names.join(", "), quoted(&table.name));
    let fields = columns.iter().map(|(_, stored)| field(*stored)).collect();
    reading(&table.name, sql, &table.name, Tree::Index { rowid: None }, fields)
}

/// The key and the rowid. None for an index on an expression.
fn by_index(table: &Table, index: &Index) -> Option<Reading> {
    let columns: Vec<usize> = index.columns.iter().map(|key| key.column.or(table.rowid_alias)).collect::<Option<_>>()?;
    let names: Vec<String> = columns.iter().map(|column| quoted(&table.columns[*column].name)).collect();
    let (keys, name) = (names.join(", "), quoted(&index.name));
    let sql = format!("SELECT {keys}, rowid FROM {} INDEXED BY {name}", quoted(&table.name));
    let real = |column: usize| table.columns[column].affinity == Affinity::Real;
    let keys = columns.iter().enumerate().map(|(position, column)| field(Stored::Field { position, is_real: real(*column) }));
    let tree = Tree::Index { rowid: Some(columns.len()) };
    let whole =
        reading(&format!("{} of {}", index.name, table.name), sql, &index.name, tree, keys.chain([Field::Rowid]).collect());
    Some(Reading { is_ascending: !index.columns[0].descending, ..whole })
}

/// The first column of an index, runs of equal entries at once. None for an expression.
fn by_runs(table: &Table, index: &Index) -> Option<Reading> {
    let column = &table.columns[index.columns[0].column.or(table.rowid_alias)?];
    let sql = format!("SELECT {} FROM {} INDEXED BY {}", quoted(&column.name), quoted(&table.name), quoted(&index.name));
    let first = field(Stored::Field { position: 0, is_real: column.affinity == Affinity::Real });
    let tree = Tree::Index { rowid: Some(index.columns.len()) };
    Some(reading(&format!("runs of {} of {}", index.name, table.name), sql, &index.name, tree, vec![first, Field::Entries]))
}

fn reading(what: &str, sql: String, name: &str, tree: Tree, fields: Vec<Field>) -> Reading {
    let plan = ScanPlan { name: name.to_owned(), tree, outputs: fields.len(), fields, filters: Vec::new(), keys: None };
    Reading { what: what.to_owned(), sql, plan, is_ascending: true }
}

fn field(stored: Stored) -> Field {
    match stored {
        Stored::Rowid => Field::Rowid,
        Stored::Field { position, is_real } => Field::Stored { position, is_real, by_rowid: None },
    }
}

/// What SQLite gives.
pub(crate) fn by_sqlite(connection: &Connection, reading: &Reading) -> rusqlite::Result<Rows> {
    let mut statement = connection.prepare(&reading.sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((0..columns).map(|column| row.get_ref(column).map(owned)).collect::<rusqlite::Result<_>>()?);
    }
    Ok(all)
}

/// What the native scan gives.
pub(crate) fn natively(connection: &Connection, reading: &Reading) -> Result<Rows, NotNative> {
    let rows = scanned(connection, &reading.plan)?;
    if !reading.gives_runs() {
        return Ok(rows);
    }
    let entries = |row: Vec<Value>| match row[..] {
        [_, Value::Integer(entries)] => vec![row[..1].to_vec(); usize::try_from(entries).expect("there is one at least")],
        _ => panic!("{}: no number of entries in {row:?}", reading.what),
    };
    Ok(rows.into_iter().flat_map(entries).collect())
}

/// What a native scan gives, in several parts.
pub(crate) fn scanned(connection: &Connection, plan: &ScanPlan) -> Result<Rows, NotNative> {
    let file = DatabaseFile::open(connection)?;
    let plan = Arc::new(plan.clone());
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

/// Some of the integers that `rows` have in the first column, and some that they do not.
pub(crate) fn some_keys(rows: &Rows, every: usize) -> Keys {
    let integers = rows.iter().filter_map(|row| if let Value::Integer(key) = row[0] { Some(key) } else { None });
    let found: Vec<i64> = integers.step_by(every).collect();
    found.iter().flat_map(|key| [*key, key.wrapping_add(1), key / 2]).collect::<Vec<_>>().into()
}

/// The table itself, as both read it.
pub(crate) fn itself(table: &Table) -> Reading {
    readings(table).swap_remove(0)
}

fn stored(table: &Table) -> Vec<(String, Stored)> {
    (0..table.columns.len()).filter_map(|column| Some((table.columns[column].name.clone(), table.stored(column)?))).collect()
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
