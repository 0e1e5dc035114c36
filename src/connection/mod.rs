//! Pools of connections to SQLite files: opening and closing without a trace, one snapshot per file, leases, attaching.

mod attached;
mod builder;
mod failure;
mod file;
mod janitor;
mod lease;
mod manager;
mod open;
mod opening;
mod options;
mod pool;
mod rows;
mod saved_view;
mod snapshot;
mod syntax;

pub use attached::{AttachedConnection, is_encoding_conflict};
pub use builder::PoolBuilder;
pub use failure::sqlite_error;
pub use lease::Lease;
pub use manager::{ConnectionManager, take_notices};
pub use options::PoolOptions;
pub(crate) use pool::LEASE_WAIT;
pub use pool::{ConnectionPool, PoolState};
pub use rows::{RowReader, bind_array, bind_value, read_rows};
pub use saved_view::SavedView;
pub use snapshot::begin_snapshot;
pub use syntax::syntax_error;

use attached::MIXED_ENCODINGS;

/// A name as SQL writes it, whatever it holds.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
