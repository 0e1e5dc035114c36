//! Dot commands.

use std::fs;

use super::terminal::Setup;

#[test]
fn modes_texts_for_null_and_mistakes() {
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.enter(&[".mode jsonl", "SELECT 2.0 AS two; SELECT 3 AS three;"]);
    terminal.wait_for("{\"two\":2.0}");
    terminal.wait_for("{\"three\":3}");
    terminal.enter(&[".tabels"]);
    terminal.wait_for("did you mean `.tables`?");
    terminal.enter(&[".mode box", ".null NIX", "SELECT NULL AS x;"]);
    terminal.wait_for("│ NIX │");
    terminal.enter(&["SELECT 1 AS a, 2 AS b \\gx"]);
    terminal.wait_for("a = 1\r\nb = 2");
    terminal.enter(&["SELECT 1 AS a, 2 AS b;"]);
    terminal.wait_for("│ 1 │ 2 │");
    terminal.enter(&["\\x", "\\g"]);
    terminal.wait_for("a = 1\r\nb = 2");
    terminal.enter(&["\\x", "\\g"]);
    terminal.wait_for("│ 1 │ 2 │");
    terminal.leaves();
}

#[test]
fn what_there_is_can_be_listed() {
    let setup = Setup::shop();
    setup.database(
        "more.sqlite",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, day TEXT NOT NULL UNIQUE DEFAULT 'today', x);
        CREATE INDEX orders_x ON orders (x DESC, day);",
    );
    let mut terminal = setup.open(&["."]);
    terminal.enter(&[".dbs"]);
    terminal.wait_for("│ crm   │ ./crm.sqlite ");
    terminal.enter(&[".tables ord"]);
    terminal.wait_for("│ more  │ orders │");
    terminal.enter(&["\\d more.orders"]);
    terminal.wait_for("│ more │ orders │ id     │ INTEGER │ primary key      │ NULL    │");
    terminal.wait_for("│ more │ orders │ day    │ TEXT    │ unique, not null │ 'today' │");
    terminal.enter(&[".indexes more.orders"]);
    terminal.wait_for("│ more │ orders │ orders_x");
    terminal.wait_for("│ x DESC, day │");
    terminal.enter(&[".schema customers"]);
    terminal.wait_for("CREATE TABLE customers");
    terminal.enter(&[".describe custmers"]);
    terminal.wait_for("did you mean `customers`?");
    terminal.leaves();
}

#[test]
fn databases_are_opened_and_closed() {
    let setup = Setup::shop();
    fs::create_dir(setup.path("old")).expect("a folder");
    setup.database(
        "old/crm.sqlite",
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO customers VALUES (1, 'Eve');",
    );
    let mut terminal = setup.open(&["crm.sqlite"]);
    terminal.enter(&[".open old/crm.sqlite", "SELECT name FROM crm_2.customers;"]);
    terminal.wait_for("│ Eve  │");
    terminal.enter(&[".close crm", ".close crm_2", ".open old/crm.sqlite", "SELECT 'Dear ' || name AS x FROM crm.customers;"]);
    terminal.wait_for("│ Dear Eve │");
    terminal.enter(&[".close crmm"]);
    terminal.wait_for("did you mean `crm`?");
    terminal.enter(&[".open missing.sqlite"]);
    terminal.wait_for("missing.sqlite");
    terminal.enter(&[".open sales.sqlite shop", "SELECT amount FROM shop.orders;"]);
    terminal.wait_for("│    2.5 │");
    terminal.leaves();
}

#[test]
fn rows_go_to_files() {
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.enter(&[".once one.json", "SELECT 1 AS a;"]);
    terminal.wait_for("1 row");
    terminal.wait_for("one.json");
    terminal.enter(&["SELECT 2 AS b;"]);
    terminal.wait_for("│ 2 │");
    terminal.enter(&[".output all.csv", "SELECT 3 AS c;", "SELECT 4 AS d;", ".output", "SELECT 5 AS e;"]);
    terminal.wait_for("│ 5 │");
    terminal.enter(&[".output crm.sqlite"]);
    terminal.wait_for("would write over");
    let folder = terminal.leaves();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    assert_eq!(read("one.json"), "[\n{\"a\":1}\n]\n");
    assert_eq!(read("all.csv"), "c\n3\nd\n4\n");
}

