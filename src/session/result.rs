//! The rows of a statement, as they come.

use std::collections::VecDeque;
use std::fmt;
use std::task::{Context, Poll};

use super::Route;
use super::changes::Changes;
use super::progress::PoolProgress;
use super::row_queue::Event;
use super::worker::Worker;
use crate::batch::{Batch, ColumnBuilder};
use crate::error::{Error, Result};
use crate::execution::{Metrics, StepMetrics};
use crate::planner::FederatedPlan;
use crate::value::ValueRef;

/// The rows of a statement, as they come. Dropping it stops the work. Owns its connections.
pub struct QueryResult {
    columns: Vec<String>,
    route: Route,
    /// Rows that came before anybody asked.
    ready: VecDeque<Batch>,
    /// Where further rows come from.
    worker: Option<Worker>,
    federated: Option<Box<Federated>>,
    changes: Option<Changes>,
    /// What SQLite has given, where it answers alone.
    given: (u64, u64),
    /// The pool, or the word for several, whose rows `given` counts.
    source: Option<String>,
}

/// A plan that runs, and what its steps did so far.
struct Federated {
    plan: FederatedPlan,
    metrics: Metrics,
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
            return Ok(Some(self.counted(batch)));
        }
        match &self.worker {
            None => Ok(None),
            Some(worker) => {
                let event = worker.next();
                self.take(event)
            }
        }
    }

    /// The next rows, for a reader that must not wait.
    #[cfg_attr(not(feature = "async"), expect(dead_code, reason = "only asynchronous readers poll"))]
    pub(crate) fn poll_batch(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Batch>>> {
        if let Some(batch) = self.ready.pop_front() {
            return Poll::Ready(Ok(Some(self.counted(batch))));
        }
        let Some(worker) = &self.worker else { return Poll::Ready(Ok(None)) };
        worker.poll_next(context).map(|event| self.take(event))
    }

    /// Stops the work without waiting for its end, which dropping does.
    #[cfg_attr(not(feature = "async"), expect(dead_code, reason = "only asynchronous readers must not wait"))]
    pub(crate) fn abandon(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.abandon();
        }
    }

    /// What each pool has given so far, by name: rows, bytes and the time spent waiting for it.
    pub fn pools(&self) -> Vec<PoolProgress> {
        match (&self.federated, &self.source) {
            (Some(federated), _) => super::progress::of_plan(&federated.plan, &federated.metrics),
            (None, Some(pool)) => {
                let (rows, bytes) = self.given;
                vec![PoolProgress { pool: pool.clone(), rows, bytes, nanoseconds: 0, expected: None }]
            }
            (None, None) => Vec::new(),
        }
    }

    fn take(&mut self, event: Event) -> Result<Option<Batch>> {
        match event {
            Event::Rows(batch) => return Ok(Some(self.counted(batch))),
            Event::Failed(error) => {
                self.worker = None;
                return Err(error);
            }
            Event::Done(changes) => self.changes = changes,
            Event::Columns(_) | Event::OverBudget => {}
        }
        self.worker = None;
        Ok(None)
    }

    fn counted(&mut self, batch: Batch) -> Batch {
        self.given.0 += batch.rows() as u64;
        self.given.1 += batch.content_bytes() as u64;
        batch
    }

    /// How many rows the statement inserted, changed or deleted itself, known once all its rows are read; 0 for one that only
    /// reads.
    pub fn changed_rows(&self) -> u64 {
        self.changes.unwrap_or_default().rows
    }

    /// What the statement changed, once it has ended.
    pub(super) fn changes(&self) -> Option<Changes> {
        self.changes
    }

    /// No rows and no columns.
    pub(super) fn empty() -> Self {
        Self::new(Vec::new(), Route::Auto)
    }

    /// Lines of text as rows.
    pub(super) fn of_lines(column: &str, text: &str) -> Self {
        let mut builder = ColumnBuilder::with_capacity(16);
        for line in text.lines() {
            builder.push(ValueRef::Text(line.as_bytes()));
        }
        let rows = builder.len();
        let ready = (rows > 0).then(|| Batch::new(rows, vec![builder.finish()])).into_iter().collect();
        Self { ready, ..Self::new(vec![column.to_owned()], Route::Auto) }
    }

    /// Rows that are all there.
    pub(super) fn of_batches(columns: Vec<String>, ready: VecDeque<Batch>, route: Route) -> Self {
        Self { ready, ..Self::new(columns, route) }
    }

    /// Rows of a federated plan.
    pub(super) fn of_plan(worker: Worker, metrics: Metrics, plan: FederatedPlan) -> Self {
        let columns = plan.names.clone();
        let federated = Some(Box::new(Federated { plan, metrics }));
        Self { worker: Some(worker), federated, ..Self::new(columns, Route::Federated) }
    }

    fn new(columns: Vec<String>, route: Route) -> Self {
        let (ready, worker, federated) = (VecDeque::new(), None, None);
        Self { columns, route, ready, worker, federated, changes: None, given: (0, 0), source: None }
    }

    /// The plan that runs, and what its steps did so far.
    pub(super) fn steps(&self) -> Option<(&FederatedPlan, Vec<(usize, StepMetrics)>)> {
        self.federated.as_ref().map(|federated| (&federated.plan, federated.metrics.all()))
    }
}

impl fmt::Debug for QueryResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("QueryResult").field("columns", &self.columns).field("route", &self.route).finish_non_exhaustive()
    }
}

/// How an attempt under a budget ended.
pub(super) enum Attempt {
    Finished(Box<QueryResult>),
    OverBudget,
}

/// Waits for the columns of a statement that has just been started.
pub(super) fn started(worker: Worker, route: Route) -> Result<QueryResult> {
    match worker.next() {
        Event::Columns(columns) => {
            let source = worker.source.clone();
            Ok(QueryResult { worker: Some(worker), source, ..QueryResult::new(columns, route) })
        }
        Event::Failed(error) => Err(error),
        Event::Rows(_) | Event::Done(_) | Event::OverBudget => Err(Error::query("the statement ended before it began")),
    }
}

/// Waits for all rows, or for the end of the budget: no row is given out before it is sure that all come.
pub(super) fn finished(worker: &Worker, route: Route) -> Result<Attempt> {
    let (mut columns, mut ready) = (Vec::new(), VecDeque::new());
    loop {
        match worker.next() {
            Event::Columns(names) => columns = names,
            Event::Rows(batch) => ready.push_back(batch),
            Event::Done(changes) => {
                let source = worker.source.clone();
                let result = QueryResult { ready, changes, source, ..QueryResult::new(columns, route) };
                return Ok(Attempt::Finished(Box::new(result)));
            }
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
