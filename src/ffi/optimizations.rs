//! Having SQLite plan a statement otherwise than it would.
#![expect(unsafe_code, reason = "no PRAGMA turns SQLite's optimizations off")]

use std::ffi::c_uint;

use rusqlite::{Connection, ffi};

/// The bit of what lets values leave a window's frame (`SQLITE_WindowFunc` of sqliteInt.h): without it sums are others.
const WINDOW_FUNCTIONS: c_uint = 0x2;

/// Turns off every optimization of `connection`'s plans that has no part in what a statement means, until it is closed. What a
/// version of SQLite does not know of this it leaves as it is.
pub(crate) fn plan_plainly(connection: &Connection) {
    // SAFETY: the handle is that of an open connection which this thread alone uses; this operation takes it and an unsigned integer
    // (<https://sqlite.org/c3ref/test_control.html>).
    unsafe { ffi::sqlite3_test_control(ffi::SQLITE_TESTCTRL_OPTIMIZATIONS, connection.handle(), !WINDOW_FUNCTIONS) };
}
