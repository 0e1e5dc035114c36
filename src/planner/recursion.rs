//! Common tables that read themselves: a queue of rows, and steps that make further rows of them.

use super::select::Window;
use super::{HashJoin, JoinMode, NestedLoopJoin, Node, NodeKind, Planner, RecursionNode, Side, TableFunctionNode, Unsupported};
use crate::bind::{BoundExpr, Query, RecursiveQuery};

/// How many rows are taken for waiting at once: fewer than most tables have, so that joins begin with them.
pub(super) const QUEUED: f64 = 10.0;
/// How many rows are taken for coming of one.
const GROWTH: f64 = 100.0;

impl Planner<'_> {
    pub(super) fn recursion(&mut self, query: &Query, recursive: &RecursiveQuery, window: Window) -> Result<Node, Unsupported> {
        let setup = self.query(&recursive.setup, None, Vec::new())?;
        let mut steps = Vec::new();
        for step in &recursive.steps {
            let node = self.select(step.clone(), &[], Window::EVERYTHING, None)?;
            steps.push(streamed(node, recursive.table)?);
        }
        let mut order_by = Vec::new();
        for term in &query.order_by {
            let position = query.output.iter().position(|column| term.expr == BoundExpr::Column(*column));
            order_by.push((position.ok_or("an ORDER BY expression of a compound")?, term.clone()));
        }
        let rows = setup.rows * GROWTH;
        let recursion = RecursionNode {
            table: recursive.table,
            setup,
            steps,
            distinct: recursive.distinct.then(|| recursive.collations.clone()),
            order_by,
            limit: window.limit,
            offset: window.offset,
        };
        Ok(Node::new(NodeKind::Recursion(Box::new(recursion)), query.output.clone(), rows))
    }
}

/// A step whose rows come of the queue's rows one by one, however many it is shown at a time: joins hold the other side, which is
/// read once. Anything that looks at several rows of the queue together would see too many.
fn streamed(node: Node, table: usize) -> Result<Node, Unsupported> {
    let Node { id, kind, columns, rows } = node;
    let kind = match kind {
        NodeKind::Queue(table) => NodeKind::Queue(table),
        NodeKind::Filter { input, predicate } => NodeKind::Filter { input: Box::new(streamed(*input, table)?), predicate },
        NodeKind::Project { input, expressions } => NodeKind::Project { input: Box::new(streamed(*input, table)?), expressions },
        NodeKind::TableFunction(call) => {
            let call = *call;
            NodeKind::TableFunction(Box::new(TableFunctionNode { input: streamed(call.input, table)?, ..call }))
        }
        NodeKind::HashJoin(join) => {
            let HashJoin { mode, left, right, keys, residual, .. } = *join;
            let (left, right, build) = if reads(&left, table) {
                (streamed(left, table)?, right, Side::Right)
            } else if mode == JoinMode::Inner {
                (left, streamed(right, table)?, Side::Left)
            } else {
                return Err(OTHER.to_owned());
            };
            if mode == JoinMode::Full {
                return Err(OTHER.to_owned());
            }
            NodeKind::HashJoin(Box::new(HashJoin { mode, left, right, keys, residual, build }))
        }
        NodeKind::NestedLoop(join) => {
            let NestedLoopJoin { mode, left, right, predicate } = *join;
            let (left, right) = match mode {
                JoinMode::Inner if reads(&right, table) => (right, left),
                JoinMode::Full => return Err(OTHER.to_owned()),
                _ => (left, right),
            };
            let left = streamed(left, table)?;
            let columns =
                if mode == JoinMode::Inner { left.columns.iter().chain(&right.columns).copied().collect() } else { columns };
            let kind = NodeKind::NestedLoop(Box::new(NestedLoopJoin { mode, left, right, predicate }));
            return Ok(Node { id, kind, columns, rows });
        }
        _ => return Err(OTHER.to_owned()),
    };
    Ok(Node { id, kind, columns, rows })
}

const OTHER: &str = "a recursive SELECT that does not treat each row by itself";

fn reads(node: &Node, table: usize) -> bool {
    let mut reads = false;
    node.visit(&mut |node| reads |= matches!(node.kind, NodeKind::Queue(queue) if queue == table));
    reads
}
