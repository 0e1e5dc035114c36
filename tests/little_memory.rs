//! Whole statements whose rows do not fit into the memory that they are given: the answer is SQLite's, and EXPLAIN ANALYZE tells
//! which step held what, wrote what to the disk, and could not.

mod support;

use glue::session::{Route, Session};
use rusqlite::Connection;
use support::{Answer, Files, Oracle};

/// What a step is to have done.
#[derive(Clone, Copy, PartialEq)]
enum Expected {
    /// It wrote rows to the disk.
    OnDisk,
    /// It could not, and says so.
    Beyond,
    /// It had no need to.
    Neither,
}

use Expected::{Beyond, Neither, OnDisk};

/// Statements, with the word that a step's line in EXPLAIN ANALYZE begins with, and what it did.
const STATEMENTS: [(&str, &str, Expected); 26] = [
    ("SELECT l.k, l.t, r.t FROM l JOIN r ON l.k = r.k AND l.n + 30000 < r.n", "inner hash join", OnDisk),
    ("SELECT count(*), sum(l.n), min(r.t), max(l.t) FROM l JOIN r ON l.k = r.k", "inner hash join", OnDisk),
    ("SELECT count(*), max(r.t), sum(length(l.t)) FROM l LEFT JOIN r ON l.k = r.k", "left hash join", OnDisk),
    ("SELECT count(*), count(l.k), count(r.k) FROM l RIGHT JOIN r ON l.k + 25000 = r.k", "left hash join", OnDisk),
    ("SELECT count(*), count(l.k), count(r.k) FROM l FULL JOIN r ON l.k + 25000 = r.k", "full hash join", OnDisk),
    ("SELECT count(*), sum(n) FROM l WHERE EXISTS (SELECT 1 FROM r WHERE r.k = l.k AND r.t > l.t)", "semi hash join", OnDisk),
    ("SELECT count(*), sum(n) FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.k = l.k AND r.n > l.n)", "anti hash join", OnDisk),
    (
        "SELECT count(*), sum(n) FROM l WHERE k NOT IN (SELECT k + 25000 FROM r WHERE k IS NOT NULL)",
        "anti (NOT IN) hash join",
        OnDisk,
    ),
    // It ends at the first NULL.
    ("SELECT count(*) FROM l WHERE k NOT IN (SELECT k + 25000 FROM r)", "anti (NOT IN) hash join", Neither),
    // One key has half of all rows.
    ("SELECT count(*), sum(n) FROM l WHERE EXISTS (SELECT 1 FROM r WHERE r.half = l.half)", "semi hash join", OnDisk),
    ("SELECT count(*), sum(n) FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE r.half = l.half)", "anti hash join", OnDisk),
    ("SELECT count(*), max(r.n) FROM l LEFT JOIN r ON l.n + 10 < r.n AND l.t > r.t WHERE l.n < 20", "left nested loop", OnDisk),
    ("SELECT t, count(*), sum(n), min(k) FROM (SELECT * FROM l UNION ALL SELECT * FROM r) GROUP BY t", "hash aggregate", OnDisk),
    ("SELECT t, count(DISTINCT n % 3) FROM (SELECT * FROM l UNION ALL SELECT * FROM r) GROUP BY t", "hash aggregate", OnDisk),
    // The keys are those of the held side, whose rows a grouping knows by their numbers until they go to the disk.
    ("SELECT r.t, count(*), sum(l.n) FROM l JOIN r ON l.k = r.k GROUP BY r.t", "hash aggregate", OnDisk),
    ("SELECT l.t, count(*), sum(r.n) FROM l JOIN r ON l.k = r.k GROUP BY l.t", "hash aggregate", OnDisk),
    ("SELECT r.t, count(*), sum(l.n) FROM l LEFT JOIN r ON l.k + 25000 = r.k GROUP BY r.t", "hash aggregate", OnDisk),
    (
        "SELECT k % 3, length(group_concat(t)) FROM (SELECT * FROM l UNION ALL SELECT * FROM r) GROUP BY 1",
        "hash aggregate",
        Beyond,
    ),
    ("SELECT DISTINCT t, half FROM (SELECT * FROM l UNION ALL SELECT * FROM r)", "distinct", OnDisk),
    ("SELECT t FROM l UNION SELECT t FROM r", "union", OnDisk),
    ("SELECT t, n FROM l INTERSECT SELECT t, n FROM r", "intersect", OnDisk),
    ("SELECT t, n FROM l EXCEPT SELECT t, n + 1 FROM r", "except", OnDisk),
    ("SELECT l.t, r.n FROM l JOIN r ON l.n = r.n ORDER BY l.t DESC, r.n", "sort", OnDisk),
    (
        "WITH c AS MATERIALIZED (SELECT l.t, r.n FROM l JOIN r ON l.n = r.n) \
         SELECT count(*), sum(a.n) FROM c a JOIN c b ON a.t = b.t",
        "result t, n",
        OnDisk,
    ),
    (
        "WITH RECURSIVE c(n, t) AS (SELECT n, t FROM (SELECT * FROM l UNION ALL SELECT * FROM r) \
         UNION ALL SELECT n + 100000, t || n FROM c WHERE n < 100000) SELECT count(*), sum(n), max(t) FROM c",
        "recursion",
        OnDisk,
    ),
    (
        "SELECT sum(w) FROM (SELECT sum(l.n) OVER (PARTITION BY l.k % 3 ORDER BY l.n) AS w FROM l JOIN r ON l.n = r.n)",
        "window",
        Beyond,
    ),
];

