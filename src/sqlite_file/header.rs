//! The first 100 bytes of a database file (<https://sqlite.org/fileformat2.html#the_database_header>).

use super::NotNative;

pub(super) const LENGTH: usize = 100;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What the header says of all pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) page_size: usize,
    /// What of each page SQLite itself uses; the rest is reserved for extensions.
    pub(super) usable_size: usize,
}

impl Header {
    pub(super) fn read(bytes: &[u8; LENGTH]) -> Result<Self, NotNative> {
        if !bytes.starts_with(MAGIC) {
            return Err(NotNative::Because("the file is encrypted or of another kind"));
        }
        if bytes[19] > 2 {
            return Err(NotNative::Because("the file's format is newer"));
        }
        if bytes[56..60] != [0, 0, 0, 1] {
            return Err(NotNative::Because("the text is not stored as UTF-8"));
        }
        let page_size = match u16::from_be_bytes([bytes[16], bytes[17]]) {
            1 => 65_536,
            size => usize::from(size),
        };
        let usable_size = page_size.saturating_sub(usize::from(bytes[20]));
        if !(512..=65_536).contains(&page_size) || !page_size.is_power_of_two() || usable_size < 480 {
            return Err(super::malformed().into());
        }
        Ok(Self { page_size, usable_size })
    }
}
