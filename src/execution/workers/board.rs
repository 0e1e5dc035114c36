//! What the reading threads share: which queries there are, how far each is, and who is to read what next.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::Sender;

use super::entries::Entries;
use super::{Piece, Reading};
use crate::cancel::CancelToken;
use crate::error::{Error, ErrorKind, Result};
use crate::sqlite_file::{Leaves, ScanPlan};

/// What the threads share.
pub(super) struct Board {
    tasks: Mutex<Tasks>,
    /// For each pool where its threads wait: what is to be read of one pool is no news for those of another.
    changed: BTreeMap<String, Condvar>,
    /// Of the statement.
    cancel: CancelToken,
}

#[derive(Default)]
struct Tasks {
    queries: Vec<Task>,
    is_stopped: bool,
}

/// A query that is to be read.
struct Task {
    pool: String,
    connections: usize,
    state: State,
    /// Parts not yet read to their end.
    left: usize,
    sender: Option<Sender<Piece>>,
    /// A child of the statement's token: it ends the reading that nobody wants any more.
    cancel: CancelToken,
    /// The first error.
    error: Option<Error>,
}

/// How far a query is.
enum State {
    /// Nobody has started it yet.
    Waiting,
    /// It is started; whether it is read natively and in which parts is to be found out.
    Unprepared(Arc<Reading>),
    /// A thread finds out.
    Preparing,
    /// Its parts are being claimed.
    Ready { work: Arc<Work>, next: usize, parts: usize },
    /// Nobody wants its rows any more, or they are complete.
    Closed,
}

/// What the parts of a query are parts of.
pub(super) enum Work {
    /// A statement, whole or by its ranges.
    Statement(Arc<Reading>),
    /// The leaves of a b-tree, cut at these places.
    Leaves { plan: Arc<ScanPlan>, leaves: Leaves, cuts: Vec<usize> },
    /// The entries of an index, which tell what is to be read then.
    Entries(Box<Entries>),
}

/// What a thread has claimed.
pub(super) enum Claim {
    Prepare { scan: usize, reading: Arc<Reading>, connections: usize },
    Part(PartClaim),
}

/// A part of a query to be read.
pub(super) struct PartClaim {
    pub(super) scan: usize,
    pub(super) part: usize,
    pub(super) work: Arc<Work>,
    pub(super) sender: Sender<Piece>,
    /// What the reading looks at.
    pub(super) cancel: CancelToken,
}

impl Task {
    fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting)
    }

    /// Whether parts may still come that nobody has claimed.
    fn may_have_parts(&self) -> bool {
        match &self.state {
            State::Waiting | State::Preparing => true,
            State::Ready { work, .. } => work.has_sequel(),
            State::Unprepared(_) | State::Closed => false,
        }
    }

    fn has_claim(&self) -> bool {
        match &self.state {
            State::Unprepared(_) => true,
            State::Ready { next, parts, .. } => next < parts,
            State::Waiting | State::Preparing | State::Closed => false,
        }
    }

    fn close(&mut self) {
        self.state = State::Closed;
        self.sender = None;
        self.cancel.cancel();
    }

    fn claim(&mut self, scan: usize) -> Option<Claim> {
        if let State::Unprepared(reading) = &self.state {
            let reading = Arc::clone(reading);
            self.state = State::Preparing;
            return Some(Claim::Prepare { scan, reading, connections: self.connections });
        }
        let State::Ready { work, next, parts } = &mut self.state else { return None };
        let (work, part) = (Arc::clone(work), *next);
        *next += 1;
        // The last claim takes the sender along: when all claims are done, the channel ends.
        let is_last = *next == *parts && !work.has_sequel();
        let sender = if is_last { self.sender.take()? } else { self.sender.clone()? };
        Some(Claim::Part(PartClaim { scan, part, work, sender, cancel: self.cancel.clone() }))
    }

    /// Begins to give out parts.
    fn prepared(&mut self, work: Work) {
        if !matches!(self.state, State::Preparing) {
            return;
        }
        let parts = work.parts();
        self.left = parts;
        if parts == 0 {
            self.close();
        } else {
            self.state = State::Ready { work: Arc::new(work), next: 0, parts };
        }
    }
}

impl Work {
    fn parts(&self) -> usize {
        match self {
            Self::Statement(reading) => reading.ranges.as_ref().map_or(1, Vec::len),
            Self::Leaves { cuts, .. } => cuts.len().saturating_sub(1),
            Self::Entries(entries) => entries.parts(),
        }
    }

    /// Whether something else is to be read once all parts are.
    fn has_sequel(&self) -> bool {
        matches!(self, Self::Entries(_))
    }
}

impl Board {
    /// No query yet.
    pub(super) fn new(cancel: &CancelToken) -> Self {
        Self { tasks: Mutex::default(), changed: BTreeMap::new(), cancel: cancel.clone() }
    }

