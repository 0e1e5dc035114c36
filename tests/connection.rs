//! Opening without a trace, errors at once, lazy pools, snapshots beside a writer: what the rest of glue builds on.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may fail loudly and say what it skipped")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use glue::cancel::CancelToken;
use glue::catalog::{self, Generated, TableKind};
use glue::connection::{
    AttachedConnection, ConnectionManager, ConnectionPool, Lease, PoolOptions, RowReader, begin_snapshot, bind_array, bind_value,
    is_encoding_conflict, sqlite_error, take_notices,
};
use glue::error::{Error, ErrorKind};
use glue::value::{Collation, Value, ValueRef};
use rusqlite::Connection;

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

fn pool(name: &str, path: impl Into<PathBuf>) -> ConnectionPool {
    ConnectionPool::sqlite(path).name(name).build().unwrap()
}

fn lease(pool: &ConnectionPool) -> Result<Lease, Error> {
    pool.lease(soon(), &CancelToken::new())
}

fn count(lease: &Lease) -> i64 {
    lease.connection().query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
}

fn make(path: &Path, journal_mode: &str) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", journal_mode).unwrap();
    connection.execute_batch("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2), (3);").unwrap();
    connection
}

/// Everything in a folder: names, bytes of databases, modification times. The -shm is not content: readers may take locks.
fn state(folder: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            let metadata = entry.metadata().unwrap();
            (name, (fs::read(entry.path()).unwrap(), metadata.modified().unwrap()))
        })
        .collect()
}

/// Copies a WAL database and its side files while a writer has it open, as a crash would leave them.
fn copy_live(from: &Path, to: &Path, suffixes: &[&str]) {
    for suffix in suffixes {
        let with = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        fs::copy(with(from), with(to)).unwrap();
    }
}

/// The folder in which each database lies alone, in each state of the opening table.
fn make_states(folder: &Path) {
    let file = |state: &str| {
        let folder = folder.join(state);
        fs::create_dir(&folder).unwrap();
        folder.join("x.db")
    };
    drop(make(&file("rollback"), "delete"));
    drop(make(&file("wal_clean"), "wal"));
    let live = file("source");
    let _writer = make(&live, "wal");
    copy_live(&live, &file("wal_both"), &["", "-wal", "-shm"]);
    copy_live(&live, &file("wal_frames"), &["", "-wal"]);
    fs::write(file("empty"), b"").unwrap();
}

fn read_and_close(path: &Path) -> Result<i64, Error> {
    let pool = pool("x", path);
    let lease = lease(&pool)?;
    let is_empty = fs::metadata(path).unwrap().len() == 0;
    let rows = if is_empty { 0 } else { count(&lease) };
    let second = pool.lease(soon(), &CancelToken::new())?;
    drop((lease, second));
    // Attached as well, beside nothing and beside a pooled connection.
    let attached = AttachedConnection::open(std::slice::from_ref(&pool), soon(), &CancelToken::new())?;
    attached.begin()?;
    drop(attached);
    Ok(rows)
}

#[test]
fn opening_leaves_no_trace_where_everything_is_writable() {
    let folder = tempfile::tempdir().unwrap();
    make_states(folder.path());
    for name in ["rollback", "wal_clean", "wal_both", "empty"] {
        let home = folder.path().join(name);
        let before = state(&home);
        let rows = read_and_close(&home.join("x.db")).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(rows, if name == "empty" { 0 } else { 3 }, "{name}");
        let after = state(&home);
        assert!(before == after, "{name}: {:?} became {:?}", before.keys(), after.keys());
    }
}

#[test]
fn frames_without_an_index_are_read_and_the_database_is_untouched() {
    let folder = tempfile::tempdir().unwrap();
    make_states(folder.path());
    let home = folder.path().join("wal_frames");
    let before = state(&home);
    assert_eq!(read_and_close(&home.join("x.db")).unwrap(), 3);
    let after = state(&home);
    assert_eq!(before["x.db"], after["x.db"]);
    assert_eq!(before["x.db-wal"].0, after["x.db-wal"].0);
}

