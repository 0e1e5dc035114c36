//! The text that a pool receives.

use std::collections::BTreeSet;

use super::cluster::Cluster;
use super::condition::all_of;
use super::node::Clauses;
use super::{
    Lookup, NativeLookup, NativeScan, Node, NodeKind, Partition, Planner, PoolParameter, PoolQuery, Reader, Unsupported, cost,
};
use crate::bind::{BoundExpr, ColumnId, OrderBy, TableId};
use crate::catalog::Index;
use crate::sql::quote_identifier;
use crate::statement::PatternOperator;
use crate::value::{Affinity, ComparisonAffinity, Value};

/// Scans that visit fewer rows are not worth several connections.
const PARTITION_ROWS: f64 = 100_000.0;
/// More parts than cores, so that parts of uneven work even out.
const PARTITION_PARTS: i64 = 16;

impl Planner<'_> {
    /// The step that reads a cluster's rows, with those columns of it that `needed` holds.
    pub(super) fn pool_step(&mut self, cluster: Cluster, needed: &BTreeSet<ColumnId>) -> Result<Node, Unsupported> {
        let mut wanted = needed.clone();
        cluster.kept.iter().for_each(|condition| self.add_needed(condition, &mut wanted));
        let columns = self.read_columns(&cluster, &wanted);
        for condition in &cluster.pushed {
            self.subqueries_of(condition)?;
        }
        let mut parameters = Vec::new();
        let clauses = Clauses {
            selected: columns.iter().map(|column| self.column_sql(*column)).collect::<Vec<_>>().join(", "),
            from: cluster.tables.iter().map(|table| self.table_sql(*table)).collect::<Vec<_>>().join(", "),
            filter: all_of(cluster.pushed.clone()).map(|condition| self.expr_sql(&condition, &mut parameters)),
        };
        let query = PoolQuery {
            pool: cluster.pool.clone(),
            partition: self.partition(&cluster, &columns, &clauses, parameters.len()),
            sql: clauses.sql(None),
            clauses,
            parameters,
            lookup: None,
            reader: self.reader(&cluster, &columns),
            visited_rows: cluster.visited,
        };
        let node = Node::new(NodeKind::PoolQuery(Box::new(query)), columns, cluster.rows);
        self.filtered(node, cluster.kept)
    }

    /// `node` with a filter on top where there are conditions, those with correlated subqueries last.
    pub(super) fn filtered(&mut self, node: Node, conditions: Vec<BoundExpr>) -> Result<Node, Unsupported> {
        let (correlated, conditions): (Vec<_>, Vec<_>) =
            conditions.into_iter().partition(|condition| self.is_correlated(condition));
        if !correlated.is_empty() {
            let node = self.filtered(node, conditions)?;
            return self.filtered_by_subqueries(node, correlated);
        }
        let Some(predicate) = all_of(conditions) else { return Ok(node) };
        if asks_index(&predicate) {
            return Err("MATCH that its pool cannot answer".to_owned());
        }
        self.subqueries_of(&predicate)?;
        let (columns, rows) = (node.columns.clone(), node.rows);
        Ok(Node::new(NodeKind::Filter { input: Box::new(node), predicate }, columns, rows))
    }

    /// The needed columns in the tables' order; where none is needed, one, since a SELECT must name something.
    fn read_columns(&self, cluster: &Cluster, needed: &BTreeSet<ColumnId>) -> Vec<ColumnId> {
        let all = cluster.tables.iter().flat_map(|table| {
            let table = &self.bound.tables[table.0 as usize];
            table.columns.iter().copied().chain(table.rowid.filter(|rowid| !table.columns.contains(rowid)))
        });
        let columns: Vec<ColumnId> = all.filter(|column| needed.contains(column)).collect();
        if !columns.is_empty() {
            return columns;
        }
        let table = &self.bound.tables[cluster.tables[0].0 as usize];
        vec![table.rowid.unwrap_or(table.columns[0])]
    }

    pub(super) fn table_sql(&self, table: TableId) -> String {
        let name = self.table(table).map_or(self.bound.tables[table.0 as usize].name.as_str(), |table| &table.name);
        format!("{} AS t{}", quote_identifier(name), table.0)
    }

    /// A stored column in the pool's terms.
    pub(super) fn column_sql(&self, column: ColumnId) -> String {
        let info = self.bound.columns.get(column);
        let Some((table, position)) = info.table else { return quote_identifier(&info.name) };
        match position {
            Some(position) => {
                let name = self.table(table).map_or(info.name.as_str(), |table| &table.columns[position].name);
                format!("t{}.{}", table.0, quote_identifier(name))
            }
            None => format!("t{}.{}", table.0, self.rowid_name(table)),
        }
    }

    pub(super) fn rowid_name(&self, table: TableId) -> &'static str {
        let free = |name: &&&str| self.table(table).is_none_or(|table| table.column(name).is_none());
        ["rowid", "_rowid_", "oid"].iter().find(free).copied().unwrap_or("rowid")
    }

    pub(super) fn expr_sql(&self, expr: &BoundExpr, parameters: &mut Vec<PoolParameter>) -> String {
        let name = |column: ColumnId| self.column_sql(column);
        let mut parameter = |part: &BoundExpr| {
            parameters.push(match part {
                BoundExpr::Scalar(id) => PoolParameter::Scalar(*id),
                BoundExpr::Literal(value) => PoolParameter::Value(value.clone()),
                _ => PoolParameter::Value(Value::Null),
            });
            format!("?{}", parameters.len())
        };
        crate::expression::render_expr(expr, &name, &mut parameter)
    }

    /// Parts of a big scan by rowid. Not where SQLite searches by an index, and not where an index holds all the columns, which
    /// SQLite then reads instead of the much larger table.
    fn partition(&self, cluster: &Cluster, columns: &[ColumnId], clauses: &Clauses, parameters: usize) -> Option<Partition> {
        let [table_id] = cluster.tables[..] else { return None };
        let table = self.table(table_id)?;
        let (first, last) = table.rowid_range?;
        if table.without_rowid
            || cluster.visited < PARTITION_ROWS
            || cluster.pushed.iter().any(|condition| self.is_search(condition))
        {
            return None;
        }
        let mut used: BTreeSet<ColumnId> = columns.iter().copied().collect();
        cluster.pushed.iter().for_each(|condition| super::condition::add_columns(condition, &mut used));
        if self.covering_index(table, &used.into_iter().collect::<Vec<_>>()).is_some() {
            return None;
        }
        let rowid = match table.rowid_alias {
            Some(alias) => format!("t{}.{}", table_id.0, quote_identifier(&table.columns[alias].name)),
            None => format!("t{}.{}", table_id.0, self.rowid_name(table_id)),
        };
        let part = format!("{rowid} BETWEEN ?{} AND ?{}", parameters + 1, parameters + 2);
        Some(Partition { sql: clauses.sql(Some(&part)), ranges: ranges(first, last) })
    }

    /// How a pool query can be asked for given keys of `column` alone, which are compared with `affinity`.
    pub(super) fn lookup(
        &self,
        query: &PoolQuery,
        column: ColumnId,
        affinity: ComparisonAffinity,
        collation: crate::value::Collation,
        expected_keys: f64,
    ) -> Option<Lookup> {
        if query.sql != query.clauses.sql(None) {
            // It groups, or has a LIMIT: its rows are not those of the table any more.
            return None;
        }
        let (table_id, position) = self.indexed_column(&BoundExpr::Column(column), collation)?;
        let column_affinity = self.bound.columns.get(column).affinity;
        if affinity == ComparisonAffinity::Numeric && !column_affinity.is_numeric() {
            return None;
        }
        let per_key = match position {
            Some(_) => self.distinct_values(column).map_or(1.0, |distinct| self.table_rows(table_id) / distinct),
            None => 1.0,
        };
        let is_rowid = position.is_none() || self.table(table_id).is_some_and(|table| table.rowid_alias == position);
        let row = if is_rowid { cost::SEARCH_ROW } else { cost::SCATTERED_ROW };
        let microseconds = cost::LOOKUP_KEY + per_key * row;
        let most_keys = ((query.visited_rows * cost::visit(&query.reader).min(cost::VISIT) / microseconds) as u64).max(1);
        let sql = self.lookup_sql(query, column);
        let native = self.native_lookup(query, table_id, position.filter(|_| !is_rowid), column_affinity, per_key);
        Some(Lookup { sql, column, affinity: column_affinity, comparison: affinity, collation, most_keys, native, expected_keys })
    }

    /// A query for the keys of a column that are bound behind its other parameters.
    pub(super) fn lookup_sql(&self, query: &PoolQuery, column: ColumnId) -> String {
        let part = format!("{} IN rarray(?{})", self.column_sql(column), query.parameters.len() + 1);
        query.clauses.sql(Some(&part))
    }

    /// How the native scan of a table finds the rows of integer keys, by the rowid or by the column of that position.
    fn native_lookup(
        &self,
        query: &PoolQuery,
        table: TableId,
        column: Option<usize>,
        affinity: Affinity,
        rows_per_key: f64,
    ) -> Option<NativeLookup> {
        let Reader::Native(NativeScan { index: None, .. }) = &query.reader else { return None };
        if !matches!(affinity, Affinity::Integer | Affinity::Numeric | Affinity::Blob) {
            // A key would be a real or a text there.
            return None;
        }
        let index = match column {
            None => None,
            Some(column) => {
                let begins = |index: &&Index| {
                    let first = &index.columns[0];
                    !index.partial && first.column == Some(column) && !first.descending
                };
                let narrowest = self.table(table)?.indexes.iter().filter(begins).min_by_key(|index| index.columns.len())?;
                Some((narrowest.name.clone(), narrowest.columns.len()))
            }
        };
        Some(NativeLookup { index, rows_per_key })
    }

    /// Sends ORDER BY and LIMIT to the pool as well, where it answers alone: only the first rows are then fetched.
    pub(super) fn push_limit(&self, node: &mut Node, order_by: &[OrderBy], most: u64) {
        let NodeKind::PoolQuery(query) = &mut node.kind else { return };
        let mut terms = Vec::new();
        for term in order_by {
            let BoundExpr::Column(column) = &term.expr else { return };
            if self.bound.columns.get(*column).table.is_none() {
                return;
            }
            let direction = if term.descending { "DESC" } else { "ASC" };
            let nulls = if term.nulls_first { "FIRST" } else { "LAST" };
            terms.push(format!("{} COLLATE {} {direction} NULLS {nulls}", self.column_sql(*column), term.collation.name()));
        }
        let order = if terms.is_empty() { String::new() } else { format!(" ORDER BY {}", terms.join(", ")) };
        query.sql = format!("{}{order} LIMIT {most}", query.sql);
        query.partition = None;
        query.reader = Reader::Sqlite("it stops at the limit");
        node.rows = node.rows.min(most as f64);
    }
}

/// Whether an expression holds MATCH, which only a virtual table's own index answers.
fn asks_index(expr: &BoundExpr) -> bool {
    let mut asks = false;
    expr.walk(&mut |part| asks |= matches!(part, BoundExpr::Pattern { operator: PatternOperator::Match, .. }));
    asks
}

/// `first..=last` in parts of about equal width.
fn ranges(first: i64, last: i64) -> Vec<(i64, i64)> {
    let width = (i128::from(last) - i128::from(first)) / i128::from(PARTITION_PARTS) + 1;
    let end = |start: i128| (start + width - 1).min(i128::from(last));
    let starts =
        (0..i128::from(PARTITION_PARTS)).map(|part| i128::from(first) + part * width).filter(|start| *start <= i128::from(last));
    let narrow = |number: i128| i64::try_from(number).expect("between two rowids lies a rowid");
    // Rows outside what the catalog saw (inserted since) belong to the first and the last part.
    let mut parts: Vec<(i64, i64)> = starts.map(|start| (narrow(start), narrow(end(start)))).collect();
    if let Some(part) = parts.first_mut() {
        part.0 = i64::MIN;
    }
    if let Some(part) = parts.last_mut() {
        part.1 = i64::MAX;
    }
    parts
}
