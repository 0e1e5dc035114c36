//! SQLite's own handle of an open database file: the only one through which the file may be read while SQLite has it open.
//!
//! Closing any other descriptor of the file would drop every POSIX lock that this process holds on it
//! (<https://sqlite.org/howtocorrupt.html> 2.2), and SQLite would not notice.
#![expect(unsafe_code, reason = "the file handle is reached through sqlite3_file_control")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

use rusqlite::{Connection, ffi};

/// The VFSes whose `xRead` gives the bytes of the file as they are; others may encrypt, or sum up and cut pages.
const PLAIN: [&str; 5] = ["unix", "unix-none", "unix-dotfile", "unix-excl", "win32"];

/// The size of a region of the wal-index (<https://sqlite.org/walformat.html> 2).
const REGION: c_int = 32_768;

/// The handle of a connection's database file. It has a position of its own, so that it stays with the thread that uses
/// the connection (raw pointers are not `Send`).
#[derive(Debug)]
pub(crate) struct FileHandle<'connection> {
    file: NonNull<ffi::sqlite3_file>,
    methods: NonNull<ffi::sqlite3_io_methods>,
    connection: PhantomData<&'connection Connection>,
}

impl<'connection> FileHandle<'connection> {
    /// The file of the database `schema` of `connection` (None: its main one); None where it has no file.
    pub(crate) fn of(connection: &'connection Connection, schema: Option<&CStr>) -> Option<Self> {
        let mut file: *mut ffi::sqlite3_file = ptr::null_mut();
        control(connection, schema, ffi::SQLITE_FCNTL_FILE_POINTER, (&raw mut file).cast())?;
        let file = NonNull::new(file)?;
        // SAFETY: SQLite gave a pointer to an open file, whose methods stay as long as it is open (null: not open).
        let methods = NonNull::new(unsafe { file.as_ref() }.pMethods.cast_mut())?;
        Some(Self { file, methods, connection: PhantomData })
    }

    /// Reads `buffer.len()` bytes from `offset` on; false where the file ends before or cannot be read.
    pub(crate) fn read(&self, offset: u64, buffer: &mut [u8]) -> bool {
        let (Ok(length), Ok(offset)) = (c_int::try_from(buffer.len()), i64::try_from(offset)) else { return false };
        let Some(read) = self.methods().xRead else { return false };
        // SAFETY: the file is open as long as the connection, which this borrows and which no other thread uses meanwhile;
        // the buffer is as long as SQLite is told.
        unsafe { read(self.file.as_ptr(), buffer.as_mut_ptr().cast::<c_void>(), length, offset) == ffi::SQLITE_OK }
    }

    /// A copy of the first `length` bytes of a region of the wal-index; None where there is none.
    pub(crate) fn wal_index(&self, region: u32, length: usize) -> Option<Vec<u8>> {
        let fits = c_int::try_from(length).is_ok_and(|length| length <= REGION);
        if self.methods().iVersion < 2 || !fits {
            return None;
        }
        let (map, region) = (self.methods().xShmMap?, c_int::try_from(region).ok()?);
        let mut mapped: *mut c_void = ptr::null_mut();
        // SAFETY: mapping a region without extending the file is what SQLite's own readers do; SQLite unmaps it on close.
        let code = unsafe { map(self.file.as_ptr(), region, REGION, 0, &raw mut mapped) };
        // A wal-index opened with readonly_shm answers SQLITE_READONLY and maps all the same.
        if mapped.is_null() || !matches!(code, ffi::SQLITE_OK | ffi::SQLITE_READONLY) {
            return None;
        }
        let mut copy = vec![0_u8; length];
        for (offset, byte) in copy.iter_mut().enumerate() {
            // SAFETY: the region is REGION bytes long, which `length` does not exceed; other processes may write to it, hence
            // the volatile read.
            *byte = unsafe { ptr::read_volatile(mapped.cast::<u8>().add(offset)) };
        }
        Some(copy)
    }

    fn methods(&self) -> &ffi::sqlite3_io_methods {
        // SAFETY: the methods of a VFS live as long as its files are open.
        unsafe { self.methods.as_ref() }
    }
}

/// Whether the main database of `connection` is read through a VFS that gives the file's bytes as they are.
pub(crate) fn has_plain_vfs(connection: &Connection) -> bool {
    let mut name: *mut c_char = ptr::null_mut();
    if control(connection, None, ffi::SQLITE_FCNTL_VFSNAME, (&raw mut name).cast()).is_none() || name.is_null() {
        return false;
    }
    // SAFETY: SQLite made a NUL-terminated string that is ours to free.
    let is_plain = unsafe { CStr::from_ptr(name) }.to_str().is_ok_and(|name| PLAIN.contains(&name));
    // SAFETY: the string came from sqlite3_malloc and is freed once.
    unsafe { ffi::sqlite3_free(name.cast()) };
    is_plain
}

fn control(connection: &Connection, schema: Option<&CStr>, operation: c_int, argument: *mut c_void) -> Option<()> {
    let schema = schema.map_or(ptr::null(), CStr::as_ptr);
    // SAFETY: the connection is open and used by this thread alone; the name is NUL-terminated, or null for the main database;
    // both operations used here write one pointer.
    let code = unsafe { ffi::sqlite3_file_control(connection.handle(), schema, operation, argument) };
    (code == ffi::SQLITE_OK).then_some(())
}
