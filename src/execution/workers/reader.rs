//! The life of a reading thread: from claim to claim, natively or by SQLite.

use std::cell::OnceCell;
use std::sync::Arc;

use rusqlite::Connection;

use super::board::{Board, Claim, PartClaim, Work};
use super::entries::Entries;
use super::{Argument, Piece, Reading};
use crate::batch::BATCH_ROWS;
use crate::cancel::CancelToken;
use crate::connection::{Lease, RowReader, bind_array, bind_value, sqlite_error};
use crate::error::{Error, ErrorKind, Result};
use crate::sqlite_file::{DatabaseFile, Leaves, NotNative, ScanPlan, TreeScan};
use crate::value::ValueRef;

/// A native scan is cut into so many parts a connection, so that all are busy to the end, but into none of more leaves than
/// can wait in memory while those before them are read.
const PARTS_PER_CONNECTION: usize = 8;
const MOST_LEAVES: usize = 512;

/// How many operations SQLite does between two looks at the token: tens of microseconds.
const OPERATIONS: i32 = 4_000;

/// What a thread keeps from one claim to the next.
pub(super) struct Reader<'file, 'lease> {
    lease: &'lease Lease,
    file: &'file OnceCell<Result<DatabaseFile<'lease>, NotNative>>,
    /// The native scan that the last claim was of.
    scan: Option<(Arc<ScanPlan>, TreeScan<'file, 'lease>)>,
}

