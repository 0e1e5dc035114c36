//! What all joins share: candidate pairs, the further condition on them, and which rows each mode gives.

use std::sync::Arc;

use arrow_buffer::BooleanBuffer;

use super::checked_row;
use super::held::Held;
use super::join_table::NONE;
use super::spilled_join::FoundBefore;
use crate::batch::{BATCH_ROWS, Batch, Column, LateRows};
use crate::cancel::CancelToken;
use crate::error::Result;
use crate::execution::computed::Computed;
use crate::planner::{JoinMode, Side};

/// What a join is like, apart from its inputs and keys.
pub(crate) struct Shape {
    /// Which rows it gives.
    pub(crate) mode: JoinMode,
    /// The side that is held in memory; the other one probes.
    pub(crate) build: Side,
    /// The number of the left side's columns.
    pub(crate) left_columns: usize,
    /// The number of the right side's columns.
    pub(crate) right_columns: usize,
    /// Whether the held columns are left to be fetched by whoever takes the rows; only for a join that gives pairs.
    pub(crate) gives_late: bool,
    /// A condition on a pair, over the left columns and then the right ones.
    pub(crate) residual: Option<Computed>,
    /// Looked at between candidates: one batch may pair with every held row, and none of the pairs may be given.
    pub(crate) cancel: CancelToken,
}

impl Shape {
    /// The number of columns of the side that is held.
    pub(crate) fn build_columns(&self) -> usize {
        if self.build == Side::Left { self.left_columns } else { self.right_columns }
    }

    /// Whether the held side matters only where the other one has a row, in whatever sequence SQLite joins.
    pub(super) fn asks_in_turn(&self) -> bool {
        self.build == Side::Right && !matches!(self.mode, JoinMode::Inner | JoinMode::Full)
    }

    /// Whether the join gives pairs, not just left rows.
    fn gives_pairs(&self) -> bool {
        matches!(self.mode, JoinMode::Inner | JoinMode::Left | JoinMode::Full)
    }

    /// Whether a probing row without a partner is given.
    fn gives_lone_probe_rows(&self) -> bool {
        match self.mode {
            JoinMode::Full => true,
            JoinMode::Left | JoinMode::Anti | JoinMode::AntiNullAware => self.build == Side::Right,
            JoinMode::Inner | JoinMode::Semi => false,
        }
    }

    /// Whether held rows are given at the end, and if so, those with a partner (true) or those without.
    pub(crate) fn held_rows_given(&self) -> Option<bool> {
        match (self.mode, self.build) {
            (JoinMode::Full, _) | (JoinMode::Left | JoinMode::Anti | JoinMode::AntiNullAware, Side::Left) => Some(false),
            (JoinMode::Semi, Side::Left) => Some(true),
            _ => None,
        }
    }

    /// Whether a join whose held side is empty gives nothing.
    pub(crate) fn is_empty_without_held_rows(&self) -> bool {
        !self.gives_lone_probe_rows()
    }
}

/// A join with its held side complete.
pub(super) struct Pairing {
    shape: Shape,
    held: Arc<Held>,
    /// Where the held rows are one block of several.
    found: Option<FoundBefore>,
    /// How many held rows were looked at in the end.
    held_given: usize,
    current: Option<Probing>,
    heads: Vec<u32>,
}

/// With so many candidates at once a row is tried that needs but one partner; with more where these are none.
const FIRST_TRIED: usize = 64;

/// A batch that is being probed with.
struct Probing {
    batch: Batch,
    /// The first candidate of each row.
    heads: Vec<u32>,
    /// Rows that are never given, matched or not (NULL keys of NOT IN).
    excluded: Option<Column>,
    row: usize,
    /// The next candidate of `row`.
    candidate: u32,
    /// The last row that found a partner.
    matched: u32,
    /// How many candidates of `row` were tried so far.
    tried: usize,
}

/// Some candidate pairs, and where among them the candidates of a row end.
#[derive(Default)]
struct Candidates {
    probe: Vec<u32>,
    held: Vec<u32>,
    /// The number of pairs before, and the probing row that has no more.
    ends: Vec<(usize, u32)>,
}

impl Pairing {
    /// A join with `held` rows.
    pub(super) fn new(shape: Shape, held: Arc<Held>) -> Self {
        Self { shape, held, found: None, held_given: 0, current: None, heads: Vec::new() }
    }

    /// The same with what the probing rows found in the blocks of held rows before, where there are several.
    pub(super) fn with_found(self, found: Option<FoundBefore>) -> Self {
        Self { found, ..self }
    }

