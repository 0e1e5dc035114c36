//! Joins by equal keys.

use std::sync::Arc;

use super::join_build::{JoinBuild, Key, has_null, with_affinity};
use super::pairing::{Pairing, Shape};
use super::{Input, Operator};
use crate::batch::Batch;
use crate::error::Result;
use crate::planner::{JoinMode, Side};

/// Pairs the rows of the probing side with those of the held side, which all instances of a join share.
pub(crate) struct HashJoin {
    build: Arc<JoinBuild>,
    probe: Input,
    /// The probing side's.
    keys: Vec<Key>,
    state: State,
}

enum State {
    Start(Box<Shape>),
    Probe(Box<Pairing>),
    Held(Box<Pairing>),
    Done,
}

enum Step {
    Probing,
    End,
    Nothing,
}

impl HashJoin {
    /// An instance of a join that probes the rows of `build` with `probe`, whose keys are `keys`.
    pub(crate) fn new(shape: Shape, build: Arc<JoinBuild>, probe: Input, keys: Vec<Key>) -> Self {
        Self { build, probe, keys, state: State::Start(Box::new(shape)) }
    }

    /// Probes with the next batch; the end when there is none, nothing when nothing can come any more.
    fn advance(&mut self) -> Result<Step> {
        let State::Probe(pairing) = &mut self.state else { return Ok(Step::End) };
        let Some(batch) = self.probe.next_batch()? else { return Ok(Step::End) };
        let (held, mode, build) = (Arc::clone(pairing.held()), pairing.shape().mode, pairing.shape().build);
        held.note_probe();
        let mut columns = Vec::with_capacity(self.keys.len());
        for key in &mut self.keys {
            columns.push(with_affinity(key.affinity, key.expression.evaluate(&batch)?));
        }
        let is_null_aware = mode == JoinMode::AntiNullAware;
        if is_null_aware && build == Side::Left && has_null(&columns[0]) {
            held.exclude_all();
            return Ok(Step::Nothing);
        }
        // `NULL NOT IN (nothing)` is true, so the key only counts where there is something to compare with.
        let excluded = (is_null_aware && build == Side::Right && held.rows.rows() > 0).then(|| columns[0].clone());
        pairing.probe_with(batch, &columns, excluded);
        Ok(Step::Probing)
    }
}

impl Operator for HashJoin {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Start(shape) => {
                    let held = self.build.held()?;
                    if !held.is_nothing {
                        self.state = State::Probe(Box::new(Pairing::new(*shape, held)));
                    }
                }
                State::Probe(mut pairing) => {
                    if let Some(batch) = pairing.next_matches()? {
                        self.state = State::Probe(pairing);
                        return Ok(Some(batch));
                    }
                    self.state = State::Probe(pairing);
                    let step = self.advance()?;
                    if matches!(step, Step::Probing) {
                        continue;
                    }
                    let State::Probe(pairing) = std::mem::replace(&mut self.state, State::Done) else { continue };
                    if pairing.held().finish_probing() {
                        self.state = State::Held(pairing);
                    }
                }
                State::Held(mut pairing) => {
                    let rows = pairing.next_held();
                    if rows.is_some() {
                        self.state = State::Held(pairing);
                    }
                    return Ok(rows);
                }
                State::Done => return Ok(None),
            }
        }
    }
}
