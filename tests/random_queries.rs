//! Seeded random queries over random files: every route that can answer gives the answer of one SQLite with the files attached.
//!
//! `GLUE_RANDOM_SEED` and `GLUE_RANDOM_QUERIES` choose others; `GLUE_RANDOM_FAILURES` goes on past the first three failures.

#![allow(clippy::format_push_string, reason = "a test favours the shorter form")]

mod support;

#[path = "random_queries/generate.rs"]
mod generate;
#[path = "random_queries/query.rs"]
mod query;
#[path = "random_queries/schema.rs"]
mod schema;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use generate::Generator;
use glue::session::{Route, Session};
use query::Query;
use schema::{POOLS, Schema};
use support::{Answer, Expected, Files, Oracle, Random, Verdict, check, is_same_but_for_representatives};

const QUERIES_PER_SCHEMA: usize = 50;

/// Thousands of steps of SQLite's machine that a query may take: past that, another query says more for the time.
const ORACLE_BUDGET: u64 = 400;

/// A statement that runs longer is cancelled and counts as wrong.
const PATIENCE: Duration = Duration::from_secs(20);

const ROUTES: [Route; 3] = [Route::Auto, Route::Federated, Route::Attached];

#[derive(Debug, Default)]
struct Tally {
    queries: usize,
    refused_by_sqlite: usize,
    given_up: usize,
    not_fixed: usize,
    federated: usize,
    reasons: BTreeMap<String, usize>,
    attached_refused: usize,
    failures: Vec<String>,
}

#[test]
#[expect(clippy::print_stdout, reason = "the shares are measured results")]
fn random_queries_give_the_answer_of_sqlite() {
    let seed = setting("GLUE_RANDOM_SEED", 1);
    let queries = usize::try_from(setting("GLUE_RANDOM_QUERIES", 5_100)).expect("a number of queries");
    let most_failures = usize::try_from(setting("GLUE_RANDOM_FAILURES", 3)).expect("a number of failures");
    let schemas = queries.div_ceil(QUERIES_PER_SCHEMA) as u64;
    let (next, tally) = (AtomicU64::new(0), Mutex::new(Tally::default()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let failed = tally.lock().expect("no thread panics with the tally").failures.len();
                    if number >= schemas || failed >= most_failures {
                        break;
                    }
                    let part = Trial::new(seed * 1_000_000 + number).run(most_failures);
                    tally.lock().expect("no thread panics with the tally").add(part);
                }
            });
        }
    });
    let tally = tally.into_inner().expect("no thread panicked with the tally");
    println!("{}", tally.summary());
    assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
    assert!(tally.refused_by_sqlite * 20 < tally.queries, "over 5 % of the queries are errors in SQLite: a poor generator");
    assert!(tally.not_fixed * 50 <= tally.queries, "over 2 % of the answers are not fixed: a poor generator");
}

