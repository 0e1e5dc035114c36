//! What the users of other shells complain of most, a test each, as far as no other test holds it already.
//!
//! Elsewhere: listings after opening more files, completion over several databases, pasting, Ctrl-C, paging and homes that
//! cannot be written (`tests/shell`); read-only folders and WAL (`tests/connection.rs`); strange paths and names, and places
//! of errors (`tests/bad_input.rs`); exit codes, truncation in pipes, NULL beside the empty text, columns of one name
//! (`commands.rs`).

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use rusqlite::Connection;

use crate::place::{GLUE, Place, fails, succeeds};

const ROUTES: [&str; 3] = ["auto", "federated", "attached"];

#[test]
fn a_column_may_hold_values_of_every_type_whatever_it_declares() {
    let place = Place::new();
    place.database("a.sqlite", "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), ('abc'), (2.5), (x'00ff'), (NULL), ('');");
    place.database("b.sqlite", "CREATE TABLE u (day DATE); INSERT INTO u VALUES ('not a day'), (7);");
    for route in ROUTES {
        let sql = "SELECT t.n, u.day FROM t JOIN u ON u.day = 7 ORDER BY t.rowid";
        let said = place.glue(&["query", ".", "--route", route, "--", sql]);
        succeeds(&said, "n,day\n1,7\nabc,7\n2.5,7\nx'00FF',7\n,7\n\"\",7\n");
    }
}

#[test]
fn fifty_files_are_joined() {
    let place = Place::new();
    let numbers = || 1..=50;
    for number in numbers() {
        place.database(
            &format!("p{number}.sqlite"),
            &format!("CREATE TABLE t{number} (k, v); INSERT INTO t{number} VALUES (1, {number})"),
        );
    }
    let sum: Vec<String> = numbers().map(|number| format!("t{number}.v")).collect();
    let joins: Vec<String> = (2..=50).map(|number| format!(" JOIN t{number} ON t{number}.k = t{}.k", number - 1)).collect();
    let sql = format!("SELECT {} AS n FROM t1{}", sum.join(" + "), joins.concat());
    succeeds(&place.glue(&["query", ".", &sql]), "n\n1275\n");
}

#[test]
fn a_join_fetches_only_the_rows_that_it_needs() {
    let place = Place::with_shop();
    place.database(
        "log.sqlite",
        "CREATE TABLE visits (id INTEGER PRIMARY KEY, customer_id INTEGER, page TEXT, agent TEXT);
         CREATE INDEX visits_customer ON visits (customer_id);
         WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000)
         INSERT INTO visits SELECT n, n % 5000, 'page', 'agent' FROM c;
         ANALYZE;",
    );
    let sql = "SELECT c.name, count(v.page) AS n FROM customers AS c JOIN visits AS v ON v.customer_id = c.id
               WHERE c.email = 'ada@example.com' GROUP BY c.id";
    let said = place.glue(&["query", "crm.sqlite", "log.sqlite", "--route", "federated", "--stats", "--", sql]);
    succeeds(&said, "name,n\nAda,4\n");
    let stats: serde_json::Value = serde_json::from_str(&said.err).expect("an object");
    for pool in stats["pools"].as_array().expect("the pools") {
        assert!(pool["rows"].as_u64().expect("a number") <= 4, "{stats}");
    }
    let sent = place.glue(&["query", "crm.sqlite", "log.sqlite", "--route", "federated", "--dry-run", "--", sql]).out;
    assert!(!sent.contains("agent") && sent.contains("'ada@example.com'"), "{sent}");
}

#[test]
fn a_name_that_two_databases_have_lists_both() {
    let place = Place::with_shop();
    place.database("old.sqlite", "CREATE TABLE orders (id); INSERT INTO orders VALUES (1);");
    let said = place.glue(&["query", ".", "SELECT count(*) FROM orders"]);
    fails(&said, 1, "ambiguous table name: `orders` is in `old` and `sales`");
    assert!(said.err.contains("write `old.orders`") && said.err.contains("^^^^^^"), "{}", said.err);
    succeeds(&place.glue(&["query", ".", "SELECT count(*) AS n FROM old.orders"]), "n\n1\n");
}

