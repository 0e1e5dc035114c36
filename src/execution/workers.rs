//! The threads that read the pools: one a connection, working off the pools' queries.
//!
//! No schedule may deadlock: the operators read one side to its end before they touch the other, so a thread that waits
//! for room in one query's channel may be the one that the asked-for query needs. Therefore either each query of a pool has
//! a thread of its own, which helps others (the parts of partitioned queries) only once its own is claimed to the end, and
//! the channels are bounded; or threads serve several queries each, and the channels are not bounded.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use rusqlite::InterruptHandle;

use crate::batch::{BATCH_ROWS, Batch};
use crate::cancel::CancelToken;
use crate::connection::{Lease, RowReader, bind_array, bind_value, sqlite_error};
use crate::error::{Error, Result};
use crate::value::{Value, ValueRef};

/// How many batches a reader may be ahead of whoever takes them.
const CHANNEL_BATCHES: usize = 8;

/// How often a running statement is interrupted again: an interrupt that comes between two statements is forgotten.
const INTERRUPT_PAUSE: Duration = Duration::from_millis(1);

/// A value for a parameter of a pool's query.
#[derive(Clone)]
pub(crate) enum Argument {
    /// One value.
    Value(Value),
    /// A table for `rarray(?)`.
    Array(Arc<Vec<Value>>),
}

/// What is read for a query: its SQL and arguments, and the parts (two more arguments each) that are read side by side.
pub(crate) struct Reading {
    pub(crate) sql: String,
    pub(crate) arguments: Vec<Argument>,
    /// None for a query in one piece.
    pub(crate) ranges: Option<Vec<(i64, i64)>>,
}

/// A pool's query that will have to be read.
pub(crate) struct Scan {
    /// The pool.
    pub(crate) pool: String,
    /// How many connections can work on it at most.
    pub(crate) parts: usize,
}

/// The readers of all pools. Dropping it stops them, and waits until the connections are given back.
pub(crate) struct Workers {
    board: Arc<Board>,
    receivers: Vec<Option<Receiver<Result<Batch>>>>,
    threads: Vec<JoinHandle<()>>,
}

/// A query's side of the workers, for whoever starts it and takes its rows.
#[derive(Clone)]
pub(crate) struct ScanHandle {
    board: Arc<Board>,
    scan: usize,
}

/// What the threads share.
struct Board {
    tasks: Mutex<Tasks>,
    changed: Condvar,
    cancel: CancelToken,
    /// What interrupts each thread's connection; None once the thread has no use for it, after which the same connection
    /// may serve someone else.
    interrupts: Vec<Mutex<Option<InterruptHandle>>>,
}

struct Tasks {
    scans: Vec<Task>,
    is_stopped: bool,
}

struct Task {
    pool: String,
    reading: Option<Arc<Reading>>,
    /// Parts not yet claimed; meaningless before there is a `reading`.
    next_part: usize,
    parts: usize,
    /// Parts not yet read to their end.
    left: usize,
    is_closed: bool,
    sender: Option<Sender<Result<Batch>>>,
}

/// A part of a query that a thread has claimed.
struct Claim {
    scan: usize,
    part: usize,
    reading: Arc<Reading>,
    sender: Sender<Result<Batch>>,
}

impl Task {
    fn is_waiting(&self) -> bool {
        self.reading.is_none() && !self.is_closed
    }

    fn has_part(&self) -> bool {
        self.reading.is_some() && !self.is_closed && self.next_part < self.parts
    }

    fn close(&mut self) {
        self.is_closed = true;
        self.sender = None;
    }
}

