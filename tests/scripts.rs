//! Hand-written queries, a file per feature: every statement on every route that can answer, against the oracle.
//!
//! A script of `tests/scripts` is plain SQL: what stands below a line `-- pool NAME` builds that pool's file, and each statement
//! below `-- queries` is asked. `-- not federated` before a statement: the federated route may refuse it; else it must answer. A
//! statement with `{}` is asked with each text that stands above it behind `-- each` in its place.
//!
//! The scripts of `tests/plans` are of the same form; their EXPLAIN texts are kept in a `.txt` file beside each, which
//! `GLUE_UPDATE_PLANS=1` writes anew.

#![allow(clippy::format_push_string, reason = "a test favours the shorter form")]

mod support;

use std::path::{Path, PathBuf};

use glue::session::Route;
use support::{Answer, Files, Oracle, Order, Verdict, check};

#[test]
fn every_script_gives_the_answers_of_sqlite() {
    let mut failures = Vec::new();
    for path in scripts("scripts") {
        let text = std::fs::read_to_string(&path).expect("a script can be read");
        failures.extend(failures_of(&Script::read(&text)).into_iter().map(|failure| format!("{}: {failure}", path.display())));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_plan_is_the_one_that_was_agreed_on() {
    for path in scripts("plans") {
        let text = std::fs::read_to_string(&path).expect("a script can be read");
        let plans = plans_of(&Script::read(&text));
        let golden = path.with_extension("txt");
        if std::env::var_os("GLUE_UPDATE_PLANS").is_some() {
            std::fs::write(&golden, &plans).expect("the folder of plans is writable");
        }
        let agreed = std::fs::read_to_string(&golden).unwrap_or_default();
        assert!(agreed == plans, "{} differs; GLUE_UPDATE_PLANS=1 writes it anew. Now:\n{plans}", golden.display());
    }
}

fn plans_of(script: &Script) -> String {
    let files = Files::build(&script.pools);
    let directory = files.directory().display().to_string();
    let mut session = files.session();
    let mut text = String::new();
    for query in &script.queries {
        let plan = session.explain(&query.sql).map_or_else(|error| format!("error: {error}"), |plan| plan.to_string());
        text.push_str(&format!("{};\n---\n{}\n\n", query.sql.trim(), plan.replace(&directory, "DIR").trim_end()));
    }
    text
}

fn scripts(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = std::fs::read_dir(folder).expect("the folder of scripts is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    assert!(!paths.is_empty(), "there are scripts");
    paths
}

struct Script {
    pools: Vec<(String, String)>,
    queries: Vec<ScriptQuery>,
}

struct ScriptQuery {
    sql: String,
    may_be_refused: bool,
}

impl Script {
    fn read(text: &str) -> Self {
        let mut script = Self { pools: Vec::new(), queries: Vec::new() };
        let (before, queries) = text.split_once("-- queries\n").expect("a script has a line `-- queries`");
        for part in before.split("-- pool ").skip(1) {
            let (name, sql) = part.split_once('\n').expect("the pool's tables follow its name");
            script.pools.push((name.trim().to_owned(), sql.to_owned()));
        }
        let (mut sql, mut may_be_refused, mut each) = (String::new(), false, Vec::new());
        for line in queries.lines() {
            if line == "-- not federated" {
                may_be_refused = true;
            } else if let Some(text) = line.strip_prefix("-- each ") {
                each.push(text);
            } else if let Some(end) = line.strip_suffix(';') {
                sql.push_str(end);
                let template = std::mem::take(&mut sql);
                let texts = if template.contains("{}") { each.as_slice() } else { &[""] };
                assert!(!texts.is_empty(), "no `-- each` stands above: {template}");
                let query = |text: &&str| ScriptQuery { sql: template.replace("{}", text), may_be_refused };
                script.queries.extend(texts.iter().map(query));
                may_be_refused = false;
            } else if !line.starts_with("--") {
                sql.push_str(line);
                sql.push('\n');
            }
        }
        assert!(sql.trim().is_empty(), "a statement without its semicolon: {sql}");
        script
    }
}

/// Runs a script on files of both journal modes; glue comes before the oracle, which may leave side files.
fn failures_of(script: &Script) -> Vec<String> {
    let in_mode = |mode: &str| {
        let scripts = script.pools.iter().map(|(pool, sql)| (pool.clone(), format!("PRAGMA journal_mode = {mode}; {sql}")));
        failures_on(script, &Files::build(&scripts.collect::<Vec<_>>()))
    };
    [in_mode("delete"), in_mode("wal")].concat()
}

fn failures_on(script: &Script, files: &Files) -> Vec<String> {
    let before = files.everything();
    let mut session = files.session();
    let mut answers = Vec::new();
    for query in &script.queries {
        for route in [Route::Auto, Route::Federated, Route::Attached] {
            session.set_route(route);
            answers.push((query, route, Answer::of_glue(&mut session, &query.sql)));
        }
    }
    let manager = session.manager().clone();
    drop(session);
    manager.disconnect_all();
    let mut failures = Vec::new();
    if files.everything() != before {
        failures.push("reading left a trace".to_owned());
    }
    let oracle = Oracle::new(files);
    for query in &script.queries {
        let expected = oracle.ask(&query.sql);
        let order = if has_outer_order(&query.sql) { Order::Unknown } else { Order::Free };
        for (_, route, got) in answers.iter().filter(|(asked, ..)| std::ptr::eq(*asked, query)) {
            let route = *route;
            match check(&expected, &order, got) {
                Verdict::Same | Verdict::NotFixed | Verdict::BothFail => {}
                Verdict::CannotAnswer(_) if query.may_be_refused && route == Route::Federated => {}
                verdict => {
                    let sqlite =
                        expected.plain.as_ref().map_or_else(|error| format!("error: {error}\n"), |answer| answer.show(8));
                    let glue = got.as_ref().map_or_else(|error| format!("error: {error}\n"), |answer| answer.show(8));
                    failures.push(format!("{}\n  by {route:?}: {verdict:?}\nSQLite: {sqlite}glue: {glue}", query.sql));
                }
            }
        }
    }
    failures
}

/// Whether an ORDER BY stands outside all parentheses.
fn has_outer_order(sql: &str) -> bool {
    let mut depth = 0;
    let outer: String = sql
        .chars()
        .filter(|letter| {
            depth += i32::from(*letter == '(') - i32::from(*letter == ')');
            depth == 0
        })
        .collect();
    outer.to_ascii_uppercase().contains("ORDER BY")
}
