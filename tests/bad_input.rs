//! Bad input: wrong SQL, damaged files, awkward names and paths. The right answer, else a clear error; never a panic, never a trace.

#![allow(clippy::format_push_string, reason = "a test favours the shorter form")]

mod support;

use std::time::{Duration, SystemTime};

use glue::connection::{ConnectionManager, ConnectionPool};
use glue::error::ErrorKind;
use glue::session::{Route, Session};
use glue::value::Value;
use support::{Answer, Files, Oracle, Order, Random, Verdict, check};

const CUSTOMERS: &str = "CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT, city TEXT);
    INSERT INTO customers VALUES (1, 'Ada', 'London'), (2, 'Grace', 'New York'), (3, 'Linus', NULL);";
const ORDERS: &str = "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER, amount REAL);
    CREATE INDEX orders_customer ON orders(customer_id);
    INSERT INTO orders VALUES (10, 1, 9.5), (11, 1, 20), (12, 2, 3.25), (13, 7, 1);";
const JOIN: &str = "SELECT c.name, o.amount FROM crm.customers AS c JOIN sales.orders AS o ON o.customer_id = c.id ORDER BY o.id";
const ROUTES: [Route; 3] = [Route::Auto, Route::Federated, Route::Attached];

fn shop() -> Files {
    Files::build(&[("crm", CUSTOMERS), ("sales", ORDERS)])
}

/// Asks on every route and compares with the oracle. Gives how many routes answered.
fn ask_everywhere(files: &Files, sql: &str) -> usize {
    let oracle = Oracle::new(files);
    let mut session = files.session();
    let mut answered = 0;
    for route in ROUTES {
        session.set_route(route);
        match check(&oracle.ask(sql), &Order::Unknown, &Answer::of_glue(&mut session, sql)) {
            Verdict::Same => answered += 1,
            Verdict::CannotAnswer(reason) => assert_ne!(route, Route::Auto, "{sql}: {reason}"),
            verdict => panic!("{sql} by {route:?}: {verdict:?}"),
        }
    }
    answered
}

#[test]
fn broken_sql_is_an_error_of_the_query_with_a_place() {
    let files = shop();
    let mut session = files.session();
    for sql in
        ["SELEC 1", "SELECT FROM", "SELECT (1", "SELECT * FROM crm.customers WHERE", "SELECT 'open", "SELECT 1 1", "\u{0}", ")"]
    {
        let error = Answer::of_glue(&mut session, sql).expect_err(sql);
        assert_eq!(error.kind, ErrorKind::Query, "{sql}: {error}");
        if let Some(span) = error.span {
            assert!(span.start <= span.end && span.end <= sql.len(), "{sql}: {span:?}");
        }
    }
}

#[test]
fn unknown_names_point_at_their_place_and_name_what_is_near() {
    let files = shop();
    let mut session = files.session();
    for (sql, wrong, near) in [
        ("SELECT * FROM crm.costumers", "costumers", "customers"),
        ("SELECT * FROM crn.customers", "crn", "crm"),
        ("SELECT c.nam FROM crm.customers AS c JOIN sales.orders AS o ON o.customer_id = c.id", "nam", "name"),
        ("SELECT x.name FROM crm.customers AS c JOIN sales.orders AS o ON o.customer_id = c.id", "x.name", ""),
        ("SELECT * FROM custmers", "custmers", "customers"),
    ] {
        let error = Answer::of_glue(&mut session, sql).expect_err(sql);
        assert_eq!(error.kind, ErrorKind::Query, "{sql}: {error}");
        let span = error.span.unwrap_or_else(|| panic!("{sql}: no place in {error:?}"));
        assert!(sql[span.start..span.end].contains(wrong) || wrong.contains(&sql[span.start..span.end]), "{sql}: {error:?}");
        let text = format!("{} {}", error.message, error.hint.unwrap_or_default());
        assert!(text.contains(near), "{sql}: {text}");
    }
}

