//! A connection on loan.

use r2d2::PooledConnection;
use rusqlite::{Connection, InterruptHandle};

use super::ConnectionPool;
use super::open::OpenConnection;
use super::pool::SlotManager;
use crate::cancel::CancelToken;
use crate::error::{Error, ErrorKind, Result};

/// A connection on loan from a pool. Its main database is named as the pool. Given back when dropped: rolled back and cleared.
#[derive(Debug)]
pub struct Lease {
    slot: PooledConnection<SlotManager>,
    pool: ConnectionPool,
}

impl Lease {
    pub(super) fn new(slot: PooledConnection<SlotManager>, pool: ConnectionPool) -> Self {
        Self { slot, pool }
    }

    /// The connection.
    pub fn connection(&self) -> &Connection {
        self.open().connection()
    }

    /// The pool's name.
    pub fn pool(&self) -> &str {
        self.pool.name()
    }

    /// What stops the statement that runs on this connection, from another thread. An interrupt that hits an idle
    /// connection is lost, so repeat it until the statement has returned.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.connection().get_interrupt_handle()
    }

    /// The token that waiting for locks looks at from now on.
    pub fn set_cancel(&self, cancel: &CancelToken) {
        self.open().busy.set_cancel(Some(cancel.clone()));
    }

    /// An error if a file that is read as immutable was changed since it was opened: what was read may be torn.
    pub fn check_unchanged(&self) -> Result<()> {
        if self.open().is_unchanged() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Busy, "the file was changed while it was read as immutable")
            .hint("run the statement again")
            .in_pool(self.pool())
            .on_path(self.pool.path()))
    }

    pub(super) fn open(&self) -> &OpenConnection {
        self.slot.0.as_ref().expect("a lease is made of an open connection")
    }

    /// The pool that it goes back to.
    pub(crate) fn owner(&self) -> &ConnectionPool {
        &self.pool
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let open = self.open();
        open.busy.set_cancel(None);
        if !is_clean(open.connection()) {
            self.slot.0 = None;
        }
    }
}

/// Rolls back; whether nothing of the last user is left then. Temporary objects and attached files cost too much to
/// undo one by one: such a connection is closed.
fn is_clean(connection: &Connection) -> bool {
    if !connection.is_autocommit() && connection.execute_batch("ROLLBACK").is_err() {
        return false;
    }
    if connection.db_name(2).is_ok() {
        return false;
    }
    let temporary = connection.prepare_cached("SELECT 1 FROM temp.sqlite_schema LIMIT 1").and_then(|mut any| any.exists([]));
    matches!(temporary, Ok(false))
}
