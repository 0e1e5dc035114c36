//! Seeded random queries over random files: every route that can answer gives the answer of one SQLite with the files attached,
//! whatever a statement's steps may hold in memory; and `--verify` finds no difference.
//!
//! `GLUE_RANDOM_SEED` and `GLUE_RANDOM_QUERIES` choose others; `GLUE_RANDOM_FAILURES` goes on past the first three failures. A case that
//! is named 11000202 is schema 202 of seed 11: `GLUE_RANDOM_SEED=11 GLUE_RANDOM_SKIP=202 GLUE_RANDOM_QUERIES=10150` (50 a schema) asks
//! it alone, and `GLUE_RANDOM_VERBOSE=1` shows its files.

#![allow(clippy::format_push_string, reason = "a test favours the shorter form")]

mod support;

#[path = "random_queries/conditions.rs"]
mod conditions;
#[path = "random_queries/expressions.rs"]
mod expressions;
#[path = "random_queries/generate.rs"]
mod generate;
#[path = "random_queries/query.rs"]
mod query;
#[path = "random_queries/schema.rs"]
mod schema;
#[path = "random_queries/scope.rs"]
mod scope;
#[path = "random_queries/shrink.rs"]
mod shrink;
#[path = "random_queries/sources.rs"]
mod sources;
#[path = "random_queries/tally.rs"]
mod tally;
#[path = "random_queries/values.rs"]
mod values;
#[path = "random_queries/windows.rs"]
mod windows;
#[path = "random_queries/world.rs"]
mod world;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use generate::Generator;
use glue::session::Route;
use query::Query;
use schema::{POOLS, Schema};
use shrink::shrunk;
use support::{Files, Oracle, Order, Random, Verdict};
use tally::Tally;
use world::{Asking, Way, World};

const QUERIES_PER_SCHEMA: usize = 50;

/// Answers that take longer are shown: SQLite's machine took some hundred thousand steps at most.
const SLOW: Duration = Duration::from_secs(5);

#[test]
#[expect(clippy::print_stdout, reason = "the shares are measured results")]
fn random_queries_give_the_answer_of_sqlite() {
    let seed = setting("GLUE_RANDOM_SEED", 1);
    let queries = usize::try_from(setting("GLUE_RANDOM_QUERIES", 5_000)).expect("a number of queries");
    let most_failures = usize::try_from(setting("GLUE_RANDOM_FAILURES", 3)).expect("a number of failures");
    let schemas = queries.div_ceil(QUERIES_PER_SCHEMA) as u64;
    let (next, tally) = (AtomicU64::new(setting("GLUE_RANDOM_SKIP", 0)), Mutex::new(Tally::default()));
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
    println!("seed {seed}: {}", tally.summary());
    tally.slow.iter().for_each(|slow| println!("slow: {slow}"));
    assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
    assert!(tally.refused_by_sqlite * 20 < tally.queries, "over 5 % of the queries are errors in SQLite: a poor generator");
    assert!(tally.not_fixed * 50 <= tally.queries, "over 2 % of the answers are not fixed: a poor generator");
}

