//! Conditions that say the same of all rows: where they are not true, what stands below them is not even made.

use super::Compiler;
use crate::batch::Batch;
use crate::bind::BoundExpr;
use crate::error::Result;
use crate::expression::may_fail;
use crate::planner::{JoinMode, Node, NodeKind};

/// Whether a condition names no column, and asking it once is as good as asking it of each row.
pub(super) fn is_constant(predicate: &BoundExpr) -> bool {
    let mut names_column = false;
    predicate.walk(&mut |part| names_column |= matches!(part, BoundExpr::Column(_)));
    !names_column && !may_fail(predicate)
}

impl Compiler {
    /// Whether such a condition, of literals alone, says that a step gives no rows. One with a subquery is asked when the step's first
    /// row is: the subquery may take long.
    pub(super) fn is_nothing(&mut self, node: &Node) -> Result<bool> {
        let (mode, left, right) = match &node.kind {
            NodeKind::Filter { input, predicate } => return Ok(self.is_never_true(predicate)? || self.is_nothing(input)?),
            NodeKind::Project { input, .. } | NodeKind::Sort { input, .. } | NodeKind::Distinct { input, .. } => {
                return self.is_nothing(input);
            }
            NodeKind::HashJoin(join) => (join.mode, &join.left, &join.right),
            NodeKind::NestedLoop(join) => (join.mode, &join.left, &join.right),
            _ => return Ok(false),
        };
        Ok(match mode {
            JoinMode::Inner | JoinMode::Semi => self.is_nothing(left)? || self.is_nothing(right)?,
            JoinMode::Left | JoinMode::Anti | JoinMode::AntiNullAware => self.is_nothing(left)?,
            JoinMode::Full => false,
        })
    }

    fn is_never_true(&mut self, predicate: &BoundExpr) -> Result<bool> {
        let mut asks = false;
        predicate.walk(&mut |part| asks |= part.asked_subquery().is_some());
        if asks || !is_constant(predicate) {
            return Ok(false);
        }
        let mut predicate = self.computed(predicate, &[])?;
        Ok(predicate.matches(&Batch::new(1, Vec::new()))?.count_set_bits() == 0)
    }
}
