//! What decides about a row before all of it is decoded.

use std::ops::RangeInclusive;

use arrow_buffer::BooleanBuffer;

use crate::batch::Batch;
use crate::error::Result;

/// A condition on some of a scan's fields, shared by the threads that scan. Rows that do not pass are never decoded
/// further; whoever puts a filter into a scan may rely on it and need not ask again.
pub trait RowFilter: Send + Sync {
    /// The fields that it looks at, by their positions in [`ScanPlan::fields`](super::ScanPlan).
    fn fields(&self) -> &[usize];

    /// Rowids outside of which no row passes, so that whole leaves need not be read; None where nothing is known.
    fn rowids(&self) -> Option<RangeInclusive<i64>> {
        None
    }

    /// The condition made ready for one thread.
    fn test(&self) -> Result<Box<dyn RowTest>>;
}

/// A filter at work in one thread.
pub trait RowTest {
    /// Whether each row passes; the batch has the filter's own fields, in its own order.
    fn passes(&mut self, rows: &Batch) -> Result<BooleanBuffer>;
}
