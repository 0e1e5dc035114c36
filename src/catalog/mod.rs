//! What a pool holds: an immutable picture of its schema and statistics, taken when a statement needs it.

mod load;

use std::collections::BTreeMap;

use crate::value::{Affinity, Collation};

pub use load::load;

/// The schema of one pool's file at one moment.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The pool's name.
    pub pool: String,
    /// `PRAGMA schema_version` at that moment; checked again inside a statement's read transaction.
    pub schema_version: i64,
    /// Whether text is stored as UTF-8 (else UTF-16).
    pub utf8: bool,
    /// Tables and views by their names in ASCII lower case.
    pub tables: BTreeMap<String, Table>,
}

/// A table, view or virtual table.
#[derive(Debug, Clone)]
pub struct Table {
    /// The name as created.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// Its columns in order, hidden ones included.
    pub columns: Vec<Column>,
    /// WITHOUT ROWID.
    pub without_rowid: bool,
    /// STRICT.
    pub strict: bool,
    /// The column that is another name of the rowid.
    pub rowid_alias: Option<usize>,
    /// The columns of the primary key, in its order.
    pub primary_key: Vec<usize>,
    /// Its indexes, automatic ones included.
    pub indexes: Vec<Index>,
    /// About how many rows: from `sqlite_stat1`, else from the rowids; None where nothing cheap tells (views, virtual tables).
    pub rows: Option<u64>,
    /// The smallest and the largest rowid; None for an empty table and for what has no rowids.
    pub rowid_range: Option<(i64, i64)>,
    /// The text of its CREATE statement.
    pub sql: String,
}

/// What stands behind a table's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// An ordinary table.
    Table,
    /// A view.
    View,
    /// A virtual table, or the table-valued function of one.
    Virtual,
    /// A table that a virtual table keeps its data in.
    Shadow,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// The name as created.
    pub name: String,
    /// The declared type, empty where none was given.
    pub declared_type: String,
    /// What follows from it (a STRICT table's ANY column has the affinity `Blob`).
    pub affinity: Affinity,
    /// The collation; None for one that is not built in, which only the pool's own connection may know.
    pub collation: Option<Collation>,
    /// NOT NULL, declared or by being the rowid.
    pub not_null: bool,
    /// GENERATED ALWAYS, and how.
    pub generated: Option<Generated>,
    /// Hidden from `*` (virtual tables).
    pub hidden: bool,
    /// The text of DEFAULT.
    pub default: Option<String>,
}

/// How a generated column is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generated {
    /// Computed when read.
    Virtual,
    /// Computed when written.
    Stored,
}

/// An index.
#[derive(Debug, Clone)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its key columns in order.
    pub columns: Vec<IndexColumn>,
    /// UNIQUE, or made for a UNIQUE or PRIMARY KEY constraint.
    pub unique: bool,
    /// Made for the PRIMARY KEY: in a WITHOUT ROWID table it is the table.
    pub is_primary_key: bool,
    /// CREATE INDEX … WHERE.
    pub partial: bool,
    /// From `sqlite_stat1`: how many rows share one value of the first column, of the first two columns, and so on.
    pub rows_per_key: Vec<u64>,
}

/// A key column of an index.
#[derive(Debug, Clone)]
pub struct IndexColumn {
    /// The table's column; None for the rowid or an expression.
    pub column: Option<usize>,
    /// Its collation; None for one that is not built in.
    pub collation: Option<Collation>,
    /// DESC.
    pub descending: bool,
}

/// Where a table's b-tree holds a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is the rowid.
    Rowid,
    /// In a field of the row's record.
    Field {
        /// The field's position.
        position: usize,
        /// Whether integers there stand for the reals that equal them (<https://sqlite.org/datatype3.html> 2).
        is_real: bool,
    },
}

impl Catalog {
    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(&name.to_ascii_lowercase())
    }
}

impl Table {
    /// Where a column of a table is stored; None for one that is computed when it is read. In a table WITHOUT ROWID the columns of
    /// its key come first.
    pub fn stored(&self, column: usize) -> Option<Stored> {
        if self.rowid_alias == Some(column) {
            return Some(Stored::Rowid);
        }
        let key: Vec<usize> = match self.indexes.iter().find(|index| index.is_primary_key).filter(|_| self.without_rowid) {
            Some(index) => index.columns.iter().filter_map(|key| key.column).collect(),
            None => Vec::new(),
        };
        let is_stored = |column: &usize| self.columns[*column].generated != Some(Generated::Virtual);
        let others = (0..self.columns.len()).filter(is_stored).filter(|other| !key.contains(other));
        let position = key.iter().copied().chain(others).position(|other| other == column)?;
        Some(Stored::Field { position, is_real: self.columns[column].affinity == Affinity::Real })
    }

    /// The position of the column of that name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Whether `name` is one of the three names of the rowid here.
    pub fn is_rowid_name(&self, name: &str) -> bool {
        let is_rowid = ["rowid", "oid", "_rowid_"].iter().any(|rowid| rowid.eq_ignore_ascii_case(name));
        is_rowid && self.kind == TableKind::Table && !self.without_rowid && self.column(name).is_none()
    }

    /// Whether a search for one value of `column`, compared under `collation`, need not read the whole table: the rowid
    /// or the first column of an index that holds every row.
    pub fn is_indexed(&self, column: usize, collation: Collation) -> bool {
        let leads = |index: &Index| {
            let first = index.columns.first();
            !index.partial && first.is_some_and(|first| first.column == Some(column) && first.collation == Some(collation))
        };
        self.rowid_alias == Some(column) || self.indexes.iter().any(leads)
    }

    /// Whether no two rows have the same values (NULLs aside) in `columns`.
    pub fn is_unique(&self, columns: &[usize]) -> bool {
        let covered = |index: &Index| {
            index.unique
                && !index.partial
                && index.columns.iter().all(|key| key.column.is_some_and(|column| columns.contains(&column)))
        };
        self.rowid_alias.is_some_and(|alias| columns.contains(&alias)) || self.indexes.iter().any(covered)
    }
}