#[test]
fn an_ambiguous_bare_name_lists_its_candidates() {
    let files = Files::build(&[("sales", ORDERS), ("archive", ORDERS), ("crm", CUSTOMERS)]);
    let mut session = files.session();
    let error = Answer::of_glue(&mut session, "SELECT count(*) FROM orders").expect_err("two pools have the table");
    let text = format!("{} {}", error.message, error.hint.unwrap_or_default());
    assert!(text.contains("sales") && text.contains("archive"), "{text}");
    let answer = Answer::of_glue(&mut session, "SELECT count(*) FROM customers").expect("one pool has the table");
    assert_eq!(answer.rows, [[Value::Integer(3)]]);
}

#[test]
fn ambiguous_columns_are_an_error() {
    let files = shop();
    let sql = "SELECT id FROM crm.customers JOIN sales.orders ON customer_id = customers.id";
    for route in ROUTES {
        let mut session = files.session();
        session.set_route(route);
        let error = Answer::of_glue(&mut session, sql).expect_err("both tables have the column");
        assert!(error.message.contains("ambiguous"), "{route:?}: {error}");
    }
}

#[test]
fn files_that_are_no_database_are_named() {
    let mut files = shop();
    let directory = files.directory().to_owned();
    std::fs::write(directory.join("garbage.sqlite"), vec![0x5a; 5000]).expect("the directory is writable");
    std::fs::create_dir(directory.join("folder.sqlite")).expect("the directory is writable");
    for pool in ["missing", "garbage", "folder"] {
        files.register(pool, &directory.join(format!("{pool}.sqlite")));
    }
    for pool in ["missing", "garbage", "folder"] {
        let mut session = files.session();
        let sql = format!("SELECT * FROM crm.customers AS c JOIN {pool}.t ON c.id = t.id");
        let start = std::time::Instant::now();
        let error = Answer::of_glue(&mut session, &sql).expect_err(&sql);
        assert!(start.elapsed() < Duration::from_secs(2), "{pool}: {:?}", start.elapsed());
        assert_eq!(error.kind, ErrorKind::Open, "{pool}: {error:?}");
        assert_eq!(error.pool.as_deref(), Some(pool), "{error:?}");
        assert!(error.path.is_some_and(|path| path.ends_with(format!("{pool}.sqlite"))), "{pool}");
    }
    assert!(!directory.join("missing.sqlite").exists(), "opening must not create a file");
}

#[test]
fn an_empty_file_is_an_empty_database() {
    let mut files = shop();
    let path = files.directory().join("nothing.sqlite");
    std::fs::write(&path, b"").expect("the directory is writable");
    files.register("nothing", &path);
    assert_eq!(ask_everywhere(&files, JOIN), 3);
    let error = Answer::of_glue(&mut files.session(), "SELECT * FROM nothing.t").expect_err("there is no table");
    assert_eq!(error.kind, ErrorKind::Query, "{error:?}");
    assert_eq!(std::fs::metadata(&path).expect("the file is there").len(), 0);
}

#[test]
fn utf16_beside_utf8_is_joined() {
    let script = format!("PRAGMA encoding = 'UTF-16le'; {CUSTOMERS} UPDATE customers SET city = 'K\u{f6}ln' WHERE id = 3;");
    let wide = Files::build(&[("crm", script.as_str()), ("sales", ORDERS)]);
    let narrow = Files::build(&[("crm", script.replace("UTF-16le", "UTF-8").as_str()), ("sales", ORDERS)]);
    let oracle = Oracle::new(&narrow);
    let mut session = wide.session();
    for sql in [
        JOIN,
        "SELECT c.city, length(c.city), hex(c.city), o.amount FROM crm.customers AS c LEFT JOIN sales.orders AS o ON o.customer_id = c.id ORDER BY c.id, o.id",
        "SELECT upper(c.name) || o.id FROM crm.customers c, sales.orders o WHERE c.city < 'N' AND c.id <> o.customer_id ORDER BY 1",
    ] {
        for route in ROUTES {
            session.set_route(route);
            let verdict = check(&oracle.ask(sql), &Order::Unknown, &Answer::of_glue(&mut session, sql));
            let refused = matches!(verdict, Verdict::CannotAnswer(_)) && route != Route::Auto;
            assert!(refused || matches!(verdict, Verdict::Same), "{sql} by {route:?}: {verdict:?}");
        }
    }
}

