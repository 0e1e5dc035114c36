//! How a pool opens its file.

use std::time::Duration;

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

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            read_only: true,
            max_connections: 10,
            idle_timeout: Duration::from_secs(60),
            busy_timeout: Duration::from_secs(5),
            immutable: false,
        }
    }
}
