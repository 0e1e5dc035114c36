//! EXISTS and IN become joins: the subquery's rows are read once, and each outer row asks whether it has a partner.

use std::collections::BTreeSet;

use super::condition::{add_columns, all_of, columns_of, conjuncts, has_subquery};
use super::join_order::join_key;
use super::tree::Tree;
use super::{JoinKey, JoinMode, Node, Planner, Unsupported};
use crate::bind::{BoundExpr, ColumnId, FromItem, FromSource, Query, QueryBody, Select, SubqueryId};
use crate::statement::JoinKind;

/// A condition that is a join with a subquery's rows.
#[derive(Debug, Clone)]
pub(super) struct SemiJoin {
    mode: JoinMode,
    /// The subquery's rows.
    right: Node,
    /// The operands of IN and the subquery's columns.
    keys: Vec<JoinKey>,
    /// What pairs an outer row with a row of the subquery.
    conditions: Vec<BoundExpr>,
}

impl SemiJoin {
    /// The columns that it needs, of both sides.
    pub(super) fn columns(&self) -> BTreeSet<ColumnId> {
        let mut columns = BTreeSet::new();
        self.conditions.iter().for_each(|condition| add_columns(condition, &mut columns));
        self.keys.iter().for_each(|key| add_columns(&key.left, &mut columns));
        columns
    }

    fn outer_columns(&self) -> BTreeSet<ColumnId> {
        self.columns().into_iter().filter(|column| !self.right.columns.contains(column)).collect()
    }
}

