//! One file, registered as the default and once more under a schema name, and fetched by that name.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

mod sample_files;

use std::error::Error;
use std::path::Path;

use glue::connection::{ConnectionManager, ConnectionPool};
use glue::session::Session;

/// What the example prints.
pub(crate) fn lines(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let manager = ConnectionManager::new();
    let pool = ConnectionPool::sqlite(folder.join("customers.sqlite")).build()?;
    manager.register_connection_pool(pool.clone(), None)?;
    manager.register_connection_pool(pool, Some("customers"))?;

    let fetched = manager.get_connection_pool("customers")?;
    let mut lines = vec![format!("pool {}, several: {}", fetched.name(), manager.has_multiple_connections())];
    let mut session = Session::new(manager);
    for name in session.query("SELECT name FROM customers ORDER BY name")?.rows_as() {
        let (name,): (String,) = name?;
        lines.push(name);
    }
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    sample_files::write(folder.path())?;
    lines(folder.path())?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
