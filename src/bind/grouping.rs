//! Above a grouping: expressions speak of keys, aggregates and bare columns instead of the FROM's columns.

use super::binder::Binder;
use super::{BoundExpr, ColumnId, OrderBy, Select, Substituter, Substitution};
use crate::value::{Affinity, Collation};

impl Binder<'_> {
    /// Rewrites HAVING, the projection and ORDER BY of a grouped SELECT in terms of keys, aggregates and bare columns.
    pub(super) fn above_grouping(&mut self, select: &mut Select, order_by: &mut [OrderBy]) {
        let keys = self.keys_that_stand_for_all(select);
        let aggregates = select.aggregates.iter().map(|(id, _)| *id);
        let known: Vec<ColumnId> = aggregates.chain(select.windows.iter().map(|(id, _)| *id)).collect();
        let mut bare = Vec::new();
        let mut above = |binder: &mut Self, expr: BoundExpr| binder.above(expr, &keys, &known, &mut bare);
        for expr in select.windows.iter_mut().flat_map(|(_, call)| call.expressions_mut()) {
            *expr = above(self, expr.clone());
        }
        for (_, expr) in &mut select.projection {
            *expr = above(self, expr.clone());
        }
        for term in order_by {
            term.expr = above(self, term.expr.clone());
        }
        select.having = select.having.take().map(|having| above(self, having));
        select.bare = bare;
    }

    /// The keys whose value in one row of a group is that of every other. Where a min() or max() tells from which row bare columns come,
    /// SQLite takes the keys from there too, which shows where a collation takes different texts for one, or 1 stands beside 1.0.
    fn keys_that_stand_for_all(&self, select: &Select) -> Vec<(ColumnId, BoundExpr)> {
        let leads = select.aggregates.iter().any(|(_, aggregate)| aggregate.is_extreme());
        let may_differ = |(id, expr): &(ColumnId, BoundExpr)| {
            let info = self.columns.get(*id);
            let is_any = matches!(expr, BoundExpr::Column(_)) && info.affinity == Affinity::None;
            info.collation != Collation::Binary || is_any
        };
        select.group_by.iter().filter(|key| !leads || !may_differ(key)).cloned().collect()
    }

    fn above(
        &mut self,
        expr: BoundExpr,
        keys: &[(ColumnId, BoundExpr)],
        known: &[ColumnId],
        bare: &mut Vec<(ColumnId, BoundExpr)>,
    ) -> BoundExpr {
        expr.rewrite(&mut |part| {
            if let Some((id, _)) = keys.iter().find(|(_, key)| key == part) {
                return Some(BoundExpr::Column(*id));
            }
            if let BoundExpr::Column(id) = part {
                return Some(BoundExpr::Column(self.column_above(*id, keys, known, bare)));
            }
            let subquery = part.asked_subquery()?;
            let outer = self.subqueries[subquery.0 as usize].outer.clone();
            let above = |id: ColumnId| (id, self.column_above(id, keys, known, bare));
            let columns: Substitution = outer.into_iter().map(above).filter(|(below, above)| below != above).collect();
            if columns.is_empty() {
                return None;
            }
            // Its operands are looked at once it is known by its other number.
            let replaced = Substituter::new(&mut self.subqueries, &columns).subquery(subquery);
            Some(self.above(part.clone().asking(replaced), keys, known, bare))
        })
    }

    /// What a column is known by above the grouping: a key, an aggregate, or a bare column.
    fn column_above(
        &mut self,
        id: ColumnId,
        keys: &[(ColumnId, BoundExpr)],
        known: &[ColumnId],
        bare: &mut Vec<(ColumnId, BoundExpr)>,
    ) -> ColumnId {
        let column = BoundExpr::Column(id);
        if let Some((key, _)) = keys.iter().find(|(_, key)| *key == column) {
            return *key;
        }
        let is_above = |(above, _): &(ColumnId, BoundExpr)| *above == id;
        if known.contains(&id) || bare.iter().any(is_above) || keys.iter().any(is_above) {
            return id;
        }
        if let Some((above, _)) = bare.iter().find(|(_, expr)| *expr == column) {
            return *above;
        }
        let above = self.copied_column(id);
        bare.push((above, column));
        above
    }
}
