//! The memory that a statement's steps may hold, and what they hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::metrics::Metrics;
use crate::cancel::CancelToken;
use crate::error::Result;
use crate::planner::NodeId;

/// What all steps of a statement may hold together. Steps that collect rows ask before they hold more, and write to the
/// disk what does not fit; what is on its way between steps is not counted, as it is a few batches a thread.
#[derive(Debug, Clone)]
pub(crate) struct MemoryBudget(Arc<Shared>);

/// What a thread of a step may always hold.
const ALWAYS: usize = 1024 * 1024;

#[derive(Debug)]
struct Shared {
    limit: usize,
    /// What a thread of a step may always hold.
    always: usize,
    used: AtomicUsize,
}

impl MemoryBudget {
    /// A budget of `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self(Arc::new(Shared { limit, always: ALWAYS, used: AtomicUsize::new(0) }))
    }

    /// The part of a step in it.
    pub(crate) fn of_step(&self, metrics: &Metrics, node: NodeId, cancel: &CancelToken) -> StepMemory {
        StepMemory { budget: self.clone(), metrics: metrics.clone(), node, cancel: cancel.clone() }
    }

    /// The part of a step that is not in a plan.
    #[cfg(test)]
    pub(crate) fn of_test(limit: usize, always: usize) -> StepMemory {
        let shared = Shared { limit, always, used: AtomicUsize::new(0) };
        Self(Arc::new(shared)).of_step(&Metrics::default(), NodeId(0), &CancelToken::new())
    }
}

/// What a step's threads make their reservations of. It knows the step's token as well: who holds many rows also works long
/// on them.
#[derive(Clone)]
pub(crate) struct StepMemory {
    budget: MemoryBudget,
    metrics: Metrics,
    node: NodeId,
    cancel: CancelToken,
}

impl StepMemory {
    /// A reservation of nothing yet.
    pub(crate) fn reservation(&self) -> Reservation {
        Reservation { step: self.clone(), bytes: 0 }
    }

    /// The token that ends the step's work.
    pub(crate) fn cancel(&self) -> &CancelToken {
        &self.cancel
    }

    /// An error once the step's work is to end.
    pub(crate) fn check(&self) -> Result<()> {
        self.cancel.check()
    }

    /// The most bytes that were held at once.
    #[cfg(test)]
    pub(crate) fn peak(&self) -> usize {
        self.metrics.all().first().map_or(0, |(_, metrics)| usize::try_from(metrics.peak_memory).expect("of this machine"))
    }

    /// Notes that rows went to the disk.
    pub(crate) fn note_spill(&self, bytes: usize) {
        self.metrics.add_spilled(self.node, bytes);
    }
}

/// What one thread of a step holds; given back when it is dropped.
pub(crate) struct Reservation {
    step: StepMemory,
    bytes: usize,
}

impl Reservation {
    /// Asks to hold `bytes` in all from now on; false, and nothing is changed, if the budget does not have them. The first
    /// few are always had: with less, no step would get anywhere.
    pub(crate) fn try_hold(&mut self, bytes: usize) -> bool {
        if bytes <= self.step.budget.0.always {
            self.hold(bytes);
            return true;
        }
        let shared = &self.step.budget.0;
        if bytes > self.bytes {
            let more = bytes - self.bytes;
            let fits = |used: usize| used.checked_add(more).filter(|&sum| sum <= shared.limit);
            if shared.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_err() {
                return false;
            }
        } else {
            shared.used.fetch_sub(self.bytes - bytes, Ordering::Relaxed);
        }
        self.note(bytes);
        true
    }

    /// Holds `bytes` in all from now on, whatever the budget says: for what cannot be cut any smaller.
    pub(crate) fn hold(&mut self, bytes: usize) {
        let used = &self.step.budget.0.used;
        used.fetch_add(bytes, Ordering::Relaxed);
        used.fetch_sub(self.bytes, Ordering::Relaxed);
        self.note(bytes);
    }

    /// Holds `bytes` in all from now on, of `what`, which cannot wait on the disk: where the budget does not have them, whoever
    /// asks what the step did is told.
    pub(crate) fn hold_whole(&mut self, bytes: usize, what: &str) {
        if !self.try_hold(bytes) {
            self.hold(bytes);
            self.step.metrics.remark(self.step.node, format!("beyond the memory limit: {what}"));
        }
    }

    /// The step that it is a part of.
    pub(crate) fn step(&self) -> &StepMemory {
        &self.step
    }

    fn note(&mut self, bytes: usize) {
        self.step.metrics.change_memory(self.step.node, self.bytes, bytes);
        self.bytes = bytes;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.hold(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_can_be_held_by_others() {
        const MIB: usize = 1024 * 1024;
        let step = MemoryBudget::of_test(100 * MIB, MIB);
        let (mut first, mut second) = (step.reservation(), step.reservation());
        assert!(first.try_hold(60 * MIB));
        assert!(!second.try_hold(50 * MIB));
        assert!(first.try_hold(40 * MIB));
        assert!(second.try_hold(50 * MIB));
        assert!(!first.try_hold(60 * MIB));
        drop(second);
        assert!(first.try_hold(100 * MIB));
        first.hold(150 * MIB);
        assert!(!step.reservation().try_hold(2 * MIB));
        assert!(step.reservation().try_hold(MIB));
        drop(first);
        assert!(step.reservation().try_hold(100 * MIB));
    }
}