impl<'file, 'lease> Reader<'file, 'lease> {
    /// A thread's life: reads what the board has for its connection, until there is nothing more.
    pub(super) fn work(board: &Board, lease: &'lease Lease, home: Option<usize>) {
        let _leaving = Leaving { board, pool: lease.pool() };
        let file = OnceCell::new();
        let mut reader = Reader { lease, file: &file, scan: None };
        while let Some(claim) = board.claim(lease.pool(), home) {
            match claim {
                Claim::Prepare { scan, reading, connections } => match reader.prepare(&reading, connections) {
                    Ok(work) => board.prepared(scan, work),
                    Err(error) => board.fail(scan, error),
                },
                Claim::Part(claim) => {
                    match reader.read(&claim) {
                        Ok(true) => {
                            if board.part_read(claim.scan) {
                                reader.prepare_sequel(board, &claim);
                            }
                        }
                        Ok(false) => board.close(claim.scan),
                        Err(error) => board.fail(claim.scan, error),
                    }
                    if !board.has_claim(claim.scan) {
                        // It holds the filters of joins, and with these their rows.
                        reader.scan = None;
                    }
                }
            }
        }
    }

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
        let cuts = |leaves: &Leaves| cuts(leaves, connections);
        let work = || match native.keys.as_ref().map(|keys| (keys, &keys.index)) {
            Some((keys, Some(index))) => Ok(Work::Entries(Box::new(Entries::new(file, native, keys, index, cuts)?))),
            keys => {
                let plan = keys.map_or_else(|| native.plan.clone(), |(keys, _)| native.plan.of_rowids(&keys.keys));
                let leaves = plan.leaves(file)?;
                Ok(Work::Leaves { plan: Arc::new(plan), cuts: cuts(&leaves), leaves })
            }
        };
        work().map_err(|error: Error| error.in_pool(self.lease.pool()))
    }

    /// Prepares what follows the parts of a claim, all of which are read.
    fn prepare_sequel(&self, board: &Board, claim: &PartClaim) {
        let Work::Entries(entries) = &*claim.work else { return };
        let work = self.open_file().and_then(|file| entries.sequel(file, |leaves| cuts(leaves, board.connections(claim.scan))));
        match work {
            Ok(work) => board.prepared(claim.scan, work),
            Err(error) => board.fail(claim.scan, error.in_pool(self.lease.pool())),
        }
    }

    fn file(&self) -> &'file Result<DatabaseFile<'lease>, NotNative> {
        self.file.get_or_init(|| DatabaseFile::open(self.lease.connection()))
    }

    /// The file, where another connection of the same snapshot could read it natively.
    fn open_file(&self) -> Result<&'file DatabaseFile<'lease>> {
        match self.file() {
            Ok(file) => Ok(file),
            Err(NotNative::Because(reason)) => Err(Error::new(ErrorKind::Io, *reason)),
            Err(NotNative::Failed(error)) => Err(error.clone()),
        }
    }

    /// The scan of a plan in this thread: made anew only when the thread comes from another one.
    fn scan(&mut self, plan: &Arc<ScanPlan>) -> Result<&mut TreeScan<'file, 'lease>> {
        if self.scan.as_ref().is_none_or(|(last, _)| !Arc::ptr_eq(last, plan)) {
            self.scan = Some((Arc::clone(plan), TreeScan::new(self.open_file()?, plan)?));
        }
        Ok(&mut self.scan.as_mut().expect("made above").1)
    }

    /// Reads one part; false when nobody wants the rest.
    fn read(&mut self, claim: &PartClaim) -> Result<bool> {
        let pool = self.lease.pool();
        match &*claim.work {
            Work::Statement(reading) => self.read_statement(claim, reading),
            Work::Entries(entries) => {
                let read = self.scan(&entries.plan).and_then(|scan| entries.read(scan, claim.part, &claim.cancel));
                read.map(|()| true).map_err(|error| error.in_pool(pool))
            }
            Work::Leaves { plan, leaves, cuts } => {
                let part = claim.part;
                let mut sink = |rows| Ok(claim.sender.send(Piece { part, rows: Some(rows) }).is_ok());
                let scan = self.scan(plan).map_err(|error| error.in_pool(pool))?;
                let range = cuts[part]..cuts[part + 1];
                let is_whole = scan.read(leaves, range, &claim.cancel, &mut sink).map_err(|error| error.in_pool(pool))?;
                Ok(is_whole && claim.sender.send(Piece { part, rows: None }).is_ok())
            }
        }
    }

    fn read_statement(&self, claim: &PartClaim, reading: &Reading) -> Result<bool> {
        let lease = self.lease;
        let _watch = Watch::new(lease.connection(), &claim.cancel)?;
        let sql = reading.statement();
        let explained = |mut error: Error| {
            if let Some(failure) = reading.failure().filter(|_| error.kind == ErrorKind::Query) {
                return failure.clone();
            }
            // Its place is one in the pool's SQL, not in the user's text.
            error.span = None;
            error.in_pool(lease.pool()).with_pool_sql(sql.as_ref())
        };
        let mut statement = lease.connection().prepare_cached(&sql).map_err(|error| explained(sqlite_error(error, None)))?;
        for (index, argument) in reading.arguments.iter().enumerate() {
            match argument {
                Argument::Value(value) => bind_value(&mut statement, index + 1, value.as_ref()).map_err(explained)?,
                // A subquery stands in its place: the text may have no parameter of its number.
                Argument::Failed(_) => {}
                Argument::Array(values) => {
                    if !bind_array(&mut statement, index + 1, values).map_err(explained)? {
                        let message = "a subquery gives text that is not valid UTF-8, which cannot be handed to a pool as a set";
                        return Err(explained(Error::route(message)));
                    }
                }
            }
        }
        if let Some((first, last)) = reading.ranges.as_ref().map(|ranges| ranges[claim.part]) {
            let index = reading.arguments.len() + 1;
            bind_value(&mut statement, index, ValueRef::Integer(first)).map_err(explained)?;
            bind_value(&mut statement, index + 1, ValueRef::Integer(last)).map_err(explained)?;
        }
        let mut rows = RowReader::new(&mut statement, &claim.cancel);
        while let Some(batch) = rows.next_batch(BATCH_ROWS).map_err(explained)? {
            if claim.sender.send(Piece { part: 0, rows: Some(batch) }).is_err() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Where leaves are cut into parts for so many threads.
fn cuts(leaves: &Leaves, connections: usize) -> Vec<usize> {
    let step = leaves.len().div_ceil(connections * PARTS_PER_CONNECTION).clamp(1, MOST_LEAVES);
    (0..leaves.len()).step_by(step).chain([leaves.len()]).collect()
}

/// Makes SQLite look at a token while it works, until it is dropped.
struct Watch<'connection>(&'connection Connection);

impl<'connection> Watch<'connection> {
    fn new(connection: &'connection Connection, cancel: &CancelToken) -> Result<Self> {
        let cancel = cancel.clone();
        let handler = move || cancel.is_cancelled();
        connection.progress_handler(OPERATIONS, Some(handler)).map_err(|error| sqlite_error(error, None))?;
        Ok(Self(connection))
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        // The connection may serve someone else next. It only fails for a connection without an owner, which this one has.
        let _ = self.0.progress_handler(0, None::<fn() -> bool>);
    }
}

/// What a thread leaves behind however it ends, before its lease goes back (the lease outlives this).
struct Leaving<'a> {
    board: &'a Board,
    pool: &'a str,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Nobody may wait for what this thread would have read; the rows are then found to be incomplete.
            self.board.close_pool(self.pool);
        }
    }
}
