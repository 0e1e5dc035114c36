//! The shared corpus of SQL with known answers, its tables spread over three pools: asked on the route that glue chooses, and once
//! more, where tables of several pools meet, on the federated one.
//!
//! Where the corpus is not at hand the tests say so and pass. A sample is asked and verified by default; `GLUE_CORPUS=all` asks
//! everything, `GLUE_CORPUS=verify` compares both routes of everything. `GLUE_CORPUS_SHOW=n` prints the first `n` wrong answers and refusals
//! of each kind.

#![allow(clippy::print_stdout, reason = "the report is what a run is for")]

#[path = "corpus/pools.rs"]
mod pools;
#[path = "corpus/script.rs"]
mod script;
#[path = "corpus/sqllogictest.rs"]
mod sqllogictest;
#[path = "corpus/steps.rs"]
mod steps;
#[path = "corpus/tally.rs"]
mod tally;

mod support;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pools::Asked;
use script::Script;
use tally::Tally;

/// One in so many queries is asked by default.
const SAMPLE: usize = 40;

/// Part of the corpus: its name, and how much of what crosses pools the federated route has to answer, in percent.
struct Part {
    name: &'static str,
    scripts: Vec<Script>,
    least_answered: f64,
}

#[test]
fn sqllogictest_answers_as_recorded() {
    let Some(folder) = corpus() else { return };
    let scripts = sqllogictest::read_folder(&folder.join("sqllogictest"));
    run(Part { name: "sqllogictest", scripts, least_answered: 95.0 });
}

#[test]
fn sqlites_own_tests_answer_as_recorded() {
    let Some(folder) = corpus() else { return };
    let scripts = steps::read_file(&folder.join("steps/sqlite_tcl.jsonl"));
    run(Part { name: "sqlite_tcl", scripts, least_answered: 80.0 });
}

#[test]
fn tursos_tests_answer_as_recorded() {
    let Some(folder) = corpus() else { return };
    let scripts = steps::read_file(&folder.join("steps/turso_sqltest.jsonl"));
    run(Part { name: "turso_sqltest", scripts, least_answered: 80.0 });
}

fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let found = folder.is_dir();
    if !found {
        println!("skipped: no corpus at {}", folder.display());
    }
    found.then_some(folder)
}

fn run(part: Part) {
    let asked = match std::env::var("GLUE_CORPUS").as_deref() {
        Ok("all") => Asked { answers: true, verify: false, one_in: 1 },
        Ok("verify") => Asked { answers: false, verify: true, one_in: 1 },
        _ => Asked { answers: true, verify: true, one_in: SAMPLE },
    };
    let chosen = std::env::var("GLUE_CORPUS_FILE").unwrap_or_default();
    let scripts: Vec<Script> = part.scripts.into_iter().filter(|script| script.name.contains(&chosen)).collect();
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            // As much as a program's main thread has: the corpus nests expressions as deep as SQLite allows.
            let thread = std::thread::Builder::new().stack_size(8 << 20);
            let work = || {
                while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let counted = pools::run(script, asked);
                    tally.lock().expect("no thread panics while it adds").add(counted);
                }
            };
            thread.spawn_scoped(scope, work).expect("a thread can be started");
        }
    });
    let tally = tally.into_inner().expect("all threads are done");
    print!("{}", tally.report(part.name));
    assert!(tally.wrong.is_empty(), "wrong answers on the route that glue chose, or from the federated one");
    assert!(
        tally.answered_percent() >= part.least_answered,
        "the federated route answers {:.1} % of what crosses pools, less than {} %",
        tally.answered_percent(),
        part.least_answered
    );
}
