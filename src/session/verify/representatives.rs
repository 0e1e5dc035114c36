//! Where a statement makes one row of several, any of several equal values may stand for them: SQLite shows the one that its plan comes
//! to first (<https://sqlite.org/lang_select.html> says nothing of which).

use std::collections::HashMap;

use super::compare::each;
use crate::batch::Batch;
use crate::bind::{BoundQuery, FromItem, FromSource, Query, QueryBody, Select};
use crate::statement::SetOperator;
use crate::value::{Collation, append_key};

/// How values are told apart wherever a statement makes one row, or one value, of several.
pub(super) fn merging_collations(bound: &BoundQuery) -> Vec<Collation> {
    let mut found = Merging { bound, collations: Vec::new() };
    found.query(&bound.query);
    bound.common.iter().for_each(|common| found.query(&common.query));
    bound.subqueries.iter().for_each(|subquery| found.query(&subquery.query));
    found.collations.sort_by_key(|collation| format!("{collation:?}"));
    found.collations.dedup();
    found.collations
}

/// Whether two answers are the same but for values that one of the collations holds for equal.
pub(super) fn differ_in_representatives(one: &[Batch], other: &[Batch], collations: &[Collation]) -> bool {
    collations.iter().any(|collation| {
        let rows = |batches: &[Batch]| {
            let mut rows: HashMap<Vec<u8>, usize> = HashMap::new();
            for (batch, row) in each(batches) {
                let mut key = Vec::new();
                batch.columns().iter().for_each(|column| append_key(&mut key, column.value(row), *collation));
                *rows.entry(key).or_default() += 1;
            }
            rows
        };
        rows(one) == rows(other)
    })
}

struct Merging<'a> {
    bound: &'a BoundQuery,
    collations: Vec<Collation>,
}

impl Merging<'_> {
    fn query(&mut self, query: &Query) {
        if query.limit.is_some() {
            // Of rows that sort alike LIMIT keeps any.
            self.collations.extend(query.order_by.iter().map(|term| term.collation));
        }
        match &query.body {
            QueryBody::Select(select) => self.select(select),
            QueryBody::Compound { first, rest, collations } => {
                self.select(first);
                rest.iter().for_each(|(_, select)| self.select(select));
                if rest.iter().any(|(operator, _)| *operator != SetOperator::UnionAll) {
                    self.collations.extend(collations);
                }
            }
            QueryBody::Recursive(recursive) => {
                self.query(&recursive.setup);
                recursive.steps.iter().for_each(|select| self.select(select));
                if recursive.distinct {
                    self.collations.extend(&recursive.collations);
                }
            }
        }
    }

    fn select(&mut self, select: &Select) {
        let results = select.projection.iter().filter(|_| select.distinct).map(|(column, _)| column);
        let keys = select.group_by.iter().map(|(column, _)| column);
        let merged: Vec<Collation> = results.chain(keys).map(|column| self.bound.columns.get(*column).collation).collect();
        self.collations.extend(merged);
        let aggregates = select.aggregates.iter().map(|(_, aggregate)| aggregate);
        self.collations.extend(aggregates.filter(|call| call.is_extreme() || call.distinct).map(|call| call.collation));
        self.collations.extend(select.windows.iter().map(|(_, call)| call.collation));
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
