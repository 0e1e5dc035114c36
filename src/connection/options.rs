//! How a pool opens its file.

use std::path::PathBuf;
use std::time::Duration;

/// How a pool opens its file; every key of `glue.toml`'s `[pools.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolOptions {
    /// Whether the file may only be read. Default true.
    pub read_only: bool,
    /// How many connections may be open at once. Default 10.
    pub max_connections: u32,
    /// How long an unused connection stays open. Default 60 s.
    pub idle_timeout: Duration,
    /// How long to wait for another program's lock. Default 5 s.
    pub busy_timeout: Duration,
    /// Whether to read without any lock. Default false.
    pub immutable: bool,
    /// SQL that every connection runs when it is opened. Default none.
    pub init: Option<String>,
    /// Extensions that every connection loads. Default none.
    pub extensions: Vec<PathBuf>,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            read_only: true,
            max_connections: 10,
            idle_timeout: Duration::from_secs(60),
            busy_timeout: Duration::from_secs(5),
            immutable: false,
            init: None,
            extensions: Vec::new(),
        }
    }
}
