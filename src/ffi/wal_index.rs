//! The wal-index: what tells that a commit happened, and which pages the write-ahead log holds
//! (<https://sqlite.org/walformat.html> 2).

use std::ffi::CStr;

use rusqlite::Connection;

use super::file_handle::FileHandle;

/// Where the number of the last valid frame stands in the header.
const LAST_FRAME: usize = 16;
/// What stands before the page numbers in the first region: both copies of the header and the checkpoint information.
const PREAMBLE: usize = 136;
/// Page numbers in a region, and in the first.
const FRAMES: usize = 4096;
const FIRST_FRAMES: usize = FRAMES - PREAMBLE / 4;

/// A header is written anew by every commit, in microseconds: a reader that meets one looks again.
const TRIES: usize = 1000;

/// The 48 bytes of the wal-index header, None where there is no wal-index or a commit is being written right now.
pub(crate) fn header(connection: &Connection, schema: &CStr) -> Option<[u8; 48]> {
    stable_header(&FileHandle::of(connection, Some(schema))?)
}

/// The numbers of all pages that have a frame in the log of the file, sorted; None where the wal-index cannot be read.
///
/// Read within a read transaction this is a superset of what that transaction may read from the log: its read mark keeps
/// the log from being begun anew, so that all its frames are among those counted now, and those added since only cost a
/// detour. Where the transaction ignores the log instead, nobody may write to the file meanwhile.
pub(crate) fn logged_pages(file: &FileHandle<'_>) -> Option<Vec<u32>> {
    let header = (0..TRIES).find_map(|_| stable_header(file))?;
    let mut left = u32::from_ne_bytes(header[LAST_FRAME..LAST_FRAME + 4].try_into().ok()?) as usize;
    let mut pages = Vec::with_capacity(left);
    let mut region = 0;
    while left > 0 {
        let (skipped, most) = if region == 0 { (PREAMBLE, FIRST_FRAMES) } else { (0, FRAMES) };
        let frames = left.min(most);
        let bytes = file.wal_index(region, skipped + frames * 4)?;
        pages.extend(bytes[skipped..].chunks_exact(4).map(|page| u32::from_ne_bytes([page[0], page[1], page[2], page[3]])));
        left -= frames;
        region += 1;
    }
    pages.sort_unstable();
    pages.dedup();
    Some(pages)
}

/// Both copies of the header must agree, as SQLite's own `walIndexTryHdr` asks.
fn stable_header(file: &FileHandle<'_>) -> Option<[u8; 48]> {
    let copies = file.wal_index(0, 96)?;
    let (first, second) = copies.split_at(48);
    (first == second).then(|| first.try_into().expect("split at 48"))
}