impl Planner<'_> {
    /// `condition` as a join with its subquery's rows, None if it is no EXISTS or IN that can be one.
    pub(super) fn semi_join(&mut self, condition: &BoundExpr) -> Result<Option<SemiJoin>, Unsupported> {
        match condition {
            BoundExpr::Exists { subquery, negated } => {
                if self.bound.subqueries[subquery.0 as usize].outer.is_empty() {
                    return Ok(None);
                }
                let (right, conditions) = self.correlated(*subquery, &[])?;
                let mode = if *negated { JoinMode::Anti } else { JoinMode::Semi };
                Ok(Some(SemiJoin { mode, right, keys: Vec::new(), conditions }))
            }
            BoundExpr::InSubquery { operand, subquery, negated, affinity, collation } => {
                if has_subquery(operand) || columns_of(operand).is_empty() {
                    return Ok(None);
                }
                let query = self.bound.subqueries[subquery.0 as usize].clone();
                let output = query.query.output[0];
                let correlated = !query.outer.is_empty();
                let (right, conditions) = match (correlated, negated) {
                    (true, true) => return Err("a correlated NOT IN".to_owned()),
                    (true, false) => self.correlated(*subquery, &[output])?,
                    (false, _) => (self.query(&query.query.read_as_set(), None, Vec::new())?, Vec::new()),
                };
                let mode = if *negated { JoinMode::AntiNullAware } else { JoinMode::Semi };
                let left = (**operand).clone();
                let key = JoinKey {
                    left,
                    right: BoundExpr::Column(output),
                    affinity: *affinity,
                    collation: *collation,
                    null_safe: false,
                };
                Ok(Some(SemiJoin { mode, right, keys: vec![key], conditions }))
            }
            BoundExpr::InRows { operands, subquery, negated: false } => {
                let is_plain = |expr: &BoundExpr| !has_subquery(expr) && !columns_of(expr).is_empty();
                let subquery = self.bound.subqueries[subquery.0 as usize].clone();
                if !subquery.outer.is_empty() || !operands.iter().all(|operand| is_plain(&operand.expr)) {
                    return Ok(None);
                }
                let keys = operands.iter().zip(&subquery.query.output).map(|(operand, output)| JoinKey {
                    left: operand.expr.clone(),
                    right: BoundExpr::Column(*output),
                    affinity: operand.affinity,
                    collation: operand.collation,
                    null_safe: false,
                });
                let keys = keys.collect();
                let right = self.query(&subquery.query.read_as_set(), None, Vec::new())?;
                Ok(Some(SemiJoin { mode: JoinMode::Semi, right, keys, conditions: Vec::new() }))
            }
            _ => Ok(None),
        }
    }

    /// The rows of a correlated subquery without the conditions that name outer columns, and those conditions.
    fn correlated(&mut self, subquery: SubqueryId, outputs: &[ColumnId]) -> Result<(Node, Vec<BoundExpr>), Unsupported> {
        let subquery = self.bound.subqueries[subquery.0 as usize].clone();
        let outer: BTreeSet<ColumnId> = subquery.outer.iter().copied().collect();
        let Query { body: QueryBody::Select(select), limit, offset, .. } = subquery.query else {
            return Err("a correlated compound subquery".to_owned());
        };
        let Select { from, filter, grouped, projection, windows, .. } = *select;
        if grouped || !windows.is_empty() || limit.is_some() || offset.is_some() {
            return Err("a correlated subquery with grouping or LIMIT".to_owned());
        }
        let is_outer = |expr: &BoundExpr| columns_of(expr).iter().any(|column| outer.contains(column));
        let (mut inside, mut across) = (Vec::new(), Vec::new());
        for condition in conjuncts(filter) {
            if is_outer(&condition) { across.push(condition) } else { inside.push(condition) }
        }
        let from = from.into_iter().map(|item| without_outer(item, &is_outer, &mut across)).collect::<Result<Vec<_>, _>>()?;
        if across.iter().any(has_subquery) {
            return Err("a subquery within a correlated condition".to_owned());
        }
        let mut needed = BTreeSet::new();
        across.iter().for_each(|condition| add_columns(condition, &mut needed));
        let mut selected: Vec<(ColumnId, BoundExpr)> =
            needed.difference(&outer).map(|column| (*column, BoundExpr::Column(*column))).collect();
        for (id, expr) in projection.into_iter().filter(|(id, _)| outputs.contains(id)) {
            if is_outer(&expr) {
                return Err("a correlated result column".to_owned());
            }
            selected.push((id, expr));
        }
        self.check_independent(&from, &inside, &outer)?;
        let select = Select { filter: all_of(inside), as_set: true, ..Select::over(from, selected) };
        Ok((self.query(&Query::of_select(select), None, Vec::new())?, across))
    }

    /// What is read apart must not name outer columns any more, deeper down either.
    fn check_independent(&self, from: &[FromItem], inside: &[BoundExpr], outer: &BTreeSet<ColumnId>) -> Result<(), Unsupported> {
        let mut nested = false;
        for condition in inside {
            condition.walk(&mut |part| {
                if let Some(id) = part.asked_subquery() {
                    nested |= self.bound.subqueries[id.0 as usize].outer.iter().any(|column| outer.contains(column));
                }
            });
        }
        let derived =
            from.iter().any(|item| matches!(item.source, FromSource::Query(_) | FromSource::Joined(_) | FromSource::Function(_)));
        if nested || derived { Err("a subquery that is correlated over several levels".to_owned()) } else { Ok(()) }
    }

    /// The step that keeps the rows of `left` with (or without) a partner.
    pub(super) fn semi_step(&mut self, left: Node, semi: SemiJoin) -> Result<Node, Unsupported> {
        let (mut keys, mut rest): (Vec<JoinKey>, Vec<BoundExpr>) = (semi.keys, Vec::new());
        for condition in semi.conditions {
            match join_key(&left, &semi.right, &condition) {
                Some(key) => keys.push(key),
                None => rest.push(condition),
            }
        }
        for key in &keys {
            self.subqueries_of(&key.left)?;
        }
        Ok(self.keyed_join(semi.mode, left, semi.right, keys, all_of(rest)))
    }

    /// Puts a semi-join where it drops rows early if the subquery is the smaller side, else above the joins around it.
    pub(super) fn with_semi_join(&self, tree: Tree, semi: SemiJoin) -> Tree {
        let wanted = semi.outer_columns();
        tree.below_outer_joins(&wanted.clone(), |tree| self.with_semi_join_here(tree, semi, &wanted))
    }

    fn with_semi_join_here(&self, tree: Tree, semi: SemiJoin, wanted: &BTreeSet<ColumnId>) -> Tree {
        if let Tree::Inner { mut members, conditions } = tree {
            let home = members.iter().position(|member| wanted.is_subset(&member.columns()));
            return match home {
                Some(home) if semi.right.rows <= self.tree_rows(&members[home]) => {
                    let member = members.remove(home);
                    members.insert(home, self.with_semi_join(member, semi));
                    Tree::Inner { members, conditions }
                }
                _ => Tree::Semi { input: Box::new(Tree::Inner { members, conditions }), semi: Box::new(semi) },
            };
        }
        Tree::Semi { input: Box::new(tree), semi: Box::new(semi) }
    }

    fn tree_rows(&self, tree: &Tree) -> f64 {
        match tree {
            Tree::Leaf { source: FromSource::Table(table), conditions, .. } => {
                self.table_cluster(*table, conditions.clone()).rows
            }
            _ => 100_000.0,
        }
    }
}

/// A FROM item whose ON names no outer column; the parts that do are moved to `across`, which an inner join allows.
fn without_outer(
    mut item: FromItem,
    is_outer: &dyn Fn(&BoundExpr) -> bool,
    across: &mut Vec<BoundExpr>,
) -> Result<FromItem, Unsupported> {
    let (moved, kept): (Vec<_>, Vec<_>) = conjuncts(item.on.take()).into_iter().partition(|condition| is_outer(condition));
    if !moved.is_empty() && !matches!(item.kind, JoinKind::Inner | JoinKind::Cross) {
        return Err("an outer join's condition that is correlated".to_owned());
    }
    across.extend(moved);
    item.on = all_of(kept);
    Ok(item)
}
