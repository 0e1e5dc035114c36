//! Sums as states that can be merged (contract; bodies follow).

use super::{Value, ValueRef};
use crate::error::Result;

/// The state of SUM, TOTAL and AVG: how many values, the exact integer sum with its smallest and largest prefix, and the
/// Kahan-Babuska-Neumaier pair.
#[derive(Debug, Clone, Default)]
pub struct SumState(());

impl SumState {
    /// Adds a value as SQLite's `sumStep` does; NULL adds nothing.
    pub fn add(&mut self, value: ValueRef<'_>) {
        let _ = value;
        todo!()
    }
    /// Adds the state of rows that come after this one's.
    pub fn merge(&mut self, later: &Self) {
        let _ = later;
        todo!()
    }
    /// SUM: an error on integer overflow.
    pub fn sum(&self) -> Result<Value> {
        todo!()
    }
    /// TOTAL.
    pub fn total(&self) -> f64 {
        todo!()
    }
    /// AVG.
    pub fn average(&self) -> Value {
        todo!()
    }
}
