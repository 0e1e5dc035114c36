//! A session over small files: every route, names and their pools, places of errors, writes.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::Path;
use std::time::{Duration, Instant};

use glue::connection::{ConnectionManager, ConnectionPool, PoolOptions};
use glue::error::{Error, ErrorKind};
use glue::session::{QueryResult, Route, Session};
use glue::value::Value;
use rusqlite::Connection;
use tempfile::TempDir;

const SALES: &str = "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INT, amount REAL);
    CREATE TABLE log(message TEXT);
    INSERT INTO orders VALUES (1, 1, 10.5), (2, 1, 20.0), (3, 2, 5.0);
    INSERT INTO log VALUES ('from sales');";
const CRM: &str = "CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE);
    CREATE TABLE log(message TEXT);
    INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cleo');
    INSERT INTO log VALUES ('from crm');";

fn make(folder: &Path, name: &str, sql: &str) -> ConnectionPool {
    make_with(folder, name, sql, PoolOptions::default())
}

fn make_with(folder: &Path, name: &str, sql: &str, options: PoolOptions) -> ConnectionPool {
    let path = folder.join(format!("{name}.sqlite"));
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    ConnectionPool::sqlite(path).name(name).options(options).build().unwrap()
}

fn register(manager: &ConnectionManager, pool: &ConnectionPool) {
    manager.register_connection_pool(pool.clone(), Some(pool.name())).unwrap();
}

fn world() -> (TempDir, Session) {
    let folder = TempDir::new().unwrap();
    let manager = ConnectionManager::new();
    let sales = make(folder.path(), "sales", SALES);
    register(&manager, &sales);
    register(&manager, &make(folder.path(), "crm", CRM));
    manager.register_connection_pool(sales, Some("shop")).unwrap();
    (folder, Session::new(manager))
}

fn rows(result: &mut QueryResult) -> Result<Vec<Vec<Value>>, Error> {
    let mut rows = Vec::new();
    while let Some(batch) = result.next_batch()? {
        for row in 0..batch.rows() {
            rows.push(batch.columns().iter().map(|column| column.value(row).to_owned()).collect());
        }
    }
    Ok(rows)
}

