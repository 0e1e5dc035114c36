//! The asynchronous face: the same managers, pools and sessions, for programs on tokio.
//!
//! There is one planner and one execution. What may wait (planning, opening files, waiting for a connection) runs on tokio's
//! blocking threads; a statement's rows are made by the same threads as always and come through the same short queue, which
//! an asynchronous reader polls instead of waiting at it. So a slow reader slows the work down, and no executor thread ever
//! blocks. Dropping a future or a stream cancels the work on every pool.
//!
//! ```
//! # fn main() -> glue::error::Result<()> {
//! # let folder = tempfile::tempdir().expect("a temporary folder");
//! # let path = folder.path().join("people.sqlite");
//! # rusqlite::Connection::open(&path).and_then(|file| file.execute_batch(
//! #     "CREATE TABLE people(name TEXT, born INT); INSERT INTO people VALUES ('Ada', 1815), ('Grace', 1906)",
//! # )).expect("a file");
//! # tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(async {
//! use glue::asynchronous::{AsyncConnectionManager, AsyncConnectionPool, AsyncSession};
//!
//! let manager = AsyncConnectionManager::new();
//! manager.register_connection_pool(AsyncConnectionPool::sqlite(path).build()?.into(), None)?;
//! let session = AsyncSession::new(&manager);
//! let mut rows = session.query_with("SELECT name FROM people WHERE born > ?", [1900]).await?;
//! while let Some(batch) = rows.next_batch().await? {
//!     println!("{:?}", batch.column(0).value(0));
//! }
//! # Ok::<(), glue::error::Error>(())
//! # })
//! # }
//! ```

mod manager;
mod pool;
mod rows;
mod session;
mod transaction;

pub use manager::AsyncConnectionManager;
pub use pool::AsyncConnectionPool;
pub use rows::AsyncRows;
pub use session::AsyncSession;
pub use transaction::AsyncTransaction;
