//! Pools of connections to SQLite files: opening and closing without a trace, one snapshot per file, leases, attaching.
//! (contract; bodies follow)

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::cancel::CancelToken;
use crate::error::{Notice, Result};

/// How a pool opens its file; every key of `glue.toml`'s `[pools.NAME]`.
#[derive(Debug, Clone)]
pub struct PoolOptions {
    /// Default true.
    pub read_only: bool,
    /// Default 10.
    pub max_connections: u32,
    /// Default 60 s.
    pub idle_timeout: Duration,
    /// Default 5 s.
    pub busy_timeout: Duration,
    /// Default false.
    pub immutable: bool,
}

/// Pools by schema name, one of them possibly the default. Cheap to clone; clones share everything.
#[derive(Debug, Clone, Default)]
pub struct ConnectionManager(Arc<()>);

/// A pool of connections to one SQLite file, opened lazily. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ConnectionPool(Arc<()>);

/// A connection on loan from a pool. Its main database is named as the pool. Given back when dropped: rolled back and cleared.
#[derive(Debug)]
pub struct Lease(());

/// Several files ATTACHed to one in-memory connection, each under its pool's name.
#[derive(Debug)]
pub struct AttachedConnection(());

impl ConnectionManager {
    /// A manager without pools.
    pub fn new() -> Self {
        Self::default()
    }
    /// Registers `pool` under `schema_name`, or as the default. The same pool may have several names.
    pub fn register_connection_pool(&self, pool: ConnectionPool, schema_name: Option<&str>) -> Result<()> {
        let _ = (pool, schema_name);
        todo!()
    }
    /// The pool registered under that name, else the default one, else an error that lists near names.
    pub fn get_connection_pool(&self, schema_name: &str) -> Result<ConnectionPool> {
        let _ = schema_name;
        todo!()
    }
    /// Whether more than one pool is registered.
    pub fn has_multiple_connections(&self) -> bool {
        todo!()
    }
    /// Closes every idle connection and forgets all pools.
    pub fn disconnect_all(&self) {
        todo!()
    }
    /// The pool registered under that very name (no fallback).
    pub fn pool(&self, schema_name: &str) -> Option<ConnectionPool> {
        let _ = schema_name;
        todo!()
    }
    /// The default pool.
    pub fn default_pool(&self) -> Option<ConnectionPool> {
        todo!()
    }
    /// Every distinct pool, by name.
    pub fn pools(&self) -> Vec<ConnectionPool> {
        todo!()
    }
}

impl ConnectionPool {
    /// A pool over the SQLite file at `path` named `name`; touches nothing.
    pub fn sqlite(name: &str, path: impl Into<PathBuf>, options: PoolOptions) -> Result<Self> {
        let _ = (name, path.into(), options);
        todo!()
    }
    /// The pool's own name: what its connections' main database is called.
    pub fn name(&self) -> &str {
        todo!()
    }
    /// The path as configured.
    pub fn path(&self) -> &Path {
        todo!()
    }
    /// The options.
    pub fn options(&self) -> &PoolOptions {
        todo!()
    }
    /// Whether both are the same file (two names of one source).
    pub fn is_same_source(&self, other: &Self) -> bool {
        let _ = other;
        todo!()
    }
    /// One connection, waiting for a free one until `deadline` or cancellation.
    pub fn lease(&self, deadline: Instant, cancel: &CancelToken) -> Result<Lease> {
        let _ = (deadline, cancel);
        todo!()
    }
    /// A further connection if one is free at once.
    pub fn try_lease(&self, cancel: &CancelToken) -> Result<Option<Lease>> {
        let _ = cancel;
        todo!()
    }
}

impl Lease {
    /// The connection.
    pub fn connection(&self) -> &Connection {
        todo!()
    }
    /// The pool's name.
    pub fn pool(&self) -> &str {
        todo!()
    }
}

/// Begins a read transaction on each connection of each file so that all connections of one file see one snapshot and the
/// transactions of all files overlap. `leases` may hold several connections of several pools.
pub fn begin_snapshot(leases: &mut [Lease], cancel: &CancelToken) -> Result<()> {
    let _ = (leases, cancel);
    todo!()
}

impl AttachedConnection {
    /// Opens an anchor in memory and attaches each pool's file under the pool's name, each with the mode that opening
    /// without a trace asks for; `cancel` is seen by its busy handler. Counts against each pool's connections while it lives.
    pub fn open(pools: &[ConnectionPool], deadline: Instant, cancel: &CancelToken) -> Result<Self> {
        let _ = (pools, deadline, cancel);
        todo!()
    }
    /// The connection.
    pub fn connection(&self) -> &Connection {
        todo!()
    }
    /// How many files one connection can attach in this build.
    pub fn limit() -> usize {
        todo!()
    }
}

/// The notices that opening gave since the last call (a janitor that could not tidy, an immutable file).
pub fn take_notices(manager: &ConnectionManager) -> Vec<Notice> {
    let _ = manager;
    Vec::new()
}
