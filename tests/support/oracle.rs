//! The oracle: the SQLite library that glue links, with the files attached, asked in several ways so as to see what is fixed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, ffi};
use tempfile::TempDir;

use super::answer::{Answer, MOST_ROWS};
use super::any_sequence;
use super::files::Files;

/// Connections that plan the same statement differently: plainly; with scans reversed and the files attached the other way
/// round; and over copies of the files that have statistics (or have none, where the files do), without automatic indexes.
pub struct Oracle {
    plain: Connection,
    others: Vec<Connection>,
    steps: Arc<AtomicU64>,
    pools: Vec<(String, PathBuf)>,
    /// Kept for as long as the connections are open.
    copies: TempDir,
}

/// What the oracle says, in each way of asking.
#[derive(Debug)]
pub struct Expected {
    pub plain: Result<Answer, String>,
    pub others: Vec<Result<Answer, String>>,
}

impl Oracle {
    pub fn new(files: &Files) -> Self {
        let copies = TempDir::new().expect("the system's temporary directory is writable");
        let analyzed: Vec<(String, PathBuf)> = files
            .pools()
            .iter()
            .enumerate()
            .map(|(number, (name, path))| {
                (name.clone(), copy_with_other_statistics(path, &copies.path().join(number.to_string())))
            })
            .collect();
        let backwards: Vec<(String, PathBuf)> = files.pools().iter().rev().cloned().collect();
        let reversed = attach(&backwards);
        reversed.execute_batch("PRAGMA reverse_unordered_selects = 1").expect("the pragma exists");
        let analyzed = attach(&analyzed);
        analyzed.execute_batch("PRAGMA automatic_index = 0").expect("the pragma exists");
        Self {
            plain: attach(files.pools()),
            others: vec![reversed, analyzed],
            steps: Arc::default(),
            pools: files.pools().to_vec(),
            copies,
        }
    }

    /// Asks in two more ways: copies whose rows lie the other way round and that have other indexes (`reverse_unordered_selects` does
    /// not turn round what GROUP BY and DISTINCT read, so that it alone does not show which of two equals stands for both); and with
    /// the rows in a third order, without indexes and the optimizations of SQLite's planner, some of which have faults that change the answer (NOT IN does not see
    /// the NULL in a descending index, for one).
    pub fn thorough(files: &Files) -> Self {
        let mut oracle = Self::new(files);
        let turn = |(number, (name, path)): (usize, &(String, PathBuf))| {
            (name.clone(), copy_turned_round(path, &oracle.copies.path().join(format!("turned{number}"))))
        };
        let turned: Vec<(String, PathBuf)> = files.pools().iter().enumerate().map(turn).collect();
        oracle.others.push(attach(&turned));
        let bare = |(number, (name, path)): (usize, &(String, PathBuf))| {
            (name.clone(), copy_without_indexes(path, &oracle.copies.path().join(format!("bare{number}"))))
        };
        let bare: Vec<(String, PathBuf)> = files.pools().iter().enumerate().map(bare).collect();
        oracle.others.push(without_optimizations(attach(&bare)));
        oracle
    }

    /// The plain connection, for tests that ask it something of their own.
    pub fn connection(&self) -> &Connection {
        &self.plain
    }

    /// Asks in all ways. None when it would take more than `budget` thousand steps of SQLite's machine, or gives too many rows.
    pub fn ask_within(&self, sql: &str, budget: u64) -> Option<Expected> {
        for connection in std::iter::once(&self.plain).chain(&self.others) {
            let steps = Arc::clone(&self.steps);
            let handler = move || steps.fetch_add(1, Ordering::Relaxed) > budget;
            connection.progress_handler(1000, Some(handler)).expect("the connection is open");
        }
        let ask = |connection: &Connection| -> Option<Result<Answer, String>> {
            self.steps.store(0, Ordering::Relaxed);
            match Answer::of_sqlite(connection, sql) {
                Ok(answer) if answer.rows.len() > MOST_ROWS => None,
                Ok(answer) => Some(Ok(answer)),
                Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) => None,
                Err(error) => Some(Err(error.to_string())),
            }
        };
        let plain = ask(&self.plain)?;
        let others = self.others.iter().map(ask).collect::<Option<Vec<_>>>()?;
        Some(Expected { plain, others })
    }

    /// Whether one of a statement's sums overflows in some sequence of its numbers.
    pub fn may_overflow(&self, sql: &str) -> bool {
        let connection = attach(&self.pools);
        any_sequence::register_sum(&connection);
        let error = Answer::of_sqlite(&connection, sql).err();
        error.is_some_and(|error| error.to_string().contains(any_sequence::FAILS_IN_SOME_SEQUENCE))
    }

    /// Asks in all ways, however long it takes.
    pub fn ask(&self, sql: &str) -> Expected {
        let ask = |connection: &Connection| Answer::of_sqlite(connection, sql).map_err(|error| error.to_string());
        Expected { plain: ask(&self.plain), others: self.others.iter().map(ask).collect() }
    }
}

