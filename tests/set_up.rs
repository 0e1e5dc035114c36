//! Setting up: `glue init`, `glue config`, trust in a glue.toml that was found, `--write`, `glue check --integrity`, manual pages.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use rusqlite::Connection;
use tempfile::TempDir;

/// A folder to run in, with a home of its own.
struct Place(TempDir);

/// What a run said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Place {
    fn with_shop() -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::create_dir(place.path("data")).expect("a folder");
        place.database(
            "crm.sqlite",
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO customers VALUES (1, 'Ada');",
        );
        place.database("data/sales.db", "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount REAL); INSERT INTO orders VALUES (7, 1, 2.5);");
        place.write("notes.sqlite", "no database, in spite of its name");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn database(&self, name: &str, sql: &str) {
        Connection::open(self.path(name)).expect("a new database").execute_batch(sql).expect("right SQL");
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a new file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glue"));
        command.args(arguments).current_dir(self.0.path()).env("HOME", self.path("home")).stdin(Stdio::null());
        for name in ["GLUE_CONFIG", "GLUE_HISTORY", "GLUE_PAGER", "PAGER", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "COLUMNS"] {
            command.env_remove(name);
        }
        command
    }

    fn glue(&self, arguments: &[&str]) -> Said {
        said(&mut self.command(arguments))
    }
}