fn files() -> Files {
    let rows = |name: &str, count: u32| {
        format!(
            "CREATE TABLE {name}(k, n INTEGER, t TEXT, half);
             WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {count})
             INSERT INTO {name} SELECT CASE WHEN i % 997 > 0 THEN i * 7919 % 50000 END, i,
                 'text ' || (i * 31 % 60013) || substr('{name} with some more letters to be longer', 1, 20 + i % 20),
                 CASE WHEN i % 2 THEN 'one' ELSE i % 300 END FROM c;"
        )
    };
    Files::build(&[("left", rows("l", 72_000)), ("right", rows("r", 60_000))])
}

/// The oracle with copies of the tables that come before them, indexed, as SQLite would else compare every row with every
/// other.
fn indexed(files: &Files) -> Oracle {
    let oracle = Oracle::new(files);
    let copy = |table: &str, pool: &str| {
        let indexes = ["k", "n", "t", "half"].map(|column| format!("CREATE INDEX temp.{table}_{column} ON {table}({column});"));
        format!("CREATE TEMP TABLE {table} AS SELECT * FROM \"{pool}\".{table}; {}", indexes.concat())
    };
    let connection: &Connection = oracle.connection();
    connection.execute_batch(&(copy("l", "left") + &copy("r", "right"))).expect("the copies can be made");
    oracle
}

fn plan(session: &mut Session, sql: &str) -> String {
    let plan = Answer::of_glue(session, &format!("EXPLAIN ANALYZE {sql}")).expect("what was answered can be explained");
    plan.show(usize::MAX)
}

/// Whether a line of the plan that begins with these words tells what is expected.
fn tells(plan: &str, step: &str, expected: Expected) -> bool {
    let (on_disk, beyond) = ("to the disk", "beyond the memory limit");
    let of_step = |line: &&str| line.trim_start_matches(|letter: char| !letter.is_ascii_alphabetic()).starts_with(step);
    plan.lines().filter(of_step).any(|line| match expected {
        OnDisk => line.contains(on_disk) && !line.contains(beyond),
        Beyond => line.contains(beyond),
        Neither => !line.contains(on_disk) && !line.contains(beyond),
    })
}

#[test]
fn every_step_gives_the_same_rows_with_little_memory() {
    let files = files();
    let mut session = files.session();
    session.set_route(Route::Federated);
    session.set_memory_limit(1);
    let answers: Vec<_> = STATEMENTS.iter().map(|(sql, ..)| Answer::of_glue(&mut session, sql)).collect();
    let plans: Vec<_> = STATEMENTS.iter().map(|(sql, ..)| plan(&mut session, sql)).collect();
    let oracle = indexed(&files);
    let mut failures = Vec::new();
    for (((sql, step, expected), answer), plan) in STATEMENTS.iter().zip(answers).zip(&plans) {
        let right = Answer::of_sqlite(oracle.connection(), sql).expect("every statement has an answer");
        let rows = |answer: &Answer| {
            let all = answer.all_columns();
            if sql.contains("ORDER BY l.t") { answer.keys(&all) } else { answer.sorted_keys(&all) }
        };
        match answer {
            Ok(answer) if rows(&answer) == rows(&right) => {}
            Ok(answer) => failures.push(format!("{sql}: {}instead of {}", answer.show(5), right.show(5))),
            Err(error) => failures.push(format!("{sql}: {error}")),
        }
        if !tells(plan, step, *expected) {
            failures.push(format!("{sql}: the step `{step}` does not tell what is expected of it:\n{plan}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
