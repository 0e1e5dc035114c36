//! SQLite's built-in window functions (<https://sqlite.org/windowfunctions.html> 3), a partition at a time.

use arrow_buffer::BooleanBuffer;

use super::Call;
use super::aggregate::Aggregate;
use super::frame::Frames;
use crate::batch::{Batch, Column, ColumnBuilder};
use crate::bind::WindowFunction;
use crate::error::{Error, Result};
use crate::expression::{SqliteAggregate, added};
use crate::value::{Collation, Value, ValueRef};

/// A call with its arguments computed.
pub(super) struct Caller {
    function: WindowFunction,
    arguments: Vec<Column>,
    filter: Option<BooleanBuffer>,
    collation: Collation,
    by_sqlite: Option<SqliteAggregate>,
}

impl Caller {
    pub(super) fn new(call: &mut Call, rows: &Batch) -> Result<Self> {
        let arguments = call.arguments.iter_mut().map(|argument| argument.evaluate(rows)).collect::<Result<_>>()?;
        let filter = call.filter.as_mut().map(|filter| filter.matches(rows)).transpose()?;
        let (function, collation, by_sqlite) = (call.function, call.collation, call.by_sqlite.take());
        Ok(Self { function, arguments, filter, collation, by_sqlite })
    }

    /// The values for a partition's rows.
    pub(super) fn partition(&mut self, frames: &Frames<'_>, result: &mut ColumnBuilder) -> Result<()> {
        if let WindowFunction::Aggregate(function) = self.function {
            let lets_in = |row: usize| self.filter.as_ref().is_none_or(|filter| filter.value(row));
            let by_sqlite = self.by_sqlite.as_mut();
            return Aggregate::new(function, &self.arguments, &lets_in, self.collation, by_sqlite).partition(frames, result);
        }
        let parts = match self.function {
            WindowFunction::Ntile => self.positive(0, frames.rows.start, "argument of ntile must be a positive integer")?,
            _ => 0,
        };
        for row in frames.rows.clone() {
            let value = self.value(row, frames, parts)?;
            result.push(value.as_ref());
        }
        Ok(())
    }

    fn value(&self, row: usize, frames: &Frames<'_>, parts: usize) -> Result<Value> {
        let (position, total) = (row - frames.rows.start, frames.rows.len());
        let rank = frames.peers_of(row).start - frames.rows.start + 1;
        Ok(match self.function {
            WindowFunction::RowNumber => integer(position + 1),
            WindowFunction::Rank => integer(rank),
            WindowFunction::DenseRank => integer(frames.group_of(row) + 1),
            WindowFunction::PercentRank if total <= 1 => Value::Real(0.0),
            WindowFunction::PercentRank => Value::Real((rank - 1) as f64 / (total - 1) as f64),
            WindowFunction::CumeDist => Value::Real((frames.peers_of(row).end - frames.rows.start) as f64 / total as f64),
            WindowFunction::Ntile => integer(bucket(position, total, parts)),
            WindowFunction::Lag => self.neighbour(row, frames, true),
            WindowFunction::Lead => self.neighbour(row, frames, false),
            WindowFunction::FirstValue => self.first_of(frames.seen(row).next()),
            WindowFunction::LastValue => self.first_of(frames.seen(row).last()),
            WindowFunction::NthValue => {
                let nth = self.positive(1, row, "second argument to nth_value must be a positive integer")?;
                self.first_of(frames.seen(row).nth(nth - 1))
            }
            WindowFunction::Aggregate(_) => unreachable!("aggregates are computed by frames"),
        })
    }

    fn first_of(&self, row: Option<usize>) -> Value {
        row.map_or(Value::Null, |row| self.arguments[0].value(row).to_owned())
    }

    /// The value of a row so far before or behind, else the third argument.
    fn neighbour(&self, row: usize, frames: &Frames<'_>, backwards: bool) -> Value {
        let one = Value::Integer(1);
        let offset = self.arguments.get(1).map_or(one.as_ref(), |column| column.value(row));
        let number = i64::try_from(row).unwrap_or(i64::MAX);
        let wanted = match added(ValueRef::Integer(number), offset, !backwards) {
            Value::Integer(number) => usize::try_from(number).ok(),
            #[expect(clippy::cast_possible_truncation, reason = "a real without fraction within a table's rows")]
            Value::Real(real) if real.fract() == 0.0 && (0.0..9e15).contains(&real) => usize::try_from(real as i64).ok(),
            _ => None,
        };
        match wanted.filter(|wanted| frames.rows.contains(wanted)) {
            Some(wanted) => self.arguments[0].value(wanted).to_owned(),
            None => self.arguments.get(2).map_or(Value::Null, |column| column.value(row).to_owned()),
        }
    }

    fn positive(&self, argument: usize, row: usize, otherwise: &str) -> Result<usize> {
        let number = match self.arguments[argument].value(row) {
            ValueRef::Real(real) if argument == 1 && real.fract() != 0.0 => 0,
            value => crate::value::cast_integer(value),
        };
        usize::try_from(number).ok().filter(|number| *number > 0).ok_or_else(|| Error::query(otherwise))
    }
}

fn integer(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// The larger parts come first.
fn bucket(position: usize, total: usize, parts: usize) -> usize {
    let size = total / parts;
    if size == 0 {
        return position + 1;
    }
    let larger = total - parts * size;
    let in_larger = larger * (size + 1);
    if position < in_larger { 1 + position / (size + 1) } else { 1 + larger + (position - in_larger) / size }
}
