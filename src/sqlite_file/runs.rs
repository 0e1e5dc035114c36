//! Runs of an index's entries that have the same first field: each of them is one comparison of bytes.

use super::Tree;
use super::cells::{Cell, Page, most_local};
use super::header::Header;
use super::record::size_of_type;

/// So much of a record is compared: its header's length, the type of its first field, and that field must lie within.
const COMPARED: usize = 16;

/// How many entries of a leaf from the one at `next` on have the first field of the one before. It stops early at what takes a
/// longer look, such as a record that goes on in overflow pages.
pub(super) fn further_entries(page: Page, bytes: &[u8], next: usize, header: Header, tree: Tree) -> usize {
    let before = next.checked_sub(1).map(|position| page.cell(bytes, position));
    let Some(alike) = before.and_then(|at| Alike::new(bytes, at, header, tree)) else { return 0 };
    page.cells_from(bytes, next).take_while(|at| alike.is(bytes, *at)).count()
}

/// What entries of a run have in common.
struct Alike {
    beginning: u128,
    /// Of the beginning, the bytes that count.
    mask: u128,
    /// The lengths of records that may be in the run; they are all numbers of one byte.
    shortest: u8,
    longest: u8,
}

impl Alike {
    /// As the entry at `at` is. None where its first field is not within so few bytes.
    fn new(bytes: &[u8], at: usize, header: Header, tree: Tree) -> Option<Self> {
        let record: &[u8; COMPARED] = bytes.get(Cell::read(bytes, at, header, tree).ok()?.body..)?.first_chunk()?;
        let [length, serial_type, ..] = *record;
        let start = usize::from(length);
        let end = start + size_of_type(u32::from(serial_type)) as usize;
        if length.max(serial_type) >= 0x80 || start < 2 || end > COMPARED {
            return None;
        }
        let bits = |from: usize, to: usize| (from..to).fold(0, |mask, byte| mask | 0xff_u128 << (8 * byte));
        let mask = bits(0, 2) | bits(start, end);
        // A field that is the record's last one has to end with it.
        let longest = if start == 2 { end } else { most_local(header.usable_size, tree).min(0x7f) };
        Some(Self { beginning: u128::from_le_bytes(*record) & mask, mask, shortest: end as u8, longest: longest as u8 })
    }

    #[inline]
    fn is(&self, bytes: &[u8], at: usize) -> bool {
        let Some([payload, record @ ..]) = bytes.get(at..).and_then(<[u8]>::first_chunk::<{ 1 + COMPARED }>) else {
            return false;
        };
        u128::from_le_bytes(*record) & self.mask == self.beginning && (self.shortest..=self.longest).contains(payload)
    }
}
