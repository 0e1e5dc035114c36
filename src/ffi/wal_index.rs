//! The header of the wal-index, which changes with every commit.
#![expect(unsafe_code, reason = "the wal-index is reached through SQLite's own file handle")]

use std::ffi::{CStr, c_void};
use std::ptr;

use rusqlite::{Connection, ffi};

/// The 48 bytes of the wal-index header (<https://sqlite.org/walformat.html> 2.1), None where there is no wal-index or
/// a commit is being written right now.
pub(crate) fn header(connection: &Connection, schema: &CStr) -> Option<[u8; 48]> {
    let mut file: *mut ffi::sqlite3_file = ptr::null_mut();
    // SAFETY: the connection is open and used by this thread alone; FILE_POINTER writes one pointer.
    let code = unsafe {
        ffi::sqlite3_file_control(
            connection.handle(),
            schema.as_ptr(),
            ffi::SQLITE_FCNTL_FILE_POINTER,
            (&raw mut file).cast::<c_void>(),
        )
    };
    if code != ffi::SQLITE_OK || file.is_null() {
        return None;
    }
    // SAFETY: SQLite gave a pointer to an open file, whose methods stay as long as it is open (null: not open).
    let methods = unsafe { (*file).pMethods.as_ref() }?;
    if methods.iVersion < 2 {
        return None;
    }
    let mut region: *mut c_void = ptr::null_mut();
    // SAFETY: region 0 of 32 KiB without extending is what SQLite's own readers map; SQLite unmaps it on close.
    let code = unsafe { methods.xShmMap?(file, 0, 32_768, 0, &raw mut region) };
    // A wal-index opened with readonly_shm answers SQLITE_READONLY and maps all the same.
    if region.is_null() || !matches!(code, ffi::SQLITE_OK | ffi::SQLITE_READONLY) {
        return None;
    }
    let mut copies = [0_u8; 96];
    // SAFETY: the mapped region is 32 KiB long; other processes may write to it, hence byte-wise volatile reads and the
    // comparison of both copies, as SQLite's own walIndexTryHdr does.
    unsafe {
        for (offset, byte) in copies.iter_mut().enumerate() {
            *byte = ptr::read_volatile(region.cast::<u8>().add(offset));
        }
    }
    let (first, second) = copies.split_at(48);
    (first == second).then(|| first.try_into().expect("split at 48"))
}
