//! A plan's steps become operators, when they are first needed.

mod aggregate;
mod constant;
mod expression;
mod join;
mod recursion;
mod scan;
mod window;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::Program;
use super::key_filter::KeyFilter;
use super::memory::{MemoryBudget, StepMemory};
use super::metrics::{Metered, Metrics};
use super::operator::{
    Distinct, Exchange, Filter, FunctionCall, Input, Limit, LimitPer, Number, OneRow, Project, Queued, SetOperation, Shared,
    SharedRows, Sort, Values,
};
use super::subqueries::Subqueries;
use super::workers::Workers;
use crate::bind::ColumnId;
use crate::cancel::CancelToken;
use crate::error::{Error, Result};
use crate::expression::TableFunction;
use crate::planner::{Node, NodeId, NodeKind};

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
    /// Of the statement.
    pub(crate) statement: CancelToken,
    /// Of what is being made: a child of the statement's.
    pub(crate) cancel: CancelToken,
}

impl Compiler {
    /// The operator of a step, with those below it. What several instances of it do ends when the operator is dropped: they
    /// look at a token of their own.
    pub(crate) fn operator(&mut self, node: &Node) -> Result<Input> {
        let own = self.cancel.child();
        let outer = std::mem::replace(&mut self.cancel, own.clone());
        let instances = self.instances(node);
        self.cancel = outer;
        Ok(Exchange::of(instances?, own))
    }

    /// The operator of a step that others may need when the one that is being made is dropped.
    fn lasting_operator(&mut self, node: &Node) -> Result<Input> {
        let outer = std::mem::replace(&mut self.cancel, self.statement.clone());
        let operator = self.operator(node);
        self.cancel = outer;
        operator
    }

    /// A step as one or more instances that share its rows between them and can run side by side. Rows of several instances
    /// have no order between them, so only what reads parts of a scan (in no order either) comes in several.
    fn instances(&mut self, node: &Node) -> Result<Vec<Input>> {
        let inner: Vec<Input> = match &node.kind {
            // What is never read does not fail, and neither do the subqueries in it.
            NodeKind::Filter { .. } | NodeKind::HashJoin(_) | NodeKind::NestedLoop(_) if self.is_nothing(node)? => {
                vec![Box::new(Values::new(&[]))]
            }
            NodeKind::PoolQuery(query) => self.pool_query(node.id, query)?,
            NodeKind::OneRow => vec![Box::new(OneRow::default())],
            NodeKind::Shared(position) => vec![Box::new(Shared::new(self.shared(*position)?))],
            NodeKind::Filter { input, predicate } => {
                let make = if constant::is_constant(predicate) { Filter::of_constant } else { Filter::new };
                let predicate = |compiler: &mut Self| compiler.computed(predicate, &input.columns);
                self.each_instance(input, predicate, |input, predicate| Box::new(make(input, predicate)))?
            }
            NodeKind::Project { input, expressions } => {
                let expressions = |compiler: &mut Self| compiler.all_computed(expressions, &input.columns);
                self.each_instance(input, expressions, |input, expressions| Box::new(Project::new(input, expressions)))?
            }
            NodeKind::HashJoin(join) => self.hash_join(node.id, join, false)?,
            NodeKind::NestedLoop(join) => self.nested_loop(node.id, join)?,
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
                vec![Box::new(LimitPer::new(self.operator(input)?, key, limit, offset, &self.step_memory(node.id)))]
            }
            NodeKind::Number { input, keys } => {
                let position = |key: &ColumnId| input.columns.iter().position(|column| column == key);
                let missing = || Error::query("a binding's column is not among the columns that are read here");
                let positions = |keys: &Vec<ColumnId>| keys.iter().map(|key| position(key).ok_or_else(missing)).collect();
                let keys = keys.as_ref().map(positions).transpose()?;
                vec![Box::new(Number::new(self.operator(input)?, keys, &self.step_memory(node.id)))]
            }
            NodeKind::Values(rows) => vec![Box::new(Values::new(rows))],
            NodeKind::Recursion(recursion) => vec![Box::new(self.recursion(node.id, recursion)?)],
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
        self.memory.of_step(&self.metrics, node, &self.cancel)
    }

    fn shared(&mut self, position: usize) -> Result<Arc<Mutex<SharedRows>>> {
        if let Some(rows) = &self.shared[position] {
            return Ok(Arc::clone(rows));
        }
        let program = Arc::clone(&self.program);
        let node = &program.shared[position];
        let memory = self.memory.of_step(&self.metrics, node.id, &self.statement);
        let rows = SharedRows::new(self.lasting_operator(node)?, &memory);
        self.shared[position] = Some(Arc::clone(&rows));
        Ok(rows)
    }
}
