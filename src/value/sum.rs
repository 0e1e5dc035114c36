//! Sums as states that can be merged.

use super::number::Plain;
use super::oracle::{self, Question};
use super::{Value, ValueRef};
use crate::error::{Error, Result};

/// Integers from here on are split before they are added to a pair (`kahanBabuskaNeumaierStepInt64`).
const SPLIT_FROM: i128 = 4_503_599_627_370_496;

/// The state of SUM, TOTAL and AVG: how many values, the exact integer sum with its smallest and largest prefix, and the
/// Kahan-Babuska-Neumaier pair.
///
/// SQLite's sum() fails when an integer prefix overflows and no real comes after it; since a real before it stops the
/// integer sum altogether, it fails exactly when there is no real and any prefix overflows. The prefixes are kept in 128
/// bits and relative to this state's own start, so that states of consecutive rows give the same error when merged.
#[derive(Debug, Clone, Default)]
pub struct SumState {
    count: i64,
    integers: i128,
    smallest: i128,
    largest: i128,
    approximate: bool,
    pair: Pair,
}

/// The state of a sum of nothing but reals: a quarter as large, which shows where groups are many.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealSum {
    count: i64,
    pair: Pair,
}

impl RealSum {
    /// Adds a real.
    #[inline]
    pub fn add(&mut self, real: f64) {
        self.count += 1;
        self.pair.step(real);
    }

    /// Adds the state of rows that come after this one's.
    pub fn merge(&mut self, later: &Self) {
        if later.count > 0 {
            self.count += later.count;
            self.pair.merge(later.pair);
        }
    }
}

impl From<RealSum> for SumState {
    fn from(RealSum { count, pair }: RealSum) -> Self {
        Self { count, approximate: count > 0, pair, ..Self::default() }
    }
}

/// A Kahan-Babuska-Neumaier sum: merging pairs instead of their sums keeps the result independent of where rows were cut.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pair {
    sum: f64,
    error: f64,
}

impl Pair {
    /// `kahanBabuskaNeumaierStep`
    #[inline]
    pub(super) fn step(&mut self, real: f64) {
        let before = self.sum;
        let after = before + real;
        self.error += if before.abs() > real.abs() { (before - after) + real } else { (real - after) + before };
        self.sum = after;
    }

    /// `kahanBabuskaNeumaierStepInt64`
    #[inline]
    pub(super) fn step_integer(&mut self, number: i128) {
        if number <= -SPLIT_FROM || number >= SPLIT_FROM {
            let small = number % 16_384;
            self.step((number - small) as f64);
            self.step(small as f64);
        } else {
            self.step(number as f64);
        }
    }

    /// `kahanBabuskaNeumaierInit`
    pub(super) fn start(number: i128) -> Self {
        if number <= -SPLIT_FROM || number >= SPLIT_FROM {
            let small = number % 16_384;
            Self { sum: (number - small) as f64, error: small as f64 }
        } else {
            Self { sum: number as f64, error: 0.0 }
        }
    }

    fn merge(&mut self, later: Self) {
        self.step(later.sum);
        self.error += later.error;
    }

    /// The sum with its error, unless an infinity made that meaningless.
    pub(super) fn result(self) -> f64 {
        if self.error.is_finite() { self.sum + self.error } else { self.sum }
    }
}

impl SumState {
    /// Adds a value as SQLite's `sumStep` does; NULL adds nothing.
    #[inline]
    pub fn add(&mut self, value: ValueRef<'_>) {
        match value {
            ValueRef::Null => {}
            ValueRef::Integer(number) => self.add_integer(number),
            ValueRef::Real(real) => self.add_real(real),
            ValueRef::Text(bytes) => match Plain::read(bytes) {
                Some(Plain::Integer(number)) => self.add_integer(number),
                Some(Plain::Real(real)) => self.add_real(real),
                None => self.add_asked(value),
            },
            ValueRef::Blob(_) => self.add_asked(value),
        }
    }

    fn add_asked(&mut self, value: ValueRef<'_>) {
        match oracle::ask(Question::Sum, value) {
            Value::Integer(number) => self.add_integer(number),
            Value::Real(real) => self.add_real(real),
            _ => self.add_real(0.0),
        }
    }

    /// Adds an integer.
    #[inline]
    pub fn add_integer(&mut self, number: i64) {
        self.count += 1;
        if self.approximate {
            self.pair.step_integer(i128::from(number));
        } else {
            self.integers += i128::from(number);
            self.smallest = self.smallest.min(self.integers);
            self.largest = self.largest.max(self.integers);
        }
    }

    /// Adds a real.
    #[inline]
    pub fn add_real(&mut self, real: f64) {
        self.count += 1;
        self.approximate();
        self.pair.step(real);
    }

    /// Adds the state of rows that come after this one's.
    pub fn merge(&mut self, later: &Self) {
        self.count += later.count;
        if later.approximate {
            self.approximate();
            self.pair.merge(later.pair);
        } else if self.approximate {
            self.pair.step_integer(later.integers);
        } else {
            self.smallest = self.smallest.min(self.integers + later.smallest);
            self.largest = self.largest.max(self.integers + later.largest);
            self.integers += later.integers;
        }
    }

    /// SUM: an error on integer overflow.
    pub fn sum(&self) -> Result<Value> {
        if self.count == 0 {
            return Ok(Value::Null);
        }
        if self.approximate {
            return Ok(Value::real(self.pair.result()));
        }
        if self.smallest < i128::from(i64::MIN) || self.largest > i128::from(i64::MAX) {
            return Err(Error::query("integer overflow"));
        }
        Ok(i64::try_from(self.integers).map_or(Value::Null, Value::Integer))
    }

    /// TOTAL; NaN (infinities of both signs) is for the caller to read as NULL, as [`Value::real`] does.
    pub fn total(&self) -> f64 {
        if self.approximate { self.pair.result() } else { self.integers as f64 }
    }

    /// AVG.
    pub fn average(&self) -> Value {
        if self.count == 0 { Value::Null } else { Value::real(self.total() / self.count as f64) }
    }

    /// From here on a pair.
    #[inline]
    fn approximate(&mut self) {
        if !self.approximate {
            self.approximate = true;
            self.pair = Pair::start(self.integers);
        }
    }
}
