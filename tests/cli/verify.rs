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
