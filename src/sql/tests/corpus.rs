//! Every SELECT of the benchmark and of the corpus, where they are at hand.
#![expect(clippy::print_stdout, reason = "what was read is a measured result")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{code, problem, query};
use crate::sql::{parse, split};
use crate::statement::Statement;

/// The queries read, and what was not.
#[derive(Default)]
struct Tally {
    selects: usize,
    read: usize,
    /// What SQLite accepts and glue does not read.
    unread: Vec<String>,
    /// What glue reads otherwise than SQLite.
    wrong: Vec<String>,
    /// Why the rest, which SQLite refuses, was not read.
    reasons: BTreeMap<String, usize>,
}

impl Tally {
    fn count(&mut self, connection: &Connection, sql: &str) {
        self.selects += 1;
        match parse(sql) {
            Statement::Query(_) => {
                self.read += 1;
                if code(connection, sql).is_some() {
                    self.wrong.extend(problem(connection, sql));
                }
            }
            Statement::Text { why, .. } => {
                let word = sql.trim_start().get(..6).unwrap_or_default().to_ascii_uppercase();
                let is_select = ["SELECT", "VALUES", "WITH"].iter().any(|start| word.starts_with(start));
                if is_select && code(connection, sql).is_some() && !writes(sql) {
                    self.unread.push(format!("{why}: {sql}"));
                }
                *self.reasons.entry(why).or_default() += 1;
            }
            Statement::Explain { .. }
            | Statement::Write(_)
            | Statement::Transaction(_)
            | Statement::Pragma(_)
            | Statement::Attach(_) => {}
        }
    }

    fn assert(mut self, name: &str) {
        let reasons: Vec<String> = self.reasons.iter().map(|(why, count)| format!("{count} {why}")).collect();
        println!("{name}: {} of {} queries read; the rest SQLite refuses: {}", self.read, self.selects, reasons.join("; "));
        self.unread.truncate(40);
        let wrong = self.wrong.len();
        self.wrong.truncate(10);
        assert!(self.unread.is_empty(), "{}", self.unread.join("\n"));
        assert!(wrong == 0, "{wrong} read wrongly:\n{}", self.wrong.join("\n"));
        assert!(self.read * 100 > self.selects * 95, "{} of {}", self.read, self.selects);
    }
}

fn writes(sql: &str) -> bool {
    ["INSERT", "UPDATE", "DELETE", "REPLACE"].iter().any(|word| sql.to_ascii_uppercase().contains(word))
}

/// The folder of the corpus, if it is there.
fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("GLUE_CORPUS").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no corpus at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn the_benchmark_is_read() {
    let mut found = Vec::new();
    for folder in ["tpch", "federated"] {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/bench").join(folder), "sql", &mut found);
    }
    for path in found {
        let sql = std::fs::read_to_string(&path).unwrap();
        for statement in split(&sql) {
            assert!(query(statement.text).is_some(), "{}: {:?}", path.display(), parse(statement.text));
        }
    }
}

#[test]
fn the_steps_of_the_corpus_read_as_in_sqlite() {
    let Some(folder) = corpus() else { return };
    let mut found = Vec::new();
    files(&folder.join("steps"), "jsonl", &mut found);
    let mut tally = Tally::default();
    for path in found {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let script: serde_json::Value = serde_json::from_str(line).unwrap();
            let connection = Connection::open_in_memory().unwrap();
            rusqlite::vtab::series::load_module(&connection).unwrap();
            for pool in 0..3 {
                connection.execute_batch(&format!("ATTACH ':memory:' AS p{pool}")).unwrap();
            }
            for step in script["steps"].as_array().unwrap() {
                let sql = step["sql"].as_str().unwrap();
                if step.get("rows").is_some() {
                    tally.count(&connection, sql);
                } else {
                    let _ = connection.execute_batch(sql);
                }
            }
        }
    }
    tally.assert("steps");
}

#[test]
fn the_sqllogictests_of_the_corpus_read_as_in_sqlite() {
    let Some(folder) = corpus() else { return };
    let mut found = Vec::new();
    files(&folder.join("sqllogictest"), "test", &mut found);
    let mut tally = Tally::default();
    for path in found {
        let connection = Connection::open_in_memory().unwrap();
        let text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        for record in text.split("\n\n") {
            let lines = record.lines().skip_while(|line| line.starts_with('#') || line.contains("if ") || line.is_empty());
            let lines: Vec<&str> = lines.collect();
            let Some((first, rest)) = lines.split_first() else { continue };
            let sql: Vec<&str> = rest.iter().copied().take_while(|line| *line != "----").collect();
            let sql = sql.join("\n");
            if first.starts_with("query") && split(&sql).len() == 1 {
                tally.count(&connection, &sql);
            } else {
                let _ = connection.execute_batch(&sql);
            }
        }
    }
    tally.assert("sqllogictest");
}
