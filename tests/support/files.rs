//! SQLite files in a directory of their own, and glue's sessions over them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use glue::connection::{ConnectionManager, ConnectionPool, PoolOptions};
use glue::session::Session;
use rusqlite::Connection;
use tempfile::TempDir;

/// Files under pool names; gone when dropped.
#[derive(Debug)]
pub struct Files {
    directory: TempDir,
    pools: Vec<(String, PathBuf)>,
}

impl Files {
    pub fn empty() -> Self {
        Self { directory: TempDir::new().expect("the system's temporary directory is writable"), pools: Vec::new() }
    }

    /// One file per `(pool, script)`.
    pub fn build<N: AsRef<str>, S: AsRef<str>>(scripts: &[(N, S)]) -> Self {
        let mut files = Self::empty();
        for (pool, script) in scripts {
            files.add(pool.as_ref(), script.as_ref());
        }
        files
    }

    /// Adds a pool whose file is named as it.
    pub fn add(&mut self, pool: &str, script: &str) {
        let path = self.directory.path().join(format!("{pool}.sqlite"));
        self.add_at(pool, &path, script);
    }

    pub fn add_at(&mut self, pool: &str, path: &Path, script: &str) {
        write_database(path, script);
        self.register(pool, path);
    }

    /// Names a file that is there already, or that shall be missing.
    pub fn register(&mut self, pool: &str, path: &Path) {
        self.pools.push((pool.to_owned(), path.to_owned()));
    }

    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Every file of the directory with its bytes and its time of modification.
    pub fn everything(&self) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
        let entries = std::fs::read_dir(self.directory()).expect("the directory can be read");
        let entry = |entry: std::io::Result<std::fs::DirEntry>| {
            let path = entry.expect("the directory can be read").path();
            let modified = path.metadata().and_then(|metadata| metadata.modified()).expect("the file is there");
            (path.display().to_string(), (std::fs::read(&path).expect("the file can be read"), modified))
        };
        entries.map(entry).collect()
    }

    pub fn pools(&self) -> &[(String, PathBuf)] {
        &self.pools
    }

    pub fn path(&self, pool: &str) -> &Path {
        &self.pools.iter().find(|(name, _)| name == pool).expect("the test names one of its own pools").1
    }

    pub fn manager(&self) -> ConnectionManager {
        let manager = ConnectionManager::new();
        for (name, path) in &self.pools {
            let pool = ConnectionPool::sqlite(path).name(name).options(options()).build().expect("the pool's name is a good one");
            manager.register_connection_pool(pool, Some(name)).expect("the pool's name is not taken");
        }
        manager
    }

    pub fn session(&self) -> Session {
        Session::new(self.manager())
    }
}

pub fn options() -> PoolOptions {
    PoolOptions {
        read_only: true,
        max_connections: 10,
        idle_timeout: Duration::from_secs(60),
        busy_timeout: Duration::from_secs(5),
        ..PoolOptions::default()
    }
}

pub fn write_database(path: &Path, script: &str) {
    let connection = Connection::open(path).expect("a test's directory is writable");
    // A test's file needs no protection against a crash, and syncing is most of the time that writing it takes.
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;").expect("these pragmas exist");
    if let Err(error) = connection.execute_batch(script) {
        panic!("{error} in the script of {}:\n{script}", path.display());
    }
}
