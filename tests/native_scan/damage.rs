//! Damaged pages: whatever is wrong with a file, the native scan gives what SQLite gives, and an error where SQLite gives one.
//!
//! It may find damage where SQLite gives rows all the same (a cell that begins on the last bytes of a page, which SQLite reads from
//! whatever lies behind it in memory), but only in files in which SQLite's own integrity check finds damage too, and seldom.
//!
//! `GLUE_DAMAGE_SECONDS=3600 cargo test --release --test native_scan damage` looks for an hour, from a new seed each time.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use glue::catalog::{Catalog, TableKind};
use glue::error::ErrorKind;
use glue::sqlite_file::NotNative;
use rusqlite::Connection;
use tempfile::TempDir;

use super::tables::{by_sqlite, natively, reader, readings, same, scanned, some_keys};

/// Files that are damaged in CI, each in so many ways.
const ROUNDS: u64 = 400;

/// Files of rows, of rows, indexes and tables WITHOUT ROWID, and of indexes with many equal entries. None may change: saved cases are seeds of damage to them.
const SCRIPTS: [&str; 3] = [TABLES, INDEXES, RUNS];

const TABLES: &str = "
    CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d);
    INSERT INTO t SELECT value * 3, printf('%d %.*c', value, value % 40, 'x'), value, value % 5 FROM generate_series(1, 400);
    INSERT INTO t VALUES (-7, hex(zeroblob(3000)), 'no real', NULL), (5000, NULL, 1.5, zeroblob(9000));
    CREATE TABLE u(x, y); INSERT INTO u SELECT value, -value FROM generate_series(1, 3);
    ALTER TABLE u ADD COLUMN z DEFAULT 9;";

const INDEXES: &str = "
    CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d);
    INSERT INTO t SELECT value * 3, printf('%d %.*c', value, value % 40, 'x'), value, value % 5 FROM generate_series(1, 200);
    INSERT INTO t VALUES (-7, hex(zeroblob(3000)), 'no real', NULL), (5000, NULL, 1.5, zeroblob(9000));
    CREATE INDEX t_c ON t(c); CREATE INDEX t_b ON t(b DESC, d);
    CREATE TABLE w(k TEXT, l, v REAL, PRIMARY KEY(l, k)) WITHOUT ROWID;
    INSERT INTO w SELECT printf('%.*c', value % 90, 'k') || value, value % 9, value FROM generate_series(1, 300);
    INSERT INTO w VALUES (hex(zeroblob(2000)), 3, NULL), ('', hex(zeroblob(700)), -1);";

const RUNS: &str = "
    CREATE TABLE r(a, b TEXT, c REAL, d);
    INSERT INTO r SELECT value / 30, char(97 + value % 9), value / 70, CASE value % 3 WHEN 0 THEN NULL WHEN 1 THEN printf('%.90c', 'd') END
        FROM generate_series(1, 400);
    CREATE INDEX r_a ON r(a); CREATE INDEX r_b ON r(b); CREATE INDEX r_c ON r(c DESC, b); CREATE INDEX r_d ON r(d);";

/// A generator of its own, so that a seed gives the same damage on every machine (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 1).expect("63 bits") % bound
    }
}

fn sound_file(path: &Path, script: &str, page_size: usize) -> Vec<u8> {
    let connection = Connection::open(path).expect("a test's directory is writable");
    rusqlite::vtab::series::load_module(&connection).expect("the series module is built in");
    connection.execute_batch(&format!("PRAGMA page_size = {page_size}; {script}")).expect("the script is right");
    drop(connection);
    std::fs::read(path).expect("the file was written")
}

/// Some bytes changed, most of them where pages keep their structure.
fn damaged(sound: &[u8], page_size: usize, seed: u64) -> Vec<u8> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut bytes = sound.to_vec();
    let pages = bytes.len() / page_size;
    for _ in 0..=random.below(3) {
        // The schema's page stays sound: a damaged schema is no matter of scanning.
        let start = (1 + random.below(pages - 1)) * page_size;
        let at = start
            + match random.below(4) {
                0 => random.below(12),
                1 => 8 + random.below(60),
                2 => page_size - 1 - random.below(page_size / 2),
                _ => random.below(page_size),
            };
        match random.below(5) {
            0 => bytes[at] = random.below(256) as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes[at] = [0, 0x7f, 0x80, 0xff, 0x0d, 0x05][random.below(6)],
            3 => {
                let from = random.below(bytes.len() - 16);
                let length = (1 + random.below(16)).min(start + page_size - at);
                bytes.copy_within(from..from + length, at);
            }
            _ => {
                let end = (at + 4).min(start + page_size);
                let page = random.below(pages + 2) as u32;
                bytes[at..end].copy_from_slice(&page.to_be_bytes()[..end - at]);
            }
        }
    }
    bytes
}

