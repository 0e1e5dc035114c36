//! LIMIT and OFFSET.

use super::{Input, Operator};
use crate::batch::Batch;
use crate::error::Result;

/// Skips rows, then gives at most so many; lets go of its input as soon as it needs no more, which stops the work below.
pub(crate) struct Limit {
    input: Option<Input>,
    skip: u64,
    left: u64,
}

impl Limit {
    /// The rows of `input` behind the first `offset`, at most `limit` of them.
    pub(crate) fn new(input: Input, limit: Option<u64>, offset: u64) -> Self {
        Self { input: Some(input), skip: offset, left: limit.unwrap_or(u64::MAX) }
    }
}

impl Operator for Limit {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        if self.left == 0 {
            self.input = None;
        }
        let Some(input) = &mut self.input else { return Ok(None) };
        while let Some(batch) = input.next_batch()? {
            let rows = batch.rows() as u64;
            if self.skip >= rows {
                self.skip -= rows;
                continue;
            }
            let start = std::mem::take(&mut self.skip);
            let given = (rows - start).min(self.left);
            self.left -= given;
            if self.left == 0 {
                self.input = None;
            }
            if given == rows {
                return Ok(Some(batch));
            }
            return Ok(Some(batch.slice(within_batch(start), within_batch(given))));
        }
        self.input = None;
        Ok(None)
    }
}

fn within_batch(rows: u64) -> usize {
    usize::try_from(rows).expect("not more than the rows of a batch")
}
