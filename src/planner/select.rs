//! One SELECT or compound: joins below, then grouping, HAVING, the result columns, DISTINCT, ORDER BY and LIMIT.

use std::collections::BTreeSet;

use super::condition::{add_columns, all_of, columns_of, conjuncts};
use super::tree::Tree;
use super::wanted::Wanted;
use super::{AggregateNode, Node, NodeKind, Planner, RowCount, SetNode, Unsupported};
use crate::bind::{BoundExpr, ColumnId, FromItem, FromSource, OrderBy, Query, QueryBody, Select};
use crate::statement::{JoinKind, SetOperator};
use crate::value::{Collation, Value};

/// Results of set operations with more rows are not sorted for the sake of an order that nobody asked for.
const MOST_SORTED: f64 = 100_000.0;

/// LIMIT and OFFSET.
#[derive(Debug, Clone)]
pub(super) struct Window {
    pub(super) limit: Option<RowCount>,
    pub(super) offset: RowCount,
    /// Counted anew for each value of this column.
    per: Option<ColumnId>,
}

impl Window {
    /// All rows.
    pub(super) const EVERYTHING: Self = Self { limit: None, offset: RowCount::Known(0), per: None };

    fn is_everything(&self) -> bool {
        self.limit.is_none() && self.offset == RowCount::Known(0)
    }

    /// How many of all rows are asked for, where that is known.
    fn most(&self) -> Option<u64> {
        match (&self.limit, &self.offset, self.per) {
            (Some(RowCount::Known(limit)), RowCount::Known(offset), None) => Some(limit.saturating_add(*offset)),
            _ => None,
        }
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
        let window = self.window(query)?;
        if conditions.iter().any(|condition| self.is_correlated(condition)) {
            return self.query_then_subqueries(query, needed, conditions);
        }
        let mut wanted: Option<BTreeSet<ColumnId>> = needed.cloned();
        if let Some(wanted) = &mut wanted {
            conditions.iter().for_each(|condition| add_columns(condition, wanted));
            wanted.extend(query.limit_per);
        }
        match &query.body {
            QueryBody::Select(select) if window.is_everything() && select.windows.is_empty() => {
                let select = with_conditions((**select).clone(), &conditions);
                self.select(select, &query.order_by, window, wanted.as_ref())
            }
            QueryBody::Select(select) => {
                let node = self.select((**select).clone(), &query.order_by, window, wanted.as_ref())?;
                self.filtered(node, conditions)
            }
            QueryBody::Compound { first, rest, collations } => {
                let node = self.compound(query, first, rest, collations, window)?;
                self.filtered(node, conditions)
            }
            QueryBody::Recursive(recursive) => {
                let node = self.recursion(query, recursive, window)?;
                self.filtered(node, conditions)
            }
        }
    }

    /// A query whose rows must also satisfy conditions of which some hold correlated subqueries: those are asked above it.
    fn query_then_subqueries(
        &mut self,
        query: &Query,
        needed: Option<&BTreeSet<ColumnId>>,
        conditions: Vec<BoundExpr>,
    ) -> Result<Node, Unsupported> {
        let (correlated, conditions): (Vec<_>, Vec<_>) =
            conditions.into_iter().partition(|condition| self.is_correlated(condition));
        let mut wanted: BTreeSet<ColumnId> = needed.map_or_else(|| query.output.iter().copied().collect(), Clone::clone);
        correlated.iter().for_each(|condition| self.add_needed(condition, &mut wanted));
        let node = self.query(query, Some(&wanted), conditions)?;
        let node = self.filtered(node, correlated)?;
        Ok(if needed.is_none() { super::apply::projected(node, query.output.clone()) } else { node })
    }

