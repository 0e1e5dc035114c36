//! Opening one connection: the settings that every connection has, and the errors of a file that cannot be opened.

use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::path::Path;
use std::sync::{Arc, Mutex, Once, OnceLock};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, ffi};

use super::PoolOptions;
use super::failure::{extended_code, sqlite_error};
use super::file::{self, Fingerprint, id_of, lock};
use super::janitor::{self, FileUse};
use super::opening::{self, OpenMode};
use crate::cancel::CancelToken;
use crate::error::{Error, ErrorKind, Notice, Result};
use crate::ffi::busy::BusyHandler;
use crate::ffi::{extension, main_name, process};

/// An open connection with everything that must outlive it.
#[derive(Debug)]
pub(super) struct OpenConnection {
    connection: Option<Connection>,
    uses: Vec<FileUse>,
    pub(super) busy: Arc<BusyHandler>,
    notices: Arc<Mutex<Vec<Notice>>>,
}

/// What a pool says to open its file by.
pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    pub(super) path: &'a Path,
    pub(super) options: &'a PoolOptions,
    pub(super) notices: &'a Arc<Mutex<Vec<Notice>>>,
}

impl OpenConnection {
    /// Opens the file of `source` as the main database, named as the pool.
    pub(super) fn open(source: &Source<'_>, cancel: &CancelToken) -> Result<Self> {
        let file = begin_use(source)?;
        let mut opened = Self {
            connection: None,
            uses: Vec::new(),
            busy: BusyHandler::new(source.options.busy_timeout),
            notices: Arc::clone(source.notices),
        };
        opened.busy.set_cancel(Some(cancel.clone()));
        let uri = file.mode.uri(&file.path);
        opened.uses.push(file);
        let access = if source.options.read_only { OpenFlags::SQLITE_OPEN_READ_ONLY } else { OpenFlags::SQLITE_OPEN_READ_WRITE };
        let flags = access | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(uri, flags).map_err(|error| open_error(error, source, cancel))?;
        let connection = opened.connection.insert(connection);
        let prepared = configure(connection, &opened.busy).and_then(|()| {
            main_name::set_main_name(connection, lasting_name(source.name))?;
            if source.options.read_only {
                connection.execute_batch("PRAGMA query_only = 1")?;
            }
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        });
        prepared.map_err(|error| open_error(error, source, cancel))?;
        initialise(connection, source)?;
        opened.after_open(source.name, 0, source)?;
        Ok(opened)
    }

    /// A connection in memory with `sources` attached, each under its pool's name.
    pub(super) fn attach(sources: &[Source<'_>], encoding: &str, cancel: &CancelToken) -> Result<Self> {
        let notices = sources.first().map_or_else(Arc::default, |source| Arc::clone(source.notices));
        let patience = sources.iter().map(|source| source.options.busy_timeout).max().unwrap_or_default();
        let mut opened = Self { connection: None, uses: Vec::new(), busy: BusyHandler::new(patience), notices };
        opened.busy.set_cancel(Some(cancel.clone()));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_in_memory_with_flags(flags).map_err(|error| sqlite_error(error, None))?;
        configure(&connection, &opened.busy)
            .and_then(|()| connection.execute_batch(&format!("PRAGMA encoding = '{encoding}'")))
            .map_err(|error| sqlite_error(error, None))?;
        opened.connection = Some(connection);
        for source in sources {
            cancel.check()?;
            opened.attach_further(source, cancel)?;
        }
        Ok(opened)
    }

    /// Attaches one more file under its pool's name.
    pub(super) fn attach_further(&mut self, source: &Source<'_>, cancel: &CancelToken) -> Result<()> {
        let file = begin_use(source)?;
        let uri = file.mode.uri(&file.path);
        self.uses.push(file);
        self.connection()
            .execute(&format!("ATTACH ?1 AS {}", super::quoted(source.name)), [uri])
            .map_err(|error| open_error(error, source, cancel))?;
        initialise(self.connection(), source)?;
        self.after_open(source.name, self.uses.len() - 1, source)
    }

    /// The connection.
    pub(super) fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("a connection that was handed out is open until it is dropped")
    }

    /// The identity of the only or first file.
    pub(super) fn file(&self) -> &FileUse {
        &self.uses[0]
    }

    /// Whether the file is in WAL mode.
    pub(super) fn is_wal(&self) -> bool {
        !matches!(self.file().mode, OpenMode::Immutable(_)) && lock(&self.file().state).is_wal
    }

    /// Whether every file that was opened as immutable is as it was then.
    pub(super) fn is_unchanged(&self) -> bool {
        self.uses.iter().all(|file| match &file.mode {
            OpenMode::Immutable(before) => Fingerprint::of(&file.path).as_ref() == Some(before),
            _ => true,
        })
    }

    /// Whether the path still leads to the files that are open here, so that a replaced file is noticed.
    pub(super) fn is_current(&self) -> bool {
        let current = |file: &FileUse| std::fs::metadata(&file.path).is_ok_and(|metadata| id_of(&metadata) == file.id);
        self.uses.iter().all(current) && self.is_unchanged()
    }

