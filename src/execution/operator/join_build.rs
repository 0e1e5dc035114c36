//! The held side of a hash join, read and hashed once for all instances that probe it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::join_table::{JoinTable, KeyRule};
use super::{Input, read_side_by_side};
use crate::batch::{Batch, Column, ColumnBuilder};
use crate::error::{Error, Result};
use crate::execution::computed::Computed;
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

/// Starts the reading of the probing side once the held side's keys are known (without affinity applied).
pub(crate) type ProbeStart = Box<dyn FnOnce(&[Column]) -> Result<()> + Send>;

/// How the held side is made.
pub(crate) struct JoinSource {
    /// Instances of the held side.
    pub(crate) inputs: Vec<Input>,
    /// The number of its columns.
    pub(crate) columns: usize,
    /// Its keys.
    pub(crate) keys: Vec<Key>,
    /// Called before the first row is asked of the other side.
    pub(crate) probe_start: Option<ProbeStart>,
    /// The join's mode.
    pub(crate) mode: JoinMode,
    /// Which side this is.
    pub(crate) side: Side,
    /// Whether the join gives nothing where this side is empty.
    pub(crate) is_empty_without_rows: bool,
    /// Whether held rows are given at the end.
    pub(crate) gives_held_rows: bool,
}

/// The held side, for all instances of a join.
pub(crate) struct JoinBuild(Mutex<State>);

enum State {
    Waiting { source: Box<JoinSource>, instances: usize },
    Ready(Arc<Held>),
    Failed(Error),
}

/// The held side, complete.
pub(super) struct Held {
    /// The rows.
    pub(super) rows: Batch,
    /// From a key to its rows.
    pub(super) table: JoinTable,
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
}

impl JoinBuild {
    /// A held side for `instances` that probe.
    pub(crate) fn new(source: JoinSource, instances: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State::Waiting { source: Box::new(source), instances })))
    }

    /// The held side; the first to ask makes it while the others wait.
    pub(super) fn held(&self) -> Result<Arc<Held>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let interrupted = || State::Failed(Error::query("the held side of a join was not read to its end"));
        let made = match std::mem::replace(&mut *state, interrupted()) {
            State::Waiting { source, instances } => Held::read(*source, instances).map(Arc::new),
            State::Ready(held) => Ok(held),
            State::Failed(error) => Err(error),
        };
        *state = match &made {
            Ok(held) => State::Ready(Arc::clone(held)),
            Err(error) => State::Failed(error.clone()),
        };
        made
    }
}

impl Held {
    fn read(source: JoinSource, instances: usize) -> Result<Self> {
        let JoinSource { inputs, columns, mut keys, probe_start, mode, side, is_empty_without_rows, gives_held_rows } = source;
        let rows = read_side_by_side(inputs, columns)?;
        let raw = keys.iter_mut().map(|key| key.expression.evaluate(&rows)).collect::<Result<Vec<_>>>()?;
        if let Some(start) = probe_start {
            start(&raw)?;
        }
        let key_columns: Vec<_> =
            keys.iter().zip(raw).map(|(key, column)| with_affinity(key.affinity, column)).collect();
        let is_null_aware = mode == JoinMode::AntiNullAware;
        let is_nothing = (rows.rows() == 0 && is_empty_without_rows)
            || (is_null_aware && side == Side::Right && has_null(&key_columns[0]));
        let rules: Vec<_> = keys.iter().map(Key::rule).collect();
        let table = if is_nothing { JoinTable::every(0) } else { JoinTable::new(&key_columns, rows.rows(), &rules)? };
        let matched = if gives_held_rows { rows.rows() } else { 0 };
        Ok(Self {
            table,
            is_nothing,
            null_aware_key: key_columns.into_iter().next().filter(|_| is_null_aware),
            matched: (0..matched).map(|_| AtomicBool::new(false)).collect(),
            probing: AtomicUsize::new(instances),
            has_probed: AtomicBool::new(false),
            excludes_all: AtomicBool::new(false),
            rows,
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
            rows,
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

/// Whether any cell is NULL.
pub(super) fn has_null(column: &Column) -> bool {
    (0..column.len()).any(|row| column.is_null(row))
}

/// The key after its affinity was applied. Most columns are left as they are by their class alone.
pub(super) fn with_affinity(affinity: ComparisonAffinity, column: Column) -> Column {
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
