//! Typing: several lines, paste, completion, Ctrl-C, Ctrl-D, history.

use std::fs;
use std::time::Duration;

use rusqlite::Connection;
use rustix::process::Signal;

use super::terminal::Setup;

const LONG_COUNT: &str = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;";

#[test]
fn a_statement_ends_at_its_semicolon_however_many_lines_it_has() {
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.wait_for("1 database");
    terminal.wait_for("glue> ");
    terminal.press("SELECT name, ';' AS semicolon -- not here;\rFROM customers /* nor; here */\r;\r");
    terminal.wait_for("│ Ada  │ ;         │");
    terminal.wait_for("1 row");
    terminal.wait_for("glue> ");
    // The whole statement comes back, to be sent again.
    terminal.press("\x1b[A\r");
    terminal.wait_for("│ Ada  │ ;         │");
    let folder = terminal.leaves();
    let history = fs::read_to_string(folder.path().join(".local/state/glue/history")).expect("a history");
    let entry = "SELECT name, ';' AS semicolon -- not here;\\nFROM customers /* nor; here */\\n;\n";
    assert_eq!(history.matches(entry).count(), 1, "{history}");
}

#[test]
fn a_line_is_edited_after_it_was_ended() {
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.wait_for("glue> ");
    // Up to the first line, to its end, and a letter more there.
    terminal.press("SELECT 'on' AS wor\r, 2 AS two\x1b[A\x05d\x1b[B\x05;\r");
    terminal.wait_for("│ word │ two │");
    terminal.leaves();
}

#[test]
fn a_paste_holds_any_number_of_statements_and_commands() {
    let mut terminal = Setup::shop().open(&["crm.sqlite", "sales.sqlite"]);
    terminal.wait_for("glue> ");
    terminal
        .paste(".mode jsonl\nSELECT 'a;b' AS one;\nSELECT\n  name\nFROM customers; SELECT amount FROM orders;\n\\timing off\n");
    terminal.press("\r");
    terminal.wait_for("{\"one\":\"a;b\"}");
    terminal.wait_for("{\"name\":\"Ada\"}");
    terminal.wait_for("{\"amount\":2.5}");
    terminal.leaves();
}

#[test]
fn what_follows_a_mistake_in_a_paste_is_not_run() {
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.wait_for("glue> ");
    terminal.paste("SELECT nmae FROM customers;\nSELECT 'never' || 'theless' AS x;");
    terminal.press("\r");
    terminal.wait_for("error: ");
    terminal.enter(&["SELECT 'after' || 'wards' AS x;"]);
    terminal.wait_for("afterwards");
    assert!(!terminal.screen().contains("nevertheless"));
    terminal.leaves();
}

#[test]
fn tab_completes_a_column_of_either_pool_from_a_from_behind_it() {
    let mut terminal = Setup::shop().open(&["crm.sqlite", "sales.sqlite"]);
    terminal.wait_for("2 tables");
    terminal.wait_for("glue> ");
    let behind = " FROM customers AS c JOIN sales.orders AS o ON o.customer_id = c.id;";
    // To the start of the line, then behind `SELECT `.
    terminal.press(&format!("SELECT {behind}\x01{}", "\x1b[C".repeat(7)));
    terminal.press("nam\t, am\t, o.cu\t");
    terminal.wait_for("SELECT name, amount, o.customer_id FROM customers");
    terminal.press("\r");
    terminal.wait_for("│ Ada  │    2.5 │           1 │");
    // A name that both have is offered with its table.
    terminal.wait_for("glue> ");
    terminal.press("SELECT id FROM customers c, orders o\x01\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\t\t");
    terminal.wait_for("c.id");
    terminal.wait_for("o.id");
    terminal.wait_for("glue> ");
    terminal.press("\x03");
    terminal.leaves();
}

#[test]
fn tab_completes_tables_commands_their_arguments_and_paths() {
    let setup = Setup::shop();
    setup.write("script.sql", "SELECT 'from a ' || 'script' AS x;");
    let mut terminal = setup.open(&["crm.sqlite", "sales.sqlite"]);
    terminal.wait_for("2 tables");
    terminal.wait_for("glue> ");
    terminal.press("SELECT count(*) AS n FROM sales.or\t;\r");
    terminal.wait_for("sales.orders");
    terminal.wait_for("│ 1 │");
    terminal.wait_for("glue> ");
    terminal.press(".mod\tjsonl\r");
    terminal.wait_for(".mode ");
    terminal.wait_for("glue> ");
    terminal.press(".read scr\t\r");
    terminal.wait_for("{\"x\":\"from a script\"}");
    terminal.wait_for("glue> ");
    terminal.press(".schema cust\t\r");
    terminal.wait_for("CREATE TABLE customers");
    terminal.wait_for("glue> ");
    terminal.press("SELECT group_con\t('x');\r");
    terminal.wait_for("group_concat");
    terminal.wait_for("\":\"x\"}");
    terminal.leaves();
}