#[test]
fn pools_may_have_any_name() {
    for name in ["select", "order", "my shop", "a\"b", "it's", "1st", "ümlaut", "a.b", "[x]", "a-b", "group"] {
        let mut files = Files::build(&[("sales", ORDERS)]);
        let path = files.directory().join("named.sqlite");
        files.add_at(name, &path, CUSTOMERS);
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        let sql = JOIN.replace("crm", &quoted);
        assert_eq!(ask_everywhere(&files, &sql), 3, "{name}");
        assert_eq!(ask_everywhere(&files, &format!("SELECT name FROM {quoted}.customers ORDER BY id")), 3, "{name}");
    }
}

#[test]
fn reserved_names_are_refused() {
    let files = shop();
    for name in ["main", "temp", "MAIN", ""] {
        let pool = ConnectionPool::sqlite(files.path("crm")).name(name).options(support::files::options()).build();
        let manager = ConnectionManager::new();
        let refused = pool.and_then(|pool| manager.register_connection_pool(pool, Some(name))).is_err();
        assert!(refused, "a pool must not be named {name:?}");
    }
}

#[test]
fn paths_may_hold_any_letter() {
    for folder in ["what?", "a#b", "100%", "50%41", "it's", "with space", "a;b", "\u{e9}\u{1f600}"] {
        let mut files = Files::empty();
        for (pool, script) in [("crm", CUSTOMERS), ("sales", ORDERS)] {
            let directory = files.directory().join(folder);
            std::fs::create_dir_all(&directory).expect("the directory is writable");
            let path = directory.join(format!("{pool} {folder}.sqlite"));
            files.add_at(pool, &path, script);
        }
        assert_eq!(ask_everywhere(&files, JOIN), 3, "{folder}");
    }
}

#[test]
fn one_file_under_two_names_is_one_source() {
    let mut files = shop();
    let path = files.path("crm").to_owned();
    files.register("people", &path);
    assert_eq!(
        ask_everywhere(&files, "SELECT a.name, b.city FROM crm.customers a JOIN people.customers b ON a.id = b.id ORDER BY a.id"),
        3
    );
    assert_eq!(ask_everywhere(&files, &JOIN.replace("crm", "people")), 3);
}

#[test]
fn many_pools_are_joined() {
    for pools in [12, 40] {
        let scripts: Vec<(String, String)> = (0..pools)
            .map(|number| {
                let rows = format!("CREATE TABLE t(id INTEGER PRIMARY KEY, v{number} TEXT); INSERT INTO t VALUES (1, 'a{number}'), (2, 'b'), ({}, 'c')", number + 3);
                (format!("pool{number}"), rows)
            })
            .collect();
        let files = Files::build(&scripts);
        let joins: Vec<String> =
            (1..pools).map(|number| format!(" JOIN pool{number}.t AS t{number} ON t{number}.id = t{}.id", number - 1)).collect();
        let sql =
            format!("SELECT t0.id, t0.v0, t{}.v{} FROM pool0.t AS t0{} ORDER BY t0.id", pools - 1, pools - 1, joins.concat());
        assert_eq!(ask_everywhere(&files, &sql), 3, "{pools} pools");
    }
}

