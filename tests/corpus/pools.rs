//! A script's three files, who writes them, and glue asked about them.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use glue::connection::{ConnectionManager, ConnectionPool};
use glue::error::{Error, ErrorKind};
use glue::session::{Route, Session, Verdict};
use glue::statement::Parameters;
use glue::value::Value;
use rusqlite::Connection;
use tempfile::TempDir;

use super::script::{Action, Expected, Place, Query, Script};
use super::tally::{Tally, Wrong};
use crate::support::{Answer, files, show};

/// A query that takes longer is given up, and counts as wrong.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a run asks of each query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// The answers, on the route that glue chooses and on the federated one.
    pub(crate) answers: bool,
    /// Whether both routes agree (`--verify`).
    pub(crate) verify: bool,
    /// One in so many queries.
    pub(crate) one_in: usize,
}

/// Runs a script.
pub(crate) fn run(script: &Script, asked: Asked) -> Tally {
    let directory = TempDir::new().expect("the system's temporary directory is writable");
    let paths: Vec<PathBuf> = (0..3).map(|pool| directory.path().join(format!("p{pool}.sqlite"))).collect();
    let writers = Writers::new(&paths);
    let mut reader = Reader::new(script, &paths);
    let mut number = seed(&script.name);
    for action in &script.actions {
        match action {
            Action::SetUp { sql, place } => writers.set_up(sql, *place),
            Action::Query(query) => {
                number += 1;
                if number.is_multiple_of(asked.one_in) {
                    reader.ask(query, asked);
                }
            }
        }
    }
    reader.tally
}

/// So that not every short script's sample is empty.
fn seed(name: &str) -> usize {
    name.bytes().fold(7, |seed, byte| (seed * 31 + usize::from(byte)) % 1009)
}

/// Connections of the kind that a script's set-up asks for.
struct Writers {
    one: Vec<Connection>,
    all: Connection,
}

impl Writers {
    fn new(paths: &[PathBuf]) -> Self {
        let quick = "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA foreign_keys = OFF";
        let open = |path: &PathBuf| {
            let connection = Connection::open(path).expect("the directory is writable");
            connection.execute_batch(quick).expect("the pragmas exist");
            connection
        };
        let one: Vec<Connection> = paths.iter().map(open).collect();
        let all = Connection::open_in_memory().expect("memory is there");
        all.execute_batch("PRAGMA foreign_keys = OFF").expect("the pragma exists");
        for (pool, path) in paths.iter().enumerate() {
            let path = path.to_str().expect("a test's paths are text");
            all.execute(&format!("ATTACH ?1 AS p{pool}"), [path]).expect("a fresh file can be attached");
            let quick = format!("PRAGMA p{pool}.synchronous = OFF; PRAGMA p{pool}.journal_mode = MEMORY");
            all.execute_batch(&quick).expect("the pragmas exist");
        }
        Self { one, all }
    }

    /// Some set-up statements fail on purpose.
    fn set_up(&self, sql: &str, place: Place) {
        let connection = match place {
            Place::Pool(pool) => &self.one[pool],
            Place::All => &self.all,
        };
        let _ = connection.execute_batch(sql);
        if let Place::Pool(pool) = place {
            // An attached connection keeps the schema it knows until it reads the file.
            let _ = self.all.query_row(&format!("SELECT count(*) FROM p{pool}.sqlite_master"), [], |_| Ok(()));
        }
    }
}

/// glue over the three files.
struct Reader<'a> {
    script: &'a Script,
    session: Session,
    numbers: Connection,
    tally: Tally,
}

impl<'a> Reader<'a> {
    fn new(script: &'a Script, paths: &[PathBuf]) -> Self {
        let manager = ConnectionManager::new();
        for (pool, path) in paths.iter().enumerate() {
            let name = format!("p{pool}");
            let pool = ConnectionPool::sqlite(path).name(&name).options(files::options()).build();
            let pool = pool.expect("the pool's name is a good one");
            manager.register_connection_pool(pool, Some(&name)).expect("the pool's name is not taken");
        }
        let numbers = Connection::open_in_memory().expect("memory is there");
        Self { script, session: Session::new(manager), numbers, tally: Tally { files: 1, ..Tally::default() } }
    }

    fn ask(&mut self, query: &Query, asked: Asked) {
        self.tally.queries += 1;
        if asked.verify {
            self.verify(query);
        }
        if !asked.answers {
            return;
        }
        match self.answer(query, Route::Auto) {
            Ok(()) => self.tally.right += 1,
            Err(fault) => self.wrong("auto", query, fault.text()),
        }
        if query.pools < 2 {
            return;
        }
        self.tally.crossing += 1;
        match self.answer(query, Route::Federated) {
            Ok(()) => self.tally.answered += 1,
            Err(Fault::Refused(why)) => self.tally.refused(&why, &query.sql),
            Err(fault) => self.wrong("federated", query, fault.text()),
        }
    }

