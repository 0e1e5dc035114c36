//! Aggregates over frames: rows are added at one end and taken out at the other, as far as that gives SQLite's own result.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::ops::Range;

use arrow_array::UInt32Array;

use super::frame::Frames;
use crate::batch::{Column, ColumnBuilder};
use crate::bind::AggregateFunction;
use crate::error::Result;
use crate::execution::operator::accumulator::append_text;
use crate::execution::operator::checked_row;
use crate::expression::SqliteAggregate;
use crate::value::{Collation, SumState, Value, ValueRef, compare_values};

/// One aggregate's frame state.
pub(super) struct Aggregate<'a> {
    function: AggregateFunction,
    arguments: &'a [Column],
    /// Whether FILTER lets a row in.
    lets_in: &'a dyn Fn(usize) -> bool,
    collation: Collation,
    count: i64,
    sum: SumState,
    /// Whether min and max take the last of equal values, as SQLite does where it finds them in an index of the frame's rows
    /// (`windowAggStep`), instead of the first.
    takes_last: bool,
    /// For min and max the rows that are or can still become the extreme; for others that need them all rows.
    held: VecDeque<usize>,
    by_sqlite: Option<&'a mut SqliteAggregate>,
}

impl<'a> Aggregate<'a> {
    pub(super) fn new(
        function: AggregateFunction,
        arguments: &'a [Column],
        lets_in: &'a dyn Fn(usize) -> bool,
        collation: Collation,
        by_sqlite: Option<&'a mut SqliteAggregate>,
    ) -> Self {
        let (count, sum, held) = (0, SumState::default(), VecDeque::new());
        Self { function, arguments, lets_in, collation, count, sum, takes_last: false, held, by_sqlite }
    }

    /// The values for a partition's rows.
    pub(super) fn partition(&mut self, frames: &Frames<'_>, result: &mut ColumnBuilder) -> Result<()> {
        let mut held: Range<usize> = frames.rows.start..frames.rows.start;
        self.clear();
        self.takes_last = frames.slides() && !frames.excludes();
        for row in frames.rows.clone() {
            if frames.excludes() {
                self.clear();
                frames.seen(row).for_each(|seen| self.add(seen));
                result.push(self.value()?.as_ref());
                continue;
            }
            let extent = frames.extent(row);
            if extent.start < held.start || extent.end < held.end || extent.start >= held.end {
                self.clear();
                held = extent.start..extent.start;
            }
            (held.end..extent.end).for_each(|seen| self.add(seen));
            (held.start..extent.start).for_each(|seen| self.remove(seen));
            held = extent;
            result.push(self.value()?.as_ref());
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.count = 0;
        self.sum = SumState::default();
        self.held.clear();
    }

    fn argument(&self, row: usize) -> ValueRef<'a> {
        self.arguments.first().map_or(ValueRef::Null, |column| column.value(row))
    }

    fn add(&mut self, row: usize) {
        if !(self.lets_in)(row) {
            return;
        }
        let value = self.argument(row);
        match self.function {
            AggregateFunction::CountAll => self.count += 1,
            _ if value.is_null() && !matches!(self.function, AggregateFunction::BySqlite(_)) => {}
            AggregateFunction::Count => self.count += 1,
            AggregateFunction::Sum | AggregateFunction::Total | AggregateFunction::Average => self.sum.add(value),
            AggregateFunction::Minimum | AggregateFunction::Maximum => {
                let worse = if self.function == AggregateFunction::Minimum { Ordering::Greater } else { Ordering::Less };
                while let Some(other) = self.held.pop_back() {
                    let ordering = compare_values(self.argument(other), value, self.collation);
                    if ordering != worse && !(self.takes_last && ordering == Ordering::Equal) {
                        self.held.push_back(other);
                        break;
                    }
                }
                self.held.push_back(row);
            }
            AggregateFunction::GroupConcat | AggregateFunction::BySqlite(_) => self.held.push_back(row),
        }
    }

    fn remove(&mut self, row: usize) {
        if !(self.lets_in)(row) {
            return;
        }
        let value = self.argument(row);
        match self.function {
            AggregateFunction::CountAll => self.count -= 1,
            _ if value.is_null() && !matches!(self.function, AggregateFunction::BySqlite(_)) => {}
            AggregateFunction::Count => self.count -= 1,
            AggregateFunction::Sum | AggregateFunction::Total | AggregateFunction::Average => self.sum.remove(value),
            AggregateFunction::Minimum
            | AggregateFunction::Maximum
            | AggregateFunction::GroupConcat
            | AggregateFunction::BySqlite(_) => {
                if self.held.front() == Some(&row) {
                    self.held.pop_front();
                }
            }
        }
    }

    fn value(&mut self) -> Result<Value> {
        Ok(match self.function {
            AggregateFunction::CountAll | AggregateFunction::Count => Value::Integer(self.count),
            AggregateFunction::Sum => self.sum.sum()?,
            AggregateFunction::Total => Value::real(self.sum.total()),
            AggregateFunction::Average => self.sum.average(),
            AggregateFunction::Minimum | AggregateFunction::Maximum => {
                self.held.front().map_or(Value::Null, |row| self.argument(*row).to_owned())
            }
            AggregateFunction::GroupConcat => self.text(),
            AggregateFunction::BySqlite(_) => {
                let rows: UInt32Array = self.held.iter().map(|&row| checked_row(row)).collect::<Vec<_>>().into();
                let columns = self.arguments.iter().map(|column| column.take(&rows)).collect();
                self.by_sqlite.as_mut().map_or(Ok(Value::Null), |aggregate| aggregate.value(self.held.len(), columns))?
            }
        })
    }

    fn text(&self) -> Value {
        if self.held.is_empty() {
            return Value::Null;
        }
        let mut text = Vec::new();
        for (index, row) in self.held.iter().enumerate() {
            if index > 0 {
                match self.arguments.get(1) {
                    None => text.push(b','),
                    Some(separator) => append_text(&mut text, separator.value(*row)),
                }
            }
            append_text(&mut text, self.argument(*row));
        }
        Value::Text(text.into())
    }
}