/// Run by the next test as another user, since root may write everywhere.
#[test]
fn as_another_user() {
    let Some(folder) = std::env::var_os("GLUE_TEST_STATES").map(PathBuf::from) else { return };
    for name in ["rollback", "wal_clean", "wal_both", "empty"] {
        let home = folder.join(name);
        let before = state(&home);
        let rows = read_and_close(&home.join("x.db")).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(rows, if name == "empty" { 0 } else { 3 }, "{name}");
        assert!(before == state(&home), "{name}");
    }
    let error = read_and_close(&folder.join("wal_frames/x.db")).unwrap_err();
    assert!(error.message.contains("-wal"), "{error:?}");
    assert_eq!(error.kind, ErrorKind::Open);
    let error = read_and_close(&folder.join("secret.db")).unwrap_err();
    assert!(error.message.contains("permission"), "{error:?}");

    let manager = ConnectionManager::new();
    manager.register_connection_pool(pool("x", folder.join("wal_clean/x.db")), Some("x")).unwrap();
    drop(lease(&manager.pool("x").unwrap()).unwrap());
    assert_eq!(take_notices(&manager).len(), 1, "reading as immutable is worth a notice");
}

#[test]
fn opening_leaves_no_trace_where_nothing_is_writable() {
    let folder = tempfile::tempdir().unwrap();
    make_states(folder.path());
    fs::write(folder.path().join("secret.db"), b"x").unwrap();
    fs::set_permissions(folder.path().join("secret.db"), fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for name in ["rollback", "wal_clean", "wal_both", "wal_frames", "empty"] {
        let home = folder.path().join(name);
        for entry in fs::read_dir(&home).unwrap() {
            fs::set_permissions(entry.unwrap().path(), fs::Permissions::from_mode(0o444)).unwrap();
        }
        fs::set_permissions(&home, fs::Permissions::from_mode(0o555)).unwrap();
    }
    // The test binary lies where another user may not reach it; a copy beside the databases can be.
    let helper = folder.path().join("helper");
    fs::copy(std::env::current_exe().unwrap(), &helper).unwrap();
    fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
    let run = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&helper)
        .args(["as_another_user", "--exact", "--nocapture"])
        .env("GLUE_TEST_STATES", folder.path())
        .current_dir("/")
        .output();
    for name in ["rollback", "wal_clean", "wal_both", "wal_frames", "empty"] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    match run {
        Ok(run) if String::from_utf8_lossy(&run.stderr).contains("setpriv:") => {
            eprintln!("skipped: cannot become another user: {}", String::from_utf8_lossy(&run.stderr));
        }
        Ok(run) => {
            let text = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
            assert!(run.status.success() && text.contains("1 passed"), "{text}");
        }
        Err(error) => eprintln!("skipped: no setpriv here: {error}"),
    }
}

#[test]
fn each_bad_file_has_its_own_error_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let noise: Vec<u8> = (0..8192_u64).map(|n| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect();
    fs::write(home.join("noise"), noise).unwrap();
    fs::write(home.join("text"), "just some text\n".repeat(500)).unwrap();
    fs::write(home.join("cut"), b"SQLite format 3\0").unwrap();
    for (name, kind, words) in [
        ("missing", ErrorKind::Open, "no such file"),
        (".", ErrorKind::Open, "directory"),
        ("noise", ErrorKind::Open, "encrypted"),
        ("text", ErrorKind::Open, "not a SQLite database"),
    ] {
        let start = Instant::now();
        let error = lease(&pool("p", home.join(name))).unwrap_err();
        assert!(start.elapsed() < Duration::from_millis(100), "{name} took {:?}", start.elapsed());
        assert_eq!(error.kind, kind, "{name}: {error:?}");
        assert!(error.message.contains(words), "{name}: {error:?}");
        assert_eq!((error.pool.as_deref(), error.path), (Some("p"), Some(home.join(name))));
    }
    assert!(lease(&pool("p", home.join("cut"))).is_err());
    assert!(!home.join("missing").exists());
}

#[test]
fn a_missing_file_is_asked_for_again_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("later.db");
    let pool = pool("p", &path);
    assert!(lease(&pool).is_err());
    drop(make(&path, "delete"));
    assert_eq!(count(&lease(&pool).unwrap()), 3);
}