#[test]
fn a_locked_database_is_named_and_a_reader_never_locks_one() {
    let place = Place::with_shop();
    place.write("glue.toml", "[pools.crm]\npath = 'crm.sqlite'\nbusy_timeout = '50ms'\n");
    let writer = Connection::open(place.path("crm.sqlite")).expect("a database");
    writer.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    let said = place.glue(&["query", "SELECT count(*) FROM customers"]);
    fails(&said, 3, "crm.sqlite");
    assert!(said.err.contains("locked"), "{}", said.err);
    writer.execute_batch("ROLLBACK; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE").expect("a writer");
    succeeds(&place.glue(&["query", "SELECT count(*) AS n FROM customers"]), "n\n3\n");
    writer.execute_batch("DELETE FROM customers; COMMIT").expect("nobody is in the way");
}

#[test]
fn a_join_waits_for_a_writer_of_another_process() {
    let place = Place::with_shop();
    let pool = |name: &str| format!("[pools.{name}]\npath = '{name}.sqlite'\nbusy_timeout = '60s'\n");
    place.write("glue.toml", &format!("{}{}", pool("crm"), pool("sales")));
    for route in ROUTES {
        let writer = Connection::open(place.path("sales.sqlite")).expect("a database");
        writer.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
        let release = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(300));
            writer.execute_batch("ROLLBACK").expect("the lock is ours");
        });
        let sql = "SELECT count(*) AS n FROM customers JOIN orders ON customer_id = customers.id";
        succeeds(&place.glue(&["query", "--route", route, sql]), "n\n3\n");
        release.join().expect("the writer ends");
    }
}

#[test]
fn tables_without_rowid_are_tables() {
    let place = Place::with_shop();
    place.database(
        "tags.sqlite",
        "CREATE TABLE tags (customer_id INTEGER, tag TEXT, PRIMARY KEY (customer_id, tag)) WITHOUT ROWID;
         INSERT INTO tags VALUES (1, 'new'), (1, 'kind'), (2, 'old');",
    );
    for route in ROUTES {
        let sql = "SELECT name, tag FROM customers JOIN tags ON customer_id = id ORDER BY name, tag";
        let said = place.glue(&["query", "crm.sqlite", "tags.sqlite", "--route", route, "--", sql]);
        succeeds(&said, "name,tag\nAda,kind\nAda,new\nBob,old\n");
    }
}

#[test]
fn everything_that_sqlite_reads_is_read() {
    let place = Place::with_shop();
    for (sql, answer) in [
        ("SELECT 1 ISNULL AS a, 0x1F AS b, 1 IS NOT 2 AS c, -9223372036854775808 AS d", "a,b,c,d\n0,31,1,-9223372036854775808\n"),
        ("SELECT '{\"a\":[1,2]}' ->> '$.a[1]' AS a, iif(1, 'x', 'y') AS b, 'abc' GLOB 'a*' AS c", "a,b,c\n2,x,1\n"),
        ("SELECT name FROM customers AS c NOT INDEXED WHERE (id, name) IN (VALUES (2, 'Bob'))", "name\nBob\n"),
        ("VALUES (1, 'a'), (2, 'b')", "column1,column2\n1,a\n2,b\n"),
        ("SELECT [name] AS \"a b\", `email` FROM 'customers' WHERE id == 1 LIMIT 0, 1", "a b,email\nAda,ada@example.com\n"),
        (
            "SELECT sum(id) FILTER (WHERE id > 1) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING EXCLUDE TIES) AS s FROM customers",
            "s\n\n2\n5\n",
        ),
        ("PRAGMA crm.user_version", "user_version\n0\n"),
    ] {
        let said = place.glue(&["query", "crm.sqlite", sql]);
        assert_eq!((said.code, said.out.as_str()), (Some(0), answer), "{sql}: {}", said.err);
    }
}

#[test]
fn only_a_wrong_command_line_prints_usage() {
    let place = Place::with_shop();
    let wrong_query = place.glue(&["query", "crm.sqlite", "SELECT nonsense FROM customers"]);
    fails(&wrong_query, 1, "no such column: nonsense");
    assert!(!wrong_query.err.contains("Usage"), "{}", wrong_query.err);
    fails(&place.glue(&["query", "--fromat", "csv", "SELECT 1"]), 2, "Usage");
}

