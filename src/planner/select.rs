//! One SELECT or compound: joins below, then grouping, HAVING, the result columns, DISTINCT, ORDER BY and LIMIT.

use std::collections::BTreeSet;

use super::condition::{add_columns, all_of, columns_of, conjuncts};
use super::tree::Tree;
use super::{AggregateNode, Node, NodeKind, Planner, SetNode, Unsupported};
use crate::bind::{BoundExpr, ColumnId, ColumnInfo, FromItem, FromSource, OrderBy, Query, QueryBody, Select};
use crate::statement::{JoinKind, SetOperator};
use crate::value::{Affinity, Collation, Value};

/// LIMIT and OFFSET as numbers.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    limit: Option<u64>,
    offset: u64,
}

impl Window {
    fn is_everything(self) -> bool {
        self.limit.is_none() && self.offset == 0
    }

    fn most(self) -> Option<u64> {
        self.limit.map(|limit| limit.saturating_add(self.offset))
    }
}

impl Planner<'_> {
    /// Plans a query whose rows must also satisfy `conditions` (over its output columns). With `needed`, only those output
    /// columns are asked for, in any order; without, exactly the output in its order.
    pub(super) fn query(
        &mut self,
        query: &Query,
        needed: Option<&BTreeSet<ColumnId>>,
        conditions: Vec<BoundExpr>,
    ) -> Result<Node, Unsupported> {
        let window = window(query)?;
        if conditions.iter().any(|condition| self.is_correlated(condition)) {
            return Err("a correlated subquery in a condition on a subquery".to_owned());
        }
        let mut wanted: Option<BTreeSet<ColumnId>> = needed.cloned();
        if let Some(wanted) = &mut wanted {
            conditions.iter().for_each(|condition| add_columns(condition, wanted));
        }
        match &query.body {
            QueryBody::Select(select) if window.is_everything() => {
                let select = with_conditions((**select).clone(), &conditions);
                self.select(select, &query.order_by, window, wanted.as_ref())
            }
            QueryBody::Select(select) => {
                let node = self.select((**select).clone(), &query.order_by, window, wanted.as_ref())?;
                self.filtered(node, conditions)
            }
            QueryBody::Compound { first, rest } => {
                let node = self.compound(query, first, rest, window)?;
                self.filtered(node, conditions)
            }
        }
    }

    fn compound(
        &mut self,
        query: &Query,
        first: &Select,
        rest: &[(SetOperator, Select)],
        window: Window,
    ) -> Result<Node, Unsupported> {
        let collations: Vec<Collation> = query.output.iter().map(|column| self.bound.columns.get(*column).collation).collect();
        let mut node = self.select(first.clone(), &[], Window::default(), None)?;
        for (operator, select) in rest {
            let right = self.select(select.clone(), &[], Window::default(), None)?;
            let rows = match operator {
                SetOperator::Union | SetOperator::UnionAll => node.rows + right.rows,
                SetOperator::Intersect => node.rows.min(right.rows),
                SetOperator::Except => node.rows,
            };
            let set = SetNode { operator: *operator, left: node, right, collations: collations.clone() };
            node = Node::new(NodeKind::Set(Box::new(set)), query.output.clone(), rows);
        }
        Ok(limited(sorted(node, query.order_by.clone(), window), window))
    }

    fn select(
        &mut self,
        mut select: Select,
        order_by: &[OrderBy],
        window: Window,
        needed: Option<&BTreeSet<ColumnId>>,
    ) -> Result<Node, Unsupported> {
        if let Some(needed) = needed
            && !select.distinct
        {
            select.projection.retain(|(id, _)| needed.contains(id));
        }
        let mut node = self.rows(&select, order_by)?;
        if select.grouped {
            node = self.aggregate(node, &select)?;
        } else if let Some(most) = window.most()
            && !select.distinct
        {
            self.push_limit(&mut node, order_by, most);
        }
        self.results(node, select, order_by, window)
    }

    /// FROM and WHERE, giving every column that is used above.
    fn rows(&mut self, select: &Select, order_by: &[OrderBy]) -> Result<Node, Unsupported> {
        let mut needed = BTreeSet::new();
        let mut need = |expr: &BoundExpr| add_columns(expr, &mut needed);
        select.projection.iter().for_each(|(_, expr)| need(expr));
        select.group_by.iter().chain(&select.bare).for_each(|(_, expr)| need(expr));
        for (_, aggregate) in &select.aggregates {
            aggregate.arguments.iter().chain(&aggregate.filter).for_each(&mut need);
        }
        order_by.iter().for_each(|term| need(&term.expr));
        let (from, conditions) = inner_conditions(select);
        let columns = |source: &FromSource| self.source_columns(source);
        let tree = Tree::of_from(&from, &columns);
        let Some(mut tree) = tree else {
            let node = Node::new(NodeKind::OneRow, Vec::new(), 1.0);
            return self.filtered(node, conditions);
        };
        let (mut semis, mut constant, mut correlated) = (Vec::new(), Vec::new(), Vec::new());
        for condition in conditions {
            if let Some(semi) = self.semi_join(&condition)? {
                semis.push(semi);
            } else if self.has_correlated_scalar(&condition) {
                correlated.push(condition);
            } else if columns_of(&condition).is_empty() {
                constant.push(condition);
            } else {
                tree = tree.with_condition(condition);
            }
        }
        for semi in semis {
            tree = self.with_semi_join(tree, semi);
        }
        for condition in correlated {
            let (condition, joined) = self.decorrelated(condition, tree)?;
            tree = Tree::Inner { members: vec![joined], conditions: vec![condition] };
        }
        let node = self.tree(tree, &needed)?;
        self.filtered(node, constant)
    }

    fn source_columns(&self, source: &FromSource) -> BTreeSet<ColumnId> {
        match source {
            FromSource::Table(table) => {
                let table = &self.bound.tables[table.0 as usize];
                table.columns.iter().copied().chain(table.rowid).collect()
            }
            FromSource::Query(query) => query.output.iter().copied().collect(),
            FromSource::Common { columns, .. } => columns.iter().copied().collect(),
        }
    }

    fn aggregate(&mut self, input: Node, select: &Select) -> Result<Node, Unsupported> {
        for expr in select.group_by.iter().chain(&select.bare).map(|(_, expr)| expr) {
            self.subqueries_of(expr)?;
        }
        for (_, aggregate) in &select.aggregates {
            for expr in aggregate.arguments.iter().chain(&aggregate.filter) {
                self.subqueries_of(expr)?;
            }
        }
        let ids = select.group_by.iter().map(|(id, _)| *id).chain(select.aggregates.iter().map(|(id, _)| *id));
        let columns: Vec<ColumnId> = ids.chain(select.bare.iter().map(|(id, _)| *id)).collect();
        let distinct = |(_, expr): &(ColumnId, BoundExpr)| match expr {
            BoundExpr::Column(id) => self.distinct_values(*id).unwrap_or(100.0),
            _ => 100.0,
        };
        let groups = select.group_by.iter().map(distinct).product::<f64>().min(input.rows);
        let having: Vec<BoundExpr> = select.having.clone().into_iter().collect();
        let input = match self.grouped_in_pool(input, select, &columns, groups.max(1.0)) {
            Ok(node) => return self.filtered(node, having),
            Err(input) => input,
        };
        let aggregate = AggregateNode {
            keys: select.group_by.iter().map(|(id, expr)| (expr.clone(), self.bound.columns.get(*id).collation)).collect(),
            aggregates: select.aggregates.iter().map(|(_, aggregate)| aggregate.clone()).collect(),
            bare: select.bare.iter().map(|(_, expr)| expr.clone()).collect(),
            grouped: !select.group_by.is_empty(),
            input,
        };
        let node = Node::new(NodeKind::Aggregate(Box::new(aggregate)), columns, groups.max(1.0));
        self.filtered(node, having)
    }

    /// The result columns with DISTINCT, ORDER BY and LIMIT. What is sorted by but no result column rides along and is
    /// dropped at the end.
    fn results(&mut self, input: Node, select: Select, order_by: &[OrderBy], window: Window) -> Result<Node, Unsupported> {
        let outputs: Vec<ColumnId> = select.projection.iter().map(|(id, _)| *id).collect();
        let (mut columns, mut expressions): (Vec<_>, Vec<_>) = select.projection.into_iter().unzip();
        let mut keys = Vec::new();
        for term in order_by {
            let position = expressions.iter().position(|expr| *expr == term.expr);
            let position = position.unwrap_or_else(|| {
                columns.push(self.sort_column());
                expressions.push(term.expr.clone());
                columns.len() - 1
            });
            keys.push(OrderBy { expr: BoundExpr::Column(columns[position]), ..term.clone() });
        }
        for expr in &expressions {
            self.subqueries_of(expr)?;
        }
        let rows = input.rows;
        let is_same = |(column, expr): (&ColumnId, &BoundExpr)| *expr == BoundExpr::Column(*column);
        let mut node = if input.columns == columns && columns.iter().zip(&expressions).all(is_same) {
            input
        } else {
            Node::new(NodeKind::Project { input: Box::new(input), expressions }, columns, rows)
        };
        if select.distinct {
            let collations = node.columns.iter().map(|column| self.bound.columns.get(*column).collation).collect();
            let columns = node.columns.clone();
            node = Node::new(NodeKind::Distinct { input: Box::new(node), collations }, columns, rows);
        }
        node = limited(sorted(node, keys, window), window);
        if node.columns.len() > outputs.len() {
            let rows = node.rows;
            let expressions = outputs.iter().map(|column| BoundExpr::Column(*column)).collect();
            node = Node::new(NodeKind::Project { input: Box::new(node), expressions }, outputs, rows);
        }
        Ok(node)
    }

    fn sort_column(&mut self) -> ColumnId {
        self.bound.columns.add(ColumnInfo {
            name: "sort key".to_owned(),
            affinity: Affinity::None,
            collation: Collation::Binary,
            collates: false,
            table: None,
            not_null: false,
        })
    }
}

