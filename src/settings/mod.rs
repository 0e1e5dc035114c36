//! Flags, environment and glue.toml, resolved once into the pools that everything else talks to.

mod database;
mod files;
mod guard;
mod origin;
pub(crate) mod pool_name;
mod shell;
mod show;
mod state;
mod trust;
mod views;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use glue::config::{self, Config, PoolConfig};
use glue::connection::{ConnectionManager, ConnectionPool, PoolOptions};
use glue::error::{Error, Notice, Result};

pub(crate) use files::{Nearby, databases_below, is_database_path, nearby};
pub(crate) use guard::{is_database, pool_file};
pub(crate) use origin::Origin;
pub(crate) use shell::ShellSettings;
pub(crate) use show::Setting;
pub(crate) use state::history_file;
pub(crate) use trust::Allowed;

/// Where the user says the databases are, as typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    /// `--config`.
    pub(crate) config: Option<PathBuf>,
    /// Every `--db`, in order.
    pub(crate) databases: Vec<String>,
    /// File and folder arguments.
    pub(crate) files: Vec<PathBuf>,
    /// `--write`.
    pub(crate) write: bool,
}

/// How the configuration file was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// By `--config`.
    Named,
    /// By `$GLUE_CONFIG`.
    Variable,
    /// On the way upward from the working directory.
    Upward,
    /// In the user's own configuration folder.
    Own,
}

/// What was resolved.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The pools.
    pub(crate) manager: ConnectionManager,
    /// What was worth saying on the way.
    pub(crate) notices: Vec<Notice>,
    /// What the interactive shell starts with.
    pub(crate) shell: ShellSettings,
    /// The configuration that applies.
    pub(crate) config: Config,
    /// Its file.
    file: Option<(PathBuf, Found)>,
    /// The pools that the command line named, and how.
    given: BTreeMap<String, Origin>,
    /// The pools that `--write` made writable.
    writable: Vec<String>,
    /// What the file says without being allowed to.
    taken: Vec<Vec<String>>,
}

impl Settings {
    /// Reads the configuration and registers every pool; opens none.
    pub(crate) fn resolve(sources: &Sources) -> Result<Self> {
        let home = home();
        let file = configuration_file(sources);
        let mut config = match &file {
            Some((path, _)) => config::read(path, home.as_deref())?,
            None => Config::default(),
        };
        let mut notices = Vec::new();
        let taken = match &file {
            Some((path, Found::Upward)) => trust::restrain(&mut config, path, &mut notices),
            _ => Vec::new(),
        };
        let mut given = BTreeMap::new();
        database::add(&sources.databases, home.as_deref(), &mut config, &mut notices, &mut given)?;
        files::add(&sources.files, &mut config, &mut notices, &mut given)?;
        let writable = if sources.write { make_writable(&mut config) } else { Vec::new() };
        let shell = shell::resolve(&config, file.as_ref().map(|(path, _)| path.as_path()))?;
        let manager = manager(&config)?;
        if let Some((path, _)) = &file {
            views::register(&config.views, path, &manager)?;
        }
        Ok(Self { manager, notices, shell, config, file, given, writable, taken })
    }
}

/// Adds the database at `path`, or those in that folder, to a manager that is in use; opens none.
pub(crate) fn open_files(path: &Path, name: Option<&str>, manager: &ConnectionManager) -> Result<Vec<ConnectionPool>> {
    let known = manager.pools();
    let taken = known.iter().map(|pool| PoolConfig::new(pool.name(), pool.path())).collect();
    let mut config = Config { pools: taken, ..Config::default() };
    if let Some(name) = name {
        let database = format!("{name}={}", path.display());
        let is_taken = known.iter().any(|pool| pool.name().eq_ignore_ascii_case(name));
        if is_taken {
            return Err(Error::configuration(format!("there is a pool `{name}` already")).hint(".close it, or name another"));
        }
        // A file that is missing would be found out only by the first statement.
        std::fs::metadata(path).map_err(|error| {
            Error::new(glue::error::ErrorKind::Open, format!("cannot open the database {}: {error}", path.display()))
        })?;
        database::add(&[database], None, &mut config, &mut Vec::new(), &mut BTreeMap::new())?;
    } else {
        let is_open = |file: &Path| pool_file(file, manager).is_some();
        let found = if path.is_dir() { files::databases_in(path, is_open, &mut Vec::new())? } else { vec![path.to_path_buf()] };
        // No file among them is a folder, so none is looked into.
        files::add(&found, &mut config, &mut Vec::new(), &mut BTreeMap::new())?;
    }
    let add = |pool: &PoolConfig| {
        let made = ConnectionPool::sqlite(&pool.path).name(&pool.name).options(options(pool)).build()?;
        manager.register_connection_pool(made.clone(), Some(&pool.name))?;
        Ok(made)
    };
    config.pools[known.len()..].iter().map(add).collect()
}

/// The user's home folder.
pub(crate) fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from)
}

/// The configuration file that applies. Naming files on the command line says where the data is: then a glue.toml that
/// merely lies around is not read, but one that was named still is.
fn configuration_file(sources: &Sources) -> Option<(PathBuf, Found)> {
    if let Some(path) = &sources.config {
        return Some((path.clone(), Found::Named));
    }
    if let Some(path) = std::env::var_os("GLUE_CONFIG").filter(|path| !path.is_empty()) {
        return Some((PathBuf::from(path), Found::Variable));
    }
    if !sources.files.is_empty() {
        return None;
    }
    // A working directory that was removed has no folders upward to search.
    let directory = std::env::current_dir().unwrap_or_default();
    let found = config::discover(&directory, |name| std::env::var_os(name))?;
    let is_upward = config::discover_upward(&directory).as_ref() == Some(&found);
    Some((found, if is_upward { Found::Upward } else { Found::Own }))
}

/// `--write`: every pool that the configuration says nothing else about.
fn make_writable(config: &mut Config) -> Vec<String> {
    let places = &config.places;
    let silent = |pool: &&mut PoolConfig| places.line(&["pools", &pool.name, "read_only"]).is_none();
    let changed = config.pools.iter_mut().filter(silent).map(|pool| {
        pool.read_only = false;
        pool.name.clone()
    });
    changed.collect()
}

/// A manager over just these pools.
pub(crate) fn manager_of(pools: Vec<PoolConfig>) -> Result<ConnectionManager> {
    manager(&Config { pools, ..Config::default() })
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
        init: pool.init.clone(),
        extensions: pool.extensions.clone(),
    }
}
