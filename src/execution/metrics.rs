//! What each step did, for EXPLAIN ANALYZE.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::StepMetrics;
use super::operator::{Input, Operator};
use crate::batch::Batch;
use crate::cancel::CancelToken;
use crate::error::Result;
use crate::planner::NodeId;

/// Nothing panics while it holds the lock, so the lock is never poisoned.
const NO_PANIC: &str = "no holder of the lock panics";

/// The metrics of all steps, shared by them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metrics(Arc<Mutex<BTreeMap<usize, StepMetrics>>>);

impl Metrics {
    /// Notes something about a step, or takes back what was noted by an empty remark.
    pub(crate) fn remark(&self, node: NodeId, remark: String) {
        self.0.lock().expect(NO_PANIC).entry(node.0).or_default().remark = Some(remark).filter(|remark| !remark.is_empty());
    }

    /// Notes that one holder of a step's memory holds `now` instead of `before`.
    pub(crate) fn change_memory(&self, node: NodeId, before: usize, now: usize) {
        let mut all = self.0.lock().expect(NO_PANIC);
        let metrics = all.entry(node.0).or_default();
        metrics.memory = (metrics.memory + now as u64).saturating_sub(before as u64);
        metrics.peak_memory = metrics.peak_memory.max(metrics.memory);
    }

    /// Notes rows of a step that went to the disk.
    pub(crate) fn add_spilled(&self, node: NodeId, bytes: usize) {
        self.0.lock().expect(NO_PANIC).entry(node.0).or_default().spilled += bytes as u64;
    }

    /// Everything so far, by the steps' numbers.
    pub(crate) fn all(&self) -> Vec<(usize, StepMetrics)> {
        self.0.lock().expect(NO_PANIC).iter().map(|(&node, metrics)| (node, metrics.clone())).collect()
    }

    fn add(&self, node: NodeId, given: Option<&Batch>, since: Instant) {
        let mut all = self.0.lock().expect(NO_PANIC);
        let metrics = all.entry(node.0).or_default();
        metrics.nanoseconds += u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        if let Some(batch) = given {
            metrics.rows += batch.rows() as u64;
            metrics.bytes += batch.content_bytes() as u64;
        }
    }
}

/// Counts what a step gives, and looks at the cancel token before it works: so every step does.
pub(crate) struct Metered {
    inner: Input,
    node: NodeId,
    metrics: Metrics,
    cancel: CancelToken,
}

impl Metered {
    /// The rows of `inner`, counted as those of `node`.
    pub(crate) fn new(inner: Input, node: NodeId, metrics: Metrics, cancel: CancelToken) -> Self {
        Self { inner, node, metrics, cancel }
    }
}

impl Operator for Metered {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        self.cancel.check()?;
        let since = Instant::now();
        let given = self.inner.next_batch();
        self.metrics.add(self.node, given.as_ref().ok().and_then(Option::as_ref), since);
        given
    }
}
