//! Joins: the held side, and each instance of the other side that probes it.

use std::sync::Arc;

use super::Compiler;
use super::recursion::reads_queue;
use crate::bind::{BoundExpr, ColumnId};
use crate::error::Result;
use crate::execution::key_filter::{self, KeyFilter};
use crate::execution::operator::{HashJoin, Input, JoinBuild, JoinSource, Key, Shape};
use crate::planner::{HashJoin as HashJoinNode, JoinKey, JoinMode, NestedLoopJoin, Node, NodeId, Side};

/// A join of any kind.
struct Join<'a> {
    mode: JoinMode,
    left: &'a Node,
    right: &'a Node,
    /// None where each row is compared with each.
    keys: &'a [JoinKey],
    residual: Option<&'a BoundExpr>,
    /// The side that is held.
    build: Side,
    /// Whether the held columns are left to be fetched by whoever takes the rows.
    gives_late: bool,
}

/// What an instance of the probing side needs.
type Ready = (Shape, Vec<Key>);

impl Compiler {
    /// The instances of a join; `gives_late` leaves the held columns to be fetched by whoever takes its rows.
    pub(super) fn hash_join(&mut self, id: NodeId, node: &HashJoinNode, gives_late: bool) -> Result<Vec<Input>> {
        let HashJoinNode { mode, left, right, keys, residual, build } = node;
        let join = Join { mode: *mode, left, right, keys, residual: residual.as_ref(), build: *build, gives_late };
        let (held, ready) = self.held_side(id, &join)?;
        if let Some((scan, columns)) = key_filter::target(node) {
            self.filters.entry(scan).or_default().push(KeyFilter::new(node, Arc::clone(&held), columns));
        }
        self.probing_side(&join, &held, ready)
    }

    /// A join without an equality: one without keys, whose condition is asked about each pair.
    pub(super) fn nested_loop(&mut self, id: NodeId, node: &NestedLoopJoin) -> Result<Vec<Input>> {
        let NestedLoopJoin { mode, left, right, predicate } = node;
        let join =
            Join { mode: *mode, left, right, keys: &[], residual: predicate.as_ref(), build: Side::Right, gives_late: false };
        let (held, ready) = self.held_side(id, &join)?;
        self.probing_side(&join, &held, ready)
    }

    /// The held side, and what the first instance of the other needs.
    fn held_side(&mut self, id: NodeId, join: &Join<'_>) -> Result<(Arc<JoinBuild>, Ready)> {
        // Made ready before the inputs: their subqueries run first.
        let (keys, probing_keys) = (self.join_keys(join, join.build)?, self.join_keys(join, join.probe())?);
        let shape = self.shape(join)?;
        let node = join.node(join.build);
        let source = JoinSource {
            inputs: self.instances(node)?,
            columns: node.columns.len(),
            keys,
            mode: join.mode,
            side: join.build,
            is_empty_without_rows: shape.is_empty_without_held_rows(),
            gives_held_rows: shape.held_rows_given().is_some(),
            is_probed_again: reads_queue(join.node(join.probe())),
            memory: self.step_memory(id),
            cancel: self.cancel.clone(),
        };
        Ok((JoinBuild::new(source), (shape, probing_keys)))
    }

    fn probing_side(&mut self, join: &Join<'_>, held: &Arc<JoinBuild>, ready: Ready) -> Result<Vec<Input>> {
        let probes = self.instances(join.node(join.probe()))?;
        held.set_instances(probes.len());
        let mut ready = Some(ready);
        let mut instances: Vec<Input> = Vec::with_capacity(probes.len());
        for probe in probes {
            let (shape, keys) = match ready.take() {
                Some(ready) => ready,
                None => (self.shape(join)?, self.join_keys(join, join.probe())?),
            };
            instances.push(Box::new(HashJoin::new(shape, Arc::clone(held), probe, keys)));
        }
        Ok(instances)
    }

    fn join_keys(&mut self, join: &Join<'_>, side: Side) -> Result<Vec<Key>> {
        let mut keys = Vec::with_capacity(join.keys.len());
        for key in join.keys {
            let expression = if side == Side::Left { &key.left } else { &key.right };
            let expression = self.computed(expression, &join.node(side).columns)?;
            keys.push(Key { expression, affinity: key.affinity, collation: key.collation, null_safe: key.null_safe });
        }
        Ok(keys)
    }

    fn shape(&mut self, join: &Join<'_>) -> Result<Shape> {
        let columns: Vec<ColumnId> = join.left.columns.iter().chain(&join.right.columns).copied().collect();
        let residual = join.residual.map(|residual| self.computed(residual, &columns)).transpose()?;
        let (left_columns, right_columns) = (join.left.columns.len(), join.right.columns.len());
        let Join { mode, build, gives_late, .. } = *join;
        Ok(Shape { mode, build, left_columns, right_columns, gives_late, residual, cancel: self.cancel.clone() })
    }
}

impl Join<'_> {
    fn probe(&self) -> Side {
        if self.build == Side::Left { Side::Right } else { Side::Left }
    }

    fn node(&self, side: Side) -> &Node {
        if side == Side::Left { self.left } else { self.right }
    }
}
