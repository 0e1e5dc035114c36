//! One statement on one SQLite connection, on a thread of its own, so that its rows can outlive every borrow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::hooks::{AuthContext, Authorization};

use super::guard::Guard;
use super::splice::Splices;
use crate::batch::{BATCH_ROWS, Batch};
use crate::cancel::CancelToken;
use crate::connection::{AttachedConnection, Lease, RowReader, begin_snapshot, sqlite_error};
use crate::error::{Error, ErrorKind, Result};

/// How many operations SQLite does between two looks at the token: tens of microseconds.
const OPERATIONS: i32 = 4_000;

/// How many batches wait for whoever reads them.
const QUEUE: usize = 2;

/// The connection that a statement runs on.
#[derive(Debug)]
pub(super) enum Connected {
    Lease(Box<Lease>),
    Attached(Box<AttachedConnection>),
}

impl Connected {
    pub(super) fn connection(&self) -> &Connection {
        match self {
            Self::Lease(lease) => lease.connection(),
            Self::Attached(attached) => attached.connection(),
        }
    }

    fn begin(&mut self, cancel: &CancelToken) -> Result<()> {
        match self {
            Self::Lease(lease) => begin_snapshot(std::slice::from_mut(&mut **lease), cancel),
            Self::Attached(attached) => attached.begin(),
        }
    }

    fn set_cancel(&self, cancel: &CancelToken) {
        match self {
            Self::Lease(lease) => lease.set_cancel(cancel),
            Self::Attached(attached) => attached.set_cancel(cancel),
        }
    }

    fn check_unchanged(&self) -> Result<()> {
        match self {
            Self::Lease(lease) => lease.check_unchanged(),
            Self::Attached(attached) => attached.check_unchanged(),
        }
    }
}

/// A statement to run.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) connected: Connected,
    /// What SQLite is given.
    pub(super) sql: String,
    /// How that differs from the user's text.
    pub(super) splices: Splices,
    /// Whether it runs in a read transaction of its own; a write commits by itself.
    pub(super) snapshot: bool,
    pub(super) guard: Option<Guard>,
    /// The time after which the attempt is given up.
    pub(super) budget: Option<Duration>,
}

impl Job {
    /// What SQLite finds wrong with the statement before it runs.
    pub(super) fn mistake(&self) -> Option<Error> {
        let error = sqlite_error(self.connected.connection().prepare(&self.sql).err()?, Some(&self.sql));
        (error.kind == ErrorKind::Query).then(|| explained(error, self))
    }
}

/// What the thread tells.
#[derive(Debug)]
pub(super) enum Event {
    /// The statement is prepared and has these columns.
    Columns(Vec<String>),
    Rows(Batch),
    Done,
    OverBudget,
    Failed(Error),
}

/// A statement that runs. Dropping it stops it and waits until its connection is given back.
#[derive(Debug)]
pub(super) struct Worker {
    events: Option<Receiver<Event>>,
    cancel: CancelToken,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts a job; `cancel` stops it.
    pub(super) fn start(job: Job, cancel: &CancelToken) -> Result<Self> {
        let (sender, events) = sync_channel(QUEUE);
        let cancel = cancel.child();
        let token = cancel.clone();
        let thread = std::thread::Builder::new().name("glue-sqlite".to_owned()).spawn(move || run(job, &sender, &token));
        let thread = thread.map_err(|error| Error::new(ErrorKind::Io, format!("cannot start a thread: {error}")))?;
        Ok(Self { events: Some(events), cancel, thread: Some(thread) })
    }

    /// What comes next. Not asked again after the last event.
    pub(super) fn next(&self) -> Event {
        let next = self.events.as_ref().and_then(|events| events.recv().ok());
        // Never taken for the end of the rows: some may be missing.
        next.unwrap_or_else(|| Event::Failed(Error::query("the thread that ran the statement ended without a word")))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.events = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was reported where it happened; all its rows were given as far as they came.
            let _ = thread.join();
        }
    }
}

fn run(mut job: Job, sender: &SyncSender<Event>, cancel: &CancelToken) {
    let is_over = Arc::new(AtomicBool::new(false));
    let last = match read(&mut job, sender, cancel, &is_over) {
        Ok(()) => Event::Done,
        Err(_) if is_over.load(Ordering::Relaxed) && !cancel.is_cancelled() => Event::OverBudget,
        Err(error) if error.kind == ErrorKind::Interrupted => Event::Failed(Error::interrupted()),
        Err(error) => Event::Failed(explained(error, &job)),
    };
    // The connection goes back before the end is told, so that the next statement finds it free.
    drop(job);
    // Nobody may be waiting any more.
    let _ = sender.send(last);
}

/// The error with its place in the user's text, and the text that SQLite saw if that is another.
fn explained(error: Error, job: &Job) -> Error {
    let error = match &job.connected {
        Connected::Lease(lease) => error.in_pool(lease.pool()),
        Connected::Attached(_) => error,
    };
    if job.splices.is_empty() { error } else { job.splices.restore(error).with_pool_sql(job.sql.as_str()) }
}

fn read(job: &mut Job, sender: &SyncSender<Event>, cancel: &CancelToken, is_over: &Arc<AtomicBool>) -> Result<()> {
    job.connected.set_cancel(cancel);
    watch(job.connected.connection(), cancel, job.budget, is_over)?;
    let rows = read_watched(job, sender, cancel);
    let connection = job.connected.connection();
    let cleared = connection.progress_handler(0, None::<fn() -> bool>);
    rows.and(cleared.map_err(|error| sqlite_error(error, None)))?;
    job.connected.check_unchanged()
}

/// Makes SQLite look at the token and at the clock while it works.
fn watch(connection: &Connection, cancel: &CancelToken, budget: Option<Duration>, is_over: &Arc<AtomicBool>) -> Result<()> {
    let deadline = budget.map(|budget| Instant::now() + budget);
    let (token, is_over) = (cancel.clone(), Arc::clone(is_over));
    let handler = move || {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            is_over.store(true, Ordering::Relaxed);
        }
        token.is_cancelled() || is_over.load(Ordering::Relaxed)
    };
    connection.progress_handler(OPERATIONS, Some(handler)).map_err(|error| sqlite_error(error, None))
}

fn read_watched(job: &mut Job, sender: &SyncSender<Event>, cancel: &CancelToken) -> Result<()> {
    cancel.check()?;
    if job.snapshot {
        job.connected.begin(cancel)?;
    }
    let connection = job.connected.connection();
    let in_text = |error: rusqlite::Error| sqlite_error(error, Some(&job.sql));
    if let Some(guard) = job.guard.clone() {
        let judge = move |context: AuthContext<'_>| guard.judge(&context);
        connection.authorizer(Some(judge)).map_err(in_text)?;
    }
    let prepared = connection.prepare(&job.sql);
    if job.guard.is_some() {
        connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>).map_err(in_text)?;
    }
    let mut statement = prepared.map_err(in_text)?;
    let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let has_rows = !columns.is_empty();
    if sender.send(Event::Columns(columns)).is_err() {
        return Ok(());
    }
    if !has_rows {
        return statement.raw_execute().map(|_| ()).map_err(in_text);
    }
    let mut reader = RowReader::new(&mut statement, cancel);
    while let Some(batch) = reader.next_batch(BATCH_ROWS)? {
        if sender.send(Event::Rows(batch)).is_err() {
            break;
        }
    }
    Ok(())
}
