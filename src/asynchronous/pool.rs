//! A pool, for asynchronous programs.

use std::path::PathBuf;

use crate::connection::{ConnectionPool, PoolBuilder, PoolState};
use crate::error::Result;

/// A pool of connections to one SQLite file: a [`ConnectionPool`] whose waiting happens elsewhere. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AsyncConnectionPool(pub(super) ConnectionPool);

impl AsyncConnectionPool {
    /// A pool over the SQLite file at `path`, to be given options and built; then `.into()` makes it asynchronous.
    pub fn sqlite(path: impl Into<PathBuf>) -> PoolBuilder {
        ConnectionPool::sqlite(path)
    }

    /// The pool's own name.
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// How many connections there are now.
    pub fn state(&self) -> PoolState {
        self.0.state()
    }

    /// Opens the file and reads it, so that a mistake shows now rather than at the first statement.
    pub async fn check(&self) -> Result<()> {
        let pool = self.0.clone();
        super::session::blocking(move || pool.check()).await?
    }
}

impl From<ConnectionPool> for AsyncConnectionPool {
    fn from(pool: ConnectionPool) -> Self {
        Self(pool)
    }
}

impl From<AsyncConnectionPool> for ConnectionPool {
    fn from(pool: AsyncConnectionPool) -> Self {
        pool.0
    }
}
