//! DISTINCT: the first of each set of rows that are equal in the columns that count.

use arrow_array::UInt32Array;

use super::{Input, Operator, checked_row};
use crate::batch::Batch;
use crate::error::Result;
use crate::execution::key_table::KeyTable;
use crate::execution::memory::{Reservation, StepMemory};
use crate::execution::number_table::NONE;
use crate::execution::spill::{Dealing, Parts, ROUNDS, SpillFile};
use crate::value::Collation;

/// Gives the first of each set of rows that are equal in their first columns, in the input's order. Once there is no memory for more rows to compare with,
/// new rows are dealt out to files, which take their turns when the input has ended.
pub(crate) struct Distinct {
    input: Input,
    collations: Vec<Collation>,
    seen: KeyTable,
    memory: Reservation,
    spilled: Option<Parts>,
    /// Rows that wait on the disk, and how often they were dealt out.
    waiting: Vec<(SpillFile, u32)>,
    round: u32,
    numbers: Vec<u32>,
    fresh: Vec<u32>,
}

impl Distinct {
    /// The rows of `input` that differ in the first columns, as many as there are collations for.
    pub(crate) fn new(input: Input, collations: Vec<Collation>, memory: &StepMemory) -> Self {
        Self {
            input,
            seen: KeyTable::new(collations.clone()),
            collations,
            memory: memory.reservation(),
            spilled: None,
            waiting: Vec::new(),
            round: 0,
            numbers: Vec::new(),
            fresh: Vec::new(),
        }
    }

    /// The rows of a batch that are new, if any.
    fn new_rows(&mut self, batch: Batch) -> Result<Option<Batch>> {
        let keys = &batch.columns()[..self.collations.len()];
        if let Some(parts) = &mut self.spilled {
            let mut scratch = Vec::new();
            let unknown = (0..batch.rows()).filter(|&row| self.seen.find(keys, row, &mut scratch) == NONE);
            let unknown: Vec<u32> = unknown.map(checked_row).collect();
            parts.add(&batch, keys, &self.collations, Some(&unknown))?;
            return Ok(None);
        }
        self.seen.number_rows(keys, batch.rows(), &mut self.numbers, &mut self.fresh)?;
        let bytes = self.seen.memory();
        if self.round == ROUNDS {
            self.memory.hold_whole(bytes, "keys that hardly come apart");
        } else if !self.memory.try_hold(bytes) {
            self.memory.hold(bytes);
            self.spilled = Some(Parts::new(&Dealing::new(), self.memory.step()));
        }
        Ok(match self.fresh.len() {
            0 => None,
            all if all == batch.rows() => Some(batch),
            _ => Some(batch.take(&UInt32Array::from(std::mem::take(&mut self.fresh)))),
        })
    }

    /// Goes on with rows that wait on the disk; false when there are none.
    fn next_part(&mut self) -> Result<bool> {
        if let Some(parts) = self.spilled.take() {
            let parts = parts.finish()?;
            self.waiting.extend(parts.into_iter().flatten().map(|file| (file, self.round + 1)));
        }
        let Some((file, round)) = self.waiting.pop() else { return Ok(false) };
        (self.input, self.round) = (Box::new(file.read()), round);
        self.seen = KeyTable::new(self.collations.clone());
        self.memory.hold(0);
        Ok(true)
    }
}

impl Operator for Distinct {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        loop {
            while let Some(batch) = self.input.next_batch()? {
                if let Some(rows) = self.new_rows(batch)? {
                    return Ok(Some(rows));
                }
            }
            if !self.next_part()? {
                return Ok(None);
            }
        }
    }
}
