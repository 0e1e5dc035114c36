//! The thread that makes a statement's rows, so that they can outlive every borrow and wait for a slow reader.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::hooks::{AuthContext, Authorization};

use super::changes::Changes;
use super::guard::Guard;
use super::pinned::Pin;
use super::row_queue::{Event, Hurry, RowReceiver, RowSender, row_queue};
use super::splice::Splices;
use crate::batch::BATCH_ROWS;
use crate::cancel::CancelToken;
use crate::connection::{AttachedConnection, ConnectionPool, Lease, RowReader, begin_snapshot, bind_value, sqlite_error};
use crate::error::{Error, ErrorKind, Result};
use crate::execution::Execution;
use crate::value::Value;

/// How many operations SQLite does between two looks at the token: tens of microseconds.
const OPERATIONS: i32 = 4_000;

/// The stack of a statement's thread: a plan's steps call each other as deep as it joins tables, and a hundred may be joined. Only what
/// is used takes memory.
const STACK: usize = 64 << 20;

/// The connection that a statement runs on.
#[derive(Debug)]
pub(super) enum Connected {
    Lease(Box<Lease>),
    Attached(Box<AttachedConnection>),
    /// The session's own, which goes back to it.
    Pinned(Pin),
}

impl Connected {
    pub(super) fn connection(&self) -> &Connection {
        match self {
            Self::Lease(lease) => lease.connection(),
            Self::Attached(attached) => attached.connection(),
            Self::Pinned(pin) => pin.attached().connection(),
        }
    }

    /// The pools whose files it has open.
    pub(super) fn all_pools(&self) -> Vec<ConnectionPool> {
        match self {
            Self::Lease(lease) => vec![lease.owner().clone()],
            Self::Attached(attached) => attached.pools().to_vec(),
            Self::Pinned(pin) => pin.attached().pools().to_vec(),
        }
    }

    /// The pools that others may wait for while it runs.
    fn pools(&self) -> Vec<ConnectionPool> {
        match self {
            // The session keeps it, whoever waits.
            Self::Pinned(_) => Vec::new(),
            Self::Lease(_) | Self::Attached(_) => self.all_pools(),
        }
    }

    fn begin(&mut self, cancel: &CancelToken) -> Result<()> {
        match self {
            Self::Lease(lease) => begin_snapshot(std::slice::from_mut(&mut **lease), cancel),
            Self::Attached(attached) => attached.begin(),
            // Its statements see each its own moment, unless the user has begun a transaction.
            Self::Pinned(_) => Ok(()),
        }
    }

    fn set_cancel(&self, cancel: &CancelToken) {
        match self {
            Self::Lease(lease) => lease.set_cancel(cancel),
            Self::Attached(attached) => attached.set_cancel(cancel),
            Self::Pinned(pin) => pin.attached().set_cancel(cancel),
        }
    }

