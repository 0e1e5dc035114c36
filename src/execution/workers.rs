//! The threads that read the pools: one a connection, working off the pools' queries.
//!
//! A query is read whole, in parts by ranges of the rowid, or in parts of a native scan, which the first thread that comes
//! to it lists from the table's own pages.
//!
//! No schedule may deadlock: the operators read one side to its end before they touch the other, so a thread that waits
//! for room in one query's channel may be the one that the asked-for query needs. Therefore either each query of a pool has
//! a thread of its own, which helps others (the parts of partitioned queries) only once its own is claimed to the end, and
//! the channels are bounded; or threads serve several queries each, and the channels are not bounded.

use std::cell::OnceCell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use rusqlite::InterruptHandle;

use super::native_scan::NativeReading;
use crate::batch::{BATCH_ROWS, Batch};
use crate::cancel::CancelToken;
use crate::connection::{Lease, RowReader, bind_array, bind_value, sqlite_error};
use crate::error::{Error, ErrorKind, Result};
use crate::sqlite_file::{DatabaseFile, Leaves, NotNative, ScanPlan, TableScan};
use crate::value::{Value, ValueRef};

/// How many batches a reader may be ahead of whoever takes them.
const CHANNEL_BATCHES: usize = 8;

/// How often a running statement is interrupted again: an interrupt that comes between two statements is forgotten.
const INTERRUPT_PAUSE: Duration = Duration::from_millis(1);

/// A native scan is cut into so many parts a connection, so that all are busy to the end, but into none of more leaves than
/// can wait in memory while those before them are read.
const PARTS_PER_CONNECTION: usize = 8;
const MOST_LEAVES: usize = 512;

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
    /// How the same rows are read without SQLite.
    pub(crate) native: Option<NativeReading>,
}

