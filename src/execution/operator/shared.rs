//! A step that several others read, computed once.

use std::sync::{Arc, Mutex};

use super::{Input, Operator};
use crate::batch::Batch;
use crate::error::{Error, Result};

/// Nothing panics while it holds the lock, so the lock is never poisoned.
const NO_PANIC: &str = "no holder of the lock panics";

/// The rows of a shared step: those that some reader has asked for so far are kept for the others.
pub(crate) struct SharedRows {
    input: Option<Input>,
    batches: Vec<Batch>,
    error: Option<Error>,
}

impl SharedRows {
    /// The rows of `input`, for any number of readers.
    pub(crate) fn new(input: Input) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self { input: Some(input), batches: Vec::new(), error: None }))
    }

    fn batch(&mut self, position: usize) -> Result<Option<Batch>> {
        while position >= self.batches.len() {
            if let Some(error) = &self.error {
                return Err(error.clone());
            }
            let Some(input) = &mut self.input else { return Ok(None) };
            match input.next_batch() {
                Ok(Some(batch)) => self.batches.push(batch),
                Ok(None) => self.input = None,
                Err(error) => self.error = Some(error),
            }
        }
        Ok(Some(self.batches[position].clone()))
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
