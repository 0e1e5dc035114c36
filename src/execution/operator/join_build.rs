//! The held side of a hash join, read and hashed once for all instances that probe it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::held::{Held, needed_memory};
use super::join_table::KeyRule;
use super::spilled_join::SpilledJoin;
use super::{Input, row_number};
use crate::batch::{Batch, Column, ColumnBuilder};
use crate::cancel::CancelToken;
use crate::error::{Error, Result};
use crate::execution::computed::Computed;
use crate::execution::memory::{Reservation, StepMemory};
use crate::execution::parallel::in_parallel;
use crate::planner::{JoinMode, Side};
use crate::value::{Collation, ComparisonAffinity};

/// One side of a pair of expressions that the join compares.
pub(crate) struct Key {
    /// Over that side's columns.
    pub(crate) expression: Computed,
    /// What is done to both sides first.
    pub(crate) affinity: ComparisonAffinity,
    /// How texts compare.
    pub(crate) collation: Collation,
    /// NULL equals NULL.
    pub(crate) null_safe: bool,
}

/// How the held side is made.
pub(crate) struct JoinSource {
    /// Instances of the held side.
    pub(crate) inputs: Vec<Input>,
    /// The number of its columns.
    pub(crate) columns: usize,
    /// Its keys; none where every row of the other side matches all of it.
    pub(crate) keys: Vec<Key>,
    /// The join's mode.
    pub(crate) mode: JoinMode,
    /// Which side this is.
    pub(crate) side: Side,
    /// Whether the join gives nothing where this side is empty.
    pub(crate) is_empty_without_rows: bool,
    /// Whether held rows are given at the end.
    pub(crate) gives_held_rows: bool,
    /// Whether the probing side goes on after an end, as a recursion does. Such a join cannot go to the disk.
    pub(crate) is_probed_again: bool,
    /// The step's memory.
    pub(crate) memory: StepMemory,
    /// Of the statement.
    pub(crate) cancel: CancelToken,
}

/// The held side, for all instances of a join.
pub(crate) struct JoinBuild {
    state: Mutex<State>,
    instances: AtomicUsize,
    is_probed_again: bool,
    /// Whether the probing side's scan lets no row out that has no partner.
    is_asked_by_scan: AtomicBool,
}

enum State {
    Waiting(Box<JoinSource>),
    Ready(Built),
    Failed(Error),
}

/// The held side when it is read.
#[derive(Clone)]
pub(super) enum Built {
    /// In memory.
    Held(Arc<Held>),
    /// On the disk, as it did not fit.
    Spilled(Arc<SpilledJoin>),
}

impl JoinBuild {
    /// A held side for one instance that probes.
    pub(crate) fn new(source: JoinSource) -> Arc<Self> {
        let is_probed_again = source.is_probed_again;
        let (state, is_asked_by_scan) = (Mutex::new(State::Waiting(Box::new(source))), AtomicBool::new(false));
        Arc::new(Self { state, instances: AtomicUsize::new(1), is_probed_again, is_asked_by_scan })
    }

    /// Tells that a scan asks each of its rows whether it has a partner, before the first of them comes.
    pub(crate) fn set_asked_by_scan(&self) {
        self.is_asked_by_scan.store(true, Ordering::Release);
    }

    /// Whether all rows of the probing side are known to have a partner.
    pub(super) fn is_asked_by_scan(&self) -> bool {
        self.is_asked_by_scan.load(Ordering::Acquire)
    }

    /// Whether more rows may come to probe with after an end.
    pub(super) fn is_probed_again(&self) -> bool {
        self.is_probed_again
    }

    /// Tells how many instances will probe, before the first of them does.
    pub(crate) fn set_instances(&self, instances: usize) {
        self.instances.store(instances, Ordering::Release);
    }

    /// The held side if it is in memory, made now if it was not yet.
    pub(crate) fn held(&self) -> Result<Option<Arc<Held>>> {
        Ok(match self.built()? {
            Built::Held(held) => Some(held),
            Built::Spilled(_) => None,
        })
    }

