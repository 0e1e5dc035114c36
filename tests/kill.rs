//! Killing a process in the middle of transactions over several files: each file has the whole transaction, or none has.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may fail loudly and say what it saw")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use glue::connection::{ConnectionManager, ConnectionPool};
use glue::session::Session;
use glue::value::Value;
use rusqlite::Connection;
use support::Random;

/// Names the folder for the process that is to be killed.
const FOLDER: &str = "GLUE_TEST_KILLED";

/// The file that the process makes when its first transaction is done.
const BEGUN: &str = "begun";

/// How many kills; a long run asks for 200.
const ROUNDS: &str = "GLUE_TEST_KILLS";

const POOLS: [&str; 3] = ["a", "b", "c"];

fn path(folder: &Path, pool: &str) -> PathBuf {
    folder.join(format!("{pool}.db"))
}

fn session(folder: &Path, pools: &[&str]) -> Session {
    let manager = ConnectionManager::new();
    for name in pools {
        let pool = ConnectionPool::sqlite(path(folder, name)).name(*name).read_only(false).build().unwrap();
        manager.register_connection_pool(pool, Some(name)).unwrap();
    }
    Session::new(manager)
}

/// The process that is killed: transactions over all files, each with the next number, some of them rolled back.
#[test]
fn as_the_killed() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let mut session = session(&folder, &POOLS);
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    let mut random = Random::new(seed.into());
    loop {
        session.execute("BEGIN").unwrap();
        for pool in POOLS {
            session.execute(&format!("UPDATE {pool}.counter SET n = n + 1")).unwrap();
            // More than one page, so that a half-written file would be seen as one.
            let pages = random.between(1, 20) * 4000;
            let insert = format!("INSERT INTO {pool}.log SELECT n, zeroblob({pages}) FROM {pool}.counter");
            session.execute(&insert).unwrap();
            session.execute(&format!("DELETE FROM {pool}.log WHERE n < (SELECT n FROM {pool}.counter) - 3")).unwrap();
        }
        let end = if random.percent(10) { "ROLLBACK" } else { "COMMIT" };
        session.execute(end).unwrap();
        std::fs::write(folder.join(BEGUN), "").unwrap();
    }
}

/// The number of a file's last transaction, read by a session that may roll an interrupted one back.
fn last(folder: &Path, pool: &str) -> i64 {
    let mut session = session(folder, &[pool]);
    // A write, since a reader may not roll back: it changes nothing.
    session.execute(&format!("DELETE FROM {pool}.log WHERE n < 0")).unwrap();
    let mut rows = session.query("SELECT n, n = (SELECT max(n) FROM log) FROM counter").unwrap();
    let batch = rows.next_batch().unwrap().unwrap();
    let cell = |index: usize| batch.column(index).value(0).to_owned();
    assert_eq!(cell(1), Value::Integer(1), "{pool}: the table and its counter are of one transaction");
    let Value::Integer(number) = cell(0) else { panic!("{pool}: {:?}", cell(0)) };
    drop(rows);
    let check = Connection::open(path(folder, pool)).unwrap();
    let intact: String = check.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(intact, "ok", "{pool}");
    number
}

#[test]
fn a_killed_transaction_is_in_all_files_or_in_none() {
    let rounds: usize = std::env::var(ROUNDS).map_or(20, |rounds| rounds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    for pool in POOLS {
        let file = Connection::open(path(folder.path(), pool)).unwrap();
        file.execute_batch(
            "CREATE TABLE counter(n); INSERT INTO counter VALUES (0); CREATE TABLE log(n, b); INSERT INTO log VALUES (0, 0)",
        )
        .unwrap();
    }
    let mut random = Random::new(rounds as u64);
    let (mut before, mut interrupted, mut moved) = (0, 0, 0);
    for round in 0..rounds {
        let mut killed = Command::new(std::env::current_exe().unwrap())
            .args(["as_the_killed", "--exact"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let begun = folder.path().join(BEGUN);
        let start = Instant::now();
        while !begun.exists() {
            assert!(start.elapsed() < Duration::from_secs(60), "the process did nothing");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::fs::remove_file(&begun).unwrap();
        std::thread::sleep(Duration::from_micros(random.between(0, 70_000) as u64));
        killed.kill().unwrap();
        killed.wait().unwrap();
        let journal = |pool: &&str| folder.path().join(format!("{pool}.db-journal")).exists();
        interrupted += usize::from(POOLS.iter().any(journal));
        let mut order = POOLS.to_vec();
        order.rotate_left(random.below(POOLS.len()));
        let numbers: Vec<i64> = order.iter().map(|pool| last(folder.path(), pool)).collect();
        assert!(numbers.iter().all(|number| *number == numbers[0]), "round {round}: {order:?} are at {numbers:?}");
        assert!(numbers[0] >= before, "round {round}: what was committed is gone");
        moved += usize::from(numbers[0] > before);
        before = numbers[0];
        let _ = std::fs::remove_file(&begun);
    }
    eprintln!("{rounds} kills: {interrupted} left a journal behind, {moved} came after a commit, {before} transactions");
    assert!(moved > 0 && interrupted > 0, "no kill met a transaction");
}
