//! `sqlite3_snapshot_*`: one WAL snapshot on several connections.
#![cfg_attr(sqlite_snapshot, expect(unsafe_code, reason = "the snapshot interface has no safe wrapper"))]

use rusqlite::Connection;

/// A WAL snapshot that other connections of the same file can open.
#[cfg(sqlite_snapshot)]
pub(crate) struct Snapshot(*mut rusqlite::ffi::sqlite3_snapshot);

/// Takes the snapshot of `connection`, whose transaction has begun and read nothing yet; None where there is none.
#[cfg(sqlite_snapshot)]
pub(crate) fn take(connection: &Connection, schema: &std::ffi::CStr) -> Option<Snapshot> {
    let mut snapshot = std::ptr::null_mut();
    // SAFETY: the connection is open, the name NUL-terminated; on success the snapshot is ours to free.
    let code = unsafe { rusqlite::ffi::sqlite3_snapshot_get(connection.handle(), schema.as_ptr(), &raw mut snapshot) };
    (code == rusqlite::ffi::SQLITE_OK && !snapshot.is_null()).then_some(Snapshot(snapshot))
}

/// Makes the transaction that has just begun on `connection` read `snapshot`; false where SQLite cannot.
#[cfg(sqlite_snapshot)]
pub(crate) fn open(connection: &Connection, schema: &std::ffi::CStr, snapshot: &Snapshot) -> bool {
    // SAFETY: the connection is open, the name NUL-terminated, the snapshot not freed yet.
    unsafe { rusqlite::ffi::sqlite3_snapshot_open(connection.handle(), schema.as_ptr(), snapshot.0) == rusqlite::ffi::SQLITE_OK }
}

#[cfg(sqlite_snapshot)]
impl Drop for Snapshot {
    fn drop(&mut self) {
        // SAFETY: the pointer came from sqlite3_snapshot_get and is freed once.
        unsafe { rusqlite::ffi::sqlite3_snapshot_free(self.0) }
    }
}

/// A WAL snapshot; this build of SQLite has none.
#[cfg(not(sqlite_snapshot))]
pub(crate) enum Snapshot {}

/// Never anything: this build of SQLite has no snapshots.
#[cfg(not(sqlite_snapshot))]
pub(crate) fn take(_: &Connection, _: &std::ffi::CStr) -> Option<Snapshot> {
    None
}

/// Never called: there is no snapshot to open.
#[cfg(not(sqlite_snapshot))]
pub(crate) fn open(_: &Connection, _: &std::ffi::CStr, snapshot: &Snapshot) -> bool {
    match *snapshot {}
}
