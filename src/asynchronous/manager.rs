//! Pools by schema name, for asynchronous programs.

use super::AsyncConnectionPool;
use crate::connection::ConnectionManager;
use crate::error::Result;

/// Pools by schema name, one of them possibly the default: a [`ConnectionManager`], shared with it where both are used.
/// Cheap to clone; clones share everything.
#[derive(Debug, Clone, Default)]
pub struct AsyncConnectionManager(pub(super) ConnectionManager);

impl AsyncConnectionManager {
    /// A manager without pools.
    pub fn new() -> Self {
        Self::default()
    }

    /// The one manager that an application shares by convention: the same pools as [`ConnectionManager::global`].
    pub fn global() -> Self {
        Self(ConnectionManager::global())
    }

    /// Registers `pool` under `schema_name`, or as the default. The same pool may have several names.
    pub fn register_connection_pool(&self, pool: AsyncConnectionPool, schema_name: Option<&str>) -> Result<()> {
        self.0.register_connection_pool(pool.into(), schema_name)
    }

    /// The pool registered under that name, else the default one, else an error that lists near names.
    pub fn get_connection_pool(&self, schema_name: &str) -> Result<AsyncConnectionPool> {
        self.0.get_connection_pool(schema_name).map(AsyncConnectionPool)
    }

    /// Whether more than one pool is registered.
    pub fn has_multiple_connections(&self) -> bool {
        self.0.has_multiple_connections()
    }

    /// Closes every idle connection and forgets all pools.
    pub async fn disconnect_all(&self) -> Result<()> {
        let manager = self.0.clone();
        super::session::blocking(move || manager.disconnect_all()).await
    }
}

impl From<ConnectionManager> for AsyncConnectionManager {
    fn from(manager: ConnectionManager) -> Self {
        Self(manager)
    }
}
