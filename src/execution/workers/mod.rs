//! The threads that read the pools: one a connection, working off the pools' queries.
//!
//! A query is read whole, in parts by ranges of the rowid, or in parts of a native scan, which the first thread that comes
//! to it lists from the table's own pages. Where keys are looked up natively, parts of an index come first.
//!
//! No schedule may deadlock: the operators read one side to its end before they touch the other, so a thread that waits
//! for room in one query's channel may be the one that the asked-for query needs. Therefore either each query of a pool has
//! a thread of its own, which helps others (the parts of partitioned queries) only once its own is claimed to the end, and
//! the channels are bounded; or threads serve several queries each, and the channels are not bounded.

mod board;
mod entries;
mod reader;

use std::borrow::Cow;
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, bounded, unbounded};

use self::board::Board;
use self::reader::Reader;
use super::native_scan::NativeReading;
use crate::batch::Batch;
use crate::cancel::CancelToken;
use crate::connection::Lease;
use crate::error::{Error, Result};
use crate::value::Value;

/// How many batches a reader may be ahead of whoever takes them.
const CHANNEL_BATCHES: usize = 8;

/// A value for a parameter of a pool's query.
#[derive(Clone)]
pub(crate) enum Argument {
    /// One value.
    Value(Value),
    /// The error of the subquery whose value it would be, which counts only where a row needs that value.
    Failed(Error),
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

/// A subquery that fails where SQLite asks it, as the one would whose place it takes: when the first row needs it, or a search by it
/// begins.
const FAILING_SUBQUERY: &str = "(SELECT abs(-9223372036854775807 - 1))";

impl Reading {
    /// The SQL, in which parameters without a value are subqueries that fail.
    fn statement(&self) -> Cow<'_, str> {
        if self.failure().is_none() {
            return Cow::Borrowed(&self.sql);
        }
        let mut sql = self.sql.clone();
        for parameter in crate::sql::parameters(&self.sql).iter().rev() {
            if let Some(Argument::Failed(_)) = self.arguments.get(parameter.number - 1) {
                sql.replace_range(parameter.span.start..parameter.span.end, FAILING_SUBQUERY);
            }
        }
        Cow::Owned(sql)
    }

    /// Why a parameter has no value, if one has none.
    fn failure(&self) -> Option<&Error> {
        self.arguments.iter().find_map(|argument| match argument {
            Argument::Failed(error) => Some(error),
            Argument::Value(_) | Argument::Array(_) => None,
        })
    }
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
    receivers: Vec<Option<Receiver<Piece>>>,
    threads: Vec<JoinHandle<()>>,
}

/// A query's side of the workers, for whoever starts it and takes its rows.
#[derive(Clone)]
pub(crate) struct ScanHandle {
    board: Arc<Board>,
    scan: usize,
}

impl Workers {
    /// Threads for `leases`, which hold a begun snapshot, and the queries that they are to read.
    pub(crate) fn start(scans: &[Scan], leases: Vec<Lease>, cancel: &CancelToken) -> Result<Self> {
        let mut receivers = Vec::new();
        let mut board = Board::new(cancel);
        for scan in scans {
            let connections = leases.iter().filter(|lease| lease.pool() == scan.pool).count();
            let of_pool = scans.iter().filter(|other| other.pool == scan.pool).count();
            let (sender, receiver) = if connections >= of_pool { bounded(CHANNEL_BATCHES) } else { unbounded() };
            receivers.push(Some(receiver));
            board.add(scan.pool.clone(), connections, sender);
        }
        let mut workers = Self { board: Arc::new(board), receivers, threads: Vec::new() };
        let homes = homes(scans, &leases);
        for (lease, home) in leases.into_iter().zip(homes) {
            let board = Arc::clone(&workers.board);
            let name = format!("read {}", lease.pool());
            let thread = std::thread::Builder::new().name(name).spawn(move || Reader::work(&board, &lease, home));
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
    pub(crate) fn receiver(&mut self, scan: usize) -> Result<Receiver<Piece>> {
        self.receivers[scan].take().ok_or_else(|| Error::query("a step of the plan is read twice without being shared"))
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.receivers.clear();
        self.board.stop();
        for thread in self.threads.drain(..) {
            // A panic was already noticed as rows that did not come to their end.
            let _ = thread.join();
        }
    }
}

impl ScanHandle {
    /// Gives the query to the threads.
    pub(crate) fn start(&self, reading: Reading) {
        self.board.start(self.scan, reading);
    }

    /// Tells the threads that the query has no rows.
    pub(crate) fn skip(&self) {
        self.board.skip(self.scan);
    }

    /// Tells the threads that nobody wants (more of) the query's rows. What they are at ends soon.
    pub(crate) fn close(&self) {
        self.board.close(self.scan);
    }

    /// Whether nobody has started the query yet.
    pub(crate) fn is_waiting(&self) -> bool {
        self.board.is_waiting(self.scan)
    }

    /// An error unless every part of the query was read to its end: the one that kept it from there, the same for all who
    /// ask.
    pub(crate) fn check_complete(&self) -> Result<()> {
        self.board.check_complete(self.scan)
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