#[test]
fn a_locked_file_is_busy_after_its_timeout_and_cancelling_ends_the_wait() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let writer = make(&path, "delete");
    writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let options = PoolOptions { busy_timeout: Duration::from_millis(50), ..PoolOptions::default() };
    let error = lease(&ConnectionPool::sqlite(&path).name("p").options(options).build().unwrap()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Busy, "{error:?}");
    let cancel = CancelToken::new();
    let canceller = cancel.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        canceller.cancel();
    });
    let start = Instant::now();
    let error = pool("p", &path).lease(soon(), &cancel).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Interrupted, "{error:?}");
    assert!(start.elapsed() < Duration::from_millis(500));
    thread.join().unwrap();
}

#[test]
fn a_hot_journal_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let writer = make(&path, "delete");
    writer.execute_batch("PRAGMA cache_size = 1; BEGIN; CREATE TABLE big(a);").unwrap();
    writer.execute_batch("INSERT INTO big SELECT randomblob(1000) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n)").unwrap();
    let copy = folder.path().join("copy.db");
    copy_live(&path, &copy, &["", "-journal"]);
    let error = lease(&pool("p", &copy)).unwrap_err();
    assert!(error.message.contains("rolled back"), "{error:?}");
    let error = AttachedConnection::open(&[pool("p", &copy)], soon(), &CancelToken::new()).unwrap_err();
    assert!(error.message.contains("rolled back"), "{error:?}");
}

/// Run by the next test as a process of its own, where no other test starts threads or opens files.
#[test]
fn as_a_thousand_pools() {
    let Some(folder) = std::env::var_os("GLUE_TEST_THOUSAND").map(PathBuf::from) else { return };
    let threads = || {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        status.lines().find(|line| line.starts_with("Threads:")).unwrap().to_owned()
    };
    let descriptors = || fs::read_dir("/proc/self/fd").unwrap().count();
    let before = (threads(), descriptors());
    let start = Instant::now();
    let manager = ConnectionManager::new();
    for index in 0..1000 {
        let name = format!("p{index}");
        manager.register_connection_pool(pool(&name, folder.join(&name)), Some(&name)).unwrap();
    }
    assert!(start.elapsed() < Duration::from_millis(50), "{:?}", start.elapsed());
    assert_eq!(before, (threads(), descriptors()));
    drop(make(&folder.join("p7"), "delete"));
    let lease = lease(&manager.get_connection_pool("p7").unwrap()).unwrap();
    assert_eq!(count(&lease), 3);
    assert_eq!(descriptors(), before.1 + 1);
}

#[test]
fn a_thousand_pools_cost_nothing_until_named() {
    let folder = tempfile::tempdir().unwrap();
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["as_a_thousand_pools", "--exact", "--nocapture"])
        .env("GLUE_TEST_THOUSAND", folder.path())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn names_resolve_without_case_and_misses_list_near_ones() {
    let manager = ConnectionManager::new();
    let sales = pool("sales", "/nowhere/sales.db");
    manager.register_connection_pool(sales.clone(), Some("sales")).unwrap();
    manager.register_connection_pool(sales, Some("orders")).unwrap();
    assert_eq!(manager.get_connection_pool("SALES").unwrap().name(), "sales");
    assert_eq!(manager.get_connection_pool("Orders").unwrap().name(), "sales");
    assert!(!manager.has_multiple_connections(), "one pool under two names");
    let error = manager.get_connection_pool("salse").unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("did you mean `sales`?"));
    manager.register_connection_pool(pool("rest", "/nowhere/rest.db"), None).unwrap();
    assert_eq!(manager.get_connection_pool("salse").unwrap().name(), "rest");
    for name in ["main", "Temp", ""] {
        let error = ConnectionPool::sqlite("x").name(name).build().unwrap_err();
        assert_eq!(error.kind, ErrorKind::Configuration);
    }
}

#[test]
fn strange_paths_and_names_work() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a?b.db", "a#b.db", "100%41.db", "it's.db", "two words.db", "ä\"x.db"] {
        let path = folder.path().join(name);
        drop(make(&path, "wal"));
        let pool = pool(name, &path);
        let connection = lease(&pool).unwrap();
        assert_eq!(count(&connection), 3, "{name}");
        let sql = format!("SELECT count(*) FROM \"{}\".t", name.replace('"', "\"\""));
        let rows: i64 = connection.connection().query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 3);
        drop(connection);
        let attached = AttachedConnection::open(&[pool], soon(), &CancelToken::new()).unwrap();
        let rows: i64 = attached.connection().query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 3);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6);
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(folder.path().join("a?b.db"), &link).unwrap();
    assert!(pool("a", link).is_same_source(&pool("b", folder.path().join("a?b.db"))));
}