/// FROM and all conditions on its rows: where every join is an inner one, an ON is a part of WHERE.
fn inner_conditions(select: &Select) -> (Vec<FromItem>, Vec<BoundExpr>) {
    let mut from = select.from.clone();
    let mut conditions = Vec::new();
    if from.iter().all(|item| matches!(item.kind, JoinKind::Inner | JoinKind::Cross)) {
        for item in &mut from {
            conditions.extend(conjuncts(item.on.take()));
        }
    }
    conditions.extend(conjuncts(select.filter.clone()));
    (from, conditions)
}

fn sorted(node: Node, keys: Vec<OrderBy>, window: Window) -> Node {
    if keys.is_empty() {
        return node;
    }
    let columns = node.columns.clone();
    let rows = window.most().map_or(node.rows, |most| node.rows.min(most as f64));
    Node::new(NodeKind::Sort { input: Box::new(node), keys, limit: window.most() }, columns, rows)
}

fn limited(node: Node, window: Window) -> Node {
    if window.is_everything() {
        return node;
    }
    let columns = node.columns.clone();
    let rows = window.limit.map_or(node.rows, |limit| node.rows.min(limit as f64));
    Node::new(NodeKind::Limit { input: Box::new(node), limit: window.limit, offset: window.offset }, columns, rows)
}

