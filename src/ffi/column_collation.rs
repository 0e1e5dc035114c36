//! The collation of a table's column.
#![expect(unsafe_code, reason = "rusqlite wraps sqlite3_table_column_metadata only behind a feature that rebuilds SQLite")]

use std::ffi::{CStr, CString};
use std::ptr;

use rusqlite::{Connection, ffi};

/// The name of the collation of `table`.`column`, None for a view or where the table cannot be read.
pub(crate) fn column_collation(connection: &Connection, schema: &str, table: &str, column: &str) -> Option<String> {
    let (schema, table, column) = (CString::new(schema).ok()?, CString::new(table).ok()?, CString::new(column).ok()?);
    let mut collation = ptr::null();
    // SAFETY: the connection is open, the names are NUL-terminated, and the outputs that are not wanted may be null
    // (<https://sqlite.org/c3ref/table_column_metadata.html>).
    let code = unsafe {
        ffi::sqlite3_table_column_metadata(
            connection.handle(),
            schema.as_ptr(),
            table.as_ptr(),
            column.as_ptr(),
            ptr::null_mut(),
            &raw mut collation,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    if code != ffi::SQLITE_OK || collation.is_null() {
        return None;
    }
    // SAFETY: SQLite returned a NUL-terminated string that is valid until the next call on this connection.
    Some(unsafe { CStr::from_ptr(collation) }.to_string_lossy().into_owned())
}
