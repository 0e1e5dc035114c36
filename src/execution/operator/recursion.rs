//! Common tables that read themselves: the queue of SQLite (<https://sqlite.org/lang_with.html> 3), its rows taken as many at a time
//! as gives the same sequence as one by one.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::UInt32Array;

use super::{Input, Operator};
use crate::batch::{BATCH_ROWS, Batch, Column, ColumnBuilder};
use crate::error::{Error, Result};
use crate::execution::key_table::KeyTable;
use crate::execution::memory::{Reservation, StepMemory};
use crate::execution::spill::SpillFile;
use crate::value::{Collation, Value, compare_values};

/// The rows that a step is shown next.
#[derive(Clone, Default)]
pub(crate) struct Queued(Arc<Mutex<Option<Batch>>>);

/// The reader of a queue within a step: it gives what it is shown, then an end, until it is shown more.
pub(crate) struct Queue(Queued);

/// A term that decides which row of the queue is next.
pub(crate) struct QueueTerm {
    /// The row's column.
    pub(crate) column: usize,
    /// How texts compare.
    pub(crate) collation: Collation,
    /// From the largest to the smallest.
    pub(crate) descending: bool,
    /// Where NULLs stand.
    pub(crate) nulls_first: bool,
}

/// Gives the rows of a queue, and adds to it what the steps make of them.
pub(crate) struct Recursion {
    setup: Option<Input>,
    steps: Vec<(Queued, Input)>,
    seen: Option<KeyTable>,
    /// For what was seen.
    memory: Reservation,
    waiting: Waiting,
    /// Rows that were given, but not yet shown to the steps.
    given: Option<Batch>,
    limit: u64,
    offset: u64,
    /// How many rows are gathered before they are given: few at first, so that whoever wants few rows need not wait for more.
    patience: usize,
    error: Option<Error>,
}

enum Waiting {
    InSequence(Sequence),
    InOrder(Box<Ordered>),
}

/// First in, first out; those behind for which there is no memory wait on the disk.
struct Sequence {
    batches: VecDeque<Batch>,
    bytes: usize,
    memory: Reservation,
    /// The rows on the disk, and how many batches of them were taken.
    spilled: Option<(SpillFile, usize)>,
}

struct Ordered {
    terms: Arc<[QueueTerm]>,
    rows: BinaryHeap<Row>,
    added: u64,
    bytes: usize,
    memory: Reservation,
}

struct Row {
    values: Vec<Value>,
    number: u64,
    terms: Arc<[QueueTerm]>,
}

impl Queue {
    /// A reader of what is put there.
    pub(crate) fn new(queued: Queued) -> Self {
        Self(queued)
    }
}

impl Queued {
    fn put(&self, batch: Batch) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(batch);
    }
}

impl Operator for Queue {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        Ok(self.0.0.lock().unwrap_or_else(PoisonError::into_inner).take())
    }
}

impl Recursion {
    /// The rows of `setup`, and those that `steps` make of them, each of which reads its own queue. `distinct` tells how rows are
    /// compared with those that were found before, if they are.
    pub(crate) fn new(
        setup: Input,
        steps: Vec<(Queued, Input)>,
        distinct: Option<Vec<Collation>>,
        order: Vec<QueueTerm>,
        limit: Option<u64>,
        offset: u64,
        memory: &StepMemory,
    ) -> Self {
        let waiting = if order.is_empty() {
            let (batches, memory) = (VecDeque::new(), memory.reservation());
            Waiting::InSequence(Sequence { batches, bytes: 0, memory, spilled: None })
        } else {
            let (rows, memory) = (BinaryHeap::new(), memory.reservation());
            Waiting::InOrder(Box::new(Ordered { terms: order.into(), rows, added: 0, bytes: 0, memory }))
        };
        let memory = memory.reservation();
        let limit = limit.unwrap_or(u64::MAX);
        let (seen, setup) = (distinct.map(KeyTable::new), Some(setup));
        Self { setup, steps, seen, memory, waiting, given: None, limit, offset, patience: 1, error: None }
    }

    fn add(&mut self, batch: Batch) -> Result<()> {
        let batch = match &mut self.seen {
            None => batch,
            Some(seen) => {
                let (mut numbers, mut fresh) = (Vec::new(), Vec::new());
                seen.number_rows(batch.columns(), batch.rows(), &mut numbers, &mut fresh)?;
                self.memory.hold_whole(seen.memory(), "the rows that a recursion has seen");
                if fresh.len() == batch.rows() { batch } else { batch.take(&UInt32Array::from(fresh)) }
            }
        };
        self.waiting.add(batch)
    }

    /// The next rows of the queue, less those that OFFSET and LIMIT leave out. The rows before them have been shown to the steps.
    fn advance(&mut self) -> Result<Option<Batch>> {
        if let Some(mut setup) = self.setup.take().filter(|_| self.limit > 0) {
            while let Some(batch) = setup.next_batch()? {
                self.add(batch)?;
            }
        }
        while self.limit > 0 {
            if let Some(batch) = self.given.take() {
                self.step(&batch)?;
            }
            // Two steps take turns row by row.
            let Some(batch) = self.waiting.next(self.steps.len() > 1)? else { return Ok(None) };
            self.given = Some(batch.clone());
            let skipped = usize::try_from(self.offset).unwrap_or(usize::MAX).min(batch.rows());
            self.offset -= skipped as u64;
            let count = usize::try_from(self.limit).unwrap_or(usize::MAX).min(batch.rows() - skipped);
            self.limit -= count as u64;
            if count > 0 {
                return Ok(Some(if count == batch.rows() { batch } else { batch.slice(skipped, count) }));
            }
        }
        Ok(None)
    }