/// What a thread sends: rows of a part, or the news that it has no more. Parts of a native scan follow each other in the
/// table's own order; the rows of other readings are all of part 0, which does not end before the channel does.
pub(crate) struct Piece {
    pub(crate) part: usize,
    pub(crate) rows: Option<Batch>,
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
    receivers: Vec<Option<Receiver<Result<Piece>>>>,
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
    connections: usize,
    state: State,
    /// Parts not yet read to their end.
    left: usize,
    sender: Option<Sender<Result<Piece>>>,
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
enum Work {
    /// A statement, whole or by its ranges.
    Statement(Arc<Reading>),
    /// The leaves of a table, cut at these places.
    Leaves { plan: Arc<ScanPlan>, leaves: Leaves, cuts: Vec<usize> },
}

/// What a thread has claimed.
enum Claim {
    Prepare { scan: usize, reading: Arc<Reading>, connections: usize },
    Part { scan: usize, part: usize, work: Arc<Work>, sender: Sender<Result<Piece>> },
}

/// What a thread keeps from one claim to the next.
struct Reader<'file, 'lease> {
    lease: &'lease Lease,
    file: &'file OnceCell<Result<DatabaseFile<'lease>, NotNative>>,
    /// The native scan that the last claim was of.
    scan: Option<(usize, TableScan<'file, 'lease>)>,
}

impl Task {
    fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting)
    }

    /// Whether parts may still come that nobody has claimed.
    fn may_have_parts(&self) -> bool {
        matches!(self.state, State::Waiting | State::Preparing)
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
        let sender = if *next == *parts { self.sender.take()? } else { self.sender.clone()? };
        Some(Claim::Part { scan, part, work, sender })
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
        }
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
            // Until it is prepared it counts as a part that is missing.
            tasks.push(Task { pool: scan.pool.clone(), connections, state: State::Waiting, left: 1, sender: Some(sender) });
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
    pub(crate) fn receiver(&mut self, scan: usize) -> Result<Receiver<Result<Piece>>> {
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
        let mut tasks = self.board.lock();
        let task = &mut tasks.scans[self.scan];
        if task.is_waiting() {
            task.state = State::Unprepared(Arc::new(reading));
        }
        drop(tasks);
        self.board.changed.notify_all();
    }

    /// Tells the threads that the query has no rows.
    pub(crate) fn skip(&self) {
        let mut tasks = self.board.lock();
        let task = &mut tasks.scans[self.scan];
        task.left = 0;
        task.close();
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
        let file = OnceCell::new();
        let mut reader = Reader { lease, file: &file, scan: None };
        while let Some(claim) = self.claim(lease.pool(), home) {
            match claim {
                Claim::Prepare { scan, reading, connections } => {
                    let work = reader.prepare(&reading, connections);
                    let mut tasks = self.lock();
                    match work {
                        Ok(work) => tasks.scans[scan].prepared(work),
                        Err(error) => {
                            let sender = tasks.scans[scan].sender.take();
                            tasks.scans[scan].close();
                            drop(tasks);
                            // Whoever takes the rows may be gone, and then nobody wants the error either.
                            sender.map(|sender| sender.send(Err(error)));
                        }
                    }
                    self.changed.notify_all();
                }
                Claim::Part { scan, part, work, sender } => match self.read(&mut reader, (scan, part), &work, &sender) {
                    Ok(true) => self.lock().scans[scan].left -= 1,
                    Ok(false) => self.lock().scans[scan].close(),
                    Err(error) => {
                        let _ = sender.send(Err(error));
                        self.lock().scans[scan].close();
                    }
                },
            }
        }
    }

    /// What this thread is to do next; waits as long as there may still come something.
    fn claim(&self, pool: &str, home: Option<usize>) -> Option<Claim> {
        let mut tasks = self.lock();
        loop {
            if tasks.is_stopped || self.cancel.is_cancelled() {
                return None;
            }
            let own = home.filter(|&scan| tasks.scans[scan].may_have_parts() || tasks.scans[scan].has_claim());
            let mut of_pool = (0..tasks.scans.len()).filter(|&scan| tasks.scans[scan].pool == pool);
            let found = own.or_else(|| of_pool.find(|&scan| tasks.scans[scan].has_claim()));
            if let Some(scan) = found.filter(|&scan| tasks.scans[scan].has_claim()) {
                return tasks.scans[scan].claim(scan);
            }
            if !tasks.scans.iter().any(|task| task.pool == pool && task.may_have_parts()) {
                return None;
            }
            tasks = self.changed.wait(tasks).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Reads one part; false when nobody wants the rest.
    fn read(
        &self,
        reader: &mut Reader<'_, '_>,
        (scan, part): (usize, usize),
        work: &Work,
        sender: &Sender<Result<Piece>>,
    ) -> Result<bool> {
        match work {
            Work::Statement(reading) => self.read_statement(reader.lease, reading, part, sender),
            Work::Leaves { plan, leaves, cuts } => {
                let pool = reader.lease.pool();
                let mut sink = |rows| Ok(sender.send(Ok(Piece { part, rows: Some(rows) })).is_ok());
                let scan = reader.scan(scan, plan).map_err(|error| error.in_pool(pool))?;
                let range = cuts[part]..cuts[part + 1];
                let is_whole = scan.read(leaves, range, &self.cancel, &mut sink).map_err(|error| error.in_pool(pool))?;
                Ok(is_whole && sender.send(Ok(Piece { part, rows: None })).is_ok())
            }
        }
    }

    fn read_statement(&self, lease: &Lease, reading: &Reading, part: usize, sender: &Sender<Result<Piece>>) -> Result<bool> {
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
        if let Some((first, last)) = reading.ranges.as_ref().map(|ranges| ranges[part]) {
            let index = reading.arguments.len() + 1;
            bind_value(&mut statement, index, ValueRef::Integer(first)).map_err(explained)?;
            bind_value(&mut statement, index + 1, ValueRef::Integer(last)).map_err(explained)?;
        }
        let mut rows = RowReader::new(&mut statement, &self.cancel);
        while let Some(batch) = rows.next_batch(BATCH_ROWS).map_err(explained)? {
            if sender.send(Ok(Piece { part: 0, rows: Some(batch) })).is_err() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl<'file, 'lease> Reader<'file, 'lease> {
    /// Finds out how a query is read: natively where it is to be and can be, else as its statement.
    fn prepare(&self, reading: &Arc<Reading>, connections: usize) -> Result<Work> {
        let Some(native) = &reading.native else { return Ok(Work::Statement(Arc::clone(reading))) };
        let file = match self.file() {
            Ok(file) => file,
            Err(NotNative::Because(reason)) => {
                native.metrics.remark(native.node, format!("by SQLite: {reason}"));
                return Ok(Work::Statement(Arc::clone(reading)));
            }
            Err(NotNative::Failed(error)) => return Err(error.clone().in_pool(self.lease.pool())),
        };
        let leaves = native.plan.leaves(file).map_err(|error| error.in_pool(self.lease.pool()))?;
        let step = leaves.len().div_ceil(connections * PARTS_PER_CONNECTION).clamp(1, MOST_LEAVES);
        let cuts = (0..leaves.len()).step_by(step).chain([leaves.len()]).collect();
        Ok(Work::Leaves { plan: Arc::new(native.plan.clone()), leaves, cuts })
    }

    fn file(&self) -> &'file Result<DatabaseFile<'lease>, NotNative> {
        self.file.get_or_init(|| DatabaseFile::open(self.lease.connection()))
    }

    /// The scan of a plan in this thread: made anew only when the thread comes from another one.
    fn scan(&mut self, scan: usize, plan: &Arc<ScanPlan>) -> Result<&mut TableScan<'file, 'lease>> {
        if self.scan.as_ref().is_none_or(|(last, _)| *last != scan) {
            let file = match self.file() {
                Ok(file) => file,
                // Another connection of the same snapshot could be read natively.
                Err(NotNative::Because(reason)) => return Err(Error::new(ErrorKind::Io, *reason)),
                Err(NotNative::Failed(error)) => return Err(error.clone()),
            };
            self.scan = Some((scan, TableScan::new(file, plan)?));
        }
        Ok(&mut self.scan.as_mut().expect("made above").1)
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
