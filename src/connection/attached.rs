//! Several files on one connection.

use std::sync::OnceLock;
use std::time::Instant;

use r2d2::PooledConnection;
use rusqlite::limits::Limit;
use rusqlite::{Connection, InterruptHandle};

use super::ConnectionPool;
use super::failure::sqlite_error;
use super::open::{OpenConnection, Source};
use super::pool::SlotManager;
use super::snapshot::until_free;
use crate::cancel::CancelToken;
use crate::error::{Error, ErrorKind, Result};

/// SQLite's own words when files of different text encodings meet (attach.c and prepare.c).
pub(super) const MIXED_ENCODINGS: &str = "attached databases must use the same text encoding as main database";

/// Several files ATTACHed to one in-memory connection, each under its pool's name.
#[derive(Debug)]
pub struct AttachedConnection {
    // Declared before the permits: the files are closed before their places are given back.
    open: OpenConnection,
    permits: Vec<PooledConnection<SlotManager>>,
    // Declared last: a pool closes its idle connections when its last user goes.
    pools: Vec<ConnectionPool>,
}

impl AttachedConnection {
    /// Opens an anchor in memory and attaches each pool's file under the pool's name, each with the mode that opening
    /// without a trace asks for; `cancel` is seen by its busy handler. Counts against each pool's connections while it lives.
    pub fn open(pools: &[ConnectionPool], deadline: Instant, cancel: &CancelToken) -> Result<Self> {
        // Every user takes its places in the order of names, so that no two wait for each other.
        let mut ordered: Vec<&ConnectionPool> = pools.iter().collect();
        ordered.sort_by(|left, right| left.name().cmp(right.name()));
        let permits = ordered.iter().map(|pool| pool.permit(deadline, cancel)).collect::<Result<Vec<_>>>()?;
        let sources: Vec<Source<'_>> = pools.iter().map(ConnectionPool::source).collect();
        let mut attached = OpenConnection::attach(&sources, "UTF-8", cancel);
        // Files that are all UTF-16 agree with each other: only the anchor has to follow.
        for encoding in ["UTF-16le", "UTF-16be"] {
            if attached.as_ref().is_err_and(is_encoding_conflict) {
                attached = OpenConnection::attach(&sources, encoding, cancel);
            }
        }
        let open = attached.map_err(|error| {
            if !is_encoding_conflict(&error) {
                return error;
            }
            Error { pool: None, path: None, ..error }.hint("SQLite cannot attach files of UTF-8 and UTF-16 text together")
        })?;
        Ok(Self { open, permits, pools: pools.to_vec() })
    }

    /// Opens the file of `main` as the main database, for statements that write to it: SQLite's commits over several files
    /// are atomic only where main is a file (<https://sqlite.org/atomiccommit.html> 5). Further files are attached as they
    /// are needed.
    pub fn open_on(main: &ConnectionPool, deadline: Instant, cancel: &CancelToken) -> Result<Self> {
        let permit = main.permit(deadline, cancel)?;
        let open = OpenConnection::open(&main.source(), cancel)?;
        Ok(Self { open, permits: vec![permit], pools: vec![main.clone()] })
    }

    /// Attaches the file of one more pool, unless it is attached.
    pub fn attach(&mut self, pool: &ConnectionPool, deadline: Instant, cancel: &CancelToken) -> Result<()> {
        if self.pools.iter().any(|attached| attached.name().eq_ignore_ascii_case(pool.name())) {
            return Ok(());
        }
        let permit = pool.permit(deadline, cancel)?;
        self.open.attach_further(&pool.source(), cancel)?;
        self.permits.push(permit);
        self.pools.push(pool.clone());
        Ok(())
    }

    /// The pools whose files it has open.
    pub fn pools(&self) -> &[ConnectionPool] {
        &self.pools
    }

    /// The connection.
    pub fn connection(&self) -> &Connection {
        self.open.connection()
    }

    /// Begins a transaction and reads each file once, so that all files are read in overlapping snapshots.
    pub fn begin(&self) -> Result<()> {
        let cancel = self.open.busy.cancel();
        until_free(self.open.busy.timeout(), &cancel, || {
            let begun = self.begin_once();
            self.open.busy.set_impatient(false);
            if begun.is_err() && !self.connection().is_autocommit() {
                self.connection().execute_batch("ROLLBACK").map_err(|error| sqlite_error(error, None))?;
            }
            begun
        })
    }

    fn begin_once(&self) -> Result<()> {
        self.connection().execute_batch("BEGIN").map_err(|error| sqlite_error(error, None))?;
        for schema in self.pools.iter().map(ConnectionPool::name) {
            let sql = format!("SELECT count(*) FROM {}.sqlite_schema", super::quoted(schema));
            let read = self.connection().query_row(&sql, [], |_| Ok(()));
            read.map_err(|error| sqlite_error(error, None).in_pool(schema))?;
            // A file is held from here on.
            self.open.busy.set_impatient(true);
        }
        Ok(())
    }

    /// What stops the statement that runs on this connection, from another thread.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.connection().get_interrupt_handle()
    }

    /// The token that waiting for locks looks at from now on.
    pub fn set_cancel(&self, cancel: &CancelToken) {
        self.open.busy.set_cancel(Some(cancel.clone()));
    }

    /// An error if a file that is read as immutable was changed since it was opened.
    pub fn check_unchanged(&self) -> Result<()> {
        if self.open.is_unchanged() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Busy, "a file was changed while it was read as immutable").hint("run the statement again"))
    }

    /// How many files one connection can attach in this build.
    pub fn limit() -> usize {
        static LIMIT: OnceLock<usize> = OnceLock::new();
        // SQLite's documented default where even an empty connection in memory cannot be had.
        const STOCK: usize = 10;
        *LIMIT.get_or_init(|| {
            let limit = Connection::open_in_memory().and_then(|connection| connection.limit(Limit::SQLITE_LIMIT_ATTACHED));
            limit.ok().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(STOCK)
        })
    }
}

/// Whether `error` says that files of different text encodings cannot be attached together.
pub fn is_encoding_conflict(error: &Error) -> bool {
    error.message == MIXED_ENCODINGS
}