    fn check_unchanged(&self) -> Result<()> {
        match self {
            Self::Lease(lease) => lease.check_unchanged(),
            Self::Attached(attached) => attached.check_unchanged(),
            Self::Pinned(pin) => pin.attached().check_unchanged(),
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
    /// The values of its parameters, by their numbers.
    pub(super) parameters: Vec<(usize, Value)>,
    /// Whether it runs in a read transaction of its own; a write commits by itself.
    pub(super) snapshot: bool,
    pub(super) guard: Option<Guard>,
    /// The time after which the attempt is given up.
    pub(super) budget: Option<Duration>,
    /// What `changes()` and its like are to tell, where the connection itself does not know.
    pub(super) remembered: Option<Changes>,
}

impl Job {
    /// A text as it is, without a transaction of its own.
    pub(super) fn new(connected: Connected, sql: &str) -> Self {
        Self {
            connected,
            sql: sql.to_owned(),
            splices: Splices::default(),
            parameters: Vec::new(),
            snapshot: false,
            guard: None,
            budget: None,
            remembered: None,
        }
    }

    /// What SQLite finds wrong with the statement before it runs.
    pub(super) fn mistake(&self) -> Option<Error> {
        let error = sqlite_error(self.connected.connection().prepare(&self.sql).err()?, Some(&self.sql));
        (error.kind == ErrorKind::Query).then(|| explained(error, self))
    }
}

/// A statement that runs. Dropping it stops it and waits until its connections are given back.
#[derive(Debug)]
pub(super) struct Worker {
    rows: Option<RowReceiver>,
    cancel: CancelToken,
    thread: Option<JoinHandle<()>>,
    /// Whose rows they are, where SQLite answers alone.
    pub(super) source: Option<String>,
}

impl Worker {
    /// Runs a statement on its one connection; `cancel` stops it.
    pub(super) fn start(job: Job, cancel: &CancelToken) -> Result<Self> {
        let source = match &job.connected {
            Connected::Lease(lease) => lease.pool().to_owned(),
            Connected::Attached(_) | Connected::Pinned(_) => "attached".to_owned(),
        };
        let pools = job.connected.pools();
        let mut worker = Self::spawn("glue-sqlite", pools, cancel.child(), move |sender, cancel| run(job, sender, cancel))?;
        worker.source = Some(source);
        Ok(worker)
    }

    /// Runs a plan, whose connections are of `pools`. `cancel` is the token that the plan was started with, and nobody else's:
    /// dropping the worker cancels it, which is all that stops steps that give no rows.
    pub(super) fn execute(mut execution: Execution, pools: Vec<ConnectionPool>, cancel: CancelToken) -> Result<Self> {
        Self::spawn("glue-federated", pools, cancel, move |mut sender, _| {
            let last = match give_all(&mut execution, &mut sender) {
                Ok(()) => Event::Done(None),
                Err(error) => Event::Failed(error),
            };
            // Its connections go back before the end is told.
            drop(execution);
            sender.end(last);
        })
    }

    fn spawn(
        name: &str,
        pools: Vec<ConnectionPool>,
        cancel: CancelToken,
        work: impl FnOnce(RowSender, &CancelToken) + Send + 'static,
    ) -> Result<Self> {
        let token = cancel.clone();
        let (sender, rows) = row_queue(pools, &cancel);
        let thread = std::thread::Builder::new().name(name.to_owned()).stack_size(STACK);
        let thread = thread.spawn(move || work(sender, &token));
        let thread = thread.map_err(|error| Error::new(ErrorKind::Io, format!("cannot start a thread: {error}")))?;
        Ok(Self { rows: Some(rows), cancel, thread: Some(thread), source: None })
    }

    /// What comes next. Not asked again after the last event.
    pub(super) fn next(&self) -> Event {
        self.rows().next()
    }

    /// What comes next, for a reader that must not wait.
    pub(super) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Event> {
        self.rows().poll_next(context)
    }

    /// A way to get its connections back while its rows are still being read.
    pub(super) fn hurry(&self) -> Hurry {
        self.rows().hurry()
    }

    /// Stops it without waiting for its end.
    pub(super) fn abandon(mut self) {
        self.thread = None;
    }

    fn rows(&self) -> &RowReceiver {
        self.rows.as_ref().expect("the queue is there until the worker is dropped")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.rows = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was reported where it happened; all its rows were given as far as they came.
            let _ = thread.join();
        }
    }
}

fn give_all(execution: &mut Execution, sender: &mut RowSender) -> Result<()> {
    while let Some(batch) = execution.next_batch()? {
        if !sender.push(batch)? {
            break;
        }
    }
    Ok(())
}

fn run(mut job: Job, mut sender: RowSender, cancel: &CancelToken) {
    let is_over = Arc::new(AtomicBool::new(false));
    let last = match read(&mut job, &mut sender, cancel, &is_over) {
        Ok(changes) => Event::Done(changes),
        Err(_) if is_over.load(Ordering::Relaxed) && !cancel.is_cancelled() => Event::OverBudget,
        Err(error) if error.kind == ErrorKind::Interrupted => Event::Failed(Error::interrupted()),
        Err(error) => Event::Failed(explained(error, &job)),
    };
    // The connection goes back before the end is told, so that the next statement finds it free.
    drop(job);
    sender.end(last);
}

/// The error with its place in the user's text, and the text that SQLite saw if that is another.
fn explained(error: Error, job: &Job) -> Error {
    let error = match &job.connected {
        _ if error.kind == ErrorKind::Busy => locked(error, &job.connected.all_pools()),
        Connected::Lease(lease) => error.in_pool(lease.pool()),
        Connected::Attached(_) | Connected::Pinned(_) => error,
    };
    if job.splices.is_empty() { error } else { job.splices.restore(error).with_pool_sql(job.sql.as_str()) }
}

/// Another process holds a lock; SQLite does not say on which of several files.
fn locked(error: Error, pools: &[ConnectionPool]) -> Error {
    if error.path.is_some() || error.hint.is_some() {
        return error;
    }
    let mut writable = pools.iter().filter(|pool| pools.len() == 1 || !pool.options().read_only);
    if let (Some(only), None) = (writable.next(), writable.next()) {
        let waited = only.options().busy_timeout;
        let hint = format!("another process writes to it, for longer than the pool's `busy_timeout` of {waited:?}; try again");
        return error.in_pool(only.name()).on_path(only.path()).hint(hint);
    }
    let files: Vec<String> = pools.iter().map(|pool| pool.path().display().to_string()).collect();
    error.hint(format!("another process writes to one of {}; try again, or raise `busy_timeout`", files.join(", ")))
}

fn read(job: &mut Job, sender: &mut RowSender, cancel: &CancelToken, is_over: &Arc<AtomicBool>) -> Result<Option<Changes>> {
    job.connected.set_cancel(cancel);
    watch(job.connected.connection(), cancel, job.budget, is_over)?;
    let changes = read_watched(job, sender, cancel);
    let connection = job.connected.connection();
    let cleared = connection.progress_handler(0, None::<fn() -> bool>);
    let changes = changes?;
    cleared.map_err(|error| sqlite_error(error, None))?;
    job.connected.check_unchanged()?;
    Ok(changes)
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

/// Reads all rows; tells what the statement changed, if it did.
fn read_watched(job: &mut Job, sender: &mut RowSender, cancel: &CancelToken) -> Result<Option<Changes>> {
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
    if let Some(remembered) = job.remembered {
        remembered.install(connection)?;
    }
    let prepared = connection.prepare(&job.sql);
    if job.guard.is_some() {
        connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>).map_err(in_text)?;
    }
    let mut statement = prepared.map_err(in_text)?;
    for (number, value) in &job.parameters {
        bind_value(&mut statement, *number, value.as_ref())?;
    }
    let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let has_rows = !columns.is_empty();
    let changes_before = connection.total_changes();
    sender.columns(columns);
    if has_rows {
        let mut reader = RowReader::new(&mut statement, cancel);
        while let Some(batch) = reader.next_batch(BATCH_ROWS)? {
            if !sender.push(batch)? {
                break;
            }
        }
    } else {
        statement.raw_execute().map_err(in_text)?;
    }
    Ok((!statement.readonly()).then(|| Changes {
        // `changes()` alone would still tell of an earlier statement.
        rows: if connection.total_changes() == changes_before { 0 } else { connection.changes() },
        total: connection.total_changes() - changes_before,
        last_rowid: connection.last_insert_rowid(),
    }))
}