/// Holds the generator alone to account, so that its faults are not looked for in glue.
#[test]
#[expect(clippy::print_stdout, reason = "the shares are measured results")]
fn the_generator_writes_queries_that_sqlite_accepts() {
    let mut tally = Tally::default();
    for seed in 0..10 {
        let mut random = Random::new(seed);
        let schema = Schema::random(&mut random);
        let scripts: Vec<(&str, String)> = POOLS[..schema.pools].iter().map(|pool| (*pool, schema.script(pool))).collect();
        let oracle = Oracle::thorough(&Files::build(&scripts));
        for _ in 0..QUERIES_PER_SCHEMA {
            let sql = Generator::new(&mut random, &schema).query().sql();
            tally.count(&sql, oracle.ask_within(&sql, ORACLE_BUDGET).as_ref());
        }
    }
    println!("{}", tally.summary());
    assert!(tally.refused_by_sqlite * 20 < tally.queries, "over 5 % of the queries are errors in SQLite");
    assert!(tally.given_up * 20 < tally.queries, "over 5 % of the queries take too long");
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

impl Tally {
    /// Counts what the oracle says of a query.
    #[expect(clippy::print_stderr, reason = "asked for by the environment, for whoever works on the generator")]
    fn count(&mut self, sql: &str, expected: Option<&Expected>) {
        let Some(expected) = expected else {
            self.given_up += 1;
            return;
        };
        self.queries += 1;
        let verbose = std::env::var_os("GLUE_RANDOM_VERBOSE").is_some();
        if let Err(error) = &expected.plain {
            self.refused_by_sqlite += 1;
            if verbose {
                eprintln!("{error}: {sql}");
            }
        }
        let columns = expected.plain.as_ref().map_or(0, |plain| plain.columns.len());
        if !expected.always_fails() && expected.fixed_columns().is_none_or(|kept| kept.len() < columns) {
            self.not_fixed += 1;
            if verbose {
                eprintln!("not fixed: {sql}");
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.queries += other.queries;
        self.refused_by_sqlite += other.refused_by_sqlite;
        self.given_up += other.given_up;
        self.not_fixed += other.not_fixed;
        self.federated += other.federated;
        self.attached_refused += other.attached_refused;
        self.failures.extend(other.failures);
        for (reason, count) in other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a share in per cent of a few thousand")]
    fn summary(&self) -> String {
        let share = |count: usize| format!("{:.1} %", 100.0 * count as f64 / self.queries.max(1) as f64);
        let mut reasons: Vec<(&String, &usize)> = self.reasons.iter().collect();
        reasons.sort_by(|left, right| right.1.cmp(left.1));
        format!(
            "{} queries; not fixed {}; errors in SQLite {}; given up as too long {}; federated answers {}, attached refuses {}; federated's reasons: {:?}",
            self.queries,
            share(self.not_fixed),
            share(self.refused_by_sqlite),
            self.given_up,
            share(self.federated),
            self.attached_refused,
            reasons.iter().take(12).collect::<Vec<_>>()
        )
    }
}

/// One schema, and all that is asked of it.
struct Trial {
    seed: u64,
    random: Random,
    schema: Schema,
    world: World,
}

/// A schema's files, opened by glue and by the oracle.
struct World {
    _files: Files,
    oracle: Oracle,
    session: Session,
}

impl World {
    fn new(schema: &Schema) -> Self {
        let scripts: Vec<(&str, String)> = POOLS[..schema.pools].iter().map(|pool| (*pool, schema.script(pool))).collect();
        let files = Files::build(&scripts);
        Self { oracle: Oracle::thorough(&files), session: files.session(), _files: files }
    }

    fn verdict(&mut self, query: &Query, sql: &str, route: Route, expected: &Expected) -> (Verdict, String) {
        self.session.set_route(route);
        let cancel = self.session.cancel_token();
        let done = Mutex::new(false);
        let changed = std::sync::Condvar::new();
        let got = std::thread::scope(|scope| {
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
            let got = catch_unwind(AssertUnwindSafe(|| Answer::of_glue(&mut self.session, sql)));
            *done.lock().expect("nothing panics with the lock") = true;
            changed.notify_all();
            got
        });
        match got {
            Ok(got) => {
                let mut verdict = check(expected, &query.order(), &got);
                if matches!(verdict, Verdict::Wrong(_)) && is_same_but_for_representatives(expected, sql, &got) {
                    verdict = Verdict::NotFixed;
                }
                let shown = got.map_or_else(|error| format!("error: {}\n", error.message), |answer| answer.show(12));
                (verdict, shown)
            }
            Err(_) => (Verdict::Wrong("glue panics".into()), String::new()),
        }
    }
}

impl Trial {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let schema = Schema::random(&mut random);
        let world = World::new(&schema);
        Self { seed, random, schema, world }
    }

    fn run(mut self, most_failures: usize) -> Tally {
        let mut tally = Tally::default();
        for number in 0..QUERIES_PER_SCHEMA {
            let query = Generator::new(&mut self.random, &self.schema).query();
            self.ask(number, &query, &mut tally);
            if tally.failures.len() >= most_failures {
                break;
            }
        }
        tally
    }

    fn ask(&mut self, number: usize, query: &Query, tally: &mut Tally) {
        let sql = query.sql();
        let expected = self.world.oracle.ask_within(&sql, ORACLE_BUDGET);
        tally.count(&sql, expected.as_ref());
        let Some(expected) = expected else { return };
        for route in ROUTES {
            match self.world.verdict(query, &sql, route, &expected).0 {
                Verdict::Same | Verdict::NotFixed | Verdict::BothFail => {
                    tally.federated += usize::from(route == Route::Federated);
                }
                Verdict::CannotAnswer(reason) if route == Route::Federated => {
                    *tally.reasons.entry(without_details(&reason)).or_default() += 1;
                }
                Verdict::CannotAnswer(_) if route == Route::Attached => tally.attached_refused += 1,
                Verdict::CannotAnswer(reason) => tally.failures.push(format!("{sql}\n{route:?} cannot answer: {reason}")),
                Verdict::Wrong(how) => {
                    let text = self.shrunk(query, route);
                    tally.failures.push(format!("--- seed {} query {number}, {route:?}: {how}\n{text}", self.seed));
                    break;
                }
            }
        }
    }

    /// A smaller failure of the same query on the same route: the script, the query and both answers.
    fn shrunk(&self, query: &Query, route: Route) -> String {
        let start = Instant::now();
        let mut query = query.clone();
        let mut schema = self.schema.clone();
        let mut world = World::new(&schema);
        while let Some(smaller) = query.smaller().into_iter().find(|smaller| fails(&mut world, smaller, route).is_some()) {
            query = smaller;
            if start.elapsed() > Duration::from_secs(20) {
                break;
            }
        }
        let mut piece = 32;
        while piece > 0 && start.elapsed() < Duration::from_secs(40) {
            for table in 0..schema.tables.len() {
                let mut row = 0;
                while row < schema.tables[table].rows.len() {
                    let mut smaller = schema.clone();
                    let end = (row + piece).min(smaller.tables[table].rows.len());
                    smaller.tables[table].rows.drain(row..end);
                    let mut candidate = World::new(&smaller);
                    if fails(&mut candidate, &query, route).is_some() {
                        (schema, world) = (smaller, candidate);
                    } else {
                        row += piece;
                    }
                }
            }
            piece /= 2;
        }
        let sql = query.sql();
        let mut text = String::new();
        for pool in &POOLS[..schema.pools] {
            text += &format!("-- {pool}.sqlite\n{}", schema.script(pool));
        }
        let failure = fails(&mut world, &query, route).unwrap_or_else(|| "(does not fail again: it depends on timing)".into());
        format!("{text}-- the query\n{sql};\n{failure}")
    }
}

/// Both answers, if glue's is wrong.
fn fails(world: &mut World, query: &Query, route: Route) -> Option<String> {
    let sql = query.sql();
    let expected = world.oracle.ask_within(&sql, ORACLE_BUDGET)?;
    let (verdict, got) = world.verdict(query, &sql, route, &expected);
    let Verdict::Wrong(how) = verdict else { return None };
    let sqlite = expected.plain.as_ref().map_or_else(|error| format!("error: {error}\n"), |answer| answer.show(12));
    Some(format!("-- {how}\n-- SQLite: {sqlite}-- glue: {got}"))
}

/// A reason without the names and numbers in it, so that equal ones count together.
fn without_details(reason: &str) -> String {
    let mut text = String::new();
    let mut quoted = false;
    for letter in reason.chars() {
        if letter == '`' {
            quoted = !quoted;
        } else if !quoted && !letter.is_ascii_digit() {
            text.push(letter);
        }
    }
    text
}

/// An oracle that calls everything fixed would make every other test here too strict, and one that calls nothing fixed, too lax.
#[test]
fn the_oracle_knows_what_is_not_fixed() {
    let rows = "CREATE TABLE t(k INTEGER, c TEXT COLLATE NOCASE); INSERT INTO t VALUES (1, 'abc'), (2, 'ABC'), (3, 'x');";
    let files = Files::build(&[("one", rows), ("two", "CREATE TABLE u(k); INSERT INTO u VALUES (1), (2), (3);")]);
    let oracle = Oracle::thorough(&files);
    let fixed = |sql: &str| oracle.ask(sql).fixed_columns();
    assert_eq!(fixed("SELECT DISTINCT c FROM one.t"), Some(vec![]));
    assert_eq!(fixed("SELECT c, count(*) FROM one.t GROUP BY c"), Some(vec![1]));
    assert_eq!(fixed("SELECT k FROM one.t LIMIT 1"), Some(vec![]));
    assert_eq!(fixed("SELECT t.k, u.k FROM one.t JOIN two.u ON t.k = u.k"), Some(vec![0, 1]));
}
