//! Where a statement makes one row of several, any of several equal values may stand for them: SQLite shows the one that its plan comes
//! to first (<https://sqlite.org/lang_select.html> says nothing of which).

use std::collections::HashMap;

use super::compare::each;
use crate::batch::Batch;
use crate::bind::{AggregateFunction, BoundExpr, BoundQuery, FromItem, FromSource, Query, QueryBody, Select};
use crate::statement::SetOperator;
use crate::value::{Collation, Value, ValueRef, append_key};

/// How values are told apart wherever a statement makes one row, or one value, of several; whether it joins texts, whose sequence
/// only the aggregate's own ORDER BY tells; and which of its columns show any row of a group.
pub(super) struct Merging {
    collations: Vec<Collation>,
    joins_texts: bool,
    of_any_row: Vec<usize>,
}

/// What of several values a statement makes one.
pub(super) fn merging(bound: &BoundQuery) -> Merging {
    let merging = Merging { collations: Vec::new(), joins_texts: false, of_any_row: of_any_row(&bound.query) };
    let mut found = Search { bound, merging };
    found.query(&bound.query);
    bound.common.iter().for_each(|common| found.query(&common.query));
    bound.subqueries.iter().for_each(|subquery| found.query(&subquery.query));
    let mut merging = found.merging;
    if merging.joins_texts || !merging.of_any_row.is_empty() {
        merging.collations.push(Collation::Binary);
    }
    merging.collations.sort_by_key(|collation| format!("{collation:?}"));
    merging.collations.dedup();
    merging
}

/// Whether two answers are the same but for values that one of the collations holds for equal, or texts joined in another sequence.
pub(super) fn differ_in_representatives(one: &[Batch], other: &[Batch], merging: &Merging) -> bool {
    let joined = |value: ValueRef<'_>| match value {
        ValueRef::Text(text) if merging.joins_texts => {
            let mut bytes = text.to_vec();
            bytes.sort_unstable();
            Value::Text(bytes.into())
        }
        other => other.to_owned(),
    };
    merging.collations.iter().any(|collation| {
        let rows = |batches: &[Batch]| {
            let mut rows: HashMap<Vec<u8>, usize> = HashMap::new();
            for (batch, row) in each(batches) {
                let mut key = Vec::new();
                let fixed = batch.columns().iter().enumerate().filter(|(position, _)| !merging.of_any_row.contains(position));
                fixed.for_each(|(_, column)| append_key(&mut key, joined(column.value(row)).as_ref(), *collation));
                *rows.entry(key).or_default() += 1;
            }
            rows
        };
        rows(one) == rows(other)
    })
}

/// The result columns of a grouped SELECT that take a column which is no key from one row of each group, where no min() or max()
/// says from which.
fn of_any_row(query: &Query) -> Vec<usize> {
    let QueryBody::Select(select) = &query.body else { return Vec::new() };
    if select.aggregates.iter().any(|(_, aggregate)| aggregate.is_extreme()) {
        return Vec::new();
    }
    let is_bare = |expr: &BoundExpr| {
        let mut found = false;
        expr.walk(&mut |part| found |= select.bare.iter().any(|(column, _)| *part == BoundExpr::Column(*column)));
        found
    };
    let results = select.projection.iter().enumerate();
    results.filter(|(_, (_, expr))| is_bare(expr)).map(|(position, _)| position).collect()
}

struct Search<'a> {
    bound: &'a BoundQuery,
    merging: Merging,
}

impl Search<'_> {
    fn query(&mut self, query: &Query) {
        if query.limit.is_some() {
            // Of rows that sort alike LIMIT keeps any.
            self.merging.collations.extend(query.order_by.iter().map(|term| term.collation));
        }
        match &query.body {
            QueryBody::Select(select) => self.select(select),
            QueryBody::Compound { first, rest, collations } => {
                self.select(first);
                rest.iter().for_each(|(_, select)| self.select(select));
                if rest.iter().any(|(operator, _)| *operator != SetOperator::UnionAll) {
                    self.merging.collations.extend(collations);
                }
            }
            QueryBody::Recursive(recursive) => {
                self.query(&recursive.setup);
                recursive.steps.iter().for_each(|select| self.select(select));
                if recursive.distinct {
                    self.merging.collations.extend(&recursive.collations);
                }
            }
        }
    }

    fn select(&mut self, select: &Select) {
        let results = select.projection.iter().filter(|_| select.distinct).map(|(column, _)| column);
        let keys = select.group_by.iter().map(|(column, _)| column);
        let merged: Vec<Collation> = results.chain(keys).map(|column| self.bound.columns.get(*column).collation).collect();
        self.merging.collations.extend(merged);
        let aggregates = select.aggregates.iter().map(|(_, aggregate)| aggregate);
        self.merging.joins_texts |= aggregates.clone().any(|call| {
            matches!(
                call.function,
                AggregateFunction::GroupConcat | AggregateFunction::BySqlite("json_group_array" | "json_group_object")
            )
        });
        self.merging.collations.extend(aggregates.filter(|call| call.is_extreme() || call.distinct).map(|call| call.collation));
        self.merging.collations.extend(select.windows.iter().map(|(_, call)| call.collation));
        self.from(&select.from);
    }

    fn from(&mut self, items: &[FromItem]) {
        for item in items {
            match &item.source {
                FromSource::Query(query) => self.query(query),
                FromSource::Joined(items) => self.from(items),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{Column, ColumnBuilder};

    fn batch(number: i64, text: &str) -> Batch {
        let column = |value: Value| -> Column {
            let mut builder = ColumnBuilder::with_capacity(1);
            builder.push(value.as_ref());
            builder.finish()
        };
        Batch::new(1, vec![column(Value::Integer(number)), column(Value::text(text))])
    }

    #[test]
    fn a_column_of_any_row_may_differ_and_no_other() {
        let merging = |of_any_row| Merging { collations: vec![Collation::Binary], joins_texts: false, of_any_row };
        let differ = |one: Batch, other: Batch, of_any_row| differ_in_representatives(&[one], &[other], &merging(of_any_row));
        assert!(differ(batch(1, "a"), batch(1, "b"), vec![1]));
        assert!(!differ(batch(1, "a"), batch(1, "b"), vec![]));
        assert!(!differ(batch(1, "a"), batch(2, "a"), vec![1]));
    }
}
