//! Writers beside a scan: no torn read, and SQLite's locks are held throughout.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use glue::connection::{ConnectionManager, ConnectionPool, PoolOptions};
use glue::session::{Route, Session};
use glue::value::ValueRef;
use rusqlite::Connection;
use tempfile::TempDir;

use super::tables::{itself, natively, reader};

/// More than SQLite would be left to group.
const ROWS: i64 = 30_000;
const READS: usize = 200;

/// What tells a test's second process that it is to write, and where.
const WRITES: &str = "GLUE_TEST_WRITES";

/// A process of its own that writes: within one process SQLite knows of all connections, and locks mean something else.
struct Writer {
    child: Child,
    stop: PathBuf,
}

impl Writer {
    fn start(path: &Path) -> Self {
        let program = std::env::current_exe().expect("a test knows its own program");
        let child = Command::new(program)
            .args(["--exact", "writers::writes_in_a_process_of_its_own"])
            .env(WRITES, path)
            .stdout(Stdio::null())
            .spawn()
            .expect("a test's program can be run again");
        Self { child, stop: path.with_extension("stop") }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        std::fs::write(&self.stop, "").expect("a test's directory is writable");
        self.child.wait().expect("the writer ends");
    }
}

/// Adds one to every row, one transaction a time, until a file says to stop; checkpoints now and then.
#[test]
fn writes_in_a_process_of_its_own() {
    let Some(path) = std::env::var_os(WRITES).map(PathBuf::from) else { return };
    let stop = path.with_extension("stop");
    let connection = Connection::open(&path).expect("the file is there");
    connection.busy_timeout(Duration::from_secs(60)).expect("a timeout can be set");
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 300").expect("the pragmas exist");
    let mut commits = 0;
    while !stop.exists() {
        // In rollback mode readers need a moment without a writer.
        std::thread::sleep(Duration::from_millis(5));
        commits += connection.execute("UPDATE t SET v = v + 1", []).map_or(0, |_| 1);
        if commits % 7 == 0 {
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }
}

fn make(path: &Path, mode: &str) {
    let connection = Connection::open(path).expect("a test's directory is writable");
    rusqlite::vtab::series::load_module(&connection).expect("the series module is built in");
    let script = format!(
        "PRAGMA journal_mode = {mode}; CREATE TABLE t(k INTEGER PRIMARY KEY, v INT, filler TEXT);
         INSERT INTO t SELECT value, 0, printf('%.*c', 60, 'f') FROM generate_series(1, {ROWS});"
    );
    connection.execute_batch(&script).expect("the script is right");
}

fn session(path: &Path) -> Session {
    let options = PoolOptions {
        read_only: true,
        max_connections: 4,
        idle_timeout: Duration::from_secs(60),
        busy_timeout: Duration::from_secs(60),
        immutable: false,
        ..PoolOptions::default()
    };
    let manager = ConnectionManager::new();
    let pool = ConnectionPool::sqlite(path).name("pool").options(options).build().expect("a good name");
    manager.register_connection_pool(pool, Some("pool")).expect("a free name");
    let mut session = Session::new(manager);
    session.set_route(Route::Federated);
    session
}

#[test]
fn no_read_is_torn() {
    for mode in ["WAL", "DELETE"] {
        let directory = TempDir::new().expect("a temporary directory");
        let path = directory.path().join("file.sqlite");
        make(&path, mode);
        let mut session = session(&path);
        let plan = session.explain("SELECT min(v), max(v), count(*) FROM pool.t").expect("the statement is right").to_string();
        assert!(plan.contains("native scan"), "{plan}");
        let writer = Writer::start(&path);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..READS {
            let mut result = session.query("SELECT min(v), max(v), count(*) FROM pool.t").expect("the file is sound");
            let batch = result.next_batch().expect("the file is sound").expect("one row");
            let value = |column: usize| match batch.column(column).value(0) {
                ValueRef::Integer(number) => number,
                other => panic!("no integer: {other:?}"),
            };
            assert_eq!((value(0), value(2)), (value(1), ROWS), "{mode}: a torn read");
            seen.insert(value(0));
            drop(result);
            std::thread::sleep(Duration::from_millis(2));
        }
        drop(writer);
        assert!(seen.len() > 1, "{mode}: no read saw more than one commit");
    }
}

/// The locks that this process holds on a file, from Linux's list of all locks.
///
/// Linux hands the list out page by page and finds its place again by counting, so that a lock that any process takes or
/// frees meanwhile makes a line come twice or not at all: a set of what several readings show has neither fault.
#[cfg(target_os = "linux")]
fn locks(path: &Path) -> std::collections::BTreeSet<String> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = std::fs::metadata(path).expect("the file is there");
    let (own, inode) = (std::process::id().to_string(), format!(":{}", metadata.ino()));
    let is_own = |line: &&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.contains(&own.as_str()) && words.iter().any(|word| word.ends_with(&inode))
    };
    let without_number = |line: &str| line.split_once(':').map_or("", |(_, lock)| lock).to_owned();
    let reading = |_| std::fs::read_to_string("/proc/locks").expect("Linux lists locks");
    let own_locks = |list: String| list.lines().filter(is_own).map(without_number).collect::<Vec<String>>();
    (0..8).map(reading).flat_map(own_locks).collect()
}

#[cfg(target_os = "linux")]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
#[test]
fn a_scan_keeps_the_locks_of_sqlite() {
    for mode in ["DELETE", "WAL"] {
        let directory = TempDir::new().expect("a temporary directory");
        let path = directory.path().join("file.sqlite");
        make(&path, mode);
        let connection = reader(&path);
        let catalog = glue::catalog::load(&connection, "main").expect("the schema is sound");
        let before = locks(&path);
        if before.is_empty() {
            // Some sandboxes show no locks at all, and then there is nothing to see.
            eprintln!("skipped: /proc/locks shows no lock of a reading connection");
            return;
        }
        let rows = natively(&connection, &itself(catalog.table("t").expect("the table is there"))).expect("the file is sound");
        assert_eq!(rows.len(), usize::try_from(ROWS).expect("a small number"));
        assert_eq!(locks(&path), before, "{mode}");
    }
}
