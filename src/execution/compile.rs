//! A plan's steps become operators, when they are first needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::Program;
use super::computed::Computed;
use super::metrics::{Metered, Metrics};
use super::operator::{
    AggregateCall, Aggregation, Distinct, Filter, FunctionCall, HashJoin, Input, Key, Limit, LimitPer, NestedLoop, Number,
    OneRow, ProbeStart, Project, Queue, QueueTerm, Queued, Recursion, SetOperation, Shape, Shared, SharedRows, Sort, SortTerm,
    Values, window,
};
use super::pool_scan::{LookupChoice, PoolScan};
use super::subqueries::{Subqueries, SubqueryResult};
use super::workers::{Argument, Reading, Workers};
use crate::batch::Batch;
use crate::bind::{Aggregate, AggregateFunction, BoundExpr, ColumnId, FrameEdge, OrderBy, SubqueryId, WindowFunction};
use crate::cancel::CancelToken;
use crate::error::{Error, Result};
use crate::expression::{Evaluator, SqliteAggregate, SubqueryValues, TableFunction};
use crate::planner::{
    AggregateNode, HashJoin as HashJoinNode, JoinMode, NestedLoopJoin, Node, NodeId, NodeKind, PoolParameter, PoolQuery,
    RecursionNode, RowCount, Side, WindowNode,
};
use crate::value::{Affinity, Collation, Value, append_key};

/// Makes operators of a program's steps. A subquery runs when the first expression that needs it is made ready, so
/// they may refer to each other and to shared steps in any order.
pub(crate) struct Compiler {
    pub(crate) program: Arc<Program>,
    /// Before `workers`: a thread that waits for room in a channel ends only when the rows' taker is gone.
    pub(crate) shared: Vec<Option<Arc<Mutex<SharedRows>>>>,
    pub(crate) workers: Workers,
    pub(crate) scans: HashMap<NodeId, usize>,
    /// The queues of the recursions whose steps are being made.
    pub(crate) queues: HashMap<usize, Queued>,
    pub(crate) subqueries: Arc<Subqueries>,
    pub(crate) metrics: Metrics,
    pub(crate) cancel: CancelToken,
}

/// How much of a subquery its use needs.
#[derive(Clone, Copy, PartialEq)]
enum Extent {
    FirstRow,
    AllRows,
}

