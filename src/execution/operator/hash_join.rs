//! Joins by equal keys.

use std::sync::Arc;

use super::join_build::{Built, JoinBuild, Key, has_null, key_columns};
use super::pairing::{Pairing, Shape};
use super::spilled_join::{FoundBefore, JoinParts, SpilledJoin};
use super::{Input, Operator};
use crate::batch::Batch;
use crate::error::{ErrorKind, Result};
use crate::planner::{JoinMode, Side};

/// Pairs the rows of the probing side with those of the held side, which all instances of a join share.
pub(crate) struct HashJoin {
    build: Arc<JoinBuild>,
    probe: Input,
    /// The probing side's.
    keys: Vec<Key>,
    state: State,
    /// What is left of a join that went to the disk.
    parts: Option<JoinParts>,
}

enum State {
    Start(Box<Shape>),
    Probe(Box<Pairing>),
    Held(Box<Pairing>),
    Done,
}

enum Step {
    Probing,
    /// These rows are given as they are.
    Given(Batch),
    End,
    Nothing,
}

impl HashJoin {
    /// An instance of a join that probes the rows of `build` with `probe`, whose keys are `keys`.
    pub(crate) fn new(shape: Shape, build: Arc<JoinBuild>, probe: Input, keys: Vec<Key>) -> Self {
        Self { build, probe, keys, state: State::Start(Box::new(shape)), parts: None }
    }

    fn start(&mut self, shape: Shape) -> Result<State> {
        let built = match self.build.built() {
            Err(error) if error.kind == ErrorKind::Query && (shape.asks_in_turn() || self.is_product(&shape)) => {
                // SQLite comes to this side only with a row of the other one (a product's sides it reads in the sequence that it
                // likes best, which may be this one): without any, nothing has failed.
                return if self.probe.next_batch()?.is_none() { Ok(State::Done) } else { Err(error) };
            }
            built => built?,
        };
        match built {
            Built::Held(held) if held.is_nothing => Ok(State::Done),
            Built::Held(held) => Ok(State::Probe(Box::new(Pairing::new(shape, held)))),
            Built::Spilled(spilled) => {
                self.parts = self.deal_out(&spilled)?;
                self.next_part(shape, None)
            }
        }
    }

    /// Whether each row is paired with each.
    fn is_product(&self, shape: &Shape) -> bool {
        shape.mode == JoinMode::Inner && self.keys.is_empty()
    }

    /// Moves the probing side to the disk as well; gives the parts if this is the last instance to do so.
    fn deal_out(&mut self, spilled: &SpilledJoin) -> Result<Option<JoinParts>> {
        while let Some(batch) = self.probe.next_batch()? {
            let keys = key_columns(&mut self.keys, &batch)?;
            if !spilled.add(&batch, &keys)? {
                break;
            }
        }
        spilled.finish()
    }

    /// Goes on with the next part of a join that went to the disk.
    fn next_part(&mut self, shape: Shape, found: Option<FoundBefore>) -> Result<State> {
        let Some(parts) = &mut self.parts else { return Ok(State::Done) };
        let Some(part) = parts.next(&mut self.keys, found)? else { return Ok(State::Done) };
        self.probe = part.probe;
        Ok(State::Probe(Box::new(Pairing::new(shape, part.held).with_found(part.found))))
    }

    fn end_part(&mut self, pairing: Pairing) -> Result<State> {
        let (shape, found) = pairing.into_shape();
        self.next_part(shape, found)
    }

    /// Probes with the next batch; the end when there is none, nothing when nothing can come any more.
    fn advance(&mut self, pairing: &mut Pairing) -> Result<Step> {
        let Some(batch) = self.probe.next_batch()? else { return Ok(Step::End) };
        let (held, mode, build) = (Arc::clone(pairing.held()), pairing.shape().mode, pairing.shape().build);
        held.note_probe();
        if self.build.is_asked_by_scan() {
            return Ok(Step::Given(batch));
        }
        let columns = key_columns(&mut self.keys, &batch)?;
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
                State::Start(shape) => self.state = self.start(*shape)?,
                State::Probe(mut pairing) => {
                    if let Some(batch) = pairing.next_matches()? {
                        self.state = State::Probe(pairing);
                        return Ok(Some(batch));
                    }
                    self.state = match self.advance(&mut pairing)? {
                        Step::Probing => State::Probe(pairing),
                        Step::Given(batch) => {
                            self.state = State::Probe(pairing);
                            return Ok(Some(batch));
                        }
                        Step::End if self.build.is_probed_again() => {
                            self.state = State::Probe(pairing);
                            return Ok(None);
                        }
                        Step::End | Step::Nothing if pairing.held().finish_probing() => State::Held(pairing),
                        Step::End | Step::Nothing => self.end_part(*pairing)?,
                    };
                }
                State::Held(mut pairing) => {
                    if let Some(batch) = pairing.next_held() {
                        self.state = State::Held(pairing);
                        return Ok(Some(batch));
                    }
                    self.state = self.end_part(*pairing)?;
                }
                State::Done => return Ok(None),
            }
        }
    }
}
