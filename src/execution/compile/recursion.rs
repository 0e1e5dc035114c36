//! Common tables that read themselves, and the queues that their steps read.

use super::Compiler;
use crate::bind::OrderBy;
use crate::error::{Error, Result};
use crate::execution::operator::{Queue, QueueTerm, Queued, Recursion};
use crate::planner::{Node, NodeId, NodeKind, RecursionNode};

impl Compiler {
    pub(super) fn recursion(&mut self, id: NodeId, node: &RecursionNode) -> Result<Recursion> {
        let setup = self.operator(&node.setup)?;
        let mut steps = Vec::with_capacity(node.steps.len());
        for step in &node.steps {
            let queue = Queued::default();
            self.queues.insert(node.table, queue.clone());
            steps.push((queue, self.operator(step)?));
        }
        let term = |(column, term): &(usize, OrderBy)| QueueTerm {
            column: *column,
            collation: term.collation,
            descending: term.descending,
            nulls_first: term.nulls_first,
        };
        let order = node.order_by.iter().map(term).collect();
        let (limit, offset) = self.row_counts(node.limit.as_ref(), &node.offset)?;
        Ok(Recursion::new(setup, steps, node.distinct.clone(), order, limit, offset, &self.step_memory(id)))
    }

    pub(super) fn queue(&self, table: usize) -> Result<Queue> {
        let missing = || Error::query(format!("recursion {table} is read outside its own steps"));
        self.queues.get(&table).cloned().map(Queue::new).ok_or_else(missing)
    }
}

/// Whether rows come from the queue of a recursion that this is a step of: then they go on after an end.
pub(super) fn reads_queue(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Queue(_) => true,
        // Its queue is its own, and its end the last one.
        NodeKind::Recursion(_) => false,
        _ => node.inputs().into_iter().any(reads_queue),
    }
}
