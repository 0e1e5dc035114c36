//! Records that do not fit on their page: the chain of overflow pages behind them.

use super::{DatabaseFile, malformed};
use crate::error::Result;

/// Where a record that goes on in overflow pages lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spilled {
    /// Where it begins in the scan's buffer.
    pub(super) body: usize,
    /// How much of it is there; the number of the first overflow page follows.
    pub(super) local: usize,
    /// Its whole length.
    pub(super) payload: u32,
}

impl Spilled {
    /// An error unless the record really goes on elsewhere and all that should be on the page, `here` bytes, is.
    pub(super) fn check(self, here: usize) -> Result<()> {
        if here < self.local || self.local >= self.payload as usize { Err(malformed()) } else { Ok(()) }
    }

    /// Appends the first `wanted` bytes of the record to `buffer`, which holds its page.
    pub(super) fn gather(self, file: &DatabaseFile<'_>, page_end: usize, wanted: usize, buffer: &mut Vec<u8>) -> Result<()> {
        let pointer = self.body + self.local;
        if pointer + 4 > page_end || wanted > self.payload as usize {
            return Err(malformed());
        }
        let mut next = u32::from_be_bytes([buffer[pointer], buffer[pointer + 1], buffer[pointer + 2], buffer[pointer + 3]]);
        buffer.extend_from_within(self.body..self.body + self.local.min(wanted));
        let mut left = wanted.saturating_sub(self.local);
        let room = file.header.usable_size - 4;
        // A chain that says to be longer than the file goes in circles.
        if left.div_ceil(room) > file.pages() as usize {
            return Err(malformed());
        }
        let mut page = vec![0; file.header.page_size];
        while left > 0 {
            file.read_pages(next, &mut page)?;
            let part = left.min(room);
            buffer.extend_from_slice(&page[4..4 + part]);
            left -= part;
            next = u32::from_be_bytes([page[0], page[1], page[2], page[3]]);
        }
        Ok(())
    }
}
