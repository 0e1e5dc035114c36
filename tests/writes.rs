//! Writes, transactions over several pools, what lives in the session's own connection, and parameters, against SQLite.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::Path;

use glue::connection::{ConnectionManager, ConnectionPool};
use glue::error::{Error, ErrorKind};
use glue::session::{Route, Session};
use glue::statement::Parameters;
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
const OLD: &str = "CREATE TABLE archive(id INTEGER PRIMARY KEY, amount REAL); INSERT INTO archive VALUES (100, 1.0)";

/// Two pools that may be written and one that may not.
fn world(pragma: &str) -> (TempDir, Session) {
    let folder = TempDir::new().unwrap();
    let manager = ConnectionManager::new();
    for (name, sql, read_only) in [("sales", SALES, false), ("crm", CRM, false), ("old", OLD, true)] {
        let path = folder.path().join(format!("{name}.sqlite"));
        Connection::open(&path).unwrap().execute_batch(&format!("{pragma}; {sql}")).unwrap();
        let pool = ConnectionPool::sqlite(path).read_only(read_only).build().unwrap();
        manager.register_connection_pool(pool, Some(name)).unwrap();
    }
    (folder, Session::new(manager))
}

fn rows(session: &mut Session, sql: &str) -> Result<Vec<Vec<Value>>, Error> {
    rows_with(session, sql, Parameters::new())
}

fn rows_with(session: &mut Session, sql: &str, parameters: impl Into<Parameters>) -> Result<Vec<Vec<Value>>, Error> {
    let mut result = session.query_with(sql, parameters)?;
    let mut rows = Vec::new();
    while let Some(batch) = result.next_batch()? {
        for row in 0..batch.rows() {
            rows.push(batch.columns().iter().map(|column| column.value(row).to_owned()).collect());
        }
    }
    Ok(rows)
}

