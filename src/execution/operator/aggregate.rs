//! Grouping rows by their keys, and the result of each group.

use super::accumulator::{AggregateCall, Chosen};
use super::{Input, Operator};
use crate::batch::{BATCH_ROWS, Batch, Column, ColumnBuilder};
use crate::error::Result;
use crate::execution::computed::Computed;
use crate::execution::key_table::KeyTable;
use crate::value::{Collation, Value};

/// Groups rows by hash; the groups come in the order of their first row. Gives the keys, the aggregates, the bare columns.
pub(crate) struct Aggregation {
    input: Input,
    keys: Vec<Computed>,
    table: KeyTable,
    /// Each group's key, as its first row has it.
    representatives: Vec<ColumnBuilder>,
    aggregates: Vec<AggregateCall>,
    bare: Vec<Computed>,
    /// The bare columns' values of each group, one group after the other.
    bare_values: Vec<Value>,
    /// Which aggregate's rows the bare columns follow.
    leader: Option<usize>,
    has_always_a_row: bool,
    groups: usize,
    output: Option<Output>,
}

struct Output {
    keys: Vec<Column>,
    given: usize,
}

impl Aggregation {
    /// Groups the rows of `input`. `is_grouped` tells whether GROUP BY was written.
    pub(crate) fn new(
        input: Input,
        keys: Vec<(Computed, Collation)>,
        aggregates: Vec<AggregateCall>,
        bare: Vec<Computed>,
        is_grouped: bool,
    ) -> Self {
        let (keys, collations): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
        let mut extremes = (0..aggregates.len()).filter(|&index| aggregates[index].is_extreme());
        let leader = match (extremes.next(), extremes.next()) {
            (Some(only), None) if !bare.is_empty() => Some(only),
            _ => None,
        };
        Self {
            input,
            representatives: keys.iter().map(|_| ColumnBuilder::with_capacity(0)).collect(),
            has_always_a_row: keys.is_empty() && !is_grouped,
            keys,
            table: KeyTable::new(collations),
            aggregates,
            bare,
            bare_values: Vec::new(),
            leader,
            groups: 0,
            output: None,
        }
    }

    fn group(&mut self) -> Result<()> {
        let (mut numbers, mut fresh) = (Vec::new(), Vec::new());
        if self.has_always_a_row {
            self.resize(1);
        }
        while let Some(batch) = self.input.next_batch()? {
            let keys = self.keys.iter_mut().map(|key| key.evaluate(&batch)).collect::<Result<Vec<_>>>()?;
            if keys.is_empty() {
                numbers.clear();
                numbers.resize(batch.rows(), 0);
                fresh.clear();
                if self.bare_values.is_empty() {
                    fresh.push(0);
                }
                self.resize(1);
            } else {
                self.table.number_rows(&keys, batch.rows(), &mut numbers, &mut fresh)?;
                for (builder, key) in self.representatives.iter_mut().zip(&keys) {
                    for &row in &fresh {
                        builder.push(key.value(row as usize));
                    }
                }
                self.resize(self.table.len());
            }
            self.add(&batch, &numbers, &fresh)?;
        }
        self.aggregates.iter_mut().try_for_each(AggregateCall::complete)?;
        // The one group of no rows.
        self.bare_values.resize(self.groups * self.bare.len(), Value::Null);
        Ok(())
    }

    fn resize(&mut self, groups: usize) {
        if groups != self.groups {
            self.groups = groups;
            self.aggregates.iter_mut().for_each(|aggregate| aggregate.resize(groups));
        }
    }

    fn add(&mut self, batch: &Batch, numbers: &[u32], fresh: &[u32]) -> Result<()> {
        let mut chosen = self.leader.map(|_| Chosen::new(batch.rows()));
        for (index, aggregate) in self.aggregates.iter_mut().enumerate() {
            let chosen = if self.leader == Some(index) { chosen.as_mut() } else { None };
            aggregate.update(batch, numbers, chosen)?;
        }
        if self.bare.is_empty() {
            return Ok(());
        }
        let columns = self.bare.iter_mut().map(|bare| bare.evaluate(batch)).collect::<Result<Vec<_>>>()?;
        let width = columns.len();
        self.bare_values.resize(self.groups * width, Value::Null);
        let mut set = |row: usize| {
            let first = numbers[row] as usize * width;
            for (value, column) in self.bare_values[first..first + width].iter_mut().zip(&columns) {
                *value = column.value(row).to_owned();
            }
        };
        match chosen {
            None => fresh.iter().for_each(|&row| set(row as usize)),
            // In row order: the group's first row counts until the extreme finds a better one.
            Some(chosen) => {
                let mut fresh = fresh.iter().copied().peekable();
                for row in 0..batch.rows() {
                    let is_first = fresh.next_if(|&fresh| fresh as usize == row).is_some();
                    if is_first || chosen.is_chosen(row) {
                        set(row);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Operator for Aggregation {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        if self.output.is_none() {
            self.group()?;
            let keys = self.representatives.iter_mut().map(ColumnBuilder::finish).collect();
            self.output = Some(Output { keys, given: 0 });
        }
        let Some(output) = self.output.as_mut().filter(|output| output.given < self.groups) else { return Ok(None) };
        let (start, count) = (output.given, (self.groups - output.given).min(BATCH_ROWS));
        output.given += count;
        let mut columns: Vec<Column> = output.keys.iter().map(|key| key.slice(start, count)).collect();
        for aggregate in &self.aggregates {
            columns.push(aggregate.results(start, count)?);
        }
        let width = self.bare.len();
        for index in 0..width {
            let mut builder = ColumnBuilder::with_capacity(count);
            (start..start + count).for_each(|group| builder.push(self.bare_values[group * width + index].as_ref()));
            columns.push(builder.finish());
        }
        Ok(Some(Batch::new(count, columns)))
    }
}
