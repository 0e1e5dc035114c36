//! One record of a text, its cells not yet understood.

use crate::error::Result;

/// How a cell was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// It is NULL.
    Null,
    /// Without quotes: it may be anything.
    Bare,
    /// In quotes.
    Quoted,
}

/// The cells of a record, in one buffer that is used again for the next.
#[derive(Debug, Default)]
pub(super) struct Record {
    bytes: Vec<u8>,
    /// Where each cell ends, and how it was written.
    ends: Vec<(usize, Form)>,
    /// The line that it begins in, from 1.
    pub(super) line: u64,
}

impl Record {
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn end_cell(&mut self, form: Form) {
        self.ends.push((self.bytes.len(), form));
    }

    /// The number of bytes of all cells so far.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes from a size on.
    pub(super) fn since(&self, size: usize) -> &[u8] {
        &self.bytes[size..]
    }

    /// One cell.
    pub(super) fn cell(&self, index: usize) -> (&[u8], Form) {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before].0);
        let (end, form) = self.ends[index];
        (&self.bytes[start..end], form)
    }
}

/// A text that gives records.
pub(super) trait Records {
    /// The names of the columns; those of JSON grow while it is read.
    fn names(&self) -> &[String];

    /// The next record with a cell for each column; false at the end.
    fn read(&mut self, record: &mut Record) -> Result<bool>;
}
