//! Whether a pool query is a plain scan of one table whose pages glue reads itself.

use std::collections::BTreeSet;

use super::Planner;
use super::cluster::Cluster;
use super::condition::add_columns;
use crate::bind::{BoundExpr, ColumnId, TableId};
use crate::catalog::{Index, Stored, Table, TableKind};
use crate::sql::quote_identifier;

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
    /// The columns of the query, then those that only conditions use.
    pub(crate) fields: Vec<NativeField>,
    /// How many of them the query gives.
    pub(crate) outputs: usize,
    /// What rows must satisfy.
    pub(crate) conditions: Vec<BoundExpr>,
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
        Ok(NativeScan {
            table: table.name.clone(),
            fields: all.into_iter().map(|column| self.native_field(table_id, table, column)).collect::<Result<_, _>>()?,
            outputs: columns.len(),
            conditions: cluster.pushed.clone(),
        })
    }

    fn native_field(&self, id: TableId, table: &Table, column: ColumnId) -> Result<NativeField, &'static str> {
        let position = self.bound.columns.get(column).table.and_then(|(_, position)| position);
        let stored = match position {
            None => Stored::Rowid,
            Some(position) => table.stored(position).ok_or("a column is computed when it is read")?,
        };
        let by_rowid = || {
            let (name, rowid) = (self.column_sql(column), self.rowid_name(id));
            format!("SELECT {name} FROM {} AS t{} WHERE t{}.{rowid} = ?1", quote_identifier(&table.name), id.0, id.0)
        };
        let has_default = position.is_some_and(|position| table.columns[position].default.is_some());
        Ok(NativeField { column, stored, by_rowid: has_default.then(by_rowid) })
    }

    /// Whether an index holds all of `columns`: SQLite reads it instead of the much larger table.
    pub(super) fn is_covered(&self, table: &Table, columns: &BTreeSet<ColumnId>) -> bool {
        let positions: Vec<Option<usize>> =
            columns.iter().filter_map(|column| self.bound.columns.get(*column).table.map(|(_, position)| position)).collect();
        let covers = |index: &Index| {
            let holds = |position: &Option<usize>| {
                position.is_none() || *position == table.rowid_alias || index.columns.iter().any(|key| key.column == *position)
            };
            !index.partial && positions.iter().all(holds)
        };
        table.indexes.iter().any(covers)
    }
}

fn refusal(table: &Table, is_utf8: bool) -> Option<&'static str> {
    let is_schema = ["sqlite_schema", "sqlite_master"].contains(&table.name.as_str());
    match table.kind {
        TableKind::View => Some("it is a view"),
        TableKind::Virtual => Some("it is a virtual table"),
        TableKind::Table | TableKind::Shadow if is_schema => Some("it is the schema itself"),
        TableKind::Table | TableKind::Shadow if table.without_rowid => Some("it is a WITHOUT ROWID table"),
        TableKind::Table | TableKind::Shadow if !is_utf8 => Some("its text is stored as UTF-16"),
        TableKind::Table | TableKind::Shadow => None,
    }
}
