//! Cells that are not copied before somebody asks for them: rows of another batch, by their numbers.

use std::sync::Arc;

use arrow_array::UInt32Array;
use arrow_buffer::NullBuffer;

use super::{Batch, Column};

/// Rows of `source` that stand beside a batch's own. Many rows share one of them where a join pairs facts with the few things that
/// they are about, and whoever groups by those needs their numbers alone.
#[derive(Debug, Clone)]
pub(crate) struct LateRows {
    /// The rows, whole.
    pub(crate) source: Arc<Batch>,
    /// Where its columns belong among the batch's own.
    pub(crate) first: usize,
    /// For each row of the batch the number of its row in `source`; [`LateRows::NONE`] for a row of NULLs.
    pub(crate) numbers: Vec<u32>,
}

impl LateRows {
    /// The number of no row: the unmatched side of an outer join.
    pub(crate) const NONE: u32 = u32::MAX;
}

impl Batch {
    /// The rows of those numbers, [`LateRows::NONE`] being a row of NULLs.
    pub(crate) fn rows_or_nulls(&self, numbers: &[u32]) -> Self {
        if numbers.contains(&LateRows::NONE) {
            let present = numbers.iter().map(|&number| number != LateRows::NONE).collect::<NullBuffer>();
            return self.take(&UInt32Array::new(numbers.to_vec().into(), Some(present)));
        }
        self.take(&UInt32Array::from(numbers.to_vec()))
    }

    /// The columns of `late` come to stand behind its first ones, without a cell fetched.
    pub(crate) fn with_late(mut self, late: LateRows) -> Self {
        debug_assert!(self.late.is_none() && late.numbers.len() == self.rows, "one row of the source for each row");
        let places = vec![Column::Null(self.rows); late.source.columns().len()];
        self.columns.splice(late.first..late.first, places);
        self.late = Some(late);
        self
    }

    /// What is still to be fetched, if anything.
    pub(crate) fn late(&self) -> Option<&LateRows> {
        self.late.as_ref()
    }

    /// A batch with the columns of this one, in which only the late ones have cells: those of the rows `numbers` of the source.
    pub(crate) fn only_late(late: &LateRows, columns: usize, numbers: &[u32]) -> Self {
        let fetched = late.source.rows_or_nulls(numbers).into_columns();
        let mut all = vec![Column::Null(numbers.len()); columns];
        all.splice(late.first..late.first + fetched.len(), fetched);
        Self::new(numbers.len(), all)
    }

    /// The batch with every cell in its place.
    #[must_use]
    pub(crate) fn complete(mut self) -> Self {
        if let Some(late) = self.late.take() {
            let fetched = late.source.rows_or_nulls(&late.numbers).into_columns();
            self.columns.splice(late.first..late.first + fetched.len(), fetched);
        }
        self
    }
}
