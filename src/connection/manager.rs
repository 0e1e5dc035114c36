//! Pools by schema name.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::builder::is_reserved;
use super::{ConnectionPool, SavedView};
use crate::error::{Error, Notice, Result};

/// Pools by schema name, one of them possibly the default. Cheap to clone, and safe to use from many threads; clones share
/// everything. A schema name is what SQL qualifies tables by, and a pool registered under the name of a table answers that
/// table's bare name.
///
/// ```
/// use glue::connection::{ConnectionManager, ConnectionPool};
///
/// let manager = ConnectionManager::new();
/// manager.register_connection_pool(ConnectionPool::sqlite("customers.sqlite").build()?, None)?;
/// manager.register_connection_pool(ConnectionPool::sqlite("orders.sqlite").build()?, Some("orders"))?;
/// assert!(manager.has_multiple_connections());
/// assert_eq!(manager.get_connection_pool("orders")?.name(), "orders");
/// assert_eq!(manager.get_connection_pool("anything else")?.name(), "customers");
/// # Ok::<(), glue::error::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ConnectionManager(Arc<RwLock<Registered>>);

#[derive(Debug, Default)]
struct Registered {
    /// By schema name in ASCII lower case, with the name as given.
    schemas: BTreeMap<String, (String, ConnectionPool)>,
    default: Option<ConnectionPool>,
    /// By name in ASCII lower case.
    views: BTreeMap<String, Arc<SavedView>>,
}

impl ConnectionManager {
    /// A manager without pools.
    pub fn new() -> Self {
        Self::default()
    }

    /// The one manager that an application shares by convention.
    pub fn global() -> Self {
        static GLOBAL: OnceLock<ConnectionManager> = OnceLock::new();
        GLOBAL.get_or_init(Self::new).clone()
    }

    /// A manager with the same pools, to which more can be added without the other's knowing. Pools that the other one gets
    /// later are not seen.
    pub(crate) fn copied(&self) -> Self {
        let registered = self.read();
        let (schemas, default, views) = (registered.schemas.clone(), registered.default.clone(), registered.views.clone());
        let copy = Registered { schemas, default, views };
        drop(registered);
        Self(Arc::new(RwLock::new(copy)))
    }

    /// Forgets a schema name.
    pub(crate) fn forget(&self, schema_name: &str) {
        self.write().schemas.remove(&schema_name.to_ascii_lowercase());
    }

    /// Registers `pool` under `schema_name`, or as the default. The same pool may have several names.
    pub fn register_connection_pool(&self, pool: ConnectionPool, schema_name: Option<&str>) -> Result<()> {
        let mut registered = self.write();
        let Some(name) = schema_name else {
            registered.default = Some(pool);
            return Ok(());
        };
        if name.is_empty() || is_reserved(name) {
            return Err(Error::configuration(format!("`{name}` cannot be a schema name")).in_pool(pool.name()));
        }
        let key = name.to_ascii_lowercase();
        if registered.schemas.get(&key).is_some_and(|(_, other)| !other.is_same_pool(&pool)) {
            return Err(Error::configuration(format!("the name `{name}` is already taken by another pool")).in_pool(pool.name()));
        }
        registered.schemas.insert(key, (name.to_owned(), pool));
        Ok(())
    }

    /// The pool registered under that name, else the default one, else an error that lists near names.
    pub fn get_connection_pool(&self, schema_name: &str) -> Result<ConnectionPool> {
        self.pool(schema_name).or_else(|| self.default_pool()).ok_or_else(|| {
            let error = Error::configuration(format!("there is no pool `{schema_name}`"));
            match self.near_names(schema_name) {
                names if names.is_empty() => error,
                names => error.hint(format!("did you mean {}?", names.join(" or "))),
            }
        })
    }

    /// Registers a view, in place of one of the same name.
    pub fn register_view(&self, view: SavedView) {
        self.write().views.insert(view.name.to_ascii_lowercase(), Arc::new(view));
    }

    /// The view of that name.
    pub fn view(&self, name: &str) -> Option<Arc<SavedView>> {
        self.read().views.get(&name.to_ascii_lowercase()).cloned()
    }

    /// Every view, by name.
    pub fn views(&self) -> Vec<Arc<SavedView>> {
        self.read().views.values().cloned().collect()
    }

    /// Whether there is any view: asked for each statement.
    pub(crate) fn has_views(&self) -> bool {
        !self.read().views.is_empty()
    }

    /// Whether more than one pool is registered.
    pub fn has_multiple_connections(&self) -> bool {
        self.pools().len() > 1
    }

    /// Closes the idle connections of the pool of that name (no fallback) and forgets it, under all its names. Says whether
    /// there was one.
    pub fn remove_connection_pool(&self, schema_name: &str) -> bool {
        let Some(removed) = self.pool(schema_name) else { return false };
        let mut registered = self.write();
        registered.schemas.retain(|_, (_, pool)| !pool.is_same_pool(&removed));
        if registered.default.as_ref().is_some_and(|pool| pool.is_same_pool(&removed)) {
            registered.default = None;
        }
        drop(registered);
        removed.close_idle();
        true
    }

    /// Closes every idle connection and forgets all pools.
    pub fn disconnect_all(&self) {
        let forgotten = std::mem::take(&mut *self.write());
        for pool in distinct(&forgotten) {
            pool.close_idle();
        }
    }

    /// The pool registered under that very name (no fallback).
    pub fn pool(&self, schema_name: &str) -> Option<ConnectionPool> {
        self.read().schemas.get(&schema_name.to_ascii_lowercase()).map(|(_, pool)| pool.clone())
    }

    /// The default pool.
    pub fn default_pool(&self) -> Option<ConnectionPool> {
        self.read().default.clone()
    }

    /// Every distinct pool, by name.
    pub fn pools(&self) -> Vec<ConnectionPool> {
        distinct(&self.read())
    }

    fn near_names(&self, wanted: &str) -> Vec<String> {
        let wanted = wanted.to_ascii_lowercase();
        let registered = self.read();
        let mut near: Vec<_> = registered
            .schemas
            .iter()
            .map(|(key, (name, _))| (strsim::damerau_levenshtein(key, &wanted), name))
            .filter(|(distance, _)| *distance <= 2.max(wanted.len() / 3))
            .collect();
        near.sort();
        near.into_iter().take(3).map(|(_, name)| format!("`{name}`")).collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Registered> {
        self.0.read().expect("nothing panics while it holds the pools")
    }

    fn write(&self) -> RwLockWriteGuard<'_, Registered> {
        self.0.write().expect("nothing panics while it holds the pools")
    }
}

fn distinct(registered: &Registered) -> Vec<ConnectionPool> {
    let mut pools: Vec<ConnectionPool> =
        registered.schemas.values().map(|(_, pool)| pool).chain(&registered.default).cloned().collect();
    // Equal names stand together then, and so do the entries of one pool unless two pools share a name.
    pools.sort_by(|left, right| left.name().cmp(right.name()).then_with(|| left.path().cmp(right.path())));
    pools.dedup_by(|left, right| left.is_same_pool(right));
    pools
}

/// The notices that opening gave since the last call (a janitor that could not tidy, an immutable file).
pub fn take_notices(manager: &ConnectionManager) -> Vec<Notice> {
    manager.pools().iter().flat_map(ConnectionPool::take_notices).collect()
}
