//! EXPLAIN: the route, what each pool is asked, and why.

use std::time::{Duration, Instant};

use super::choice::Choice;
use super::worker::{Connected, Job};
use super::{QueryResult, Session, sqlite_plan};
use crate::cancel::CancelToken;
use crate::error::{Error, Result, Span};
use crate::execution::StepMetrics;
use crate::planner::{Explanation, FederatedPlan, Measured, NodeId, SqliteStatement, explain_federated};
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
    ) -> Result<Explanation> {
        if analyze {
            return self.analyze(sql, statement, cancel);
        }
        match statement {
            Statement::Query(query) => {
                let resolved = self.resolve_select(query, cancel)?;
                let pools = resolved.pools.iter().map(|pool| pool.name().to_owned()).collect();
                Ok(of_choice(self.choose(sql, query, &resolved, cancel)?, pools))
            }
            Statement::Text { why, .. } => {
                let (job, _) = self.text_job(sql, why, cancel)?;
                Ok(of_job(&job, format!("stays text: {why}"), Vec::new()))
            }
            Statement::Write(write) => {
                let (job, _) = self.write_job(sql, write, cancel)?;
                Ok(of_job(&job, "a write".to_owned(), Vec::new()))
            }
            Statement::Pragma(_) | Statement::Transaction(_) | Statement::Attach(_) => {
                Err(Error::query("EXPLAIN is for statements that read or write rows"))
            }
            Statement::Explain { .. } => Err(Error::query("EXPLAIN cannot explain itself")),
        }
    }

    fn analyze(&mut self, sql: &str, statement: &Statement, cancel: &CancelToken) -> Result<Explanation> {
        let begun = Instant::now();
        let mut result = self.run_statement(sql, statement, cancel)?;
        let (rows, bytes) = drain(&mut result)?;
        let measured = Measured { rows, bytes, time: begun.elapsed(), remark: None };
        if let Some((plan, metrics)) = result.steps() {
            let metric = |id: NodeId| metrics.iter().find(|(step, _)| *step == id.0).map(|(_, metrics)| of_metrics(metrics));
            let steps = explain_federated(plan, &metric);
            return Ok(Explanation { steps, measured: Some(measured), ..of_plan(plan, "") });
        }
        drop(result);
        let planned = self.explain_statement(sql, statement, false, cancel)?;
        // The attempt, if it was one, has succeeded: only SQLite's part of the plan was used.
        let why = planned.attempt.map_or(planned.why, |_| "SQLite was done before its time was up".to_owned());
        Ok(Explanation { why, attempt: None, steps: Vec::new(), measured: Some(measured), ..planned })
    }
}

fn drain(result: &mut QueryResult) -> Result<(u64, u64)> {
    let (mut rows, mut bytes) = (0, 0);
    while let Some(batch) = result.next_batch()? {
        rows += batch.rows() as u64;
        bytes += batch.content_bytes() as u64;
    }
    Ok((rows, bytes))
}

fn of_choice(choice: Choice, pools: Vec<String>) -> Explanation {
    match choice {
        Choice::Sqlite { job, why, .. } => of_job(&job, why, pools),
        Choice::Attempt { job, budget, plan, .. } => {
            let steps = explain_federated(&plan, &|_| None);
            Explanation { attempt: Some(budget), steps, ..of_job(&job, String::new(), pools) }
        }
        Choice::Federated { plan, why } => of_plan(&plan, &why),
    }
}

fn of_plan(plan: &FederatedPlan, why: &str) -> Explanation {
    let (pools, steps) = (plan.pools().into_iter().collect(), explain_federated(plan, &|_| None));
    Explanation { route: "federated", pools, why: why.to_owned(), steps, ..Explanation::default() }
}

/// What SQLite is given, and its own plan of it.
fn of_job(job: &Job, why: String, pools: Vec<String>) -> Explanation {
    let (route, pools) = match &job.connected {
        Connected::Lease(lease) => ("pool", vec![lease.pool().to_owned()]),
        Connected::Attached(_) | Connected::Pinned(_) => ("attached", pools),
    };
    let plan = sqlite_plan::of(job.connected.connection(), &job.sql);
    let plan = plan.into_iter().map(|line| (line.depth, line.detail)).collect();
    let sqlite = Some(SqliteStatement { sql: job.sql.clone(), plan });
    Explanation { route, pools, why, sqlite, ..Explanation::default() }
}

fn of_metrics(metrics: &StepMetrics) -> Measured {
    let time = Duration::from_nanos(metrics.nanoseconds);
    Measured { rows: metrics.rows, bytes: metrics.bytes, time, remark: metrics.remark.clone() }
}
