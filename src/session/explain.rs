//! EXPLAIN: the route, what each pool is asked, and why.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::choice::Choice;
use super::worker::Job;
use super::{QueryResult, Route, Session, sqlite_plan};
use crate::cancel::CancelToken;
use crate::error::{Error, Result, Span};
use crate::execution::StepMetrics;
use crate::planner::{FederatedPlan, NodeId, explain_federated};
use crate::statement::Statement;

/// The explained statement at its own place: what stands before it becomes blanks, so that every span stays true.
pub(super) fn without_prefix(sql: &str, span: Span) -> String {
    let end = span.end.min(sql.len());
    format!("{}{}", " ".repeat(span.start), &sql[span.start..end])
}

impl Session {
    /// The plan of a statement, with what happened if it is to run.
    pub(super) fn explain_statement(
        &mut self,
        sql: &str,
        statement: &Statement,
        analyze: bool,
        cancel: &CancelToken,
    ) -> Result<String> {
        if analyze {
            return self.analyze(sql, statement, cancel);
        }
        match statement {
            Statement::Query(query) => {
                let resolved = self.resolve_select(query, cancel)?;
                let choice = self.choose(sql, query, &resolved, cancel)?;
                Ok(choice_text(&choice, resolved.pools.len()))
            }
            Statement::Text { why, .. } => {
                let (job, route) = self.text_job(sql, why, cancel)?;
                Ok(format!("route: {} (stays text: {why})\n{}", sqlite_route(&job, route), job_text(&job)))
            }
            Statement::Write(write) => {
                let (job, route) = self.write_job(sql, write, cancel)?;
                Ok(format!("route: {} (a write)\n{}", sqlite_route(&job, route), job_text(&job)))
            }
            Statement::Pragma(_) | Statement::Transaction(_) | Statement::Attach(_) => {
                Err(Error::query("EXPLAIN is for statements that read or write rows"))
            }
            Statement::Explain { .. } => Err(Error::query("EXPLAIN cannot explain itself")),
        }
    }

    fn analyze(&mut self, sql: &str, statement: &Statement, cancel: &CancelToken) -> Result<String> {
        let begun = Instant::now();
        let mut result = self.run_statement(sql, statement, cancel)?;
        let rows = drain(&mut result)?;
        let taken = begun.elapsed();
        let summary = format!("result: {rows} rows in {}\n", milliseconds(taken));
        if let Some((plan, metrics)) = result.steps() {
            let metric = |id: NodeId| metrics.iter().find(|(step, _)| *step == id.0).map(|(_, metrics)| step_text(metrics));
            let text = explain_federated(plan, &metric);
            return Ok(format!("route: {}\n{text}{summary}", federated_route(plan, None)));
        }
        let route = result.route();
        drop(result);
        let forced = self.route;
        if route == Route::Attached {
            self.route = Route::Attached;
        }
        let planned = self.explain_statement(sql, statement, false, cancel);
        self.route = forced;
        let planned = planned?;
        // The attempt, if it was one, has succeeded: only SQLite's part of the plan was used.
        let used = planned.split_once("\notherwise: ").map_or(planned.as_str(), |(used, _)| used);
        Ok(format!("{}\n{summary}", used.trim_end()))
    }
}

fn drain(result: &mut QueryResult) -> Result<u64> {
    let mut rows = 0;
    while let Some(batch) = result.next_batch()? {
        rows += batch.rows() as u64;
    }
    Ok(rows)
}

fn choice_text(choice: &Choice, pools: usize) -> String {
    match choice {
        Choice::Sqlite { job, route, why, .. } => {
            format!("route: {} ({why})\n{}", sqlite_route(job, *route), job_text(job))
        }
        Choice::Attempt { job, route, budget, plan } => {
            let first = format!("route: {} first, for at most {}", sqlite_route(job, *route), milliseconds(*budget));
            let then = explain_federated(plan, &|_| None);
            format!("{first}; then federated\n{}otherwise: {}\n{then}", job_text(job), federated_route(plan, None))
        }
        Choice::Federated { plan, why } => {
            debug_assert!(plan.pools().len() <= pools, "a plan reads only pools that the statement names");
            format!("route: {}\n{}", federated_route(plan, Some(why)), explain_federated(plan, &|_| None))
        }
    }
}

fn federated_route(plan: &FederatedPlan, why: Option<&str>) -> String {
    let count = plan.pools().len();
    let pools = if count == 1 { "1 pool".to_owned() } else { format!("{count} pools") };
    why.map_or_else(|| format!("federated ({pools})"), |why| format!("federated ({pools}; {why})"))
}

fn sqlite_route(job: &Job, route: Route) -> String {
    match (&job.connected, route) {
        (super::worker::Connected::Lease(lease), _) => format!("pool {}", lease.pool()),
        (super::worker::Connected::Attached(_), _) => "attached".to_owned(),
        (super::worker::Connected::Pinned(_), _) => "attached, on the session's own connection".to_owned(),
    }
}

/// The text that SQLite is given, and SQLite's own plan of it.
fn job_text(job: &Job) -> String {
    let mut text = String::new();
    for line in job.sql.trim().lines() {
        let _ = writeln!(text, "  {}", line.trim_end());
    }
    text + &sqlite_plan::text(&sqlite_plan::of(job.connected.connection(), &job.sql), 2)
}

fn step_text(metrics: &StepMetrics) -> String {
    let mut text =
        format!("{} rows, {}, {}", metrics.rows, bytes(metrics.bytes), milliseconds(Duration::from_nanos(metrics.nanoseconds)));
    if let Some(remark) = &metrics.remark {
        let _ = write!(text, ", {remark}");
    }
    text
}

fn milliseconds(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1e3;
    if milliseconds < 10.0 { format!("{milliseconds:.1} ms") } else { format!("{milliseconds:.0} ms") }
}

fn bytes(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}