impl Expected {
    /// The columns whose cells, taken together row by row, are the same in every way of asking; None when the number of rows, or
    /// whether there is an answer at all, is not fixed.
    pub fn fixed_columns(&self) -> Option<Vec<usize>> {
        let plain = self.plain.as_ref().ok()?;
        let others: Vec<&Answer> = self.others.iter().map(|other| other.as_ref().ok()).collect::<Option<_>>()?;
        if others.iter().any(|other| other.rows.len() != plain.rows.len()) {
            return None;
        }
        let agree = |kept: &[usize]| {
            let keys = plain.sorted_keys(kept);
            others.iter().all(|other| other.sorted_keys(kept) == keys)
        };
        let mut kept = plain.all_columns();
        if !agree(&kept) {
            kept.retain(|index| agree(&[*index]));
            if !agree(&kept) {
                kept.clear();
            }
        }
        Some(kept)
    }

    /// Whether every way of asking gives the rows in one sequence.
    pub fn fixed_sequence(&self, kept: &[usize]) -> bool {
        let Ok(plain) = &self.plain else { return false };
        let keys = plain.keys(kept);
        self.others.iter().all(|other| other.as_ref().is_ok_and(|other| other.keys(kept) == keys))
    }

    /// Whether every way of asking fails.
    pub fn always_fails(&self) -> bool {
        self.plain.is_err() && self.others.iter().all(Result::is_err)
    }
}

fn copy_with_other_statistics(from: &Path, to: &Path) -> PathBuf {
    std::fs::copy(from, to).expect("a test's files can be copied");
    let copy = Connection::open(to).expect("the copy is a database as its original");
    let has_statistics = copy.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'", [], |row| row.get(0));
    if has_statistics.unwrap_or(false) {
        copy.execute_batch("DELETE FROM sqlite_stat1").expect("statistics can be deleted");
    } else {
        // A damaged file may refuse; its copy then serves without statistics.
        copy.execute_batch("PRAGMA synchronous = OFF; ANALYZE").unwrap_or_default();
    }
    to.to_owned()
}

fn copy_without_indexes(from: &Path, to: &Path) -> PathBuf {
    std::fs::copy(from, to).expect("a test's files can be copied");
    let copy = Connection::open(to).expect("the copy is a database as its original");
    let list = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    let mut statement = copy.prepare(list).expect("the schema can be read");
    let names = statement.query_map([], |row| row.get(0)).expect("the schema can be read");
    let names: Vec<String> = names.collect::<rusqlite::Result<_>>().expect("the schema can be read");
    copy.execute_batch("PRAGMA synchronous = OFF; BEGIN").expect("nobody else has the copy");
    for name in names {
        copy.execute_batch(&format!("DROP INDEX \"{name}\"")).expect("an index can be dropped");
    }
    for (table, definition) in tables(&copy) {
        put_in_order(&copy, &table, &definition, "rowid % 2, rowid");
    }
    copy.execute_batch("COMMIT").expect("nobody else has the copy");
    to.to_owned()
}

