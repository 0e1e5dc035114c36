//! Making a pool: the file, its name, and every option of `glue.toml`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{ConnectionPool, PoolOptions};
use crate::error::{Error, Result};

/// A pool that is being described; [`PoolBuilder::build`] makes it.
#[derive(Debug, Clone)]
#[must_use = "a pool is made by `build`"]
pub struct PoolBuilder {
    name: Option<String>,
    path: PathBuf,
    options: PoolOptions,
}

impl PoolBuilder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { name: None, path, options: PoolOptions::default() }
    }

    /// The pool's own name, by which SQL may always qualify its tables and errors call it. Without one it is the file's
    /// stem.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Whether the file may only be read; default true.
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.options.read_only = read_only;
        self
    }

    /// How many connections may be open at once; default 10.
    pub fn max_connections(mut self, max_connections: u32) -> Self {
        self.options.max_connections = max_connections;
        self
    }

    /// How long an unused connection stays open (looked at every 30 s); default 60 s.
    pub fn idle_timeout(mut self, idle_timeout: Duration) -> Self {
        self.options.idle_timeout = idle_timeout;
        self
    }

    /// How long to wait for another program's lock; default 5 s.
    pub fn busy_timeout(mut self, busy_timeout: Duration) -> Self {
        self.options.busy_timeout = busy_timeout;
        self
    }

    /// Whether to read without any lock, for a file that nobody changes; default false.
    pub fn immutable(mut self, immutable: bool) -> Self {
        self.options.immutable = immutable;
        self
    }

    /// SQL that every connection runs when it is opened; default none. It runs with the rights of the pool, so take it only
    /// from a configuration that the user trusts.
    pub fn init(mut self, sql: impl Into<String>) -> Self {
        self.options.init = Some(sql.into());
        self
    }

    /// A SQLite extension (a shared library) that every connection loads before anything else, for files that use its
    /// functions or collations; default none. Loading it runs its code.
    pub fn extension(mut self, library: impl Into<PathBuf>) -> Self {
        self.options.extensions.push(library.into());
        self
    }

    /// All options at once.
    pub fn options(mut self, options: PoolOptions) -> Self {
        self.options = options;
        self
    }

    /// The pool; its file is first touched when a statement needs it.
    pub fn build(self) -> Result<ConnectionPool> {
        let name = match self.name {
            Some(name) => name,
            None => name_of(&self.path),
        };
        let refused = |why: &str| Err(Error::configuration(why).in_pool(&name).on_path(&self.path));
        if name.is_empty() {
            return refused("a pool needs a name");
        }
        if is_reserved(&name) {
            return refused("`main` and `temp` are SQLite's own names and cannot name a pool");
        }
        if name.contains('\0') {
            return refused("a pool's name cannot hold a NUL character");
        }
        if self.options.max_connections == 0 {
            return refused("max_connections must be at least 1");
        }
        Ok(ConnectionPool::of(name, self.path, self.options))
    }
}

/// The file's stem; one that SQLite has a meaning for gets a number.
fn name_of(path: &Path) -> String {
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    if is_reserved(&stem) { format!("{stem}_1") } else { stem }
}

pub(super) fn is_reserved(name: &str) -> bool {
    ["main", "temp"].iter().any(|reserved| reserved.eq_ignore_ascii_case(name))
}
