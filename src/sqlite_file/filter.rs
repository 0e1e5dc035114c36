//! What decides about a row before all of it is decoded.

use std::ops::RangeInclusive;

use arrow_buffer::BooleanBuffer;

use crate::batch::Batch;
use crate::error::Result;

/// A condition on some of a scan's fields, shared by the threads that scan. Rows that do not pass are never decoded
/// further; whoever puts a filter into a scan that is not optional may rely on it and need not ask again.
pub trait RowFilter: Send + Sync {
    /// The fields that it looks at, by their positions in [`ScanPlan::fields`](super::ScanPlan).
    fn fields(&self) -> &[usize];

    /// Rowids outside of which no row passes, so that whole leaves need not be read; None where nothing is known.
    fn rowids(&self) -> Option<RangeInclusive<i64>> {
        None
    }

    /// Whether rows that do not pass may be given all the same: then it is not asked where it leaves out next to none.
    fn is_optional(&self) -> bool {
        false
    }

    /// The condition made ready for one thread.
    fn test(&self) -> Result<Box<dyn RowTest>>;
}

/// A filter at work in one thread.
pub trait RowTest {
    /// Whether each row passes; the batch has the filter's own fields, in its own order.
    fn passes(&mut self, rows: &Batch) -> Result<BooleanBuffer>;
}

/// How long a filter that leaves out next to nothing is left alone, in runs of rows: ever longer, up to [`LONGEST_PAUSE`], so that it
/// costs nothing where it always lets everything pass and is asked again where the table goes on differently.
#[derive(Debug, Default)]
pub(super) struct Pause {
    length: u32,
    left: u32,
}

/// Some hundred thousand rows.
const LONGEST_PAUSE: u32 = 64;

impl Pause {
    /// Whether the next run is passed without asking.
    pub(super) fn goes_on(&mut self) -> bool {
        let goes_on = self.left > 0;
        self.left = self.left.saturating_sub(1);
        goes_on
    }

    /// Takes down how many of a run's rows passed. Asking about ten rows costs about what one more row does further on.
    pub(super) fn note(&mut self, rows: usize, passed: usize) {
        self.length = if passed * 10 > rows * 9 { (self.length * 2).clamp(1, LONGEST_PAUSE) } else { 0 };
        self.left = self.length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of some runs are asked about, each of a thousand rows of which so many pass.
    fn asked(passed: impl Fn(u32) -> usize, runs: u32) -> Vec<u32> {
        let mut pause = Pause::default();
        let mut asked = Vec::new();
        for run in 0..runs {
            if !pause.goes_on() {
                asked.push(run);
                pause.note(1000, passed(run));
            }
        }
        asked
    }

    #[test]
    fn what_leaves_rows_out_is_always_asked() {
        assert_eq!(asked(|_| 900, 50), (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn what_leaves_out_nothing_is_asked_ever_more_seldom_but_never_no_more() {
        assert_eq!(asked(|_| 1000, 100), [0, 2, 5, 10, 19, 36, 69]);
        let many = asked(|_| 1000, 1000);
        assert!(many.windows(2).all(|runs| runs[1] - runs[0] <= LONGEST_PAUSE + 1), "{many:?}");
    }

    #[test]
    fn it_is_asked_again_where_the_table_goes_on_differently() {
        let asked = asked(|run| if run < 20 { 1000 } else { 10 }, 60);
        assert_eq!(asked.iter().filter(|run| **run >= 36).count(), 24, "{asked:?}");
    }
}