impl Compiler {
    /// The operator of a step, with those below it.
    pub(crate) fn operator(&mut self, node: &Node) -> Result<Input> {
        let inner: Input = match &node.kind {
            NodeKind::PoolQuery(query) => self.pool_query(node.id, query)?,
            NodeKind::OneRow => Box::new(OneRow::default()),
            NodeKind::Shared(position) => Box::new(Shared::new(self.shared(*position)?)),
            NodeKind::Filter { input, predicate } => {
                let predicate = self.computed(predicate, &input.columns)?;
                Box::new(Filter::new(self.operator(input)?, predicate))
            }
            NodeKind::Project { input, expressions } => {
                let expressions = self.all_computed(expressions, &input.columns)?;
                Box::new(Project::new(self.operator(input)?, expressions))
            }
            NodeKind::HashJoin(join) => self.hash_join(join)?,
            NodeKind::NestedLoop(join) => self.nested_loop(join)?,
            NodeKind::Aggregate(aggregate) => self.aggregate(aggregate)?,
            NodeKind::Sort { input, keys, limit } => {
                let terms = keys.iter().map(|key| self.sort_term(key, &input.columns)).collect::<Result<_>>()?;
                Box::new(Sort::new(self.operator(input)?, input.columns.len(), terms, *limit))
            }
            NodeKind::Limit { input, limit, offset } => {
                let (limit, offset) = self.row_counts(limit.as_ref(), offset)?;
                Box::new(Limit::new(self.operator(input)?, limit, offset))
            }
            NodeKind::LimitPer { input, key, limit, offset } => {
                let (limit, offset) = self.row_counts(limit.as_ref(), offset)?;
                let key = self.computed(key, &input.columns)?;
                Box::new(LimitPer::new(self.operator(input)?, key, limit, offset))
            }
            NodeKind::Number { input, keys } => {
                let position = |key: &ColumnId| input.columns.iter().position(|column| column == key);
                let missing = || Error::query("a binding's column is not among the columns that are read here");
                let positions = |keys: &Vec<ColumnId>| keys.iter().map(|key| position(key).ok_or_else(missing)).collect();
                let keys = keys.as_ref().map(positions).transpose()?;
                Box::new(Number::new(self.operator(input)?, keys))
            }
            NodeKind::Distinct { input, collations } => Box::new(Distinct::new(self.operator(input)?, collations.clone())),
            NodeKind::Values(rows) => Box::new(Values::new(rows)),
            NodeKind::Recursion(recursion) => Box::new(self.recursion(recursion)?),
            NodeKind::Queue(table) => Box::new(self.queue(*table)?),
            NodeKind::Window(step) => self.window(step)?,
            NodeKind::TableFunction(call) => {
                let arguments = self.all_computed(&call.arguments, &call.input.columns)?;
                let function = TableFunction::new(&call.name, arguments.len(), &call.columns);
                Box::new(FunctionCall::new(self.operator(&call.input)?, arguments, function))
            }
            NodeKind::Set(set) => {
                let (left, right) = (self.operator(&set.left)?, self.operator(&set.right)?);
                Box::new(SetOperation::new(set.operator, left, right, set.collations.clone()))
            }
        };
        Ok(Box::new(Metered::new(inner, node.id, self.metrics.clone(), self.cancel.clone())))
    }

    fn shared(&mut self, position: usize) -> Result<Arc<Mutex<SharedRows>>> {
        if let Some(rows) = &self.shared[position] {
            return Ok(Arc::clone(rows));
        }
        let program = Arc::clone(&self.program);
        let rows = SharedRows::new(self.operator(&program.shared[position])?);
        self.shared[position] = Some(Arc::clone(&rows));
        Ok(rows)
    }

    fn pool_query(&mut self, id: NodeId, query: &PoolQuery) -> Result<Input> {
        let scan = self.scan(id)?;
        let handle = self.workers.scan(scan);
        if handle.is_waiting() {
            handle.start(self.reading(query)?);
        }
        Ok(Box::new(PoolScan::new(self.workers.receiver(scan)?, handle)))
    }

    fn scan(&self, id: NodeId) -> Result<usize> {
        self.scans.get(&id).copied().ok_or_else(|| Error::query(format!("step {} of the plan is not registered", id.0)))
    }

    /// The whole query, its parameters' subqueries answered.
    fn reading(&mut self, query: &PoolQuery) -> Result<Reading> {
        let mut arguments = Vec::with_capacity(query.parameters.len());
        for parameter in &query.parameters {
            arguments.push(match parameter {
                PoolParameter::Value(value) => Argument::Value(value.clone()),
                PoolParameter::Scalar(subquery) => {
                    self.ensure(*subquery, Extent::FirstRow)?;
                    Argument::Value(self.subqueries.scalar(*subquery)?)
                }
                PoolParameter::Set(subquery) => {
                    self.ensure(*subquery, Extent::AllRows)?;
                    Argument::Array(Arc::new(distinct(&self.subqueries.values(*subquery)?)))
                }
            });
        }
        Ok(whole(query, arguments))
    }