fn one(session: &mut Session, sql: &str) -> Value {
    rows(session, sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"))[0][0].clone()
}

fn run(session: &mut Session, sql: &str) {
    session.execute(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// What a file holds for everybody else.
fn outside(folder: &Path, pool: &str, sql: &str) -> String {
    let connection = Connection::open(folder.join(format!("{pool}.sqlite"))).unwrap();
    connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap()
}

#[test]
fn a_transaction_spans_pools_and_sees_its_own_writes() {
    let (folder, mut session) = world("");
    run(&mut session, "BEGIN");
    assert!(session.in_transaction());
    run(&mut session, "INSERT INTO sales.log VALUES ('new')");
    run(&mut session, "UPDATE customers SET name = 'Anna' WHERE id = 1");
    run(&mut session, "CREATE TABLE crm.fresh AS SELECT amount FROM orders JOIN customers ON customer_id = customers.id");
    assert_eq!(one(&mut session, "SELECT count(*) FROM sales.log"), Value::Integer(2));
    assert_eq!(one(&mut session, "SELECT count(*) FROM fresh"), Value::Integer(3));
    let joined = "SELECT name FROM orders JOIN customers ON customer_id = customers.id WHERE orders.id = 1";
    assert_eq!(one(&mut session, joined), Value::text("Anna"));
    assert_eq!(outside(folder.path(), "crm", "SELECT name FROM customers WHERE id = 1"), "Ann");
    run(&mut session, "COMMIT");
    assert!(!session.in_transaction());
    assert_eq!(outside(folder.path(), "crm", "SELECT name || (SELECT count(*) FROM fresh) FROM customers WHERE id = 1"), "Anna3");
    assert_eq!(outside(folder.path(), "sales", "SELECT group_concat(message) FROM log"), "from sales,new");
    assert!(session.take_notices().is_empty(), "both files are in rollback mode: the commit was atomic");
}

#[test]
fn a_rolled_back_transaction_leaves_every_file_as_it_was() {
    let (folder, mut session) = world("");
    let before: Vec<Vec<u8>> =
        ["sales", "crm"].map(|pool| std::fs::read(folder.path().join(format!("{pool}.sqlite"))).unwrap()).into();
    run(&mut session, "BEGIN");
    run(&mut session, "DELETE FROM orders");
    run(&mut session, "CREATE TABLE crm.a(x)");
    assert_eq!(one(&mut session, "SELECT count(*) FROM a"), Value::Integer(0));
    run(&mut session, "SAVEPOINT here");
    run(&mut session, "DELETE FROM customers");
    run(&mut session, "ROLLBACK TO here");
    assert_eq!(one(&mut session, "SELECT count(*) FROM customers"), Value::Integer(3));
    run(&mut session, "ROLLBACK");
    assert_eq!(one(&mut session, "SELECT count(*) FROM orders"), Value::Integer(3));
    assert!(rows(&mut session, "SELECT * FROM a").unwrap_err().message.contains("no such table"));
    let after: Vec<Vec<u8>> =
        ["sales", "crm"].map(|pool| std::fs::read(folder.path().join(format!("{pool}.sqlite"))).unwrap()).into();
    assert_eq!(before, after);
    // A table of another name at the same schema version is seen as itself.
    run(&mut session, "CREATE TABLE crm.b(y)");
    assert_eq!(one(&mut session, "SELECT count(*) FROM b"), Value::Integer(0));
}

#[test]
fn a_guard_rolls_back_unless_it_commits() {
    let (_folder, mut session) = world("");
    let mut transaction = session.transaction().unwrap();
    assert_eq!(transaction.execute("DELETE FROM orders WHERE id < 3").unwrap(), 2);
    drop(transaction);
    assert_eq!(one(&mut session, "SELECT count(*) FROM orders"), Value::Integer(3));
    let mut transaction = session.transaction().unwrap();
    transaction
        .execute_with("UPDATE orders SET amount = :amount WHERE id = :id", Parameters::new().with("id", 1).with("amount", 2.5))
        .unwrap();
    transaction.commit().unwrap();
    assert_eq!(one(&mut session, "SELECT amount FROM orders WHERE id = 1"), Value::Real(2.5));
    let error = session.transaction().unwrap().execute("INSERT INTO archive VALUES (1, 1)").unwrap_err();
    assert!(error.message.contains("read-only") && error.hint.unwrap().contains("--write"));
    assert!(!session.in_transaction());
}

#[test]
fn a_commit_that_is_not_atomic_is_announced() {
    for (pragma, word) in [("PRAGMA journal_mode = wal", "WAL"), ("", "")] {
        let (_folder, mut session) = world(pragma);
        run(&mut session, "BEGIN");
        run(&mut session, "DELETE FROM orders");
        run(&mut session, "DELETE FROM customers");
        run(&mut session, "COMMIT");
        let notices = session.take_notices();
        assert_eq!(notices.len(), usize::from(!word.is_empty()), "{notices:?}");
        assert!(notices.iter().all(|notice| notice.message.contains(word)));
    }
}

#[test]
fn rows_that_nobody_has_read_yet_survive_the_next_statement() {
    let (_folder, mut session) = world("");
    run(&mut session, "BEGIN");
    run(
        &mut session,
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 100009) INSERT INTO orders SELECT i, i, i FROM n",
    );
    let mut reader = session.query("SELECT id FROM orders").unwrap();
    assert!(reader.next_batch().unwrap().is_some());
    run(&mut session, "DELETE FROM orders WHERE id > 5");
    assert_eq!(one(&mut session, "SELECT count(*) FROM orders"), Value::Integer(3));
    let mut rest = 0;
    while let Some(batch) = reader.next_batch().unwrap() {
        rest += batch.rows();
    }
    assert!(rest > 90_000, "{rest}");
    run(&mut session, "ROLLBACK");
}

#[test]
fn temporary_tables_settings_and_memory_live_as_long_as_the_session() {
    let (_folder, mut session) = world("");
    run(&mut session, "CREATE TEMP TABLE picked AS SELECT id FROM customers WHERE id < 3");
    assert_eq!(one(&mut session, "SELECT count(*) FROM picked JOIN orders ON customer_id = picked.id"), Value::Integer(3));
    run(&mut session, "INSERT INTO picked VALUES (3)");
    assert_eq!(
        one(&mut session, "SELECT group_concat(name) FROM customers WHERE id IN (SELECT id FROM picked)"),
        Value::text("Ann,Bob,Cleo")
    );
    run(&mut session, "DROP TABLE picked");
    assert!(rows(&mut session, "SELECT * FROM picked").is_err());
    run(&mut session, "ATTACH ':memory:' AS scratch");
    run(&mut session, "CREATE TABLE scratch.t AS SELECT * FROM old.archive");
    assert_eq!(one(&mut session, "SELECT amount FROM scratch.t"), Value::Real(1.0));
    run(&mut session, "DETACH scratch");
    assert!(rows(&mut session, "SELECT * FROM scratch.t").is_err());
    assert_eq!(one(&mut session, "SELECT 'a' LIKE 'A'"), Value::Integer(1));
    run(&mut session, "PRAGMA case_sensitive_like = on");
    assert_eq!(one(&mut session, "SELECT count(*) FROM customers WHERE name LIKE 'ann'"), Value::Integer(0));
}

#[test]
fn attached_files_are_pools_of_this_session() {
    let (folder, mut session) = world("");
    let path = folder.path().join("more.sqlite");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE city(id, name); INSERT INTO city VALUES (2, 'Bergen')").unwrap();
    let attach = format!("ATTACH '{}' AS extra", path.display());
    run(&mut session, &attach);
    let sql = "SELECT city.name FROM city JOIN customers ON customers.id = city.id JOIN orders ON customer_id = customers.id";
    for route in [Route::Auto, Route::Attached, Route::Federated] {
        session.set_route(route);
        assert_eq!(one(&mut session, sql), Value::text("Bergen"));
    }
    session.set_route(Route::Auto);
    assert!(rows(&mut session, &attach).unwrap_err().message.contains("already in use"));
    let error = rows(&mut session, "DELETE FROM extra.city").unwrap_err();
    assert!(error.message.contains("read-only"), "{error}");
    run(&mut session, "DETACH extra");
    assert!(rows(&mut session, "SELECT * FROM city").is_err());
    assert!(rows(&mut session, "DETACH sales").unwrap_err().hint.is_some());
    let missing = format!("ATTACH '{}' AS gone", folder.path().join("no.sqlite").display());
    assert_eq!(rows(&mut session, &missing).unwrap_err().kind, ErrorKind::Open);
}

#[test]
fn the_numbers_of_the_last_write_are_those_of_one_connection() {
    let (_folder, mut session) = world("");
    let (folder, _) = world("");
    let oracle = Connection::open(folder.path().join("sales.sqlite")).unwrap();
    let numbers = "SELECT changes(), total_changes(), last_insert_rowid()";
    for sql in [
        "INSERT INTO orders VALUES (10, 1, 1), (11, 1, 1)",
        "UPDATE orders SET amount = 0",
        "DELETE FROM orders WHERE id = 10",
        "INSERT INTO log SELECT message FROM log",
        "DELETE FROM orders WHERE id = 999",
    ] {
        oracle.execute_batch(sql).unwrap();
        let ours = sql.replace("log", "sales.log");
        run(&mut session, &ours);
        let expected: (i64, i64, i64) = oracle.query_row(numbers, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        let expected = [expected.0, expected.1, expected.2].map(Value::Integer);
        assert_eq!(rows(&mut session, numbers).unwrap(), [expected], "{sql}");
    }
}

#[test]
fn writes_name_their_pool_and_other_pools_are_read() {
    let (folder, mut session) = world("");
    for (sql, changed) in [
        ("INSERT INTO sales.log SELECT name FROM crm.customers WHERE id > 1", 2),
        ("WITH big AS (SELECT id FROM archive) INSERT INTO orders(customer_id, amount) SELECT id, 7 FROM big", 1),
        (
            "UPDATE orders SET amount = (SELECT max(amount) FROM archive) WHERE customer_id IN (SELECT id FROM customers WHERE name = 'bob')",
            1,
        ),
        ("DELETE FROM crm.log WHERE message NOT IN (SELECT message FROM sales.log)", 1),
        ("INSERT INTO customers VALUES (1, 'again') ON CONFLICT (id) DO UPDATE SET name = excluded.name", 1),
        ("REPLACE INTO customers VALUES (2, 'Rob')", 1),
    ] {
        assert_eq!(session.execute(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}")), changed, "{sql}");
    }
    assert_eq!(outside(folder.path(), "crm", "SELECT group_concat(name) FROM customers"), "again,Rob,Cleo");
    for sql in [
        "CREATE INDEX sales.by_customer ON orders(customer_id)",
        "CREATE INDEX by_amount ON orders(amount)",
        "CREATE VIEW crm.short AS SELECT name FROM customers",
        "CREATE TRIGGER crm.noted AFTER DELETE ON customers BEGIN INSERT INTO log VALUES (old.name); END",
        "DELETE FROM customers WHERE id = 3",
        "ALTER TABLE crm.log ADD COLUMN extra",
        "ANALYZE sales",
        "ANALYZE crm.customers",
        "REINDEX sales.orders",
        "VACUUM sales",
        "DROP INDEX sales.by_customer",
        "PRAGMA crm.user_version = 7",
    ] {
        run(&mut session, sql);
    }
    assert_eq!(one(&mut session, "SELECT message FROM crm.log"), Value::text("Cleo"));
    assert_eq!(one(&mut session, "SELECT count(*) FROM short"), Value::Integer(2));
    assert_eq!(one(&mut session, "PRAGMA crm.user_version"), Value::Integer(7));
    let copy = folder.path().join("copy.sqlite");
    run(&mut session, &format!("VACUUM old INTO '{}'", copy.display()));
    assert_eq!(
        Connection::open(&copy).unwrap().query_row("SELECT count(*) FROM archive", [], |row| row.get::<_, i64>(0)).unwrap(),
        1
    );
    // In a transaction the same names mean the same.
    run(&mut session, "BEGIN");
    for sql in [
        "CREATE INDEX by_customer ON orders(customer_id)",
        "CREATE TABLE sales.t(a)",
        "CREATE TRIGGER sales.later AFTER INSERT ON t BEGIN UPDATE orders SET amount = new.a; END",
        "INSERT INTO t VALUES (4)",
        "CREATE VIEW sales.both AS SELECT t.a, orders.amount FROM t, orders",
    ] {
        run(&mut session, sql);
    }
    assert_eq!(one(&mut session, "SELECT max(amount) FROM both"), Value::Real(4.0));
    run(&mut session, "COMMIT");
    assert_eq!(
        outside(
            folder.path(),
            "sales",
            "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE name LIKE 'by_%' ORDER BY 1)"
        ),
        "by_amount,by_customer"
    );
}

#[test]
fn what_may_not_be_written_is_refused_before_it_starts() {
    let (folder, mut session) = world("");
    let before = std::fs::read(folder.path().join("old.sqlite")).unwrap();
    for sql in [
        "DELETE FROM archive",
        "INSERT INTO old.archive SELECT id, 1 FROM customers",
        "CREATE TABLE old.t(x)",
        "CREATE INDEX old.i ON archive(amount)",
        "DROP TABLE archive",
        "VACUUM old",
        "ANALYZE old",
        "PRAGMA old.user_version = 3",
        "WITH n AS (SELECT 1) UPDATE archive SET amount = 3",
    ] {
        let error = rows(&mut session, sql).unwrap_err();
        assert!(error.message.contains("`old` is read-only"), "{sql}: {error}");
        assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("read_only = false") && hint.contains("--write")), "{sql}");
    }
    assert_eq!(before, std::fs::read(folder.path().join("old.sqlite")).unwrap());
    let error = rows(&mut session, "CREATE TABLE nowhere(x)").unwrap_err();
    assert!(error.hint.unwrap().contains("pool's name"));
}

#[test]
fn parameters_have_their_values_on_every_route() {
    let (_folder, mut session) = world("");
    let sql = "SELECT name, :tag AS tag, ?4 || '', amount FROM customers JOIN orders ON customer_id = customers.id \
               WHERE amount >= @least AND name LIKE $like ORDER BY amount LIMIT 5";
    let blob = Value::Blob([0, 255].into());
    let parameters = Parameters::new().with("tag", blob.clone()).with("4", "vier").with("least", 10).with("like", "a%");
    for route in [Route::Auto, Route::Attached, Route::Federated] {
        session.set_route(route);
        let answer = rows_with(&mut session, sql, parameters.clone()).unwrap_or_else(|error| panic!("{route:?}: {error:?}"));
        let row = |amount: f64| vec![Value::text("Ann"), blob.clone(), Value::text("vier"), Value::Real(amount)];
        assert_eq!(answer, [row(10.5), row(20.0)], "{route:?}");
    }
    session.set_route(Route::Auto);
    assert_eq!(rows_with(&mut session, "SELECT ?, ?2, ?", [1, 2, 3]).unwrap(), [[1, 2, 3].map(Value::Integer)]);
    // A parameter has no affinity: the text '1' is not the integer 1.
    assert_eq!(
        rows_with(&mut session, "SELECT ? = 1, (SELECT count(*) FROM orders WHERE id = ?)", ["1", "1"]).unwrap(),
        [[0, 1].map(Value::Integer)]
    );
    let error = rows_with(&mut session, "SELECT :nmae FROM orders, customers", Parameters::new().with("name", 1)).unwrap_err();
    assert_eq!(error.span.map(|span| (span.start, span.end)), Some((7, 12)));
    assert!(error.message.contains(":nmae") && error.hint.unwrap().contains("name"));
}

#[test]
fn two_sessions_that_write_the_same_file_wait_for_each_other() {
    let (folder, mut session) = world("");
    run(&mut session, "BEGIN");
    run(&mut session, "DELETE FROM orders WHERE id = 1");
    let manager = ConnectionManager::new();
    let pool = ConnectionPool::sqlite(folder.path().join("sales.sqlite"))
        .read_only(false)
        .busy_timeout(std::time::Duration::from_millis(50));
    manager.register_connection_pool(pool.build().unwrap(), None).unwrap();
    let mut other = Session::new(manager);
    let error = rows(&mut other, "DELETE FROM orders WHERE id = 2").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Busy);
    run(&mut session, "COMMIT");
    run(&mut other, "DELETE FROM orders WHERE id = 2");
    assert_eq!(one(&mut session, "SELECT count(*) FROM orders"), Value::Integer(1));
}

#[test]
fn a_write_that_fails_half_way_leaves_every_file_as_it_was() {
    let (folder, mut session) = world("");
    let state = || ["sales", "crm", "old"].map(|pool| std::fs::read(folder.path().join(format!("{pool}.sqlite"))).unwrap());
    let before = state();
    for sql in [
        // The second row's key is there already.
        "INSERT INTO crm.customers SELECT CASE id WHEN 1 THEN 9 ELSE id END, 'new' FROM orders ORDER BY id",
        "UPDATE orders SET id = 3 WHERE id = (SELECT id FROM crm.customers WHERE name = 'Ann')",
        "CREATE TABLE crm.copy AS SELECT abs(-9223372036854775808 + id - id) AS x FROM orders",
    ] {
        assert_eq!(rows(&mut session, sql).unwrap_err().kind, ErrorKind::Query, "{sql}");
        assert!(!session.in_transaction(), "{sql}");
        assert_eq!(state(), before, "{sql}");
    }
    // Within a transaction the statement alone is undone, and what came before stays until ROLLBACK.
    run(&mut session, "BEGIN");
    run(&mut session, "DELETE FROM sales.log");
    rows(&mut session, "INSERT INTO crm.customers SELECT id + 2, 'new' FROM orders ORDER BY id DESC").unwrap_err();
    assert_eq!(one(&mut session, "SELECT count(*) FROM customers"), Value::Integer(3));
    assert_eq!(one(&mut session, "SELECT count(*) FROM sales.log"), Value::Integer(0));
    run(&mut session, "ROLLBACK");
    assert_eq!(state(), before);
}