#[test]
fn scripts_hold_statements_and_commands_and_end_at_a_mistake_unless_told_otherwise() {
    let setup = Setup::shop();
    setup.write("bad.sql", ".mode jsonl\nSELECT 1 AS one;\nSELECT wrong FROM customers;\nSELECT 'un' || 'seen' AS x;\n");
    setup.write("inner.sql", ".read bad.sql\n");
    setup.write("self.sql", ".read self.sql\n");
    let mut terminal = setup.open(&["crm.sqlite"]);
    terminal.enter(&[".read inner.sql"]);
    terminal.wait_for("{\"one\":1}");
    terminal.wait_for("--> bad.sql:3:8");
    terminal.enter(&[".bail off", ".read bad.sql"]);
    terminal.wait_for("--> bad.sql:3:8");
    terminal.wait_for("{\"x\":\"unseen\"}");
    assert_eq!(terminal.screen().matches("unseen").count(), 1);
    terminal.enter(&[".read self.sql"]);
    terminal.wait_for("does one read itself?");
    terminal.leaves();
}

#[test]
fn the_last_statement_is_edited_and_run_again() {
    let setup = Setup::shop();
    setup.write("editor.sh", "sed -i.bak 's/Ada/Bea/' \"$1\"\n");
    let mut terminal = setup.with("VISUAL", "sh ./editor.sh").open(&["crm.sqlite"]);
    terminal.enter(&["SELECT 'Ada' AS x;"]);
    terminal.wait_for("│ Ada │");
    terminal.enter(&[".edit"]);
    terminal.wait_for("SELECT 'Bea' AS x;");
    terminal.press("\r");
    terminal.wait_for("│ Bea │");
    terminal.enter(&[".again"]);
    terminal.wait_for("│ Bea │");
    terminal.leaves();
}

#[test]
fn a_statement_is_watched_until_control_c() {
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.enter(&[".watch 0.1 SELECT 'tick' AS x;"]);
    for _ in 0..3 {
        terminal.wait_for("│ tick │");
    }
    terminal.interrupt();
    terminal.enter(&["SELECT 'still ' || 'here' AS x;"]);
    terminal.wait_for("still here");
    terminal.leaves();
}

#[test]
fn settings_are_shown_and_come_from_the_configuration() {
    let setup = Setup::shop();
    setup.write(
        "glue.toml",
        "[pools.crm]\npath = 'crm.sqlite'\n[shell]\nformat = 'jsonl'\ntimer = false\nnull = 'nil'\npager = 'touch ran'\n",
    );
    let mut terminal = setup.sized(80, 10).open(&[]);
    terminal.wait_for("glue.toml asks to run `touch ran`, which it may not yet: `glue allow");
    terminal.enter(&["SELECT 1 AS one;"]);
    terminal.wait_for("{\"one\":1}");
    terminal.enter(&[".show"]);
    terminal.wait_for("mode: jsonl");
    terminal.wait_for("nullvalue: nil");
    terminal.wait_for("timer: off");
    let folder = terminal.leaves();
    assert!(!folder.path().join("ran").exists());
}

#[test]
fn the_last_rows_are_shown_again_and_are_a_table() {
    let mut terminal = Setup::shop().open(&["crm.sqlite", "sales.sqlite"]);
    terminal
        .enter(&["SELECT c.id, o.id, x'00' AS b, NULL AS n, 1.0 AS r FROM customers c JOIN orders o ON o.customer_id = c.id;"]);
    terminal.wait_for("1 row");
    terminal.enter(&[".mode jsonl", ".last"]);
    terminal.wait_for("{\"id\":1,\"id_2\":7,");
    terminal.enter(&["SELECT l.id_2, typeof(b) AS b, typeof(r) AS r, name FROM _ AS l JOIN customers c ON c.id = l.id;"]);
    terminal.wait_for("{\"id_2\":7,\"b\":\"blob\",\"r\":\"real\",\"name\":\"Ada\"}");
    // A statement that fails at once leaves it as it was.
    terminal.enter(&["SELECT nothing FROM customers;", "SELECT name, r || '!' AS r FROM _;"]);
    terminal.wait_for("{\"name\":\"Ada\",\"r\":\"real!\"}");
    // Each result is the next one's table.
    terminal.enter(&["SELECT name || '!' AS name FROM _;", "SELECT name || '?' AS name FROM _;"]);
    terminal.wait_for("Ada!?");
    terminal.leaves();
}

