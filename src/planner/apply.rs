//! Correlated subqueries in general: asked once, for all rows around them together.
//!
//! The rows around a subquery are numbered, rows that show it the same values alike. The subquery is then joined with these *bindings*
//! (number and values) and carries the number through to its result: grouped by it, limited by it, combined under it.
//! At the end each row finds its subquery's result by its number. Every step on the way is an ordinary one, so an equality with an outer
//! column becomes a hash join, and each pool is read once.

use std::collections::BTreeSet;

use super::condition::{add_columns, all_of, columns_of};
use super::equal_columns::equality;
use super::{JoinKey, JoinMode, Node, NodeKind, Planner, Unsupported};
use crate::bind::{
    Aggregate, AggregateFunction, BoundExpr, ColumnId, ColumnInfo, CommonQuery, CompareOperator, Comparison, FromItem,
    FromSource, OrderBy, Query, QueryBody, Select, Substituter, Substitution,
};
use crate::statement::{JoinKind, SetOperator};
use crate::value::{Affinity, Collation, ComparisonAffinity, Value};

/// The bindings of a subquery: a shared step of the number and the outer columns.
#[derive(Debug, Clone)]
struct Bindings {
    /// Its place among the common tables.
    index: usize,
    /// The outer columns, as the subquery names them.
    outer: Vec<ColumnId>,
}

/// The bindings as a table of one FROM.
struct BindingsHere {
    item: FromItem,
    number: ColumnId,
    /// The outer columns by the ids that they have here.
    columns: Substitution,
}

