//! A table-valued function, called for each row of the input.

use arrow_array::UInt32Array;

use super::{Input, Operator};
use crate::batch::{BATCH_ROWS, Batch};
use crate::error::Result;
use crate::execution::computed::Computed;
use crate::expression::TableFunction;

/// The rows of the input, each with every row that the function gives for it.
pub(crate) struct FunctionCall {
    input: Input,
    arguments: Vec<Computed>,
    function: TableFunction,
    /// The batch whose rows are being given.
    batch: Option<Batch>,
}

impl FunctionCall {
    /// Calls `function` with `arguments` for the rows of `input`.
    pub(crate) fn new(input: Input, arguments: Vec<Computed>, function: TableFunction) -> Self {
        Self { input, arguments, function, batch: None }
    }
}

impl Operator for FunctionCall {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        loop {
            if let Some(batch) = &self.batch {
                if let Some(rows) = self.function.next(BATCH_ROWS)? {
                    let count = rows.of.len();
                    let mut columns = batch.take(&UInt32Array::from(rows.of)).into_columns();
                    columns.extend(rows.columns);
                    return Ok(Some(Batch::new(count, columns)));
                }
                self.batch = None;
            }
            let Some(batch) = self.input.next_batch()? else { return Ok(None) };
            let arguments = self.arguments.iter_mut().map(|argument| argument.evaluate(&batch)).collect::<Result<_>>()?;
            self.function.start(batch.rows(), arguments)?;
            self.batch = Some(batch);
        }
    }
}
