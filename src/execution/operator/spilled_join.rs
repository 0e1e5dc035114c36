//! A join whose held side does not fit into memory: both sides wait on the disk, dealt out by their keys, and are joined part
//! by part. A part that is still too large is dealt out again; where that does not help, since one key has most of its rows,
//! its held side is joined block by block, each with all the probing rows of the part.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_buffer::BooleanBufferBuilder;

use super::held::{Held, needed_memory};
use super::join_build::{Built, JoinSource, Key, ReadRows, has_null, key_columns};
use super::{Input, Operator as _, checked_row};
use crate::batch::{Batch, Column};
use crate::error::Result;
use crate::execution::memory::{Reservation, StepMemory};
use crate::execution::spill::{self, Dealing, Parts, ROUNDS, SpillFile, SpilledRows};
use crate::planner::{JoinMode, Side};
use crate::value::Collation;

/// Both sides while they are dealt out; the instance that is the last to have dealt out its rows joins the parts.
pub(super) struct SpilledJoin {
    dealt: Mutex<Option<Dealt>>,
    probing: AtomicUsize,
    collations: Vec<Collation>,
    /// Whether NULL keys of the probing side, the left one, are left out: those of NOT IN with something to compare with.
    drops_null_keys: bool,
}

struct Dealt {
    source: JoinSource,
    held: Vec<Option<SpillFile>>,
    probe: Parts,
    /// Whether there was any row to probe with.
    has_probed: bool,
    /// Whether a probing row excludes every held row: a NULL behind NOT IN.
    excludes_all: bool,
}

/// The parts of a spilled join that are still to be joined.
pub(super) struct JoinParts {
    source: JoinSource,
    waiting: Vec<Part>,
    blocks: Option<Blocks>,
    has_probed: bool,
}

/// Rows of both sides with the same keys.
struct Part {
    held: Option<SpillFile>,
    probe: Option<SpillFile>,
    /// How often they were dealt out.
    round: u32,
}

/// A part whose held side comes in blocks.
struct Blocks {
    held: SpilledRows,
    probe: Option<SpillFile>,
}

/// What is joined next: some held rows, and the rows that probe them.
pub(super) struct JoinPart {
    pub(super) held: Arc<Held>,
    pub(super) probe: Input,
    /// Where the held rows are one of several blocks, what the probing rows found in those before.
    pub(super) found: Option<FoundBefore>,
}

/// Which probing rows found a partner in the blocks so far. Without it, a row without a partner in one block would pass for
/// one without any, and a row with partners in two would pass for two.
pub(super) struct FoundBefore {
    found: BooleanBufferBuilder,
    /// The first row of the batch that is probed with, and of the one behind.
    batch: usize,
    next: usize,
    /// Whether this is the last block: what found nothing until its end has no partner.
    is_last: bool,
    _memory: Reservation,
}

impl SpilledJoin {
    /// Deals out the rows of the held side.
    pub(super) fn deal_out(mut source: JoinSource, read: Vec<ReadRows>, instances: usize) -> Result<Built> {
        let dealing = Dealing::new();
        let mut held = Parts::new(&dealing, &source.memory);
        let collations: Vec<Collation> = source.keys.iter().map(|key| key.collation).collect();
        let is_null_aware = source.mode == JoinMode::AntiNullAware;
        for mut read in read {
            let batches = std::mem::take(&mut read.batches).into_iter().map(Ok);
            let rest = std::iter::from_fn(|| read.rest.as_mut().and_then(|rest| rest.next_batch().transpose()));
            for batch in batches.chain(rest) {
                let batch = batch?;
                let keys = key_columns(&mut source.keys, &batch)?;
                if is_null_aware && source.side == Side::Right && has_null(&keys[0]) {
                    // `x NOT IN (…, NULL)` is never true.
                    let memory = source.memory.reservation();
                    return Ok(Built::Held(Arc::new(Held::nothing(&source, instances, memory))));
                }
                held.add(&batch, &keys, &collations, None)?;
            }
        }
        let drops_null_keys = is_null_aware && source.side == Side::Right;
        let (held, probe) = (held.finish()?, Parts::new(&dealing, &source.memory));
        let dealt = Dealt { source, held, probe, has_probed: false, excludes_all: false };
        let (dealt, probing) = (Mutex::new(Some(dealt)), AtomicUsize::new(instances));
        Ok(Built::Spilled(Arc::new(Self { dealt, probing, collations, drops_null_keys })))
    }

