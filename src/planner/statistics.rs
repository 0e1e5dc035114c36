//! Guesses at sizes, from catalogs: rows of a table, distinct values of a column, shares that conditions let through.

use super::Planner;
use crate::bind::{BoundExpr, ColumnId, CompareOperator, Source, TableId};
use crate::catalog::Table;
use crate::statement::PatternOperator;
use crate::value::Collation;

/// Rows of a table of which nothing is known.
const UNKNOWN_ROWS: f64 = 10_000.0;

impl Planner<'_> {
    /// The catalog's table behind a table of a FROM.
    pub(super) fn table(&self, id: TableId) -> Option<&Table> {
        let Source::Pool { pool, table } = self.bound.tables[id.0 as usize].sources.first()?;
        self.namespace.source_table(pool, table)
    }

    /// The pool of a table of a FROM.
    pub(super) fn pool(&self, id: TableId) -> &str {
        let Source::Pool { pool, .. } = &self.bound.tables[id.0 as usize].sources[0];
        pool
    }

    /// About how many rows a table has.
    pub(super) fn table_rows(&self, id: TableId) -> f64 {
        self.table(id).and_then(|table| table.rows).map_or(UNKNOWN_ROWS, |rows| rows.max(1) as f64)
    }

    /// Whether a table held no row when its catalog was read.
    pub(super) fn is_known_empty(&self, id: TableId) -> bool {
        self.table(id).is_some_and(|table| table.rows == Some(0))
    }

    /// About how many distinct values a column has, where it is a table's. Of a column that no index tells about: a tenth of
    /// its rows, as what is joined by tends to have many.
    pub(super) fn distinct_values(&self, column: ColumnId) -> Option<f64> {
        self.known_distinct_values(column, |rows| rows / 10.0)
    }

    /// About how many values the two sides of a join's equality have together. Where only one side's is known, that alone
    /// counts: the other refers to it, as a foreign key does to a primary key.
    pub(super) fn joined_values(&self, left: ColumnId, right: ColumnId) -> Option<f64> {
        let known = |column| self.known_distinct_values(column, |_| 0.0).filter(|_| self.is_distinct_known(column));
        match (known(left), known(right)) {
            (Some(left), Some(right)) => Some(left.max(right)),
            (Some(known), None) | (None, Some(known)) => Some(known),
            (None, None) => [left, right].into_iter().filter_map(|column| self.distinct_values(column)).reduce(f64::max),
        }
    }

    /// Whether a unique key or an index's statistics tell how many distinct values a column has.
    fn is_distinct_known(&self, column: ColumnId) -> bool {
        let Some((id, position)) = self.bound.columns.get(column).table else { return false };
        let Some(table) = self.table(id) else { return false };
        let Some(position) = position else { return true };
        let counted = |index: &crate::catalog::Index| {
            index.columns.first().is_some_and(|first| first.column == Some(position)) && !index.rows_per_key.is_empty()
        };
        table.is_unique(&[position]) || table.indexes.iter().any(counted)
    }

    /// The share of rows that have one given value. Of a column that no index tells about: as of a kind, a day or a place, of
    /// which there are few.
    fn share_of_value(&self, column: ColumnId) -> Option<f64> {
        self.known_distinct_values(column, f64::sqrt).map(|distinct| 1.0 / distinct)
    }

    fn known_distinct_values(&self, column: ColumnId, guess: fn(f64) -> f64) -> Option<f64> {
        let (id, position) = self.bound.columns.get(column).table?;
        let rows = self.table_rows(id);
        let table = self.table(id)?;
        let Some(position) = position else { return Some(rows) };
        if table.is_unique(&[position]) {
            return Some(rows);
        }
        let leading =
            table.indexes.iter().find(|index| index.columns.first().is_some_and(|first| first.column == Some(position)));
        let per_key = leading.and_then(|index| index.rows_per_key.first()).map(|per_key| (*per_key).max(1) as f64);
        let guess = guess(rows).max(rows.min(50.0));
        Some(per_key.map_or(guess, |per_key| rows / per_key).max(1.0))
    }

    /// The table column that a search can find by an index when it is compared under `collation`.
    pub(super) fn indexed_column(&self, expr: &BoundExpr, collation: Collation) -> Option<(TableId, Option<usize>)> {
        let BoundExpr::Column(id) = expr else { return None };
        let (table_id, position) = self.bound.columns.get(*id).table?;
        match position {
            None => Some((table_id, None)),
            Some(position) => self.table(table_id)?.is_indexed(position, collation).then_some((table_id, Some(position))),
        }
    }

    /// The share of rows that a condition lets through.
    pub(super) fn selectivity(&self, condition: &BoundExpr) -> f64 {
        match condition {
            BoundExpr::And(items) => items.iter().map(|item| self.selectivity(item)).product(),
            BoundExpr::Or(items) => items.iter().map(|item| self.selectivity(item)).sum::<f64>().min(1.0),
            BoundExpr::Not(inner) => 1.0 - self.selectivity(inner).min(0.9),
            BoundExpr::Compare(comparison) => match comparison.operator {
                CompareOperator::Equal | CompareOperator::Is => {
                    let column = [&comparison.left, &comparison.right].into_iter().find_map(column_id);
                    column.and_then(|id| self.share_of_value(id)).unwrap_or(0.1)
                }
                CompareOperator::NotEqual | CompareOperator::IsNot => 0.9,
                _ => 0.3,
            },
            BoundExpr::InList { operand, list, negated: false, .. } => {
                let share = column_id(operand).and_then(|id| self.share_of_value(id)).unwrap_or(0.05);
                (list.len() as f64 * share).min(1.0)
            }
            BoundExpr::Pattern { operator: PatternOperator::Like | PatternOperator::Glob, negated: false, .. } => 0.1,
            BoundExpr::IsNull { negated: false, .. } => 0.1,
            BoundExpr::InSubquery { negated: false, .. } => 0.3,
            _ => 0.7,
        }
    }
}

fn column_id(expr: &BoundExpr) -> Option<ColumnId> {
    if let BoundExpr::Column(id) = expr { Some(*id) } else { None }
}
