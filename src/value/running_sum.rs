//! SUM, TOTAL and AVG of a frame that moves over rows: step by step as SQLite's `sumStep` and `sumInverse`, since what leaves takes its
//! rounding and its overflow not with it.

use super::number::Plain;
use super::oracle::{self, Question};
use super::sum::Pair;
use super::{Value, ValueRef};
use crate::error::{Error, Result};

/// A sum that values enter and leave.
#[derive(Debug, Clone, Default)]
pub struct RunningSum {
    count: i64,
    integers: i64,
    /// The sum from the first real or the first overflow on.
    pair: Option<Pair>,
    overflowed: bool,
}

impl RunningSum {
    /// Adds a value; NULL adds nothing.
    pub fn add(&mut self, value: ValueRef<'_>) {
        let Some(number) = number(value) else { return };
        self.count += 1;
        match number {
            Value::Integer(number) => match (&mut self.pair, self.integers.checked_add(number)) {
                (Some(pair), _) => pair.step_integer(number.into()),
                (None, Some(sum)) => self.integers = sum,
                (None, None) => self.overflow().step_integer(number.into()),
            },
            number => {
                self.overflowed = false;
                self.pair.get_or_insert_with(|| Pair::start(self.integers.into())).step(real(&number));
            }
        }
    }

    /// Takes a value out that was added before.
    pub fn remove(&mut self, value: ValueRef<'_>) {
        let Some(number) = number(value) else { return };
        self.count -= 1;
        match number {
            Value::Integer(number) => match (&mut self.pair, self.integers.checked_sub(number)) {
                (Some(pair), _) => subtract(pair, number),
                (None, Some(sum)) => self.integers = sum,
                (None, None) => subtract(self.overflow(), number),
            },
            number => {
                self.pair.get_or_insert_with(|| Pair::start(self.integers.into())).step(-real(&number));
            }
        }
    }

    fn overflow(&mut self) -> &mut Pair {
        self.overflowed = true;
        self.pair.insert(Pair::start(self.integers.into()))
    }

    /// SUM: an error on integer overflow.
    pub fn sum(&self) -> Result<Value> {
        match self.pair {
            _ if self.count == 0 => Ok(Value::Null),
            Some(_) if self.overflowed => Err(Error::query("integer overflow")),
            Some(pair) => Ok(Value::real(pair.result())),
            None => Ok(Value::Integer(self.integers)),
        }
    }

    /// TOTAL; NaN is for the caller to read as NULL, as [`Value::real`] does.
    pub fn total(&self) -> f64 {
        self.pair.map_or(self.integers as f64, Pair::result)
    }

    /// AVG.
    pub fn average(&self) -> Value {
        if self.count == 0 { Value::Null } else { Value::real(self.total() / self.count as f64) }
    }
}

/// The smallest integer has no opposite, so it leaves in two steps.
fn subtract(pair: &mut Pair, number: i64) {
    match number.checked_neg() {
        Some(opposite) => pair.step_integer(opposite.into()),
        None => [i64::MAX, 1].into_iter().for_each(|part| pair.step_integer(part.into())),
    }
}

/// What SQLite's sum takes a value for; None is NULL.
fn number(value: ValueRef<'_>) -> Option<Value> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(Value::Integer(number)),
        ValueRef::Real(real) => Some(Value::Real(real)),
        ValueRef::Text(bytes) => match Plain::read(bytes) {
            Some(Plain::Integer(number)) => Some(Value::Integer(number)),
            Some(Plain::Real(real)) => Some(Value::Real(real)),
            None => Some(oracle::ask(Question::Sum, value)),
        },
        ValueRef::Blob(_) => Some(oracle::ask(Question::Sum, value)),
    }
}

/// A text that is no number counts as a zero.
fn real(number: &Value) -> f64 {
    if let Value::Real(real) = number { *real } else { 0.0 }
}