    /// The held side.
    pub(super) fn held(&self) -> &Arc<Held> {
        &self.held
    }

    /// What the join is like.
    pub(super) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// What the join is like, for another part of it, and what the probing rows found so far.
    pub(super) fn into_shape(self) -> (Shape, Option<FoundBefore>) {
        (self.shape, self.found)
    }

    /// Takes the next batch of the probing side with its keys; the last one must be used up. Rows for which `excluded` is
    /// NULL are not given for want of a partner.
    pub(super) fn probe_with(&mut self, batch: Batch, keys: &[Column], excluded: Option<Column>) {
        let mut heads = std::mem::take(&mut self.heads);
        self.held.table.probe(keys, batch.rows(), &mut heads);
        if let Some(found) = &mut self.found {
            found.next_batch(batch.rows());
        }
        let candidate = heads.first().copied().unwrap_or(NONE);
        self.current = Some(Probing { batch, heads, excluded, row: 0, candidate, matched: NONE, tried: 0 });
    }

    /// The next rows from the batch that is being probed with, none when it is used up.
    pub(super) fn next_matches(&mut self) -> Result<Option<Batch>> {
        while let Some(mut current) = self.current.take() {
            self.shape.cancel.check()?;
            if current.row == current.batch.rows() {
                self.heads = current.heads;
                return Ok(None);
            }
            let candidates = self.candidates(&mut current);
            let given = self.decide(&mut current, candidates)?;
            self.current = Some(current);
            if given.is_some() {
                return Ok(given);
            }
        }
        Ok(None)
    }

    /// After the last probe of all instances: the held rows that the mode gives by themselves.
    pub(super) fn next_held(&mut self) -> Option<Batch> {
        let wanted = self.shape.held_rows_given()?;
        let excluded = self.held.excluding_key();
        let mut rows = Vec::new();
        while self.held_given < self.held.rows.rows() && rows.len() < BATCH_ROWS {
            let row = self.held_given;
            if self.held.is_matched(row) == wanted && !excluded.is_some_and(|column| column.is_null(row)) {
                rows.push(checked_row(row));
            }
            self.held_given += 1;
        }
        if rows.is_empty() {
            return None;
        }
        if !self.shape.gives_pairs() {
            return Some(gather(&self.held.rows, &rows));
        }
        let other = self.shape.left_columns + self.shape.right_columns - self.shape.build_columns();
        let nulls = Batch::new(rows.len(), vec![Column::Null(rows.len()); other]);
        Some(self.with_held(nulls, rows))
    }

    /// The next candidate pairs: about a batch of them.
    fn candidates(&self, current: &mut Probing) -> Candidates {
        let mut candidates = Candidates::default();
        let needs_ends = self.shape.gives_lone_probe_rows();
        // A row that is not paired but only asked for needs no second partner.
        let one_is_enough = !self.shape.gives_pairs() && self.shape.build == Side::Right;
        let rows = current.batch.rows();
        if current.row == 0 && self.held.table.is_unique() && !needs_ends {
            let found = current.heads.iter().enumerate().filter(|&(_, &head)| head != NONE);
            (candidates.probe, candidates.held) = found.map(|(row, &head)| (checked_row(row), head)).unzip();
            current.row = rows;
            return candidates;
        }
        let mut most_tried = current.tried + current.tried.max(FIRST_TRIED);
        while current.row < rows && candidates.probe.len() < BATCH_ROWS {
            let row = checked_row(current.row);
            if current.candidate == NONE || (one_is_enough && current.matched == row) {
                if needs_ends {
                    candidates.ends.push((candidates.probe.len(), row));
                }
                current.row += 1;
                (current.tried, most_tried) = (0, FIRST_TRIED);
                current.candidate = current.heads.get(current.row).copied().unwrap_or(NONE);
                continue;
            }
            if one_is_enough && current.tried == most_tried {
                break;
            }
            current.tried += 1;
            candidates.probe.push(row);
            candidates.held.push(current.candidate);
            let is_decided = one_is_enough && self.shape.residual.is_none();
            current.candidate = if is_decided { NONE } else { self.held.table.next(current.candidate) };
        }
        candidates
    }

