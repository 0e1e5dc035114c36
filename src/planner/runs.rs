//! An index that is read by its first column alone gives each run of equal entries once: with their number where rows are only
//! counted, and without where it does not matter how often each comes. (Eager aggregation, for which the index has sorted already.)

use super::node::AggregateNode;
use super::{HashJoin, JoinMode, NativeScan, Node, NodeKind, Planner, PoolQuery, Reader, Runs, Side};
use crate::bind::{Aggregate, AggregateFunction, BoundExpr, ColumnId};
use crate::catalog::Stored;

/// With fewer entries of a key, telling runs apart costs what it saves.
const LEAST_ENTRIES: f64 = 2.0;

impl Planner<'_> {
    /// Has a grouping that does nothing but count its rows count runs of an index's entries, where it reads one.
    pub(super) fn count_entries(&mut self, grouping: &mut AggregateNode) {
        let is_count = |aggregate: &Aggregate| aggregate.function == AggregateFunction::CountAll && aggregate.filter.is_none();
        let counts_alone =
            !grouping.aggregates.is_empty() && grouping.aggregates.iter().all(is_count) && grouping.bare.is_empty();
        if !counts_alone {
            return;
        }
        let Some(number) = self.counted(&mut grouping.input) else { return };
        for aggregate in &mut grouping.aggregates {
            *aggregate = Aggregate::plain(AggregateFunction::CountOf, vec![BoundExpr::Column(number)]);
        }
    }

    /// Lets a step give rows that stand for several equal ones, and how many these are as a further column.
    fn counted(&mut self, node: &mut Node) -> Option<ColumnId> {
        match &mut node.kind {
            NodeKind::PoolQuery(query) => {
                let number = self.counted_query(query)?;
                node.columns.push(number);
                Some(number)
            }
            NodeKind::HashJoin(join) => {
                let number = self.counted_side(join)?;
                node.columns = join.mode.columns(&join.left, &join.right);
                Some(number)
            }
            _ => None,
        }
    }

    /// One side of a join is enough: each of its rows pairs with as many of the other side's as each that it stands for would. Where
    /// a side can be missing in a pair, so would be its number.
    fn counted_side(&mut self, join: &mut HashJoin) -> Option<ColumnId> {
        let probe = if join.build == Side::Left { &mut join.right } else { &mut join.left };
        match join.mode {
            JoinMode::Inner => {
                let counted = self.counted(probe);
                let held = if join.build == Side::Left { &mut join.left } else { &mut join.right };
                counted.or_else(|| self.counted(held))
            }
            JoinMode::Left | JoinMode::Semi | JoinMode::Anti | JoinMode::AntiNullAware => self.counted(&mut join.left),
            JoinMode::Full => None,
        }
    }

    /// Leaves out rows of a step, of which it does not matter how often each comes.
    pub(super) fn read_once(&self, node: &mut Node) {
        let NodeKind::PoolQuery(query) = &mut node.kind else { return };
        if self.has_runs(query)
            && let Reader::Native(scan) = &mut query.reader
        {
            scan.runs = Runs::Once;
        }
    }

    /// Whether a query reads an index in which several entries follow each other that are the same to it.
    fn has_runs(&self, query: &PoolQuery) -> bool {
        let Reader::Native(scan) = &query.reader else { return false };
        let Some(column) = first_column(scan) else { return false };
        let table = self.bound.columns.get(column).table;
        let entries = table.zip(self.distinct_values(column)).map(|((table, _), keys)| self.table_rows(table) / keys);
        query.sql == query.clauses.sql(None) && entries.is_some_and(|entries| entries >= LEAST_ENTRIES)
    }

    fn counted_query(&mut self, query: &mut PoolQuery) -> Option<ColumnId> {
        if !self.has_runs(query) {
            return None;
        }
        let number = self.plain_column("entries");
        // SQLite gives each entry as a run of its own.
        query.clauses.selected.push_str(", 1");
        query.sql = query.clauses.sql(None);
        let lookup = query.lookup.as_ref().map(|lookup| self.lookup_sql(query, lookup.column));
        if let (Some(lookup), Some(sql)) = (&mut query.lookup, lookup) {
            lookup.sql = sql;
        }
        if let Reader::Native(scan) = &mut query.reader {
            scan.runs = Runs::Counted;
        }
        Some(number)
    }
}

/// The first column of an index of which a scan reads nothing else.
fn first_column(scan: &NativeScan) -> Option<ColumnId> {
    let [field] = &scan.fields[..] else { return None };
    let is_first = matches!(field.stored, Stored::Field { position: 0, .. });
    (is_first && scan.index.as_ref().is_some_and(|index| index.rowid.is_some())).then_some(field.column)
}
