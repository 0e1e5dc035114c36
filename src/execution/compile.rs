//! A plan's steps become operators, when they are first needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::Program;
use super::computed::Computed;
use super::key_filter::{self, KeyFilter, ScanStart, SharedStart};
use super::memory::{MemoryBudget, StepMemory};
use super::metrics::{Metered, Metrics};
use super::native_scan::{NativeReading, scan_plan};
use super::operator::{
    AggregateCall, AggregateResult, Aggregation, Distinct, Exchange, Filter, FunctionCall, GroupRules, HashJoin, Input,
    JoinBuild, JoinSource, Key, Limit, LimitPer, NestedLoop, Number, OneRow, Project, Queue, QueueTerm, Queued, Recursion,
    SetOperation, Shape, Shared, SharedRows, Sort, SortTerm, Values, window,
};
use super::parallel::threads;
use super::pool_scan::PoolScan;
use super::subqueries::{Subqueries, SubqueryResult};
use super::workers::{Argument, Reading, ScanHandle, Workers};
use crate::batch::Batch;
use crate::bind::{Aggregate, AggregateFunction, BoundExpr, ColumnId, FrameEdge, OrderBy, SubqueryId, WindowFunction};
use crate::cancel::CancelToken;
use crate::error::{Error, Result};
use crate::expression::{Evaluator, SqliteAggregate, SubqueryValues, TableFunction};
use crate::planner::{
    AggregateNode, HashJoin as HashJoinNode, JoinMode, NestedLoopJoin, Node, NodeId, NodeKind, PoolParameter, PoolQuery, Reader,
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
    /// What the joins above a scan that is still to be made know of it.
    pub(crate) filters: HashMap<NodeId, Vec<KeyFilter>>,
    /// The queues of the recursions whose steps are being made.
    pub(crate) queues: HashMap<usize, Queued>,
    pub(crate) subqueries: Arc<Subqueries>,
    pub(crate) metrics: Metrics,
    pub(crate) memory: MemoryBudget,
    pub(crate) cancel: CancelToken,
}

/// From so many visited rows on, several threads take a scan's rows; below, they come in the table's order.
const SEVERAL_INSTANCES: f64 = 50_000.0;

/// How much of a subquery its use needs.
#[derive(Clone, Copy, PartialEq)]
enum Extent {
    FirstRow,
    AllRows,
}

impl Compiler {
    /// The operator of a step, with those below it.
    pub(crate) fn operator(&mut self, node: &Node) -> Result<Input> {
        Ok(Exchange::of(self.instances(node)?))
    }