    /// Adds a query of a pool that has so many connections.
    pub(super) fn add(&mut self, pool: String, connections: usize, sender: Sender<Piece>) {
        let (cancel, sender) = (self.cancel.child(), Some(sender));
        self.changed.entry(pool.clone()).or_default();
        // Until it is prepared it counts as a part that is missing.
        let task = Task { pool, connections, state: State::Waiting, left: 1, sender, cancel, error: None };
        self.tasks.get_mut().unwrap_or_else(PoisonError::into_inner).queries.push(task);
    }

    fn lock(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a query's task and tells the threads of its pool.
    fn change(&self, scan: usize, change: impl FnOnce(&mut Task)) {
        let mut tasks = self.lock();
        let task = &mut tasks.queries[scan];
        change(task);
        let pool = task.pool.clone();
        drop(tasks);
        self.changed[&pool].notify_all();
    }

    pub(super) fn start(&self, scan: usize, reading: Reading) {
        self.change(scan, |task| {
            if task.is_waiting() {
                task.state = State::Unprepared(Arc::new(reading));
            }
        });
    }

    pub(super) fn skip(&self, scan: usize) {
        self.change(scan, |task| {
            task.left = 0;
            task.close();
        });
    }

    pub(super) fn close(&self, scan: usize) {
        self.change(scan, Task::close);
    }

    /// Begins to give out the parts of a query.
    pub(super) fn prepared(&self, scan: usize, work: Work) {
        self.change(scan, |task| task.prepared(work));
    }

    /// Notes that a part was read to its end. With the last one the board lets go of the query, and of all that it holds;
    /// true where this thread is to prepare what follows. Nobody is told: there is nothing more to claim than before.
    pub(super) fn part_read(&self, scan: usize) -> bool {
        let mut tasks = self.lock();
        let task = &mut tasks.queries[scan];
        task.left -= 1;
        if task.left > 0 {
            return false;
        }
        let is_followed = matches!(&task.state, State::Ready { work, .. } if work.has_sequel());
        if is_followed {
            (task.state, task.left) = (State::Preparing, 1);
        } else {
            task.close();
        }
        is_followed
    }

    /// Ends a query by an error. What other threads say when they find it ended is none.
    pub(super) fn fail(&self, scan: usize, error: Error) {
        self.change(scan, |task| {
            if !matches!(task.state, State::Closed) {
                task.error = Some(error);
                task.close();
            }
        });
    }

    /// Ends all queries.
    pub(super) fn stop(&self) {
        let mut tasks = self.lock();
        tasks.is_stopped = true;
        tasks.queries.iter_mut().for_each(Task::close);
        drop(tasks);
        self.changed.values().for_each(Condvar::notify_all);
    }

    /// Ends all queries of a pool.
    pub(super) fn close_pool(&self, pool: &str) {
        self.lock().queries.iter_mut().filter(|task| task.pool == pool).for_each(Task::close);
        self.changed[pool].notify_all();
    }

    /// How many connections the query's pool has.
    pub(super) fn connections(&self, scan: usize) -> usize {
        self.lock().queries[scan].connections
    }

    pub(super) fn is_waiting(&self, scan: usize) -> bool {
        self.lock().queries[scan].is_waiting()
    }

    /// Whether a thread that has read a part of a query may come to another one.
    pub(super) fn has_claim(&self, scan: usize) -> bool {
        self.lock().queries[scan].has_claim()
    }

    pub(super) fn check_complete(&self, scan: usize) -> Result<()> {
        let tasks = self.lock();
        let task = &tasks.queries[scan];
        if let Some(error) = &task.error {
            return Err(error.clone());
        }
        self.cancel.check()?;
        // Rows that merely stopped coming must never pass for all the rows.
        let incomplete = || Error::new(ErrorKind::Io, "the reading of a pool ended before its rows did");
        if task.left == 0 { Ok(()) } else { Err(incomplete()) }
    }

    /// What this thread is to do next; waits as long as there may still come something.
    pub(super) fn claim(&self, pool: &str, home: Option<usize>) -> Option<Claim> {
        let mut tasks = self.lock();
        loop {
            if tasks.is_stopped || self.cancel.is_cancelled() {
                return None;
            }
            let own = home.filter(|&scan| tasks.queries[scan].may_have_parts() || tasks.queries[scan].has_claim());
            let mut of_pool = (0..tasks.queries.len()).filter(|&scan| tasks.queries[scan].pool == pool);
            let found = own.or_else(|| of_pool.find(|&scan| tasks.queries[scan].has_claim()));
            if let Some(scan) = found.filter(|&scan| tasks.queries[scan].has_claim()) {
                return tasks.queries[scan].claim(scan);
            }
            if !tasks.queries.iter().any(|task| task.pool == pool && task.may_have_parts()) {
                return None;
            }
            tasks = self.changed[pool].wait(tasks).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
