//! DISTINCT: the first of each set of rows that are equal in the columns that count.

use arrow_array::UInt32Array;

use super::{Input, Operator};
use crate::batch::Batch;
use crate::error::Result;
use crate::execution::key_table::KeyTable;
use crate::value::Collation;

/// Gives the first of each set of rows that are equal in their first columns, in the input's order.
pub(crate) struct Distinct {
    input: Input,
    width: usize,
    seen: KeyTable,
    numbers: Vec<u32>,
    fresh: Vec<u32>,
}

impl Distinct {
    /// The rows of `input` that differ in the first columns, as many as there are collations for.
    pub(crate) fn new(input: Input, collations: Vec<Collation>) -> Self {
        Self { input, width: collations.len(), seen: KeyTable::new(collations), numbers: Vec::new(), fresh: Vec::new() }
    }
}

impl Operator for Distinct {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        while let Some(batch) = self.input.next_batch()? {
            self.seen.number_rows(&batch.columns()[..self.width], batch.rows(), &mut self.numbers, &mut self.fresh)?;
            if self.fresh.len() == batch.rows() {
                return Ok(Some(batch));
            }
            if !self.fresh.is_empty() {
                return Ok(Some(batch.take(&UInt32Array::from(std::mem::take(&mut self.fresh)))));
            }
        }
        Ok(None)
    }
}