    /// Takes note of what only SQLite knows for sure once it has read the file.
    fn after_open(&self, schema: &str, index: usize, source: &Source<'_>) -> Result<()> {
        let file = &self.uses[index];
        let pragma = format!("PRAGMA {}.journal_mode", super::quoted(schema));
        let mode: String = self
            .connection()
            .query_row(&pragma, [], |row| row.get(0))
            .map_err(|error| sqlite_error(error, None).in_pool(source.name).on_path(source.path))?;
        let mut state = lock(&file.state);
        // The file may have become a WAL file since its header was read: then our side files must go as well.
        let is_wal = mode.eq_ignore_ascii_case("wal");
        if !matches!(file.mode, OpenMode::Immutable(_)) {
            state.is_wal = is_wal;
        }
        state.must_tidy |= is_wal && file.mode == OpenMode::ReadOnly;
        drop(state);
        if !source.options.read_only && self.connection().is_readonly(schema).unwrap_or(false) {
            return Err(Error::new(ErrorKind::Open, "the file may not be written, but the pool is not read-only")
                .hint("set `read_only = true`, or change the file's permissions")
                .in_pool(source.name)
                .on_path(source.path));
        }
        if matches!(file.mode, OpenMode::Immutable(_)) && !source.options.immutable {
            let notice = Notice::new(format!(
                "{} is read as immutable: it is in WAL mode and nothing beside it may be written",
                source.name
            ));
            let mut notices = lock(source.notices);
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
        Ok(())
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        janitor::close(self.connection.take(), std::mem::take(&mut self.uses), &self.notices);
    }
}

/// Finds the file, chooses its mode and counts one user more.
fn begin_use(source: &Source<'_>) -> Result<FileUse> {
    static RAISE_LIMIT: Once = Once::new();
    RAISE_LIMIT.call_once(process::raise_descriptor_limit);
    let named = |error: Error| error.in_pool(source.name).on_path(source.path);
    let found = opening::find(source.path).map_err(named)?;
    let id = id_of(&found.metadata);
    let state = file::state_of(id);
    let mut locked = lock(&state);
    let mode = opening::choose(&found, source.options, &mut locked).map_err(named)?;
    locked.users += 1;
    locked.must_tidy |= mode == OpenMode::ReadOnlyTidied;
    drop(locked);
    Ok(FileUse { id, state, path: found.path, mode })
}

/// What every connection is told. `busy_timeout` is never used, since SQLite sleeps through an interrupt there.
fn configure(connection: &Connection, busy: &Arc<BusyHandler>) -> rusqlite::Result<()> {
    busy.install(connection);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // rusqlite's build turns foreign keys on; the stock shell has them off.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false)?;
    connection.set_prepared_statement_cache_capacity(32);
    crate::functions::register(connection)
}

/// Loads what the pool's file needs, and runs what its owner wants to be run on every connection.
fn initialise(connection: &Connection, source: &Source<'_>) -> Result<()> {
    let failed = |what: String| {
        move |error: rusqlite::Error| {
            let message = format!("{what}: {}", sqlite_error(error, None).message);
            Error::configuration(message).in_pool(source.name).on_path(source.path)
        }
    };
    for library in &source.options.extensions {
        let what = format!("the extension {} cannot be loaded", library.display());
        extension::load(connection, library).map_err(failed(what))?;
    }
    match &source.options.init {
        Some(sql) => connection.execute_batch(sql).map_err(failed("the pool's `init` fails".to_owned())),
        None => Ok(()),
    }
}

/// The error of opening, naming pool and path.
fn open_error(error: rusqlite::Error, source: &Source<'_>, cancel: &CancelToken) -> Error {
    let code = extended_code(&error).unwrap_or(0);
    let failure = match code & 0xff {
        ffi::SQLITE_BUSY | ffi::SQLITE_INTERRUPT if cancel.is_cancelled() => Error::interrupted(),
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Error::new(ErrorKind::Busy, "the database is locked by another process")
            .hint("try again, or raise the pool's busy_timeout"),
        ffi::SQLITE_NOTADB => Error::new(ErrorKind::Open, "the file is not a SQLite database, or it is encrypted"),
        ffi::SQLITE_CANTOPEN if file::descriptors_are_exhausted() => opening::too_many_files(),
        ffi::SQLITE_READONLY if code == ffi::SQLITE_READONLY_ROLLBACK => opening::hot_journal(),
        ffi::SQLITE_CANTOPEN if file::has_hot_journal(source.path) => opening::hot_journal(),
        _ => {
            let failure = sqlite_error(error, None);
            let is_encoding = failure.message == super::MIXED_ENCODINGS;
            if failure.kind == ErrorKind::Query && !is_encoding { Error { kind: ErrorKind::Open, ..failure } } else { failure }
        }
    };
    failure.in_pool(source.name).on_path(source.path)
}

/// The name as a string that lives for ever, as SQLite's renaming asks for. One per distinct name, so that the memory is
/// bounded by the configuration; freeing it with the connection would be one more order of drops to get wrong.
pub(super) fn lasting_name(name: &str) -> &'static CStr {
    static NAMES: OnceLock<Mutex<HashMap<String, &'static CStr>>> = OnceLock::new();
    let mut names = lock(NAMES.get_or_init(Mutex::default));
    if let Some(known) = names.get(name) {
        return known;
    }
    let lasting: &'static CStr = Box::leak(CString::new(name).expect("pool names hold no NUL").into_boxed_c_str());
    names.insert(name.to_owned(), lasting);
    lasting
}