fn said(command: &mut Command) -> Said {
    let output = command.output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

#[track_caller]
fn succeeds(said: &Said) {
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[track_caller]
fn fails(said: &Said, code: i32, message: &str) {
    assert_eq!(said.code, Some(code), "{said:?}");
    assert!(said.err.contains(message), "{} lacks {message:?}", said.err);
}

#[test]
fn init_writes_a_configuration_and_a_question_that_runs() {
    let place = Place::with_shop();
    let dry = place.glue(&["init", "--dry-run"]);
    succeeds(&dry);
    assert!(!place.path("glue.toml").exists());
    let said = place.glue(&["init"]);
    succeeds(&said);
    assert!(said.err.contains("wrote ./glue.toml with 2 databases"), "{said:?}");
    assert_eq!(place.read("glue.toml"), dry.out);
    assert!(dry.out.contains("[pools.sales]\npath = \"data/sales.db\"\n"), "{}", dry.out);
    let try_line = said.err.lines().find_map(|line| line.strip_prefix("try: glue query ")).expect("a question");
    let answer = place.glue(&["query", "--format", "jsonl", try_line.trim_matches('"')]);
    succeeds(&answer);
    assert_eq!(answer.out, "{\"id\":1,\"name\":\"Ada\",\"id_2\":7,\"customer_id\":1,\"amount\":2.5}\n");
}

#[test]
fn init_overwrites_nothing_unless_it_is_forced() {
    let place = Place::with_shop();
    place.write("glue.toml", "# mine\n");
    fails(&place.glue(&["init"]), 2, "glue.toml is there already");
    assert_eq!(place.read("glue.toml"), "# mine\n");
    succeeds(&place.glue(&["init", "--force"]));
    assert!(place.read("glue.toml").contains("[pools.crm]"));
    fs::create_dir(place.path("empty")).expect("a folder");
    fails(&place.glue(&["init", "empty"]), 2, "no SQLite file lies in empty");
    assert!(!place.path("empty/glue.toml").exists());
}

#[test]
fn config_show_tells_where_each_value_came_from() {
    let place = Place::with_shop();
    place.write(
        "glue.toml",
        "default = 'crm'\nmemory_limit = '2GB'\n[pools.crm]\npath = 'crm.sqlite'\nbusy_timeout = '2s'\n[shell]\npager = 'more'\n",
    );
    let arguments = ["config", "show", "--config", "glue.toml", "--db", "sales=data/sales.db", "--write"];
    let shown = said(place.command(&arguments).env("GLUE_PAGER", "most"));
    succeeds(&shown);
    for line in [
        "configuration,glue.toml,--config",
        "default,crm,glue.toml:1",
        "memory_limit,2000 MB,glue.toml:2",
        "pools.crm.path,crm.sqlite,glue.toml:4",
        "pools.crm.busy_timeout,2s,glue.toml:5",
        "pools.crm.max_connections,\"10\",default",
        "pools.crm.read_only,false,--write",
        "pools.sales.path,data/sales.db,--db",
        "shell.pager,most,$GLUE_PAGER",
        "shell.timer,true,default",
    ] {
        assert!(shown.out.lines().any(|shown| shown == line), "{line} is missing in\n{}", shown.out);
    }
    let found = place.glue(&["config", "show"]);
    assert!(found.out.contains(",found upward\n") && found.out.contains("shell.pager,less -SRFX,default ("), "{}", found.out);
}

#[test]
fn the_schema_promises_the_defaults_that_hold() {
    let place = Place::with_shop();
    place.write("glue.toml", "[pools.crm]\npath = 'crm.sqlite'\n");
    let schema: serde_json::Value = serde_json::from_str(&place.glue(&["config", "schema"]).out).expect("JSON");
    let shown = place.glue(&["config", "show"]).out.replace('"', "");
    for (table, name) in [("/properties/shell", "shell"), ("/properties/pools/additionalProperties", "pools.crm")] {
        for (key, property) in schema.pointer(table).expect("a table")["properties"].as_object().expect("its keys") {
            let Some(default) = property.get("default").filter(|default| !default.is_array()) else { continue };
            let default = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
            let line = format!("{name}.{key},{default},default");
            assert!(shown.lines().any(|shown| shown == line), "{line} is not in\n{shown}");
        }
    }
}

#[test]
fn a_configuration_that_was_found_cannot_write_before_it_is_allowed() {
    let place = Place::with_shop();
    place.write("glue.toml", "[pools.crm]\npath = 'crm.sqlite'\nread_only = false\n");
    let write = ["query", "INSERT INTO customers VALUES (2, 'Bob')"];
    let count = || {
        let crm = Connection::open(place.path("crm.sqlite")).expect("the database");
        crm.query_row("SELECT count(*) FROM customers", [], |row| row.get::<_, i64>(0)).expect("a number")
    };
    let refused = place.glue(&write);
    fails(&refused, 1, "read-only");
    assert!(refused.err.contains("asks to write to `crm`, which it may not yet: `glue allow"), "{}", refused.err);
    assert_eq!(count(), 1);
    succeeds(&place.glue(&["allow"]));
    let listed = place.glue(&["allow", "--list"]).out;
    assert_eq!(listed.trim_end(), fs::canonicalize(place.0.path()).expect("the folder").display().to_string());
    succeeds(&place.glue(&write));
    assert_eq!(count(), 2);
    // A folder below has a glue.toml of its own, which may be somebody else's.
    fs::write(place.path("data/glue.toml"), "[pools.crm]\npath = '../crm.sqlite'\nread_only = false\n").expect("a file");
    fails(&said(place.command(&write).current_dir(place.path("data"))), 1, "read-only");
    succeeds(&place.glue(&["allow", "--revoke", "."]));
    fails(&place.glue(&write), 1, "read-only");
    // Who names the file has read it.
    succeeds(&place.glue(&["--config", "glue.toml", "query", "UPDATE customers SET name = 'Bea' WHERE id = 2"]));
}

#[test]
fn sql_and_extensions_of_a_found_configuration_wait_until_they_are_allowed() {
    let place = Place::with_shop();
    let init = "PRAGMA cache_size = -4321";
    place.write("glue.toml", &format!("[pools.crm]\npath = 'crm.sqlite'\ninit = '{init}'\nextensions = ['./none.so']\n"));
    let ask = ["query", "PRAGMA cache_size"];
    let untouched = place.glue(&ask);
    succeeds(&untouched);
    assert!(!untouched.out.contains("-4321"), "{}", untouched.out);
    for said in ["to run `init` on every connection of `crm`", "none.so of the `extensions` of `crm`", "`glue allow "] {
        assert!(untouched.err.contains(said), "{}", untouched.err);
    }
    let shown = place.glue(&["config", "show"]).out;
    assert!(shown.contains("pools.crm.init,,") && shown.contains("not allowed"), "{shown}");
    succeeds(&place.glue(&["allow"]));
    fails(&place.glue(&ask), 2, "none.so cannot be loaded");
    place.write("named.toml", &format!("[pools.crm]\npath = 'crm.sqlite'\ninit = '{init}'\n"));
    let said = place.glue(&["--config", "named.toml", "query", "PRAGMA cache_size"]);
    assert_eq!(said.out, "cache_size\n-4321\n", "{}", said.err);
    place.write("wrong.toml", "[pools.crm]\npath = 'crm.sqlite'\ninit = 'SELEC 1'\n");
    fails(&place.glue(&["--config", "wrong.toml", "query", "SELECT * FROM customers"]), 2, "the pool's `init` fails");
}

/// A library that is built here, where a C compiler and SQLite's header are at hand.
#[test]
#[expect(clippy::print_stderr, reason = "a test may say what it skipped")]
fn a_function_of_an_extension_works_wherever_sqlite_answers() {
    let place = Place::with_shop();
    place.write(
        "twice.c",
        "#include <sqlite3ext.h>\nSQLITE_EXTENSION_INIT1\n\
         static void twice(sqlite3_context *c, int n, sqlite3_value **v) { sqlite3_result_int64(c, 2 * sqlite3_value_int64(v[0])); }\n\
         int sqlite3_extension_init(sqlite3 *db, char **error, const sqlite3_api_routines *api) {\n\
         SQLITE_EXTENSION_INIT2(api); return sqlite3_create_function(db, \"twice\", 1, SQLITE_UTF8, 0, twice, 0, 0); }\n",
    );
    let header = sqlite_header();
    let mut compiler = Command::new("cc");
    compiler.current_dir(place.0.path());
    compiler.args(["-shared", "-fPIC", "-o", "twice.so", "twice.c"]).args(header.map(|folder| format!("-I{}", folder.display())));
    if !compiler.output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no C compiler with SQLite's header is at hand");
        return;
    }
    place.write(
        "glue.toml",
        "[pools.crm]\npath = 'crm.sqlite'\nextensions = ['./twice.so']\n[pools.sales]\npath = 'data/sales.db'\n",
    );
    let sql = "SELECT twice(a.id) AS n FROM crm.customers AS a JOIN crm.customers AS b ON a.id = b.id WHERE a.id = 1";
    let refused = place.glue(&["query", sql]);
    fails(&refused, 1, "no such function: twice");
    for route in ["auto", "pool", "attached"] {
        let said = place.glue(&["--config", "glue.toml", "query", "--route", route, sql]);
        assert_eq!(said.out, "n\n2\n", "{route}: {}", said.err);
    }
    let across = "SELECT twice(c.id) AS n FROM customers AS c JOIN orders AS o ON o.customer_id = c.id WHERE o.id = 7";
    assert_eq!(place.glue(&["--config", "glue.toml", "query", across]).out, "n\n2\n");
    // The steps in memory know nothing of what an extension replaces.
    fails(
        &place.glue(&["--config", "glue.toml", "query", "--route", "federated", across]),
        1,
        "the federated route does not do this",
    );
}

#[test]
fn what_init_says_of_like_holds_in_joins() {
    let place = Place::with_shop();
    place.write(
        "glue.toml",
        "[pools.crm]\npath = 'crm.sqlite'\ninit = 'PRAGMA case_sensitive_like = 1'\n[pools.sales]\npath = 'data/sales.db'\n",
    );
    let sql = "SELECT count(*) AS n FROM customers AS c JOIN orders AS o ON o.customer_id = c.id WHERE c.name LIKE 'ADA'";
    assert_eq!(place.glue(&["--config", "glue.toml", "query", sql]).out, "n\n0\n");
    fails(&place.glue(&["--config", "glue.toml", "query", "--route", "federated", sql]), 1, "`crm` has `init` or `extensions`");
}

/// Where the bundled library's sources lie, whose header is of the same version.
fn sqlite_header() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let sources = fs::read_dir(home.join("registry/src")).ok()?.flatten();
    let crates = sources.filter_map(|source| fs::read_dir(source.path()).ok()).flat_map(Iterator::flatten);
    let bundled = crates.map(|folder| folder.path().join("sqlite3"));
    bundled
        .filter(|folder| folder.to_string_lossy().contains("libsqlite3-sys-"))
        .find(|folder| folder.join("sqlite3ext.h").exists())
}

