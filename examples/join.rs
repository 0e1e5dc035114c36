//! A join of two files, written as objects, by the builder and as SQL: one statement, one answer.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

mod sample_files;

use std::error::Error;
use std::path::Path;

use glue::connection::{ConnectionManager, ConnectionPool};
use glue::session::{QueryResult, Route, Session};
use glue::statement::{
    Condition, FieldLookup, FieldReference, JoinKind, JoinQuery, QueryStatement, SchemaReference, Version, field,
};

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

fn as_built() -> QueryStatement {
    QueryStatement::new()
        .only(["c.name", "o.amount"])
        .table("customers AS c")
        .join("orders AS o")
        .on(field("o.customer_id").eq(field("c.id")))
}

fn sorted(result: QueryResult) -> Result<Vec<String>, Box<dyn Error>> {
    let rows = result.rows_as().collect::<Result<Vec<(String, f64)>, _>>()?;
    let mut lines: Vec<String> = rows.into_iter().map(|(name, amount)| format!("{name} {amount}")).collect();
    lines.sort();
    Ok(lines)
}

/// What the example prints.
pub(crate) fn lines(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let manager = ConnectionManager::new();
    manager.register_connection_pool(ConnectionPool::sqlite(folder.join("customers.sqlite")).build()?, None)?;
    manager.register_connection_pool(ConnectionPool::sqlite(folder.join("orders.sqlite")).build()?, Some("orders"))?;
    let mut session = Session::new(manager);
    // These tables are so small that one connection with both files attached would do it; two pool queries do it as well.
    session.set_route(Route::Federated);

    let mut lines = vec![as_objects().to_string()];
    let by_objects = sorted(session.query_statement(&as_objects())?)?;
    let by_builder = sorted(session.query_statement(&as_built())?)?;
    let by_sql = sorted(session.query(SQL)?)?;
    lines.push(format!("the same answer: {}", by_objects == by_builder && by_objects == by_sql));
    lines.extend(by_objects);
    lines.extend(session.explain(SQL)?.to_string().lines().map(str::to_owned));
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    sample_files::write(folder.path())?;
    lines(folder.path())?.iter().for_each(|line| println!("{line}"));
    Ok(())
}