    /// The held side; the first to ask makes it while the others wait.
    pub(super) fn built(&self) -> Result<Built> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let interrupted = || State::Failed(Error::query("the held side of a join was not read to its end"));
        let made = match std::mem::replace(&mut *state, interrupted()) {
            State::Waiting(source) => source.read(self.instances.load(Ordering::Acquire)),
            State::Ready(built) => Ok(built),
            State::Failed(error) => Err(error),
        };
        *state = match &made {
            Ok(built) => State::Ready(built.clone()),
            Err(error) => State::Failed(error.clone()),
        };
        made
    }
}

/// Rows that one thread read, and where there are more of them than memory, the input with the others.
pub(super) struct ReadRows {
    pub(super) batches: Vec<Batch>,
    pub(super) rest: Option<Input>,
    memory: Reservation,
}

impl JoinSource {
    fn read(mut self, instances: usize) -> Result<Built> {
        let rows_read = AtomicUsize::new(0);
        let parts = in_parallel(std::mem::take(&mut self.inputs), |mut input, has_failed| {
            let mut read = ReadRows { batches: Vec::new(), rest: None, memory: self.memory.reservation() };
            let (mut bytes, mut rows) = (0, 0);
            while !has_failed.load(Ordering::Relaxed) {
                let Some(batch) = input.next_batch()? else { break };
                row_number(rows_read.fetch_add(batch.rows(), Ordering::Relaxed) + batch.rows())?;
                (bytes, rows) = (bytes + batch.bytes(), rows + batch.rows());
                read.batches.push(batch);
                let needed = needed_memory(bytes, rows);
                if self.is_probed_again {
                    read.memory.hold_whole(needed, "a recursion joins with these rows again and again");
                } else if !read.memory.try_hold(needed) {
                    read.memory.hold(needed);
                    read.rest = Some(input);
                    break;
                }
            }
            Ok(read)
        })?;
        if parts.iter().any(|part| part.rest.is_some()) {
            return SpilledJoin::deal_out(self, parts, instances);
        }
        let mut memory = self.memory.reservation();
        let (all, others): (Vec<_>, Vec<_>) = parts.into_iter().map(|part| (part.batches, part.memory)).unzip();
        let rows = super::joined(self.columns, &all.concat())?;
        drop((all, others));
        memory.hold(needed_memory(rows.bytes(), rows.rows()));
        Ok(Built::Held(Arc::new(Held::whole(&mut self, rows, instances, memory)?)))
    }
}

impl Key {
    pub(super) fn rule(&self) -> KeyRule {
        KeyRule { collation: self.collation, null_safe: self.null_safe }
    }
}

/// The keys of a batch as they are compared.
pub(super) fn key_columns(keys: &mut [Key], batch: &Batch) -> Result<Vec<Column>> {
    keys.iter_mut().map(|key| Ok(with_affinity(key.affinity, key.expression.evaluate(batch)?))).collect()
}

/// Whether any cell is NULL.
pub(super) fn has_null(column: &Column) -> bool {
    (0..column.len()).any(|row| column.is_null(row))
}

/// The key after its affinity was applied. Most columns are left as they are by their class alone.
pub(crate) fn with_affinity(affinity: ComparisonAffinity, column: Column) -> Column {
    let stays = match affinity {
        ComparisonAffinity::None => true,
        ComparisonAffinity::Numeric => {
            matches!(column, Column::Null(_) | Column::Integer(_) | Column::Real(_) | Column::Blob(_))
        }
        ComparisonAffinity::Text => matches!(column, Column::Null(_) | Column::Text(_) | Column::Blob(_)),
    };
    if stays {
        return column;
    }
    let mut builder = ColumnBuilder::with_capacity(column.len());
    for row in 0..column.len() {
        let value = column.value(row);
        match affinity.apply(value) {
            Some(changed) => builder.push(changed.as_ref()),
            None => builder.push(value),
        }
    }
    builder.finish()
}
