//! Tables of one pool that one pool query reads: each table alone, or joined by SQLite where an index there makes that
//! cheaper than reading both and joining in memory.

use super::condition::{columns_of, has_subquery};
use super::equal_columns::equal_columns;
use super::{Planner, cost};
use crate::bind::{BoundExpr, ColumnId, CompareOperator, ComparisonRules, SubqueryId, TableId};
use crate::value::Value;

/// A side that takes longer than this to find is not given to SQLite's nested loops: once it is read, its keys tell whether
/// searching by them is cheaper than a scan, which no estimate tells as well.
const MOST_VISITED: f64 = 50_000.0;

/// Tables of one pool and what their rows must satisfy.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    pub(super) pool: String,
    pub(super) tables: Vec<TableId>,
    /// Conditions that SQLite evaluates.
    pub(super) pushed: Vec<BoundExpr>,
    /// Conditions on these tables that it cannot evaluate with the same result.
    pub(super) kept: Vec<BoundExpr>,
    /// About how many rows it gives.
    pub(super) rows: f64,
    /// About how many rows SQLite visits for that.
    pub(super) visited: f64,
}

impl Planner<'_> {
    /// One table with the conditions on it alone.
    pub(super) fn table_cluster(&self, table: TableId, conditions: Vec<BoundExpr>) -> Cluster {
        let (pushed, kept): (Vec<_>, Vec<_>) = conditions.into_iter().partition(|condition| self.is_pushable(condition));
        let all = self.table_rows(table);
        let rows = pushed.iter().chain(&kept).fold(all, |rows, condition| rows * self.selectivity(condition));
        let searched = pushed.iter().filter(|condition| self.is_search(condition)).map(|condition| self.selectivity(condition));
        let visited = searched.fold(1.0, f64::min) * all;
        let (pool, visited) = (self.pool(table).to_owned(), visited.max(1.0));
        let mut cluster = Cluster { pool, tables: vec![table], pushed, kept, rows, visited };
        let rows = self.sampled_rows(&cluster, table).unwrap_or(rows);
        // A table that holds nothing is joined first: there is nothing to join it with.
        cluster.rows = if self.is_known_empty(table) { 0.0 } else { rows.max(1.0) };
        cluster
    }

    /// Joins clusters of one pool as long as that is cheaper than to read them apart; takes the conditions that it uses.
    pub(super) fn merge_clusters(&self, clusters: &mut Vec<Cluster>, conditions: &mut Vec<BoundExpr>) {
        while let Some((outer, inner)) = self.best_merge(clusters, conditions) {
            let (first, second) = (outer.min(inner), outer.max(inner));
            let taken = clusters.remove(second);
            let kept = clusters.remove(first);
            let (outer, inner) = if outer == first { (kept, taken) } else { (taken, kept) };
            let merged = self.merged(outer, inner, conditions);
            clusters.insert(first, merged);
        }
    }

    fn merged(&self, outer: Cluster, inner: Cluster, conditions: &mut Vec<BoundExpr>) -> Cluster {
        let rows = self.merged_rows(&outer, &inner, conditions);
        let mut merged = Cluster {
            pool: outer.pool,
            tables: outer.tables.into_iter().chain(inner.tables).collect(),
            pushed: outer.pushed.into_iter().chain(inner.pushed).collect(),
            kept: outer.kept.into_iter().chain(inner.kept).collect(),
            rows,
            visited: outer.visited + outer.rows * (cost::SEARCH / cost::VISIT) + rows * (cost::SEARCH_ROW / cost::VISIT),
        };
        for condition in std::mem::take(conditions) {
            let inside =
                self.tables_of(&condition).is_some_and(|tables| tables.iter().all(|table| merged.tables.contains(table)));
            match (inside, self.is_pushable(&condition)) {
                (true, true) => merged.pushed.push(condition),
                (true, false) => merged.kept.push(condition),
                (false, _) => conditions.push(condition),
            }
        }
        merged
    }

    /// The pair (outer, inner) whose joining within SQLite saves most.
    fn best_merge(&self, clusters: &[Cluster], conditions: &[BoundExpr]) -> Option<(usize, usize)> {
        let mut best: Option<(f64, (usize, usize))> = None;
        for outer in 0..clusters.len() {
            for inner in (0..clusters.len()).filter(|inner| *inner != outer && clusters[*inner].pool == clusters[outer].pool) {
                let saved = self.saved_by_merge(&clusters[outer], &clusters[inner], conditions);
                if saved > 0.0 && best.as_ref().is_none_or(|(most, _)| saved > *most) {
                    best = Some((saved, (outer, inner)));
                }
            }
        }
        best.map(|(_, pair)| pair)
    }

    fn saved_by_merge(&self, outer: &Cluster, inner: &Cluster, conditions: &[BoundExpr]) -> f64 {
        let [inner_table] = inner.tables[..] else { return 0.0 };
        if outer.visited > MOST_VISITED {
            return 0.0;
        }
        let searchable =
            conditions.iter().any(|condition| self.is_lookup(condition, outer, inner_table) && self.is_pushable(condition));
        if !searchable {
            return 0.0;
        }
        let fetch = |rows: f64| rows * (cost::FETCH_ROW + 3.0 * cost::FETCH_CELL);
        let matched = outer.rows * (self.merged_rows(outer, inner, conditions) / outer.rows).max(1.0);
        // Apart, both are read by native scans, by several threads, and few rows pass the filter that the one side makes for the
        // other; together, SQLite does it all on one.
        let apart = (inner.visited + outer.visited) * cost::VISIT;
        let searched = outer.rows * cost::SEARCH + matched * cost::SEARCH_ROW;
        let together = outer.visited * cost::SQLITE_VISIT + searched + fetch(self.merged_rows(outer, inner, conditions));
        apart - together
    }

    fn merged_rows(&self, outer: &Cluster, inner: &Cluster, conditions: &[BoundExpr]) -> f64 {
        let distinct = conditions.iter().filter_map(|condition| {
            let (left, right) = equal_columns(condition)?;
            let tables = self.tables_of(condition)?;
            let spans = tables.iter().any(|table| outer.tables.contains(table))
                && tables.iter().any(|table| inner.tables.contains(table));
            spans.then(|| self.joined_values(left, right).unwrap_or(1.0))
        });
        let distinct = distinct.fold(1.0, f64::max);
        (outer.rows * inner.rows / distinct).max(1.0)
    }

    /// Whether `condition` lets SQLite find the rows of `inner` for one row of `outer` by an index.
    fn is_lookup(&self, condition: &BoundExpr, outer: &Cluster, inner: TableId) -> bool {
        let BoundExpr::Compare(comparison) = condition else { return false };
        if comparison.operator != CompareOperator::Equal {
            return false;
        }
        let sides = [(&comparison.left, &comparison.right), (&comparison.right, &comparison.left)];
        sides.into_iter().any(|(key, other)| {
            let found = self.indexed_column(key, comparison.collation).is_some_and(|(table, _)| table == inner);
            found
                && self
                    .tables_of(other)
                    .is_some_and(|tables| !tables.is_empty() && tables.iter().all(|table| outer.tables.contains(table)))
        })
    }

    /// Whether a condition on one table alone makes SQLite search instead of scan.
    pub(super) fn is_search(&self, condition: &BoundExpr) -> bool {
        match condition {
            BoundExpr::Compare(comparison) => {
                let sides = [(&comparison.left, &comparison.right), (&comparison.right, &comparison.left)];
                let equal = matches!(comparison.operator, CompareOperator::Equal);
                equal
                    && sides.into_iter().any(|(column, other)| {
                        self.indexed_column(column, comparison.collation).is_some() && columns_of(other).is_empty()
                    })
            }
            BoundExpr::InList { operand, negated: false, collation, .. } => self.indexed_column(operand, *collation).is_some(),
            _ => false,
        }
    }

    /// The tables whose stored columns an expression uses; None if it uses any other column.
    pub(super) fn tables_of(&self, expr: &BoundExpr) -> Option<Vec<TableId>> {
        columns_of(expr).into_iter().map(|column| self.bound.columns.get(column).table.map(|(table, _)| table)).collect()
    }

    /// Whether SQLite, given the text of `condition`, evaluates it as glue means it: every column is stored in a table, every
    /// function answers alike anywhere, and affinities and collations come out the same once scalar subqueries are bound values.
    pub(super) fn is_pushable(&self, condition: &BoundExpr) -> bool {
        if self.tables_of(condition).is_none_or(|tables| tables.is_empty()) {
            return false;
        }
        let bound = condition.clone().map(&mut |part| match part {
            BoundExpr::Scalar(_) => BoundExpr::Literal(Value::Null),
            other => other,
        });
        if has_subquery(&bound) {
            return false;
        }
        let nothing = |_: SubqueryId| ColumnId(0);
        let rules = ComparisonRules { columns: &self.bound.columns, subquery_column: &nothing };
        let mut same = true;
        bound.walk(&mut |part| match part {
            BoundExpr::Compare(comparison) => {
                same &= rules.comparison_affinity(&comparison.left, &comparison.right) == comparison.affinity;
                same &= rules.comparison_collation(&comparison.left, &comparison.right) == comparison.collation;
            }
            BoundExpr::InList { operand, affinity, collation, .. } => {
                same &= rules.affinity(operand).comparison_with(crate::value::Affinity::None) == *affinity;
                same &= rules.collation(operand) == *collation;
            }
            BoundExpr::Merged(_) => same = false,
            BoundExpr::Function { name, arguments } => {
                same &= crate::expression::is_deterministic(name, arguments.len()) == Some(true);
            }
            _ => {}
        });
        same
    }
}
