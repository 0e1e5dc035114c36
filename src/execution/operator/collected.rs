//! Aggregates that begin only when all rows of a group are there: those with an ORDER BY of their own, and those that SQLite
//! computes.

use std::cmp::Ordering;

use arrow_array::UInt32Array;

use super::{SortTerm, checked_row, row_number};
use crate::batch::{Batch, Column};
use crate::error::Result;
use crate::expression::SqliteAggregate;
use crate::value::{Value, ValueRef};

/// The rows of all groups: each its group's number, the arguments, and what is sorted by.
pub(super) struct CollectedRows {
    terms: Vec<SortTerm>,
    arguments: usize,
    batches: Vec<Batch>,
    rows: usize,
    bytes: usize,
}

/// The rows in order.
pub(super) struct OrderedRows {
    pub(super) groups: Vec<u32>,
    pub(super) arguments: Vec<Column>,
}

impl CollectedRows {
    /// No row yet, of a call with so many arguments.
    pub(super) fn new(arguments: usize, terms: Vec<SortTerm>) -> Self {
        Self { terms, arguments, batches: Vec::new(), rows: 0, bytes: 0 }
    }

    /// Adds the given rows of a batch (all of them: None).
    pub(super) fn add(&mut self, batch: &Batch, groups: &[u32], arguments: Vec<Column>, rows: Option<&[u32]>) -> Result<()> {
        let numbers: Vec<i64> = groups.iter().map(|&group| i64::from(group)).collect();
        let mut columns = vec![Column::Integer(numbers.into())];
        columns.extend(arguments);
        for term in &mut self.terms {
            columns.push(term.expression.evaluate(batch)?);
        }
        let added = Batch::new(batch.rows(), columns);
        let added = match rows {
            Some(rows) => added.take(&UInt32Array::from(rows.to_vec())),
            None => added,
        };
        self.rows += added.rows();
        row_number(self.rows)?;
        if added.rows() > 0 {
            self.bytes += added.bytes();
            self.batches.push(added);
        }
        Ok(())
    }

    /// About how many bytes of memory the rows take: in the end one batch of all stands beside the single ones.
    pub(super) fn memory(&self) -> usize {
        self.bytes * 2
    }

    /// The rows as ORDER BY has them, equal ones as they came. With `by_group` each group's stand together.
    pub(super) fn take(&mut self, by_group: bool) -> OrderedRows {
        let rows = Batch::concat(1 + self.arguments + self.terms.len(), &std::mem::take(&mut self.batches));
        (self.rows, self.bytes) = (0, 0);
        let group = |row: u32| match rows.column(0).value(row as usize) {
            ValueRef::Integer(group) => u32::try_from(group).expect("it was made of a u32"),
            _ => unreachable!("groups are numbers"),
        };
        let keys: Vec<(&SortTerm, &Column)> = self.terms.iter().zip(&rows.columns()[1 + self.arguments..]).collect();
        let mut order: Vec<u32> = (0..rows.rows()).map(checked_row).collect();
        order.sort_by(|&left, &right| {
            let groups = if by_group { group(left).cmp(&group(right)) } else { Ordering::Equal };
            groups.then_with(|| compare(&keys, left as usize, right as usize))
        });
        let groups = order.iter().map(|&row| group(row)).collect();
        let order = UInt32Array::from(order);
        let arguments = rows.columns()[1..=self.arguments].iter().map(|column| column.take(&order)).collect();
        OrderedRows { groups, arguments }
    }
}

fn compare(keys: &[(&SortTerm, &Column)], left: usize, right: usize) -> Ordering {
    let order = |(term, column): &(&SortTerm, &Column)| term.compare(column.value(left), column.value(right));
    keys.iter().map(order).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// What SQLite computes for each of `count` groups.
pub(super) fn computed(aggregate: &mut SqliteAggregate, rows: &OrderedRows, count: usize) -> Result<Vec<Value>> {
    let mut values = vec![None; count];
    let mut start = 0;
    while start < rows.groups.len() {
        let group = rows.groups[start];
        let length = rows.groups[start..].iter().take_while(|&&other| other == group).count();
        let arguments = rows.arguments.iter().map(|column| column.slice(start, length)).collect();
        values[group as usize] = Some(aggregate.value(length, arguments)?);
        start += length;
    }
    // Groups whose rows FILTER all left out.
    let mut of_nothing: Option<Value> = None;
    let mut result = Vec::with_capacity(count);
    for value in values {
        let value = match (value, &of_nothing) {
            (Some(value), _) => value,
            (None, Some(value)) => value.clone(),
            (None, None) => {
                let nothing = rows.arguments.iter().map(|column| column.slice(0, 0)).collect();
                of_nothing.insert(aggregate.value(0, nothing)?).clone()
            }
        };
        result.push(value);
    }
    Ok(result)
}
