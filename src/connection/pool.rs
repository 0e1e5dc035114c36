//! A pool of connections to one file, over r2d2.

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use r2d2::{ManageConnection, Pool, PooledConnection};
use scheduled_thread_pool::ScheduledThreadPool;

use super::file::{id_of, lock};
use super::open::{OpenConnection, Source};
use super::{Lease, PoolBuilder, PoolOptions};
use crate::cancel::CancelToken;
use crate::error::{Error, ErrorKind, Notice, Result};

/// How long a wait for a free connection lasts before cancellation is looked at again.
const SLICE: Duration = Duration::from_millis(10);

/// How long a statement waits for a connection of a pool before it gives up.
pub(crate) const LEASE_WAIT: Duration = Duration::from_secs(30);

/// A pool of connections to one SQLite file, opened lazily. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ConnectionPool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    name: String,
    path: PathBuf,
    options: PoolOptions,
    slots: OnceLock<Pool<SlotManager>>,
    notices: Arc<Mutex<Vec<Notice>>>,
    /// How many wait for a place.
    waiting: AtomicUsize,
}

/// How many connections a pool has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// Connections in use: at most `max_connections`.
    pub in_use: u32,
    /// Open connections that nobody uses at the moment.
    pub idle: u32,
}

/// A place in the pool, with or without an open connection. r2d2 counts and ages the places; the thread that leases one
/// opens it, so that an error is that thread's at once instead of r2d2's text after 30 seconds.
#[derive(Debug, Default)]
pub(super) struct Slot(pub(super) Option<OpenConnection>);

#[derive(Debug)]
pub(super) struct SlotManager;

impl Shared {
    /// Closes the connections that nobody uses.
    fn close_idle(&self) {
        let Some(slots) = self.slots.get() else { return };
        let mut idle = Vec::new();
        while let Some(mut slot) = slots.try_get() {
            slot.0 = None;
            idle.push(slot);
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // r2d2's own threads may hold its pool a moment longer; files are closed and tidied now all the same.
        self.close_idle();
    }
}

/// Counted as waiting for as long as it lives.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn among(counter: &'a AtomicUsize) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ManageConnection for SlotManager {
    type Connection = Slot;
    type Error = Infallible;

    fn connect(&self) -> Result<Slot, Infallible> {
        Ok(Slot::default())
    }

    fn is_valid(&self, _: &mut Slot) -> Result<(), Infallible> {
        Ok(())
    }

    fn has_broken(&self, _: &mut Slot) -> bool {
        false
    }
}

impl ConnectionPool {
    /// A pool over the SQLite file at `path`, to be given options and a name (else that of the file), and then built.
    /// Touches nothing.
    ///
    /// ```
    /// use glue::connection::ConnectionPool;
    /// use std::time::Duration;
    ///
    /// let pool = ConnectionPool::sqlite("data/orders.sqlite").max_connections(4).busy_timeout(Duration::from_secs(1)).build()?;
    /// assert_eq!(pool.name(), "orders");
    /// # Ok::<(), glue::error::Error>(())
    /// ```
    pub fn sqlite(path: impl Into<PathBuf>) -> PoolBuilder {
        PoolBuilder::new(path.into())
    }

    pub(super) fn of(name: String, path: PathBuf, options: PoolOptions) -> Self {
        let (slots, notices, waiting) = (OnceLock::new(), Arc::default(), AtomicUsize::new(0));
        Self(Arc::new(Shared { name, path, options, slots, notices, waiting }))
    }

    /// The pool's own name: what its connections' main database is called.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The path as configured.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The options.
    pub fn options(&self) -> &PoolOptions {
        &self.0.options
    }

    /// Whether both are the same file (two names of one source).
    pub fn is_same_source(&self, other: &Self) -> bool {
        let id = |pool: &Self| fs::metadata(pool.path()).ok().map(|metadata| id_of(&metadata));
        self.path() == other.path() || id(self).is_some_and(|own| Some(own) == id(other))
    }

