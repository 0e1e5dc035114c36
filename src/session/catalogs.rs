//! What the pools hold, read when a statement needs it and kept for the session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use rusqlite::Connection;

use super::pinned::{OwnNames, Pinned};
use crate::cancel::CancelToken;
use crate::catalog::{self, Catalog};
use crate::connection::{ConnectionPool, LEASE_WAIT, Lease, bind_value, sqlite_error};
use crate::error::{Error, Notice, Result};
use crate::planner::{SampleQuery, Sampled, Sampler};

/// How many schemas are read side by side when all are needed; more only wait for the same disk.
const READERS: usize = 4;

/// The catalogs that the session has read, and the leases that reading them took.
#[derive(Debug, Default)]
pub(super) struct Catalogs {
    /// By the pool's own name.
    known: BTreeMap<String, Arc<Catalog>>,
    /// One connection of each pool that this statement has looked at: the pool route runs on it.
    leases: BTreeMap<String, Lease>,
    /// The session's own connection, through which the pools that it has attached are read.
    pub(super) pinned: Option<Pinned>,
    /// What the session has made on it.
    pub(super) own: OwnNames,
    /// Pools read through it by this statement.
    seen_pinned: BTreeSet<String>,
    /// Whether every pool was read once.
    all_read: bool,
    /// What could not be opened while all were read.
    unopenable: BTreeMap<String, Error>,
    pub(super) notices: Vec<Notice>,
}

/// By when a connection must be had.
pub(super) fn deadline() -> Instant {
    Instant::now() + LEASE_WAIT
}

impl Catalogs {
    /// What a pool holds now.
    pub(super) fn load(&mut self, pool: &ConnectionPool, cancel: &CancelToken) -> Result<Arc<Catalog>> {
        if (self.leases.contains_key(pool.name()) || self.seen_pinned.contains(pool.name()))
            && let Some(catalog) = self.known.get(pool.name())
        {
            return Ok(Arc::clone(catalog));
        }
        if let Some(pinned) = self.pinned.clone() {
            let pin = pinned.take();
            if pin.attached().pools().iter().any(|attached| attached.name() == pool.name()) {
                pin.attached().set_cancel(cancel);
                self.seen_pinned.insert(pool.name().to_owned());
                return self.read(pin.attached().connection(), pool);
            }
        }
        let lease = self.lease(pool, cancel)?;
        let catalog = self.read(lease.connection(), pool)?;
        self.leases.insert(pool.name().to_owned(), lease);
        Ok(catalog)
    }

    /// The catalog on a connection, read anew if its schema is not the known one.
    fn read(&mut self, connection: &Connection, pool: &ConnectionPool) -> Result<Arc<Catalog>> {
        let named = |error: Error| error.in_pool(pool.name()).on_path(pool.path());
        let version = schema_version(connection, pool.name()).map_err(named)?;
        let catalog = match self.known.get(pool.name()) {
            Some(known) if known.schema_version == version => Arc::clone(known),
            _ => Arc::new(catalog::load(connection, pool.name()).map_err(named)?),
        };
        self.known.insert(pool.name().to_owned(), Arc::clone(&catalog));
        Ok(catalog)
    }

    /// A connection of a pool. Nobody waits for one while he holds another, or two sessions could wait for each other.
    fn lease(&mut self, pool: &ConnectionPool, cancel: &CancelToken) -> Result<Lease> {
        if let Some(lease) = pool.try_lease(cancel)? {
            return Ok(lease);
        }
        self.leases.clear();
        pool.lease(deadline(), cancel)
    }

