//! The held side of a hash join, read and hashed once for all instances that probe it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::join_table::{JoinTable, KeyRule};
use super::{Input, row_number};
use crate::batch::{Batch, Column, ColumnBuilder};
use crate::cancel::CancelToken;
use crate::error::{Error, Result};
use crate::execution::computed::Computed;
use crate::execution::memory::{Reservation, StepMemory};
use crate::execution::parallel::in_parallel;
use crate::execution::spill::{self, Dealing, Parts, SpillFile};
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
    /// Its keys.
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

/// The held side, complete.
pub(crate) struct Held {
    /// The rows.
    pub(crate) rows: Arc<Batch>,
    /// The keys before any affinity.
    pub(crate) raw_keys: Vec<Column>,
    /// From a key to its rows.
    pub(crate) table: JoinTable,
    /// Whether the join gives nothing, whatever the other side holds.
    pub(super) is_nothing: bool,
    /// The held side's key, kept where NOT IN must leave out the rows in which it is NULL.
    pub(super) null_aware_key: Option<Column>,
    /// Which rows found a partner; empty where nobody asks.
    matched: Vec<AtomicBool>,
    /// Instances that still probe.
    probing: AtomicUsize,
    /// Whether any instance had a row to probe with.
    has_probed: AtomicBool,
    /// Whether a probing row was found that excludes every held row.
    excludes_all: AtomicBool,
    _memory: Option<Reservation>,
}

