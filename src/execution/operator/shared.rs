//! A step that several others read, computed once.

use std::sync::{Arc, Mutex};

use super::{Input, Operator};
use crate::batch::Batch;
use crate::error::{Error, Result};
use crate::execution::memory::{Reservation, StepMemory};
use crate::execution::spill::SpillFile;

/// Nothing panics while it holds the lock, so the lock is never poisoned.
const NO_PANIC: &str = "no holder of the lock panics";

/// The rows of a shared step: those that some reader has asked for so far are kept for the others, the first ones in memory,
/// and on the disk what does not fit.
pub(crate) struct SharedRows {
    input: Option<Input>,
    batches: Vec<Batch>,
    bytes: usize,
    memory: Reservation,
    spilled: Option<SpillFile>,
    error: Option<Error>,
}

impl SharedRows {
    /// The rows of `input`, for any number of readers.
    pub(crate) fn new(input: Input, memory: &StepMemory) -> Arc<Mutex<Self>> {
        let (input, memory) = (Some(input), memory.reservation());
        Arc::new(Mutex::new(Self { input, batches: Vec::new(), bytes: 0, memory, spilled: None, error: None }))
    }

    fn batch(&mut self, position: usize) -> Result<Option<Batch>> {
        while position >= self.kept() {
            if let Some(error) = &self.error {
                return Err(error.clone());
            }
            let Some(input) = &mut self.input else { return Ok(None) };
            match input.next_batch() {
                Ok(Some(batch)) => self.keep(batch)?,
                Ok(None) => self.input = None,
                Err(error) => self.error = Some(error),
            }
        }
        match self.batches.get(position) {
            Some(batch) => Ok(Some(batch.clone())),
            None => self.spilled.as_ref().map(|file| file.batch(position - self.batches.len())).transpose(),
        }
    }

    /// How many batches are kept.
    fn kept(&self) -> usize {
        self.batches.len() + self.spilled.as_ref().map_or(0, SpillFile::batches)
    }

    fn keep(&mut self, batch: Batch) -> Result<()> {
        let bytes = self.bytes + batch.bytes();
        if self.spilled.is_none() && self.memory.try_hold(bytes) {
            self.bytes = bytes;
            self.batches.push(batch);
            return Ok(());
        }
        let file = match &mut self.spilled {
            Some(file) => file,
            None => self.spilled.insert(SpillFile::create(self.memory.step())?),
        };
        file.write(&batch)
    }
}

/// One reader of a shared step.
pub(crate) struct Shared {
    rows: Arc<Mutex<SharedRows>>,
    position: usize,
}

impl Shared {
    /// A reader that starts at the first row.
    pub(crate) fn new(rows: Arc<Mutex<SharedRows>>) -> Self {
        Self { rows, position: 0 }
    }
}

impl Operator for Shared {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let batch = self.rows.lock().expect(NO_PANIC).batch(self.position)?;
        self.position += 1;
        Ok(batch)
    }
}
