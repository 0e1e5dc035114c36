//! `[views]` of glue.toml: SELECTs over several files, named like tables.

use super::place::{Place, Said};

const POOLS: &str = "[pools.crm]\npath = 'crm.sqlite'\n[pools.sales]\npath = 'sales.sqlite'\n[views]\n";

fn place(views: &str) -> Place {
    let place = Place::with_shop();
    place.write("glue.toml", &format!("{POOLS}{views}"));
    place
}

fn query(place: &Place, more: &[&str], sql: &str) -> Said {
    place.glue(&[&["query"], more, &[sql]].concat())
}

const SPENDING: &str = "spending = '''\nSELECT name, sum(amount) AS total -- over both files\nFROM customers JOIN orders ON customer_id = customers.id GROUP BY name'''\n\
                        big = 'SELECT * FROM spending WHERE total > 7'\n";

#[test]
fn a_view_is_a_table_on_every_route() {
    let place = place(SPENDING);
    for route in ["auto", "attached", "federated"] {
        let ask = |sql: &str| {
            let said = query(&place, &["--route", route], sql);
            assert_eq!(said.code, Some(0), "{route}: {sql}: {}", said.err);
            said.out
        };
        assert_eq!(ask("SELECT * FROM spending ORDER BY total"), "name,total\nAda,6.5\nBob,12.25\n");
        assert_eq!(ask("SELECT b.total, s.name FROM big b JOIN Spending AS s USING (name)"), "total,name\n12.25,Bob\n");
        assert_eq!(ask("SELECT spending.total FROM spending WHERE name IN (SELECT name FROM big)"), "total\n12.25\n");
        assert_eq!(ask("WITH spending AS (SELECT 7 AS x FROM crm.customers) SELECT sum(x) AS s FROM spending"), "s\n21\n");
        assert_eq!(
            ask("SELECT (SELECT max(total) FROM spending) FROM orders WHERE id = 10"),
            "(SELECT max(total) FROM spending)\n12.25\n"
        );
    }
    let verified = query(&place, &["--verify"], "SELECT * FROM spending");
    assert!(verified.err.contains("the same 2 rows"), "{}", verified.err);
    assert!(place.glue(&["explain", "SELECT * FROM big"]).out.contains("route:"));
    let made = query(&place, &["--write"], "CREATE TABLE crm.kept AS SELECT * FROM spending; SELECT count(*) AS n FROM crm.kept");
    assert_eq!(made.out, "n\n2\n", "{}", made.err);
}

#[test]
fn a_view_keeps_its_own_tables_and_names() {
    let place = place(SPENDING);
    let said = query(&place, &[], "WITH orders AS (SELECT * FROM sales.orders WHERE amount > 5) SELECT * FROM spending");
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(
        said.err.contains("the view `spending` reads the table `orders`") && said.err.contains("line 1, column 76"),
        "{}",
        said.err
    );
    let said = query(&place, &["--verify"], "SELECT (SELECT max(total) FROM spending) FROM orders WHERE id = 10");
    assert_eq!(said.out, "(SELECT max(total) FROM spending)\n12.25\n", "{}", said.err);
    let said = query(&place, &["--write"], "INSERT INTO spending SELECT * FROM spending");
    assert!(said.err.contains("spending") && !said.err.contains("syntax error"), "{}", said.err);
    for (view, mistake) in [
        ("SELECT * FROM customers WHERE id = ?", "has parameters"),
        ("WITH x AS (SELECT 1) DELETE FROM crm.customers", "not one SELECT"),
    ] {
        let said = query(&self::place(&format!("a = '{view}'\n")), &[], "SELECT 1");
        assert_eq!(said.code, Some(2), "{}", said.err);
        assert!(said.err.contains("glue.toml:6:6: the view `a` ") && said.err.contains(mistake), "{}", said.err);
    }
}

#[test]
fn views_are_listed_shown_and_checked() {
    let place = place(SPENDING);
    let listed = place.glue(&["tables"]).out;
    assert!(listed.contains(",big,saved view,2,\n") && listed.contains(",spending,saved view,2,\n"), "{listed}");
    assert!(place.glue(&["config", "show"]).out.contains("views.big,SELECT * FROM spending WHERE total > 7,"));
    assert_eq!(place.glue(&["check"]).code, Some(0));
    place.write("glue.toml", &format!("{POOLS}wrong = 'SELECT nmae FROM crm.customers'\n"));
    let checked = place.glue(&["check"]);
    assert_eq!(checked.code, Some(1), "{}", checked.err);
    assert!(checked.err.contains("in the view `wrong`"), "{}", checked.err);
}

#[test]
fn mistakes_are_found_in_the_file() {
    let place = place(
        "wrong = 'SELECT nmae FROM crm.customers'\nlong = '''\nSELECT name,\n  nmae\nFROM crm.customers'''\nouter = 'SELECT * FROM wrong'\n",
    );
    for (view, position) in [("wrong", "glue.toml:6:17)"), ("long", "glue.toml:9:3)"), ("outer", "glue.toml:6:17)")] {
        let said = query(&place, &[], &format!("SELECT * FROM {view}"));
        assert_eq!(said.code, Some(1), "{}", said.err);
        assert!(said.err.contains(position) && said.err.contains("no such column: nmae"), "{}", said.err);
    }
    let said = query(&place, &[], "SELECT * FROM wrnog");
    assert!(said.err.contains("did you mean `wrong`?"), "{}", said.err);
    let circle = self::place("a = 'SELECT * FROM b'\nb = 'SELECT * FROM c'\nc = 'SELECT * FROM a'\n");
    let said = query(&circle, &[], "SELECT * FROM b");
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("made of each other: `b` → `c` → `a` → `b`"), "{}", said.err);
    let write = self::place("a = 'DELETE FROM crm.customers'\n");
    let said = query(&write, &[], "SELECT 1");
    assert!(said.err.contains("glue.toml:6:6: the view `a` is not one SELECT"), "{}", said.err);
}
