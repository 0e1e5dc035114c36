//! LIMIT and OFFSET, counted anew for each value of a key.

use arrow_array::UInt32Array;

use super::{Input, Operator, checked_row};
use crate::batch::Batch;
use crate::error::Result;
use crate::execution::computed::Computed;
use crate::execution::key_table::KeyTable;
use crate::execution::memory::{Reservation, StepMemory};
use crate::value::Collation;

/// Of the rows of each key, skips some and gives some, in the input's order.
pub(crate) struct LimitPer {
    input: Input,
    key: Computed,
    limit: Option<u64>,
    offset: u64,
    keys: KeyTable,
    /// How many rows of each key have come.
    seen: Vec<u64>,
    memory: Reservation,
}

impl LimitPer {
    /// For each value of `key`, `limit` rows behind the first `offset` ones.
    pub(crate) fn new(input: Input, key: Computed, limit: Option<u64>, offset: u64, memory: &StepMemory) -> Self {
        let (keys, memory) = (KeyTable::new(vec![Collation::Binary]), memory.reservation());
        Self { input, key, limit, offset, keys, seen: Vec::new(), memory }
    }
}

impl Operator for LimitPer {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let (mut numbers, mut fresh) = (Vec::new(), Vec::new());
        let last = self.limit.map_or(u64::MAX, |limit| limit.saturating_add(self.offset));
        while let Some(batch) = self.input.next_batch()? {
            let key = self.key.evaluate(&batch)?;
            self.keys.number_rows(&[key], batch.rows(), &mut numbers, &mut fresh)?;
            self.seen.resize(self.keys.len(), 0);
            self.memory.hold_whole(self.keys.memory() + self.seen.capacity() * 8, "the counts of all keys");
            let mut kept = Vec::new();
            for (row, &number) in numbers.iter().enumerate() {
                let seen = &mut self.seen[number as usize];
                if (self.offset..last).contains(seen) {
                    kept.push(checked_row(row));
                }
                *seen += 1;
            }
            if !kept.is_empty() {
                return Ok(Some(batch.take(&UInt32Array::from(kept))));
            }
        }
        Ok(None)
    }
}