    /// Deals out probing rows, whose keys are `keys`; false where more of them change nothing.
    pub(super) fn add(&self, batch: &Batch, keys: &[Column]) -> Result<bool> {
        let mut dealt = self.dealt.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(dealt) = dealt.as_mut() else { return Ok(false) };
        dealt.has_probed = true;
        if dealt.source.mode == JoinMode::AntiNullAware && dealt.source.side == Side::Left && has_null(&keys[0]) {
            dealt.excludes_all = true;
        }
        if dealt.excludes_all {
            return Ok(false);
        }
        let with_key = |rows: usize| (0..rows).filter(|&row| !keys[0].is_null(row)).map(checked_row).collect::<Vec<_>>();
        let rows = self.drops_null_keys.then(|| with_key(batch.rows()));
        dealt.probe.add(batch, keys, &self.collations, rows.as_deref())?;
        Ok(true)
    }

    /// Ends one instance's dealing; the last one gets all parts.
    pub(super) fn finish(&self) -> Result<Option<JoinParts>> {
        if self.probing.fetch_sub(1, Ordering::AcqRel) != 1 {
            return Ok(None);
        }
        let taken = self.dealt.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Dealt { source, held, probe, has_probed, .. }) = taken.filter(|dealt| !dealt.excludes_all) else {
            return Ok(None);
        };
        let parts = held.into_iter().zip(probe.finish()?);
        let waiting = parts.map(|(held, probe)| Part { held, probe, round: 1 }).collect();
        Ok(Some(JoinParts { source, waiting, blocks: None, has_probed }))
    }
}

impl JoinParts {
    /// The next part, or block of one. `keys` are those of the probing side, and `found` what came with the block before.
    pub(super) fn next(&mut self, keys: &mut [Key], mut found: Option<FoundBefore>) -> Result<Option<JoinPart>> {
        loop {
            match self.blocks.take() {
                Some(blocks) if !blocks.held.is_at_end() => return self.next_block(blocks, found).map(Some),
                _ => found = None,
            }
            let Some(part) = self.waiting.pop() else { return Ok(None) };
            if part.probe.is_none() && !self.source.gives_held_rows {
                continue;
            }
            let (bytes, rows) = part.held.as_ref().map_or((0, 0), |held| (held.bytes(), held.rows()));
            let mut memory = self.source.memory.reservation();
            if memory.try_hold(needed_memory(bytes, rows)) {
                let batches = all_batches(part.held.as_ref())?;
                let held = self.held(&batches, memory)?;
                if held.is_nothing {
                    continue;
                }
                return Ok(Some(JoinPart { held, probe: spill::input(part.probe.as_ref()), found: None }));
            }
            if part.round < ROUNDS && !self.source.keys.is_empty() {
                self.deal_out_again(&part, keys)?;
            } else if let Some(held) = part.held {
                self.blocks = Some(Blocks { held: held.read(), probe: part.probe });
            }
        }
    }

    fn held(&mut self, batches: &[Batch], memory: Reservation) -> Result<Arc<Held>> {
        let rows = Batch::concat(self.source.columns, batches);
        let held = Held::part(&mut self.source, rows, memory)?;
        if self.has_probed {
            held.note_probe();
        }
        Ok(Arc::new(held))
    }

