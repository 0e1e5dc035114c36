//! A join of two files as Arrow record batches, with one schema for all of them.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

mod sample_files;

use std::error::Error;
use std::path::Path;

use glue::batch::{ArrowLayout, ArrowType};
use glue::connection::{ConnectionManager, ConnectionPool};
use glue::session::Session;

/// What the example prints.
pub(crate) fn lines(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let manager = ConnectionManager::new();
    for file in ["customers.sqlite", "orders.sqlite"] {
        let pool = ConnectionPool::sqlite(folder.join(file)).build()?;
        let name = pool.name().to_owned();
        manager.register_connection_pool(pool, Some(&name))?;
    }
    let mut session = Session::new(manager);
    let sql =
        "SELECT name, sum(amount) AS spent FROM customers AS c JOIN orders ON customer_id = c.id GROUP BY name ORDER BY name";
    let result = session.query(sql)?;
    let layout = ArrowLayout::typed(result.columns(), &[ArrowType::Utf8, ArrowType::Float64])?;
    let mut lines = Vec::new();
    for batch in result.record_batches(layout) {
        let batch = batch?;
        for field in batch.schema().fields() {
            lines.push(format!("{}: {}", field.name(), field.data_type()));
        }
        lines.push(format!("{} rows", batch.num_rows()));
    }
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    sample_files::write(folder.path())?;
    lines(folder.path())?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
