//! Two files: one answers its own schema name, the other everything else.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

mod sample_files;

use std::error::Error;
use std::path::Path;

use glue::connection::{ConnectionManager, ConnectionPool};
use glue::session::Session;

/// What the example prints.
pub(crate) fn lines(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let manager = ConnectionManager::new();
    manager.register_connection_pool(ConnectionPool::sqlite(folder.join("customers.sqlite")).build()?, None)?;
    manager.register_connection_pool(ConnectionPool::sqlite(folder.join("orders.sqlite")).build()?, Some("orders"))?;

    let mut lines = vec![format!("several: {}", manager.has_multiple_connections())];
    for schema in ["orders", "customers", "invoices"] {
        lines.push(format!("{schema}: pool {}", manager.get_connection_pool(schema)?.name()));
    }
    let mut session = Session::new(manager);
    for count in session.query("SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM orders)")?.rows_as() {
        let (customers, orders): (u32, u32) = count?;
        lines.push(format!("{customers} customers, {orders} orders"));
    }
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    sample_files::write(folder.path())?;
    lines(folder.path())?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
