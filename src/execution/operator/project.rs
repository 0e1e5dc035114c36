//! Columns computed from those of the input.

use super::{Input, Operator};
use crate::batch::Batch;
use crate::error::Result;
use crate::execution::computed::Computed;

/// Computes an expression for each column.
pub(crate) struct Project {
    input: Input,
    expressions: Vec<Computed>,
}

impl Project {
    /// The values of `expressions` for each row of `input`.
    pub(crate) fn new(input: Input, expressions: Vec<Computed>) -> Self {
        Self { input, expressions }
    }
}

impl Operator for Project {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next_batch()? else { return Ok(None) };
        let columns = self.expressions.iter_mut().map(|expression| expression.evaluate(&batch)).collect::<Result<_>>()?;
        Ok(Some(Batch::new(batch.rows(), columns)))
    }
}
