//! Work that is cut into parts of which each has a thread.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};

use super::operator::Operator;
use crate::batch::Batch;
use crate::error::Result;

/// How many instances of a step run side by side at most.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Does `work` with each of `parts`, the first on this thread and each other one on its own; the first error counts.
/// `work` looks at its second argument now and then and ends early once that is set: another part has failed.
pub(crate) fn in_parallel<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T, &AtomicBool) -> Result<R> + Sync) -> Result<Vec<R>> {
    let has_failed = AtomicBool::new(false);
    let run = |part| work(part, &has_failed).inspect_err(|_| has_failed.store(true, Ordering::Relaxed));
    let mut parts = parts.into_iter();
    let Some(first) = parts.next() else { return Ok(Vec::new()) };
    std::thread::scope(|scope| {
        let others: Vec<_> = parts.map(|part| scope.spawn(|| run(part))).collect();
        let mut results = vec![run(first)];
        results.extend(others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic))));
        results.into_iter().collect()
    })
}

/// Calls `take` with every batch that `input` gives, until a part has failed elsewhere.
pub(crate) fn for_each_batch(
    input: &mut dyn Operator,
    has_failed: &AtomicBool,
    mut take: impl FnMut(Batch) -> Result<()>,
) -> Result<()> {
    while !has_failed.load(Ordering::Relaxed) {
        let Some(batch) = input.next_batch()? else { break };
        take(batch)?;
    }
    Ok(())
}