    /// The side of a join that is not built, and what starts it where the join's keys can narrow it.
    fn probe_side(&mut self, join: &HashJoinNode) -> Result<(Input, Option<ProbeStart>)> {
        let node = if join.build == Side::Left { &join.right } else { &join.left };
        let Some((query, lookup)) = narrowed(join) else { return Ok((self.operator(node)?, None)) };
        let full = self.reading(query)?;
        let scan = self.scan(node.id)?;
        let handle = self.workers.scan(scan);
        let choice = LookupChoice {
            full,
            lookup: lookup.clone(),
            is_null_safe: join.keys[lookup.key].null_safe,
            handle: handle.clone(),
            metrics: self.metrics.clone(),
            node: node.id,
        };
        let rows: Input = Box::new(PoolScan::new(self.workers.receiver(scan)?, handle));
        let metered = Metered::new(rows, node.id, self.metrics.clone(), self.cancel.clone());
        Ok((Box::new(metered), Some(choice.into_start())))
    }

    fn hash_join(&mut self, join: &HashJoinNode) -> Result<Input> {
        let mut keys = Vec::with_capacity(join.keys.len());
        for key in &join.keys {
            keys.push(Key {
                left: self.computed(&key.left, &join.left.columns)?,
                right: self.computed(&key.right, &join.right.columns)?,
                affinity: key.affinity,
                collation: key.collation,
                null_safe: key.null_safe,
            });
        }
        let shape = self.shape(join.mode, join.build, &join.left, &join.right, join.residual.as_ref())?;
        let (probe, start) = self.probe_side(join)?;
        Ok(Box::new(if join.build == Side::Left {
            HashJoin::new(shape, self.operator(&join.left)?, probe, keys, start)
        } else {
            HashJoin::new(shape, probe, self.operator(&join.right)?, keys, start)
        }))
    }

    fn nested_loop(&mut self, join: &NestedLoopJoin) -> Result<Input> {
        let shape = self.shape(join.mode, Side::Right, &join.left, &join.right, join.predicate.as_ref())?;
        Ok(Box::new(NestedLoop::new(shape, self.operator(&join.left)?, self.operator(&join.right)?)))
    }

    fn shape(&mut self, mode: JoinMode, build: Side, left: &Node, right: &Node, residual: Option<&BoundExpr>) -> Result<Shape> {
        let columns: Vec<ColumnId> = left.columns.iter().chain(&right.columns).copied().collect();
        let residual = residual.map(|residual| self.computed(residual, &columns)).transpose()?;
        let (left_columns, right_columns) = (left.columns.len(), right.columns.len());
        Ok(Shape { mode, build, left_columns, right_columns, residual, cancel: self.cancel.clone() })
    }

    fn aggregate(&mut self, node: &AggregateNode) -> Result<Input> {
        let input = &node.input.columns;
        let mut keys = Vec::with_capacity(node.keys.len());
        for (key, collation) in &node.keys {
            keys.push((self.computed(key, input)?, *collation));
        }
        let aggregates = node.aggregates.iter().map(|aggregate| self.call(aggregate, input)).collect::<Result<_>>()?;
        let bare = self.all_computed(&node.bare, input)?;
        Ok(Box::new(Aggregation::new(self.operator(&node.input)?, keys, aggregates, bare, node.grouped)))
    }

    fn recursion(&mut self, node: &RecursionNode) -> Result<Recursion> {
        let setup = self.operator(&node.setup)?;
        let mut steps = Vec::with_capacity(node.steps.len());
        for step in &node.steps {
            let queue = Queued::default();
            self.queues.insert(node.table, queue.clone());
            steps.push((queue, self.operator(step)?));
        }
        let term = |(column, term): &(usize, OrderBy)| QueueTerm {
            column: *column,
            collation: term.collation,
            descending: term.descending,
            nulls_first: term.nulls_first,
        };
        let order = node.order_by.iter().map(term).collect();
        let (limit, offset) = self.row_counts(node.limit.as_ref(), &node.offset)?;
        Ok(Recursion::new(setup, steps, node.distinct.clone(), order, limit, offset))
    }

