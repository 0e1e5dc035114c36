//! The files that this process has open, by inode.
//!
//! POSIX drops all of a process's locks on a file when any descriptor of it is closed
//! (<https://sqlite.org/howtocorrupt.html> 2.2), so a header may be read through a descriptor of our own only while SQLite
//! has the file not open here. This table knows.

use std::collections::HashMap;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::SystemTime;

/// Device and inode: what makes two paths the same file.
pub(super) type FileId = (u64, u64);

/// What this process knows of a file that it has or had open.
#[derive(Debug, Default)]
pub(super) struct FileState {
    /// Connections that have it open.
    pub users: usize,
    /// Whether it was in WAL mode when a connection last looked.
    pub is_wal: bool,
    /// Whether our opening may have made side files that the janitor has to remove.
    pub must_tidy: bool,
}

type Table = Mutex<HashMap<FileId, Arc<Mutex<FileState>>>>;

static OPEN_FILES: OnceLock<Table> = OnceLock::new();

/// The shared state of a file.
pub(super) fn state_of(id: FileId) -> Arc<Mutex<FileState>> {
    Arc::clone(lock(OPEN_FILES.get_or_init(Table::default)).entry(id).or_default())
}

/// Locks, also after a panic elsewhere: none of these states is ever left half written.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The identity in `metadata`.
pub(super) fn id_of(metadata: &Metadata) -> FileId {
    (metadata.dev(), metadata.ino())
}

/// `path` with `-wal`, `-shm` or `-journal` behind it.
pub(super) fn side_file(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The size of a file, None where there is none.
pub(super) fn size_of(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|metadata| metadata.len())
}

/// The first bytes of a file, as many as there are. Never call this for a file that SQLite has open in this process.
pub(super) fn first_bytes(path: &Path, count: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a rollback journal with a valid header lies beside the file. No lock lives on a journal, so reading it is safe.
pub(super) fn has_hot_journal(path: &Path) -> bool {
    const JOURNAL_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    first_bytes(&side_file(path, "-journal"), 8).is_ok_and(|bytes| bytes == JOURNAL_MAGIC)
}

/// Whether the process has no descriptor left: what SQLite reports as "unable to open database file".
pub(super) fn descriptors_are_exhausted() -> bool {
    const TOO_MANY: [i32; 2] = [libc::EMFILE, libc::ENFILE];
    matches!(File::open("/dev/null"), Err(error) if error.kind() != ErrorKind::NotFound
        && error.raw_os_error().is_some_and(|code| TOO_MANY.contains(&code)))
}

/// What tells that a file read as immutable was changed after all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fingerprint {
    size: u64,
    modified: Option<SystemTime>,
    id: FileId,
    wal_size: u64,
}

impl Fingerprint {
    /// The file's present one, None if the file is gone.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            id: id_of(&metadata),
            wal_size: size_of(&side_file(path, "-wal")).unwrap_or(0),
        })
    }
}
