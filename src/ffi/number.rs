//! Numbers to text by SQLite's own printf.
#![expect(unsafe_code, reason = "sqlite3_snprintf is variadic C")]

use std::ffi::{CStr, c_char, c_int};

use rusqlite::ffi;

/// Longer than any `%!.17g`: sign, 17 digits, point and exponent take 25 bytes.
const BUFFER: c_int = 64;

/// The text of a real as `CAST(x AS TEXT)` gives it (vdbeMemRenderNum in SQLite's vdbemem.c prints `%!.17g`).
pub(crate) fn format_real(real: f64) -> String {
    let mut buffer: [c_char; BUFFER as usize] = [0; BUFFER as usize];
    // SAFETY: the buffer has the length that is told, the format takes exactly one double, and sqlite3_snprintf always
    // ends what it writes with NUL, so the buffer holds a C string afterwards.
    let text = unsafe {
        ffi::sqlite3_snprintf(BUFFER, buffer.as_mut_ptr(), c"%!.17g".as_ptr(), real);
        CStr::from_ptr(buffer.as_ptr())
    };
    text.to_string_lossy().into_owned()
}
