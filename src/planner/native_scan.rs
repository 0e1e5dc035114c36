//! Whether a pool query is a plain scan of one table, or of an index that holds all it needs, whose pages glue reads itself.

use std::collections::BTreeSet;

use super::Planner;
use super::cluster::Cluster;
use super::condition::add_columns;
use crate::bind::{BoundExpr, ColumnId, TableId};
use crate::catalog::{Index, Stored, Table, TableKind};
use crate::sql::quote_identifier;
use crate::value::Affinity;

/// Who reads a pool query's rows.
#[derive(Debug, Clone)]
pub(crate) enum Reader {
    /// SQLite, and why.
    Sqlite(&'static str),
    /// The native scan, which gives the same rows.
    Native(NativeScan),
}

/// A scan of one table's pages.
#[derive(Debug, Clone)]
pub(crate) struct NativeScan {
    /// The table.
    pub(crate) table: String,
    /// What is read in its place.
    pub(crate) index: Option<IndexTree>,
    /// The columns of the query, then those that only conditions use.
    pub(crate) fields: Vec<NativeField>,
    /// How many of them the query gives.
    pub(crate) outputs: usize,
    /// What rows must satisfy.
    pub(crate) conditions: Vec<BoundExpr>,
    /// What is given of neighbours that are equal in the only field.
    pub(crate) runs: Runs,
}

/// What a scan of an index gives of entries that follow each other and are equal in the only field that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    /// Each of them.
    Each,
    /// One, and how many they are as a further column.
    Counted,
    /// One, or a few.
    Once,
}

/// The b-tree of an index, or of a table that is one itself (WITHOUT ROWID).
#[derive(Debug, Clone)]
pub(crate) struct IndexTree {
    /// The name in the schema.
    pub(crate) name: String,
    /// Where an entry holds the rowid; None in a table WITHOUT ROWID.
    pub(crate) rowid: Option<usize>,
}

/// A column as a record holds it.
#[derive(Debug, Clone)]
pub(crate) struct NativeField {
    /// The column.
    pub(crate) column: ColumnId,
    /// Where it is.
    pub(crate) stored: Stored,
    /// The SELECT of it for the rowid `?1`, where it has a DEFAULT for rows that are older than the column.
    pub(crate) by_rowid: Option<String>,
}

impl Planner<'_> {
    /// Who reads `columns` of a cluster.
    pub(super) fn reader(&self, cluster: &Cluster, columns: &[ColumnId]) -> Reader {
        self.native_scan(cluster, columns).map_or_else(Reader::Sqlite, Reader::Native)
    }

    fn native_scan(&self, cluster: &Cluster, columns: &[ColumnId]) -> Result<NativeScan, &'static str> {
        let [table_id] = cluster.tables[..] else { return Err("it joins by an index") };
        let table = self.table(table_id).ok_or("it is no table of a pool")?;
        if self.namespace.only_sqlite_reads {
            return Err("SQLite is to read every table");
        }
        let is_utf8 = self.namespace.catalogs.get(self.pool(table_id)).is_some_and(|catalog| catalog.utf8);
        if let Some(reason) = refusal(table, is_utf8) {
            return Err(reason);
        }
        if cluster.pushed.iter().any(|condition| self.is_search(condition)) {
            return Err("an index finds the rows");
        }
        let mut used: BTreeSet<ColumnId> = columns.iter().copied().collect();
        cluster.pushed.iter().for_each(|condition| add_columns(condition, &mut used));
        let further = used.into_iter().filter(|column| !columns.contains(column));
        let all: Vec<ColumnId> = columns.iter().copied().chain(further).collect();
        let covering = self.covering_index(table, &all);
        let field = |column: ColumnId| match covering {
            Some(index) => self.index_field(table, index, column),
            None => self.native_field(table_id, table, column),
        };
        let index = match covering {
            Some(index) => Some(IndexTree { name: index.name.clone(), rowid: Some(index.columns.len()) }),
            None => table.without_rowid.then(|| IndexTree { name: table.name.clone(), rowid: None }),
        };
        Ok(NativeScan {
            table: table.name.clone(),
            index,
            fields: all.iter().map(|column| field(*column)).collect::<Result<_, _>>()?,
            outputs: columns.len(),
            conditions: cluster.pushed.clone(),
            runs: Runs::Each,
        })
    }

    /// A column as the entries of an index hold it that covers it: as the table does (an index on a REAL column holds integers in
    /// place of reals as well), but never older than the column.
    fn index_field(&self, table: &Table, index: &Index, column: ColumnId) -> Result<NativeField, &'static str> {
        let position = self.bound.columns.get(column).table.and_then(|(_, position)| position);
        let stored = match position.filter(|position| table.rowid_alias != Some(*position)) {
            None => Stored::Rowid,
            Some(column) => Stored::Field {
                position: index.columns.iter().position(|key| key.column == Some(column)).ok_or("the index lacks a column")?,
                is_real: table.columns[column].affinity == Affinity::Real,
            },
        };
        Ok(NativeField { column, stored, by_rowid: None })
    }

    /// A column as the rows of the table hold it.
    fn native_field(&self, id: TableId, table: &Table, column: ColumnId) -> Result<NativeField, &'static str> {
        let position = self.bound.columns.get(column).table.and_then(|(_, position)| position);
        let stored = match position {
            None => Stored::Rowid,
            Some(position) => table.stored(position).ok_or("a column is computed when it is read")?,
        };
        let has_default = position.is_some_and(|position| table.columns[position].default.is_some());
        if has_default && table.without_rowid {
            return Err("a WITHOUT ROWID table's column has a DEFAULT, which older rows may lack");
        }
        let by_rowid = || {
            let (name, rowid) = (self.column_sql(column), self.rowid_name(id));
            format!("SELECT {name} FROM {} AS t{} WHERE t{}.{rowid} = ?1", quote_identifier(&table.name), id.0, id.0)
        };
        Ok(NativeField { column, stored, by_rowid: has_default.then(by_rowid) })
    }

    /// The smallest index that holds all of `columns`: much less to read than the table.
    pub(super) fn covering_index<'a>(&self, table: &'a Table, columns: &[ColumnId]) -> Option<&'a Index> {
        if table.without_rowid {
            return None;
        }
        let positions: Vec<Option<usize>> =
            columns.iter().filter_map(|column| self.bound.columns.get(*column).table.map(|(_, position)| position)).collect();
        let covers = |index: &&Index| {
            let holds = |position: &Option<usize>| {
                position.is_none() || *position == table.rowid_alias || index.columns.iter().any(|key| key.column == *position)
            };
            !index.partial && positions.iter().all(holds)
        };
        // An index on the whole of a narrow table would save nothing.
        let in_record = |column: &usize| matches!(table.stored(*column), Some(Stored::Field { .. }));
        let fields = (0..table.columns.len()).filter(in_record).count();
        let is_narrower = |index: &&Index| index.columns.len() < fields;
        table.indexes.iter().filter(covers).filter(is_narrower).min_by_key(|index| index.columns.len())
    }
}

fn refusal(table: &Table, is_utf8: bool) -> Option<&'static str> {
    let is_schema = ["sqlite_schema", "sqlite_master"].contains(&table.name.as_str());
    match table.kind {
        TableKind::View => Some("it is a view"),
        TableKind::Virtual => Some("it is a virtual table"),
        TableKind::Table | TableKind::Shadow if is_schema => Some("it is the schema itself"),
        TableKind::Table | TableKind::Shadow if !is_utf8 => Some("its text is stored as UTF-16"),
        TableKind::Table | TableKind::Shadow => None,
    }
}
