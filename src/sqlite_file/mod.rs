//! The native scan: the pages of a table or an index, read and decoded without `sqlite3_step`, by several threads.
//!
//! # Why it is safe
//!
//! * A scan runs within a read transaction of the connection whose file it reads ([`DatabaseFile::open`] asks SQLite). In rollback
//!   mode that transaction's SHARED lock keeps every writer from the file. In WAL mode nobody may change a page of the file that
//!   has no frame in the log; pages that have one come from SQLite itself (`sqlite_dbpage`), which knows which version is ours.
//! * Bytes come through SQLite's own file handle. A descriptor of our own would, when closed, drop SQLite's locks.
//! * Every thread has a connection of its own, since a file handle has a position.
//! * What is damaged is an error of the same kind that SQLite gives, never a panic.
//!
//! # How it goes
//!
//! [`DatabaseFile`] reads pages, `tree` lists a b-tree's leaves from the interior pages above them, and [`TreeScan`] goes through
//! some of these [`Leaves`]: `cells` finds the rows of a page, `record` the fields of a row that are wanted, and `lane` turns
//! one field of many rows into a column, and `runs` tells apart entries of an index of which only the first field is asked. What [`RowFilter`]s look at is decoded first, the rest for rows that pass alone. Where
//! only rows with some [`Keys`] are wanted, no other leaves are listed: an index's entries with a key tell the rowids, and these
//! the leaves of the table.

mod cells;
mod database;
mod filter;
mod header;
mod keys;
mod lane;
mod layouts;
mod payload;
mod record;
mod runs;
mod scan;
mod tree;
mod varint;

pub use database::{DatabaseFile, NotNative};
pub use filter::{RowFilter, RowTest};
pub use keys::Keys;
pub use scan::{Field, ScanPlan, TreeScan};
pub use tree::{Leaves, Tree};

use crate::error::{Error, ErrorKind};

/// What SQLite says as well; the pool and the path are added above.
pub(crate) fn malformed() -> Error {
    Error::new(ErrorKind::Corrupt, "database disk image is malformed")
}
