//! Running a plan: threads that read the pools, and operators that pull batches.

mod compile;
mod computed;
mod key_filter;
mod key_table;
mod memory;
mod metrics;
mod native_scan;
mod number_table;
mod operator;
mod parallel;
mod pool_scan;
mod spill;
mod start;
mod subqueries;
mod workers;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use metrics::Metrics;

use self::compile::Compiler;
use self::memory::MemoryBudget;
use self::operator::Input;
use crate::batch::Batch;
use crate::bind::{ColumnArena, SubqueryId};
use crate::cancel::CancelToken;
use crate::connection::ConnectionPool;
use crate::error::Result;
use crate::planner::Node;

/// What a federated plan consists of, as execution needs it.
pub(crate) struct Program {
    /// All columns.
    pub(crate) columns: Arc<ColumnArena>,
    /// The last step.
    pub(crate) root: Node,
    /// Steps that several others read, computed once at first use.
    pub(crate) shared: Vec<Node>,
    /// The uncorrelated subqueries within expressions and pool parameters, computed once at first use, by id.
    pub(crate) subqueries: Vec<(SubqueryId, Node)>,
    /// How many threads take each scan's rows; None: as many as its rows are worth.
    pub(crate) instances: Option<usize>,
}

/// What is known of a step after it ran.
#[derive(Debug, Clone, Default)]
pub(crate) struct StepMetrics {
    /// Rows given.
    pub(crate) rows: u64,
    /// Bytes of batches given.
    pub(crate) bytes: u64,
    /// Time spent in it and below, nanoseconds.
    pub(crate) nanoseconds: u64,
    /// Bytes held now, by those that collect rows.
    pub(crate) memory: u64,
    /// The most bytes held at once.
    pub(crate) peak_memory: u64,
    /// Bytes that went to the disk.
    pub(crate) spilled: u64,
    /// A remark, such as `looked up 3 keys`.
    pub(crate) remark: Option<String>,
}

/// The rows of a running federated plan. Dropping it stops all its work.
pub(crate) struct Execution {
    /// A child of the statement's token: what is still at work ends with this.
    cancel: CancelToken,
    /// Before `compiler`, whose threads end only when nobody takes their rows any more.
    state: State,
    compiler: Compiler,
}

enum State {
    /// The readers run, the operators are not made yet.
    Started,
    Running(Input),
    Finished,
}

impl Execution {
    /// Leases connections of `pools` (every pool the program names), begins one snapshot, and starts.
    /// Its steps hold about `memory_limit` bytes at most; what does not fit goes to temporary files.
    #[expect(clippy::needless_pass_by_value, reason = "an execution keeps its program")]
    pub(crate) fn start(
        program: Arc<Program>,
        pools: &[ConnectionPool],
        memory_limit: usize,
        cancel: &CancelToken,
    ) -> Result<Self> {
        let (memory, cancel) = (MemoryBudget::new(memory_limit), cancel.child());
        Ok(Self { state: State::Started, compiler: start::start(&program, pools, &memory, &cancel)?, cancel })
    }

    /// The next rows, none when all are given. After an error there are no more.
    pub(crate) fn next_batch(&mut self) -> Result<Option<Batch>> {
        let mut root = match std::mem::replace(&mut self.state, State::Finished) {
            State::Started => {
                let program = Arc::clone(&self.compiler.program);
                self.compiler.operator(&program.root)?
            }
            State::Running(root) => root,
            State::Finished => return Ok(None),
        };
        let batch = root.next_batch()?;
        if batch.is_some() {
            self.state = State::Running(root);
        }
        Ok(batch)
    }

    /// What each step does, for whoever watches while it runs.
    pub(crate) fn metrics(&self) -> Metrics {
        self.compiler.metrics.clone()
    }
}

impl Drop for Execution {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
