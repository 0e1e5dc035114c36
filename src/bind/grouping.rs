//! Above a grouping: expressions speak of keys, aggregates and bare columns instead of the FROM's columns.

use super::binder::{Binder, Bound, unsupported};
use super::{Aggregate, BoundExpr, ColumnId, OrderBy, Select};

impl Binder<'_> {
    /// Rewrites HAVING, the projection and ORDER BY of a grouped SELECT in terms of keys, aggregates and bare columns.
    pub(super) fn above_grouping(&mut self, select: &mut Select, order_by: &mut [OrderBy]) -> Bound<()> {
        let keys = select.group_by.clone();
        let aggregates = select.aggregates.clone();
        let mut bare = Vec::new();
        let mut above = |binder: &mut Self, expr: BoundExpr| binder.above(expr, &keys, &aggregates, &mut bare);
        for (_, expr) in &mut select.projection {
            *expr = above(self, expr.clone())?;
        }
        for term in order_by {
            term.expr = above(self, term.expr.clone())?;
        }
        select.having = select.having.take().map(|having| above(self, having)).transpose()?;
        select.bare = bare;
        Ok(())
    }

    fn above(
        &mut self,
        expr: BoundExpr,
        keys: &[(ColumnId, BoundExpr)],
        aggregates: &[(ColumnId, Aggregate)],
        bare: &mut Vec<(ColumnId, BoundExpr)>,
    ) -> Bound<BoundExpr> {
        let mut correlated = false;
        let rewritten = expr.rewrite(&mut |part| {
            if let Some((id, _)) = keys.iter().find(|(_, key)| key == part) {
                return Some(BoundExpr::Column(*id));
            }
            match part {
                BoundExpr::Column(id) if aggregates.iter().any(|(aggregate, _)| aggregate == id) => Some(part.clone()),
                BoundExpr::Column(id) => {
                    let known = bare.iter().find(|(_, column)| column == part).map(|(known, _)| *known);
                    let known = known.unwrap_or_else(|| {
                        let info = self.columns.get(*id).clone();
                        let above = self.columns.add(super::ColumnInfo { table: None, ..info });
                        bare.push((above, part.clone()));
                        above
                    });
                    Some(BoundExpr::Column(known))
                }
                BoundExpr::Scalar(id) | BoundExpr::Exists { subquery: id, .. } | BoundExpr::InSubquery { subquery: id, .. } => {
                    correlated |= !self.subqueries[id.0 as usize].outer.is_empty();
                    None
                }
                _ => None,
            }
        });
        if correlated { unsupported("a correlated subquery above a grouping") } else { Ok(rewritten) }
    }
}