#[test]
fn files_are_written_to_only_when_asked() {
    let place = Place::with_shop();
    let insert = "INSERT INTO customers VALUES (2, 'Bob') RETURNING id";
    fails(&place.glue(&["query", "crm.sqlite", insert]), 1, "read-only");
    let said = place.glue(&["query", "--write", "crm.sqlite", insert]);
    succeeds(&said);
    assert_eq!(said.out, "id\n2\n");
    // What the configuration says stays as it is.
    place.write("glue.toml", "[pools.crm]\npath = 'crm.sqlite'\nread_only = true\n");
    fails(&place.glue(&["query", "--write", "DELETE FROM customers"]), 1, "read-only");
}

#[test]
fn check_finds_what_only_reading_everything_shows() {
    let place = Place::with_shop();
    place.database(
        "big.sqlite",
        "PRAGMA page_size = 4096; CREATE TABLE t (x TEXT); CREATE INDEX i ON t (x);
         WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000) INSERT INTO t SELECT 'text ' || n FROM c;",
    );
    succeeds(&place.glue(&["check", "--integrity", "big.sqlite", "crm.sqlite"]));
    let mut bytes = fs::read(place.path("big.sqlite")).expect("a database");
    // A whole page in the middle, so that neither the schema nor either end of the table is touched.
    let at = bytes.len() / 4096 / 4 * 4096;
    bytes[at..at + 4096].fill(0xff);
    fs::write(place.path("big.sqlite"), bytes).expect("a file");
    succeeds(&place.glue(&["check", "big.sqlite"]));
    let said = place.glue(&["check", "--integrity", "big.sqlite", "crm.sqlite"]);
    fails(&said, 3, "the database is damaged");
    assert!(said.out.contains("big,damaged,,big.sqlite\n") && said.out.contains("crm,ok,1,crm.sqlite\n"), "{}", said.out);
}

