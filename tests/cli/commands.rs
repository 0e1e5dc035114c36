//! The commands: arguments, exit codes, formats, files that must not be touched, README examples.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::place::{GLUE, Place, fails, said, succeeds};

const JOIN: &str = "SELECT c.name, o.amount FROM customers AS c JOIN orders AS o ON o.customer_id = c.id ORDER BY o.id";

#[test]
fn files_folders_and_named_databases_are_joined() {
    let place = Place::with_shop();
    let answer = "name,amount\nAda,2.5\nAda,4.0\nBob,12.25\n";
    succeeds(&place.glue(&["query", "crm.sqlite", "sales.sqlite", "--", JOIN]), answer);
    succeeds(&place.glue(&["query", ".", JOIN]), answer);
    succeeds(&place.glue(&["--db", "a=crm.sqlite", "query", "--db", "b=sales.sqlite", JOIN]), answer);
    let named = "SELECT count(*) AS n FROM a.customers, b.orders";
    succeeds(&place.glue(&["--db", "a=crm.sqlite", "query", named, "--db", "b=sales.sqlite"]), "n\n9\n");
}

#[test]
fn sql_comes_from_an_argument_a_file_or_standard_input() {
    let place = Place::with_shop();
    place.write("two.sql", "SELECT 1 AS a;\n-- a comment; with a semicolon\nSELECT 'x;y' AS b\n");
    succeeds(&place.glue(&["query", "-f", "two.sql"]), "a\n1\nb\nx;y\n");
    succeeds(&place.glue(&["run", "two.sql", "two.sql", "--format", "jsonl"]), "{\"a\":1}\n{\"b\":\"x;y\"}\n".repeat(2).as_str());
    succeeds(&place.glue_reading(&["query", "crm.sqlite"], "SELECT count(*) AS n FROM customers"), "n\n3\n");
    succeeds(&place.glue_reading(&["crm.sqlite"], "SELECT count(*) AS n FROM customers;"), "n\n3\n");
    succeeds(&place.glue_reading(&["query", "-"], "SELECT 1 AS n"), "n\n1\n");
    succeeds(&place.glue(&["query", ""]), "");
}

