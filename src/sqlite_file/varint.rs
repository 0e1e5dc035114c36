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

#[inline]
fn read_long(bytes: &[u8]) -> Option<(u64, usize)> {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    if let Some(eight) = bytes.first_chunk::<8>() {
        let ends = !u64::from_le_bytes(*eight) & !LOW;
        if ends != 0 {
            // Seven bits of each byte, brought together by pairs, by fours and all: rowids of three and four bytes are so many that
            // a loop over them shows.
            let length = ends.trailing_zeros() / 8 + 1;
            let bits = (u64::from_be_bytes(*eight) >> (64 - 8 * length)) & LOW;
            let pairs = (bits & 0x007f_007f_007f_007f) | (bits & 0x7f00_7f00_7f00_7f00) >> 1;
            let fours = (pairs & 0x0000_3fff_0000_3fff) | (pairs & 0x3fff_0000_3fff_0000) >> 2;
            return Some(((fours & 0x0fff_ffff) | (fours & 0x0fff_ffff_0000_0000) >> 4, length as usize));
        }
    }
    read_by_bytes(bytes)
}

#[cold]
fn read_by_bytes(bytes: &[u8]) -> Option<(u64, usize)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As SQLite writes them (fileformat2, "Varint").
    fn write(value: u64) -> Vec<u8> {
        if value >= 1 << 56 {
            let upper = (0..8).map(|index| 0x80 | (value >> 8 >> (7 * (7 - index))) as u8);
            return upper.chain([value as u8]).collect();
        }
        let length = (1..=8).find(|length| value < 1 << (7 * length)).expect("below 2^56");
        (0..length)
            .map(|index| ((value >> (7 * (length - 1 - index))) & 0x7f) as u8 | if index + 1 < length { 0x80 } else { 0 })
            .collect()
    }

    #[test]
    fn numbers_of_all_lengths_are_read_in_the_midst_and_at_the_end_of_a_page() {
        let of_length = (0..64).flat_map(|bits| [1_u64 << bits, (1 << bits) - 1, (1 << bits) + (1 << bits) / 3, !0 >> bits]);
        for value in of_length {
            let mut bytes = write(value);
            let length = bytes.len();
            assert_eq!(read(&bytes), Some((value, length)), "{bytes:x?}");
            assert_eq!(read(&bytes[..length - 1]), None, "{bytes:x?}");
            bytes.extend_from_slice(&[0xff, 0, 0x80, 0x7f, 0xff, 0xff, 0xff, 0xff]);
            assert_eq!(read(&bytes), Some((value, length)), "{bytes:x?}");
        }
    }
}