#[test]
fn dot_commands_work_in_a_pipe() {
    let place = Place::with_shop();
    place.write("script.sql", ".mode jsonl\nSELECT 1 AS a;\n.print done\n.nosuch\nSELECT 2 AS b;\n");
    let script = fs::File::open(place.path("script.sql")).expect("a file");
    let said = said(place.command(&["crm.sqlite"]).stdin(script));
    fails(&said, 1, "no command `.nosuch`");
    assert_eq!(said.out, "{\"a\":1}\ndone\n");
}

/// The files that packages install are what the program prints.
#[test]
fn the_manual_pages_and_the_schema_are_current() {
    let place = Place::with_shop();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("completions");
    let mut files = vec![
        ("glue.1".to_owned(), vec!["man".to_owned()]),
        ("glue.schema.json".to_owned(), vec!["config".to_owned(), "schema".to_owned()]),
    ];
    let commands = "query run explain import export dump diff tables schema check init config allow demo help completions man";
    for command in commands.split(' ') {
        files.push((format!("glue-{command}.1"), vec!["man".to_owned(), command.to_owned()]));
    }
    for (file, arguments) in files {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let printed = place.glue(&arguments);
        succeeds(&printed);
        let path = root.join(&file);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &printed.out).expect("a file to write");
        }
        let kept = fs::read_to_string(&path).expect("the file is there");
        assert!(
            kept == printed.out,
            "completions/{file} is not what glue {} prints; UPDATE=1 writes it anew",
            arguments.join(" ")
        );
    }
    fails(&place.glue(&["man", "qurey"]), 2, "did you mean `glue query`?");
}