fn ask(session: &mut Session, sql: &str) -> Vec<Vec<Value>> {
    let mut result = session.query(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    rows(&mut result).unwrap_or_else(|error| panic!("{sql}: {error:?}"))
}

fn failure(session: &mut Session, sql: &str) -> Error {
    match session.query(sql) {
        Err(error) => error,
        Ok(mut result) => rows(&mut result).expect_err(sql),
    }
}

fn text(text: &str) -> Value {
    Value::text(text)
}

#[test]
fn pool_route_streams_the_text_verbatim() {
    let (_folder, mut session) = world();
    session.set_route(Route::Pool);
    for sql in [
        "SELECT amount FROM orders WHERE id = 2",
        "SELECT sales.orders.amount FROM sales.orders WHERE orders.id = 2",
        "SELECT shop.orders.amount FROM shop.orders WHERE id = 2",
        "SELECT main.orders.amount FROM main.orders, sales.orders AS o WHERE o.id = 2 AND main.orders.id = 2",
    ] {
        let mut result = session.query(sql).unwrap();
        assert_eq!(result.route(), Route::Pool, "{sql}");
        assert_eq!(result.columns(), ["amount"], "{sql}");
        assert_eq!(rows(&mut result).unwrap(), [[Value::Real(20.0)]], "{sql}");
    }
    let error = failure(&mut session, "SELECT * FROM orders JOIN customers ON customer_id = customers.id");
    assert_eq!(error.kind, ErrorKind::Route);
    assert!(error.message.contains("`crm`") && error.message.contains("`sales`"), "{error}");
}

#[test]
fn attached_route_splices_bare_names() {
    let (_folder, mut session) = world();
    session.set_route(Route::Attached);
    for sql in [
        "SELECT name, orders.amount FROM orders JOIN customers ON orders.customer_id = customers.id WHERE orders.id = 3",
        "SELECT name, o.amount FROM shop.orders AS o JOIN crm.customers c ON o.customer_id = c.id WHERE o.id = 3",
        "SELECT name, shop.orders.amount FROM shop.orders, customers WHERE customer_id = customers.id AND shop.orders.id = 3",
        "WITH orders AS (SELECT id, customer_id, amount FROM sales.orders) SELECT name, amount FROM orders JOIN customers \
         ON customer_id = customers.id WHERE orders.id = 3",
    ] {
        let mut result = session.query(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        assert_eq!(result.route(), Route::Attached);
        assert_eq!(result.columns(), ["name", "amount"], "{sql}");
        assert_eq!(rows(&mut result).unwrap(), [[text("Bob"), Value::Real(5.0)]], "{sql}");
    }
    let mut named = session.query("SELECT (SELECT max(id) FROM orders), count(*) FROM customers").unwrap();
    assert_eq!(named.columns(), ["(SELECT max(id) FROM orders)", "count(*)"]);
    assert_eq!(rows(&mut named).unwrap(), [[Value::Integer(3), Value::Integer(3)]]);
}

#[test]
fn a_bare_name_is_found_by_registration_then_default_then_alone() {
    let folder = TempDir::new().unwrap();
    let manager = ConnectionManager::new();
    for name in ["a", "b", "c"] {
        register(&manager, &make(folder.path(), name, &format!("CREATE TABLE t(x); INSERT INTO t VALUES ('{name}')")));
    }
    let mut session = Session::new(manager.clone());
    let error = failure(&mut session, "SELECT x FROM t");
    assert!(error.message.contains("ambiguous"), "{error}");
    assert_eq!(error.span.map(|span| span.start), Some(14));
    assert_eq!(error.hint.as_deref(), Some("write `a.t`"));
    manager.register_connection_pool(manager.pool("c").unwrap(), None).unwrap();
    assert_eq!(ask(&mut session, "SELECT x FROM t"), [[text("c")]]);
    manager.register_connection_pool(manager.pool("b").unwrap(), Some("t")).unwrap();
    assert_eq!(ask(&mut session, "SELECT x FROM t"), [[text("b")]]);
    assert_eq!(ask(&mut session, "SELECT x FROM a.t"), [[text("a")]]);
    assert_eq!(ask(&mut session, "SELECT a.t.x || t2.x FROM a.t, t AS t2"), [[text("ab")]]);
    // A table that another process makes after all schemas were read.
    let late = Connection::open(folder.path().join("a.sqlite")).unwrap();
    late.execute_batch("CREATE TABLE late(x); INSERT INTO late VALUES (7)").unwrap();
    assert_eq!(ask(&mut session, "SELECT x FROM late"), [[Value::Integer(7)]]);
}

#[test]
fn errors_point_into_the_users_text() {
    let (_folder, mut session) = world();
    for route in [Route::Auto, Route::Attached] {
        session.set_route(route);
        let sql = "SELECT nonsense FROM orders JOIN customers ON customer_id = customers.id";
        let span = failure(&mut session, sql).span.unwrap();
        assert_eq!(&sql[span.start..span.end], "nonsense", "{route:?}");
        let sql = "SELECT 1 FROM orders JOIN customers ON customer_id = wrong.id";
        let span = failure(&mut session, sql).span.unwrap();
        assert!(sql[span.start..span.end].starts_with("wrong"), "{route:?}");
        let error = failure(&mut session, "SELECT * FROM ordres");
        assert!(error.hint.unwrap().contains("orders"));
        let error = failure(&mut session, "SELECT * FROM sale.orders");
        assert!(error.hint.unwrap().contains("`sales`"));
        let error = failure(&mut session, "SELECT * FROM log, orders");
        assert!(error.message.contains("ambiguous"), "{error}");
    }
}

#[test]
fn statements_without_tables_run_too() {
    let (_folder, mut session) = world();
    assert_eq!(ask(&mut session, "SELECT 1 + 1"), [[Value::Integer(2)]]);
    assert_eq!(ask(&mut session, "VALUES (1), (2)").len(), 2);
    assert_eq!(ask(&mut session, "SELECT value FROM json_each('[4]')"), [[Value::Integer(4)]]);
    assert_eq!(session.query("  -- nothing\n").unwrap().columns().len(), 0);
    assert_eq!(failure(&mut session, "SELECT 1; SELECT 2").span.map(|span| span.start), Some(10));
    assert!(failure(&mut session, "SELEC 1").message.contains("syntax error"));
}

#[test]
fn text_that_is_not_read_runs_where_its_names_are() {
    let (_folder, mut session) = world();
    let window = "SELECT name, row_number() OVER w FROM orders JOIN customers ON customer_id = customers.id WINDOW w AS (ORDER BY orders.id)";
    let mut result = session.query(window).unwrap();
    assert_eq!(result.route(), Route::Attached);
    assert_eq!(rows(&mut result).unwrap().len(), 3);
    let error = failure(&mut session, "SELECT name FROM log JOIN customers WINDOW w AS (ORDER BY 1)");
    assert!(error.message.contains("ambiguous"), "{error}");
    assert_eq!(ask(&mut session, "PRAGMA sales.table_info(orders)").len(), 3);
    assert_eq!(ask(&mut session, "PRAGMA table_info(customers)").len(), 2);
    assert_eq!(ask(&mut session, "EXPLAIN QUERY PLAN SELECT * FROM orders").len(), 1);
}

#[test]
fn writes_go_to_writable_pools_only() {
    let folder = TempDir::new().unwrap();
    let manager = ConnectionManager::new();
    register(&manager, &make(folder.path(), "crm", CRM));
    let options = PoolOptions { read_only: false, ..PoolOptions::default() };
    register(&manager, &make_with(folder.path(), "notes", "CREATE TABLE note(x)", options));
    let mut session = Session::new(manager);
    let error = failure(&mut session, "DELETE FROM customers");
    assert!(error.message.contains("read-only") && error.hint.unwrap().contains("read_only = false"));
    assert_eq!(session.query("INSERT INTO note VALUES (1), (2)").unwrap().columns().len(), 0);
    assert_eq!(ask(&mut session, "INSERT INTO notes.note VALUES (3) RETURNING x"), [[Value::Integer(3)]]);
    assert_eq!(ask(&mut session, "SELECT count(*) FROM note"), [[Value::Integer(3)]]);
    session.query("CREATE TABLE notes.more(y)").unwrap();
    assert_eq!(ask(&mut session, "SELECT count(*) FROM more"), [[Value::Integer(0)]]);
    assert_eq!(session.execute("INSERT INTO note SELECT id FROM customers").unwrap(), 3);
    assert_eq!(ask(&mut session, "SELECT count(*) FROM note"), [[Value::Integer(6)]]);
    let error = failure(&mut session, "INSERT INTO customers SELECT x, 'n' FROM note");
    assert_eq!(error.pool.as_deref(), Some("crm"));
}

#[test]
fn many_pools_are_joined() {
    let folder = TempDir::new().unwrap();
    for count in [12, 40] {
        let manager = ConnectionManager::new();
        for index in 0..count {
            let sql = format!("CREATE TABLE IF NOT EXISTS t(k, v); DELETE FROM t; INSERT INTO t VALUES (1, {index}), (2, 100)");
            register(&manager, &make(folder.path(), &format!("p{index}"), &sql));
        }
        let mut session = Session::new(manager);
        session.set_route(Route::Attached);
        let sum: Vec<String> = (0..count).map(|index| format!("t{index}.v")).collect();
        let joins: Vec<String> = (1..count).map(|index| format!("JOIN p{index}.t AS t{index} ON t{index}.k = t0.k")).collect();
        let sql = format!("SELECT {} FROM p0.t AS t0 {} WHERE t0.k = 1", sum.join(" + "), joins.join(" "));
        assert_eq!(ask(&mut session, &sql), [[Value::Integer((0..count).sum())]]);
    }
}

#[test]
fn text_encodings_mix_and_the_limit_is_passed() {
    let folder = TempDir::new().unwrap();
    let manager = ConnectionManager::new();
    register(&manager, &make(folder.path(), "wide", &format!("PRAGMA encoding = 'UTF-16le'; {SALES}")));
    register(&manager, &make(folder.path(), "crm", CRM));
    let mut session = Session::new(manager);
    for route in [Route::Auto, Route::Attached] {
        session.set_route(route);
        for sql in [
            "SELECT name FROM orders JOIN customers ON customer_id = customers.id WHERE orders.rowid = 3",
            "SELECT name FROM wide.orders AS o JOIN crm.customers ON customer_id = crm.customers.id WHERE o.id = 3",
            "SELECT customers.name FROM wide.orders, customers WHERE wide.orders.customer_id = customers.id AND NAME = 'bob'",
        ] {
            assert_eq!(ask(&mut session, sql), [[text("Bob")]], "{sql}");
        }
    }
    let manager = ConnectionManager::new();
    let count = 130;
    for index in 0..count {
        let sql = format!("CREATE TABLE t(v); INSERT INTO t VALUES ({index})");
        register(&manager, &make(folder.path(), &format!("p{index}"), &sql));
    }
    let mut session = Session::new(manager);
    let arms: Vec<String> = (0..count).map(|index| format!("SELECT v FROM p{index}.t")).collect();
    for route in [Route::Attached, Route::Auto] {
        session.set_route(route);
        let sum = (0..count).sum();
        assert_eq!(ask(&mut session, &format!("SELECT sum(v) FROM ({})", arms.join(" UNION ALL "))), [[Value::Integer(sum)]]);
    }
}

#[test]
fn every_route_gives_the_same_answer() {
    let (_folder, mut session) = world();
    let mut answers = Vec::new();
    for route in [Route::Auto, Route::Attached, Route::Federated] {
        session.set_route(route);
        let sql =
            "SELECT name, sum(amount) FROM customers LEFT JOIN orders ON customer_id = customers.id GROUP BY name ORDER BY 1";
        let mut result = session.query(sql).unwrap();
        assert!(route == Route::Auto || result.route() == route);
        assert_eq!(result.columns(), ["name", "sum(amount)"]);
        answers.push(rows(&mut result).unwrap());
    }
    assert_eq!(answers[0].len(), 3);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let plan = session
        .explain("EXPLAIN ANALYZE SELECT name FROM customers JOIN orders ON customer_id = customers.id")
        .unwrap()
        .to_string();
    assert!(plan.starts_with("route: federated (2 pools)") && plan.contains("result: 3 rows"), "{plan}");
}

#[test]
fn what_sqlite_would_take_too_long_for_goes_federated() {
    let folder = TempDir::new().unwrap();
    let manager = ConnectionManager::new();
    let fill = "CREATE TABLE t(k, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) \
                INSERT INTO t SELECT (i * 7919) % 300000, 'value ' || i FROM n";
    register(&manager, &make(folder.path(), "a", fill));
    register(&manager, &make(folder.path(), "b", fill));
    let mut session = Session::new(manager);
    let join = "SELECT count(*) FROM a.t JOIN b.t AS u ON u.k = t.k";
    let mut result = session.query(join).unwrap();
    assert_eq!(result.route(), Route::Federated);
    assert_eq!(rows(&mut result).unwrap(), [[Value::Integer(300_000)]]);
    let why = |session: &mut Session, pattern: &str| {
        let sql = "SELECT count(*) FROM a.t JOIN b.t AS u ON u.rowid = t.k WHERE u.v > 'value 5' AND t.v LIKE";
        session.explain(&format!("{sql} '{pattern}'")).unwrap().to_string()
    };
    let long_scan = why(&mut session, "%77777");
    assert!(long_scan.starts_with("route: federated (2 pools; SQLite would scan"), "{long_scan}");
    let many_searches = why(&mut session, "%7%");
    assert!(many_searches.starts_with("route: federated (2 pools; SQLite would search"), "{many_searches}");
    let mut first = session.query("SELECT a.t.v FROM a.t JOIN b.t AS u ON u.rowid = t.rowid LIMIT 3").unwrap();
    assert_eq!(first.route(), Route::Attached);
    assert_eq!(rows(&mut first).unwrap().len(), 3);
}

#[test]
fn cancelling_ends_a_statement_that_never_would() {
    let (_folder, mut session) = world();
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n, orders";
    let token = session.cancel_token();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        token.cancel();
    });
    let begun = Instant::now();
    assert_eq!(failure(&mut session, endless).kind, ErrorKind::Interrupted);
    assert!(begun.elapsed() < Duration::from_secs(2));
    canceller.join().unwrap();
    assert_eq!(ask(&mut session, "SELECT count(*) FROM orders"), [[Value::Integer(3)]]);
    // Dropping the rows stops the work as well.
    let begun = Instant::now();
    drop(session.query(endless).unwrap());
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn dropping_rows_stops_work_in_memory_that_gives_none() {
    let folder = TempDir::new().unwrap();
    let manager = ConnectionManager::new();
    let fill = "CREATE TABLE t(v); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
                INSERT INTO t SELECT i FROM n";
    register(&manager, &make(folder.path(), "a", fill));
    register(&manager, &make(folder.path(), "b", fill));
    let mut session = Session::new(manager);
    session.set_route(Route::Federated);
    // Ten thousand million pairs, none of which is given.
    let result = session.query("SELECT a.t.v FROM a.t, b.t AS u WHERE a.t.v + u.v < 0").unwrap();
    let (sender, dropped) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(result);
        sender.send(()).unwrap();
    });
    assert!(dropped.recv_timeout(Duration::from_secs(30)).is_ok(), "the work goes on");
}

