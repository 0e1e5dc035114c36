//! Wrong statements: SQLite's own words, and its place in the user's text, on every route, over one pool and over two.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use glue::error::{Error, ErrorKind};
use glue::session::Route;
use rusqlite::Connection;
use support::{Answer, Files};

const T: &str = "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT, c REAL); CREATE INDEX t_a ON t(a);
    INSERT INTO t VALUES (1, 9223372036854775807, 'x', 1.5), (2, 1, 'y', 2.5), (3, NULL, '{', 3.5);";
const U: &str =
    "CREATE TABLE u(id INTEGER PRIMARY KEY, a, d TEXT); INSERT INTO u VALUES (1, 9223372036854775807, 'x'), (2, 1, '[');";

/// `{t}` is a table of pool `one`, `{u}` one of the same pool or of pool `two`.
const WRONG: &[&str] = &[
    // Syntax.
    "SELEC 1",
    "SELECT",
    "SELECT FROM {t}",
    "SELECT * FORM {t}",
    "SELECT * FROM {t} WHERE",
    "SELECT * FROM {t} WHERE a = = 1",
    "SELECT a b c FROM {t}, {u}",
    "SELECT (1 FROM {t}",
    "SELECT 1) FROM {u}",
    "SELECT 'open FROM {t}",
    "SELECT 1a FROM {t}",
    "SELECT # FROM {t}, {u}",
    "SELECT * FROM {t}, {u} ORDER a",
    "SELECT * FROM {t} JOIN {u} ON",
    "SELECT * FROM {t} LIMIT 1 LIMIT 2",
    "SELECT * FROM {t} LIMIT ALL",
    "SELECT CASE END FROM {t}, {u}",
    "SELECT CAST(a) FROM {t}",
    "SELECT a FROM {t} UNION ALL",
    "SELECT a NOT b FROM {t}",
    "SELECT a IS NOT DISTINCT b FROM {t}, {u}",
    "SELECT a FROM {t} WHERE a IN 1",
    "SELECT sum(a) OVER (ROWS) FROM {t}",
    "SELECT é é é FROM {t}",
    // What the parser refuses for other reasons.
    "SELECT * FROM {t} LEFT INNER JOIN {u}",
    "SELECT * FROM {t} OUTER JOIN {u}",
    "SELECT * FROM {t} ON 1",
    "SELECT a FROM {t} ORDER BY a UNION SELECT a FROM {u}",
    "SELECT a FROM {t} LIMIT 1 UNION SELECT a FROM {u}",
    "VALUES (1, 2), (3)",
    "SELECT 0x11111111111111111 FROM {t}, {u}",
    "SELECT RAISE(IGNORE) FROM {t}",
    // Names.
    "SELECT nonsense FROM {t}, {u}",
    "SELECT t.nonsense FROM {t} AS t JOIN {u} AS u ON t.a = u.a",
    "SELECT w.a FROM {t} AS t, {u} AS u",
    "SELECT 1 FROM {t} AS t JOIN {u} AS u ON t.a = u.nothing",
    "SELECT id FROM {t}, {u}",
    "SELECT t.id FROM {t} AS t, {u} AS t",
    "SELECT x.* FROM {t}, {u}",
    "SELECT *",
    "SELECT * FROM one.missing",
    "SELECT * FROM {t}, one.missing",
    "SELECT * FROM nowhere.t",
    "SELECT * FROM missing, {t}",
    "SELECT (SELECT 1 FROM missing) FROM {t}, {u}",
    "SELECT nonsense FROM {t}, missing",
    "SELECT * FROM {t} JOIN {u} USING (b)",
    "SELECT * FROM {t} JOIN {u} USING (nothing)",
    "SELECT * FROM {t} NATURAL JOIN {u} ON 1",
    "SELECT * FROM {t} ORDER BY nonsense",
    "SELECT a FROM {t} UNION SELECT a FROM {u} ORDER BY nonsense",
    "SELECT a FROM {t} GROUP BY nonsense",
    "SELECT a FROM {t} HAVING a > 1",
    "SELECT a FROM {t} LIMIT a",
    "SELECT a COLLATE nonsense FROM {t} ORDER BY 1",
    "SELECT a FROM {t} AS t WHERE a IN (SELECT nonsense FROM {u})",
    "SELECT * FROM {t} AS t INDEXED BY nothing",
    "WITH c AS (SELECT nonsense FROM {t}) SELECT * FROM c, {u}",
    "WITH c(x, y) AS (SELECT a FROM {t}) SELECT * FROM c, {u}",
    "WITH c AS (SELECT * FROM d), d AS (SELECT * FROM c) SELECT * FROM c",
    // Positions and widths.
    "SELECT a FROM {t} ORDER BY 2",
    "SELECT a FROM {t}, {u} ORDER BY 0",
    "SELECT a FROM {t} GROUP BY 3",
    "SELECT a FROM {t} UNION SELECT a FROM {u} ORDER BY 5",
    "SELECT a, b FROM {t} UNION SELECT a FROM {u}",
    "SELECT (SELECT a, id FROM {u}) FROM {t}",
    "SELECT a IN (SELECT a, id FROM {u}) FROM {t}",
    "SELECT (1, 2) = (SELECT a FROM {u}) FROM {t}",
    "SELECT (1, 2) FROM {t}",
    "SELECT a + (1, 2) FROM {t}",
    "SELECT (1, 2) IN ((1, 2, 3)) FROM {t}",
    // Functions.
    "SELECT nonsense(a) FROM {t}, {u}",
    "SELECT abs() FROM {t}",
    "SELECT abs(t.a, 2) FROM {t} AS t, {u}",
    "SELECT sum(t.a, 2) FROM {t} AS t, {u}",
    "SELECT abs(*) FROM {t}",
    "SELECT sum(sum(t.a)) FROM {t} AS t, {u}",
    "SELECT t.a FROM {t} AS t, {u} WHERE sum(t.a) > 1",
    "SELECT t.a FROM {t} AS t, {u} GROUP BY sum(t.a)",
    "SELECT count(DISTINCT t.a, t.b) FROM {t} AS t, {u}",
    "SELECT abs(t.a) FILTER (WHERE 1) FROM {t} AS t, {u}",
    "SELECT row_number() FROM {t}",
    "SELECT abs(a) OVER () FROM {t}",
    "SELECT a FROM {t} WHERE row_number() OVER () = 1",
    "SELECT sum(a) OVER w FROM {t}",
    "SELECT sum(a) OVER (w) FROM {t} WINDOW w AS (ROWS 1 PRECEDING)",
    "SELECT sum(a) OVER (ORDER BY a, b RANGE 1 PRECEDING) FROM {t}",
    "SELECT likelihood(t.a, 2) FROM {t} AS t, {u}",
    // Found only while it runs.
    "SELECT sum(t.a) FROM {t} AS t JOIN {u} AS u",
    "SELECT abs(-9223372036854775807 - t.id) FROM {t} AS t JOIN {u} AS u ON t.a = u.a",
    "SELECT t.b -> '$' FROM {t} AS t JOIN {u} AS u ON t.id <> u.id",
    "SELECT json_extract('{}', t.b) FROM {t} AS t, {u} AS u",
    "SELECT a FROM {t} LIMIT 'x'",
    "SELECT t.a FROM {t} AS t, {u} LIMIT 1.5",
    "SELECT a LIKE b ESCAPE 'long' FROM {t}",
    "SELECT t.b MATCH 'x' FROM {t} AS t, {u}",
    "SELECT t.b MATCH 'x' FROM {t} AS t, {u}",
    "SELECT zeroblob(3000000000) FROM {t}, {u}",
];

