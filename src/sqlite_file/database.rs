//! The pages of a database file as a connection's read transaction sees them.

use rusqlite::{Connection, OptionalExtension as _, TransactionState};

use super::header::{self, Header};
use super::malformed;
use crate::error::{Error, ErrorKind, Result};
use crate::ffi::file_handle::{FileHandle, has_plain_vfs};
use crate::ffi::wal_index;

/// Why pages cannot be read natively.
#[derive(Debug)]
pub enum NotNative {
    /// SQLite reads the file all the same; why glue does not, as a clause.
    Because(&'static str),
    /// SQLite would fail as well.
    Failed(Error),
}

impl From<Error> for NotNative {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The database file behind a connection's main database, within a read transaction.
#[derive(Debug)]
pub struct DatabaseFile<'connection> {
    connection: &'connection Connection,
    handle: FileHandle<'connection>,
    pub(super) header: Header,
    pub(super) pages: u32,
    /// Pages that may have to be read from the write-ahead log, sorted.
    logged: Vec<u32>,
}

impl<'connection> DatabaseFile<'connection> {
    /// Opens what `connection` has open already; it must have begun a transaction and read in it.
    pub fn open(connection: &'connection Connection) -> Result<Self, NotNative> {
        let state = connection.transaction_state(None::<&str>).map_err(failed)?;
        if state == TransactionState::None {
            return Err(NotNative::Because("there is no read transaction"));
        }
        if !has_plain_vfs(connection) {
            return Err(NotNative::Because("the file is read through a VFS of its own"));
        }
        let handle = FileHandle::of(connection, None).ok_or(NotNative::Because("there is no file"))?;
        let mode: String = pragma(connection, "journal_mode").map_err(failed)?;
        let logged = if mode.eq_ignore_ascii_case("wal") {
            wal_index::logged_pages(&handle).ok_or(NotNative::Because("the wal-index cannot be read"))?
        } else {
            Vec::new()
        };
        if !logged.is_empty() && !has_page_table(connection).map_err(failed)? {
            return Err(NotNative::Because("this SQLite has no sqlite_dbpage to read the write-ahead log with"));
        }
        let pages = pragma(connection, "page_count").map_err(failed)?;
        let nothing = Header { page_size: 0, usable_size: 0 };
        let mut file = Self { connection, handle, header: nothing, pages, logged };
        file.header = Header::read(&file.header_bytes()?)?;
        Ok(file)
    }

    /// The connection.
    pub fn connection(&self) -> &'connection Connection {
        self.connection
    }

    /// How many pages the file has.
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// Puts the pages from `first` on into `buffer`, which is as long as they are.
    pub(super) fn read_pages(&self, first: u32, buffer: &mut [u8]) -> Result<()> {
        let size = self.header.page_size;
        let count = u32::try_from(buffer.len() / size).map_err(|_| malformed())?;
        let end = first.checked_add(count).filter(|end| first > 0 && *end - 1 <= self.pages).ok_or_else(malformed)?;
        let from = self.logged.partition_point(|page| *page < first);
        let to = self.logged.partition_point(|page| *page < end);
        let mut next = first;
        for logged in self.logged[from..to].iter().copied().chain([end]) {
            let slot = |page: u32| (page - first) as usize * size;
            if next < logged {
                self.read_file(next, &mut buffer[slot(next)..slot(logged)])?;
            }
            if logged < end {
                self.read_logged(logged, &mut buffer[slot(logged)..slot(logged) + size])?;
            }
            next = logged + 1;
        }
        Ok(())
    }

    fn read_file(&self, first: u32, buffer: &mut [u8]) -> Result<()> {
        let offset = u64::from(first - 1) * self.header.page_size as u64;
        self.handle.read(offset, buffer).then_some(()).ok_or_else(|| Error::new(ErrorKind::Corrupt, "disk I/O error"))
    }

    fn read_logged(&self, page: u32, buffer: &mut [u8]) -> Result<()> {
        let bytes = self.page_from_sqlite(page)?;
        if bytes.len() != buffer.len() {
            return Err(malformed());
        }
        buffer.copy_from_slice(&bytes);
        Ok(())
    }

    fn page_from_sqlite(&self, page: u32) -> Result<Vec<u8>> {
        let mut statement = self.connection.prepare_cached("SELECT data FROM sqlite_dbpage WHERE pgno = ?1").map_err(sqlite)?;
        statement.query_row([page], |row| row.get(0)).optional().map_err(sqlite)?.ok_or_else(malformed)
    }

    fn header_bytes(&self) -> Result<[u8; header::LENGTH], NotNative> {
        let mut bytes = [0; header::LENGTH];
        if self.logged.first() == Some(&1) {
            let page = self.page_from_sqlite(1)?;
            bytes.copy_from_slice(page.get(..header::LENGTH).ok_or_else(malformed)?);
        } else if !self.handle.read(0, &mut bytes) {
            return Err(NotNative::Because("the file is empty"));
        }
        Ok(bytes)
    }

    /// The root page of a table or an index, as this transaction sees it; None where there is none of that name.
    pub fn root(&self, name: &str) -> Result<Option<u32>> {
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'index')";
        let mut statement = self.connection.prepare_cached(sql).map_err(sqlite)?;
        let root: Option<i64> = statement.query_row([name], |row| row.get(0)).optional().map_err(sqlite)?;
        Ok(root.and_then(|root| u32::try_from(root).ok()).filter(|root| *root > 0))
    }
}

fn has_page_table(connection: &Connection) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM pragma_module_list WHERE name = 'sqlite_dbpage'")?.exists([])
}

fn pragma<T: rusqlite::types::FromSql>(connection: &Connection, name: &str) -> rusqlite::Result<T> {
    connection.prepare_cached(&format!("PRAGMA {name}"))?.query_row([], |row| row.get(0))
}

fn failed(error: rusqlite::Error) -> NotNative {
    NotNative::Failed(sqlite(error))
}

/// SQLite's own message and kind.
pub(super) fn sqlite(error: rusqlite::Error) -> Error {
    let kind = match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => ErrorKind::Corrupt,
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => ErrorKind::Busy,
        Some(rusqlite::ErrorCode::OperationInterrupted) => ErrorKind::Interrupted,
        _ => ErrorKind::Query,
    };
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => Error::new(kind, message),
        other => Error::new(kind, other.to_string()),
    }
}
