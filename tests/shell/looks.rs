//! Looks: banner, footer, pager, narrow windows, plain terminals, no home.

use std::fs;

use super::terminal::Setup;

#[test]
fn the_banner_says_what_to_type_next() {
    let mut terminal = Setup::shop().open(&["crm.sqlite", "sales.sqlite"]);
    terminal.wait_for("2 databases, 2 tables; try .tables, or .help");
    terminal.leaves();
}

#[test]
fn without_databases_those_nearby_are_listed() {
    let setup = Setup::shop();
    setup.write("notes.sqlite", "no database, in spite of its name");
    let mut terminal = setup.open(&[]);
    terminal.wait_for("no database was named");
    terminal.wait_for("crm.sqlite");
    terminal.wait_for("sales.sqlite");
    terminal.wait_for("glue crm.sqlite");
    terminal.wait_for("glue .  ");
    terminal.enter(&[".open crm.sqlite", "SELECT name FROM customers;"]);
    terminal.wait_for("│ Ada  │");
    assert!(!terminal.screen().contains("notes.sqlite"));
    terminal.leaves();
    let mut terminal = Setup::empty().open(&[]);
    terminal.wait_for("glue demo");
    terminal.leaves();
}

#[test]
fn an_answer_that_does_not_fit_goes_through_the_pager() {
    let numbers = |count: u32| {
        format!("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {count}) SELECT x FROM c;")
    };
    let mut terminal = Setup::shop().sized(80, 24).with("GLUE_PAGER", "sed s/^/paged:/").open(&["crm.sqlite"]);
    terminal.enter(&[&numbers(5)]);
    terminal.wait_for("│ 5 │");
    terminal.wait_for("5 rows");
    assert!(!terminal.screen().contains("paged:"));
    terminal.enter(&[&numbers(100)]);
    terminal.wait_for("paged:│ 100 │");
    terminal.wait_for("100 rows");
    // Without one the middle is left out, and said to be.
    terminal.enter(&[".pager off", &numbers(99)]);
    terminal.wait_for("│ 20 │\r\n│ ·  │\r\n│ 80 │");
    terminal.wait_for("40 of 99 rows shown, the first 20 and the last 20; .last shows all");
    terminal.wait_for("99 rows");
    terminal.enter(&[".last"]);
    terminal.wait_for("│ 20 │\r\n│ 21 │");
    terminal.wait_for("│ 99 │");
    // One that does not exist costs no rows.
    terminal.enter(&[".pager no-such-program-anywhere", &numbers(98)]);
    terminal.wait_for("│ 98 │");
    terminal.leaves();
}

#[test]
fn leaving_the_pager_early_leaves_nothing_else() {
    let setup = Setup::shop().sized(80, 24).with("PAGER", "head -n 3").with("GLUE_PAGER", "head -n 4");
    let mut terminal = setup.open(&["crm.sqlite"]);
    terminal.enter(&["WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 500000) SELECT x FROM c;"]);
    terminal.wait_for("│    1 │");
    terminal.wait_for("stopped after ");
    // Nor does leaving it leave the shell where a command was shown in it.
    terminal.enter(&[".last"]);
    terminal.wait_for("│    1 │");
    // What was not read is not taken for all there is.
    terminal.enter(&["SELECT count(*) FROM _;"]);
    terminal.wait_for("`_` would be only the first ");
    terminal.wait_for("rows: the statement did not run to its end");
    terminal.enter(&["SELECT 'still ' || 'here' AS x;"]);
    terminal.wait_for("still here");
    terminal.leaves();
}

#[test]
fn a_long_statement_says_how_far_it_is_and_takes_it_back() {
    let setup = Setup::empty();
    let numbers = "CREATE TABLE t (x); WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000) INSERT INTO t SELECT x FROM c;";
    setup.database("one.sqlite", numbers);
    setup.database("two.sqlite", numbers);
    let long = "SELECT count(*) FROM one.t AS a, two.t AS b WHERE a.x + b.x > 0 AND a.x * b.x <> 3;";
    let mut terminal = setup.open(&["one.sqlite", "two.sqlite"]);
    terminal.enter(&[".route federated", long]);
    terminal.wait_for("\r\x1b[Krunning for 1 s · ");
    terminal.wait_for("Ctrl-C cancels");
    terminal.interrupt();
    terminal.wait_for("\r\x1b[K");
    terminal.wait_for("interrupted");
    terminal.leaves();
    // A command of its own says it too, and a terminal that cannot take a line back is not given one.
    let endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    let mut terminal = Setup::shop().open(&["query", "--timeout", "2s", "crm.sqlite", endless]);
    terminal.wait_for("running for 1 s · Ctrl-C cancels");
    terminal.wait_for("timed out");
    terminal.ends(Some(4));
    let mut terminal = Setup::shop().with("TERM", "dumb").open(&["query", "--timeout", "2s", "crm.sqlite", endless]);
    terminal.wait_for("timed out");
    assert!(!terminal.screen().contains("running for"));
    terminal.ends(Some(4));
}