#[test]
fn a_damaged_file_gives_an_answer_or_an_error() {
    let mut script = String::from(
        "PRAGMA page_size = 512; CREATE TABLE t(id INTEGER PRIMARY KEY, k INTEGER, v TEXT); CREATE INDEX t_k ON t(k); BEGIN;",
    );
    for row in 0..150 {
        script += &format!("INSERT INTO t VALUES ({row}, {}, '{}');", row % 9, "v".repeat(row % 60));
    }
    script.push_str("COMMIT;");
    let mut files = Files::build(&[("good", script.as_str())]);
    let whole = std::fs::read(files.path("good")).expect("the file was just written");
    let path = files.directory().join("bad.sqlite");
    files.register("bad", &path);
    let mut random = Random::new(7);
    for round in 0..150 {
        let mut damaged = whole.clone();
        if round % 5 == 0 {
            damaged.truncate(random.below(whole.len()));
        } else {
            // The first page's header decides whether the file opens at all: half of the rounds spare it.
            let from = if round % 2 == 0 { 100 } else { 0 };
            for _ in 0..random.between(1, 40) {
                let at = from + random.below(damaged.len() - from);
                damaged[at] = u8::try_from(random.below(256)).expect("below 256");
            }
        }
        std::fs::write(&path, &damaged).expect("the directory is writable");
        let mut session = files.session();
        for route in ROUTES {
            session.set_route(route);
            for sql in [
                "SELECT g.v, b.v FROM good.t AS g JOIN bad.t AS b ON g.k = b.k WHERE g.id < 20",
                "SELECT count(*), sum(length(v)) FROM bad.t",
                "SELECT k, count(*) FROM bad.t GROUP BY k ORDER BY k",
                "SELECT b.v FROM good.t AS g JOIN bad.t AS b ON b.k = g.k AND b.k = 3 WHERE g.id = 3",
            ] {
                // What a damaged file answers is nobody's to say; that it does not panic or hang is.
                drop(Answer::of_glue(&mut session, sql));
            }
        }
        drop(session);
        assert!(std::fs::read(&path).expect("the file is there") == damaged, "round {round}: reading changed the file");
        for suffix in ["-journal", "-wal", "-shm"] {
            // Damage can make the header ask for WAL mode; side files must then go again.
            let side = files.directory().join(format!("bad.sqlite{suffix}"));
            assert!(!side.exists(), "round {round}: {} was left behind", side.display());
        }
    }
}

#[test]
fn reading_leaves_no_trace() {
    for mode in ["delete", "wal"] {
        let files = Files::build(&[
            ("crm", format!("PRAGMA journal_mode = {mode}; {CUSTOMERS}")),
            ("sales", format!("PRAGMA journal_mode = {mode}; {ORDERS}")),
        ]);
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        for (_, path) in files.pools() {
            let file = std::fs::File::options().write(true).open(path).expect("the file is ours");
            file.set_modified(long_ago).expect("the file is ours");
        }
        let before = files.everything();
        let mut session = files.session();
        for route in ROUTES {
            session.set_route(route);
            for sql in [
                JOIN,
                "SELECT count(*) FROM sales.orders",
                "SELECT name FROM crm.customers WHERE id IN (SELECT customer_id FROM sales.orders) ORDER BY name",
                "SELECT * FROM crm.nothing",
                "SELECT city FROM crm.customers UNION SELECT amount FROM sales.orders",
                "PRAGMA crm.table_info(customers)",
            ] {
                drop(Answer::of_glue(&mut session, sql));
            }
        }
        for sql in [
            "DELETE FROM crm.customers",
            "CREATE TABLE crm.t(x)",
            "UPDATE sales.orders SET amount = 0",
            "DROP TABLE crm.customers",
        ] {
            session.set_route(Route::Auto);
            assert!(Answer::of_glue(&mut session, sql).is_err(), "{sql} must fail in a read-only pool");
        }
        let manager = session.manager().clone();
        drop(session);
        manager.disconnect_all();
        assert_eq!(files.everything(), before, "in {mode} mode");
    }
}

#[test]
fn results_given_up_half_way_leave_nothing_running() {
    let mut rows = String::from(ORDERS);
    rows.push_str("INSERT INTO orders SELECT value, value % 3 + 1, value FROM generate_series(100, 20000);");
    let rows = rows.replace("SELECT value, value % 3 + 1, value FROM generate_series(100, 20000)", "WITH RECURSIVE n(value) AS (SELECT 100 UNION ALL SELECT value + 1 FROM n WHERE value < 20000) SELECT value, value % 3 + 1, value FROM n");
    let files = Files::build(&[("crm", CUSTOMERS), ("sales", rows.as_str())]);
    let mut session = Session::new(files.manager());
    for route in ROUTES {
        session.set_route(route);
        for _ in 0..30 {
            let mut result = session.query(JOIN).expect("the files are sound");
            result.next_batch().expect("the files are sound");
        }
    }
}
