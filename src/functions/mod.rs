//! SQL functions that SQLite leaves to its users, written for every connection alike: those that read files and those that
//! evaluate expressions in memory.

mod regexp;

use rusqlite::Connection;

/// Registers all of them.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    regexp::register(connection)
}
