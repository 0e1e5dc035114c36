//! Two files, asked by an asynchronous program: one answers its own schema name, the other everything else.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

mod sample_files;

use std::error::Error;
use std::path::Path;

use glue::asynchronous::{AsyncConnectionManager, AsyncConnectionPool, AsyncSession};

/// What the example prints.
pub(crate) async fn lines(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let manager = AsyncConnectionManager::new();
    let pool = |file: &str| AsyncConnectionPool::sqlite(folder.join(file)).build().map(AsyncConnectionPool::from);
    manager.register_connection_pool(pool("customers.sqlite")?, None)?;
    manager.register_connection_pool(pool("orders.sqlite")?, Some("orders"))?;

    let mut lines = vec![format!("several: {}", manager.has_multiple_connections())];
    for schema in ["orders", "customers", "invoices"] {
        lines.push(format!("{schema}: pool {}", manager.get_connection_pool(schema)?.name()));
    }
    let session = AsyncSession::new(&manager);
    let mut rows = session.query("SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM orders)").await?;
    while let Some(row) = rows.next_row().await? {
        let (customers, orders): (u32, u32) = row.read_as()?;
        lines.push(format!("{customers} customers, {orders} orders"));
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