#[test]
fn a_lease_comes_back_clean() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    drop(make(&path, "delete"));
    let options = PoolOptions { max_connections: 1, read_only: false, ..PoolOptions::default() };
    let pool = ConnectionPool::sqlite(&path).name("p").options(options).build().unwrap();
    let first = lease(&pool).unwrap();
    first.connection().execute_batch("CREATE TEMP TABLE mine(a); BEGIN; INSERT INTO t VALUES (4);").unwrap();
    assert!(pool.try_lease(&CancelToken::new()).unwrap().is_none());
    let error = pool.lease(Instant::now() + Duration::from_millis(30), &CancelToken::new()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Busy);
    drop(first);
    let second = lease(&pool).unwrap();
    assert_eq!(count(&second), 3);
    assert!(second.connection().prepare("SELECT * FROM mine").is_err());
    // The stock shell has foreign keys off.
    let keys: i64 = second.connection().query_row("PRAGMA foreign_keys", [], |row| row.get(0)).unwrap();
    assert_eq!(keys, 0);
}

/// Run by the next test as a process of its own, since SQLite treats two connections of one process differently.
#[test]
fn as_a_writer() {
    let Some(path) = std::env::var_os("GLUE_TEST_WRITER").map(PathBuf::from) else { return };
    let writer = Connection::open(&path).unwrap();
    writer.busy_timeout(Duration::from_secs(10)).unwrap();
    for commit in 1.. {
        writer.execute_batch("INSERT INTO t VALUES (1)").unwrap();
        if commit % 20 == 0 {
            // Busy while a reader is there; that is the point.
            let _ = writer.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

#[test]
fn snapshots_agree_beside_a_writer() {
    for mode in ["delete", "wal"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        drop(make(&path, mode));
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["as_a_writer", "--exact"])
            .env("GLUE_TEST_WRITER", &path)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let pool = pool("p", &path);
        let cancel = CancelToken::new();
        let mut seen = 0;
        for _ in 0..60 {
            let mut leases: Vec<Lease> = (0..3).map(|_| lease(&pool).unwrap()).collect();
            begin_snapshot(&mut leases, &cancel).unwrap();
            let first = count(&leases[0]);
            std::thread::sleep(Duration::from_millis(2));
            assert!(leases.iter().all(|lease| count(lease) == first), "{mode}");
            seen = seen.max(first);
            drop(leases);
            std::thread::sleep(Duration::from_millis(3));
        }
        writer.kill().unwrap();
        writer.wait().unwrap();
        assert!(seen > 3, "{mode}: the writer wrote nothing");
    }
}

/// A writer that waits for the readers of a file lets no new one in (<https://sqlite.org/lockingv3.html>, PENDING), so a snapshot over
/// several connections must not hold the first while it waits for the second.
#[test]
fn a_snapshot_and_a_writer_in_rollback_mode_do_not_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["a", "b"].map(|name| folder.path().join(format!("{name}.db")));
    for path in &paths {
        drop(make(path, "delete"));
    }
    let writer = Connection::open(&paths[1]).unwrap();
    writer.execute("ATTACH ?1 AS a", [paths[0].to_str().unwrap()]).unwrap();
    writer.busy_timeout(Duration::from_secs(60)).unwrap();
    writer.execute_batch("PRAGMA synchronous = 0; PRAGMA a.synchronous = 0").unwrap();
    let is_done = std::sync::atomic::AtomicBool::new(false);
    let patient = |path: &PathBuf| ConnectionPool::sqlite(path).busy_timeout(Duration::from_secs(4)).build().unwrap();
    let pools = paths.each_ref().map(patient);
    // Before the writer: looking at a file's header, as the first opening does, drops this process's locks on it.
    pools.iter().for_each(|pool| drop(lease(pool).unwrap()));
    std::thread::scope(|scope| {
        let over = &is_done;
        scope.spawn(move || {
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                writer.execute_batch("BEGIN; INSERT INTO main.t VALUES (4); INSERT INTO a.t VALUES (4); COMMIT").unwrap();
            }
        });
        let cancel = CancelToken::new();
        let attempt = || -> Result<(), Error> {
            for _ in 0..15 {
                let mut leases = Vec::new();
                for pool in pools.iter().cycle().take(6) {
                    leases.push(lease(pool)?);
                }
                begin_snapshot(&mut leases, &cancel)?;
                let counts: Vec<i64> = leases.iter().map(count).collect();
                assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
                drop(leases);
                let attached = AttachedConnection::open(&pools, soon(), &cancel)?;
                attached.begin()?;
                let same = "SELECT (SELECT count(*) FROM a.t) = (SELECT count(*) FROM b.t)";
                assert!(attached.connection().query_row(same, [], |row| row.get::<_, bool>(0)).unwrap());
            }
            Ok(())
        };
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(attempt));
        is_done.store(true, std::sync::atomic::Ordering::Relaxed);
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic)).unwrap();
    });
}

