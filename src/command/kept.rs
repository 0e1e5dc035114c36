//! The rows of the last result, kept for those who want another look at them.

use glue::batch::Batch;

use super::amounts::grouped;

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
    /// Whether rows that came are missing: they were too many.
    is_cut: bool,
    /// Whether the statement gave all of its rows.
    is_whole: bool,
}

impl Kept {
    /// The beginning of a result.
    pub(crate) fn new(columns: &[String]) -> Self {
        Self { columns: columns.to_vec(), ..Self::default() }
    }

    /// Nothing more comes.
    pub(crate) fn end(&mut self) {
        self.is_whole = true;
    }

    /// What is missing of the result, in words; none where nothing is.
    pub(crate) fn missing(&self) -> Option<String> {
        let kept: usize = self.batches.iter().map(Batch::rows).sum();
        if self.is_cut {
            Some(format!("the first {} of {} rows: the rest was too much to keep", grouped(kept), grouped(self.rows)))
        } else if !self.is_whole {
            Some(format!("the first {} rows: the statement did not run to its end", grouped(kept)))
        } else {
            None
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        let mut kept = Kept::new(&["a".to_owned()]);
        assert_eq!(kept.missing().as_deref(), Some("the first 0 rows: the statement did not run to its end"));
        kept.end();
        assert_eq!(kept.missing(), None);
        (kept.rows, kept.is_cut) = (12_345, true);
        assert_eq!(kept.missing().as_deref(), Some("the first 0 of 12 345 rows: the rest was too much to keep"));
    }
}
