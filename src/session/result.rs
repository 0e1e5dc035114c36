//! The rows of a statement, as they come.

use std::collections::VecDeque;
use std::fmt;

use super::Route;
use super::worker::{Event, Worker};
use crate::batch::{Batch, ColumnBuilder};
use crate::error::{Error, Result};
use crate::execution::{Execution, StepMetrics};
use crate::planner::FederatedPlan;
use crate::value::ValueRef;

/// The rows of a statement, as they come. Dropping it stops the work. Owns its connections.
pub struct QueryResult {
    columns: Vec<String>,
    route: Route,
    /// Rows that came before anybody asked.
    ready: VecDeque<Batch>,
    rest: Rest,
}

/// Where further rows come from.
enum Rest {
    Nothing,
    Sqlite(Worker),
    Federated { execution: Box<Execution>, plan: Box<FederatedPlan> },
}

impl QueryResult {
    /// The names of the columns, duplicates included; none for a statement without rows.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The route that was taken; `Auto` where no pool was asked.
    pub fn route(&self) -> Route {
        self.route
    }

    /// The next rows; none when all are given.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        if let Some(batch) = self.ready.pop_front() {
            return Ok(Some(batch));
        }
        match &mut self.rest {
            Rest::Nothing => Ok(None),
            Rest::Federated { execution, .. } => execution.next_batch(),
            Rest::Sqlite(worker) => match worker.next() {
                Event::Rows(batch) => Ok(Some(batch)),
                Event::Failed(error) => {
                    self.rest = Rest::Nothing;
                    Err(error)
                }
                Event::Columns(_) | Event::Done | Event::OverBudget => {
                    self.rest = Rest::Nothing;
                    Ok(None)
                }
            },
        }
    }

    /// No rows and no columns.
    pub(super) fn empty() -> Self {
        Self { columns: Vec::new(), route: Route::Auto, ready: VecDeque::new(), rest: Rest::Nothing }
    }

    /// Lines of text as rows.
    pub(super) fn of_lines(column: &str, text: &str) -> Self {
        let mut builder = ColumnBuilder::with_capacity(16);
        for line in text.lines() {
            builder.push(ValueRef::Text(line.as_bytes()));
        }
        let rows = builder.len();
        let ready = (rows > 0).then(|| Batch::new(rows, vec![builder.finish()])).into_iter().collect();
        Self { columns: vec![column.to_owned()], route: Route::Auto, ready, rest: Rest::Nothing }
    }

    /// Rows that SQLite gives, all of them or the first of them in `ready`.
    pub(super) fn of_sqlite(columns: Vec<String>, route: Route, ready: VecDeque<Batch>, rest: Option<Worker>) -> Self {
        Self { columns, route, ready, rest: rest.map_or(Rest::Nothing, Rest::Sqlite) }
    }

    /// Rows of a federated plan.
    pub(super) fn of_execution(execution: Execution, plan: FederatedPlan) -> Self {
        let columns = plan.names.clone();
        let rest = Rest::Federated { execution: Box::new(execution), plan: Box::new(plan) };
        Self { columns, route: Route::Federated, ready: VecDeque::new(), rest }
    }

    /// The plan that runs, and what its steps did so far.
    pub(super) fn steps(&self) -> Option<(&FederatedPlan, Vec<(usize, StepMetrics)>)> {
        match &self.rest {
            Rest::Federated { execution, plan } => Some((plan, execution.metrics())),
            Rest::Nothing | Rest::Sqlite(_) => None,
        }
    }
}

impl fmt::Debug for QueryResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("QueryResult").field("columns", &self.columns).field("route", &self.route).finish_non_exhaustive()
    }
}

/// How an attempt under a budget ended.
pub(super) enum Attempt {
    Finished(QueryResult),
    OverBudget,
}

/// Waits for the columns of a statement that has just been started.
pub(super) fn started(worker: Worker, route: Route) -> Result<QueryResult> {
    match worker.next() {
        Event::Columns(columns) => Ok(QueryResult::of_sqlite(columns, route, VecDeque::new(), Some(worker))),
        Event::Failed(error) => Err(error),
        Event::Rows(_) | Event::Done | Event::OverBudget => Err(Error::query("the statement ended before it began")),
    }
}

/// Waits for all rows, or for the end of the budget: no row is given out before it is sure that all come.
pub(super) fn finished(worker: &Worker, route: Route) -> Result<Attempt> {
    let (mut columns, mut ready) = (Vec::new(), VecDeque::new());
    loop {
        match worker.next() {
            Event::Columns(names) => columns = names,
            Event::Rows(batch) => ready.push_back(batch),
            Event::Done => return Ok(Attempt::Finished(QueryResult::of_sqlite(columns, route, ready, None))),
            Event::OverBudget => return Ok(Attempt::OverBudget),
            Event::Failed(error) => return Err(error),
        }
    }
}

impl QueryResult {
    /// The same rows under the names that the user's text gives their columns.
    pub(super) fn renamed(mut self, names: &[(String, String)]) -> Self {
        for column in &mut self.columns {
            if let Some((_, original)) = names.iter().find(|(changed, _)| changed == column) {
                column.clone_from(original);
            }
        }
        self
    }
}