    /// Asks the residual about the candidates, and gives what the mode makes of them.
    fn decide(&mut self, current: &mut Probing, candidates: Candidates) -> Result<Option<Batch>> {
        let Candidates { probe, held, ends } = candidates;
        let mut pairs = None;
        let mut truths = None;
        if let Some(residual) = self.shape.residual.as_mut().filter(|_| !probe.is_empty()) {
            let (probe_rows, held_rows) = (gather(&current.batch, &probe), gather(&self.held.rows, &held));
            let batch = side_by_side(self.shape.build, probe_rows, held_rows);
            truths = Some(residual.matches(&batch)?);
            pairs = Some(batch);
        }
        let is_true = |pair: usize| truths.as_ref().is_none_or(|truths: &BooleanBuffer| truths.value(pair));
        if self.held.keeps_matches() {
            held.iter().enumerate().filter(|&(pair, _)| is_true(pair)).for_each(|(_, &row)| self.held.match_row(row));
        }
        if self.shape.gives_pairs() && !self.shape.gives_lone_probe_rows() {
            return Ok(self.all_pairs(current, pairs, truths, &probe, held));
        }
        let (mut probe_given, mut held_given) = (Vec::with_capacity(probe.len()), Vec::new());
        let gives_pairs = self.shape.gives_pairs();
        let gives_matched = self.shape.mode == JoinMode::Semi && self.shape.build == Side::Right;
        let mut pair = 0;
        for (pairs_before, ended) in ends.into_iter().map(|(pairs, row)| (pairs, Some(row))).chain([(probe.len(), None)]) {
            for pair in std::mem::replace(&mut pair, pairs_before)..pairs_before {
                if !is_true(pair) {
                    continue;
                }
                let is_first = current.matched != probe[pair];
                current.matched = probe[pair];
                let is_first = self.found.as_mut().map_or(is_first, |found| found.note(probe[pair]));
                if gives_pairs {
                    probe_given.push(probe[pair]);
                    held_given.push(held[pair]);
                } else if gives_matched && is_first {
                    probe_given.push(probe[pair]);
                }
            }
            let is_given = |row: u32| !current.excluded.as_ref().is_some_and(|column| column.is_null(row as usize));
            let is_lone = |row: u32| self.found.as_ref().is_none_or(|found| found.is_lone(row));
            if let Some(row) = ended.filter(|&row| row != current.matched && is_lone(row) && is_given(row)) {
                probe_given.push(row);
                held_given.push(NONE);
            }
        }
        if probe_given.is_empty() {
            return Ok(None);
        }
        let probe_rows = gather(&current.batch, &probe_given);
        Ok(Some(if gives_pairs { self.with_held(probe_rows, held_given) } else { probe_rows }))
    }

    /// The pairs that are true, where nothing else has to be given.
    fn all_pairs(
        &self,
        current: &Probing,
        pairs: Option<Batch>,
        truths: Option<BooleanBuffer>,
        probe: &[u32],
        held: Vec<u32>,
    ) -> Option<Batch> {
        let Some((batch, truths)) = pairs.zip(truths) else {
            return (!probe.is_empty()).then(|| self.with_held(gather(&current.batch, probe), held));
        };
        let kept: Vec<u32> = truths.set_indices().map(checked_row).collect();
        (!kept.is_empty()).then(|| gather(&batch, &kept))
    }

    /// Probing rows, each with the held row of that number.
    fn with_held(&self, probe: Batch, held: Vec<u32>) -> Batch {
        if self.shape.gives_late {
            let first = if self.shape.build == Side::Left { 0 } else { self.shape.left_columns };
            return probe.with_late(LateRows { source: Arc::clone(&self.held.rows), first, numbers: held });
        }
        side_by_side(self.shape.build, probe, gather(&self.held.rows, &held))
    }
}

fn side_by_side(build: Side, probe: Batch, held: Batch) -> Batch {
    let rows = probe.rows();
    let (mut left, right) = if build == Side::Left { (held, probe) } else { (probe, held) };
    if left.columns().is_empty() {
        return right;
    }
    let mut columns = std::mem::replace(&mut left, Batch::new(0, Vec::new())).into_columns();
    columns.extend(right.into_columns());
    Batch::new(rows, columns)
}

/// The rows of those numbers, `NONE` being a row of NULLs. Consecutive rows (each probing row with one partner: a foreign
/// key) share the batch's memory.
fn gather(batch: &Batch, rows: &[u32]) -> Batch {
    // `NONE` is the largest number, so `first <= last < NONE` also keeps a NONE that wraps round to row 0 out.
    let is_consecutive = || rows.windows(2).all(|pair| pair[0] < pair[1]);
    match rows {
        [first, .., last] if first <= last && *last != NONE && (last - first) as usize == rows.len() - 1 && is_consecutive() => {
            if rows.len() == batch.rows() {
                batch.clone()
            } else {
                batch.slice(*first as usize, rows.len())
            }
        }
        _ => batch.rows_or_nulls(rows),
    }
}