    /// A step as one or more instances that share its rows between them and can run side by side. Rows of several instances
    /// have no order between them, so only what reads parts of a scan (in no order either) comes in several.
    fn instances(&mut self, node: &Node) -> Result<Vec<Input>> {
        let inner: Vec<Input> = match &node.kind {
            NodeKind::PoolQuery(query) => self.pool_query(node.id, query)?,
            NodeKind::OneRow => vec![Box::new(OneRow::default())],
            NodeKind::Shared(position) => vec![Box::new(Shared::new(self.shared(*position)?))],
            NodeKind::Filter { input, predicate } => {
                let predicate = |compiler: &mut Self| compiler.computed(predicate, &input.columns);
                self.each_instance(input, predicate, |input, predicate| Box::new(Filter::new(input, predicate)))?
            }
            NodeKind::Project { input, expressions } => {
                let expressions = |compiler: &mut Self| compiler.all_computed(expressions, &input.columns);
                self.each_instance(input, expressions, |input, expressions| Box::new(Project::new(input, expressions)))?
            }
            NodeKind::HashJoin(join) => self.hash_join(node.id, join)?,
            NodeKind::NestedLoop(join) => vec![self.nested_loop(node.id, join)?],
            NodeKind::Aggregate(aggregate) => vec![self.aggregate(node.id, aggregate)?],
            NodeKind::Sort { input, keys, limit } => {
                let inputs = self.instances(input)?;
                let mut parts = Vec::with_capacity(inputs.len());
                for part in inputs {
                    let terms = keys.iter().map(|key| self.sort_term(key, &input.columns)).collect::<Result<_>>()?;
                    parts.push((part, terms));
                }
                vec![Box::new(Sort::new(parts, input.columns.len(), *limit, self.step_memory(node.id)))]
            }
            NodeKind::Distinct { input, collations } => {
                let memory = self.step_memory(node.id);
                vec![Box::new(Distinct::new(self.operator(input)?, collations.clone(), &memory))]
            }
            NodeKind::Limit { input, limit, offset } => {
                let (limit, offset) = self.row_counts(limit.as_ref(), offset)?;
                vec![Box::new(Limit::new(self.operator(input)?, limit, offset))]
            }
            NodeKind::LimitPer { input, key, limit, offset } => {
                let (limit, offset) = self.row_counts(limit.as_ref(), offset)?;
                let key = self.computed(key, &input.columns)?;
                vec![Box::new(LimitPer::new(self.operator(input)?, key, limit, offset))]
            }
            NodeKind::Number { input, keys } => {
                let position = |key: &ColumnId| input.columns.iter().position(|column| column == key);
                let missing = || Error::query("a binding's column is not among the columns that are read here");
                let positions = |keys: &Vec<ColumnId>| keys.iter().map(|key| position(key).ok_or_else(missing)).collect();
                let keys = keys.as_ref().map(positions).transpose()?;
                vec![Box::new(Number::new(self.operator(input)?, keys))]
            }
            NodeKind::Values(rows) => vec![Box::new(Values::new(rows))],
            NodeKind::Recursion(recursion) => vec![Box::new(self.recursion(recursion)?)],
            NodeKind::Queue(table) => vec![Box::new(self.queue(*table)?)],
            NodeKind::Window(step) => vec![self.window(node.id, step)?],
            NodeKind::TableFunction(call) => {
                let arguments = self.all_computed(&call.arguments, &call.input.columns)?;
                let function = TableFunction::new(&call.name, arguments.len(), &call.columns);
                vec![Box::new(FunctionCall::new(self.operator(&call.input)?, arguments, function))]
            }
            NodeKind::Set(set) => {
                let (left, right) = (self.operator(&set.left)?, self.operator(&set.right)?);
                vec![Box::new(SetOperation::new(set.operator, left, right, set.collations.clone(), &self.step_memory(node.id)))]
            }
        };
        Ok(self.metered(node.id, inner))
    }

    fn metered(&self, node: NodeId, instances: Vec<Input>) -> Vec<Input> {
        let metered = |inner: Input| -> Input { Box::new(Metered::new(inner, node, self.metrics.clone(), self.cancel.clone())) };
        instances.into_iter().map(metered).collect()
    }

    /// A step of one input whose instances each need something made ready of their own.
    fn each_instance<T>(
        &mut self,
        input: &Node,
        ready: impl Fn(&mut Self) -> Result<T>,
        make: impl Fn(Input, T) -> Input,
    ) -> Result<Vec<Input>> {
        // Made ready before the input: its subqueries run first.
        let mut first = Some(ready(self)?);
        let mut instances = Vec::new();
        for input in self.instances(input)? {
            let ready = first.take().map_or_else(|| ready(self), Ok)?;
            instances.push(make(input, ready));
        }
        Ok(instances)
    }

