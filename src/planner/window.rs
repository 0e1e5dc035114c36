//! Window functions: a sort and a step for each window that is asked for.

use super::{Node, NodeKind, Planner, Unsupported, WindowNode};
use crate::bind::{BoundExpr, BoundWindow, ColumnId, OrderBy, WindowCall};
use crate::value::{ComparisonAffinity, Value};

impl Planner<'_> {
    /// `node` with a column for each call. Rows come in the order of the first call's window, as SQLite's do, which computes it last.
    pub(super) fn windows(&mut self, node: Node, calls: &mut [(ColumnId, WindowCall)]) -> Result<Node, Unsupported> {
        if calls.is_empty() {
            return Ok(node);
        }
        for offset in calls.iter_mut().flat_map(|(_, call)| call.window.frame.offsets_mut()) {
            // SQLite takes NULL for an offset that is no constant, and then complains of that; a text may be a number.
            let value = crate::expression::constant_value(offset).unwrap_or(Value::Null);
            let number = ComparisonAffinity::Numeric.apply(value.as_ref());
            *offset = BoundExpr::Literal(number.unwrap_or(value));
        }
        let mut exprs: Vec<&mut BoundExpr> = calls.iter_mut().flat_map(|(_, call)| call.expressions_mut()).collect();
        let mut node = self.applied(node, &mut exprs)?;
        for expr in calls.iter().flat_map(|(_, call)| call.expressions()) {
            self.subqueries_of(expr)?;
        }
        let mut windows: Vec<&BoundWindow> = Vec::new();
        for (_, call) in calls.iter() {
            if !windows.contains(&&call.window) {
                windows.push(&call.window);
            }
        }
        for window in windows.into_iter().rev() {
            let of_window = || calls.iter().filter(|(_, call)| call.window == *window);
            let rows = node.rows;
            let mut columns = node.columns.clone();
            let keys: Vec<OrderBy> = sort_keys(window);
            let input = if keys.is_empty() {
                node
            } else {
                Node::new(NodeKind::Sort { input: Box::new(node), keys, limit: None }, columns.clone(), rows)
            };
            columns.extend(of_window().map(|(id, _)| *id));
            let calls = of_window().map(|(_, call)| call.clone()).collect();
            let step = WindowNode { input, window: window.clone(), calls };
            node = Node::new(NodeKind::Window(Box::new(step)), columns, rows);
        }
        Ok(node)
    }
}

fn sort_keys(window: &BoundWindow) -> Vec<OrderBy> {
    let partition = window.partition_by.iter().map(|(expr, collation)| OrderBy {
        expr: expr.clone(),
        collation: *collation,
        descending: false,
        nulls_first: true,
    });
    partition.chain(window.order_by.iter().cloned()).collect()
}
