//! The rows of a pool's query.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::key_filter::SharedStart;
use super::operator::{Input, Operator};
use super::workers::{Piece, ScanHandle};
use crate::batch::Batch;
use crate::cancel::CancelToken;
use crate::error::Result;

/// How soon a cancelled statement is noticed while a pool gives no rows.
const CANCEL_PAUSE: Duration = Duration::from_millis(10);

/// The rows of a pool's query as its readers send them: part after part, although they read side by side, so that the rows of
/// a native scan come in the order of the table.
pub(crate) struct PoolScan {
    pieces: Option<Receiver<Piece>>,
    handle: ScanHandle,
    /// Of the step that takes the rows, which may end before the statement.
    cancel: CancelToken,
    /// Shared by all instances: the last one to go closes the query.
    takers: Option<Arc<()>>,
    /// What begins the reading, where it waits for the first row to be asked for.
    start: Option<SharedStart>,
    /// The part whose rows are given now; None where parts are taken as they come.
    part: Option<usize>,
    /// Pieces of later parts.
    later: BTreeMap<usize, VecDeque<Piece>>,
}

impl PoolScan {
    /// Instances that share the rows that come out of `pieces`, of the query of `handle`. Only a single one gives the parts
    /// in their order.
    pub(crate) fn instances(
        pieces: &Receiver<Piece>,
        handle: &ScanHandle,
        start: Option<&SharedStart>,
        cancel: &CancelToken,
        instances: usize,
    ) -> Vec<Input> {
        let takers = Arc::new(());
        let instance = |_| -> Input {
            Box::new(Self {
                pieces: Some(pieces.clone()),
                handle: handle.clone(),
                cancel: cancel.clone(),
                takers: Some(Arc::clone(&takers)),
                start: start.cloned(),
                part: (instances == 1).then_some(0),
                later: BTreeMap::new(),
            })
        };
        (0..instances).map(instance).collect()
    }

    /// What comes next of the current part, if it is here already.
    fn kept(&mut self) -> Option<Piece> {
        self.later.get_mut(&self.part?)?.pop_front()
    }

    fn end_part(&mut self) {
        if let Some(part) = &mut self.part {
            self.later.remove(part);
            *part += 1;
        }
    }
}

impl Operator for PoolScan {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let Some(pieces) = self.pieces.clone() else { return Ok(None) };
        if let Some(start) = self.start.take() {
            start.start()?;
        }
        loop {
            if let Some(piece) = self.kept() {
                match piece.rows {
                    Some(batch) => return Ok(Some(batch)),
                    None => self.end_part(),
                }
                continue;
            }
            match pieces.recv_timeout(CANCEL_PAUSE) {
                Ok(Piece { part, rows }) => {
                    let is_wanted = self.part.is_none_or(|wanted| wanted == part);
                    match rows {
                        Some(batch) if is_wanted => return Ok(Some(batch)),
                        None if is_wanted => self.end_part(),
                        rows => self.later.entry(part).or_default().push_back(Piece { part, rows }),
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.cancel.check()?,
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.pieces = None;
        self.handle.check_complete()?;
        Ok(None)
    }
}

impl Drop for PoolScan {
    fn drop(&mut self) {
        self.pieces = None;
        if self.takers.take().is_some_and(|takers| Arc::into_inner(takers).is_some()) {
            self.handle.close();
        }
    }
}