#[test]
fn control_c_clears_the_line_and_cancels_the_statement() {
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.wait_for("glue> ");
    terminal.press("SELECT 'never\x03");
    terminal.enter(&[LONG_COUNT]);
    std::thread::sleep(Duration::from_millis(500));
    terminal.interrupt();
    terminal.wait_for("interrupted");
    terminal.enter(&["SELECT 'still ' || 'here' AS x;"]);
    terminal.wait_for("still here");
    terminal.leaves();
}

#[test]
fn control_c_cancels_a_long_join_of_two_pools() {
    let setup = Setup::empty();
    let numbers = "CREATE TABLE t (x); WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000) INSERT INTO t SELECT x FROM c;";
    setup.database("one.sqlite", numbers);
    setup.database("two.sqlite", numbers);
    let mut terminal = setup.open(&["one.sqlite", "two.sqlite"]);
    terminal.enter(&["SELECT count(*) FROM one.t AS a, two.t AS b WHERE a.x + b.x > 0 AND a.x * b.x <> 3;"]);
    std::thread::sleep(Duration::from_millis(500));
    terminal.interrupt();
    terminal.wait_for("interrupted");
    terminal.enter(&["SELECT count(*) AS n FROM two.t;"]);
    terminal.wait_for("│ 20000 │");
    terminal.leaves();
}

#[test]
fn control_c_ends_the_wait_for_a_locked_file() {
    let setup = Setup::shop();
    setup.write("glue.toml", "[pools.crm]\npath = 'crm.sqlite'\n[pools.sales]\npath = 'sales.sqlite'\nbusy_timeout = '1h'\n");
    let mut terminal = setup.open(&[]);
    terminal.wait_for("2 tables");
    terminal.wait_for("glue> ");
    let writer = Connection::open(terminal.folder().join("sales.sqlite")).expect("the database");
    writer.execute_batch("BEGIN EXCLUSIVE").expect("nobody else writes");
    terminal.press("SELECT c.name, o.amount FROM customers AS c JOIN orders AS o ON o.customer_id = c.id;\r");
    std::thread::sleep(Duration::from_millis(500));
    terminal.interrupt();
    terminal.wait_for("interrupted");
    terminal.wait_for("glue> ");
    terminal.press("SELECT amount FROM sales.orders;\r");
    std::thread::sleep(Duration::from_millis(500));
    terminal.interrupt();
    terminal.wait_for("interrupted");
    // The names that Tab offers are those that were read before; nothing waits.
    terminal.wait_for("glue> ");
    terminal.press("SELECT nam\t FROM crm.customers;\r");
    terminal.wait_for("name");
    terminal.wait_for("│ Ada  │");
    writer.execute_batch("ROLLBACK").expect("the transaction that was begun");
    terminal.enter(&["SELECT amount FROM orders;"]);
    terminal.wait_for("│    2.5 │");
    terminal.leaves();
}

#[test]
fn the_history_outlives_a_killed_shell() {
    let setup = Setup::shop();
    let state = setup.path("state");
    let mut terminal = setup.with("GLUE_HISTORY", &state.join("of/mine").display().to_string()).open(&["crm.sqlite"]);
    terminal.enter(&["SELECT 'kept' AS x;", LONG_COUNT]);
    std::thread::sleep(Duration::from_millis(300));
    terminal.signal(Signal::KILL);
    let folder = terminal.ends(None);
    let history = fs::read_to_string(folder.path().join("state/of/mine")).expect("a history");
    assert!(history.contains("SELECT 'kept' AS x;\n") && history.contains(LONG_COUNT), "{history}");
}

#[test]
fn the_history_is_searched_by_control_r_and_by_command() {
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.enter(&["SELECT 'first ' || 'one' AS x;", "SELECT 2;", ".history first"]);
    terminal.wait_for(".history first");
    terminal.wait_for("SELECT 'first ' || 'one' AS x;");
    terminal.wait_for("glue> ");
    // The search begins with the newest entry, so one that ends otherwise comes first.
    terminal.press("\x12|| 'one\r");
    terminal.wait_for("│ first one │");
    terminal.leaves();
}

#[test]
fn what_stands_there_at_the_end_is_not_lost() {
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.enter(&["quit"]);
    terminal.ends(Some(0));
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.enter(&[".exit;"]);
    terminal.ends(Some(0));
}