/// What is different, if anything is; the catalog is that of the sound file. `stricter` counts damage that SQLite overlooks.
fn difference(path: &Path, catalog: &Catalog, stricter: &mut u64) -> Option<String> {
    let connection = reader(path);
    let tables = catalog.tables.values().filter(|table| table.kind == TableKind::Table && !table.name.starts_with("sqlite_"));
    for reading in tables.flat_map(readings) {
        let expected = by_sqlite(&connection, &reading);
        if connection.is_autocommit() {
            // Some errors (a length that no memory holds) end the transaction.
            connection.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema").expect("the schema is sound");
        }
        if let Ok(rows) = &expected
            && let Some(plan) = reading.for_keys(&some_keys(rows, 7))
        {
            // Where the order is damaged, a search misses what a scan finds, in SQLite too: it is enough that it ends.
            let _ = scanned(&connection, &plan);
        }
        match (expected, natively(&connection, &reading)) {
            (Ok(expected), Ok(found)) if same(&expected, &found) => {}
            (Err(_), Err(NotNative::Failed(_))) => {}
            (Ok(_), Err(NotNative::Failed(error))) if error.kind == ErrorKind::Corrupt && is_damaged(&connection) => {
                *stricter += 1;
            }
            (Ok(expected), found) => {
                let found = found.map(|rows| (rows.len(), rows.iter().zip(&expected).position(|(one, other)| one != other)));
                return Some(format!("{}: SQLite gives {} rows, the scan {found:?}", reading.what, expected.len()));
            }
            (expected, found) => {
                let (expected, found) = (expected.map(|rows| rows.len()), found.map(|rows| rows.len()));
                return Some(format!("{}: SQLite gives {expected:?}, the scan {found:?}", reading.what));
            }
        }
    }
    None
}

fn is_damaged(connection: &Connection) -> bool {
    let check = connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    check.map_or(true, |first| first != "ok")
}

#[expect(clippy::print_stderr, reason = "an hour's run is there to say what it saw")]
#[test]
fn damage_gives_what_sqlite_gives() {
    let directory = TempDir::new().expect("a temporary directory");
    let seconds = std::env::var("GLUE_DAMAGE_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let (first, until) = match seconds {
        Some(seconds) => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_nanos();
            (now as u64, Some(Instant::now() + Duration::from_secs(seconds)))
        }
        None => (1, None),
    };
    let (mut rounds, mut stricter) = (0, 0);
    let kinds = [512, 1024, 4096].into_iter().flat_map(|page_size| (0..SCRIPTS.len()).map(move |script| (page_size, script)));
    for (page_size, script) in kinds.cycle() {
        let sound = sound_file(&directory.path().join(format!("{page_size}-{rounds}.sqlite")), SCRIPTS[script], page_size);
        let path = directory.path().join("sound.sqlite");
        std::fs::write(&path, &sound).expect("the directory is writable");
        let catalog = glue::catalog::load(&reader(&path), "main").expect("the schema is sound");
        for seed in (first + rounds..).take(usize::try_from(ROUNDS).expect("a small number")) {
            // A name of its own: the page cache of a connection that is still open must not be asked.
            let path = directory.path().join("damaged.sqlite");
            std::fs::write(&path, damaged(&sound, page_size, seed)).expect("the directory is writable");
            if let Some(difference) = difference(&path, &catalog, &mut stricter) {
                let kept = std::env::temp_dir().join(format!("damaged-{script}-{page_size}-{seed}.sqlite"));
                std::fs::copy(&path, &kept).expect("the temporary directory is writable");
                panic!("script {script}, page size {page_size}, seed {seed}, kept as {}: {difference}", kept.display());
            }
        }
        rounds += ROUNDS;
        let is_over = until.map_or(rounds >= 9 * ROUNDS, |until| Instant::now() >= until);
        if is_over {
            break;
        }
    }
    eprintln!("{rounds} damaged files, {stricter} tables in which SQLite overlooks damage");
    assert!(stricter * 20 < rounds, "{stricter} of {rounds}");
}

/// Cases that once differed: script, page size and seed.
const SAVED: [(usize, usize, u64); 4] =
    [(0, 512, 33), (0, 512, 38), (1, 4096, 1_795_637_348_202_151_635), (1, 1024, 1_795_664_369_829_530_834)];

#[test]
fn what_once_differed_is_the_same_now() {
    let directory = TempDir::new().expect("a temporary directory");
    for (script, page_size, seed) in SAVED {
        let path = directory.path().join(format!("{script}-{page_size}-{seed}.sqlite"));
        let sound = sound_file(&path, SCRIPTS[script], page_size);
        let catalog = glue::catalog::load(&reader(&path), "main").expect("the schema is sound");
        std::fs::write(&path, damaged(&sound, page_size, seed)).expect("the directory is writable");
        assert_eq!(difference(&path, &catalog, &mut 0), None, "script {script}, page size {page_size}, seed {seed}");
    }
}