#[test]
fn names_and_paths_that_need_quotes_get_them() {
    let setup = Setup::shop();
    fs::create_dir(setup.path("it's here")).expect("a folder");
    setup.database(
        "it's here/my-shop.sqlite",
        "CREATE TABLE \"order\" (\"group\" TEXT, \"two words\" INT); INSERT INTO \"order\" VALUES ('g', 5);",
    );
    let mut terminal = setup.open(&["crm.sqlite"]);
    terminal.enter(&[".open \"it's here/my-shop.sqlite\""]);
    terminal.wait_for("is the pool `my_shop`");
    // What Tab inserts is what SQL reads.
    terminal.enter(&["SELECT * FROM my_shop.or\t;"]);
    terminal.wait_for("\"order\"");
    terminal.wait_for("│ g     │         5 │");
    terminal.wait_for("glue> ");
    terminal.press("SELECT  FROM my_shop.\"order\";\x01\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[Ctwo\t\r");
    terminal.wait_for("\"two words\"");
    terminal.wait_for("│         5 │");
    terminal.enter(&[".describe my_shop.\"order\""]);
    terminal.wait_for("two words");
    terminal.leaves();
}

#[test]
fn what_is_opened_later_is_listed_and_completed_too() {
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.enter(&[".open sales.sqlite", ".tables"]);
    terminal.wait_for("│ crm   │ customers │");
    terminal.wait_for("│ sales │ orders    │");
    terminal.wait_for("glue> ");
    terminal.press("SELECT customer_\t, name FROM orders, customers;\r");
    terminal.wait_for("│           1 │ Ada  │");
    terminal.leaves();
}

#[test]
fn what_takes_much_away_is_asked_about_first() {
    let mut terminal = Setup::shop().open(&["crm.sqlite", "--write"]);
    terminal.enter(&["DELETE FROM customers;"]);
    terminal.wait_for("this deletes every row of `customers`: go on? [y/N] ");
    terminal.press("\r");
    terminal.wait_for("not run, as you said");
    terminal.enter(&["DROP TABLE crm.customers;"]);
    terminal.wait_for("this drops `crm.customers`: go on? [y/N] ");
    terminal.press("\x03");
    terminal.wait_for("not run, as you said");
    terminal.enter(&["UPDATE customers SET name = 'Bea';"]);
    terminal.wait_for("this changes every row of `customers`: go on? [y/N] ");
    terminal.press("yes\r");
    terminal.enter(&["SELECT name || '!' AS x FROM customers;"]);
    terminal.wait_for("│ Bea! │");
    let folder = terminal.leaves();
    let history = fs::read_to_string(folder.path().join(".local/state/glue/history")).expect("a history");
    assert!(!history.contains("yes"), "{history}");
}

#[test]
fn headers_statistics_and_charts() {
    let mut terminal = Setup::shop().open(&["crm.sqlite", "sales.sqlite"]);
    terminal.enter(&[
        ".stats on",
        ".route federated",
        "SELECT c.name, o.amount FROM customers c JOIN orders o ON o.customer_id = c.id;",
    ]);
    terminal.wait_for("1 row");
    terminal.wait_for("federated route · crm 1 row ");
    terminal.enter(&[".chart"]);
    terminal.wait_for("█ 2.5");
    terminal.enter(&[".route auto", "SELECT value AS x, value * value AS y FROM generate_series(1, 9);", ".chart line"]);
    terminal.wait_for("81 ┤");
    terminal.enter(&[".chart hist"]);
    terminal.wait_for("rows by x");
    terminal.enter(&[".headers off", ".mode csv", "SELECT 'cell' AS name;"]);
    terminal.wait_for("\r\ncell\r\n");
    terminal.enter(&[".headers"]);
    terminal.wait_for("headers: off");
    terminal.leaves();
}

#[test]
fn an_import_takes_the_options_of_the_command_line() {
    let setup = Setup::shop();
    setup.write("more.txt", "2;Bob\n3;-\n");
    let mut terminal = setup.open(&["crm.sqlite", "--write"]);
    terminal.enter(&[".import more.txt crm.customers --from csv --delimiter ';' --no-header --null -"]);
    terminal.wait_for("2 rows into crm.customers");
    terminal.enter(&["SELECT count(*) AS n, sum(name IS NULL) AS nulls FROM customers;"]);
    terminal.wait_for("│ 3 │     1 │");
    terminal.enter(&[".import more.txt crm.customers --delimter ;"]);
    terminal.wait_for("--delimter");
    terminal.leaves();
}
