//! The single row of a SELECT without FROM.

use super::Operator;
use crate::batch::Batch;
use crate::error::Result;

/// One row without columns.
#[derive(Default)]
pub(crate) struct OneRow {
    is_given: bool,
}

impl Operator for OneRow {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let is_given = std::mem::replace(&mut self.is_given, true);
        Ok((!is_given).then(|| Batch::new(1, Vec::new())))
    }
}
