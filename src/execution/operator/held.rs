//! The held side of a join, complete: its rows, hashed by their keys, and what is known of their partners.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::join_build::{JoinSource, Key, has_null, with_affinity};
use super::join_table::{JoinTable, TABLE_BYTES};
use crate::batch::{Batch, Column};
use crate::error::Result;
use crate::execution::memory::Reservation;
use crate::planner::{JoinMode, Side};

/// The held side, complete.
pub(crate) struct Held {
    /// The rows.
    pub(crate) rows: Batch,
    /// The keys before any affinity; none where the rows are a part of the held side.
    pub(crate) raw_keys: Vec<Column>,
    /// From a key to its rows.
    pub(crate) table: JoinTable,
    /// Whether the join gives nothing, whatever the other side holds.
    pub(super) is_nothing: bool,
    /// The held side's key, kept where NOT IN must leave out the rows in which it is NULL.
    null_aware_key: Option<Column>,
    /// Which rows found a partner; empty where nobody asks.
    matched: Vec<AtomicBool>,
    /// Instances that still probe.
    probing: AtomicUsize,
    /// Whether any instance had a row to probe with.
    has_probed: AtomicBool,
    /// Whether a probing row was found that excludes every held row.
    excludes_all: AtomicBool,
    _memory: Reservation,
}

/// About how much memory must be free to hold `rows` rows of so many bytes: first one batch of them all stands beside the
/// single ones, then the table of their keys.
pub(super) fn needed_memory(bytes: usize, rows: usize) -> usize {
    bytes + bytes.max(rows * TABLE_BYTES)
}

impl Held {
    /// All rows of the held side, for so many instances that probe.
    pub(super) fn whole(source: &mut JoinSource, rows: Batch, instances: usize, memory: Reservation) -> Result<Self> {
        let raw = source.keys.iter_mut().map(|key| key.expression.evaluate(&rows)).collect::<Result<Vec<_>>>()?;
        let held = Self::of_keys(source, rows, raw.clone(), instances, memory)?;
        Ok(Self { raw_keys: raw, ..held })
    }

    /// A part of the held side, for one instance.
    pub(super) fn part(source: &mut JoinSource, rows: Batch, memory: Reservation) -> Result<Self> {
        let raw = source.keys.iter_mut().map(|key| key.expression.evaluate(&rows)).collect::<Result<Vec<_>>>()?;
        Self::of_keys(source, rows, raw, 1, memory)
    }

    /// The held side of a join that gives nothing.
    pub(super) fn nothing(source: &JoinSource, instances: usize, memory: Reservation) -> Self {
        let rows = Batch::concat(source.columns, &[]);
        Self { is_nothing: true, ..Self::of_table(rows, JoinTable::every(0), instances, memory) }
    }

    fn of_keys(source: &JoinSource, rows: Batch, raw: Vec<Column>, instances: usize, mut memory: Reservation) -> Result<Self> {
        let columns: Vec<Column> = source.keys.iter().zip(raw).map(|(key, column)| with_affinity(key.affinity, column)).collect();
        let is_null_aware = source.mode == JoinMode::AntiNullAware;
        let is_nothing = (rows.rows() == 0 && source.is_empty_without_rows)
            || (is_null_aware && source.side == Side::Right && has_null(&columns[0]));
        if is_nothing {
            return Ok(Self::nothing(source, instances, memory));
        }
        let rules: Vec<_> = source.keys.iter().map(Key::rule).collect();
        let table = if rules.is_empty() {
            JoinTable::every(rows.rows())
        } else {
            JoinTable::new(&columns, rows.rows(), &rules, &source.cancel)?
        };
        let matched = if source.gives_held_rows { rows.rows() } else { 0 };
        memory.hold(rows.bytes() + table.memory() + matched);
        Ok(Self {
            null_aware_key: columns.into_iter().next().filter(|_| is_null_aware),
            matched: (0..matched).map(|_| AtomicBool::new(false)).collect(),
            ..Self::of_table(rows, table, instances, memory)
        })
    }

    fn of_table(rows: Batch, table: JoinTable, instances: usize, memory: Reservation) -> Self {
        Self {
            rows,
            raw_keys: Vec::new(),
            table,
            is_nothing: false,
            null_aware_key: None,
            matched: Vec::new(),
            probing: AtomicUsize::new(instances),
            has_probed: AtomicBool::new(false),
            excludes_all: AtomicBool::new(false),
            _memory: memory,
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