    /// One connection, waiting for a free one until `deadline` or cancellation.
    pub fn lease(&self, deadline: Instant, cancel: &CancelToken) -> Result<Lease> {
        self.opened(self.permit(deadline, cancel)?, cancel)
    }

    /// A further connection if one is free at once.
    pub fn try_lease(&self, cancel: &CancelToken) -> Result<Option<Lease>> {
        cancel.check()?;
        let slots = self.slots();
        let slot = slots.try_get().or_else(|| {
            // An unused place costs r2d2 a moment to make: not a wait for someone else's connection.
            (slots.state().connections < slots.max_size()).then(|| slots.get_timeout(SLICE).ok()).flatten()
        });
        slot.map(|slot| self.opened(slot, cancel)).transpose()
    }

    /// Opens the file and reads it, so that a mistake shows now rather than at the first statement.
    pub fn check(&self) -> Result<()> {
        self.lease(Instant::now() + LEASE_WAIT, &CancelToken::new()).map(drop)
    }

    /// How many connections there are now.
    pub fn state(&self) -> PoolState {
        let Some(slots) = self.0.slots.get() else { return PoolState { in_use: 0, idle: 0 } };
        let state = slots.state();
        PoolState { in_use: state.connections - state.idle_connections, idle: state.idle_connections }
    }

    /// How many wait for a connection at this moment.
    pub(crate) fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::Relaxed)
    }

    /// A place in the pool, whatever is in it.
    pub(super) fn permit(&self, deadline: Instant, cancel: &CancelToken) -> Result<PooledConnection<SlotManager>> {
        cancel.check()?;
        if let Ok(slot) = self.slots().get_timeout(SLICE) {
            return Ok(slot);
        }
        let _waiting = Waiting::among(&self.0.waiting);
        loop {
            cancel.check()?;
            if let Ok(slot) = self.slots().get_timeout(SLICE) {
                return Ok(slot);
            }
            if Instant::now() >= deadline {
                let count = self.options().max_connections;
                return Err(Error::new(ErrorKind::Busy, format!("all {count} connections of the pool are in use"))
                    .hint("raise the pool's max_connections")
                    .in_pool(self.name())
                    .on_path(self.path()));
            }
        }
    }

    pub(super) fn source(&self) -> Source<'_> {
        Source { name: self.name(), path: self.path(), options: self.options(), notices: &self.0.notices }
    }

    /// Closes the connections that nobody uses.
    pub(super) fn close_idle(&self) {
        self.0.close_idle();
    }

    pub(super) fn take_notices(&self) -> Vec<Notice> {
        std::mem::take(&mut lock(&self.0.notices))
    }

    pub(super) fn is_same_pool(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn opened(&self, mut slot: PooledConnection<SlotManager>, cancel: &CancelToken) -> Result<Lease> {
        if slot.0.as_ref().is_some_and(|open| !open.is_current()) {
            slot.0 = None;
        }
        match &slot.0 {
            Some(open) => open.busy.set_cancel(Some(cancel.clone())),
            None => slot.0 = Some(OpenConnection::open(&self.source(), cancel)?),
        }
        Ok(Lease::new(slot, self.clone()))
    }

    fn slots(&self) -> &Pool<SlotManager> {
        static THREADS: OnceLock<Arc<ScheduledThreadPool>> = OnceLock::new();
        self.0.slots.get_or_init(|| {
            let threads = THREADS.get_or_init(|| {
                Arc::new(ScheduledThreadPool::builder().num_threads(2).thread_name_pattern("glue-pool-{}").build())
            });
            Pool::builder()
                .max_size(self.options().max_connections)
                .min_idle(Some(0))
                .max_lifetime(None)
                .idle_timeout(Some(self.options().idle_timeout.max(Duration::from_millis(1))))
                .test_on_check_out(false)
                .thread_pool(Arc::clone(threads))
                .build_unchecked(SlotManager)
        })
    }
}
