//! Rows of constants.

use super::Operator;
use crate::batch::{Batch, ColumnBuilder};
use crate::error::Result;
use crate::value::Value;

/// Gives constants, all in one batch: they stood in a statement's text, so they are few.
pub(crate) struct Values {
    batch: Option<Batch>,
}

impl Values {
    /// The rows, all of one width.
    pub(crate) fn new(rows: &[Vec<Value>]) -> Self {
        let width = rows.first().map_or(0, Vec::len);
        let column = |index: usize| {
            let mut builder = ColumnBuilder::with_capacity(rows.len());
            rows.iter().for_each(|row| builder.push(row[index].as_ref()));
            builder.finish()
        };
        let batch = Batch::new(rows.len(), (0..width).map(column).collect());
        Self { batch: Some(batch).filter(|batch| batch.rows() > 0) }
    }
}

impl Operator for Values {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        Ok(self.batch.take())
    }
}
