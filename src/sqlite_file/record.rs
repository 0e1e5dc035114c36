//! A record: the serial types of its fields, and where the wanted ones lie (<https://sqlite.org/fileformat2.html#record_format>).

use super::{malformed, varint};
use crate::error::Result;

/// A field that the record does not have: the row is older than the column, which has its default value there.
pub(super) const MISSING: u32 = u32::MAX;

/// The longest header that SQLite accepts.
const LONGEST_HEADER: u32 = 98_307;

/// Where a record's wanted fields go: its serial type and its place behind the record's start, by slot.
pub(super) trait Slots {
    /// Notes a field.
    fn put(&mut self, slot: usize, serial_type: u32, offset: u32);
}

/// The length of a record's header, and of the number that says so, from the record's first bytes. It may be longer than they.
#[inline]
pub(super) fn header_length(record: &[u8], payload: u32) -> Result<(u32, usize)> {
    let (length, first) = varint::read_u32(record).ok_or_else(malformed)?;
    if length as usize > record.len() && (length > LONGEST_HEADER || length > payload) {
        return Err(malformed());
    }
    Ok((length, first))
}

/// The fields that are wanted of each record.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Positions with their slots, sorted.
    pub(super) fields: Vec<(usize, usize)>,
    /// Whether the last of them has to be the record's last field, as the rowid is that of an index's entry.
    pub(super) is_whole: bool,
}

/// Finds the `wanted` fields in a record whose header is the first `length` bytes of
/// `record`; gives how many bytes of the record hold them all. The checks are those of SQLite's `OP_Column`.
#[inline]
pub(super) fn find_fields(
    record: &[u8],
    (length, first): (u32, usize),
    payload: u32,
    Wanted { fields: wanted, is_whole }: &Wanted,
    slots: &mut impl Slots,
) -> Result<usize> {
    let Some(&(last, _)) = wanted.last() else { return Ok(0) };
    if length == 0 {
        // Taken for a record without fields, "for historical reasons" (vdbe.c).
        wanted.iter().for_each(|&(_, slot)| slots.put(slot, MISSING, 0));
        return Ok(0);
    }
    if first >= length as usize {
        return Err(malformed());
    }
    if let Some(needed) = find_short_fields(record, (length, first), payload, (wanted, *is_whole), slots) {
        return Ok(needed);
    }
    let (mut at, end) = (first, length as usize);
    let mut offset = u64::from(length);
    let mut position = 0;
    let mut wanted = wanted.iter().peekable();
    let mut needed = 0;
    while position <= last && at < end {
        let (serial_type, width, size) = match record.get(at) {
            Some(&byte) if byte < 0x80 => (u32::from(byte), 1, u64::from(SIZES[usize::from(byte)])),
            _ => {
                let (serial_type, width) = varint::read_u32(record.get(at..).unwrap_or_default()).ok_or_else(malformed)?;
                (serial_type, width, size_of_type(serial_type))
            }
        };
        at += width;
        let start = offset;
        offset += size;
        while let Some(&&(_, slot)) = wanted.peek().filter(|(field, _)| *field == position) {
            // Beyond 32 bits the record is damaged, which is found below.
            slots.put(slot, serial_type, start as u32);
            needed = offset as usize;
            wanted.next();
        }
        position += 1;
    }
    let is_damaged = (at >= end && (at > end || offset != u64::from(payload))) || offset > u64::from(payload);
    if is_damaged || (*is_whole && at < end) {
        return Err(malformed());
    }
    for &(_, slot) in wanted {
        slots.put(slot, MISSING, 0);
    }
    Ok(needed)
}

/// Records whose last wanted field comes later are read the general way.
const SHORT: usize = 32;

/// The same for records as most are: each serial type up to the last wanted one takes one byte, and none is missing. None for
/// all others, with no field noted. Every offset is computed, wanted or not: that needs no branch.
#[inline]
fn find_short_fields(
    record: &[u8],
    (length, first): (u32, usize),
    payload: u32,
    (wanted, is_whole): (&[(usize, usize)], bool),
    slots: &mut impl Slots,
) -> Option<usize> {
    let (last, _) = *wanted.last()?;
    let types = record.get(first..length as usize)?;
    let until_last = types.get(..=last).filter(|types| types.len() <= SHORT)?;
    let mut offsets = [0; SHORT];
    let (mut offset, mut all) = (length, 0);
    for (place, &serial_type) in offsets.iter_mut().zip(until_last) {
        *place = offset;
        // A field is shorter than 64 bytes and the header than 98,308, so that nothing wraps round.
        offset += u32::from(SIZES[usize::from(serial_type)]);
        all |= serial_type;
    }
    let ends = types.len() == until_last.len();
    if all >= 0x80 || offset > payload || (ends && offset != payload) || (is_whole && !ends) {
        return None;
    }
    for &(field, slot) in wanted {
        slots.put(slot, u32::from(until_last[field]), offsets[field % SHORT]);
    }
    Some(offset as usize)
}

/// How many bytes a value of each serial type takes, for those that take one byte themselves. (As long as bytes have values, so that
/// no index needs a check.)
const SIZES: [u8; 256] = {
    let mut sizes = [0; 256];
    let mut serial_type = 0;
    while serial_type < 128 {
        sizes[serial_type] = size_of_type(serial_type as u32) as u8;
        serial_type += 1;
    }
    sizes
};

/// How many bytes a value of a serial type takes; 10 and 11 are reserved and read as NULL.
pub(super) const fn size_of_type(serial_type: u32) -> u64 {
    match serial_type {
        0 | 8..12 => 0,
        1..5 => serial_type as u64,
        5 => 6,
        6 | 7 => 8,
        _ => (serial_type as u64 - 12) / 2,
    }
}
