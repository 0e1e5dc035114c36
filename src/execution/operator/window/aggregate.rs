//! Aggregates over frames: rows are added at one end and taken out at the other, as far as that gives SQLite's own result.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::ops::Range;

use arrow_array::UInt32Array;

use super::frame::Frames;
use super::joined_text::{Asked, JoinedText};
use crate::batch::{Column, ColumnBuilder};
use crate::bind::AggregateFunction;
use crate::error::Result;
use crate::execution::operator::checked_row;
use crate::expression::SqliteAggregate;
use crate::value::{Collation, RunningSum, Value, ValueRef, compare_values};

/// Why a call of it never comes.
const OF_GROUPINGS: &str = "the planner has groupings alone count runs";

/// One aggregate's frame state.
pub(super) struct Aggregate<'a> {
    function: AggregateFunction,
    arguments: &'a [Column],
    /// Whether FILTER lets a row in.
    lets_in: &'a dyn Fn(usize) -> bool,
    collation: Collation,
    count: i64,
    sum: RunningSum,
    /// Whether min and max take the last of equal values, as SQLite does where it finds them in an index of the frame's rows
    /// (`windowAggStep`), instead of the first.
    takes_last: bool,
    joined: JoinedText,
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
        let (sum, joined, held) = (RunningSum::default(), JoinedText::default(), VecDeque::new());
        Self { function, arguments, lets_in, collation, count: 0, sum, takes_last: false, joined, held, by_sqlite }
    }

    /// The values for a partition's rows.
    pub(super) fn partition(&mut self, frames: &Frames<'_>, result: &mut ColumnBuilder) -> Result<()> {
        let mut held = frames.rows.start..frames.rows.start;
        self.clear();
        self.takes_last = frames.slides() && !frames.excludes();
        for row in frames.rows.clone() {
            if frames.excludes() {
                self.clear();
                frames.seen(row).for_each(|seen| self.add(seen));
                result.push(self.value(Asked::AtLast)?.as_ref());
                continue;
            }
            for extent in frames.approach(row) {
                self.slide(&mut held, extent, frames.takes_in_first());
            }
            result.push(self.value(Asked::Between)?.as_ref());
        }
        Ok(())
    }

    /// Takes in and out what the frame `to` has more and less than the one that is held.
    fn slide(&mut self, held: &mut Range<usize>, to: Range<usize>, takes_in_first: bool) {
        if to.start < held.start || to.end < held.end {
            self.clear();
            *held = to.start..to.start;
        }
        let leaving_first = if takes_in_first { held.start } else { to.start.min(held.end) };
        (held.start..leaving_first).for_each(|row| self.remove(row));
        (held.end..to.end).for_each(|row| self.add(row));
        (leaving_first..to.start).for_each(|row| self.remove(row));
        *held = to;
    }

    fn clear(&mut self) {
        self.count = 0;
        self.sum = RunningSum::default();
        self.joined = JoinedText::default();
        self.held.clear();
    }

    fn argument(&self, row: usize) -> ValueRef<'a> {
        self.arguments.first().map_or(ValueRef::Null, |column| column.value(row))
    }

    /// What stands between a row's text and the one before it.
    fn separator(&self, row: usize) -> ValueRef<'a> {
        self.arguments.get(1).map_or(ValueRef::Text(b","), |column| column.value(row))
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
            AggregateFunction::CountOf => unreachable!("{OF_GROUPINGS}"),
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
            AggregateFunction::GroupConcat => self.joined.add(value, self.separator(row)),
            AggregateFunction::BySqlite(_) => self.held.push_back(row),
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
            AggregateFunction::CountOf => unreachable!("{OF_GROUPINGS}"),
            AggregateFunction::Sum | AggregateFunction::Total | AggregateFunction::Average => self.sum.remove(value),
            AggregateFunction::GroupConcat => self.joined.remove(value),
            AggregateFunction::Minimum | AggregateFunction::Maximum | AggregateFunction::BySqlite(_) => {
                if self.held.front() == Some(&row) {
                    self.held.pop_front();
                }
            }
        }
    }

    fn value(&mut self, asked: Asked) -> Result<Value> {
        Ok(match self.function {
            AggregateFunction::CountAll | AggregateFunction::Count => Value::Integer(self.count),
            AggregateFunction::CountOf => unreachable!("{OF_GROUPINGS}"),
            AggregateFunction::Sum => self.sum.sum()?,
            AggregateFunction::Total => Value::real(self.sum.total()),
            AggregateFunction::Average => self.sum.average(),
            AggregateFunction::Minimum | AggregateFunction::Maximum => {
                self.held.front().map_or(Value::Null, |row| self.argument(*row).to_owned())
            }
            AggregateFunction::GroupConcat => self.joined.value(asked),
            AggregateFunction::BySqlite(_) => {
                let rows: UInt32Array = self.held.iter().map(|&row| checked_row(row)).collect::<Vec<_>>().into();
                let columns = self.arguments.iter().map(|column| column.take(&rows)).collect();
                self.by_sqlite.as_mut().map_or(Ok(Value::Null), |aggregate| aggregate.value(self.held.len(), columns))?
            }
        })
    }
}