    /// Both routes on the same snapshots; an error that is no difference is the statement's own.
    fn verify(&mut self, query: &Query) {
        self.session.set_route(Route::Auto);
        let sql = query.sql.trim().trim_end_matches(';');
        let verified = patiently(&mut self.session, |session| session.verify_with(sql, Parameters::new()));
        let verdict = match verified {
            Ok((_, Verdict::Same(_))) => "the same",
            Ok((_, Verdict::Open(_))) => "left open",
            Ok((_, Verdict::NotCompared(_))) => "not compared",
            Err(error) if error.kind == ErrorKind::Difference => {
                self.wrong("verify", query, described(&error));
                "different"
            }
            Err(_) => "an error of both",
        };
        *self.tally.verified.entry(verdict).or_default() += 1;
    }

    fn wrong(&mut self, route: &'static str, query: &Query, fault: String) {
        let is_known = |open: &&Open| self.script.name == open.script && query.sql.contains(open.sql);
        if let Some(open) = OPEN.iter().find(is_known) {
            self.tally.refused(&format!("left open: {}", open.why), &query.sql);
            return;
        }
        self.tally.wrong.push(Wrong { route, script: self.script.name.clone(), sql: query.sql.clone(), fault });
    }

    fn answer(&mut self, query: &Query, route: Route) -> Result<(), Fault> {
        self.session.set_route(route);
        let sql = query.sql.trim().trim_end_matches(';');
        let ask = |session: &mut Session| {
            let ask = AssertUnwindSafe(|| Answer::of_glue(session, sql));
            std::panic::catch_unwind(ask).unwrap_or_else(|_| Err(Error::query("glue panicked")))
        };
        let got = patiently(&mut self.session, ask);
        match (&query.expected, got) {
            (Expected::Rendered(expected), Ok(answer)) => expected.check(&answer, &self.numbers).map_err(Fault::Wrong),
            // An error counts as an answer without rows.
            (Expected::Rendered(expected), Err(error)) if error.kind == ErrorKind::Query && expected.is_empty() => Ok(()),
            (Expected::Rows { columns, ordered, rows }, Ok(answer)) => check(columns.as_deref(), *ordered, rows, &answer),
            (_, Err(error)) if error.kind == ErrorKind::Route => Err(Fault::Refused(error.message)),
            (_, Err(error)) => Err(Fault::Wrong(described(&error))),
        }
    }
}

/// A recorded answer that is one of several right ones, or not the linked SQLite's.
struct Open {
    script: &'static str,
    sql: &'static str,
    why: &'static str,
}

const OPEN: [Open; 4] = [
    Open { script: "sqlite/test/select8.test#0", sql: "GROUP BY LOWER(artist)", why: "LIMIT without ORDER BY" },
    Open {
        script: "sqlite/test/where8.test#0",
        sql: "(a = 2 OR b = 'three' OR c = 'IX') AND (d = a OR e = 'sixteen')",
        why: "ORDER BY has ties",
    },
    Open {
        script: "sqlite/test/whereD.test#0",
        sql: "t1 LEFT JOIN t2 ON abs(t1.a)=abs(t2.b)",
        why: "a table of that name is in two pools",
    },
    Open {
        script: "sqlite/test/indexexpr1.test#0",
        sql: "SELECT CAST(+ t0.c0 AS BLOB) LIKE '0.0' FROM t0",
        why: "the linked SQLite itself, with the files attached, answers otherwise",
    },
];

enum Fault {
    Refused(String),
    Wrong(String),
}

impl Fault {
    fn text(self) -> String {
        match self {
            Self::Refused(text) | Self::Wrong(text) => text,
        }
    }
}

fn described(error: &Error) -> String {
    let pool_sql = error.pool_sql.as_ref().map(|sql| format!(" (in {sql})")).unwrap_or_default();
    format!("error: {}{pool_sql}", error.message)
}

/// Cancels a statement that takes too long.
fn patiently<T>(session: &mut Session, ask: impl FnOnce(&mut Session) -> T) -> T {
    let (token, is_done) = (session.cancel_token(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let end = Instant::now() + PATIENCE;
            while !is_done.load(Ordering::Acquire) {
                std::thread::park_timeout(end.saturating_duration_since(Instant::now()));
                if Instant::now() >= end {
                    token.cancel();
                    return;
                }
            }
        });
        let answer = ask(session);
        is_done.store(true, Ordering::Release);
        watch.thread().unpark();
        answer
    })
}

fn check(columns: Option<&[String]>, ordered: bool, rows: &[Vec<Value>], answer: &Answer) -> Result<(), Fault> {
    if let Some(columns) = columns
        && answer.columns != columns
    {
        return Err(Fault::Wrong(format!("columns {:?} instead of {columns:?}", answer.columns)));
    }
    let expected = Answer { columns: answer.columns.clone(), rows: rows.to_vec() };
    let all = answer.all_columns();
    let same = rows.iter().all(|row| row.len() == all.len())
        && if ordered {
            answer.keys(&all) == expected.keys(&all)
        } else {
            answer.sorted_keys(&all) == expected.sorted_keys(&all)
        };
    if same { Ok(()) } else { Err(Fault::Wrong(format!("{} instead of {}", rows_text(answer), rows_text(&expected)))) }
}

fn rows_text(answer: &Answer) -> String {
    let row = |row: &Vec<Value>| row.iter().map(show).collect::<Vec<_>>().join(",");
    answer.rows.iter().take(12).map(row).collect::<Vec<_>>().join(" | ")
}

/// Counts by reason, with an example each.
pub(crate) type Reasons = BTreeMap<String, (usize, Vec<String>)>;
