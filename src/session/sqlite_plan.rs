//! What SQLite says it would do: `EXPLAIN QUERY PLAN`, and whether that is worth an attempt.

use std::collections::BTreeMap;
use std::time::Duration;

use rusqlite::Connection;

use super::resolve::Resolved;
use crate::planner::{FederatedPlan, NodeKind, Reader};
use crate::statement::QueryStatement;

/// What SQLite takes for a row of a scan, with the least that is done with it: measured 0.1 to 0.2 µs.
const MICROSECONDS_PER_ROW: f64 = 0.15;

/// What a search takes it at least, in a b-tree of several levels and in a small one.
const MICROSECONDS_PER_SEARCH: f64 = 0.8;
const MICROSECONDS_PER_SMALL_SEARCH: f64 = 0.2;

/// A b-tree of fewer rows is small.
const SMALL_TREE: f64 = 10_000.0;

/// What a row takes it on its way through the b-tree that it groups by.
const MICROSECONDS_PER_GROUPED_ROW: f64 = 1.0;

/// One line of SQLite's plan.
#[derive(Debug)]
pub(super) struct PlanLine {
    pub(super) depth: usize,
    pub(super) detail: String,
}

/// SQLite's plan of a statement; empty where it has none to give or the statement is wrong, which running it will show.
pub(super) fn of(connection: &Connection, sql: &str) -> Vec<PlanLine> {
    let Ok(mut statement) = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")) else { return Vec::new() };
    let mut depths: BTreeMap<i64, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    let mut rows = statement.raw_query();
    while let Ok(Some(row)) = rows.next() {
        let (Ok(id), Ok(parent), Ok(detail)) = (row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, String>(3)) else {
            break;
        };
        let depth = depths.get(&parent).map_or(0, |depth| depth + 1);
        depths.insert(id, depth);
        lines.push(PlanLine { depth, detail });
    }
    lines
}

/// Whether SQLite searches, and each search gives its rows from one place: without a jump from an index into its table.
pub(super) fn searches_cheaply(lines: &[PlanLine]) -> bool {
    let mut searches = lines.iter().filter(|line| line.detail.starts_with("SEARCH ")).peekable();
    let is_cheap = |line: &PlanLine| line.detail.contains("COVERING INDEX") || line.detail.contains("INTEGER PRIMARY KEY");
    searches.peek().is_some() && searches.all(is_cheap)
}

/// Why SQLite would take longer than `budget`, as far as its plan tells before it begins: the table whose scan, or whose searches
/// from the rows of a scan, take the most. None where rows can be given out as they come and LIMIT stops the scan.
pub(super) fn too_long(
    lines: &[PlanLine],
    query: &QueryStatement,
    resolved: &Resolved,
    plan: &FederatedPlan,
    budget: Duration,
) -> Option<String> {
    let collects = lines.iter().any(|line| line.detail.starts_with("USE TEMP B-TREE"));
    if query.limit.is_some() && !collects {
        return None;
    }
    let mut estimate = Estimate { resolved, plan, rows_at: BTreeMap::new(), microseconds: 0.0, most: (0.0, String::new()) };
    lines.iter().for_each(|line| estimate.add(line));
    if lines.iter().any(|line| line.detail.starts_with("USE TEMP B-TREE FOR GROUP BY")) {
        estimate.microseconds += grouped_rows(plan) * MICROSECONDS_PER_GROUPED_ROW;
    }
    let (took, what) = estimate.most;
    (took > 0.0 && estimate.microseconds > budget.as_secs_f64() * 1e6).then_some(what)
}

/// What SQLite needs at least for the lines of its plan so far.
struct Estimate<'a> {
    resolved: &'a Resolved,
    plan: &'a FederatedPlan,
    /// The rows that come out of the scans so far, by depth: what follows at one depth is nested in what stands before.
    rows_at: BTreeMap<usize, f64>,
    microseconds: f64,
    /// What took most of it, and what that is, in words.
    most: (f64, String),
}

impl Estimate<'_> {
    fn add(&mut self, line: &PlanLine) {
        if let Some(rest) = line.detail.strip_prefix("SCAN ") {
            self.scan(rest, line.depth);
        } else if let Some(rest) = line.detail.strip_prefix("SEARCH ") {
            self.searches(rest, line.depth);
        } else if !line.detail.starts_with("USE ") {
            // The head of another SELECT.
            self.rows_at.split_off(&line.depth);
        }
    }

    fn scan(&mut self, rest: &str, depth: usize) {
        let (name, way) = rest.split_once(" USING ").unwrap_or((rest, ""));
        let Some(rows) = rows(name, self.resolved) else { return };
        self.rows_at.split_off(&(depth + 1));
        self.rows_at.entry(depth).or_insert(rows * passing_share(name, self.plan));
        // In the order of an index that does not hold all columns, each row is a search in the table besides.
        let steps = if way.starts_with("INDEX") { 2.0 } else { 1.0 };
        self.take(rows * steps * MICROSECONDS_PER_ROW, format!("scan `{name}`"));
    }

    fn searches(&mut self, rest: &str, depth: usize) {
        let (name, _) = rest.split_once(" USING ").unwrap_or((rest, ""));
        let searches = self.rows_at.get(&depth).copied().unwrap_or(0.0);
        let is_small = rows(name, self.resolved).is_some_and(|rows| rows < SMALL_TREE);
        let each = if is_small { MICROSECONDS_PER_SMALL_SEARCH } else { MICROSECONDS_PER_SEARCH };
        self.take(searches * each, format!("search `{name}` about {searches:.0} times"));
    }

    fn take(&mut self, microseconds: f64, what: String) {
        self.microseconds += microseconds;
        if microseconds > self.most.0 {
            self.most = (microseconds, what);
        }
    }
}

/// Which part of the rows of the table that SQLite calls `name` passes the conditions on it alone, as far as the plan knows.
fn passing_share(name: &str, plan: &FederatedPlan) -> f64 {
    let table = name.rsplit('.').next().unwrap_or(name);
    let mut share = None;
    plan.visit(&mut |node| {
        if let NodeKind::PoolQuery(query) = &node.kind
            && let Reader::Native(scan) = &query.reader
            && scan.table.eq_ignore_ascii_case(table)
        {
            let passing = node.rows / query.visited_rows.max(1.0);
            share = Some(share.map_or(passing, |other: f64| other.min(passing)));
        }
    });
    share.unwrap_or(0.0)
}

/// How many rows the plan groups.
fn grouped_rows(plan: &FederatedPlan) -> f64 {
    let mut rows: f64 = 0.0;
    plan.visit(&mut |node| {
        if let NodeKind::Aggregate(aggregate) = &node.kind {
            rows = rows.max(aggregate.input.rows);
        }
    });
    rows
}

/// The rows of the table that SQLite calls by an alias, a name or `schema.name`; the largest where several are called so.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn rows(name: &str, resolved: &Resolved) -> Option<f64> {
    let called = resolved.tables.iter().filter(|(reference, pool)| match &reference.alias {
        Some(alias) => alias.is(name),
        None => reference.name.is(name) || format!("{pool}.{}", reference.name.name).eq_ignore_ascii_case(name),
    });
    let rows = called.filter_map(|(reference, pool)| resolved.namespace.source_table(pool, &reference.name.name)?.rows).max();
    rows.map(|rows| rows as f64)
}
