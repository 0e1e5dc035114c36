//! Joins by equal keys.

use super::join_table::{JoinTable, KeyRule};
use super::pairing::{Pairing, Shape};
use super::{Input, Operator, read_all};
use crate::batch::{Batch, Column, ColumnBuilder};
use crate::error::Result;
use crate::execution::computed::Computed;
use crate::planner::{JoinMode, Side};
use crate::value::{Collation, ComparisonAffinity};

/// A pair of expressions that the join compares.
pub(crate) struct Key {
    /// Over the left columns.
    pub(crate) left: Computed,
    /// Over the right columns.
    pub(crate) right: Computed,
    /// What is done to both first.
    pub(crate) affinity: ComparisonAffinity,
    /// How texts compare.
    pub(crate) collation: Collation,
    /// NULL equals NULL.
    pub(crate) null_safe: bool,
}

/// Starts the reading of the probing side once the held side's keys are known (without affinity applied).
pub(crate) type ProbeStart = Box<dyn FnOnce(&[Column]) -> Result<()> + Send>;

/// Reads the build side, hashes it, and pairs the other side's rows with it.
pub(crate) struct HashJoin {
    build: Input,
    probe: Input,
    keys: Vec<Key>,
    state: State,
}

enum State {
    Start(Box<(Shape, Option<ProbeStart>)>),
    Probe(Box<Probe>),
    Done,
}

struct Probe {
    pairing: Pairing,
    side: Side,
    mode: JoinMode,
    has_held_rows: bool,
    has_probed: bool,
    /// The held side's key, kept where NOT IN must leave out the rows in which it is NULL.
    held_key: Option<Column>,
    is_at_end: bool,
}

impl HashJoin {
    /// A join of `left` and `right` by `keys`. `probe_start`, where given, is called before the first row is asked of the
    /// side that is not held.
    pub(crate) fn new(shape: Shape, left: Input, right: Input, keys: Vec<Key>, probe_start: Option<ProbeStart>) -> Self {
        let (build, probe) = if shape.build == Side::Left { (left, right) } else { (right, left) };
        Self { build, probe, keys, state: State::Start(Box::new((shape, probe_start))) }
    }

    fn start(&mut self, shape: Shape, probe_start: Option<ProbeStart>) -> Result<State> {
        let held = read_all(self.build.as_mut(), shape.build_columns())?;
        let raw = self.keys.iter_mut().map(|key| key.of_side(shape.build, &held)).collect::<Result<Vec<_>>>()?;
        if let Some(start) = probe_start {
            start(&raw)?;
        }
        if held.rows() == 0 && shape.is_empty_without_held_rows() {
            return Ok(State::Done);
        }
        let columns: Vec<_> = self.keys.iter().zip(raw).map(|(key, column)| with_affinity(key.affinity, column)).collect();
        let is_null_aware = shape.mode == JoinMode::AntiNullAware;
        if is_null_aware && shape.build == Side::Right && has_null(&columns[0]) {
            return Ok(State::Done);
        }
        let rules: Vec<_> = self.keys.iter().map(Key::rule).collect();
        let table = JoinTable::new(&columns, held.rows(), &rules)?;
        Ok(State::Probe(Box::new(Probe {
            side: if shape.build == Side::Left { Side::Right } else { Side::Left },
            mode: shape.mode,
            has_held_rows: held.rows() > 0,
            has_probed: false,
            held_key: columns.into_iter().next().filter(|_| is_null_aware),
            is_at_end: false,
            pairing: Pairing::new(shape, table, held),
        })))
    }
}

impl Key {
    fn of_side(&mut self, side: Side, batch: &Batch) -> Result<Column> {
        if side == Side::Left { self.left.evaluate(batch) } else { self.right.evaluate(batch) }
    }

    fn rule(&self) -> KeyRule {
        KeyRule { collation: self.collation, null_safe: self.null_safe }
    }
}

impl Probe {
    /// Probes with the next batch of the other side; false when there is none, or nothing more can come.
    fn advance(&mut self, input: &mut dyn Operator, keys: &mut [Key]) -> Result<Step> {
        let Some(batch) = input.next_batch()? else { return Ok(Step::End) };
        self.has_probed = true;
        let mut columns = Vec::with_capacity(keys.len());
        for key in keys {
            columns.push(with_affinity(key.affinity, key.of_side(self.side, &batch)?));
        }
        let is_null_aware = self.mode == JoinMode::AntiNullAware;
        if is_null_aware && self.side == Side::Right && has_null(&columns[0]) {
            return Ok(Step::Nothing);
        }
        // `NULL NOT IN (nothing)` is true, so the key only counts where there is something to compare with.
        let excluded = (is_null_aware && self.side == Side::Left && self.has_held_rows).then(|| columns[0].clone());
        self.pairing.probe_with(batch, &columns, excluded);
        Ok(Step::Probing)
    }
}

enum Step {
    Probing,
    End,
    Nothing,
}

impl Operator for HashJoin {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        loop {
            match &mut self.state {
                State::Start(_) => {
                    let State::Start(start) = std::mem::replace(&mut self.state, State::Done) else { continue };
                    self.state = self.start(start.0, start.1)?;
                }
                State::Probe(probe) if probe.is_at_end => {
                    let excluded = probe.held_key.as_ref().filter(|_| probe.has_probed && probe.side == Side::Right);
                    let rows = probe.pairing.next_held(excluded);
                    if rows.is_none() {
                        self.state = State::Done;
                    }
                    return Ok(rows);
                }
                State::Probe(probe) => {
                    if let Some(batch) = probe.pairing.next_matches()? {
                        return Ok(Some(batch));
                    }
                    match probe.advance(self.probe.as_mut(), &mut self.keys)? {
                        Step::Probing => {}
                        // An end need not be the last one: a recursion comes with more rows.
                        Step::End if !probe.pairing.gives_held_rows() => return Ok(None),
                        Step::End => probe.is_at_end = true,
                        Step::Nothing => self.state = State::Done,
                    }
                }
                State::Done => return Ok(None),
            }
        }
    }
}

fn has_null(column: &Column) -> bool {
    (0..column.len()).any(|row| column.is_null(row))
}

/// The key after its affinity was applied. Most columns are left as they are by their class alone.
fn with_affinity(affinity: ComparisonAffinity, column: Column) -> Column {
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
