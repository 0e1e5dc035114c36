//! The rows for which a condition is true.

use arrow_array::UInt32Array;

use super::{Input, Operator, checked_row};
use crate::batch::Batch;
use crate::error::Result;
use crate::execution::computed::Computed;

/// Keeps the rows for which the predicate is true.
pub(crate) struct Filter {
    input: Input,
    predicate: Computed,
    /// Whether the predicate, which says the same of all rows, is still to be asked.
    asks_before: bool,
}

impl Filter {
    /// The rows of `input` that satisfy `predicate`.
    pub(crate) fn new(input: Input, predicate: Computed) -> Self {
        Self { input, predicate, asks_before: false }
    }

    /// The same for a predicate that names no column: it is asked once, and where it is not true no row is read.
    pub(crate) fn of_constant(input: Input, predicate: Computed) -> Self {
        Self { input, predicate, asks_before: true }
    }
}

impl Operator for Filter {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        if self.asks_before {
            if self.predicate.matches(&Batch::new(1, Vec::new()))?.count_set_bits() == 0 {
                return Ok(None);
            }
            self.asks_before = false;
        }
        while let Some(batch) = self.input.next_batch()? {
            let matches = self.predicate.matches(&batch)?;
            let kept = matches.count_set_bits();
            if kept == batch.rows() {
                return Ok(Some(batch));
            }
            if kept > 0 {
                let rows = UInt32Array::from_iter_values(matches.set_indices().map(checked_row));
                return Ok(Some(batch.take(&rows)));
            }
        }
        Ok(None)
    }
}
