//! Nothing: for a statement that is run for its time or its effect.

use super::BatchWriter;
use crate::batch::Batch;
use crate::error::Result;

pub(super) struct NoWriter;

impl BatchWriter for NoWriter {
    fn begin(&mut self, _columns: &[String], _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn batch(&mut self, _batch: &Batch, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}
