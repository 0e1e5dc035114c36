//! A schema's files, opened by glue and by the oracle, and what both say to a query.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use glue::error::ErrorKind;
use glue::session::{Lanes, Route, Session, Verdict as Verified};
use glue::statement::Parameters;

use super::schema::{POOLS, Schema};
use crate::support::{Answer, Expected, Files, Oracle, Order, Random, Verdict, check, is_same_but_for_representatives};

/// Thousands of steps of SQLite's machine that a query may take: past that, another query says more for the time.
const ORACLE_BUDGET: u64 = 400;

/// A statement that runs longer is cancelled and counts as wrong.
const PATIENCE: Duration = Duration::from_secs(20);

/// The collations that make different texts equal.
const COLLATIONS: [&str; 2] = ["NOCASE", "RTRIM"];

/// How a query is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    pub(crate) asking: Asking,
    /// What a statement's steps may hold, in bytes.
    pub(crate) memory: usize,
    pub(crate) lanes: Lanes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asking {
    Route(Route),
    Verify,
}

impl Way {
    /// Every route, with memory that mostly is enough and with lanes that mostly are the plan's own.
    pub(crate) fn all(random: &mut Random) -> Vec<Self> {
        let memory = *random.pick(&[1 << 30, 1 << 30, 1 << 30, 1, 4_000, 60_000]);
        let lanes = Lanes {
            only_sqlite_reads: random.percent(30),
            instances: *random.pick(&[None, None, None, Some(1), Some(2), Some(5)]),
        };
        let route = |route| Self { asking: Asking::Route(route), memory, lanes };
        let mut ways: Vec<Self> = [Route::Auto, Route::Federated, Route::Attached].map(route).to_vec();
        if random.percent(10) {
            ways.push(Self { asking: Asking::Verify, memory, lanes });
        }
        ways
    }
}

pub(crate) struct World {
    _files: Files,
    oracle: Oracle,
    session: Session,
    /// By which its columns compare.
    collations: Vec<&'static str>,
}

impl World {
    pub(crate) fn new(schema: &Schema) -> Self {
        let scripts: Vec<(&str, String)> = POOLS[..schema.pools].iter().map(|pool| (*pool, schema.script(pool))).collect();
        let files = Files::build(&scripts);
        let collations = COLLATIONS.into_iter().filter(|name| scripts.iter().any(|(_, script)| script.contains(name))).collect();
        Self { oracle: Oracle::thorough(&files), session: files.session(), _files: files, collations }
    }

    /// What the oracle says, unless it takes too long.
    pub(crate) fn expected(&self, sql: &str) -> Option<Expected> {
        self.oracle.ask_within(sql, ORACLE_BUDGET)
    }

    /// Whether glue's answer is right, the answer as text, and what `--verify` said.
    pub(crate) fn verdict(&mut self, sql: &str, order: &Order, way: Way, expected: &Expected) -> Said {
        self.session.set_memory_limit(way.memory);
        self.session.set_lanes(way.lanes);
        let got = match way.asking {
            Asking::Route(route) => {
                self.session.set_route(route);
                self.patiently(|session| Answer::of_glue(session, sql))
            }
            Asking::Verify => {
                let verified = self.patiently(|session| {
                    let (mut result, verdict) = session.verify_with(sql, Parameters::new())?;
                    Ok((Answer::of_result(&mut result)?, verdict))
                });
                match verified {
                    Some(Ok((answer, verified))) => {
                        let mut said = self.said(sql, order, expected, Ok(answer));
                        said.verified = Some(match verified {
                            Verified::Same(_) => "same",
                            Verified::Open(_) => "open",
                            Verified::NotCompared(_) => "not compared",
                        });
                        return said;
                    }
                    // Where SQLite's own plans do not agree on how many rows there are, glue may tell so: some have faults.
                    Some(Err(error)) if error.kind == ErrorKind::Difference && expected.fixed_columns().is_none() => {
                        return Said {
                            verdict: Verdict::NotFixed,
                            shown: String::new(),
                            verified: Some("SQLite's plans differ"),
                        };
                    }
                    Some(Err(error)) if error.kind == ErrorKind::Difference => {
                        let how = format!("a false alarm: {}", error.message);
                        return Said { verdict: Verdict::Wrong(how), shown: String::new(), verified: None };
                    }
                    Some(Err(error)) => Some(Err(error)),
                    None => None,
                }
            }
        };
        match got {
            Some(got) => self.said(sql, order, expected, got),
            None => Said { verdict: Verdict::Wrong("glue panics".into()), shown: String::new(), verified: None },
        }
    }

    fn said(&self, sql: &str, order: &Order, expected: &Expected, got: Result<Answer, glue::error::Error>) -> Said {
        let mut verdict = check(expected, order, &got);
        let named = COLLATIONS.into_iter().filter(|name| sql.contains(name) || self.collations.contains(name));
        let collations: Vec<&str> = std::iter::once("BINARY").chain(named).collect();
        if matches!(verdict, Verdict::Wrong(_)) && is_same_but_for_representatives(expected, order, sql, &collations, &got) {
            verdict = Verdict::NotFixed;
        }
        let overflows = got.as_ref().err().is_some_and(|error| error.message == "integer overflow");
        if matches!(verdict, Verdict::Wrong(_)) && overflows && self.oracle.may_overflow(sql) {
            verdict = Verdict::NotFixed;
        }
        let shown = got.map_or_else(|error| format!("error: {}\n", error.message), |answer| answer.show(12));
        Said { verdict, shown, verified: None }
    }

    /// None where glue panics.
    fn patiently<T>(
        &mut self,
        ask: impl FnOnce(&mut Session) -> Result<T, glue::error::Error>,
    ) -> Option<Result<T, glue::error::Error>> {
        let cancel = self.session.cancel_token();
        let (done, changed) = (Mutex::new(false), Condvar::new());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let start = Instant::now();
                let mut finished = done.lock().expect("nothing panics with the lock");
                while !*finished && start.elapsed() < PATIENCE {
                    finished = changed.wait_timeout(finished, PATIENCE).expect("nothing panics with the lock").0;
                }
                if !*finished {
                    cancel.cancel();
                }
            });
            let got = catch_unwind(AssertUnwindSafe(|| ask(&mut self.session)));
            *done.lock().expect("nothing panics with the lock") = true;
            changed.notify_all();
            got.ok()
        })
    }

    /// What is wrong about glue's answer, if anything is.
    pub(crate) fn failure(&mut self, sql: &str, order: &Order, way: Way) -> Option<Failure> {
        let expected = self.expected(sql)?;
        let said = self.verdict(sql, order, way, &expected);
        let Verdict::Wrong(how) = said.verdict else { return None };
        let sqlite = expected.plain.as_ref().map_or_else(|error| format!("error: {error}\n"), |answer| answer.show(12));
        Some(Failure { how, answers: format!("-- SQLite: {sqlite}-- glue: {}", said.shown) })
    }
}

pub(crate) struct Failure {
    pub(crate) how: String,
    /// SQLite's answer and glue's.
    pub(crate) answers: String,
}

pub(crate) struct Said {
    pub(crate) verdict: Verdict,
    pub(crate) shown: String,
    pub(crate) verified: Option<&'static str>,
}
