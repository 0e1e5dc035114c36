//! Window functions and the window they look through.

use super::Compiler;
use crate::bind::{AggregateFunction, BoundExpr, FrameEdge, WindowFunction};
use crate::error::Result;
use crate::execution::operator::{Input, window};
use crate::expression::SqliteAggregate;
use crate::planner::{NodeId, WindowNode};
use crate::value::Value;

impl Compiler {
    pub(super) fn window(&mut self, id: NodeId, step: &WindowNode) -> Result<Input> {
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
