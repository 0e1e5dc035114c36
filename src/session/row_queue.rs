//! Rows between the thread that makes them and whoever takes them.
//!
//! The queue is short, so that a slow reader slows the work down instead of filling the memory. But work that stands still
//! holds connections: when a reader takes nothing for a second while others wait for one of them, or when the session
//! itself needs its connection back, the rest of the rows goes to a temporary file, the connections go back, and the same
//! thread then gives the rows out from there.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::changes::Changes;
use crate::batch::Batch;
use crate::cancel::CancelToken;
use crate::connection::ConnectionPool;
use crate::error::{Error, ErrorKind, Result};

/// How many batches wait for whoever takes them.
const QUEUE: usize = 2;

/// How long a reader may take nothing while others wait for the connections that its rows come from.
const STALL: Duration = Duration::from_secs(1);

/// How often a thread that waits for room looks at the token and at who else waits.
const LOOK: Duration = Duration::from_millis(20);

/// What the thread tells.
#[derive(Debug)]
pub(super) enum Event {
    /// The statement is prepared and has these columns.
    Columns(Vec<String>),
    Rows(Batch),
    /// Everything was told; what the statement changed, if it could change anything.
    Done(Option<Changes>),
    OverBudget,
    Failed(Error),
}

/// A new queue for rows that hold connections of `pools`.
pub(super) fn row_queue(pools: Vec<ConnectionPool>, cancel: &CancelToken) -> (RowSender, RowReceiver) {
    let queue = Arc::new(Queue { state: Mutex::default(), changed: Condvar::new() });
    let sender = RowSender { queue: Arc::clone(&queue), pools, cancel: cancel.clone(), spill: None };
    (sender, RowReceiver { queue })
}

struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    columns: Option<Vec<String>>,
    batches: VecDeque<Batch>,
    end: Option<Event>,
    is_ended: bool,
    /// Nobody takes anything any more.
    is_abandoned: bool,
    /// Somebody needs the connections: no more waiting for the reader.
    is_hurried: bool,
    /// An asynchronous reader that waits.
    waker: Option<Waker>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and tells everybody.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let waker = {
            let mut state = self.lock();
            change(&mut state);
            state.waker.take()
        };
        self.changed.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The thread's end of the queue. Dropped without a last word, it tells the reader that rows are missing.
pub(super) struct RowSender {
    queue: Arc<Queue>,
    pools: Vec<ConnectionPool>,
    cancel: CancelToken,
    spill: Option<Spill>,
}

impl RowSender {
    /// Tells the columns.
    pub(super) fn columns(&self, columns: Vec<String>) {
        self.queue.change(|state| state.columns = Some(columns));
    }

    /// Gives rows on, waiting for room; false when nobody wants more of them.
    pub(super) fn push(&mut self, batch: Batch) -> Result<bool> {
        if let Some(spill) = &mut self.spill {
            spill.write(&batch).map_err(|error| spill_error(&error))?;
            self.cancel.check()?;
            return self.feed_without_waiting();
        }
        let since = Instant::now();
        let mut state = self.queue.lock();
        loop {
            if state.is_abandoned {
                return Ok(false);
            }
            self.cancel.check()?;
            if state.batches.len() < QUEUE {
                drop(state);
                self.queue.change(|state| state.batches.push_back(batch));
                return Ok(true);
            }
            if state.is_hurried || (since.elapsed() >= STALL && self.pools.iter().any(|pool| pool.waiting() > 0)) {
                drop(state);
                let mut spill = Spill::new().map_err(|error| spill_error(&error))?;
                spill.write(&batch).map_err(|error| spill_error(&error))?;
                self.spill = Some(spill);
                return Ok(true);
            }
            state = self.wait(state);
        }
    }

    /// Gives out what was spilled, then the last word. The connections must have been given back before.
    pub(super) fn end(mut self, last: Event) {
        let last = match self.feed() {
            Ok(()) => last,
            Err(error) => Event::Failed(error),
        };
        self.queue.change(|state| state.end = Some(last));
    }

    /// Moves spilled batches to the reader as long as it takes them.
    fn feed(&mut self) -> Result<()> {
        while self.feed_without_waiting()? && self.spill.as_ref().is_some_and(Spill::has_more) {
            self.cancel.check()?;
            let state = self.queue.lock();
            if state.batches.len() >= QUEUE {
                drop(self.wait(state));
            }
        }
        Ok(())
    }