impl Planner<'_> {
    /// `node` with a column for each correlated subquery of `exprs`, which then name these columns instead.
    pub(super) fn applied(&mut self, node: Node, exprs: &mut [&mut BoundExpr]) -> Result<Node, Unsupported> {
        let mut node = node;
        while let Some(part) = exprs.iter().find_map(|expr| self.correlated_part(expr)) {
            let (joined, value) = self.apply(node, &part)?;
            node = joined;
            for expr in exprs.iter_mut() {
                let old = std::mem::replace(&mut **expr, BoundExpr::Literal(Value::Null));
                **expr = old.rewrite(&mut |found| (*found == part).then(|| value.clone()));
            }
        }
        Ok(node)
    }

    /// Whether a subquery has to be asked for each row of what surrounds it.
    pub(super) fn is_correlated(&self, expr: &BoundExpr) -> bool {
        self.correlated_part(expr).is_some()
    }

    /// A correlated subquery of an expression, none of whose own operands holds another one.
    fn correlated_part(&self, expr: &BoundExpr) -> Option<BoundExpr> {
        let mut found = None;
        // Operands are visited after what they belong to, so the last one found has none within.
        expr.walk(&mut |part| {
            let Some(subquery) = part.asked_subquery() else { return };
            let is_row = matches!(part, BoundExpr::InRows { .. });
            if is_row || !self.bound.subqueries[subquery.0 as usize].outer.is_empty() {
                found = Some(part.clone());
            }
        });
        found
    }

    /// Adds the columns that an expression needs, those of its subqueries included.
    pub(super) fn add_needed(&self, expr: &BoundExpr, columns: &mut BTreeSet<ColumnId>) {
        add_columns(expr, columns);
        expr.walk(&mut |part| {
            if let Some(subquery) = part.asked_subquery() {
                columns.extend(&self.bound.subqueries[subquery.0 as usize].outer);
            }
        });
    }

    /// The columns that an expression needs, those of its subqueries included.
    pub(super) fn needed_by(&self, expr: &BoundExpr) -> BTreeSet<ColumnId> {
        let mut columns = BTreeSet::new();
        self.add_needed(expr, &mut columns);
        columns
    }

    /// `node` with the value of a correlated subquery for each row, and what stands for that value.
    fn apply(&mut self, node: Node, part: &BoundExpr) -> Result<(Node, BoundExpr), Unsupported> {
        let mut outer = BTreeSet::new();
        self.add_needed(part, &mut outer);
        if !outer.iter().all(|column| node.columns.contains(column)) {
            return Err("a subquery that is correlated over several levels".to_owned());
        }
        let (rows, bindings) = self.numbered(node, outer.into_iter().collect());
        let number = *rows.columns.last().expect("the number was added last");
        match part {
            BoundExpr::Exists { subquery, negated } => {
                let query = self.bound.subqueries[subquery.0 as usize].query.clone();
                let query = self.dependent(Query { order_by: Vec::new(), ..query }.read_as_set(), &bindings)?;
                let found = query.output[0];
                let node = self.query(&query, Some(&BTreeSet::from([found])), Vec::new())?;
                let node = distinct(projected(node, vec![found]));
                let value = BoundExpr::IsNull { operand: Box::new(BoundExpr::Column(found)), negated: !negated };
                Ok((self.joined_by_number(rows, number, node), value))
            }
            BoundExpr::Scalar(id) => {
                let query = self.bound.subqueries[id.0 as usize].query.clone();
                let (node, value) = self.applied_scalar(rows, number, query, &bindings)?;
                Ok((node, BoundExpr::Column(value)))
            }
            BoundExpr::InSubquery { operand, subquery, negated, affinity, collation } => {
                let query = self.bound.subqueries[subquery.0 as usize].query.clone();
                let test = equality((**operand).clone(), query.output[0], *affinity, *collation);
                self.applied_membership(rows, number, query, test, *negated, &bindings)
            }
            BoundExpr::InRows { operands, subquery, negated } => {
                let query = self.bound.subqueries[subquery.0 as usize].query.clone();
                let pairs = operands.iter().zip(&query.output);
                let tests = pairs.map(|(left, right)| equality(left.expr.clone(), *right, left.affinity, left.collation));
                let test = BoundExpr::And(tests.collect());
                self.applied_membership(rows, number, query, test, *negated, &bindings)
            }
            _ => Err("a correlated subquery in this place".to_owned()),
        }
    }

    fn applied_scalar(
        &mut self,
        rows: Node,
        number: ColumnId,
        mut query: Query,
        bindings: &Bindings,
    ) -> Result<(Node, ColumnId), Unsupported> {
        let mut may_give_more = false;
        if !always_gives_one_row(&query) {
            query.limit = match query.limit {
                Some(BoundExpr::Literal(Value::Integer(0))) => query.limit,
                None | Some(BoundExpr::Literal(Value::Integer(_))) => Some(BoundExpr::Literal(Value::Integer(1))),
                computed => {
                    may_give_more = true;
                    computed
                }
            };
        }
        let query = self.dependent(query, bindings)?;
        let value = query.output[1];
        let mut node = self.query(&query, None, Vec::new())?;
        if may_give_more {
            node = distinct(node);
        }
        // A scalar subquery brings no collation to what it stands in.
        self.bound.columns.forget_collation(value);
        Ok((self.joined_by_number(rows, number, node), value))
    }

    /// `x IN (SELECT y …)` for each row: whether some `x = y` is true, else NULL if some is NULL.
    fn applied_membership(
        &mut self,
        rows: Node,
        number: ColumnId,
        query: Query,
        test: BoundExpr,
        negated: bool,
        bindings: &Bindings,
    ) -> Result<(Node, BoundExpr), Unsupported> {
        let aggregates = [
            Aggregate::plain(AggregateFunction::CountAll, Vec::new()),
            Aggregate::plain(AggregateFunction::Count, vec![test.clone()]),
            Aggregate::plain(AggregateFunction::Maximum, vec![test]),
        ];
        let aggregates = aggregates.map(|aggregate| (self.plain_column("member"), aggregate));
        let [all, known, any] = [0, 1, 2].map(|index: usize| BoundExpr::Column(aggregates[index].0));
        let is_open = Comparison {
            left: known,
            operator: CompareOperator::Less,
            right: all,
            affinity: ComparisonAffinity::None,
            collation: Collation::Binary,
        };
        let truth = |truth| BoundExpr::Literal(Value::Integer(i64::from(truth)));
        let value = BoundExpr::Case {
            branches: vec![(any, truth(!negated)), (BoundExpr::Compare(Box::new(is_open)), BoundExpr::Literal(Value::Null))],
            otherwise: Some(Box::new(truth(negated))),
        };
        let select = Select {
            from: vec![FromItem::plain(FromSource::Query(Box::new(query)))],
            grouped: true,
            aggregates: aggregates.to_vec(),
            projection: vec![(self.plain_column("is member"), value)],
            ..Select::default()
        };
        let (node, value) = self.applied_scalar(rows, number, Query::of_select(select), bindings)?;
        Ok((node, BoundExpr::Column(value)))
    }

    /// The rows, kept for several readers, with a number as the last column that those share which have the same
    /// values in `keys`; without keys each has its own.
    pub(super) fn shared_with_number(&mut self, node: Node, keys: Option<Vec<ColumnId>>) -> (Node, ColumnId) {
        let number = self.plain_column("binding");
        let rows = node.rows;
        let mut columns = node.columns.clone();
        columns.push(number);
        let kind = NodeKind::Number { input: Box::new(node), keys };
        self.shared_nodes.push(Node::new(kind, columns.clone(), rows));
        (Node::new(NodeKind::Shared(self.shared_nodes.len() - 1), columns, rows), number)
    }

    /// The rows with the number of their binding as the last column, and the bindings.
    fn numbered(&mut self, node: Node, outer: Vec<ColumnId>) -> (Node, Bindings) {
        let width = node.columns.len();
        let (numbered, _) = self.shared_with_number(node, Some(outer.clone()));
        let (columns, rows) = (numbered.columns.clone(), numbered.rows);

        let copies: Vec<ColumnId> = columns.iter().map(|column| self.copied_column(*column)).collect();
        let mut kept = vec![copies[width]];
        kept.extend(outer.iter().map(|column| {
            let position = columns.iter().position(|known| known == column);
            copies[position.expect("the outer columns were found among the rows' columns")]
        }));
        let all = Node::new(numbered.kind.clone(), copies, rows);
        self.shared_nodes.push(distinct(projected(all, kept)));
        let index = self.bound.common.len();
        let nothing = Query::of_select(Select::default());
        self.bound.common.push(CommonQuery { query: nothing });
        // Never planned in place: its step is there already.
        self.uses.push(2);
        self.shared.insert(index, self.shared_nodes.len() - 1);
        (numbered, Bindings { index, outer })
    }

    /// Each row with the one row of `results` whose first column is its number, or with NULLs.
    pub(super) fn joined_by_number(&self, rows: Node, number: ColumnId, results: Node) -> Node {
        let key = JoinKey {
            left: BoundExpr::Column(number),
            right: BoundExpr::Column(results.columns[0]),
            affinity: ComparisonAffinity::None,
            collation: Collation::Binary,
            null_safe: false,
        };
        let estimate = rows.rows;
        let mut node = self.keyed_join(JoinMode::Left, rows, results, vec![key], None);
        node.rows = estimate;
        node
    }

    /// The query for all bindings together: its first column is the number of the binding that a row belongs to.
    fn dependent(&mut self, query: Query, bindings: &Bindings) -> Result<Query, Unsupported> {
        let Query { body, mut order_by, limit, offset, mut output, .. } = query;
        let (body, number) = match body {
            QueryBody::Select(select) => {
                let select = self.dependent_select(*select, &mut order_by, bindings)?;
                let number = select.projection[0].0;
                (QueryBody::Select(Box::new(select)), number)
            }
            QueryBody::Compound { first, rest, mut collations } => {
                collations.insert(0, Collation::Binary);
                let first = self.dependent_select(*first, &mut [], bindings)?;
                let rest = rest.into_iter().map(|(operator, select)| -> Result<(SetOperator, Select), Unsupported> {
                    Ok((operator, self.dependent_select(select, &mut [], bindings)?))
                });
                let rest = rest.collect::<Result<Vec<_>, _>>()?;
                (QueryBody::Compound { first: Box::new(first), rest, collations }, self.plain_column("binding"))
            }
            QueryBody::Recursive(_) => return Err("a recursive common table that is correlated".to_owned()),
        };
        output.insert(0, number);
        let limit_per = (limit.is_some() || offset.is_some()).then_some(number);
        Ok(Query { body, order_by, limit, offset, output, limit_per })
    }

    fn dependent_select(&mut self, select: Select, order_by: &mut [OrderBy], bindings: &Bindings) -> Result<Select, Unsupported> {
        let BindingsHere { item, number, columns } = self.bindings_here(bindings);
        let mut substituter = Substituter::new(&mut self.bound.subqueries, &columns);
        let mut select = substituter.select(select);
        for term in order_by {
            term.expr = substituter.expr(term.expr.clone());
        }
        let here: Vec<ColumnId> = bindings.outer.iter().map(|column| columns[column]).collect();
        let bindings = Bindings { index: bindings.index, outer: here };
        if select.grouped && select.group_by.is_empty() {
            return self.dependent_totals(select, item, number, &bindings);
        }
        let mut column = BoundExpr::Column(number);
        select.from = self.dependent_from(std::mem::take(&mut select.from), item, number, &bindings)?;
        if select.grouped {
            let key = self.copied_column(number);
            select.group_by.insert(0, (key, column));
            column = BoundExpr::Column(key);
        }
        window_per(&mut select, &column);
        select.projection.insert(0, (self.copied_column(number), column));
        Ok(select)
    }

    /// Aggregates without GROUP BY give a row for every binding, for those too that find no row: the rows found are joined to all
    /// bindings, and each aggregate sees only what was found.
    fn dependent_totals(
        &mut self,
        mut select: Select,
        all: FromItem,
        all_number: ColumnId,
        bindings: &Bindings,
    ) -> Result<Select, Unsupported> {
        let mut used = BTreeSet::new();
        for (_, aggregate) in &select.aggregates {
            aggregate.expressions().for_each(|expr| self.add_needed(expr, &mut used));
        }
        select.bare.iter().for_each(|(_, expr)| self.add_needed(expr, &mut used));
        used.retain(|column| !bindings.outer.contains(column));

        let BindingsHere { item, number, columns } = self.bindings_here(bindings);
        let inner = Select { from: std::mem::take(&mut select.from), filter: select.filter.take(), ..Select::default() };
        let mut inner = Substituter::new(&mut self.bound.subqueries, &columns).select(inner);
        let here = bindings.outer.iter().map(|column| columns[column]).collect();
        inner.from = self.dependent_from(inner.from, item, number, &Bindings { index: bindings.index, outer: here })?;
        let (found, marker) = (self.copied_column(number), self.plain_column("found"));
        inner.projection = vec![(found, BoundExpr::Column(number)), (marker, BoundExpr::Literal(Value::Integer(1)))];
        inner.projection.extend(used.into_iter().map(|column| (column, BoundExpr::Column(column))));

        let source = FromSource::Query(Box::new(Query::of_select(inner)));
        select.from = vec![all, FromItem { source, kind: JoinKind::Left, on: Some(equal(all_number, found)) }];
        let is_found = BoundExpr::IsNull { operand: Box::new(BoundExpr::Column(marker)), negated: true };
        for (_, aggregate) in &mut select.aggregates {
            aggregate.filter = all_of(std::iter::once(is_found.clone()).chain(aggregate.filter.take()).collect());
        }
        let key = self.copied_column(all_number);
        select.group_by = vec![(key, BoundExpr::Column(all_number))];
        window_per(&mut select, &BoundExpr::Column(key));
        select.projection.insert(0, (self.copied_column(all_number), BoundExpr::Column(key)));
        Ok(select)
    }

    /// FROM behind the bindings. A subquery in it that uses outer columns depends on them as well, and belongs to its own binding.
    fn dependent_from(
        &mut self,
        from: Vec<FromItem>,
        item: FromItem,
        number: ColumnId,
        bindings: &Bindings,
    ) -> Result<Vec<FromItem>, Unsupported> {
        let is_outer = |planner: &Self, expr: &BoundExpr| {
            let mut columns = BTreeSet::new();
            planner.add_needed(expr, &mut columns);
            bindings.outer.iter().any(|column| columns.contains(column))
        };
        let (mut dependent, mut reaches_out) = (Vec::new(), false);
        for mut item in from {
            if let FromSource::Function(function) = &item.source {
                reaches_out |= function.arguments.iter().any(|argument| is_outer(self, argument));
            }
            if let FromSource::Joined(items) = &item.source {
                let apart = Query::of_select(Select::over(items.clone(), Vec::new()));
                if self.uses_any(&apart, &bindings.outer) {
                    return Err("a join in brackets that is correlated".to_owned());
                }
            }
            if let FromSource::Query(query) = item.source {
                item.source = if self.uses_any(&query, &bindings.outer) {
                    let query = self.dependent(*query, bindings)?;
                    let own = equal(number, query.output[0]);
                    item.on = all_of(std::iter::once(own).chain(item.on).collect());
                    FromSource::Query(Box::new(query))
                } else {
                    FromSource::Query(query)
                };
            }
            dependent.push(item);
        }
        let gives_lone_rows = |item: &FromItem| matches!(item.kind, JoinKind::Right | JoinKind::Full);
        if !dependent.iter().any(gives_lone_rows) {
            dependent.insert(0, item);
            return Ok(dependent);
        }
        // Rows without a partner on the left would have no binding: such joins come first, for all bindings alike.
        if reaches_out
            || dependent
                .iter()
                .any(|item| item.on.as_ref().is_some_and(|on| is_outer(self, on) || columns_of(on).contains(&number)))
        {
            return Err("a RIGHT or FULL JOIN whose condition is correlated".to_owned());
        }
        let columns: BTreeSet<ColumnId> = dependent.iter().flat_map(|item| self.source_columns(&item.source)).collect();
        let projection = columns.into_iter().map(|column| (column, BoundExpr::Column(column))).collect();
        let apart = Query::of_select(Select::over(dependent, projection));
        Ok(vec![item, FromItem::plain(FromSource::Query(Box::new(apart)))])
    }

    /// Whether a query uses one of these columns anywhere.
    fn uses_any(&self, query: &Query, columns: &[ColumnId]) -> bool {
        let marks: Substitution = columns.iter().map(|column| (*column, ColumnId(u32::MAX))).collect();
        // What a substitution would replace is what uses them; it works on copies.
        let mut subqueries = self.bound.subqueries.clone();
        let mut substituter = Substituter::new(&mut subqueries, &marks);
        drop(substituter.query(query.clone()));
        substituter.has_replaced()
    }

    /// Whether a FROM reads bindings.
    pub(super) fn is_dependent(&self, from: &[FromItem]) -> bool {
        let is_bindings = |index: usize| self.bound.common[index].query.output.is_empty();
        from.iter().any(|item| matches!(item.source, FromSource::Common { index, .. } if is_bindings(index)))
    }

    fn bindings_here(&mut self, bindings: &Bindings) -> BindingsHere {
        let number = self.plain_column("binding");
        let columns: Substitution = bindings.outer.iter().map(|column| (*column, self.copied_column(*column))).collect();
        let here = std::iter::once(number).chain(bindings.outer.iter().map(|column| columns[column])).collect();
        let item = FromItem::plain(FromSource::Common { index: bindings.index, columns: here });
        BindingsHere { item, number, columns }
    }

    /// A column of its own with what is known of another.
    pub(super) fn copied_column(&mut self, column: ColumnId) -> ColumnId {
        let info = self.bound.columns.get(column).clone();
        self.bound.columns.add(ColumnInfo { table: None, ..info })
    }

    pub(super) fn plain_column(&mut self, name: &str) -> ColumnId {
        self.bound.columns.add(ColumnInfo {
            name: name.to_owned(),
            affinity: Affinity::None,
            collation: Collation::Binary,
            collates: false,
            table: None,
            not_null: false,
        })
    }

    /// Plans, or puts everything back as it was.
    pub(super) fn attempt<T>(&mut self, plan: impl FnOnce(&mut Self) -> Result<T, Unsupported>) -> Result<T, Unsupported> {
        let shared = (self.shared.clone(), self.shared_nodes.len());
        let subqueries = self.subquery_order.len();
        let result = plan(self);
        if result.is_err() {
            self.shared = shared.0;
            self.shared_nodes.truncate(shared.1);
            for id in self.subquery_order.split_off(subqueries) {
                self.subqueries.remove(&id);
            }
        }
        result
    }
}

