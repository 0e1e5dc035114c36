//! Counting the users of a file, and closing so that nothing is left behind.
//!
//! A read-only connection to a WAL file makes a `-wal` and a `-shm` and may not remove them. So before the last one
//! closes, one connection that may write is opened, reads, and closes last: SQLite removes both then, and the database's
//! bytes and times stay as they are.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::file::{FileId, FileState, lock, side_file, size_of};
use super::opening::OpenMode;
use crate::error::Notice;

/// One connection's use of one file. Must be given to [`close`].
#[derive(Debug)]
pub(super) struct FileUse {
    pub(super) id: FileId,
    pub(super) state: Arc<Mutex<FileState>>,
    pub(super) path: PathBuf,
    pub(super) mode: OpenMode,
}

/// Closes `connection` and gives up its `uses`, tidying files that nobody else here has open.
pub(super) fn close(connection: Option<Connection>, mut uses: Vec<FileUse>, notices: &Mutex<Vec<Notice>>) {
    // In the order of inodes, so that two closing threads never wait for each other; a file used twice is locked once.
    uses.sort_by_key(|file| file.id);
    let mut files: Vec<(FileUse, usize)> = Vec::new();
    for file in uses {
        match files.last_mut() {
            Some((last, count)) if last.id == file.id => *count += 1,
            _ => files.push((file, 1)),
        }
    }
    let mut states: Vec<_> = files.iter().map(|(file, count)| (lock(&file.state), &file.path, *count)).collect();
    let mut janitors = Vec::new();
    for (state, path, count) in &mut states {
        state.users = state.users.saturating_sub(*count);
        if state.users == 0 && std::mem::take(&mut state.must_tidy) && connection.is_some() {
            match open_janitor(path) {
                Ok(janitor) => janitors.push(janitor),
                Err(error) => lock(notices)
                    .push(Notice::new(format!("could not remove the -wal and -shm files beside {}: {error}", path.display()))),
            }
        }
    }
    drop(connection);
    drop(janitors);
}

fn open_janitor(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let janitor = Connection::open_with_flags(OpenMode::ReadWrite.uri(path), flags)?;
    janitor.busy_handler(None)?;
    // Set before anything is read: whatever happens next, closing must not move frames into the database.
    janitor.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    janitor.execute_batch("PRAGMA query_only = 1")?;
    janitor.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    if size_of(&side_file(path, "-wal")).unwrap_or(0) == 0 {
        janitor.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    }
    Ok(janitor)
}
