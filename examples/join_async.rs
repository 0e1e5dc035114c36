//! A join of two files by an asynchronous program, written as objects and as SQL: one statement, one answer.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

mod sample_files;

use std::error::Error;
use std::path::Path;

use glue::asynchronous::{AsyncConnectionManager, AsyncConnectionPool, AsyncRows, AsyncSession};
use glue::session::Route;
use glue::statement::{Condition, FieldLookup, FieldReference, JoinKind, JoinQuery, QueryStatement, SchemaReference, Version};

const SQL: &str = "SELECT c.name, o.amount FROM customers AS c JOIN orders AS o ON o.customer_id = c.id";

fn as_objects() -> QueryStatement {
    QueryStatement {
        only: vec![FieldReference::of("c", "name").into(), FieldReference::of("o", "amount").into()],
        table: Some(SchemaReference::new("customers").alias("c").version(Version::Latest).into()),
        joins: vec![JoinQuery::new(
            JoinKind::Inner,
            SchemaReference::new("orders").alias("o"),
            Condition::new(FieldReference::of("o", "customer_id"), FieldLookup::Eq, FieldReference::of("c", "id")),
        )],
        ..QueryStatement::default()
    }
}

async fn sorted(mut rows: AsyncRows) -> Result<Vec<String>, Box<dyn Error>> {
    let mut lines = Vec::new();
    while let Some(row) = rows.next_row().await? {
        let (name, amount): (String, f64) = row.read_as()?;
        lines.push(format!("{name} {amount}"));
    }
    lines.sort();
    Ok(lines)
}

/// What the example prints.
pub(crate) async fn lines(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let manager = AsyncConnectionManager::new();
    let pool = |file: &str| AsyncConnectionPool::sqlite(folder.join(file)).build().map(AsyncConnectionPool::from);
    manager.register_connection_pool(pool("customers.sqlite")?, None)?;
    manager.register_connection_pool(pool("orders.sqlite")?, Some("orders"))?;
    let session = AsyncSession::new(&manager);
    session.set_route(Route::Federated).await?;

    let by_objects = sorted(session.query_statement(&as_objects()).await?).await?;
    let by_sql = sorted(session.query(SQL).await?).await?;
    let mut lines = vec![format!("the same answer: {}", by_objects == by_sql)];
    lines.extend(by_objects);
    Ok(lines)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    sample_files::write(folder.path())?;
    lines(folder.path()).await?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