/// Lets window functions see the rows of one binding alone.
fn window_per(select: &mut Select, binding: &BoundExpr) {
    for (_, call) in &mut select.windows {
        call.window.partition_by.insert(0, (binding.clone(), Collation::Binary));
    }
}

/// Whether a query gives one row whatever it reads.
fn always_gives_one_row(query: &Query) -> bool {
    let QueryBody::Select(select) = &query.body else { return false };
    let aggregates = select.grouped && select.group_by.is_empty() && select.having.is_none();
    aggregates && query.limit.is_none() && query.offset.is_none()
}

fn equal(left: ColumnId, right: ColumnId) -> BoundExpr {
    equality(BoundExpr::Column(left), right, ComparisonAffinity::None, Collation::Binary)
}

fn distinct(node: Node) -> Node {
    let (columns, rows) = (node.columns.clone(), node.rows);
    let collations = vec![Collation::Binary; 1];
    Node::new(NodeKind::Distinct { input: Box::new(node), collations }, columns, rows)
}

pub(super) fn projected(node: Node, columns: Vec<ColumnId>) -> Node {
    if node.columns == columns {
        return node;
    }
    let rows = node.rows;
    let expressions = columns.iter().map(|column| BoundExpr::Column(*column)).collect();
    Node::new(NodeKind::Project { input: Box::new(node), expressions }, columns, rows)
}