    /// Forgets every catalog: a rolled back schema and the next one may have the same version.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.all_read = false;
    }

    /// The catalogs of all `pools`, once a session (`again`: once more, since a table may be new). A pool that cannot be
    /// opened is a notice: it matters only if the statement needs it.
    pub(super) fn load_all(&mut self, pools: &[ConnectionPool], again: bool, cancel: &CancelToken) -> Result<()> {
        if self.all_read && !again {
            return Ok(());
        }
        let pinned: Vec<String> = self
            .pinned
            .as_ref()
            .map_or_else(Vec::new, |pinned| pinned.take().attached().pools().iter().map(|pool| pool.name().to_owned()).collect());
        let is_pinned = |pool: &&ConnectionPool| pinned.iter().any(|name| name == pool.name());
        for pool in pools.iter().filter(is_pinned) {
            self.load(pool, cancel)?;
        }
        let missing: Vec<&ConnectionPool> =
            pools.iter().filter(|pool| !is_pinned(pool) && !self.leases.contains_key(pool.name())).collect();
        let share = missing.len().div_ceil(READERS).max(1);
        let read = |pool: &ConnectionPool| -> Result<Catalog> {
            let lease = pool.lease(deadline(), cancel)?;
            catalog::load(lease.connection(), pool.name())
        };
        let results: Vec<(&ConnectionPool, Result<Catalog>)> = std::thread::scope(|scope| {
            let shares = missing
                .chunks(share)
                .map(|pools| scope.spawn(move || pools.iter().map(|pool| (*pool, read(pool))).collect::<Vec<_>>()));
            let threads: Vec<_> = shares.collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("reading a schema does not panic")).collect()
        });
        cancel.check()?;
        for (pool, result) in results {
            match result {
                Ok(catalog) => {
                    self.known.insert(pool.name().to_owned(), Arc::new(catalog));
                    self.unopenable.remove(pool.name());
                }
                Err(error) => {
                    self.known.remove(pool.name());
                    if self.unopenable.insert(pool.name().to_owned(), error.clone()).is_none() {
                        let path = pool.path().display();
                        self.notices.push(Notice::new(format!("pool `{}` ({path}) is left out: {error}", pool.name())));
                    }
                }
            }
        }
        self.all_read = true;
        Ok(())
    }

    /// Whether every pool was read in this session, if not necessarily by this statement.
    pub(super) fn all_read(&self) -> bool {
        self.all_read
    }

    /// The pools that could not be read, and why.
    pub(super) fn unopenable(&self) -> impl Iterator<Item = (&str, &Error)> {
        self.unopenable.iter().map(|(pool, error)| (pool.as_str(), error))
    }

    /// What is known of a pool, perhaps from an earlier statement.
    pub(super) fn known(&self, pool: &str) -> Option<&Arc<Catalog>> {
        self.known.get(pool)
    }

    /// Every table known, as `pool.table`.
    pub(super) fn all_tables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.known.values().flat_map(|catalog| catalog.tables.values().map(|table| (catalog.pool.as_str(), table.name.as_str())))
    }

    /// The connection on which this statement has looked at a pool, or another.
    pub(super) fn take_lease(&mut self, pool: &ConnectionPool, cancel: &CancelToken) -> Result<Lease> {
        match self.leases.remove(pool.name()) {
            Some(lease) => Ok(lease),
            None => self.lease(pool, cancel),
        }
    }

    /// Forgets what a pool holds: its name may come to mean another file.
    pub(super) fn forget_pool(&mut self, pool: &str) {
        self.known.remove(pool);
        self.unopenable.remove(pool);
        self.leases.remove(pool);
    }

    /// Gives this statement's connections back.
    pub(super) fn give_back(&mut self) {
        self.leases.clear();
        self.seen_pinned.clear();
    }
}

impl Sampler for Catalogs {
    /// On the connection on which this statement has looked at the pool.
    fn sample(&self, query: &SampleQuery) -> Option<Sampled> {
        let lease = self.leases.get(&query.pool)?;
        let mut statement = lease.connection().prepare_cached(&query.sql).ok()?;
        let mut sampled = Sampled { rows: 0, passed: 0 };
        for (index, value) in query.parameters.iter().enumerate() {
            bind_value(&mut statement, index + 1, value.as_ref()).ok()?;
        }
        for start in &query.starts {
            statement.raw_bind_parameter(query.parameters.len() + 1, start).ok()?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().ok()? {
                sampled.rows += 1;
                sampled.passed += row.get::<_, u32>(0).ok()?;
            }
        }
        Some(sampled)
    }
}

/// The number that every change of a schema changes.
pub(super) fn schema_version(connection: &Connection, schema: &str) -> Result<i64> {
    let pragma = format!("PRAGMA {}.schema_version", crate::connection::quoted(schema));
    connection.query_row(&pragma, [], |row| row.get(0)).map_err(|error| sqlite_error(error, None))
}
