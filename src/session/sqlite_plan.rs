//! What SQLite says it would do: `EXPLAIN QUERY PLAN`, and whether that is worth an attempt.

use std::collections::BTreeMap;
use std::time::Duration;

use rusqlite::Connection;

use super::resolve::Resolved;
use crate::statement::QueryStatement;

/// What SQLite takes for a row of a scan, with the least that is done with it: measured 0.1 to 0.2 µs.
const MICROSECONDS_PER_ROW: f64 = 0.15;

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

/// The table whose scan alone would take longer than `budget`, unless the rows can be given out as they come and LIMIT
/// stops the scan.
pub(super) fn too_long_scan(lines: &[PlanLine], query: &QueryStatement, resolved: &Resolved, budget: Duration) -> Option<String> {
    let sorts = lines.iter().any(|line| line.detail.starts_with("USE TEMP B-TREE"));
    if query.limit.is_some() && !sorts {
        return None;
    }
    let most_rows = budget.as_secs_f64() * 1e6 / MICROSECONDS_PER_ROW;
    let scanned = lines.iter().filter_map(|line| line.detail.strip_prefix("SCAN "));
    let mut names = scanned.map(|rest| rest.split_once(" USING ").unwrap_or((rest, "")));
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let is_long = |(name, way): &(&str, &str)| {
        // In the order of an index that does not hold all columns, each row is a search in the table besides.
        let steps = if way.starts_with("INDEX") { 2.0 } else { 1.0 };
        rows(name, resolved).is_some_and(|rows| rows as f64 * steps > most_rows)
    };
    names.find(is_long).map(|(name, _)| name.to_owned())
}

/// The rows of the table that SQLite calls by an alias, a name or `schema.name`; the largest where several are called so.
fn rows(name: &str, resolved: &Resolved) -> Option<u64> {
    let called = resolved.tables.iter().filter(|(reference, pool)| match &reference.alias {
        Some(alias) => alias.is(name),
        None => reference.name.is(name) || format!("{pool}.{}", reference.name.name).eq_ignore_ascii_case(name),
    });
    called.filter_map(|(reference, pool)| resolved.namespace.source_table(pool, &reference.name.name)?.rows).max()
}