#[test]
fn mixed_encodings_are_told_apart_and_equal_ones_attach() {
    let folder = tempfile::tempdir().unwrap();
    let make_encoded = |name: &str, encoding: &str| {
        let path = folder.path().join(name);
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(&format!("PRAGMA encoding = '{encoding}'; CREATE TABLE t(a); INSERT INTO t VALUES ('é')"))
            .unwrap();
        pool(name, path)
    };
    let (narrow, wide, wider) = (make_encoded("a", "UTF-8"), make_encoded("b", "UTF-16le"), make_encoded("c", "UTF-16le"));
    let error = AttachedConnection::open(&[narrow, wide.clone()], soon(), &CancelToken::new()).unwrap_err();
    assert!(is_encoding_conflict(&error), "{error:?}");
    let attached = AttachedConnection::open(&[wide, wider], soon(), &CancelToken::new()).unwrap();
    let text: String = attached.connection().query_row("SELECT b.t.a FROM b.t JOIN c.t USING (a)", [], |row| row.get(0)).unwrap();
    assert_eq!(text, "é");
    assert!(AttachedConnection::limit() >= 10);
}

#[test]
fn rows_come_with_their_classes_and_parameters_keep_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    make(&path, "delete")
        .execute_batch("DELETE FROM t; INSERT INTO t VALUES (NULL), (1), (2.5), ('x'), (x'00ff'), (CAST(x'ff' AS TEXT))")
        .unwrap();
    let connection = lease(&pool("p", &path)).unwrap();
    let cancel = CancelToken::new();
    let mut statement = connection.connection().prepare("SELECT a FROM t ORDER BY rowid").unwrap();
    let mut reader = RowReader::new(&mut statement, &cancel);
    let batch = reader.next_batch(100).unwrap().unwrap();
    assert_eq!(batch.rows(), 6);
    assert_eq!(batch.column(0).value(2), ValueRef::Real(2.5));
    assert_eq!(batch.column(0).value(5), ValueRef::Text(b"\xff"));
    assert!(reader.next_batch(100).unwrap().is_none());
    drop(reader);
    let mut statement = connection.connection().prepare("SELECT a FROM t WHERE a = ?1").unwrap();
    bind_value(&mut statement, 1, ValueRef::Text(b"\xff")).unwrap();
    assert_eq!(RowReader::new(&mut statement, &cancel).next_batch(10).unwrap().unwrap().rows(), 1);
    let mut statement = connection.connection().prepare("SELECT a FROM t WHERE a IN rarray(?1)").unwrap();
    let keys = [Value::Integer(1), Value::text("x"), Value::Blob([0, 255].into())];
    assert!(bind_array(&mut statement, 1, &keys).unwrap());
    assert_eq!(RowReader::new(&mut statement, &cancel).next_batch(10).unwrap().unwrap().rows(), 3);
    let mut statement =
        connection.connection().prepare("SELECT abs(-9223372036854775807 - value) FROM generate_series(0, 1)").unwrap();
    let mut reader = RowReader::new(&mut statement, &cancel);
    assert!(reader.next_batch(10).is_err(), "an error in the middle is no end");
    drop(reader);
    let mut statement = connection.connection().prepare("SELECT a FROM t").unwrap();
    assert!(!bind_array(&mut statement, 1, &[Value::Text([255].into())]).unwrap());
    let sql = "SELECT a, nope FROM t";
    let error = sqlite_error(connection.connection().prepare(sql).unwrap_err(), Some(sql));
    assert_eq!(error.message, "no such column: nope");
    let span = error.span.unwrap();
    assert_eq!(&sql[span.start..span.end], "nope");
}

