//! Running a plan: one thread per pool query, operators that pull batches, and a budget for their memory.
//! (contract; bodies follow)

use std::sync::Arc;

use crate::batch::Batch;
use crate::bind::{ColumnArena, SubqueryId};
use crate::cancel::CancelToken;
use crate::connection::ConnectionPool;
use crate::error::Result;
use crate::planner::Node;

/// What a federated plan consists of, as execution needs it.
pub struct Program {
    /// All columns.
    pub columns: Arc<ColumnArena>,
    /// The last step.
    pub root: Node,
    /// Steps that several others read, computed once at first use.
    pub shared: Vec<Node>,
    /// The uncorrelated subqueries within expressions and pool parameters, computed once at first use, by id.
    pub subqueries: Vec<(SubqueryId, Node)>,
}

/// What is known of a step after it ran.
#[derive(Debug, Clone, Default)]
pub struct StepMetrics {
    /// Rows given.
    pub rows: u64,
    /// Bytes of batches given.
    pub bytes: u64,
    /// Time spent in it and below, nanoseconds.
    pub nanoseconds: u64,
    /// A remark, such as `looked up 3 keys`.
    pub remark: Option<String>,
}

/// The rows of a running federated plan. Dropping it stops all its work.
pub struct Execution(());

impl Execution {
    /// Leases connections of `pools` (every pool the program names), begins one snapshot, and starts.
    pub fn start(program: Arc<Program>, pools: &[ConnectionPool], cancel: &CancelToken) -> Result<Self> {
        let _ = (program, pools, cancel);
        todo!()
    }
    /// The next rows, none when all are given.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        todo!()
    }
    /// What each step did so far, by the step's number.
    pub fn metrics(&self) -> Vec<(usize, StepMetrics)> {
        todo!()
    }
}
