//! SQL functions that SQLite leaves to its users, written for every connection alike: those that read files and those that
//! evaluate expressions in memory.

mod regexp;

use rusqlite::Connection;

/// Registers all of them, and the tables that are made of arguments: `rarray` and `generate_series`.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    regexp::register(connection)?;
    rusqlite::vtab::array::load_module(connection)?;
    rusqlite::vtab::series::load_module(connection)
}
