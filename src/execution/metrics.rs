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
pub struct Metrics(Arc<Mutex<BTreeMap<usize, StepMetrics>>>);

impl Metrics {
    /// Notes something about a step.
    pub(crate) fn remark(&self, node: NodeId, remark: String) {
        self.0.lock().expect(NO_PANIC).entry(node.0).or_default().remark = Some(remark);
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