impl Workers {
    /// Threads for `leases`, which hold a begun snapshot, and the queries that they are to read.
    pub(crate) fn start(scans: &[Scan], leases: Vec<Lease>, cancel: &CancelToken) -> Result<Self> {
        let mut receivers = Vec::new();
        let mut tasks = Vec::new();
        for scan in scans {
            let connections = leases.iter().filter(|lease| lease.pool() == scan.pool).count();
            let of_pool = scans.iter().filter(|other| other.pool == scan.pool).count();
            let (sender, receiver) = if connections >= of_pool { bounded(CHANNEL_BATCHES) } else { unbounded() };
            receivers.push(Some(receiver));
            tasks.push(Task {
                pool: scan.pool.clone(),
                reading: None,
                next_part: 0,
                parts: 0,
                left: 0,
                is_closed: false,
                sender: Some(sender),
            });
        }
        let interrupts = leases.iter().map(|lease| Mutex::new(Some(lease.connection().get_interrupt_handle()))).collect();
        let tasks = Mutex::new(Tasks { scans: tasks, is_stopped: false });
        let board = Arc::new(Board { tasks, changed: Condvar::new(), cancel: cancel.clone(), interrupts });
        let mut workers = Self { board, receivers, threads: Vec::new() };
        let homes = homes(scans, &leases);
        for (number, (lease, home)) in leases.into_iter().zip(homes).enumerate() {
            let board = Arc::clone(&workers.board);
            let name = format!("read {}", lease.pool());
            let thread = std::thread::Builder::new().name(name).spawn(move || board.work(number, &lease, home));
            let failed = |error| Error::query(format!("a thread to read a pool cannot be started: {error}"));
            workers.threads.push(thread.map_err(failed)?);
        }
        Ok(workers)
    }

    /// The handle of a query, by its position.
    pub(crate) fn scan(&self, scan: usize) -> ScanHandle {
        ScanHandle { board: Arc::clone(&self.board), scan }
    }

    /// The end at which a query's rows come out. Once for each query.
    pub(crate) fn receiver(&mut self, scan: usize) -> Result<Receiver<Result<Batch>>> {
        self.receivers[scan].take().ok_or_else(|| Error::query("a step of the plan is read twice without being shared"))
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.receivers.clear();
        let mut tasks = self.board.lock();
        tasks.is_stopped = true;
        tasks.scans.iter_mut().for_each(Task::close);
        drop(tasks);
        self.board.changed.notify_all();
        for thread in self.threads.drain(..) {
            while !thread.is_finished() {
                self.board.interrupt();
                std::thread::sleep(INTERRUPT_PAUSE);
            }
            // A panic was already noticed as rows that did not come to their end.
            let _ = thread.join();
        }
    }
}

impl ScanHandle {
    /// Gives the query to the threads.
    pub(crate) fn start(&self, reading: Reading) {
        let parts = reading.ranges.as_ref().map_or(1, Vec::len);
        let mut tasks = self.board.lock();
        let task = &mut tasks.scans[self.scan];
        (task.parts, task.left) = (parts, parts);
        if parts == 0 {
            task.close();
        } else if !task.is_closed {
            task.reading = Some(Arc::new(reading));
        }
        drop(tasks);
        self.board.changed.notify_all();
    }

    /// Tells the threads that nobody wants (more of) the query's rows.
    pub(crate) fn close(&self) {
        self.board.lock().scans[self.scan].close();
        self.board.changed.notify_all();
    }

    /// Whether nobody has started the query yet.
    pub(crate) fn is_waiting(&self) -> bool {
        self.board.lock().scans[self.scan].is_waiting()
    }

    /// Whether every part of the query was read to its end.
    pub(crate) fn is_complete(&self) -> bool {
        self.board.lock().scans[self.scan].left == 0
    }

    /// An error once the statement is cancelled; everything that runs is then interrupted as well.
    pub(crate) fn check(&self) -> Result<()> {
        self.board.cancel.check().inspect_err(|_| self.board.interrupt())
    }
}

