//! Flags, environment and glue.toml, resolved once into the pools that everything else talks to.

mod database;
mod files;
mod guard;
mod pool_name;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use glue::config::{self, Config, PoolConfig};
use glue::connection::{ConnectionManager, ConnectionPool, PoolOptions};
use glue::error::{Error, Notice, Result};

pub(crate) use files::is_database_path;
pub(crate) use guard::{is_database, pool_file};

/// Where the user says the databases are, as typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    /// `--config`.
    pub(crate) config: Option<PathBuf>,
    /// Every `--db`, in order.
    pub(crate) databases: Vec<String>,
    /// File and folder arguments.
    pub(crate) files: Vec<PathBuf>,
}

/// What was resolved.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The pools.
    pub(crate) manager: ConnectionManager,
    /// What was worth saying on the way.
    pub(crate) notices: Vec<Notice>,
}

impl Settings {
    /// Reads the configuration and registers every pool; opens none.
    pub(crate) fn resolve(sources: &Sources) -> Result<Self> {
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        let mut config = configuration(sources, home.as_deref())?;
        let mut notices = Vec::new();
        database::add(&sources.databases, home.as_deref(), &mut config, &mut notices)?;
        files::add(&sources.files, &mut config, &mut notices)?;
        Ok(Self { manager: manager(&config)?, notices })
    }
}

/// The configuration that applies. Naming files on the command line says where the data is: then a glue.toml that merely
/// lies around is not read, but one that was named still is.
fn configuration(sources: &Sources, home: Option<&Path>) -> Result<Config> {
    let environment = |name: &str| -> Option<OsString> {
        if sources.files.is_empty() || name == "GLUE_CONFIG" { std::env::var_os(name) } else { None }
    };
    let path = match &sources.config {
        Some(path) => Some(path.clone()),
        None if sources.files.is_empty() => {
            // A working directory that was removed has no folders upward to search.
            config::discover(&std::env::current_dir().unwrap_or_default(), environment)
        }
        None => environment("GLUE_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from),
    };
    path.map_or_else(|| Ok(Config::default()), |path| config::read(&path, home))
}

fn manager(config: &Config) -> Result<ConnectionManager> {
    let manager = ConnectionManager::new();
    let mut pools: Vec<ConnectionPool> = Vec::with_capacity(config.pools.len());
    for pool in &config.pools {
        let made = ConnectionPool::sqlite(&pool.path).name(&pool.name).options(options(pool)).build()?;
        manager.register_connection_pool(made.clone(), Some(&pool.name))?;
        pools.push(made);
    }
    for (pool, made) in config.pools.iter().zip(&pools) {
        for schema in &pool.schemas {
            register_schema(&manager, schema, made)?;
        }
    }
    if let Some(default) = &config.default {
        let position = config.pools.iter().position(|pool| pool.name.eq_ignore_ascii_case(default));
        let position = position.ok_or_else(|| unknown_default(default, config))?;
        manager.register_connection_pool(pools[position].clone(), None)?;
    }
    Ok(manager)
}

fn register_schema(manager: &ConnectionManager, schema: &str, pool: &ConnectionPool) -> Result<()> {
    match manager.pool(schema) {
        Some(other) if other.name() != pool.name() => Err(Error::configuration(format!(
            "`schemas` of the pool `{}` claims `{schema}`, which already means the pool `{}`",
            pool.name(),
            other.name()
        ))),
        Some(_) => Ok(()),
        None => manager.register_connection_pool(pool.clone(), Some(schema)),
    }
}

fn unknown_default(default: &str, config: &Config) -> Error {
    let error = Error::configuration(format!("`default` names the pool `{default}`, which does not exist"));
    match config::nearest(default, config.pools.iter().map(|pool| pool.name.as_str())) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("add it as [pools.NAME], or by --db NAME=PATH"),
    }
}

fn options(pool: &PoolConfig) -> PoolOptions {
    PoolOptions {
        read_only: pool.read_only,
        max_connections: pool.max_connections,
        idle_timeout: pool.idle_timeout,
        busy_timeout: pool.busy_timeout,
        immutable: pool.immutable,
        ..PoolOptions::default()
    }
}