    fn deal_out_again(&mut self, part: &Part, keys: &mut [Key]) -> Result<()> {
        let dealing = Dealing::new();
        let bytes = part.held.as_ref().map_or(0, SpillFile::bytes);
        let held = dealt_out(part.held.as_ref(), &dealing, &mut self.source.keys, &self.source.memory)?;
        let probe = dealt_out(part.probe.as_ref(), &dealing, keys, &self.source.memory)?;
        for (held, probe) in held.into_iter().zip(probe) {
            // Where most rows stay together they have one key, and will stay together.
            let is_one_key = held.as_ref().is_some_and(|held| held.bytes() > bytes / 2);
            self.waiting.push(Part { held, probe, round: if is_one_key { ROUNDS } else { part.round + 1 } });
        }
        Ok(())
    }

    /// As many held rows as there is memory for.
    fn next_block(&mut self, mut blocks: Blocks, found: Option<FoundBefore>) -> Result<JoinPart> {
        let mut memory = self.source.memory.reservation();
        let (mut batches, mut bytes, mut rows) = (Vec::new(), 0, 0);
        while let Some(batch) = blocks.held.next_batch()? {
            (bytes, rows) = (bytes + batch.bytes(), rows + batch.rows());
            batches.push(batch);
            if !memory.try_hold(needed_memory(bytes, rows)) {
                memory.hold(needed_memory(bytes, rows));
                break;
            }
        }
        let held = self.held(&batches, memory)?;
        let probe_rows = blocks.probe.as_ref().map_or(0, SpillFile::rows);
        // Who gives pairs alone, or held rows, need not know.
        let matters =
            self.source.mode == JoinMode::Full || (self.source.mode != JoinMode::Inner && self.source.side == Side::Right);
        let new = || matters.then(|| FoundBefore::new(probe_rows, self.source.memory.reservation()));
        let found = found.or_else(new);
        let found = found.map(|found| FoundBefore { batch: 0, next: 0, is_last: blocks.held.is_at_end(), ..found });
        let probe = spill::input(blocks.probe.as_ref());
        self.blocks = Some(blocks);
        Ok(JoinPart { held, probe, found })
    }
}

fn all_batches(file: Option<&SpillFile>) -> Result<Vec<Batch>> {
    let mut rows = spill::input(file);
    std::iter::from_fn(|| rows.next_batch().transpose()).collect()
}

fn dealt_out(
    file: Option<&SpillFile>,
    dealing: &Dealing,
    keys: &mut [Key],
    memory: &StepMemory,
) -> Result<Vec<Option<SpillFile>>> {
    let collations: Vec<Collation> = keys.iter().map(|key| key.collation).collect();
    let mut parts = Parts::new(dealing, memory);
    let mut rows = spill::input(file);
    while let Some(batch) = rows.next_batch()? {
        parts.add(&batch, &key_columns(keys, &batch)?, &collations, None)?;
    }
    parts.finish()
}

impl FoundBefore {
    fn new(rows: usize, mut memory: Reservation) -> Self {
        memory.hold(rows / 8);
        let mut found = BooleanBufferBuilder::new(rows);
        found.append_n(rows, false);
        Self { found, batch: 0, next: 0, is_last: false, _memory: memory }
    }

    /// Goes on to the next batch of so many probing rows.
    pub(super) fn next_batch(&mut self, rows: usize) {
        self.batch = self.next;
        self.next += rows;
    }

    /// Notes that a row of the batch has a partner, and tells whether it had none before.
    pub(super) fn note(&mut self, row: u32) -> bool {
        let row = self.batch + row as usize;
        let is_first = !self.found.get_bit(row);
        self.found.set_bit(row, true);
        is_first
    }

    /// Whether it is known that a row of the batch has no partner, when it has found none in this block.
    pub(super) fn is_lone(&self, row: u32) -> bool {
        self.is_last && !self.found.get_bit(self.batch + row as usize)
    }
}
