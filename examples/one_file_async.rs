//! One file, registered as the default and once more under a schema name, asked by an asynchronous program.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

mod sample_files;

use std::error::Error;
use std::path::Path;

use glue::asynchronous::{AsyncConnectionManager, AsyncConnectionPool, AsyncSession};

/// What the example prints.
pub(crate) async fn lines(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let manager = AsyncConnectionManager::new();
    let pool = AsyncConnectionPool::from(AsyncConnectionPool::sqlite(folder.join("customers.sqlite")).build()?);
    manager.register_connection_pool(pool.clone(), None)?;
    manager.register_connection_pool(pool, Some("customers"))?;

    let fetched = manager.get_connection_pool("customers")?;
    let mut lines = vec![format!("pool {}, several: {}", fetched.name(), manager.has_multiple_connections())];
    let session = AsyncSession::new(&manager);
    let mut rows = session.query("SELECT name FROM customers ORDER BY name").await?;
    while let Some(row) = rows.next_row().await? {
        lines.push(row.get("name")?);
    }
    Ok(lines)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    sample_files::write(folder.path())?;
    lines(folder.path()).await?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
