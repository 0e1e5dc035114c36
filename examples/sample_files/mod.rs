//! The two files that the examples ask: customers and their orders.

use std::error::Error;
use std::fs::File;
use std::path::Path;

use glue::connection::{ConnectionManager, ConnectionPool};
use glue::session::Session;

const CUSTOMERS: &[&str] = &[
    "CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "INSERT INTO customers VALUES (1, 'Ines'), (2, 'Yuki'), (3, 'Amir')",
];
const ORDERS: &[&str] = &[
    "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INT, amount REAL)",
    "INSERT INTO orders VALUES (1, 1, 9.5), (2, 2, 20.0), (3, 1, 4.25)",
];

/// Writes `customers.sqlite` and `orders.sqlite` into a folder, through glue itself: an empty file is an empty database.
pub(crate) fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    for (name, statements) in [("customers.sqlite", CUSTOMERS), ("orders.sqlite", ORDERS)] {
        let path = folder.join(name);
        File::create(&path)?;
        let manager = ConnectionManager::new();
        manager.register_connection_pool(ConnectionPool::sqlite(path).read_only(false).build()?, None)?;
        let mut session = Session::new(manager);
        for statement in statements {
            session.execute(statement)?;
        }
    }
    Ok(())
}
