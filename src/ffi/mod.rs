//! Every unsafe call into SQLite, behind safe functions, one file a concern.

pub(crate) mod busy;
pub(crate) mod column_collation;
pub(crate) mod extension;
pub(crate) mod file_handle;
pub(crate) mod held;
pub(crate) mod large_pages;
pub(crate) mod main_name;
pub(crate) mod number;
pub(crate) mod optimizations;
pub(crate) mod process;
pub(crate) mod rows;
pub(crate) mod snapshot;
pub(crate) mod wal_index;
