//! Reading a schema from a connection.

use rusqlite::Connection;

use super::Catalog;
use crate::error::Result;

/// Reads the schema of the main database of `connection`, for the pool of that name.
pub fn load(connection: &Connection, pool: &str) -> Result<Catalog> {
    let _ = (connection, pool);
    todo!()
}
