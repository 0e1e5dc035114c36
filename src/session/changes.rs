//! What the last write changed: `changes()`, `total_changes()` and `last_insert_rowid()`.
//!
//! SQLite keeps these numbers in a connection, and a session's statements run on many. So the session remembers them, and a
//! statement that asks for them runs on a connection where functions of the same names answer from here.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::connection::sqlite_error;
use crate::error::Result;

/// What one statement changed, or all of them so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Changes {
    /// Rows inserted, changed or deleted by the last statement itself.
    pub(super) rows: u64,
    /// Those, and what triggers did.
    pub(super) total: u64,
    /// The rowid of the last row that was inserted.
    pub(super) last_rowid: i64,
}

impl Changes {
    /// Takes note of one statement more. One that changed no row leaves `last_insert_rowid()` alone.
    pub(super) fn add(&mut self, statement: Self) {
        self.rows = statement.rows;
        self.total += statement.total;
        if statement.last_rowid != 0 {
            self.last_rowid = statement.last_rowid;
        }
    }

    /// Makes the connection's functions answer from here.
    pub(super) fn install(self, connection: &Connection) -> Result<()> {
        let answers = [
            ("changes", i64::try_from(self.rows).unwrap_or(i64::MAX)),
            ("total_changes", i64::try_from(self.total).unwrap_or(i64::MAX)),
            ("last_insert_rowid", self.last_rowid),
        ];
        for (name, answer) in answers {
            connection
                .create_scalar_function(name, 0, FunctionFlags::SQLITE_UTF8, move |_| Ok(answer))
                .map_err(|error| sqlite_error(error, None))?;
        }
        Ok(())
    }
}

/// Whether a text asks for what the last write changed.
pub(super) fn asks_for_changes(sql: &str) -> bool {
    let sql = sql.to_ascii_lowercase();
    // `total_changes` holds `changes`.
    ["changes", "last_insert_rowid"].iter().any(|name| sql.contains(name))
}
