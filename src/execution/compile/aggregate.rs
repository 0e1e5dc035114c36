//! GROUP BY and its aggregates become groupings.

use super::Compiler;
use crate::bind::{Aggregate, AggregateFunction, BoundExpr, ColumnId};
use crate::error::Result;
use crate::execution::operator::{AggregateCall, AggregateResult, Aggregation, GroupRules, Input};
use crate::expression::SqliteAggregate;
use crate::planner::{AggregateNode, HashJoin, JoinMode, NodeId, NodeKind, Side};

impl Compiler {
    pub(super) fn aggregate(&mut self, id: NodeId, node: &AggregateNode) -> Result<Input> {
        let mut first = Some(self.group_rules(node)?);
        let can_merge = first.as_ref().is_some_and(|rules| rules.calls.iter().all(AggregateCall::can_merge));
        let inputs = match &node.input.kind {
            _ if !can_merge => vec![self.operator(&node.input)?],
            NodeKind::HashJoin(join) if groups_held_rows(node, join) => {
                let inputs = self.hash_join(node.input.id, join, true)?;
                self.metered(node.input.id, inputs)
            }
            _ => self.instances(&node.input)?,
        };
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
}

/// Whether a grouping of a join's rows asks nothing of the held side but its keys, so that the numbers of the held rows will do.
fn groups_held_rows(node: &AggregateNode, join: &HashJoin) -> bool {
    let (held, probe) = if join.build == Side::Left { (&join.left, &join.right) } else { (&join.right, &join.left) };
    let all_of = |expression: &BoundExpr, columns: &[ColumnId]| {
        let mut are_all = true;
        expression.walk(&mut |part| are_all &= !matches!(part, BoundExpr::Column(id) if !columns.contains(id)));
        are_all
    };
    let of_probe = |expression: &BoundExpr| all_of(expression, &probe.columns);
    let asks_probe_alone = |aggregate: &Aggregate| {
        aggregate.arguments.iter().chain(aggregate.filter.as_ref()).all(of_probe) && aggregate.order_by.is_empty()
    };
    matches!(join.mode, JoinMode::Inner | JoinMode::Left | JoinMode::Full)
        && !node.keys.is_empty()
        && node.keys.iter().all(|(key, _)| all_of(key, &held.columns))
        && node.aggregates.iter().all(asks_probe_alone)
        && node.bare.iter().all(of_probe)
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