impl JoinBuild {
    /// A held side for one instance that probes.
    pub(crate) fn new(source: JoinSource) -> Arc<Self> {
        let is_probed_again = source.is_probed_again;
        Arc::new(Self { state: Mutex::new(State::Waiting(Box::new(source))), instances: AtomicUsize::new(1), is_probed_again })
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

/// Rows that are read, or a sign that they are too many.
enum ReadRows {
    All(Vec<Batch>),
    TooMany(Vec<Batch>, Input),
}

impl JoinSource {
    fn read(mut self, instances: usize) -> Result<Built> {
        // NOT IN asks about all rows at once.
        let may_spill = self.mode != JoinMode::AntiNullAware && !self.is_probed_again;
        let rows_read = AtomicUsize::new(0);
        let parts = in_parallel(std::mem::take(&mut self.inputs), |mut input, has_failed| {
            let mut memory = self.memory.reservation();
            let (mut batches, mut bytes) = (Vec::new(), 0);
            while !has_failed.load(Ordering::Relaxed) {
                let Some(batch) = input.next_batch()? else { break };
                row_number(rows_read.fetch_add(batch.rows(), Ordering::Relaxed) + batch.rows())?;
                bytes += batch.bytes();
                batches.push(batch);
                // Beside the rows stand one batch of them all, for a moment, and the table of their keys.
                if !memory.try_hold(bytes * 2) {
                    memory.hold(bytes * 2);
                    if may_spill {
                        return Ok((ReadRows::TooMany(batches, input), memory));
                    }
                }
            }
            Ok((ReadRows::All(batches), memory))
        })?;
        if parts.iter().all(|(part, _)| matches!(part, ReadRows::All(_))) {
            let mut memory = self.memory.reservation();
            let (mut all, mut others) = (Vec::new(), Vec::new());
            for (part, reserved) in parts {
                if let ReadRows::All(batches) = part {
                    all.extend(batches);
                }
                others.push(reserved);
            }
            let rows = Batch::concat(self.columns, &all);
            drop((all, others));
            memory.hold(rows.bytes() + rows.rows() * 8);
            return Held::new(self, rows, instances, memory).map(|held| Built::Held(Arc::new(held)));
        }
        self.spill(parts, instances)
    }

    /// Deals out the rows by their keys.
    fn spill(mut self, parts: Vec<(ReadRows, Reservation)>, instances: usize) -> Result<Built> {
        let (dealing, memory) = (Dealing::new(), self.memory.reservation());
        let mut dealt = Parts::new(&dealing);
        let collations: Vec<Collation> = self.keys.iter().map(|key| key.collation).collect();
        for (part, reserved) in parts {
            let (batches, mut rest) = match part {
                ReadRows::All(batches) => (batches, None),
                ReadRows::TooMany(batches, rest) => (batches, Some(rest)),
            };
            for batch in batches {
                dealt.add(&batch, &key_columns(&mut self.keys, &batch)?, &collations, None, &memory)?;
            }
            drop(reserved);
            while let Some(batch) = rest.as_mut().map_or(Ok(None), |rest| rest.next_batch())? {
                dealt.add(&batch, &key_columns(&mut self.keys, &batch)?, &collations, None, &memory)?;
            }
        }
        let files = dealt.finish(&memory)?;
        let probe = Mutex::new(Some(Parts::new(&dealing)));
        let probing = AtomicUsize::new(instances);
        Ok(Built::Spilled(Arc::new(SpilledJoin { source: Mutex::new(Some((self, files))), probe, probing, collations, memory })))
    }
}

/// A join whose held side did not fit into memory: both sides are dealt out to files by their keys, and the instance that
/// is the last to have dealt out its rows joins one pair of files after the other.
pub(super) struct SpilledJoin {
    source: Mutex<Option<(JoinSource, Vec<Option<SpillFile>>)>>,
    probe: Mutex<Option<Parts>>,
    probing: AtomicUsize,
    collations: Vec<Collation>,
    memory: Reservation,
}

/// The parts of a spilled join that are still to be joined: the held side's and the probing side's files.
pub(super) struct JoinParts {
    source: JoinSource,
    parts: std::vec::IntoIter<(Option<SpillFile>, Option<SpillFile>)>,
}

impl SpilledJoin {
    /// Deals out probing rows, whose keys are `keys`.
    pub(super) fn add(&self, batch: &Batch, keys: &[Column]) -> Result<()> {
        let mut probe = self.probe.lock().unwrap_or_else(PoisonError::into_inner);
        probe.as_mut().map_or(Ok(()), |parts| parts.add(batch, keys, &self.collations, None, &self.memory))
    }

    /// Ends one instance's dealing; the last one gets all parts.
    pub(super) fn finish(&self) -> Result<Option<JoinParts>> {
        if self.probing.fetch_sub(1, Ordering::AcqRel) != 1 {
            return Ok(None);
        }
        let taken = self.source.lock().unwrap_or_else(PoisonError::into_inner).take();
        let probe = self.probe.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(((source, held), probe)) = taken.zip(probe) else { return Ok(None) };
        let parts: Vec<_> = held.into_iter().zip(probe.finish(&self.memory)?).collect();
        Ok(Some(JoinParts { source, parts: parts.into_iter() }))
    }
}

impl JoinParts {
    /// The next part's held side and probing rows.
    pub(super) fn next(&mut self) -> Result<Option<(Arc<Held>, Input)>> {
        let Some((held, probe)) = self.parts.next() else { return Ok(None) };
        let mut memory = self.source.memory.reservation();
        let (mut rows, mut batches) = (spill::input(held)?, Vec::new());
        while let Some(batch) = rows.next_batch()? {
            batches.push(batch);
        }
        let rows = Batch::concat(self.source.columns, &batches);
        drop(batches);
        memory.hold(rows.bytes() + rows.rows() * 8);
        let keys = key_columns(&mut self.source.keys, &rows)?;
        let held = Held::of_keys(&self.source, rows, keys, 1, memory)?;
        Ok(Some((Arc::new(held), spill::input(probe)?)))
    }
}

impl Held {
    fn new(mut source: JoinSource, rows: Batch, instances: usize, memory: Reservation) -> Result<Self> {
        let raw = source.keys.iter_mut().map(|key| key.expression.evaluate(&rows)).collect::<Result<Vec<_>>>()?;
        let columns = source.keys.iter().zip(&raw).map(|(key, column)| with_affinity(key.affinity, column.clone())).collect();
        let held = Self::of_keys(&source, rows, columns, instances, memory)?;
        Ok(Self { raw_keys: raw, ..held })
    }

    fn of_keys(source: &JoinSource, rows: Batch, columns: Vec<Column>, instances: usize, memory: Reservation) -> Result<Self> {
        let is_null_aware = source.mode == JoinMode::AntiNullAware;
        let is_nothing = (rows.rows() == 0 && source.is_empty_without_rows)
            || (is_null_aware && source.side == Side::Right && has_null(&columns[0]));
        let rules: Vec<_> = source.keys.iter().map(Key::rule).collect();
        let table = if is_nothing { JoinTable::every(0) } else { JoinTable::new(&columns, rows.rows(), &rules, &source.cancel)? };
        let matched = if source.gives_held_rows { rows.rows() } else { 0 };
        Ok(Self {
            table,
            is_nothing,
            null_aware_key: columns.into_iter().next().filter(|_| is_null_aware),
            matched: (0..matched).map(|_| AtomicBool::new(false)).collect(),
            probing: AtomicUsize::new(instances),
            has_probed: AtomicBool::new(false),
            excludes_all: AtomicBool::new(false),
            raw_keys: Vec::new(),
            _memory: Some(memory),
            rows: Arc::new(rows),
        })
    }

    /// All of `rows`, each matched by every probing row.
    pub(super) fn every(rows: Batch, gives_held_rows: bool, instances: usize) -> Self {
        let matched = if gives_held_rows { rows.rows() } else { 0 };
        Self {
            table: JoinTable::every(rows.rows()),
            is_nothing: false,
            null_aware_key: None,
            matched: (0..matched).map(|_| AtomicBool::new(false)).collect(),
            probing: AtomicUsize::new(instances),
            has_probed: AtomicBool::new(false),
            excludes_all: AtomicBool::new(false),
            raw_keys: Vec::new(),
            _memory: None,
            rows: Arc::new(rows),
        }
    }

    /// Notes that a held row has a partner.
    #[inline]
    pub(super) fn match_row(&self, row: u32) {
        self.matched[row as usize].store(true, Ordering::Relaxed);
    }

    /// Whether anybody asks which held rows have partners.
    pub(super) fn keeps_matches(&self) -> bool {
        !self.matched.is_empty()
    }

    /// Whether a held row found a partner; known when all instances have probed.
    pub(super) fn is_matched(&self, row: usize) -> bool {
        self.matched[row].load(Ordering::Relaxed)
    }

    /// Notes that there are rows to probe with.
    pub(super) fn note_probe(&self) {
        self.has_probed.store(true, Ordering::Relaxed);
    }

    /// Notes that no held row is to be given (`x NOT IN (…, NULL)` is never true).
    pub(super) fn exclude_all(&self) {
        self.excludes_all.store(true, Ordering::Relaxed);
    }

    /// Ends one instance's probing; the last one gives the held rows, unless all are excluded.
    pub(super) fn finish_probing(&self) -> bool {
        self.probing.fetch_sub(1, Ordering::AcqRel) == 1 && !self.excludes_all.load(Ordering::Relaxed)
    }

    /// The key that must not be NULL in a held row that is given for want of a partner.
    pub(super) fn excluding_key(&self) -> Option<&Column> {
        self.null_aware_key.as_ref().filter(|_| self.has_probed.load(Ordering::Relaxed))
    }
}

impl Key {
    fn rule(&self) -> KeyRule {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_statement_hashes_no_further() {
        let cancel = CancelToken::new();
        let rules = [KeyRule { collation: Collation::Binary, null_safe: false }];
        let mut texts = ColumnBuilder::with_capacity(1);
        texts.push(crate::value::ValueRef::Text(b"key"));
        for column in [Column::Integer(vec![1].into()), Column::Integer(vec![i64::MIN].into()), texts.finish()] {
            let columns = [column];
            assert!(JoinTable::new(&columns, 1, &rules, &cancel).is_ok());
        }
        cancel.cancel();
        assert!(JoinTable::new(&[Column::Integer(vec![1].into())], 1, &rules, &cancel).is_err());
    }
}