#[test]
fn one_statement_on_a_terminal_is_cut_and_says_so() {
    let series = "SELECT value FROM generate_series(1, 90)";
    let mut terminal = Setup::shop().open(&["query", series]);
    terminal.wait_for("│    20 │\r\n│   ·   │\r\n│    71 │");
    terminal.wait_for("40 of 90 rows shown, the first 20 and the last 20; --max-rows 0 shows all");
    terminal.ends(Some(0));
    let mut terminal = Setup::shop().open(&["query", "--max-rows", "0", series]);
    terminal.wait_for("│    20 │\r\n│    21 │");
    terminal.wait_for("│    90 │");
    terminal.ends(Some(0));
}

#[test]
fn what_was_typed_before_is_hinted_in_colour() {
    let mut terminal = Setup::shop().with("NO_COLOR", "").open(&["crm.sqlite"]);
    terminal.enter(&["SELECT 41 + 1 AS x;"]);
    terminal.wait_for("│ 42 │");
    terminal.wait_for("glue> ");
    terminal.press("SELECT 41");
    terminal.wait_for("\x1b[2m + 1 AS x;\x1b[0m");
    // The right arrow takes it.
    terminal.press("\x1b[C\r");
    terminal.wait_for("│ 42 │");
    terminal.leaves();
}

#[test]
fn forty_columns_are_enough() {
    let mut terminal = Setup::shop().sized(40, 24).open(&["crm.sqlite"]);
    terminal.wait_for(concat!("glue ", env!("CARGO_PKG_VERSION"), ": 1 database, 1 table\r\ntry .tables"));
    terminal.enter(&["SELECT 'a text that is far too wide for' AS first, 'a box in this window' AS second;"]);
    terminal.wait_for(" first = a text that is far too wide for");
    terminal.wait_for("second = a box in this window");
    terminal.enter(&[".help mode"]);
    terminal.wait_for(".mode [FORMAT]\r\n  Print rows");
    terminal.enter(&[".help"]);
    terminal.wait_for(".read FILE (\\i)\r\n    Run the statements");
    terminal.enter(&[".explain SELECT name AS first_name, id AS number FROM customers"]);
    terminal.wait_for("  SELECT name AS first_name, id AS\r\n    number FROM customers");
    terminal.enter(&["SELECT count(*) AS n,\r  'two lines' AS x FROM customers;"]);
    terminal.wait_for("│ 1 │ two lines │");
    terminal.leaves();
}

#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let mut terminal = Setup::shop().with("TERM", "dumb").open(&["crm.sqlite"]);
    terminal.wait_for("glue> ");
    terminal.press("SELECT name\n");
    terminal.wait_for("  ...> ");
    terminal.press("FROM customers;\n");
    terminal.wait_for("│ Ada  │");
    terminal.wait_for("1 row");
    terminal.wait_for("glue> ");
    assert!(!terminal.screen().contains('\x1b'), "{:?}", terminal.screen());
    terminal.press(".quit\n");
    terminal.ends(Some(0));
}

#[test]
fn colours_come_only_where_they_are_wanted() {
    let mut terminal = Setup::shop().with("NO_COLOR", "").open(&["crm.sqlite"]);
    terminal.enter(&["SELECT 1 AS one;"]);
    terminal.wait_for("\x1b[1;34mSELECT\x1b[0m");
    terminal.wait_for("│ one │");
    terminal.leaves();
    let mut terminal = Setup::shop().open(&["crm.sqlite"]);
    terminal.enter(&["SELECT nothing FROM customers;"]);
    terminal.wait_for("error: ");
    assert!(!terminal.screen().contains("\x1b[1;"), "{:?}", terminal.screen());
    terminal.leaves();
}

#[test]
fn the_shell_works_without_a_home() {
    let setup = Setup::shop();
    setup.write("home", "a file, and no folder");
    let home = setup.path("home").display().to_string();
    let mut terminal = setup.with("HOME", &home).open(&["crm.sqlite"]);
    terminal.enter(&["SELECT 40 + 2 AS x;"]);
    terminal.wait_for("│ 42 │");
    let folder = terminal.leaves();
    assert_eq!(fs::read_to_string(folder.path().join("home")).expect("a file"), "a file, and no folder");
    let mut terminal = Setup::shop().with("HOME", "").open(&["crm.sqlite"]);
    terminal.enter(&["SELECT 40 + 2 AS x;"]);
    terminal.wait_for("│ 42 │");
    terminal.leaves();
}

#[test]
fn the_shell_leaves_no_trace_beside_its_databases() {
    let setup = Setup::shop();
    setup.database("wal.sqlite", "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (3);");
    let files = |folder: &std::path::Path| {
        let mut names: Vec<_> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect();
        names.retain(|name| name != ".local");
        names.sort();
        names
    };
    let before = files(&setup.path("."));
    let mut terminal = setup.open(&["."]);
    terminal.enter(&["SELECT x FROM wal.t;"]);
    terminal.wait_for("│ 3 │");
    let folder = terminal.leaves();
    assert_eq!(files(folder.path()), before);
}

#[test]
fn tables_are_no_wider_than_the_window_or_what_was_said() {
    let mut terminal = Setup::shop().sized(60, 24).open(&["crm.sqlite"]);
    let wide = "SELECT 'twenty letters, or so' AS a, 'and some more of them' AS b;";
    terminal.enter(&[wide]);
    terminal.wait_for("│ twenty letters, or so │");
    terminal.enter(&[".width 40", wide]);
    terminal.wait_for("a = twenty letters, or so\r\nb = and some");
    terminal.enter(&[".width", wide]);
    terminal.wait_for("│ twenty letters, or so │");
    terminal.leaves();
}
