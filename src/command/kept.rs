//! The rows of the last result, kept for those who want another look at them.

use glue::batch::Batch;

/// What may be kept: more than anybody reads on a terminal, less than anybody's memory.
const MOST_BYTES: usize = 64 << 20;

/// The rows of a result, as far as they were few enough to keep.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    /// The names of the columns.
    pub(crate) columns: Vec<String>,
    /// The rows, the first of them where there were too many.
    pub(crate) batches: Vec<Batch>,
    /// How many rows there were in all.
    pub(crate) rows: usize,
    bytes: usize,
    /// Whether rows are missing.
    pub(crate) is_cut: bool,
}

impl Kept {
    /// The beginning of a result.
    pub(crate) fn new(columns: &[String]) -> Self {
        Self { columns: columns.to_vec(), ..Self::default() }
    }

    /// Keeps some more rows.
    pub(crate) fn add(&mut self, batch: &Batch) {
        self.rows += batch.rows();
        self.bytes += batch.bytes();
        if self.bytes <= MOST_BYTES {
            self.batches.push(batch.clone());
        } else {
            self.is_cut = true;
        }
    }
}