    fn step(&mut self, batch: &Batch) -> Result<()> {
        for index in 0..self.steps.len() {
            self.steps[index].0.put(batch.clone());
            while let Some(made) = self.steps[index].1.next_batch()? {
                self.add(made)?;
            }
        }
        Ok(())
    }
}

impl Operator for Recursion {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        if let Some(error) = self.error.take() {
            self.limit = 0;
            return Err(error);
        }
        let mut gathered = Vec::new();
        let mut rows = 0;
        while rows < self.patience {
            match self.advance() {
                Ok(Some(batch)) => {
                    rows += batch.rows();
                    gathered.push(batch);
                }
                Ok(None) => break,
                // The rows before it are given first.
                Err(error) if gathered.is_empty() => return Err(error),
                Err(error) => {
                    self.error = Some(error);
                    break;
                }
            }
        }
        self.patience = (self.patience * 2).min(BATCH_ROWS);
        let Some(first) = gathered.first() else { return Ok(None) };
        Ok(Some(if gathered.len() == 1 { first.clone() } else { Batch::concat(first.columns().len(), &gathered) }))
    }
}

impl Waiting {
    fn add(&mut self, batch: Batch) -> Result<()> {
        match self {
            _ if batch.rows() == 0 => Ok(()),
            Self::InSequence(sequence) => sequence.add(batch),
            Self::InOrder(ordered) => {
                ordered.add(&batch);
                Ok(())
            }
        }
    }

    fn next(&mut self, one_by_one: bool) -> Result<Option<Batch>> {
        match self {
            Self::InSequence(sequence) => sequence.next(one_by_one),
            Self::InOrder(ordered) => Ok(ordered.next()),
        }
    }
}

impl Sequence {
    fn add(&mut self, batch: Batch) -> Result<()> {
        if self.spilled.is_none() && self.memory.try_hold(self.bytes + batch.bytes()) {
            self.bytes += batch.bytes();
            self.batches.push_back(batch);
            return Ok(());
        }
        let (file, _) = match &mut self.spilled {
            Some(spilled) => spilled,
            None => self.spilled.insert((SpillFile::create(self.memory.step())?, 0)),
        };
        file.write(&batch)
    }

    fn next(&mut self, one_by_one: bool) -> Result<Option<Batch>> {
        let Some(batch) = self.take()? else { return Ok(None) };
        if !one_by_one || batch.rows() == 1 {
            return Ok(Some(batch));
        }
        let rest = batch.slice(1, batch.rows() - 1);
        self.bytes += rest.bytes();
        self.batches.push_front(rest);
        Ok(Some(batch.slice(0, 1)))
    }

    fn take(&mut self) -> Result<Option<Batch>> {
        if let Some(batch) = self.batches.pop_front() {
            self.bytes = self.bytes.saturating_sub(batch.bytes());
            self.memory.hold(self.bytes);
            return Ok(Some(batch));
        }
        let Some((file, taken)) = &mut self.spilled else { return Ok(None) };
        let batch = file.batch(*taken)?;
        *taken += 1;
        if *taken == file.batches() {
            self.spilled = None;
        }
        Ok(Some(batch))
    }
}

impl Ordered {
    fn add(&mut self, batch: &Batch) {
        for row in 0..batch.rows() {
            let values: Vec<Value> = batch.columns().iter().map(|column| column.value(row).to_owned()).collect();
            let row = Row { values, number: self.added, terms: Arc::clone(&self.terms) };
            self.bytes += row.bytes();
            self.rows.push(row);
            self.added += 1;
        }
        self.memory.hold_whole(self.bytes, "the queue of a recursion that is in order");
    }

    fn next(&mut self) -> Option<Batch> {
        let row = self.rows.pop()?;
        self.bytes -= row.bytes();
        self.memory.hold(self.bytes);
        let column = |value: &Value| {
            let mut builder = ColumnBuilder::with_capacity(1);
            builder.push(value.as_ref());
            builder.finish()
        };
        let columns: Vec<Column> = row.values.iter().map(column).collect();
        Some(Batch::new(1, columns))
    }
}

impl Row {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.values.iter().map(|value| size_of::<Value>() + value.heap_bytes()).sum::<usize>()
    }
}

impl Ord for Row {
    /// The largest is the next.
    fn cmp(&self, other: &Self) -> Ordering {
        let order = |term: &QueueTerm| {
            let (left, right) = (&self.values[term.column], &other.values[term.column]);
            let nulls = if term.nulls_first { Ordering::Less } else { Ordering::Greater };
            match (left, right) {
                (Value::Null, Value::Null) => Ordering::Equal,
                (Value::Null, _) => nulls,
                (_, Value::Null) => nulls.reverse(),
                (left, right) => {
                    let order = compare_values(left.as_ref(), right.as_ref(), term.collation);
                    if term.descending { order.reverse() } else { order }
                }
            }
        };
        let order = self.terms.iter().map(order).find(|order| order.is_ne());
        order.unwrap_or_else(|| self.number.cmp(&other.number)).reverse()
    }
}

impl PartialOrd for Row {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Row {}