/// Who writes the statements may wait for one answer before the next question.
#[test]
fn statements_of_standard_input_run_as_they_come() {
    let place = Place::with_shop();
    let mut command = place.command(GLUE);
    let command = command.args(["query", "crm.sqlite", "--format", "jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
    let (mut input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
    let (send, lines) = std::sync::mpsc::channel();
    std::thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
    let next = || lines.recv_timeout(Duration::from_secs(120)).expect("an answer before the next question");
    input.write_all(b"\xef\xbb\xbfSELECT count(*) AS n /* ; */\nFROM customers; /* a comment;\n").expect("the program reads");
    input.write_all(b"goes on */ SELECT 'x;\ny' AS t; SELECT\n").expect("the program reads");
    assert_eq!([next(), next()], [r#"{"n":3}"#, r#"{"t":"x;\ny"}"#]);
    input.write_all(b"1 AS last").expect("the program reads");
    drop(input);
    assert_eq!(next(), r#"{"last":1}"#);
    let said = said(&child.wait_with_output().expect("the program ends"));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let failing = place.glue_reading(&["query", "crm.sqlite"], "SELECT 1 AS a;\nSELECT\n  nothing;\nSELECT 2;\n");
    assert_eq!(failing.out, "a\n1\n");
    fails(&failing, 1, "line 3, column 3");
}

#[test]
fn the_first_error_ends_a_script_after_what_came_before() {
    let place = Place::with_shop();
    let said = place.glue(&["query", "crm.sqlite", "SELECT 1 AS a; SELECT nothing_like_it FROM customers; SELECT 2 AS b"]);
    assert_eq!(said.out, "a\n1\n");
    fails(&said, 1, "nothing_like_it");
    place.write("bad.sql", "SELECT 1;\nSELECT\n  emial FROM customers;\n");
    let said = place.glue(&["--db", "crm=crm.sqlite", "run", "bad.sql"]);
    fails(&said, 1, "--> bad.sql:3:3\n");
    assert!(said.err.contains("3 |   emial FROM customers;\n  |   ^^^^^\n"), "{}", said.err);
    assert!(!said.err.contains("Usage"), "{}", said.err);
}

#[test]
fn every_format_prints_the_same_rows() {
    let place = Place::with_shop();
    let answer = |format: &str| {
        let sql = "SELECT id, name, email AS id FROM customers WHERE id > 1 ORDER BY 1";
        let said = place.glue(&["query", "crm.sqlite", "--format", format, sql]);
        assert_eq!(said.code, Some(0), "{said:?}");
        said.out
    };
    assert_eq!(answer("csv"), "id,name,id_2\n2,Bob,\n3,Cy,\"\"\n");
    assert_eq!(answer("tsv"), "id\tname\tid_2\n2\tBob\t\\N\n3\tCy\t\n");
    assert_eq!(answer("jsonl"), "{\"id\":2,\"name\":\"Bob\",\"id_2\":null}\n{\"id\":3,\"name\":\"Cy\",\"id_2\":\"\"}\n");
    assert_eq!(answer("json"), "[\n{\"id\":2,\"name\":\"Bob\",\"id_2\":null},\n{\"id\":3,\"name\":\"Cy\",\"id_2\":\"\"}\n]\n");
    assert_eq!(answer("markdown"), "| id | name | id_2 |\n| ---: | --- | --- |\n| 2 | Bob | NULL |\n| 3 | Cy |  |\n");
    assert_eq!(answer("line"), "  id = 2\nname = Bob\nid_2 = NULL\n\n  id = 3\nname = Cy\nid_2 = \n");
    assert_eq!(answer("list"), "id|name|id_2\n2|Bob|NULL\n3|Cy|\n");
    assert_eq!(answer("quote"), "'id','name','id_2'\n2,'Bob',NULL\n3,'Cy',''\n");
    assert_eq!(answer("none"), "");
    let boxes = "┌────┬──────┬──────┐\n│ id │ name │ id_2 │\n├────┼──────┼──────┤\n│  2 │ Bob  │ NULL │\n│  3 │ Cy   │      │\n└────┴──────┴──────┘\n";
    assert_eq!(answer("box"), boxes);
    let table = "+----+------+------+\n| id | name | id_2 |\n+----+------+------+\n|  2 | Bob  | NULL |\n|  3 | Cy   |      |\n+----+------+------+\n";
    assert_eq!(answer("table"), table);
}

#[test]
fn a_pipe_gets_every_row() {
    let place = Place::new();
    let sql = "SELECT value FROM generate_series(1, 20000)";
    for (format, lines) in [("box", 20_004), ("csv", 20_001), ("jsonl", 20_000), ("markdown", 20_002)] {
        let said = place.glue(&["query", "--format", format, sql]);
        assert_eq!((said.code, said.out.lines().count()), (Some(0), lines), "{format}: {}", said.err);
    }
}

#[test]
fn files_in_columns_are_written_whole_or_not_at_all() {
    let place = Place::with_shop();
    let rows = "SELECT id, name, email FROM customers ORDER BY id";
    for name in ["out.parquet", "out.arrow"] {
        succeeds(&place.glue(&["query", "crm.sqlite", "-o", name, rows]), "");
        let before = fs::read(place.path(name)).expect("a file");
        let wrong = place.glue(&[
            "query",
            "crm.sqlite",
            "-o",
            name,
            "SELECT abs(-9223372036854775807 - (value - 3)) FROM generate_series(1, 9)",
        ]);
        assert_eq!(wrong.code, Some(1), "{wrong:?}");
        assert!(before == fs::read(place.path(name)).expect("a file"), "an older {name} stays");
        assert!(!place.path(&format!("{name}.partial")).exists());
        fails(&place.glue(&["query", "-o", name, "SELECT 1; SELECT 2"]), 1, "holds one result");
    }
}

/// A place whose `crm` pool may be written.
fn with_writable_shop() -> Place {
    let place = Place::with_shop();
    place.write("glue.toml", "[pools.crm]\npath = 'crm.sqlite'\nread_only = false\n[pools.sales]\npath = 'sales.sqlite'\n");
    assert_eq!(place.glue(&["allow"]).code, Some(0));
    place
}

#[test]
fn every_file_that_is_exported_can_be_imported() {
    let place = with_writable_shop();
    for ending in ["csv", "tsv", "json", "jsonl", "parquet", "arrow"] {
        let file = format!("out.{ending}");
        succeeds(&place.glue(&["export", "sales.orders", &file]), "");
        let said = place.glue(&["import", &file, &format!("crm.back_{ending}")]);
        succeeds(&said, &format!("3 rows into crm.back_{ending}, a new table (id INTEGER, customer_id INTEGER, amount REAL)\n"));
        let diff = place.glue(&["diff", "sales.orders", &format!("crm.back_{ending}")]);
        succeeds(&diff, "diff,id,customer_id,amount\n");
    }
}

#[test]
fn an_import_is_whole_or_nothing_and_tells_the_line() {
    let place = with_writable_shop();
    place.write("more.csv", "name,id,email\nDee,4,\nEve,5,\"\"\nFay,4,x\n");
    let said = place.glue(&["import", "more.csv", "crm.customers"]);
    fails(&said, 1, "more.csv:4: UNIQUE constraint failed: customers.id; nothing was imported");
    let count = ["query", "SELECT count(*) AS n, sum(email IS NULL) AS nulls FROM crm.customers"];
    succeeds(&place.glue(&count), "n,nulls\n3,1\n");
    place.write("more.csv", "name,id,email\nDee,4,\nEve,5,\"\"\n");
    succeeds(&place.glue(&["import", "more.csv", "crm.customers"]), "2 rows into crm.customers\n");
    succeeds(&place.glue(&count), "n,nulls\n5,2\n");
    place.write("more.csv", "id,nmae\n6,x\n");
    let said = place.glue(&["import", "more.csv", "crm.customers"]);
    fails(&said, 1, "has a column `nmae`");
    assert!(said.err.contains("is it `name`?"), "{}", said.err);
    place.write("more.txt", "6;Gus;-\n7;007;y\n");
    let options = ["import", "more.txt", "crm.customers", "--from", "csv", "--delimiter", ";", "--no-header", "--null", "-"];
    succeeds(&place.glue(&options), "2 rows into crm.customers\n");
    succeeds(&place.glue(&["query", "SELECT name, email FROM customers WHERE id > 5"]), "name,email\nGus,\n\"007\",y\n");
    fails(&place.glue(&["import", "more.csv", "sales.orders"]), 1, "read-only");
    fails(&place.glue(&["import", "more.csv", "orders"]), 2, "into which pool");
    fails(&place.glue(&["import", "missing.csv", "crm.t"]), 1, "missing.csv");
    // A slip in the pool's name makes no table of that name.
    place.write("glue.toml", "default = 'crm'\n[pools.crm]\npath = 'crm.sqlite'\nread_only = false\n");
    fails(&place.glue(&["--write", "import", "more.csv", "crn.t"]), 2, "there is no pool `crn` to import into");
    for (file, text, fault) in [
        ("a.csv", "id,n\n1,\"x\ny\"\n2\n", "a.csv:4: 1 cell instead of 2"),
        ("a.csv", "id,n\n1,\"x\n2,y\n", "a.csv:2: a quote is opened and never closed"),
        ("a.tsv", "id\tn\n1\t2\n3\n", "a.tsv:3: 1 cell instead of 2"),
        ("a.json", "[{\"a\": 1},\n {\"a\": }]", "a.json:2: this is not valid JSON: expected value"),
        ("a.jsonl", "{\"a\": 1}\n{\"a\": 2,\n", "a.jsonl:2: the object that begins here has no end"),
        ("a.jsonl", "{\"a\": 1}\n7\n", "a.jsonl:2: `7` stands where an object should begin"),
        ("a.parquet", "PAR1", "a.parquet"),
    ] {
        place.write(file, text);
        fails(&place.glue(&["--write", "import", file, "crm.fresh"]), 1, fault);
        fails(&place.glue(&["schema", "crm.fresh"]), 1, "fresh");
    }
}

#[test]
fn a_dump_makes_the_same_database_again() {
    let place = Place::new();
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB, c REAL, d, e AS (id * 2));
               INSERT INTO t (a, b, c, d) VALUES ('it''s', x'00FF', 0.1 + 0.2, 9007199254740993), (NULL, NULL, -0.0, 'x');
               CREATE INDEX i ON t(a); CREATE VIEW v AS SELECT a FROM t;
               CREATE TABLE \"group\" (\"select\" TEXT); INSERT INTO \"group\" VALUES (char(10));";
    place.database("one.sqlite", sql);
    let said = place.glue(&["dump", "one.sqlite"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    place.database("two.sqlite", &said.out);
    succeeds(&place.glue(&["diff", "one.t", "two.t", "one.sqlite", "two.sqlite"]), "diff,id,a,b,c,d,e\n");
    let again = place.glue(&["dump", "two.sqlite"]);
    assert_eq!(again.out, said.out);
    assert!(said.out.contains("CREATE INDEX i") && said.out.contains("CREATE VIEW v"), "{}", said.out);
}

#[test]
fn a_difference_stands_beside_what_it_was() {
    let place = Place::new();
    place.database(
        "old.sqlite",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a, gone); INSERT INTO t VALUES (1, 'x', 0), (2, 'y', 0), (3, NULL, 0);",
    );
    place
        .database("new.sqlite", "CREATE TABLE t (a, id INTEGER PRIMARY KEY); INSERT INTO t VALUES ('x', 1), ('z', 2), ('w', 4);");
    let said = place.glue(&["diff", "old.t", "new.t", "."]);
    succeeds(&said, "diff,id,a\n-,2,y\n+,2,z\n-,3,\n+,4,w\n");
    fails(&place.glue(&["diff", "t", "new.t", "."]), 1, "several pools");
}

#[test]
fn json_keeps_the_storage_classes_apart() {
    let place = Place::new();
    let sql = "SELECT 1 AS a, 1.0 AS b, '1' AS c, NULL AS d, x'0a1f' AS e, 9e999 AS f, 0.1 + 0.2 AS g";
    let answer = "{\"a\":1,\"b\":1.0,\"c\":\"1\",\"d\":null,\"e\":\"x'0A1F'\",\"f\":1e999,\"g\":0.30000000000000004}\n";
    succeeds(&place.glue(&["query", "--format", "jsonl", sql]), answer);
}

#[test]
fn null_gets_the_text_that_was_asked_for() {
    let place = Place::new();
    succeeds(&place.glue(&["query", "--null", "∅", "SELECT NULL AS a, '' AS b"]), "a,b\n∅,\"\"\n");
}

#[test]
fn wrong_configurations_name_file_line_and_key() {
    let place = Place::with_shop();
    place.write("glue.toml", "default = 'crm'\n[pools.crm]\npaht = 'crm.sqlite'\n");
    let said = place.glue(&["query", "SELECT 1"]);
    fails(&said, 2, "glue.toml:3:1: unknown key `paht` in [pools.crm]");
    assert!(said.err.contains("did you mean `path`?"), "{}", said.err);
    place.write("glue.toml", "default = 'crn'\n[pools.crm]\npath = 'crm.sqlite'\n");
    fails(&place.glue(&["query", "SELECT 1"]), 2, "did you mean `crm`?");
    fails(&place.glue(&["--config", "none.toml", "query", "SELECT 1"]), 2, "none.toml");
    fails(&place.glue(&["query", "--db", "temp=crm.sqlite", "SELECT 1"]), 2, "`temp`");
    // Files on the command line say where the data is, so the broken configuration beside them is not read.
    succeeds(&place.glue(&["query", "crm.sqlite", "SELECT count(*) AS n FROM customers"]), "n\n3\n");
}

#[test]
fn the_configuration_is_found_upward_and_its_paths_are_its_own() {
    let place = Place::with_shop();
    place.write(
        "glue.toml",
        "[pools.customers]\npath = 'crm.sqlite'\n[pools.sales]\npath = 'sales.sqlite'\nschemas = ['orders']\n",
    );
    fs::create_dir_all(place.path("a/b")).expect("folders");
    let run = |command: &mut Command| said(&command.args(["query", JOIN]).stdin(Stdio::null()).output().expect("it runs"));
    let answer = "name,amount\nAda,2.5\nAda,4.0\nBob,12.25\n";
    succeeds(&run(place.command(GLUE).current_dir(place.path("a/b"))), answer);
    fs::create_dir_all(place.path("xdg/glue")).expect("folders");
    fs::rename(place.path("glue.toml"), place.path("elsewhere.toml")).expect("a file to move");
    succeeds(&run(place.command(GLUE).env("GLUE_CONFIG", "elsewhere.toml")), answer);
    place.write("xdg/glue/config.toml", "[pools.one]\npath = '../../crm.sqlite'\n[pools.two]\npath = '~/sales.sqlite'\n");
    succeeds(&run(place.command(GLUE).env("XDG_CONFIG_HOME", place.path("xdg"))), answer);
}

#[test]
fn exit_codes_tell_who_is_at_fault() {
    let place = Place::with_shop();
    place.write("text.sqlite", "this is no database, however long it may go on about it, and on, and on, and on, and on ......");
    assert_eq!(place.glue(&["query", "SELECT 1"]).code, Some(0));
    assert_eq!(place.glue(&["query", "SELEC 1"]).code, Some(1));
    let usage = place.glue(&["query", "--format", "xml", "SELECT 1"]);
    fails(&usage, 2, "xml");
    fails(&place.glue(&["qurey"]), 2, "did you mean `glue query`?");
    fails(&place.glue(&["missing.sqlite"]), 3, "missing.sqlite");
    fails(&place.glue(&["query", "--db", "x=missing.sqlite", "SELECT * FROM x.t"]), 3, "missing.sqlite");
    fails(&place.glue(&["query", "text.sqlite", "SELECT * FROM text.t"]), 3, "text.sqlite");
    fails(&place.glue(&["query", "--db", "x=.", "SELECT * FROM x.t"]), 3, "x");
    assert!(!place.path("missing.sqlite").exists());
    assert_eq!(place.glue(&["--version"]).code, Some(0));
}

#[test]
fn a_statement_that_takes_too_long_is_given_up() {
    let place = Place::new();
    let endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    fails(&place.glue(&["query", "--timeout", "50ms", endless]), 4, "timed out after 50 ms");
    succeeds(&place.glue(&["query", "--timeout", "1m", "SELECT 1 AS n"]), "n\n1\n");
    fails(&place.glue(&["query", "--timeout", "soon", "SELECT 1"]), 2, "a time is a number");
}

#[test]
fn a_run_may_go_on_after_an_error_and_its_first_code_counts() {
    let place = Place::with_shop();
    let sql = "SELECT 1 AS a; SELECT nonsense; SELECT 2 AS b";
    let said = place.glue(&["query", "--on-error", "continue", sql]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), "a\n1\nb\n2\n"), "{said:?}");
    assert!(said.err.contains("nonsense"), "{}", said.err);
}

#[test]
fn programs_get_errors_as_json() {
    let place = Place::with_shop();
    let said = place.glue(&["query", "--error-format", "json", "crm.sqlite", "SELECT name\nFROM "]);
    let error: serde_json::Value = serde_json::from_str(&said.err).expect("an object");
    assert_eq!((&error["message"], &error["line"], &error["column"]), (&"incomplete input".into(), &2.into(), &5.into()));
    let place = Place::with_shop();
    place.write("bad.sql", "SELECT 1;\nSELECT c.nmae FROM customers AS c JOIN orders AS o ON o.customer_id = c.id;\n");
    let said = place.glue(&["--db", "crm=crm.sqlite", "--db", "sales=sales.sqlite", "run", "bad.sql", "--error-format", "json"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let error: serde_json::Value = serde_json::from_str(&said.err).expect("one object");
    assert_eq!((&error["code"], &error["file"]), (&"query".into(), &"bad.sql".into()));
    assert_eq!((&error["line"], &error["column"], &error["offset"]), (&2.into(), &8.into(), &17.into()), "{error}");
    assert_eq!(error["hint"], "did you mean `name`?");
    let said = place.glue(&["query", "--error-format", "json", "--config", "none.toml", "SELECT 1"]);
    let error: serde_json::Value = serde_json::from_str(&said.err).expect("one object");
    assert_eq!((said.code, &error["code"], &error["line"]), (Some(2), &"configuration".into(), &serde_json::Value::Null));
}

#[test]
fn statistics_are_json_on_standard_error() {
    let place = Place::with_shop();
    let said = place.glue(&["query", "crm.sqlite", "--stats", "SELECT id FROM customers; SELECT 1"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "id\n1\n2\n3\n1\n1\n"), "{said:?}");
    let lines: Vec<serde_json::Value> =
        said.err.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    assert_eq!(lines.len(), 2, "{}", said.err);
    assert_eq!((&lines[0]["rows"], &lines[0]["route"]), (&3.into(), &"pool".into()));
    assert!(lines[0]["ms"].is_number());
}

#[test]
fn quiet_means_that_only_errors_are_said() {
    let place = Place::new();
    place.database("my shop.sqlite", "CREATE TABLE t (x); INSERT INTO t VALUES (1);");
    let said = place.glue(&["query", "my shop.sqlite", "SELECT x FROM t"]);
    assert!(said.err.contains("note:"), "{}", said.err);
    let said = place.glue(&["query", "--quiet", "my shop.sqlite", "SELECT x FROM t"]);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("x\n1\n", ""));
}

#[test]
fn a_script_may_be_a_program() {
    let place = Place::with_shop();
    place.write("report.sql", "#!/usr/bin/env -S glue run\nSELECT 1 AS n;\nSELECT nonsense;\n");
    let said = place.glue(&["run", "report.sql"]);
    assert_eq!(said.out, "n\n1\n");
    fails(&said, 1, "report.sql:3:8");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        place.write("good.sql", "#!/usr/bin/env -S glue run\nSELECT count(*) AS n FROM customers;\n");
        fs::set_permissions(place.path("good.sql"), fs::Permissions::from_mode(0o755)).expect("a file of ours");
        assert_eq!(shell_output(&place, ".", "./good.sql --db crm=crm.sqlite"), "n\n3\n");
    }
}

#[test]
fn a_dry_run_prints_what_each_pool_would_be_sent() {
    let place = Place::with_shop();
    let said = place.glue(&["query", "--dry-run", "--route", "federated", "crm.sqlite", "sales.sqlite", "--", JOIN]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.starts_with("-- crm\nSELECT ") && said.out.contains("\n-- sales\nSELECT "), "{}", said.out);
    let said = place.glue(&["query", "--dry-run", "crm.sqlite", "SELECT name FROM customers"]);
    succeeds(&said, "-- crm\nSELECT name FROM customers;\n");
}

#[test]
fn plans_are_trees_for_people_and_json_for_programs() {
    let place = Place::with_shop();
    let explain = |more: &[&str]| {
        let arguments = [&["explain", "crm.sqlite", "sales.sqlite", "--route", "federated"], more, &["--", JOIN]].concat();
        place.glue(&arguments).out
    };
    let tree = explain(&[]);
    assert!(tree.starts_with("route: federated (2 pools; forced)\n") && tree.contains("├─ pool query on"), "{tree}");
    let plan: serde_json::Value = serde_json::from_str(&explain(&["--format", "json"])).expect("one object");
    assert_eq!((&plan["route"], &plan["reason"]), (&"federated".into(), &"forced".into()));
    assert!(plan["steps"][0]["estimated_rows"].is_number(), "{plan}");
    let analyze = format!("EXPLAIN ANALYZE {JOIN}");
    let said = place.glue(&["query", "crm.sqlite", "sales.sqlite", "--route", "federated", "--format", "json", "--", &analyze]);
    let plan: serde_json::Value = serde_json::from_str(&said.out).expect("one object");
    assert_eq!(plan["result"]["rows"], 3, "{plan}");
    let analyzed = place.glue(&["query", "crm.sqlite", "sales.sqlite", "--", &format!("EXPLAIN ANALYZE {JOIN}")]);
    assert!(analyzed.out.starts_with("route: attached (SQLite was done before its time was up)\n"), "{}", analyzed.out);
    assert!(analyzed.out.contains("result: 3 rows · ") && analyzed.out.contains(" ms\n"), "{}", analyzed.out);
}

#[test]
fn help_has_topics() {
    let place = Place::new();
    let said = place.glue(&["help", "exit-codes"]);
    assert_eq!(said.code, Some(0));
    for code in ["0", "1", "2", "3", "4", "130"] {
        assert!(said.out.lines().any(|line| line.split(' ').next() == Some(code)), "{code}: {}", said.out);
    }
    assert!(place.glue(&["help", "query"]).out.contains("--timeout"));
    fails(&place.glue(&["help", "exitcodes"]), 2, "did you mean `glue help exit-codes`?");
}

#[test]
fn parameters_are_typed_as_they_are_written() {
    let place = Place::with_shop();
    place.write("note.txt", "from a file");
    let sql = "SELECT typeof(:a) AS a, typeof($b) AS b, typeof(@c) AS c, typeof(:d) AS d, typeof(:e) AS e, :f AS f, :g AS g";
    let values = ["a=7", "b=2.5", "c=Ada", "d=null", "e=x'00ff'", "f=@note.txt", "g='7'"];
    let arguments: Vec<&str> = ["query", sql].into_iter().chain(values.iter().flat_map(|value| ["-p", value])).collect();
    succeeds(&place.glue(&arguments), "a,b,c,d,e,f,g\ninteger,real,text,null,blob,from a file,\"7\"\n");
    let join = "SELECT c.name FROM customers AS c JOIN orders AS o ON o.customer_id = c.id WHERE o.amount > :least ORDER BY 1";
    for route in ["auto", "federated", "attached"] {
        let said = place.glue(&["query", "crm.sqlite", "sales.sqlite", "--route", route, "-p", "least=3", "--", join]);
        succeeds(&said, "name\nAda\nBob\n");
    }
    fails(&place.glue(&["query", "-p", "a", "SELECT :a"]), 2, "is no parameter");
    fails(&place.glue(&["query", "SELECT :a"]), 1, "has no value");
}

#[test]
fn scripts_read_scripts_and_may_go_on_after_errors() {
    let place = Place::with_shop();
    place.write("inner.sql", "SELECT :n AS inner;\n");
    place.write("outer.sql", ".bail off\nSELECT nonsense;\n.read inner.sql\n.mode jsonl\nSELECT 2 AS outer;\n");
    let said = place.glue(&["run", "outer.sql", "-p", "n=1"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), "inner\n1\n{\"outer\":2}\n"), "{said:?}");
    assert!(said.err.contains("outer.sql:2:8"), "{}", said.err);
}

#[test]
fn dot_commands_move_data_in_a_script() {
    let place = Place::with_shop();
    place.write(
        "all.sql",
        ".param least 3\n.param who '7'\n.param\nSELECT :least + 1 AS n;\n.explain SELECT 1\n.export rows.csv sales.orders\n\
         .export one.json SELECT 1 AS a\n.dump crm\n.diff crm.customers crm.customers\n.headers off\nSELECT 'last' AS x;\n.last\n.quit\n.nosuch\n",
    );
    let said = place.glue(&["run", "all.sql", "--db", "crm=crm.sqlite", "--db", "sales=sales.sqlite"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    for part in [
        "least = 3\nwho = '7'\n",
        "n\n4\n",
        "route: ",
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT);\n",
        "VALUES(1,'Ada','ada@example.com');\n",
        "diff,id,name,email\n",
        "last\nlast\n",
    ] {
        assert!(said.out.contains(part), "{part:?} is missing in {}", said.out);
    }
    assert_eq!(
        fs::read_to_string(place.path("rows.csv")).expect("a file"),
        "id,customer_id,amount\n10,1,2.5\n11,1,4.0\n12,2,12.25\n"
    );
    assert_eq!(fs::read_to_string(place.path("one.json")).expect("a file"), "[\n{\"a\":1}\n]\n");
}

#[test]
fn check_reports_every_pool() {
    let place = Place::with_shop();
    succeeds(&place.glue(&["check", "crm.sqlite"]), "pool,state,tables,path\ncrm,ok,1,crm.sqlite\n");
    let said = place.glue(&["check", "--db", "crm=crm.sqlite", "--db", "gone=gone.sqlite"]);
    assert_eq!(said.out, "pool,state,tables,path\ncrm,ok,1,crm.sqlite\ngone,failed,,gone.sqlite\n");
    fails(&said, 3, "gone");
    fails(&place.glue(&["check"]), 2, "no pool");
}

#[test]
fn tables_and_schemas_are_listed() {
    let place = Place::with_shop();
    succeeds(&place.glue(&["tables", "."]), "pool,table,kind,columns,rows\ncrm,customers,table,3,3\nsales,orders,table,3,3\n");
    let sales = ["--db", "crm=crm.sqlite", "--db", "sales=sales.sqlite"];
    let with = |arguments: &[&str]| place.glue(&[arguments, &sales[..]].concat());
    for pattern in ["ord", "ORDER?", "*s.ord*", "sales.orders"] {
        succeeds(&with(&["tables", pattern]), "pool,table,kind,columns,rows\nsales,orders,table,3,3\n");
    }
    let wanted = "-- sales (sales.sqlite)\nCREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount REAL);\n";
    succeeds(&with(&["schema", "orders"]), wanted);
    succeeds(&with(&["schema", "sales.orders"]), wanted);
    fails(&with(&["schema", "ordres"]), 1, "did you mean `orders`?");
}

#[test]
fn output_goes_to_a_file_but_never_over_a_database() {
    let place = Place::with_shop();
    let sql = "SELECT count(*) AS n FROM customers";
    succeeds(&place.glue(&["query", "crm.sqlite", "-o", "out.csv", sql]), "");
    assert_eq!(fs::read_to_string(place.path("out.csv")).expect("a file"), "n\n3\n");
    succeeds(&place.glue(&["query", "crm.sqlite", "-o", "out.json", sql]), "");
    assert_eq!(fs::read_to_string(place.path("out.json")).expect("a file"), "[\n{\"n\":3}\n]\n");
    fails(&place.glue(&["query", "crm.sqlite", "-o", "out.csv", "SELECT nonsense FROM customers"]), 1, "nonsense");
    assert_eq!(fs::read_to_string(place.path("out.csv")).expect("a file"), "n\n3\n");
    let before = ["crm.sqlite", "sales.sqlite"].map(|name| fs::read(place.path(name)).expect("a database"));
    place.write("empty.sqlite", "");
    for target in ["crm.sqlite", "./crm.sqlite", "sales.sqlite", "crm.sqlite-wal", "crm.sqlite-journal"] {
        fails(&place.glue(&["query", "crm.sqlite", "-o", target, sql]), 2, "would write over");
    }
    fails(&place.glue(&["query", "--db", "e=empty.sqlite", "-o", "empty.sqlite", "SELECT 1"]), 2, "pool `e`");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("crm.sqlite", place.path("link")).expect("a link");
        fs::hard_link(place.path("crm.sqlite"), place.path("hard")).expect("a link");
        fails(&place.glue(&["query", "crm.sqlite", "-o", "link", sql]), 2, "would write over");
        fails(&place.glue(&["query", "crm.sqlite", "-o", "hard", sql]), 2, "would write over");
    }
    assert!(before == ["crm.sqlite", "sales.sqlite"].map(|name| fs::read(place.path(name)).expect("a database")));
}

#[test]
fn a_pool_is_not_read_as_a_script() {
    let place = Place::with_shop();
    fails(&place.glue(&["--db", "crm=crm.sqlite", "run", "crm.sqlite"]), 2, "not a script");
}

#[test]
fn pools_are_named_after_their_files_with_a_notice() {
    let place = Place::new();
    fs::create_dir(place.path("b")).expect("a folder");
    for name in ["main.sqlite", "my shop's.sqlite", "b/main.sqlite", "select.sqlite"] {
        place.database(name, "CREATE TABLE t (x); INSERT INTO t VALUES (1);");
    }
    let sql = "SELECT (SELECT count(*) FROM main_1.t) + (SELECT count(*) FROM main_2.t) + (SELECT count(*) FROM my_shop_s.t)
               + (SELECT count(*) FROM \"select\".t) AS n";
    let said = place.glue(&["query", "main.sqlite", "b/main.sqlite", "my shop's.sqlite", "select.sqlite", "--", sql]);
    succeeds(&said, "n\n4\n");
    assert!(said.err.contains("note: my shop's.sqlite is the pool `my_shop_s`\n"), "{}", said.err);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let place = Place::new();
    let sql = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000000) SELECT x FROM c";
    let mut child = place
        .command(GLUE)
        .args(["query", sql])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let said = said(&child.wait_with_output().expect("the program ends"));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
}

#[test]
fn the_demo_answers_and_overwrites_nothing() {
    let place = Place::new();
    let first = place.glue(&["demo"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.out.contains("SELECT c.name, o.amount FROM customers AS c JOIN orders AS o ON o.customer_id = c.id LIMIT 10;"));
    let rows = first.out.lines().filter(|line| line.starts_with('│')).count();
    assert_eq!(rows, 2 * 11, "{}", first.out);
    let orders = fs::read(place.path("glue-demo/orders.sqlite")).expect("a database");
    assert_eq!(place.glue(&["demo"]).code, Some(0));
    assert!(orders == fs::read(place.path("glue-demo/orders.sqlite")).expect("a database"));
    place.write("orders.sqlite", "mine");
    fails(&place.glue(&["demo", "."]), 2, "is not the demo's");
    assert_eq!(fs::read_to_string(place.path("orders.sqlite")).expect("a file"), "mine");
    assert!(!place.path("customers.sqlite").exists());
}

/// Whether the checked files are to be written anew.
fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn in_repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn the_completions_are_current() {
    let files = [("bash", "glue.bash"), ("zsh", "_glue"), ("fish", "glue.fish"), ("powershell", "_glue.ps1")];
    for (shell, file) in files {
        let script = Place::new().glue(&["completions", shell]).out;
        let path = in_repository("completions").join(file);
        if updating() {
            fs::write(&path, &script).expect("a file to write");
        }
        let kept = fs::read_to_string(&path).expect("a completion script");
        assert!(kept == script, "completions/{file} is not what `glue completions {shell}` prints");
    }
}

/// Runs every `$` line of the README's console blocks in the demo's folder, and compares what follows.
#[test]
#[cfg(unix)]
fn the_examples_of_the_readme_run_as_written() {
    let place = Place::new();
    assert_eq!(place.glue(&["demo", "glue-demo"]).code, Some(0));
    let readme = fs::read_to_string(in_repository("README.md")).expect("a README");
    let mut rewritten = String::new();
    let mut in_console = false;
    for line in readme.lines() {
        let example = line.strip_prefix("$ ").filter(|_| in_console);
        match line {
            "```console" => in_console = true,
            "```" => in_console = false,
            _ => {}
        }
        // Within a block only the commands are kept: their output is made anew.
        if !in_console || example.is_some() || line == "```console" {
            rewritten += line;
            rewritten.push('\n');
        }
        if let Some(example) = example {
            rewritten += &shell_output(&place, "glue-demo", example);
        }
    }
    if updating() {
        fs::write(in_repository("README.md"), &rewritten).expect("a file to write");
    } else {
        for (number, (kept, new)) in readme.lines().zip(rewritten.lines()).enumerate() {
            assert_eq!(kept, new, "README.md:{}; UPDATE=1 writes the new output", number + 1);
        }
        assert_eq!(readme.lines().count(), rewritten.lines().count(), "UPDATE=1 writes the new output");
    }
}

#[cfg(unix)]
fn shell_output(place: &Place, folder: &str, line: &str) -> String {
    let programs = Path::new(GLUE).parent().expect("a folder").to_owned();
    let path = std::env::join_paths(
        std::iter::once(programs).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let output = place
        .command("sh")
        .args(["-c", &format!("{{ {line}\n}} 2>&1")])
        .current_dir(place.path(folder))
        .env("PATH", path.expect("folders without colons"))
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    said(&output).out
}