/// For each connection the query that is its own, where there are enough connections for that.
fn homes(scans: &[Scan], leases: &[Lease]) -> Vec<Option<usize>> {
    let mut homes = Vec::with_capacity(leases.len());
    for (number, lease) in leases.iter().enumerate() {
        let is_of_pool = |other: &&Lease| other.pool() == lease.pool();
        let before = leases[..number].iter().filter(is_of_pool).count();
        let connections = leases.iter().filter(is_of_pool).count();
        let of_pool: Vec<usize> = (0..scans.len()).filter(|&scan| scans[scan].pool == lease.pool()).collect();
        homes.push(of_pool.get(before).copied().filter(|_| connections >= of_pool.len()));
    }
    homes
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn interrupt(&self) {
        for handle in &self.interrupts {
            if let Some(handle) = &*handle.lock().unwrap_or_else(PoisonError::into_inner) {
                handle.interrupt();
            }
        }
    }

    /// A thread's life.
    fn work(&self, number: usize, lease: &Lease, home: Option<usize>) {
        let _release = Release { board: self, number, pool: lease.pool() };
        while let Some(claim) = self.claim(lease.pool(), home) {
            let scan = claim.scan;
            match self.read(lease, &claim) {
                Ok(true) => self.lock().scans[scan].left -= 1,
                Ok(false) => self.lock().scans[scan].close(),
                Err(error) => {
                    // Whoever takes the rows may be gone, and then nobody wants the error either.
                    let _ = claim.sender.send(Err(error));
                    self.lock().scans[scan].close();
                }
            }
        }
    }

    /// The next part that this thread is to read; waits as long as there may still come one.
    fn claim(&self, pool: &str, home: Option<usize>) -> Option<Claim> {
        let mut tasks = self.lock();
        loop {
            if tasks.is_stopped || self.cancel.is_cancelled() {
                return None;
            }
            let own = home.filter(|&scan| tasks.scans[scan].is_waiting() || tasks.scans[scan].has_part());
            let mut of_pool = (0..tasks.scans.len()).filter(|&scan| tasks.scans[scan].pool == pool);
            let found = own.or_else(|| of_pool.find(|&scan| tasks.scans[scan].has_part()));
            if let Some(scan) = found.filter(|&scan| tasks.scans[scan].has_part()) {
                return tasks.scans[scan].claim(scan);
            }
            if !tasks.scans.iter().any(|task| task.pool == pool && task.is_waiting()) {
                return None;
            }
            tasks = self.changed.wait(tasks).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Reads one part; false when nobody wants the rest.
    fn read(&self, lease: &Lease, claim: &Claim) -> Result<bool> {
        let Claim { reading, part, sender, .. } = claim;
        // An error's place is one in the pool's SQL, not in the user's text.
        let explained = |mut error: Error| {
            error.span = None;
            error.in_pool(lease.pool()).with_pool_sql(&reading.sql)
        };
        let mut statement =
            lease.connection().prepare_cached(&reading.sql).map_err(|error| explained(sqlite_error(error, None)))?;
        for (index, argument) in reading.arguments.iter().enumerate() {
            match argument {
                Argument::Value(value) => bind_value(&mut statement, index + 1, value.as_ref()).map_err(explained)?,
                Argument::Array(values) => {
                    if !bind_array(&mut statement, index + 1, values).map_err(explained)? {
                        let message = "a subquery gives text that is not valid UTF-8, which cannot be handed to a pool as a set";
                        return Err(explained(Error::route(message)));
                    }
                }
            }
        }
        if let Some((first, last)) = reading.ranges.as_ref().map(|ranges| ranges[*part]) {
            let index = reading.arguments.len() + 1;
            bind_value(&mut statement, index, ValueRef::Integer(first)).map_err(explained)?;
            bind_value(&mut statement, index + 1, ValueRef::Integer(last)).map_err(explained)?;
        }
        let mut rows = RowReader::new(&mut statement, &self.cancel);
        while let Some(batch) = rows.next_batch(BATCH_ROWS).map_err(explained)? {
            if sender.send(Ok(batch)).is_err() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Task {
    fn claim(&mut self, scan: usize) -> Option<Claim> {
        let (reading, part) = (Arc::clone(self.reading.as_ref()?), self.next_part);
        self.next_part += 1;
        // The last claim takes the sender along: when all claims are done, the channel ends.
        let sender = if self.next_part == self.parts { self.sender.take()? } else { self.sender.clone()? };
        Some(Claim { scan, part, reading, sender })
    }
}

/// What a thread leaves behind however it ends, before its lease goes back (the lease outlives this).
struct Release<'a> {
    board: &'a Board,
    number: usize,
    pool: &'a str,
}

impl Drop for Release<'_> {
    fn drop(&mut self) {
        // The connection may serve someone else next, who must not be interrupted.
        *self.board.interrupts[self.number].lock().unwrap_or_else(PoisonError::into_inner) = None;
        if std::thread::panicking() {
            // Nobody may wait for what this thread would have read; the rows are then found to be incomplete.
            let mut tasks = self.board.lock();
            tasks.scans.iter_mut().filter(|task| task.pool == self.pool).for_each(Task::close);
        }
    }
}
