//! Renaming a connection's main database.
#![expect(unsafe_code, reason = "SQLITE_DBCONFIG_MAINDBNAME has no safe wrapper")]

use std::ffi::CStr;

use rusqlite::{Connection, ffi};

/// Names the main database of `connection`.
///
/// SQLite keeps the pointer (<https://sqlite.org/c3ref/c_dbconfig_defensive.html>: the string must stay until the
/// connection is closed), so the name is one that lives for ever: see [`crate::connection`]'s table of names.
pub(crate) fn set_main_name(connection: &Connection, name: &'static CStr) -> rusqlite::Result<()> {
    // SAFETY: the handle is that of an open connection which this thread alone uses, and the string is 'static.
    let code = unsafe { ffi::sqlite3_db_config(connection.handle(), ffi::SQLITE_DBCONFIG_MAINDBNAME, name.as_ptr()) };
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)) }
}
