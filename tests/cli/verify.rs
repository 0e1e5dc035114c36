//! `--verify`: both routes, compared.

use super::place::Place;

const JOIN: &str = "SELECT name, sum(amount) AS total FROM customers JOIN orders ON customer_id = customers.id GROUP BY name";

fn verified(sql: &str) -> (Option<i32>, String, String) {
    let said = Place::with_shop().glue(&["query", "--verify", "crm.sqlite", "sales.sqlite", "--", sql]);
    (said.code, said.out, said.err)
}

#[test]
fn equal_answers_are_told_on_one_line_of_standard_error() {
    let (code, out, error) = verified(&format!("{JOIN} ORDER BY name DESC"));
    assert_eq!((code, out.as_str()), (Some(0), "name,total\nBob,12.25\nAda,6.5\n"), "{error}");
    assert_eq!(error.lines().collect::<Vec<_>>(), ["note: verified: both routes give the same 2 rows"]);
    let (code, _, error) = verified("SELECT name FROM customers JOIN orders ON customer_id = customers.id ORDER BY 1");
    assert_eq!(code, Some(0));
    assert!(error.contains("the same 3 rows"), "{error}");
}

#[test]
fn what_cannot_be_compared_says_so_and_runs() {
    for (sql, why) in [("PRAGMA crm.table_info('customers')", "only a SELECT"), ("SELECT 1", "no pool")] {
        let (code, out, error) = verified(sql);
        assert_eq!(code, Some(0), "{error}");
        assert!(!out.is_empty() && error.contains("not verified: ") && error.contains(why), "{error}");
    }
    let (code, _, error) = verified("SELECT nmae FROM customers JOIN orders ON customer_id = customers.id");
    assert_eq!(code, Some(1));
    assert!(error.contains("no such column: nmae"), "{error}");
}

/// Each scan of the same snapshot gives other values, so no two routes can agree, nor can SQLite with itself.
#[test]
fn what_the_statement_leaves_open_is_no_difference() {
    let (code, _, error) = verified("SELECT random() + customers.id FROM customers JOIN orders ON customer_id = customers.id");
    assert_eq!(code, Some(0), "{error}");
    assert!(error.contains("not fixed by the statement"), "{error}");
}

/// An index that no longer tells what is in its table: SQLite finds rows by it, the federated route reads the table, since the index
/// does not hold all columns.
#[test]
fn an_index_that_lies_is_a_difference() {
    let place = Place::new();
    let rows = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)";
    place.database("one.sqlite", &format!("CREATE TABLE t(k INTEGER, v INTEGER); INSERT INTO t {rows} SELECT i, i FROM n;"));
    place.database("two.sqlite", &format!("CREATE TABLE u(k INTEGER); INSERT INTO u {rows} SELECT i FROM n;"));
    place.database("one.sqlite", "CREATE INDEX t_k ON t(k);");
    let hide = "PRAGMA writable_schema = 1; CREATE TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = 't_k'; \
                DELETE FROM sqlite_schema WHERE name = 't_k';";
    place.database("one.sqlite", hide);
    place.database("one.sqlite", "UPDATE t SET k = -7 WHERE v = 1234;");
    let show = "PRAGMA writable_schema = 1; INSERT INTO sqlite_schema SELECT * FROM hidden; DROP TABLE hidden;";
    place.database("one.sqlite", show);
    let sql = "SELECT u.k, t.v FROM u JOIN t ON t.k = u.k ORDER BY u.k";
    let said = place.glue(&["query", "--verify", "one.sqlite", "two.sqlite", "--", sql]);
    assert_eq!(said.code, Some(5), "{}", said.err);
    assert!(said.err.contains("only the attached one gives (1234, 1234)"), "{}", said.err);
    assert_eq!(said.out, "", "rows that nobody can trust");
}

#[test]
fn a_route_of_ones_own_and_one_connection_are_refused() {
    let place = Place::with_shop();
    let said = place.glue(&["query", "--verify", "--route", "attached", "crm.sqlite", "SELECT 1"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    place.write("one.toml", "[pools.crm]\npath = 'crm.sqlite'\nmax_connections = 1\n");
    let said = place.glue(&["--config", "one.toml", "query", "--verify", "SELECT name FROM customers"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("takes two connections of the pool `crm`"), "{}", said.err);
}