    /// Moves spilled batches as far as there is room; false when nobody wants more.
    fn feed_without_waiting(&mut self) -> Result<bool> {
        let Some(spill) = &mut self.spill else { return Ok(true) };
        loop {
            let (room, is_abandoned) = {
                let state = self.queue.lock();
                (state.batches.len() < QUEUE, state.is_abandoned)
            };
            if is_abandoned {
                return Ok(false);
            }
            if !room {
                return Ok(true);
            }
            let Some(batch) = spill.read().map_err(|error| spill_error(&error))? else { return Ok(true) };
            self.queue.change(|state| state.batches.push_back(batch));
        }
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.queue.changed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for RowSender {
    fn drop(&mut self) {
        // Never taken for the end of the rows: some may be missing.
        let missing = || Event::Failed(Error::query("the thread that ran the statement ended without a word"));
        self.queue.change(|state| {
            if !state.is_ended {
                state.end.get_or_insert_with(missing);
            }
        });
    }
}

/// The reader's end of the queue. Dropping it tells the thread that nobody wants more.
pub(super) struct RowReceiver {
    queue: Arc<Queue>,
}

impl RowReceiver {
    /// What comes next. Not asked again after the last event.
    pub(super) fn next(&self) -> Event {
        let mut state = self.queue.lock();
        loop {
            if let Some(event) = state.take() {
                drop(state);
                self.queue.changed.notify_all();
                return event;
            }
            state = self.queue.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What comes next, for a reader that must not wait.
    pub(super) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Event> {
        let mut state = self.queue.lock();
        if let Some(event) = state.take() {
            drop(state);
            self.queue.changed.notify_all();
            return Poll::Ready(event);
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }

    /// A way to ask for the connections while the rows are still being read.
    pub(super) fn hurry(&self) -> Hurry {
        Hurry(Arc::clone(&self.queue))
    }
}

impl State {
    fn take(&mut self) -> Option<Event> {
        if let Some(columns) = self.columns.take() {
            return Some(Event::Columns(columns));
        }
        if let Some(batch) = self.batches.pop_front() {
            return Some(Event::Rows(batch));
        }
        self.is_ended |= self.end.is_some();
        self.end.take()
    }
}

impl Drop for RowReceiver {
    fn drop(&mut self) {
        self.queue.change(|state| {
            state.is_abandoned = true;
            state.batches.clear();
        });
    }
}

/// Asks a thread to give its connections back soon, whatever its reader does.
#[derive(Clone)]
pub(super) struct Hurry(Arc<Queue>);

impl Hurry {
    /// Asks; the rows that were not taken yet are kept for the reader.
    pub(super) fn ask(&self) {
        self.0.change(|state| state.is_hurried = true);
    }
}

impl std::fmt::Debug for Hurry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Hurry")
    }
}

impl std::fmt::Debug for RowReceiver {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RowReceiver")
    }
}

/// Batches in a temporary file without a name, which goes with the process.
struct Spill {
    file: File,
    written: u64,
    /// Where the batches lie that were not read yet, and their lengths.
    waiting: VecDeque<(u64, usize)>,
}

impl Spill {
    fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, written: 0, waiting: VecDeque::new() })
    }

    fn write(&mut self, batch: &Batch) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(batch.bytes());
        batch.write_to(&mut bytes)?;
        self.file.write_all_at(&bytes, self.written)?;
        self.waiting.push_back((self.written, bytes.len()));
        self.written += bytes.len() as u64;
        Ok(())
    }

    fn read(&mut self) -> io::Result<Option<Batch>> {
        let Some((start, length)) = self.waiting.pop_front() else { return Ok(None) };
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, start)?;
        Batch::read_from(&mut bytes.as_slice()).map(Some)
    }

    fn has_more(&self) -> bool {
        !self.waiting.is_empty()
    }
}

fn spill_error(error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("rows that wait for their reader cannot be kept in a temporary file: {error}"))
        .hint("free space in the temporary directory, or set TMPDIR to another")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Column;
    use crate::value::ValueRef;

    fn batch(number: i64) -> Batch {
        Batch::new(3, vec![Column::constant(ValueRef::Integer(number), 3)])
    }

    fn number(event: &Event) -> Option<i64> {
        match event {
            Event::Rows(batch) => match batch.column(0).value(0) {
                ValueRef::Integer(number) => Some(number),
                _ => None,
            },
            _ => None,
        }
    }

    #[test]
    fn rows_come_in_order_also_when_the_work_had_to_hurry() {
        let cancel = CancelToken::new();
        let (mut sender, receiver) = row_queue(Vec::new(), &cancel);
        receiver.hurry().ask();
        // Without anybody taking a row: more than the queue holds goes to the file.
        for row in 0..20 {
            assert!(sender.push(batch(row)).unwrap());
        }
        let thread = std::thread::spawn(move || sender.end(Event::Done(None)));
        let events: Vec<Event> = (0..21).map(|_| receiver.next()).collect();
        assert_eq!(events.iter().filter_map(number).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
        assert!(matches!(events.last(), Some(Event::Done(_))));
        thread.join().unwrap();
    }

    #[test]
    fn a_thread_that_dies_is_no_end_of_the_rows() {
        let cancel = CancelToken::new();
        let (mut sender, receiver) = row_queue(Vec::new(), &cancel);
        assert!(sender.push(batch(1)).unwrap());
        drop(sender);
        assert_eq!(number(&receiver.next()), Some(1));
        assert!(matches!(receiver.next(), Event::Failed(_)));
    }

    #[test]
    fn nobody_works_for_a_reader_that_went_or_cancelled() {
        let cancel = CancelToken::new();
        let (mut sender, receiver) = row_queue(Vec::new(), &cancel);
        drop(receiver);
        assert!(!sender.push(batch(1)).unwrap());
        let (mut sender, _receiver) = row_queue(Vec::new(), &cancel);
        cancel.cancel();
        assert_eq!(sender.push(batch(1)).unwrap_err().kind, ErrorKind::Interrupted);
    }
}