    fn compound(
        &mut self,
        query: &Query,
        first: &Select,
        rest: &[(SetOperator, Select)],
        collations: &[Collation],
        window: Window,
    ) -> Result<Node, Unsupported> {
        // How often a row comes is of no matter where a later operator makes a set of them.
        let sets = rest.iter().rposition(|(operator, _)| *operator != SetOperator::UnionAll).map_or(0, |last| last + 2);
        let arm = |select: &Select, position| Select { as_set: select.as_set || position < sets, ..select.clone() };
        let mut node = self.select(arm(first, 0), &[], Window::EVERYTHING, None)?;
        for (index, (operator, select)) in rest.iter().enumerate() {
            let right = self.select(arm(select, index + 1), &[], Window::EVERYTHING, None)?;
            let rows = match operator {
                SetOperator::Union | SetOperator::UnionAll => node.rows + right.rows,
                SetOperator::Intersect => node.rows.min(right.rows),
                SetOperator::Except => node.rows,
            };
            let set = SetNode { operator: *operator, left: node, right, collations: collations.to_vec() };
            node = Node::new(NodeKind::Set(Box::new(set)), query.output.clone(), rows);
            let is_followed_by_all = rest.get(index + 1).is_some_and(|(next, _)| *next == SetOperator::UnionAll);
            if *operator != SetOperator::UnionAll && is_followed_by_all && rows <= MOST_SORTED {
                node = sorted(node, all_columns_ascending(&query.output, collations, &[]), &Window::EVERYTHING);
            }
        }
        let mut keys = query.order_by.clone();
        let is_merged = rest.last().is_some_and(|(operator, _)| *operator != SetOperator::UnionAll);
        if is_merged && (!keys.is_empty() || !window.is_everything() || node.rows <= MOST_SORTED) {
            keys = all_columns_ascending(&query.output, collations, &keys);
        }
        Ok(limited(sorted(node, keys, &window), window))
    }

    pub(super) fn select(
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
        let mut order_by = order_by.to_vec();
        let mut node = self.rows(&select, &order_by)?;
        if select.grouped {
            node = self.applied_below_grouping(node, &mut select)?;
            node = self.aggregate(node, &select)?;
        } else if let Some(most) = window.most()
            && !select.distinct
            && select.windows.is_empty()
        {
            self.push_limit(&mut node, &order_by, most);
        }
        node = self.windows(node, &mut select.windows)?;
        // Rows that nobody asked for need no results, which a subquery would compute for all of them together.
        let window = if order_by.is_empty() && !select.distinct && window.per.is_none() {
            node = limited(node, window);
            Window::EVERYTHING
        } else {
            window
        };
        let results = select.projection.iter_mut().map(|(_, expr)| expr);
        let mut exprs: Vec<&mut BoundExpr> = results.chain(order_by.iter_mut().map(|term| &mut term.expr)).collect();
        node = self.applied(node, &mut exprs)?;
        self.results(node, select, &order_by, window)
    }

    fn applied_below_grouping(&mut self, node: Node, select: &mut Select) -> Result<Node, Unsupported> {
        let aggregates = select.aggregates.iter_mut().flat_map(|(_, aggregate)| aggregate.expressions_mut());
        let keys = select.group_by.iter_mut().chain(&mut select.bare).map(|(_, expr)| expr);
        let mut exprs: Vec<&mut BoundExpr> = aggregates.chain(keys).collect();
        self.applied(node, &mut exprs)
    }

    /// The rows of `node` that satisfy conditions which may hold correlated subqueries, asked one after the other.
    pub(super) fn filtered_by_subqueries(&mut self, node: Node, conditions: Vec<BoundExpr>) -> Result<Node, Unsupported> {
        let mut node = node;
        for mut condition in conditions {
            node = self.applied(node, &mut [&mut condition])?;
            node = self.filtered(node, vec![condition])?;
        }
        Ok(node)
    }

    /// The columns of a FROM that are used above it and WHERE.
    pub(super) fn needed_above(&self, select: &Select, order_by: &[OrderBy]) -> BTreeSet<ColumnId> {
        let mut needed = BTreeSet::new();
        let mut need = |expr: &BoundExpr| self.add_needed(expr, &mut needed);
        select.projection.iter().for_each(|(_, expr)| need(expr));
        select.group_by.iter().chain(&select.bare).for_each(|(_, expr)| need(expr));
        select.aggregates.iter().flat_map(|(_, aggregate)| aggregate.expressions()).for_each(&mut need);
        select.windows.iter().flat_map(|(_, call)| call.expressions()).for_each(&mut need);
        order_by.iter().for_each(|term| need(&term.expr));
        needed
    }

