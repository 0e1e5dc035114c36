//! Records that begin alike have their fields in the same places: where the wanted ones were found is kept for the next such
//! record, which is then one comparison instead of a walk through its header.

use super::lane::Spot;

/// How many bytes of a record are compared: its header's length and the serial types up to the last wanted field must fit.
const COMPARED: usize = 16;

/// How many layouts are kept; a power of two. The widths of numbers and the zeros and ones that need no bytes make some dozens in
/// a table of many columns.
const KEPT: usize = 64;

/// After so many records it is looked at whether records are alike at all: those with texts of many lengths are not.
const TRIAL: u32 = 4096;

/// The layouts that one scan has met lately.
#[derive(Debug, Default)]
pub(super) struct Layouts {
    /// The bytes that matter; 0 where layouts are not kept.
    mask: u128,
    /// By the hash of what the record begins with.
    kept: Vec<Layout>,
    /// By layout, then by slot; offsets count from the record's start.
    spots: Vec<Spot>,
    slots: usize,
    met: u32,
    missed: u32,
}

#[derive(Debug, Clone, Copy)]
struct Layout {
    /// What such records begin with.
    beginning: u128,
    /// How many bytes of a record hold all wanted fields.
    needed: u32,
    /// The last wanted field is the record's last one, so that it has to end there.
    is_whole: bool,
}

/// None yet. (No record is that long on its page; what damaged ones begin with may be anything.)
const NONE: Layout = Layout { beginning: 0, needed: u32::MAX, is_whole: false };

impl Layouts {
    /// For a scan that wants `slots` fields, the last one at the position `last` of a record.
    pub(super) fn new(slots: usize, last: Option<usize>) -> Self {
        let compared = last.map_or(usize::MAX, |last| last.saturating_add(2));
        if compared > COMPARED {
            return Self::default();
        }
        let mask = u128::MAX >> (8 * (COMPARED - compared));
        let nowhere = Spot { serial_type: 0, offset: 0 };
        Self { mask, kept: vec![NONE; KEPT], spots: vec![nowhere; KEPT * slots], slots, met: 0, missed: 0 }
    }

    /// What is known now, for a loop that learns nothing.
    pub(super) fn known(&self) -> Known<'_> {
        let kept = self.kept.first_chunk().filter(|_| self.mask != 0);
        Known { mask: self.mask, kept, spots: &self.spots, slots: self.slots }
    }

    /// Keeps where the fields of such a record lie, which [`find`](Known::find) did not know: `needed` bytes hold them, all of
    /// them `local`.
    pub(super) fn learn(&mut self, bytes: &[u8], needed: usize, local: usize, spots: impl Iterator<Item = Spot>) {
        let Some(beginning) = self.beginning(bytes) else { return };
        let compared = COMPARED - self.mask.leading_zeros() as usize / 8;
        let has_long_types = beginning & (u128::from_ne_bytes([0x80; COMPARED]) & self.mask) != 0;
        let header = usize::from(bytes[0]);
        if has_long_types || header < compared || needed > local {
            return;
        }
        self.missed += 1;
        let place = place(beginning);
        self.kept[place] = Layout { beginning, needed: needed as u32, is_whole: header == compared };
        for (kept, spot) in self.spots[place * self.slots..].iter_mut().zip(spots) {
            *kept = spot;
        }
    }

    /// Notes that records were met, and stops keeping layouts where most of them were unlike those before.
    pub(super) fn meet(&mut self, records: usize) {
        if self.met < TRIAL {
            self.met += records as u32;
            if self.met >= TRIAL && self.missed * 2 > self.met {
                self.mask = 0;
            }
        }
    }

    fn beginning(&self, bytes: &[u8]) -> Option<u128> {
        let bytes = bytes.first_chunk().filter(|_| self.mask != 0)?;
        Some(u128::from_le_bytes(*bytes) & self.mask)
    }
}

/// The layouts as they are, where a compiler sees that they stay so.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    mask: u128,
    kept: Option<&'a [Layout; KEPT]>,
    spots: &'a [Spot],
    slots: usize,
}

impl<'a> Known<'a> {
    /// Where the wanted fields of a record lie, by slot: it begins at the start of `bytes`, of which `local` are its own, and is
    /// `payload` long.
    #[inline]
    pub(super) fn find(self, bytes: &[u8], local: usize, payload: u32) -> Option<&'a [Spot]> {
        let beginning = u128::from_le_bytes(*bytes.first_chunk()?) & self.mask;
        let place = place(beginning);
        let layout = &self.kept?[place % KEPT];
        let is_it =
            layout.beginning == beginning && layout.needed as usize <= local && (!layout.is_whole || layout.needed == payload);
        is_it.then(|| &self.spots[place * self.slots..(place + 1) * self.slots])
    }
}

/// Where a layout is kept.
#[inline]
fn place(beginning: u128) -> usize {
    let folded = (beginning as u64) ^ ((beginning >> 64) as u64).rotate_left(29);
    (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - KEPT.trailing_zeros())) as usize
}
