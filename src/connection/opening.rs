//! In which mode a file is opened, by the state that it and its side files are in.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::PoolOptions;
use super::file::{self, FileState, Fingerprint, side_file, size_of};
use crate::error::{Error, ErrorKind, Result};
use crate::ffi::process;

const MAGIC: &[u8] = b"SQLite format 3\0";

/// How SQLite is told to open a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OpenMode {
    /// `mode=ro`.
    ReadOnly,
    /// `mode=ro`, and the janitor closes last, since reading a WAL file makes side files.
    ReadOnlyTidied,
    /// `mode=ro&readonly_shm=1`: both side files are there and stay as they are.
    SharedMemoryReadOnly,
    /// `immutable=1`: nothing there can be written. Compared before and after every statement.
    Immutable(Fingerprint),
    /// `mode=rw`.
    ReadWrite,
}

impl OpenMode {
    /// The URI that opens `path` so.
    pub(super) fn uri(&self, path: &Path) -> String {
        let query = match self {
            Self::ReadOnly | Self::ReadOnlyTidied => "mode=ro",
            Self::SharedMemoryReadOnly => "mode=ro&readonly_shm=1",
            Self::Immutable(_) => "mode=ro&immutable=1",
            Self::ReadWrite => "mode=rw",
        };
        format!("file:{}?{query}", escaped(path))
    }
}

/// A file as it lies there: its real path and what the system says of it.
#[derive(Debug)]
pub(super) struct FoundFile {
    pub(super) path: PathBuf,
    pub(super) metadata: Metadata,
}

/// Looks a file up without opening it; each way in which it cannot be a database has an error of its own.
pub(super) fn find(path: &Path) -> Result<FoundFile> {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::new(ErrorKind::Open, "there is no such file").hint("check the pool's path"),
        io::ErrorKind::PermissionDenied => no_permission(),
        _ => Error::new(ErrorKind::Open, format!("the file cannot be reached: {error}")),
    })?;
    if metadata.is_dir() {
        return Err(Error::new(ErrorKind::Open, "this is a directory, not a SQLite database"));
    }
    if !metadata.is_file() {
        return Err(Error::new(ErrorKind::Open, "this is not a regular file"));
    }
    if !process::is_readable(path) {
        return Err(no_permission());
    }
    let path =
        fs::canonicalize(path).map_err(|error| Error::new(ErrorKind::Open, format!("cannot resolve the path: {error}")))?;
    Ok(FoundFile { path, metadata })
}

fn no_permission() -> Error {
    Error::new(ErrorKind::Open, "no permission to read the file").hint("check the permissions of the file and its folders")
}

/// Chooses the mode. `state` is locked by the caller until the connection counts as a user of the file, so that the
/// header is never read while SQLite has the file open.
pub(super) fn choose(file: &FoundFile, options: &PoolOptions, state: &mut FileState) -> Result<OpenMode> {
    let path = &file.path;
    if state.users == 0 {
        state.is_wal = read_header(file)?;
    }
    let wal = size_of(&side_file(path, "-wal"));
    let has_frames = wal.is_some_and(|size| size > 0);
    if options.immutable {
        if has_frames {
            return Err(Error::new(ErrorKind::Open, "the file has changes in its -wal, so it cannot be opened as immutable")
                .hint("remove `immutable = true` from the pool"));
        }
        return immutable(path);
    }
    if !options.read_only {
        return Ok(OpenMode::ReadWrite);
    }
    if !state.is_wal {
        return Ok(OpenMode::ReadOnly);
    }
    // Our own opening made the side files: they must not be taken for someone else's.
    if state.users > 0 && state.must_tidy {
        return Ok(OpenMode::ReadOnlyTidied);
    }
    let has_index = size_of(&side_file(path, "-shm")).is_some();
    if wal.is_some() && has_index {
        return Ok(OpenMode::SharedMemoryReadOnly);
    }
    if process::is_writable(path) && path.parent().is_some_and(process::is_writable) {
        return Ok(OpenMode::ReadOnlyTidied);
    }
    if has_frames {
        return Err(Error::new(
            ErrorKind::Open,
            "the file has changes in its -wal but no -shm, and neither may be written here, so they cannot be read",
        )
        .hint("open it once where it may be written, or copy the database and its -wal to a writable folder"));
    }
    immutable(path)
}

fn immutable(path: &Path) -> Result<OpenMode> {
    if file::has_hot_journal(path) {
        return Err(hot_journal());
    }
    let fingerprint = Fingerprint::of(path).ok_or_else(|| Error::new(ErrorKind::Open, "there is no such file"))?;
    Ok(OpenMode::Immutable(fingerprint))
}

/// An interrupted write has to be rolled back by someone who may write.
pub(super) fn hot_journal() -> Error {
    Error::new(ErrorKind::Open, "an interrupted write waits to be rolled back, which a reader may not do")
        .hint("open the file once with a program that may write, for example the sqlite3 shell")
}

/// Reads the header: whether the file is in WAL mode (<https://sqlite.org/fileformat2.html> 1.3.3: bytes 18 and 19).
fn read_header(file: &FoundFile) -> Result<bool> {
    if file.metadata.len() == 0 {
        return Ok(false);
    }
    let bytes = file::first_bytes(&file.path, 4096).map_err(|error| {
        if file::descriptors_are_exhausted() {
            too_many_files()
        } else {
            Error::new(ErrorKind::Open, format!("the file cannot be read: {error}"))
        }
    })?;
    if !bytes.starts_with(MAGIC) {
        let hint = "if it is encrypted, glue cannot read it";
        return Err(if looks_random(&bytes) {
            Error::new(ErrorKind::Open, "the file is not a SQLite database, or it is encrypted").hint(hint)
        } else {
            Error::new(ErrorKind::Open, "the file is not a SQLite database")
        });
    }
    Ok(bytes.get(18..20) == Some(&[2, 2]))
}

/// No descriptor is left.
pub(super) fn too_many_files() -> Error {
    Error::new(ErrorKind::Open, "too many files are open in this process")
        .hint("raise the limit with `ulimit -n`, or name fewer pools")
}

/// Whether the bytes are spread as evenly as encrypted ones: SQLCipher's files begin with a random salt.
fn looks_random(bytes: &[u8]) -> bool {
    if bytes.len() < 512 {
        return false;
    }
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let total = f64::from(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    let entropy: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / total;
            -share * share.log2()
        })
        .sum();
    entropy > 7.0
}

/// The path for a URI: everything but plain characters as `%HH`, so `?`, `#`, `%` and invalid UTF-8 survive.
fn escaped(path: &Path) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
