//! Joins that look keys up natively: the answer is SQLite's, and EXPLAIN ANALYZE tells what was looked up and what was given up.

mod support;

use glue::session::Route;
use support::{Answer, Files, Oracle};

/// Statements, and what their scan of `b` is to say.
const STATEMENTS: [(&str, &str); 11] = [
    ("SELECT b.id, b.v FROM keys.k JOIN big.b ON b.near = k.n WHERE k.part = 1", "150 keys looked up"),
    ("SELECT b.id, b.v FROM keys.k LEFT JOIN big.b ON b.near = k.n AND b.far < 4000 WHERE k.part = 1", "150 keys looked up"),
    ("SELECT k.n, b.v FROM keys.k JOIN big.b ON b.id = k.n * 3 WHERE k.part = 1", "150 keys looked up"),
    ("SELECT count(*), sum(length(b.v)) FROM big.b WHERE b.id IN (SELECT n FROM keys.k)", "492 keys looked up"),
    (
        "SELECT n FROM keys.k WHERE part = 1 AND NOT EXISTS (SELECT 1 FROM big.b WHERE near = n AND v > 'row 19')",
        "150 keys looked up",
    ),
    ("SELECT b.id, b.mixed, b.v FROM keys.k JOIN big.b ON b.mixed = k.n WHERE k.part = 1", "150 keys looked up"),
    ("SELECT b.id, length(b.v) FROM keys.k JOIN big.b ON b.far = k.n WHERE k.part = 2", "full scan: 340 keys are all over it"),
    // Too few, or of a kind that is left to SQLite.
    ("SELECT b.id, b.v FROM keys.k JOIN big.b ON b.near = k.n WHERE k.n = 39", "1 key looked up"),
    ("SELECT b.id FROM keys.k JOIN big.b ON b.near = k.n WHERE k.part = 1", "native scan of index b_near"),
    ("SELECT b.id, b.v FROM keys.k JOIN big.b ON b.down = k.n WHERE k.part = 1", "full scan: more than 133 keys"),
    ("SELECT b.id, b.v FROM keys.k JOIN big.b ON b.text = k.n WHERE k.part = 1", "only rows of 151 keys"),
];

fn files() -> Files {
    let numbers = |count: u32| format!("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {count})");
    let big = format!(
        "CREATE TABLE b(id INTEGER PRIMARY KEY, near INTEGER, far INTEGER, mixed NUMERIC, down INTEGER, text TEXT, v TEXT);
         {} INSERT INTO b SELECT i * 3 - 30000, i / 4, i * 7919 % 5000,
             CASE i % 5 WHEN 0 THEN i / 5.0 WHEN 1 THEN 'x' || i WHEN 2 THEN NULL ELSE i / 3 END, i / 2, i / 4,
             'row ' || i || printf('%.*c', 100 + i % 300, 'x') FROM c;
         CREATE INDEX b_near ON b(near); CREATE INDEX b_far ON b(far, near); CREATE INDEX b_mixed ON b(mixed);
         CREATE INDEX b_down ON b(down DESC); CREATE INDEX b_text ON b(text); ANALYZE;",
        numbers(20_000)
    );
    let keys = format!(
        "CREATE TABLE k(n INTEGER, part INTEGER);
         {} INSERT INTO k SELECT i * 13 % 4999, 1 + (i > 150) FROM c; INSERT INTO k VALUES (NULL, 1), (-30000, 3), (1 << 40, 3);",
        numbers(490)
    );
    Files::build(&[("big", big), ("keys", keys)])
}

#[test]
fn few_keys_of_a_large_table_are_looked_up_natively() {
    let files = files();
    let mut session = files.session();
    session.set_route(Route::Federated);
    let oracle = Oracle::new(&files);
    let mut failures = Vec::new();
    for (sql, remark) in STATEMENTS {
        let right = Answer::of_sqlite(oracle.connection(), sql).expect("every statement has an answer");
        let found = Answer::of_glue(&mut session, sql).expect("every statement has an answer");
        let keys = |answer: &Answer| answer.sorted_keys(&answer.all_columns());
        if keys(&found) != keys(&right) {
            failures.push(format!("{sql}: {}instead of {}", found.show(5), right.show(5)));
        }
        let plan =
            Answer::of_glue(&mut session, &format!("EXPLAIN ANALYZE {sql}")).expect("it can be explained").show(usize::MAX);
        if !plan.contains(remark) {
            failures.push(format!("{sql}: does not say `{remark}`:\n{plan}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
