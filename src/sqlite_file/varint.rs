//! SQLite's variable-length integers (<https://sqlite.org/fileformat2.html#varint>).

/// The integer at the start of `bytes` and how many bytes it takes (at most nine); None where it does not end within them.
#[inline]
pub(super) fn read(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    if first < 0x80 {
        return Some((u64::from(first), 1));
    }
    read_long(bytes)
}

fn read_long(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (index, &byte) in bytes.iter().enumerate().take(8) {
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, index + 1));
        }
    }
    bytes.get(8).map(|&byte| (value << 8 | u64::from(byte), 9))
}

/// The same cut to what SQLite's `getVarint32` gives: a number that does not fit is the greatest that does.
#[inline]
pub(super) fn read_u32(bytes: &[u8]) -> Option<(u32, usize)> {
    let (value, length) = read(bytes)?;
    Some((u32::try_from(value).unwrap_or(u32::MAX), length))
}