/// A SELECT whose rows also satisfy conditions on its result columns: asked before the grouping where there is none, else
/// with HAVING.
fn with_conditions(mut select: Select, conditions: &[BoundExpr]) -> Select {
    if conditions.is_empty() {
        return select;
    }
    let projection = select.projection.clone();
    let inside = |condition: &BoundExpr| {
        condition.clone().rewrite(&mut |part| match part {
            BoundExpr::Column(id) => projection.iter().find(|(output, _)| output == id).map(|(_, expr)| expr.clone()),
            _ => None,
        })
    };
    let asked = conditions.iter().map(inside);
    let target = if select.grouped { &mut select.having } else { &mut select.filter };
    *target = all_of(target.take().into_iter().chain(asked).collect());
    select
}

/// LIMIT and OFFSET, which must be plain integers here: a negative LIMIT is none, a negative OFFSET is 0.
fn window(query: &Query) -> Result<Window, Unsupported> {
    let number = |expr: &Option<BoundExpr>| match expr {
        None => Ok(None),
        Some(BoundExpr::Literal(Value::Integer(number))) => Ok(Some(*number)),
        Some(_) => Err("a LIMIT that is no plain number".to_owned()),
    };
    let limit = number(&query.limit)?.and_then(|limit| u64::try_from(limit).ok());
    let offset = number(&query.offset)?.and_then(|offset| u64::try_from(offset).ok()).unwrap_or(0);
    Ok(Window { limit, offset })
}