/// Holds the generator alone to account, so that its faults are not looked for in glue.
#[test]
#[expect(clippy::print_stdout, reason = "the shares are measured results")]
fn the_generator_writes_queries_that_sqlite_accepts() {
    let mut tally = Tally::default();
    for seed in 0..setting("GLUE_RANDOM_SCHEMAS", 10) {
        let mut random = Random::new(seed);
        let schema = Schema::random(&mut random);
        let world = World::new(&schema);
        for _ in 0..QUERIES_PER_SCHEMA {
            let sql = Generator::new(&mut random, &schema).query().sql;
            tally.count(&sql, world.expected(&sql).as_ref());
        }
    }
    println!("{}", tally.summary());
    assert!(tally.refused_by_sqlite * 20 < tally.queries, "over 5 % of the queries are errors in SQLite");
    assert!(tally.given_up * 20 < tally.queries, "over 5 % of the queries take too long");
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// One schema, and all that is asked of it.
struct Trial {
    seed: u64,
    random: Random,
    schema: Schema,
    world: World,
}

impl Trial {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let schema = Schema::random(&mut random);
        let world = World::new(&schema);
        tally::show_schema(seed, &schema);
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
        let ways = Way::all(&mut self.random);
        let expected = self.world.expected(&query.sql);
        let mut is_fixed = tally.count(&query.sql, expected.as_ref());
        let Some(expected) = expected else { return };
        for way in ways {
            let start = Instant::now();
            let said = self.world.verdict(&query.sql, &query.order, way, &expected);
            if start.elapsed() > SLOW {
                tally.slow.push(format!(
                    "{:.1} s: seed {} query {number}, {way:?}: {}",
                    start.elapsed().as_secs_f64(),
                    self.seed,
                    query.sql
                ));
            }
            if let Some(verified) = said.verified {
                *tally.verified.entry(verified).or_default() += 1;
            }
            // The oracle's ways of asking may all show the same of several equal values.
            if matches!(said.verdict, Verdict::NotFixed) && is_fixed {
                (is_fixed, tally.not_fixed) = (false, tally.not_fixed + 1);
            }
            match said.verdict {
                Verdict::Same | Verdict::NotFixed | Verdict::BothFail => {
                    tally.federated += usize::from(way.asking == Asking::Route(Route::Federated));
                }
                Verdict::CannotAnswer(reason) if way.asking == Asking::Route(Route::Federated) => {
                    tally.cannot(&query.sql, &reason);
                }
                Verdict::CannotAnswer(reason) => {
                    tally.failures.push(format!("{}\n{way:?} cannot answer: {reason}", query.sql));
                }
                Verdict::Wrong(how) => {
                    let text = self.smaller(query, way, &how);
                    tally.failures.push(format!("--- seed {} query {number}, {way:?}: {how}\n{text}", self.seed));
                    break;
                }
            }
        }
    }

    /// A smaller failure of the same kind asked in the same way: the script, the query and both answers.
    fn smaller(&self, query: &Query, way: Way, how: &str) -> String {
        let start = Instant::now();
        let mut schema = self.schema.clone();
        let mut world = World::new(&schema);
        let fails = |world: &mut World, sql: &str, order: &Order| {
            world.failure(sql, order, way).is_some_and(|failure| kind_of(&failure.how) == kind_of(how))
        };
        // A smaller statement may order by something else.
        let sql = shrunk(&query.sql, start + Duration::from_secs(20), |sql| fails(&mut world, sql, &Order::Unknown));
        let order = if fails(&mut world, &sql, &Order::Unknown) { Order::Unknown } else { query.order.clone() };
        let mut piece = 256;
        while piece > 0 && start.elapsed() < Duration::from_secs(40) {
            for table in 0..schema.tables.len() {
                let mut row = 0;
                while row < schema.tables[table].rows.len() && start.elapsed() < Duration::from_secs(40) {
                    let mut smaller = schema.clone();
                    let end = (row + piece).min(smaller.tables[table].rows.len());
                    smaller.tables[table].rows.drain(row..end);
                    let mut candidate = World::new(&smaller);
                    if fails(&mut candidate, &sql, &order) {
                        (schema, world) = (smaller, candidate);
                    } else {
                        row += piece;
                    }
                }
            }
            piece /= 2;
        }
        let mut text = String::new();
        for pool in &POOLS[..schema.pools] {
            text += &format!("-- {pool}.sqlite\n{}", schema.script(pool));
        }
        let failure = world.failure(&sql, &order, way).map(|failure| format!("-- {}\n{}", failure.how, failure.answers));
        let failure = failure.unwrap_or_else(|| "(does not fail again: it depends on timing)".into());
        format!("{text}-- the query, which was: {}\n{sql};\n{failure}", query.sql)
    }
}

/// The first words of what is wrong, without what is particular to the query.
fn kind_of(how: &str) -> String {
    how.chars().filter(|letter| !letter.is_ascii_digit()).take_while(|letter| *letter != ':').collect()
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