fn copy_turned_round(from: &Path, to: &Path) -> PathBuf {
    std::fs::copy(from, to).expect("a test's files can be copied");
    let copy = Connection::open(to).expect("the copy is a database as its original");
    copy.execute_batch("PRAGMA synchronous = OFF; BEGIN").expect("nobody else has the copy");
    for (table, definition) in tables(&copy) {
        put_in_order(&copy, &table, &definition, "rowid DESC");
        let columns = texts(&copy, &format!("SELECT name, type FROM pragma_table_info('{table}')"));
        for first in 0..columns.len().min(4) {
            let rest = columns.iter().enumerate().filter(|(index, _)| *index != first).map(|(_, (name, _))| name.as_str());
            let terms: Vec<&str> = std::iter::once(columns[first].0.as_str()).chain(rest).collect();
            let index = format!("CREATE INDEX {table}_turned_{first} ON {table}({} DESC)", terms.join(" DESC, "));
            copy.execute_batch(&index).expect("an index can be added");
        }
    }
    copy.execute_batch("COMMIT").expect("nobody else has the copy");
    to.to_owned()
}

/// The tables with their definitions.
fn tables(copy: &Connection) -> Vec<(String, String)> {
    texts(copy, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
}

fn texts(copy: &Connection, sql: &str) -> Vec<(String, String)> {
    let mut statement = copy.prepare(sql).expect("the schema can be read");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("the schema can be read");
    rows.collect::<rusqlite::Result<_>>().expect("the schema can be read")
}

/// Lays a table's rows in another order, where nothing but that gives them their place.
fn put_in_order(copy: &Connection, table: &str, definition: &str, order: &str) {
    if definition.contains("PRIMARY KEY") {
        return;
    }
    // Generated columns take no values.
    let stored = texts(copy, &format!("SELECT name, type FROM pragma_table_xinfo('{table}') WHERE hidden = 0"));
    let names: Vec<&str> = stored.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(", ");
    let turn = format!(
        "CREATE TEMP TABLE kept AS SELECT {names} FROM {table}; DELETE FROM {table}; \
         INSERT INTO {table}({names}) SELECT * FROM kept ORDER BY {order}; DROP TABLE kept;"
    );
    copy.execute_batch(&turn).expect("rows can be put back");
}

/// All but that of window functions (`SQLITE_WindowFunc`), without which no value leaves a frame: sums and texts then differ from those
/// that every user of SQLite sees.
#[expect(unsafe_code, reason = "no PRAGMA turns them off")]
fn without_optimizations(connection: Connection) -> Connection {
    const WINDOW_FUNCTIONS: std::ffi::c_uint = 2;
    // SAFETY: the handle is that of an open connection, and the operation takes a connection and an integer.
    let code = unsafe { ffi::sqlite3_test_control(ffi::SQLITE_TESTCTRL_OPTIMIZATIONS, connection.handle(), !WINDOW_FUNCTIONS) };
    assert_eq!(code, ffi::SQLITE_OK, "the operation is known");
    connection
}

fn attach(pools: &[(String, PathBuf)]) -> Connection {
    let connection = Connection::open_in_memory().expect("memory is there");
    connection.execute_batch("PRAGMA foreign_keys = OFF").expect("the pragma exists");
    rusqlite::vtab::series::load_module(&connection).expect("the function is built in");
    register_regexp(&connection);
    for (name, path) in pools {
        let path = path.to_str().expect("a test's paths are text");
        let attach = format!("ATTACH ?1 AS \"{}\"", name.replace('"', "\"\""));
        connection.execute(&attach, [path]).expect("a test's files can be attached");
    }
    connection
}

/// SQLite leaves the function behind REGEXP to its users: here it is the plainest one that there can be.
fn register_regexp(connection: &Connection) {
    let regexp = |context: &rusqlite::functions::Context<'_>| -> rusqlite::Result<Option<bool>> {
        let (pattern, text): (Option<String>, Option<String>) = (context.get(0)?, context.get(1)?);
        let failure = |error: regex::Error| rusqlite::Error::UserFunctionError(Box::new(error));
        let asked = pattern.zip(text).map(|(pattern, text)| Ok(regex::Regex::new(&pattern).map_err(failure)?.is_match(&text)));
        asked.transpose()
    };
    connection.create_scalar_function("regexp", 2, FunctionFlags::SQLITE_UTF8, regexp).expect("the name is free");
}
