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
}

impl Filter {
    /// The rows of `input` that satisfy `predicate`.
    pub(crate) fn new(input: Input, predicate: Computed) -> Self {
        Self { input, predicate }
    }
}

impl Operator for Filter {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
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
