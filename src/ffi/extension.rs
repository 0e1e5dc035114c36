//! Loading a SQLite extension, which runs code that nobody here knows.
#![expect(unsafe_code, reason = "rusqlite marks loading as unsafe, since the library's code runs in this process")]

use std::path::Path;

use rusqlite::{Connection, LoadExtensionGuard};

/// Loads a library by its default entry point. Only for libraries that the user has named and trusts.
pub(crate) fn load(connection: &Connection, library: &Path) -> rusqlite::Result<()> {
    // SAFETY: loading is enabled for this call alone (the guard disables it again), and by the C interface alone, never for
    // SQL. What the library does is the user's word.
    let _enabled = unsafe { LoadExtensionGuard::new(connection)? };
    // SAFETY: as above.
    unsafe { connection.load_extension(library, None::<&str>) }
}