    fn step_memory(&self, node: NodeId) -> StepMemory {
        self.memory.of_step(&self.metrics, node)
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

    /// The instances that take a query's rows: several where it has many, and then in no order between them.
    fn pool_query(&mut self, id: NodeId, query: &PoolQuery) -> Result<Vec<Input>> {
        let scan = self.scan(id)?;
        let handle = self.workers.scan(scan);
        let mut start = None;
        if handle.is_waiting() {
            let full = self.reading(id, query)?;
            match self.filters.remove(&id) {
                Some(filters) => start = Some(self.scan_start(id, query, full, filters, &handle)),
                None => handle.start(full),
            }
        }
        let receiver = self.workers.receiver(scan)?;
        let instances = if query.visited_rows >= SEVERAL_INSTANCES { threads() } else { 1 };
        Ok(PoolScan::instances(&receiver, &handle, start.as_ref(), instances))
    }

    fn scan_start(
        &self,
        id: NodeId,
        query: &PoolQuery,
        full: Reading,
        filters: Vec<KeyFilter>,
        handle: &ScanHandle,
    ) -> SharedStart {
        let native = match &query.reader {
            Reader::Native(scan) => Some(scan.clone()),
            Reader::Sqlite(_) => None,
        };
        let (lookup, rows) = (query.lookup.clone(), query.visited_rows);
        let (handle, metrics) = (handle.clone(), self.metrics.clone());
        ScanStart { full, lookup, native, filters, rows, handle, metrics, node: id }.shared()
    }

    fn scan(&self, id: NodeId) -> Result<usize> {
        self.scans.get(&id).copied().ok_or_else(|| Error::query(format!("step {} of the plan is not registered", id.0)))
    }

    /// The whole query, its parameters' subqueries answered.
    fn reading(&mut self, id: NodeId, query: &PoolQuery) -> Result<Reading> {
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
        Ok(self.whole(id, query, arguments))
    }

    /// A query with its arguments: read natively where it is planned so, else in parts where it can be cut, else whole.
    pub(super) fn whole(&self, id: NodeId, query: &PoolQuery, arguments: Vec<Argument>) -> Reading {
        let native = match &query.reader {
            Reader::Sqlite(_) => None,
            Reader::Native(scan) => Some(NativeReading {
                plan: scan_plan(scan, &self.program.columns, &self.subqueries),
                metrics: self.metrics.clone(),
                node: id,
            }),
        };
        match &query.partition {
            Some(partition) => Reading { sql: partition.sql.clone(), arguments, ranges: Some(partition.ranges.clone()), native },
            None => Reading { sql: query.sql.clone(), arguments, ranges: None, native },
        }
    }

    fn hash_join(&mut self, id: NodeId, join: &HashJoinNode) -> Result<Vec<Input>> {
        let (build, probe) = if join.build == Side::Left { (&join.left, &join.right) } else { (&join.right, &join.left) };
        let probe_side = if join.build == Side::Left { Side::Right } else { Side::Left };
        let keys = self.join_keys(join, join.build, build)?;
        let probe_keys = self.join_keys(join, probe_side, probe)?;
        let shape = self.shape(join.mode, join.build, &join.left, &join.right, join.residual.as_ref())?;
        let source = JoinSource {
            inputs: self.instances(build)?,
            columns: build.columns.len(),
            keys,
            mode: join.mode,
            side: join.build,
            is_empty_without_rows: shape.is_empty_without_held_rows(),
            gives_held_rows: shape.held_rows_given().is_some(),
            is_probed_again: reads_queue(probe),
            memory: self.step_memory(id),
            cancel: self.cancel.clone(),
        };
        let held = JoinBuild::new(source);
        if let Some((scan, columns)) = key_filter::target(join) {
            self.filters.entry(scan).or_default().push(KeyFilter::new(Arc::clone(&held), columns));
        }
        let probes = self.instances(probe)?;
        held.set_instances(probes.len());
        let mut ready = Some((shape, probe_keys));
        let mut instances: Vec<Input> = Vec::with_capacity(probes.len());
        for probe_rows in probes {
            let (shape, keys) = match ready.take() {
                Some(ready) => ready,
                None => (
                    self.shape(join.mode, join.build, &join.left, &join.right, join.residual.as_ref())?,
                    self.join_keys(join, probe_side, probe)?,
                ),
            };
            instances.push(Box::new(HashJoin::new(shape, Arc::clone(&held), probe_rows, keys)));
        }
        Ok(instances)
    }

    fn join_keys(&mut self, join: &HashJoinNode, side: Side, node: &Node) -> Result<Vec<Key>> {
        let mut keys = Vec::with_capacity(join.keys.len());
        for key in &join.keys {
            let expression = if side == Side::Left { &key.left } else { &key.right };
            let expression = self.computed(expression, &node.columns)?;
            keys.push(Key { expression, affinity: key.affinity, collation: key.collation, null_safe: key.null_safe });
        }
        Ok(keys)
    }

    fn nested_loop(&mut self, id: NodeId, join: &NestedLoopJoin) -> Result<Input> {
        let shape = self.shape(join.mode, Side::Right, &join.left, &join.right, join.predicate.as_ref())?;
        Ok(Box::new(NestedLoop::new(shape, self.operator(&join.left)?, self.instances(&join.right)?, &self.step_memory(id))))
    }

    fn shape(&mut self, mode: JoinMode, build: Side, left: &Node, right: &Node, residual: Option<&BoundExpr>) -> Result<Shape> {
        let columns: Vec<ColumnId> = left.columns.iter().chain(&right.columns).copied().collect();
        let residual = residual.map(|residual| self.computed(residual, &columns)).transpose()?;
        let (left_columns, right_columns) = (left.columns.len(), right.columns.len());
        Ok(Shape { mode, build, left_columns, right_columns, residual, cancel: self.cancel.clone() })
    }

    fn aggregate(&mut self, id: NodeId, node: &AggregateNode) -> Result<Input> {
        let mut first = Some(self.group_rules(node)?);
        let can_merge = first.as_ref().is_some_and(|rules| rules.calls.iter().all(AggregateCall::can_merge));
        let inputs = if can_merge { self.instances(&node.input)? } else { vec![self.operator(&node.input)?] };
        let mut parts = Vec::with_capacity(inputs.len());
        for input in inputs {
            parts.push((input, first.take().map_or_else(|| self.group_rules(node), Ok)?));
        }
        let states = states_of(node);
        let result = |(aggregate, call): (&Aggregate, usize)| AggregateResult { call, function: aggregate.function };
        let results = node.aggregates.iter().zip(states.of_each).map(result).collect();
        Ok(Box::new(Aggregation::new(parts, results, node.grouped, self.step_memory(id))))
    }

    fn group_rules(&mut self, node: &AggregateNode) -> Result<GroupRules> {
        let input = &node.input.columns;
        let mut keys = Vec::with_capacity(node.keys.len());
        for (key, collation) in &node.keys {
            keys.push((self.computed(key, input)?, *collation));
        }
        let states = states_of(node);
        let calls = states.of_aggregates.iter().map(|aggregate| self.call(aggregate, input)).collect::<Result<_>>()?;
        let bare = self.all_computed(&node.bare, input)?;
        // Of several the last one: each that SQLite steps forgets what the one before said of the row.
        let leader = (0..node.aggregates.len()).rfind(|&index| node.aggregates[index].is_extreme());
        let leader = leader.filter(|_| !bare.is_empty()).map(|leader| states.of_each[leader]);
        Ok(GroupRules { keys, calls, bare, leader })
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

    fn window(&mut self, id: NodeId, step: &WindowNode) -> Result<Input> {
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
        Ok(Box::new(window::Window::new(self.instances(&step.input)?, input.len(), shape, calls, &self.step_memory(id))))
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

/// Whether rows come from the queue of a recursion that this is a step of: then they go on after an end.
fn reads_queue(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Queue(_) => true,
        // Its queue is its own, and its end the last one.
        NodeKind::Recursion(_) => false,
        _ => node.inputs().into_iter().any(reads_queue),
    }
}

fn edge(edge: &FrameEdge) -> window::Edge {
    // The planner has made constants of them.
    let value = |offset: &BoundExpr| if let BoundExpr::Literal(value) = offset { value.clone() } else { Value::Null };
    match edge {
        FrameEdge::UnboundedPreceding | FrameEdge::UnboundedFollowing => window::Edge::Unbounded,
        FrameEdge::Preceding(offset) => window::Edge::Preceding(value(offset)),
        FrameEdge::CurrentRow => window::Edge::Current,
        FrameEdge::Following(offset) => window::Edge::Following(value(offset)),
    }
}

/// The states that a grouping keeps.
struct States<'a> {
    /// An aggregate for each.
    of_aggregates: Vec<&'a Aggregate>,
    /// The state of each aggregate of the step: `sum(x)` and `avg(x)` have one between them.
    of_each: Vec<usize>,
}

fn states_of(node: &AggregateNode) -> States<'_> {
    let is_sum = |function| matches!(function, AggregateFunction::Sum | AggregateFunction::Average | AggregateFunction::Total);
    let is_same = |one: &Aggregate, other: &Aggregate| {
        (one.function == other.function || (is_sum(one.function) && is_sum(other.function)))
            && (&one.arguments, &one.filter, one.distinct, one.collation)
                == (&other.arguments, &other.filter, other.distinct, other.collation)
            && one.order_by == other.order_by
    };
    let mut states = States { of_aggregates: Vec::new(), of_each: Vec::new() };
    for aggregate in &node.aggregates {
        let known = states.of_aggregates.iter().position(|other| is_same(aggregate, other));
        states.of_each.push(known.unwrap_or(states.of_aggregates.len()));
        if known.is_none() {
            states.of_aggregates.push(aggregate);
        }
    }
    states
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
