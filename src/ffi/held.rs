//! A statement that keeps its connection, so that its owner can take one row now and the next one later.
#![expect(unsafe_code, reason = "rusqlite's statements borrow their connection, and cannot be kept beside it")]

use std::ffi::c_int;
use std::ptr::{self, NonNull};

use rusqlite::{Connection, ffi};

use crate::value::ValueRef;

/// A statement without parameters, and the connection that it runs on.
#[derive(Debug)]
pub(crate) struct HeldStatement {
    statement: NonNull<ffi::sqlite3_stmt>,
    connection: Connection,
}

// SAFETY: a statement may be used by one thread after another if its connection may (rusqlite's is Send), and the statement is
// reached through this value alone.
unsafe impl Send for HeldStatement {}

impl HeldStatement {
    /// Prepares a statement.
    pub(crate) fn new(connection: Connection, sql: &str) -> rusqlite::Result<Self> {
        let mut statement = ptr::null_mut();
        let length = c_int::try_from(sql.len()).map_err(|_| failure(&connection, ffi::SQLITE_TOOBIG))?;
        // SAFETY: the handle belongs to an open connection, the text is `length` bytes long, and nothing but `statement` is written to.
        let code = unsafe {
            ffi::sqlite3_prepare_v2(connection.handle(), sql.as_ptr().cast(), length, &raw mut statement, ptr::null_mut())
        };
        match NonNull::new(statement).filter(|_| code == ffi::SQLITE_OK) {
            Some(statement) => Ok(Self { statement, connection }),
            None => Err(failure(&connection, code)),
        }
    }

    /// Goes to the next row; false where there is none, and after an error. Then the statement begins anew.
    pub(crate) fn step(&mut self) -> rusqlite::Result<bool> {
        // SAFETY: the statement is finalized only when this value is dropped.
        let code = unsafe { ffi::sqlite3_step(self.statement.as_ptr()) };
        if code == ffi::SQLITE_ROW {
            return Ok(true);
        }
        let result = if code == ffi::SQLITE_DONE { Ok(false) } else { Err(failure(&self.connection, code)) };
        self.reset();
        result
    }

    /// Ends a run before its last row.
    pub(crate) fn reset(&mut self) {
        // SAFETY: as in `step`. The code repeats the last step's.
        unsafe { ffi::sqlite3_reset(self.statement.as_ptr()) };
    }

    /// A value of the row at which the statement stands; NULL where it stands at none or the row has fewer columns.
    pub(crate) fn value(&self, column: usize) -> ValueRef<'_> {
        let Ok(column) = c_int::try_from(column) else { return ValueRef::Null };
        let statement = self.statement.as_ptr();
        // SAFETY: the statement is alive, and SQLite gives NULL for a column or a row that is not there. The bytes stay where they are
        // until the statement is stepped or reset, which needs this value exclusively, and none of the calls converts the value,
        // since each asks for the class that it has.
        unsafe {
            match ffi::sqlite3_column_type(statement, column) {
                ffi::SQLITE_INTEGER => ValueRef::Integer(ffi::sqlite3_column_int64(statement, column)),
                ffi::SQLITE_FLOAT => ValueRef::Real(ffi::sqlite3_column_double(statement, column)),
                ffi::SQLITE_TEXT => {
                    let start = ffi::sqlite3_column_text(statement, column);
                    ValueRef::Text(bytes(start, ffi::sqlite3_column_bytes(statement, column)))
                }
                ffi::SQLITE_BLOB => {
                    let start = ffi::sqlite3_column_blob(statement, column);
                    ValueRef::Blob(bytes(start.cast(), ffi::sqlite3_column_bytes(statement, column)))
                }
                _ => ValueRef::Null,
            }
        }
    }
}

impl Drop for HeldStatement {
    fn drop(&mut self) {
        // SAFETY: the only place that finalizes it, before the connection is closed.
        unsafe { ffi::sqlite3_finalize(self.statement.as_ptr()) };
    }
}

/// # Safety
///
/// `start` is null or points at `length` bytes that live as long as the result.
unsafe fn bytes<'a>(start: *const u8, length: c_int) -> &'a [u8] {
    match usize::try_from(length) {
        // SAFETY: the caller's promise.
        Ok(length) if !start.is_null() => unsafe { std::slice::from_raw_parts(start, length) },
        _ => &[],
    }
}

fn failure(connection: &Connection, code: c_int) -> rusqlite::Error {
    // SAFETY: the message of an open connection is a C string that lives until the next call on it.
    let message = unsafe { std::ffi::CStr::from_ptr(ffi::sqlite3_errmsg(connection.handle())) };
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some(message.to_string_lossy().into_owned()))
}
