//! One page of a b-tree and its cells (<https://sqlite.org/fileformat2.html#b_tree_pages>).

use super::header::{self, Header};
use super::{Tree, malformed, varint};
use crate::error::Result;

const INTERIOR_INDEX: u8 = 0x02;
const INTERIOR_TABLE: u8 = 0x05;
const LEAF_INDEX: u8 = 0x0a;
const LEAF_TABLE: u8 = 0x0d;

/// The header of a page, checked as SQLite's `btreeInitPage` does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// Where the page's own header begins: behind the file's on page 1.
    header: usize,
    is_leaf: bool,
    cells: usize,
}

impl Page {
    /// The page in `bytes`, whose number is `page`, of a tree of that kind.
    pub(super) fn new(bytes: &[u8], page: u32, of_file: Header, tree: Tree) -> Result<Self> {
        let bytes = bytes.get(..of_file.page_size).ok_or_else(malformed)?;
        let header = if page == 1 { header::LENGTH } else { 0 };
        let is_leaf = match (bytes[header], tree) {
            (LEAF_TABLE, Tree::Table) | (LEAF_INDEX, Tree::Index { .. }) => true,
            (INTERIOR_TABLE, Tree::Table) | (INTERIOR_INDEX, Tree::Index { .. }) => false,
            _ => return Err(malformed()),
        };
        let cells = usize::from(u16::from_be_bytes([bytes[header + 3], bytes[header + 4]]));
        if cells > (of_file.page_size - 8) / 6 {
            return Err(malformed());
        }
        Ok(Self { header, is_leaf, cells })
    }

    pub(super) fn is_leaf(self) -> bool {
        self.is_leaf
    }

    pub(super) fn cells(self) -> usize {
        self.cells
    }

    /// Where the cell of that position begins in the page's `bytes`. A pointer beyond the page is cut to it, as SQLite's
    /// `findCell` does.
    #[inline]
    pub(super) fn cell(self, bytes: &[u8], position: usize) -> usize {
        let at = self.header + if self.is_leaf { 8 } else { 12 } + position * 2;
        // The greatest number of cells fits into the smallest page with its pointers, so that this is within the page.
        usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]])) & (bytes.len() - 1)
    }

    /// Where the cells from the one of that position on begin, in order, as [`Page::cell`] tells of each.
    #[inline]
    pub(super) fn cells_from(self, bytes: &[u8], position: usize) -> impl Iterator<Item = usize> {
        let start = self.header + if self.is_leaf { 8 } else { 12 };
        let last = bytes.len() - 1;
        let pointers = bytes[start + position * 2..start + self.cells * 2].as_chunks().0;
        pointers.iter().map(move |pointer| usize::from(u16::from_be_bytes(*pointer)) & last)
    }

    /// The last child of an interior page.
    pub(super) fn right_child(self, bytes: &[u8]) -> u32 {
        let at = self.header + 8;
        u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
    }
}

/// A cell that holds a record, and where that lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// The rowid; 0 in an index, whose records hold it themselves.
    pub(super) rowid: i64,
    /// The length of the record.
    pub(super) payload: u32,
    /// Where it begins, in the page.
    pub(super) body: usize,
    /// How much of it is here; the rest is in overflow pages.
    pub(super) local: usize,
}

impl Cell {
    /// The cell at `at`, behind the number of the child where it is one of an interior page (`btreeParseCellPtr`,
    /// `btreeParseCellPtrIndex`).
    #[expect(clippy::inline_always, reason = "it is called for each row, in two loops")]
    #[inline(always)]
    pub(super) fn read(page: &[u8], at: usize, header: Header, tree: Tree) -> Result<Self> {
        let (payload, first) = payload_length(page.get(at..).unwrap_or_default()).ok_or_else(malformed)?;
        let (rowid, second) = match tree {
            Tree::Table => varint::read(&page[at + first..]).ok_or_else(malformed)?,
            Tree::Index { .. } => (0, 0),
        };
        let body = at + first + second;
        let local = local_length(payload, header.usable_size, tree);
        Ok(Self { rowid: rowid.cast_signed(), payload, body, local })
    }
}

/// SQLite reads this length into 32 bits, whatever the higher ones are, and takes a ninth byte for seven bits.
#[inline]
fn payload_length(bytes: &[u8]) -> Option<(u32, usize)> {
    let first = *bytes.first()?;
    if first < 0x80 {
        return Some((u32::from(first), 1));
    }
    long_payload_length(bytes, first)
}

fn long_payload_length(bytes: &[u8], first: u8) -> Option<(u32, usize)> {
    let mut value = u32::from(first & 0x7f);
    for (index, &byte) in bytes.iter().enumerate().take(9).skip(1) {
        value = value << 7 | u32::from(byte & 0x7f);
        if byte < 0x80 || index == 8 {
            return Some((value, index + 1));
        }
    }
    None
}

/// The longest record that is on its page as a whole.
#[inline]
pub(super) fn most_local(usable: usize, tree: Tree) -> usize {
    match tree {
        Tree::Table => usable - 35,
        Tree::Index { .. } => (usable - 12) * 64 / 255 - 23,
    }
}

/// How much of a record stays on its page (fileformat2, "Cell Payload Overflow Pages").
#[inline]
fn local_length(payload: u32, usable: usize, tree: Tree) -> usize {
    let length = payload as usize;
    let most = most_local(usable, tree);
    if length <= most {
        return length;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let surplus = least + (length - least) % (usable - 4);
    if surplus <= most { surplus } else { least }
}