    /// FROM and WHERE, giving every column that is used above.
    fn rows(&mut self, select: &Select, order_by: &[OrderBy]) -> Result<Node, Unsupported> {
        let needed = self.needed_above(select, order_by);
        let (from, conditions) = inner_conditions(select);
        let from = if from.iter().all(|item| item.on.is_none() && matches!(item.kind, JoinKind::Inner | JoinKind::Cross)) {
            self.functions_in_place(from, &conditions)
        } else {
            from
        };
        let columns = |source: &FromSource| self.source_columns(source);
        let tree = Tree::of_from(&from, &columns, &|condition| self.needed_by(condition));
        let Some(mut tree) = tree else {
            return self.filtered_by_subqueries(Node::new(NodeKind::OneRow, Vec::new(), 1.0), conditions);
        };
        let (mut semis, mut constant, mut correlated, mut general) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let is_bound = self.is_dependent(&from);
        for condition in conditions {
            // SQLite asks what may fail about rows of the current binding alone.
            if is_bound && crate::expression::may_fail(&condition) {
                general.push(condition);
                continue;
            }
            match self.attempt(|planner| planner.semi_join(&condition)) {
                Ok(Some(semi)) => semis.push(semi),
                Ok(None) if self.has_correlated_scalar(&condition) => correlated.push(condition),
                Ok(None) if self.is_correlated(&condition) => general.push(condition),
                Ok(None) if columns_of(&condition).is_empty() => constant.push(condition),
                Ok(None) => tree = tree.with_condition(condition, &|condition| self.needed_by(condition)),
                Err(_) => general.push(condition),
            }
        }
        for semi in semis {
            tree = self.with_semi_join(tree, semi);
        }
        for condition in correlated {
            match self.attempt(|planner| planner.decorrelated(condition.clone(), tree.clone())) {
                Ok((condition, joined)) if !self.is_correlated(&condition) => {
                    tree = Tree::Inner { members: vec![joined], conditions: vec![condition] };
                }
                _ => general.push(condition),
            }
        }
        for condition in general {
            let wanted = self.needed_by(&condition);
            // What says the same of all rows comes first.
            let asked = std::mem::take(&mut constant).into_iter().chain([condition]);
            tree = tree.below_outer_joins(&wanted, |tree| asked.fold(tree, Tree::asked));
        }
        let wanted = Wanted::by(select, order_by, needed);
        let mut node = self.tree(tree, &wanted)?;
        if wanted.as_set {
            self.read_once(&mut node);
        }
        self.filtered(node, constant)
    }

    pub(super) fn source_columns(&self, source: &FromSource) -> BTreeSet<ColumnId> {
        match source {
            FromSource::Table(table) => {
                let table = &self.bound.tables[table.0 as usize];
                table.columns.iter().copied().chain(table.rowid).collect()
            }
            FromSource::Query(query) => query.output.iter().copied().collect(),
            FromSource::Common { columns, .. } | FromSource::Recursion { columns, .. } | FromSource::Values { columns, .. } => {
                columns.iter().copied().collect()
            }
            FromSource::Function(function) => function.columns.iter().map(|(column, _)| *column).collect(),
            FromSource::Joined(items) => items.iter().flat_map(|item| self.source_columns(&item.source)).collect(),
        }
    }