/// What SQLite says, and where.
fn of_sqlite(connection: &Connection, sql: &str) -> Option<(String, Option<usize>)> {
    match Answer::of_sqlite(connection, sql).err()? {
        rusqlite::Error::SqlInputError { msg, offset, .. } => Some((msg, usize::try_from(offset).ok())),
        error => Some((error.to_string(), None)),
    }
}

/// How glue's error differs from SQLite's.
fn difference(error: &Error, message: &str, place: Option<usize>, sql: &str) -> Option<String> {
    let start = error.span.map(|span| span.start);
    if error.message != message || (place.is_some() && place != start) || error.kind != ErrorKind::Query {
        return Some(format!("{:?} {:?} at {start:?}, not {message:?} at {place:?}", error.kind, error.message));
    }
    let inside = error.span.is_none_or(|span| span.start <= span.end && span.end <= sql.len());
    (!inside).then(|| format!("a place outside the text: {:?}", error.span))
}

fn differences(files: &Files, other: &str, routes: &[Route]) -> Vec<String> {
    let oracle = Connection::open_in_memory().unwrap();
    for (pool, path) in files.pools() {
        oracle.execute(&format!("ATTACH ?1 AS \"{pool}\""), [path.to_str().unwrap()]).unwrap();
    }
    let mut session = files.session();
    let mut found = Vec::new();
    for wrong in WRONG {
        let sql = wrong.replace("{t}", "one.t").replace("{u}", &format!("{other}.u"));
        let Some((message, place)) = of_sqlite(&oracle, &sql) else {
            found.push(format!("SQLite accepts {sql}"));
            continue;
        };
        for &route in routes {
            session.set_route(route);
            match Answer::of_glue(&mut session, &sql) {
                Ok(_) => found.push(format!("{route:?} answers {sql}\n   {message}")),
                // Read, not wrong as far as SQLite's parser goes, and not done in memory.
                Err(error) if route == Route::Federated && error.kind == ErrorKind::Route => {}
                Err(error) => {
                    found.extend(difference(&error, &message, place, &sql).map(|how| format!("{route:?} {sql}\n   {how}")));
                }
            }
        }
    }
    found
}

#[test]
fn mistakes_over_one_pool_are_told_in_sqlites_words() {
    let files = Files::build(&[("one", format!("{T}{U}")), ("two", "CREATE TABLE other(x)".to_owned())]);
    let found = differences(&files, "one", &[Route::Auto, Route::Pool, Route::Attached, Route::Federated]);
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}

#[test]
fn mistakes_over_two_pools_are_told_in_sqlites_words() {
    let files = Files::build(&[("one", T), ("two", U)]);
    let found = differences(&files, "two", &[Route::Auto, Route::Attached, Route::Federated]);
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}

#[test]
fn common_tables_that_are_not_used_may_be_wrong() {
    let files = Files::build(&[("one", T), ("two", U)]);
    let mut session = files.session();
    for route in [Route::Auto, Route::Federated] {
        session.set_route(route);
        let sql = "WITH c AS (SELECT * FROM missing), d AS (SELECT nonsense FROM t) SELECT count(*) FROM t JOIN u ON t.id = u.id";
        assert_eq!(Answer::of_glue(&mut session, sql).unwrap().rows.len(), 1, "{route:?}");
    }
}