#[test]
fn success_says_nothing_but_the_rows() {
    let place = Place::with_shop();
    for format in ["csv", "json", "box"] {
        let said = place.glue(&["query", ".", "--format", format, "SELECT count(*) AS n FROM customers, orders"]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
        assert!(!said.out.contains('\x1b') && !said.out.contains("rows"), "{said:?}");
    }
}

/// A process that waits for its reader shows its peak while it waits.
#[test]
#[cfg(target_os = "linux")]
fn long_answers_stream_in_flat_memory() {
    let place = Place::new();
    let sql = "SELECT value AS id, 'customer number ' || value AS name, value * 0.37 AS price FROM generate_series(1, 1500000)";
    for format in ["csv", "jsonl"] {
        let mut child = place
            .command(GLUE)
            .args(["query", "--format", format, sql])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut out = child.stdout.take().expect("a pipe");
        let mut some = vec![0; 40 << 20];
        out.read_exact(&mut some).expect("more than that comes");
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("a process that waits");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
        let peak: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
        assert!(peak < 100_000, "{format}: {peak} kB");
        std::io::copy(&mut out, &mut std::io::sink()).expect("the rest");
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
    }
}

#[test]
fn flags_stand_anywhere() {
    let place = Place::with_shop();
    let sql = "SELECT count(*) AS n FROM customers";
    for arguments in [
        ["--format", "jsonl", "query", "crm.sqlite", sql],
        ["query", "--format", "jsonl", "crm.sqlite", sql],
        ["query", "crm.sqlite", "--format", "jsonl", sql],
        ["query", "crm.sqlite", sql, "--format", "jsonl"],
    ] {
        succeeds(&place.glue(&arguments), "{\"n\":3}\n");
    }
    succeeds(&place.glue(&["query", sql, "-o", "out.jsonl", "--db", "crm=crm.sqlite"]), "");
    assert_eq!(fs::read_to_string(place.path("out.jsonl")).expect("a file"), "{\"n\":3}\n");
}

#[test]
fn what_takes_much_away_is_refused_unless_somebody_said_yes() {
    let place = Place::with_shop();
    let sweeping = [
        ("DELETE FROM customers", "this deletes every row of `customers`"),
        ("UPDATE crm.customers SET name = 'x'", "this changes every row of `crm.customers`"),
        ("DROP TABLE customers", "this drops `customers`"),
        ("ALTER TABLE customers DROP COLUMN email", "this drops a column of `customers`"),
    ];
    for (sql, what) in sweeping {
        let said = place.glue(&["query", "--write", "crm.sqlite", sql]);
        fails(&said, 2, &format!("{what}, and nobody can be asked: nothing was done"));
        place.write("script.sql", &format!("SELECT 1 AS n;\n{sql};\n"));
        fails(&place.glue(&["--db", "crm=crm.sqlite", "--write", "run", "script.sql"]), 2, what);
        // Where nothing can be written there is nothing to ask.
        fails(&place.glue(&["query", "crm.sqlite", sql]), 1, "read-only");
    }
    let harmless = "DELETE FROM customers WHERE id = 3; CREATE TEMP TABLE t AS SELECT 1 AS x; DELETE FROM t; DROP TABLE temp.t;
                    SELECT count(*) AS n FROM customers";
    succeeds(&place.glue(&["query", "--write", "crm.sqlite", harmless]), "n\n2\n");
    let all = "DELETE FROM customers; SELECT count(*) AS n FROM customers";
    succeeds(&place.glue(&["query", "--write", "--yes", "crm.sqlite", all]), "n\n0\n");
}

#[test]
fn a_wal_database_is_read_without_a_trace_and_never_without_its_wal() {
    let place = Place::new();
    place.database("w.sqlite", "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1);");
    let count = ["query", "SELECT count(*) AS n FROM t", "--db", "w=w.sqlite"];
    succeeds(&place.glue(&count), "n\n1\n");
    assert!(["w.sqlite-wal", "w.sqlite-shm"].iter().all(|name| !place.path(name).exists()));
    let writer = Connection::open(place.path("w.sqlite")).expect("a database");
    writer.execute_batch("INSERT INTO t VALUES (2)").expect("a row that stands in the -wal alone");
    succeeds(&place.glue(&count), "n\n2\n");
    place.write("glue.toml", "[pools.w]\npath = 'w.sqlite'\nimmutable = true\n");
    fails(&place.glue(&count[..2]), 3, "the file has changes in its -wal");
}