    /// LIMIT and OFFSET as numbers.
    fn row_counts(&mut self, limit: Option<&RowCount>, offset: &RowCount) -> Result<(Option<u64>, u64)> {
        let limit = limit.map_or(Ok(None), |limit| self.row_count(limit))?;
        Ok((limit, self.row_count(offset)?.unwrap_or(0)))
    }

    /// The number that a count turns out to be; None where it is negative.
    fn row_count(&mut self, count: &RowCount) -> Result<Option<u64>> {
        let expression = match count {
            RowCount::Known(number) => return Ok(Some(*number)),
            RowCount::Computed(expression) => expression,
        };
        let value = self.computed(expression, &[])?.evaluate(&Batch::new(1, Vec::new()))?;
        match Affinity::Integer.apply(value.value(0)) {
            Value::Integer(number) => Ok(u64::try_from(number).ok()),
            _ => Err(Error::query("datatype mismatch")),
        }
    }

    fn queue(&self, table: usize) -> Result<Queue> {
        let missing = || Error::query(format!("recursion {table} is read outside its own steps"));
        self.queues.get(&table).cloned().map(Queue::new).ok_or_else(missing)
    }

    fn window(&mut self, step: &WindowNode) -> Result<Input> {
        let input = &step.input.columns;
        let mut partition = Vec::new();
        for (key, collation) in &step.window.partition_by {
            partition.push((self.computed(key, input)?, *collation));
        }
        let mut order = Vec::new();
        for term in &step.window.order_by {
            order.push(window::Term {
                expression: self.computed(&term.expr, input)?,
                collation: term.collation,
                descending: term.descending,
                nulls_first: term.nulls_first,
            });
        }
        let frame = &step.window.frame;
        let frame =
            window::FrameShape { unit: frame.unit, start: edge(&frame.start), end: edge(&frame.end), exclude: frame.exclude };
        let mut calls = Vec::new();
        for call in &step.calls {
            calls.push(window::Call {
                function: call.function,
                arguments: self.all_computed(&call.arguments, input)?,
                filter: call.filter.as_ref().map(|filter| self.computed(filter, input)).transpose()?,
                collation: call.collation,
                by_sqlite: match call.function {
                    WindowFunction::Aggregate(AggregateFunction::BySqlite(name)) => {
                        Some(SqliteAggregate::new(name, &call.arguments))
                    }
                    _ => None,
                },
            });
        }
        let shape = window::Shape { partition, order, frame };
        Ok(Box::new(window::Window::new(self.operator(&step.input)?, input.len(), shape, calls)))
    }

    fn call(&mut self, aggregate: &Aggregate, input: &[ColumnId]) -> Result<AggregateCall> {
        let arguments = self.all_computed(&aggregate.arguments, input)?;
        let filter = aggregate.filter.as_ref().map(|filter| self.computed(filter, input)).transpose()?;
        let terms = aggregate.order_by.iter().map(|term| self.sort_term(term, input)).collect::<Result<_>>()?;
        let call = AggregateCall::new(aggregate.function, arguments, filter, aggregate.distinct, aggregate.collation);
        let call = call.in_order(terms);
        Ok(match aggregate.function {
            AggregateFunction::BySqlite(name) => call.by_sqlite(SqliteAggregate::new(name, &aggregate.arguments)),
            _ => call,
        })
    }

    fn sort_term(&mut self, key: &OrderBy, input: &[ColumnId]) -> Result<SortTerm> {
        Ok(SortTerm {
            expression: self.computed(&key.expr, input)?,
            collation: key.collation,
            descending: key.descending,
            nulls_first: key.nulls_first,
        })
    }

    fn all_computed(&mut self, expressions: &[BoundExpr], input: &[ColumnId]) -> Result<Vec<Computed>> {
        expressions.iter().map(|expression| self.computed(expression, input)).collect()
    }