    fn aggregate(&mut self, input: Node, select: &Select) -> Result<Node, Unsupported> {
        for expr in select.group_by.iter().chain(&select.bare).map(|(_, expr)| expr) {
            self.subqueries_of(expr)?;
        }
        for (_, aggregate) in &select.aggregates {
            for expr in aggregate.expressions() {
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
        let having = conjuncts(select.having.clone());
        let input = match self.grouped_in_pool(input, select, &columns, groups.max(1.0)) {
            Ok(node) => return self.filtered_by_subqueries(node, having),
            Err(input) => input,
        };
        let mut aggregate = AggregateNode {
            keys: select.group_by.iter().map(|(id, expr)| (expr.clone(), self.bound.columns.get(*id).collation)).collect(),
            aggregates: select.aggregates.iter().map(|(_, aggregate)| aggregate.clone()).collect(),
            bare: select.bare.iter().map(|(_, expr)| expr.clone()).collect(),
            grouped: !select.group_by.is_empty(),
            input,
        };
        self.count_entries(&mut aggregate);
        let node = Node::new(NodeKind::Aggregate(Box::new(aggregate)), columns, groups.max(1.0));
        self.filtered_by_subqueries(node, having)
    }

    /// The result columns with DISTINCT, ORDER BY and LIMIT. What is sorted by but no result column rides along and is
    /// dropped at the end.
    fn results(&mut self, input: Node, select: Select, order_by: &[OrderBy], window: Window) -> Result<Node, Unsupported> {
        let outputs: Vec<ColumnId> = select.projection.iter().map(|(id, _)| *id).collect();
        let (mut columns, mut expressions): (Vec<_>, Vec<_>) = select.projection.into_iter().unzip();
        let mut keys = Vec::new();
        let width = columns.len();
        for term in order_by {
            let position = expressions.iter().position(|expr| *expr == term.expr);
            let position = position.unwrap_or_else(|| {
                columns.push(self.plain_column("sort key"));
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
            let collations = node.columns[..width].iter().map(|column| self.bound.columns.get(*column).collation).collect();
            let columns = node.columns.clone();
            node = Node::new(NodeKind::Distinct { input: Box::new(node), collations }, columns, rows);
        }
        node = limited(sorted(node, keys, &window), window);
        if node.columns.len() > outputs.len() {
            let rows = node.rows;
            let expressions = outputs.iter().map(|column| BoundExpr::Column(*column)).collect();
            node = Node::new(NodeKind::Project { input: Box::new(node), expressions }, outputs, rows);
        }
        Ok(node)
    }

    /// LIMIT and OFFSET as numbers where they are constants: a negative LIMIT is none, a negative OFFSET is 0.
    fn window(&mut self, query: &Query) -> Result<Window, Unsupported> {
        let mut count = |expr: &Option<BoundExpr>| -> Result<Option<RowCount>, Unsupported> {
            let Some(expr) = expr else { return Ok(None) };
            Ok(match crate::expression::fold_constants(expr.clone()) {
                BoundExpr::Literal(Value::Integer(number)) => u64::try_from(number).ok().map(RowCount::Known),
                expr => {
                    self.subqueries_of(&expr)?;
                    Some(RowCount::Computed(expr))
                }
            })
        };
        let limit = count(&query.limit)?;
        let offset = count(&query.offset)?.unwrap_or(RowCount::Known(0));
        Ok(Window { limit, offset, per: query.limit_per })
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

/// A limit of all rows, or for each value of a column.
fn limited(node: Node, window: Window) -> Node {
    if window.is_everything() {
        return node;
    }
    let columns = node.columns.clone();
    let Window { limit, offset, per } = window;
    let rows = match (&limit, per) {
        (Some(RowCount::Known(limit)), None) => node.rows.min(*limit as f64),
        _ => node.rows,
    };
    let input = Box::new(node);
    let kind = match per {
        Some(column) => NodeKind::LimitPer { input, key: BoundExpr::Column(column), limit, offset },
        None => NodeKind::Limit { input, limit, offset },
    };
    Node::new(kind, columns, rows)
}

fn sorted(node: Node, keys: Vec<OrderBy>, window: &Window) -> Node {
    if keys.is_empty() {
        return node;
    }
    let columns = node.columns.clone();
    let rows = window.most().map_or(node.rows, |most| node.rows.min(most as f64));
    Node::new(NodeKind::Sort { input: Box::new(node), keys, limit: window.most() }, columns, rows)
}

/// SQLite merges the sorted sides of a set operation, so its rows come in the order of all columns, and those that ORDER BY does
/// not tell apart too. No document promises it, but LIMIT shows it.
fn all_columns_ascending(columns: &[ColumnId], collations: &[Collation], first: &[OrderBy]) -> Vec<OrderBy> {
    let mut keys = first.to_vec();
    for (column, collation) in columns.iter().zip(collations) {
        let expr = BoundExpr::Column(*column);
        if !first.iter().any(|key| key.expr == expr) {
            keys.push(OrderBy { expr, collation: *collation, descending: false, nulls_first: true });
        }
    }
    keys
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