#[test]
fn the_catalog_tells_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch(
            "CREATE TABLE a(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE NOT NULL, v AS (id + 1), s AS (id + 2) STORED, d INT DEFAULT 5);
             CREATE INDEX a_name ON a(name, d DESC);
             CREATE UNIQUE INDEX a_part ON a(d) WHERE d > 3;
             CREATE TABLE w(x TEXT, y INT, PRIMARY KEY (y, x)) WITHOUT ROWID;
             CREATE TABLE st(x ANY) STRICT;
             CREATE TABLE k(id INTEGER PRIMARY KEY DESC);
             CREATE VIEW view1 AS SELECT name, id FROM a;
             CREATE VIEW grouped AS SELECT max(d) AS m, name FROM a GROUP BY name, d UNION ALL SELECT 1, 'q' ORDER BY 1;
             CREATE VIEW broken AS SELECT * FROM nowhere;
             CREATE VIRTUAL TABLE docs USING fts5(body);
             INSERT INTO a(id, name, d) VALUES (5, 'x', 1), (14, 'y', 2);
             INSERT INTO w VALUES ('a', 1), ('b', 1);
             ANALYZE a;",
        )
        .unwrap();
    let connection = lease(&pool("p", &path)).unwrap();
    let catalog = catalog::load(connection.connection(), "p").unwrap();
    let start = Instant::now();
    catalog::load(connection.connection(), "p").unwrap();
    eprintln!("catalog of {} tables: {:?}", catalog.tables.len(), start.elapsed());
    assert!(catalog.utf8 && connection.connection().is_autocommit());
    let a = catalog.table("A").unwrap();
    assert_eq!((a.rowid_alias, a.primary_key.as_slice(), a.rows, a.rowid_range), (Some(0), &[0][..], Some(2), Some((5, 14))));
    assert_eq!(a.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["id", "name", "v", "s", "d"]);
    assert_eq!((a.columns[1].collation, a.columns[0].collation), (Some(Collation::NoCase), Some(Collation::Binary)));
    assert_eq!((a.columns[2].generated, a.columns[3].generated), (Some(Generated::Virtual), Some(Generated::Stored)));
    assert_eq!(a.columns[4].default.as_deref(), Some("5"));
    assert!(a.columns[0].not_null && a.columns[1].not_null && a.sql.starts_with("CREATE TABLE a"));
    let index = a.indexes.iter().find(|index| index.name == "a_name").unwrap();
    assert_eq!(
        index.columns.iter().map(|key| (key.column, key.descending)).collect::<Vec<_>>(),
        [(Some(1), false), (Some(4), true)]
    );
    assert_eq!((index.columns[0].collation, index.rows_per_key.len()), (Some(Collation::NoCase), 2));
    assert!(a.indexes.iter().any(|index| index.partial && index.unique));
    let w = catalog.table("w").unwrap();
    assert!(w.without_rowid && w.primary_key == [1, 0] && w.is_unique(&[0, 1]));
    assert!(catalog.table("st").unwrap().strict);
    assert_eq!(catalog.table("k").unwrap().rowid_alias, None);
    let view = catalog.table("view1").unwrap();
    assert_eq!(view.kind, TableKind::View);
    assert_eq!(
        view.columns.iter().map(|column| column.collation).collect::<Vec<_>>(),
        [Some(Collation::NoCase), Some(Collation::Binary)]
    );
    let view = catalog.table("grouped").unwrap();
    assert_eq!(
        view.columns.iter().map(|column| column.collation).collect::<Vec<_>>(),
        [Some(Collation::Binary), Some(Collation::NoCase)]
    );
    assert!(catalog.table("broken").unwrap().columns.is_empty());
    let docs = catalog.table("docs").unwrap();
    assert!(docs.kind == TableKind::Virtual && docs.columns.iter().any(|column| column.hidden));
    assert!(catalog.table("sqlite_master").is_some());
}
