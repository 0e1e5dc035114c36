//! Readings checked against SQLite's own byte code: a text and glue's fully bracketed rendering of it must compile alike.

mod corpus;
mod grammar;
mod operators;
mod productions;
mod statements;
mod texts;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::tokens::{TokenKind, tokenize};
use super::{literal, parse, render_expr, render_query};
use crate::statement::{Expr, QueryStatement, Statement};

fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    rusqlite::vtab::series::load_module(&connection).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t (a, b INTEGER, c TEXT COLLATE NOCASE, d REAL, x, y);
             CREATE INDEX t_b ON t (b);
             CREATE TABLE u (a, b, e, f, k);
             CREATE TABLE u2 (a);
             CREATE TABLE interval_table (interval, top, sample, format);
             CREATE TABLE \"emoji😀\" (\"na me\", [br], w$x);",
        )
        .unwrap();
    connection
}

/// The byte code, without the comments; None where SQLite refuses the text.
fn code(connection: &Connection, sql: &str) -> Option<Vec<Vec<String>>> {
    let mut statement = connection.prepare(&format!("EXPLAIN {sql}")).ok()?;
    let width = statement.column_count() - 1;
    let mut rows = statement.raw_query();
    let mut code = Vec::new();
    while let Ok(Some(row)) = rows.next() {
        code.push((0..width).map(|column| readable(row.get_ref(column).unwrap())).collect());
    }
    Some(code)
}

/// A cell of EXPLAIN; some of its texts are no UTF-8.
fn readable(cell: ValueRef<'_>) -> String {
    match cell {
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => format!("{other:?}"),
    }
}

fn query(sql: &str) -> Option<QueryStatement> {
    match parse(sql) {
        Statement::Query(query) => Some(*query),
        _ => None,
    }
}

/// Checks one text; whether it was read.
fn check(connection: &Connection, sql: &str) -> bool {
    match problem(connection, sql) {
        None => true,
        Some(problem) if problem.starts_with("not read") => false,
        Some(problem) => panic!("{problem}"),
    }
}

/// What is wrong with the reading of a text that SQLite accepts.
fn problem(connection: &Connection, sql: &str) -> Option<String> {
    let read = match parse(sql) {
        Statement::Query(read) => *read,
        other => return Some(format!("not read: {sql}\n{other:?}")),
    };
    let rendered = render_query(&read);
    let Some(expected) = code(connection, sql) else {
        let error = connection.prepare(sql).err();
        return Some(format!("SQLite refuses what glue reads: {sql}\n{rendered}\n{error:?}"));
    };
    let Some(actual) = code(connection, &rendered) else {
        let error = connection.prepare(&rendered).err();
        return Some(format!("SQLite refuses what glue writes: {sql}\n{rendered}\n{error:?}"));
    };
    if expected != actual && code(connection, &spelled_alike(sql)).as_ref() != Some(&actual) {
        return Some(format!("other byte code: {sql}\n{rendered}"));
    }
    match query(&rendered) {
        Some(again) if without_places(&read) == without_places(&again) => None,
        Some(_) => Some(format!("read otherwise again: {sql}\n{rendered}")),
        None => Some(format!("not read again: {rendered}\n{:?}", parse(&rendered))),
    }
}

/// The text with its reals and grouped digits spelled as glue spells them: SQLite computes a constant once only where it is spelled
/// alike, so that `1.0` and `1.00` make other byte code than twice `1.0`.
fn spelled_alike(sql: &str) -> String {
    let mut text = String::new();
    let mut at = 0;
    for token in tokenize(sql) {
        let spelling = token.of(sql);
        let special = spelling.contains(['.', '_', 'e', 'E']) && !spelling.starts_with("0x");
        if token.kind == TokenKind::Number && (special || spelling.contains('_')) {
            text.push_str(&sql[at..token.start]);
            text.push_str(&render_expr(&Expr::Literal(literal::number(spelling).unwrap())));
            at = token.end;
        }
    }
    text + &sql[at..]
}

/// The statement's shape as text, without spans and without the texts of result columns.
fn without_places(query: &QueryStatement) -> String {
    let shape = format!("{query:?}");
    let mut kept = String::new();
    let mut rest = shape.as_str();
    while let Some(at) = rest.find("Span {") {
        kept.push_str(&rest[..at]);
        rest = &rest[at + rest[at..].find('}').unwrap() + 1..];
    }
    kept.push_str(rest);
    // Texts of result columns hold brackets in the rendering.
    let mut shape = String::new();
    let mut rest = kept.as_str();
    while let Some(at) = rest.find("text: Some(\"") {
        shape.push_str(&rest[..at]);
        rest = &rest[at + 12..];
        let mut escaped = false;
        let end = rest.find(|c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        rest = &rest[end.unwrap() + 1..];
    }
    shape.push_str(rest);
    shape
}
