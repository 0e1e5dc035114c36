//! A federated plan: what execution runs and EXPLAIN prints.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Node, NodeKind};
use crate::bind::{ColumnArena, SubqueryId};

/// A statement split into pool queries and the steps that combine their rows.
#[derive(Debug, Clone)]
pub(crate) struct FederatedPlan {
    /// All columns.
    pub(crate) columns: Arc<ColumnArena>,
    /// The last step, whose columns are the result's.
    pub(crate) root: Node,
    /// Steps that several others read; each may read those before it.
    pub(crate) shared: Vec<Node>,
    /// Uncorrelated subqueries, in the order in which they must run.
    pub(crate) subqueries: Vec<(SubqueryId, Node)>,
    /// The names of the result's columns.
    pub(crate) names: Vec<String>,
}

impl FederatedPlan {
    /// The names of the pools that it reads.
    pub(crate) fn pools(&self) -> BTreeSet<String> {
        let mut pools = BTreeSet::new();
        self.visit(&mut |node| {
            if let NodeKind::PoolQuery(query) = &node.kind {
                pools.insert(query.pool.clone());
            }
        });
        pools
    }

    /// About how many seconds it takes, from what its steps visit.
    pub(crate) fn seconds(&self) -> f64 {
        let mut microseconds = 0.0;
        self.visit(&mut |node| microseconds += super::cost::step_microseconds(node));
        microseconds / 1e6
    }

    /// Calls `see` with every step.
    pub(crate) fn visit(&self, see: &mut dyn FnMut(&Node)) {
        self.nodes().for_each(|node| node.visit(see));
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.shared.iter().chain(self.subqueries.iter().map(|(_, node)| node)).chain(std::iter::once(&self.root))
    }
}

impl FederatedPlan {
    pub(super) fn number(&mut self) {
        let mut next = 0;
        self.root.number(&mut next);
        self.shared.iter_mut().for_each(|node| node.number(&mut next));
        self.subqueries.iter_mut().for_each(|(_, node)| node.number(&mut next));
    }
}
