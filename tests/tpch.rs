//! The TPC-H queries and ten federated ones over three files: every route that can answer gives SQLite's answer, to the bit.

mod support;

use std::collections::BTreeMap;

use glue::session::Route;
use support::{Answer, Files, Oracle, Order, Verdict, check};

const SCALE: f64 = 0.01;

/// So many of the 32 queries must be answered without SQLite doing work across pools.
const LEAST_FEDERATED: usize = 26;

#[test]
#[expect(clippy::print_stdout, reason = "the share that each route answers is a measured result")]
fn every_route_gives_the_answer_of_sqlite() {
    let files = make_files();
    let oracle = Oracle::new(&files);
    let mut session = files.session();
    let mut failures = Vec::new();
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut federated = 0;
    for (name, sql) in support::tpch::queries() {
        let expected = oracle.ask(&sql);
        for route in [Route::Auto, Route::Federated, Route::Attached] {
            session.set_route(route);
            match check(&expected, &Order::Unknown, &Answer::of_glue(&mut session, &sql)) {
                Verdict::Same | Verdict::NotFixed => federated += usize::from(route == Route::Federated),
                Verdict::CannotAnswer(reason) if route == Route::Federated => {
                    refused.entry(reason).or_default().push(name.clone());
                }
                verdict => failures.push(format!("{name} by {route:?}: {verdict:?}")),
            }
        }
    }
    println!("federated answers {federated} of 32; not: {refused:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(federated >= LEAST_FEDERATED, "federated answers only {federated} of 32: {refused:?}");
}

fn make_files() -> Files {
    let mut files = Files::empty();
    let folder = files.directory().to_owned();
    support::tpch::make(&folder, SCALE);
    for name in ["crm", "catalog", "sales"] {
        files.register(name, &folder.join(format!("{name}.sqlite")));
    }
    files
}
