//! Several instances of a step as one: each runs on a thread of its own and sends what it gives.

use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, bounded};

use super::{Input, Operator};
use crate::batch::Batch;
use crate::cancel::CancelToken;
use crate::error::{Error, Result};

/// How many batches each instance may be ahead.
const AHEAD: usize = 4;

/// The rows of all instances, in no order between them.
pub(crate) struct Exchange {
    instances: Vec<Input>,
    rows: Option<Receiver<Result<Batch>>>,
    threads: Vec<JoinHandle<()>>,
    /// What the instances look at: a child of the statement's token.
    cancel: CancelToken,
}

impl Exchange {
    /// `instances` as one step; their threads start when the first row is asked for, and end with the step: `cancel` is the
    /// token that they, and nothing else, look at.
    pub(crate) fn of(mut instances: Vec<Input>, cancel: CancelToken) -> Input {
        if instances.len() == 1 {
            return instances.remove(0);
        }
        Box::new(Self { instances, rows: None, threads: Vec::new(), cancel })
    }

    fn start(&mut self) -> Result<Receiver<Result<Batch>>> {
        let (sender, receiver) = bounded(self.instances.len() * AHEAD);
        for mut instance in self.instances.drain(..) {
            let sender = sender.clone();
            let run = move || {
                while let Some(given) = instance.next_batch().transpose() {
                    let is_last = given.is_err();
                    if sender.send(given).is_err() || is_last {
                        break;
                    }
                }
            };
            let thread = std::thread::Builder::new().name("operators".to_owned()).spawn(run);
            let failed = |error| Error::query(format!("a thread for a step of the plan cannot be started: {error}"));
            self.threads.push(thread.map_err(failed)?);
        }
        Ok(receiver)
    }
}

impl Operator for Exchange {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let rows = match self.rows.take() {
            Some(rows) => rows,
            None if !self.instances.is_empty() => self.start()?,
            None => return Ok(None),
        };
        if let Ok(given) = rows.recv() {
            self.rows = Some(rows);
            return given.map(Some);
        }
        for thread in self.threads.drain(..) {
            thread.join().map_err(|_| Error::query("a step of the plan ended before its rows did"))?;
        }
        Ok(None)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.cancel.cancel();
        // Threads that wait for room in the channel end when nobody takes their rows any more.
        self.rows = None;
        for thread in self.threads.drain(..) {
            // Nobody asks for its rows, and so for no panic either.
            let _ = thread.join();
        }
    }
}