#[test]
fn one_connection_a_pool_is_enough() {
    let folder = TempDir::new().unwrap();
    let manager = ConnectionManager::new();
    let options = PoolOptions { max_connections: 1, ..PoolOptions::default() };
    register(&manager, &make_with(folder.path(), "sales", SALES, options.clone()));
    register(&manager, &make_with(folder.path(), "crm", CRM, options));
    let mut session = Session::new(manager);
    for route in [Route::Auto, Route::Attached] {
        session.set_route(route);
        for _ in 0..3 {
            let sql = "SELECT count(*) FROM orders JOIN customers ON customer_id = customers.id";
            assert_eq!(ask(&mut session, sql), [[Value::Integer(3)]]);
        }
    }
}

#[test]
fn explain_tells_the_route() {
    let (_folder, mut session) = world();
    let plan = session.explain("SELECT * FROM orders").unwrap().to_string();
    assert!(plan.starts_with("route: pool sales"), "{plan}");
    let across = "SELECT name FROM orders JOIN customers ON customer_id = customers.id";
    session.set_route(Route::Attached);
    let plan = session.explain(&format!("EXPLAIN {across}")).unwrap().to_string();
    assert!(plan.starts_with("route: attached (forced)\n  SELECT name FROM \"sales\".orders JOIN"), "{plan}");
    assert_eq!(ask(&mut session, &format!("EXPLAIN {across}")).len(), plan.lines().count());
    session.set_route(Route::Federated);
    let plan = session.explain(across).unwrap().to_string();
    assert!(plan.starts_with("route: federated (2 pools") && plan.contains("hash join"), "{plan}");
    let error = session.explain("SELECT load_extension(name) FROM customers, orders").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Route);
    session.set_route(Route::Auto);
    let plan = session.explain(&format!("EXPLAIN ANALYZE {across}")).unwrap().to_string();
    assert!(plan.contains("result: 3 rows"), "{plan}");
}

#[test]
fn results_can_move_between_threads() {
    fn is_send<T: Send + 'static>() {}
    is_send::<QueryResult>();
    is_send::<Session>();
}

#[test]
fn regular_expressions_are_searched_on_every_route() {
    let (_folder, mut session) = world();
    for route in [Route::Auto, Route::Attached] {
        session.set_route(route);
        let across = "SELECT name FROM customers JOIN orders ON customer_id = customers.id WHERE name REGEXP '^B.b$'";
        assert_eq!(ask(&mut session, across), [[text("Bob")]]);
        let null_or = "SELECT 'abc' REGEXP 'B', 'abc' REGEXP '(?i)B', NULL REGEXP 'x', 12.5 REGEXP '2.5'";
        let expected = [Value::Integer(0), Value::Integer(1), Value::Null, Value::Integer(1)];
        assert_eq!(ask(&mut session, null_or), [expected]);
    }
    assert!(failure(&mut session, "SELECT name REGEXP '(' FROM customers").message.contains("regex"));
}