    fn computed(&mut self, expression: &BoundExpr, input: &[ColumnId]) -> Result<Computed> {
        if let BoundExpr::Column(id) = expression
            && let Some(position) = input.iter().position(|column| column == id)
        {
            return Ok(Computed::Column(position));
        }
        let mut needed = Vec::new();
        expression.walk(&mut |part| match part {
            BoundExpr::Scalar(subquery) | BoundExpr::Exists { subquery, .. } => needed.push((*subquery, Extent::FirstRow)),
            other => needed.extend(other.asked_subquery().map(|subquery| (subquery, Extent::AllRows))),
        });
        for (subquery, extent) in needed {
            self.ensure(subquery, extent)?;
        }
        let subqueries: Arc<dyn SubqueryValues> = Arc::clone(&self.subqueries) as Arc<dyn SubqueryValues>;
        let evaluator = Evaluator::new(expression, input, &self.program.columns, &subqueries)?;
        Ok(Computed::Expression(Box::new(evaluator)))
    }

    /// Runs a subquery unless it ran before.
    fn ensure(&mut self, subquery: SubqueryId, extent: Extent) -> Result<()> {
        if self.subqueries.is_known(subquery) {
            return Ok(());
        }
        let program = Arc::clone(&self.program);
        let missing = || Error::query(format!("subquery {} is not part of the plan", subquery.0));
        let (_, node) = program.subqueries.iter().find(|(id, _)| *id == subquery).ok_or_else(missing)?;
        let mut rows = self.operator(node)?;
        let mut values: Vec<Value> = Vec::new();
        let mut has_row = false;
        while let Some(batch) = rows.next_batch()? {
            has_row = true;
            if let Some(column) = batch.columns().first() {
                let wanted = if extent == Extent::FirstRow { 1 } else { column.len() };
                values.extend((0..wanted).map(|row| column.value(row).to_owned()));
            }
            if extent == Extent::FirstRow {
                break;
            }
        }
        self.subqueries.set(subquery, SubqueryResult { values: Arc::new(values), has_row });
        Ok(())
    }
}

fn edge(edge: &FrameEdge) -> window::Edge {
    match edge {
        FrameEdge::UnboundedPreceding | FrameEdge::UnboundedFollowing => window::Edge::Unbounded,
        FrameEdge::Preceding(offset) => window::Edge::Preceding(offset.clone()),
        FrameEdge::CurrentRow => window::Edge::Current,
        FrameEdge::Following(offset) => window::Edge::Following(offset.clone()),
    }
}

/// A query with its arguments: in parts where it can be cut, else whole.
pub(super) fn whole(query: &PoolQuery, arguments: Vec<Argument>) -> Reading {
    match &query.partition {
        Some(partition) => Reading { sql: partition.sql.clone(), arguments, ranges: Some(partition.ranges.clone()) },
        None => Reading { sql: query.sql.clone(), arguments, ranges: None },
    }
}

/// The probing side of a join, where its keys may narrow it: a pool's query that has a lookup, in a mode that asks for no
/// row of that side but those with a partner.
pub(super) fn narrowed(join: &HashJoinNode) -> Option<(&PoolQuery, &crate::planner::Lookup)> {
    let is_sound = match (join.build, join.mode) {
        (_, JoinMode::Inner | JoinMode::Semi) | (Side::Left, JoinMode::Left | JoinMode::Anti) => true,
        (_, JoinMode::Full | JoinMode::AntiNullAware) | (Side::Right, JoinMode::Left | JoinMode::Anti) => false,
    };
    let probe = if join.build == Side::Left { &join.right } else { &join.left };
    match &probe.kind {
        NodeKind::PoolQuery(query) if is_sound => Some((query, query.lookup.as_ref()?)),
        _ => None,
    }
}

fn distinct(values: &[Value]) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    let is_new = |value: &&Value| {
        let mut bytes = Vec::new();
        append_key(&mut bytes, value.as_ref(), Collation::Binary);
        seen.insert(bytes)
    };
    values.iter().filter(is_new).cloned().collect()
}
