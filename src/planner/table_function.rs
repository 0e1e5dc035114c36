//! Table-valued functions: each is called for the rows that its arguments are about.

use std::collections::BTreeSet;

use super::condition::{add_columns, columns_of};
use super::node::TableFunctionNode;
use super::{Node, NodeKind, Planner, PoolParameter, PoolQuery, Unsupported};
use crate::bind::{BoundExpr, ColumnId, FromItem, FromSource, FunctionSource};
use crate::sql::quote_identifier;

/// How many rows a function is taken to give for a call.
const ROWS: f64 = 10.0;

impl FunctionSource {
    /// The columns of its arguments, none where it stands for itself.
    pub(super) fn wanted(&self) -> BTreeSet<ColumnId> {
        let mut wanted = BTreeSet::new();
        self.arguments.iter().for_each(|argument| add_columns(argument, &mut wanted));
        wanted
    }
}

impl Planner<'_> {
    /// The columns that a function's arguments need, those of their subqueries included.
    pub(super) fn function_needs(&self, function: &FunctionSource) -> BTreeSet<ColumnId> {
        let mut needed = BTreeSet::new();
        function.arguments.iter().for_each(|argument| self.add_needed(argument, &mut needed));
        needed
    }

    /// The rows of a function whose arguments name no columns.
    pub(super) fn constant_function(
        &mut self,
        function: &FunctionSource,
        needed: &BTreeSet<ColumnId>,
    ) -> Result<Node, Unsupported> {
        let Some(pool) = &function.pool else {
            return self.called_for(Node::new(NodeKind::OneRow, Vec::new(), 1.0), function, needed);
        };
        let (columns, names) = selected(function, needed);
        let names: Vec<String> = names.iter().map(|name| quote_identifier(name)).collect();
        let names = if names.is_empty() { "1".to_owned() } else { names.join(", ") };
        let parameters: Vec<String> = (1..=function.arguments.len()).map(|number| format!("?{number}")).collect();
        let mut query = PoolQuery::of_sql(pool, &format!("SELECT {names} FROM {}({})", function.name, parameters.join(", ")));
        for argument in &function.arguments {
            let BoundExpr::Literal(value) = argument else { return Err("a PRAGMA of anything but constants".to_owned()) };
            query.parameters.push(PoolParameter::Value(value.clone()));
        }
        let columns = if columns.is_empty() { vec![self.plain_column("row")] } else { columns };
        Ok(Node::new(NodeKind::PoolQuery(Box::new(query)), columns, ROWS))
    }

    /// Each row of `node` with the rows that a function gives for it.
    pub(super) fn called_for(
        &mut self,
        node: Node,
        function: &FunctionSource,
        needed: &BTreeSet<ColumnId>,
    ) -> Result<Node, Unsupported> {
        let mut arguments = function.arguments.clone();
        let input = self.applied(node, &mut arguments.iter_mut().collect::<Vec<_>>())?;
        for argument in &arguments {
            self.subqueries_of(argument)?;
        }
        if !arguments.iter().all(|argument| columns_of(argument).iter().all(|column| input.columns.contains(column))) {
            return Err("a table-valued function of something that it is not joined with".to_owned());
        }
        let (own, names) = selected(function, needed);
        let (rows, mut columns) = (input.rows * ROWS, input.columns.clone());
        columns.extend(own);
        let call = TableFunctionNode { input, name: function.name.clone(), arguments, columns: names };
        Ok(Node::new(NodeKind::TableFunction(Box::new(call)), columns, rows))
    }

    /// The items of a FROM of inner joins in an order in which each function stands behind what its arguments are about, and behind
    /// what is joined with that without its help, but before the rest.
    pub(super) fn functions_in_place(&self, from: Vec<FromItem>, conditions: &[BoundExpr]) -> Vec<FromItem> {
        let mut waiting = from;
        let mut placed = Vec::new();
        while let Some(position) = waiting.iter().position(|item| is_ready(item, &waiting)) {
            let function = waiting.remove(position);
            let FromSource::Function(source) = &function.source else { unreachable!("only functions are ready") };
            let mut reached = source.wanted();
            let (mut near, mut far) = (Vec::new(), waiting);
            loop {
                let is_reached = |item: &FromItem| {
                    let own = self.source_columns(&item.source);
                    let links = |condition: &BoundExpr| {
                        let columns = columns_of(condition);
                        columns.is_subset(&own.union(&reached).copied().collect()) && !columns.is_disjoint(&own)
                    };
                    let is_linked = conditions.iter().any(|condition| links(condition) && !columns_of(condition).is_subset(&own));
                    !own.is_disjoint(&reached) || is_linked
                };
                let Some(next) = far.iter().position(is_reached) else { break };
                let item = far.remove(next);
                reached.extend(self.source_columns(&item.source));
                near.push(item);
            }
            placed.extend(near);
            placed.push(function);
            waiting = far;
        }
        placed.extend(waiting);
        placed
    }
}

/// Whether an item is a function of columns none of which another function of `waiting` gives.
fn is_ready(item: &FromItem, waiting: &[FromItem]) -> bool {
    let FromSource::Function(function) = &item.source else { return false };
    let wanted = function.wanted();
    let gives = |other: &FromItem| match &other.source {
        FromSource::Function(other) if !other.wanted().is_empty() => {
            other.columns.iter().any(|(column, _)| wanted.contains(column))
        }
        _ => false,
    };
    !wanted.is_empty() && !waiting.iter().any(gives)
}

/// The needed columns of a function, with their names.
fn selected(function: &FunctionSource, needed: &BTreeSet<ColumnId>) -> (Vec<ColumnId>, Vec<String>) {
    function.columns.iter().filter(|(column, _)| needed.contains(column)).cloned().unzip()
}
