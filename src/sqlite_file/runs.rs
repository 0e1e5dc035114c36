//! Entries of an index that are read by their first field alone: most begin like the one before, and many are the same.

use std::ops::{BitAnd, BitXor};

use super::Tree;
use super::cells::{Cell, Page, most_local};
use super::header::Header;
use super::record::size_of_type;

/// So much of a record is compared: its header's length, the type of its first field, and that field must lie within.
const COMPARED: usize = 16;

/// The header's length and the type, which are the first two of these.
const HEAD: u16 = 0xffff;

/// What entries have in common whose first field has the same type, length and place.
pub(super) struct Alike {
    /// The type of the first field.
    pub(super) serial_type: u32,
    /// Where it begins in the record.
    pub(super) start: usize,
    /// The head and the first field.
    mask: u128,
    /// What of the first one the mask shows.
    first: u128,
    /// The lengths that such a record may have; they are all numbers of one byte.
    shortest: u8,
    longest: u8,
}

impl Alike {
    /// As the entry at `at` is. None where its first field is not within so few bytes.
    pub(super) fn new(bytes: &[u8], at: usize, header: Header, tree: Tree) -> Option<Self> {
        let record: &[u8; COMPARED] = bytes.get(Cell::read(bytes, at, header, tree).ok()?.body..)?.first_chunk()?;
        let [length, serial_type, ..] = *record;
        let start = usize::from(length);
        let end = start + size_of_type(u32::from(serial_type)) as usize;
        if length.max(serial_type) >= 0x80 || start < 2 || end > COMPARED {
            return None;
        }
        let bits = |from: usize, to: usize| (from..to).fold(0, |mask, byte| mask | 0xff_u128 << (8 * byte));
        let mask = u128::from(HEAD) | bits(start, end);
        // A field that is the record's last one has to end with it.
        let longest = if start == 2 { end } else { most_local(header.usable_size, tree).min(0x7f) };
        let (first, serial_type) = (u128::from_le_bytes(*record) & mask, u32::from(serial_type));
        Some(Self { serial_type, start, mask, first, shortest: end as u8, longest: longest as u8 })
    }

    /// Goes through the entries of a leaf from the one at `next` on, the first of which stands behind the one that this was made of,
    /// as far as they are alike: `found` is told where each record begins, and whether its first field is that of the entry before.
    /// How many there were.
    #[inline]
    pub(super) fn each(&self, page: Page, bytes: &[u8], next: usize, found: impl FnMut(usize, bool)) -> usize {
        if self.mask >> 64 == 0 {
            // Numbers are mostly that short: half of the work.
            let (mask, first) = (self.mask as u64, self.first as u64);
            self.each_by(page, bytes, next, mask, first, |record: &[u8; 8]| u64::from_le_bytes(*record), found)
        } else {
            self.each_by(page, bytes, next, self.mask, self.first, |record: &[u8; COMPARED]| u128::from_le_bytes(*record), found)
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one loop for two widths")]
    #[inline]
    fn each_by<const WIDTH: usize, Word: Copy + PartialEq + From<u16> + BitAnd<Output = Word> + BitXor<Output = Word>>(
        &self,
        page: Page,
        bytes: &[u8],
        next: usize,
        mask: Word,
        first: Word,
        word: impl Fn(&[u8; WIDTH]) -> Word,
        mut found: impl FnMut(usize, bool),
    ) -> usize {
        let mut before = first;
        let is_alike = |at: &usize| {
            let Some((payload, record)) = bytes.get(*at..).and_then(<[u8]>::split_first) else { return false };
            let Some(record) = record.first_chunk() else { return false };
            let beginning = word(record) & mask;
            let has_head = (beginning ^ before) & Word::from(HEAD) == Word::from(0);
            if !has_head || !(self.shortest..=self.longest).contains(payload) {
                return false;
            }
            found(at + 1, beginning == before);
            before = beginning;
            true
        };
        page.cells_from(bytes, next).take_while(is_alike).count()
    }
}
