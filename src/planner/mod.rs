//! How a SELECT is split: into pool queries, each holding the work that is worth doing in its pool, and the steps in memory
//! that combine their rows. Plans are data that print themselves; nothing here opens a file.
//!
//! [`plan`] goes through a SELECT from the inside: FROM becomes a join tree (`tree`), conditions sink to the relations that
//! they are about, tables of one pool that SQLite joins best by an index become one pool query (`cluster`), the rest is
//! joined in the order of estimated sizes (`join_order`), and grouping, windows, DISTINCT, ORDER BY and LIMIT go on top (`select`).
//! A correlated subquery becomes a join: with what it reads (`semi_join`), with its totals by key (`decorrelate`), or, in
//! general, with its results for all the rows around it together (`apply`).

mod apply;
mod cluster;
mod condition;
mod cost;
mod decorrelate;
mod equal_columns;
mod explain;
mod explanation;
mod federated;
mod join_order;
mod native_scan;
mod node;
mod pool_aggregate;
mod pool_query;
mod recursion;
mod runs;
mod sample;
mod select;
mod semi_join;
mod sharing;
mod statistics;
mod table_function;
mod tree;
mod unique;
mod wanted;
mod window;

pub(crate) use condition::has_subquery;
pub(crate) use explain::explain_federated;
pub use explanation::{Explanation, Measured, SqliteStatement, Step};
pub(crate) use federated::FederatedPlan;
pub(crate) use native_scan::{NativeField, NativeScan, Reader, Runs};
pub(crate) use node::{
    AggregateNode, HashJoin, JoinKey, JoinMode, Lookup, NativeLookup, NestedLoopJoin, Node, NodeId, NodeKind, Partition,
    PoolParameter, PoolQuery, RecursionNode, RowCount, SetNode, Side, TableFunctionNode, WindowNode,
};

pub(crate) use sample::{SampleQuery, Sampled, Sampler};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bind::{BoundExpr, BoundQuery, ColumnId, FromItem, FromSource, Namespace, Query, QueryBody, Select, SubqueryId};

/// Why a statement has no federated plan: what it holds that the in-memory stage does not do, as a noun phrase.
pub(crate) type Unsupported = String;

/// Splits a bound SELECT; `sampler` looks at rows where catalogs do not tell enough.
pub(crate) fn plan(bound: BoundQuery, namespace: &Namespace, sampler: &dyn Sampler) -> Result<FederatedPlan, Unsupported> {
    let mut planner = Planner::new(bound, namespace, sampler);
    planner.share_readings();
    let query = planner.bound.query.clone();
    let root = planner.query(&query, None, Vec::new())?;
    let (shared, subqueries) = planner.finish();
    let BoundQuery { columns, names, .. } = planner.bound;
    let mut plan = FederatedPlan { columns: Arc::new(columns), root, shared, subqueries, names };
    plan.number();
    Ok(plan)
}

/// The state of planning one statement.
struct Planner<'a> {
    bound: BoundQuery,
    namespace: &'a Namespace,
    sampler: &'a dyn Sampler,
    /// How often each common table is named.
    uses: Vec<usize>,
    /// The shared steps planned so far, by the common table's position: its index among them.
    shared: BTreeMap<usize, usize>,
    shared_nodes: Vec<Node>,
    subqueries: BTreeMap<SubqueryId, Node>,
    subquery_order: Vec<SubqueryId>,
}

impl<'a> Planner<'a> {
    fn new(bound: BoundQuery, namespace: &'a Namespace, sampler: &'a dyn Sampler) -> Self {
        let mut uses = vec![0; bound.common.len()];
        let queries = std::iter::once(&bound.query).chain(bound.common.iter().map(|common| &common.query));
        for query in queries.chain(bound.subqueries.iter().map(|subquery| &subquery.query)) {
            count_uses(query, &mut uses);
        }
        let (shared, subqueries) = (BTreeMap::new(), BTreeMap::new());
        Self { bound, namespace, sampler, uses, shared, shared_nodes: Vec::new(), subqueries, subquery_order: Vec::new() }
    }

    fn finish(&mut self) -> (Vec<Node>, Vec<(SubqueryId, Node)>) {
        let mut subqueries = std::mem::take(&mut self.subqueries);
        let take = |id: SubqueryId| subqueries.remove(&id).map(|node| (id, node));
        let ordered = std::mem::take(&mut self.subquery_order).into_iter().filter_map(take).collect();
        (std::mem::take(&mut self.shared_nodes), ordered)
    }

    /// Plans the subqueries that an expression evaluates as values: each runs once, before.
    fn subqueries_of(&mut self, expr: &BoundExpr) -> Result<(), Unsupported> {
        let mut ids = Vec::new();
        expr.walk(&mut |part| ids.extend(part.asked_subquery()));
        for id in ids {
            if self.subqueries.contains_key(&id) {
                continue;
            }
            let subquery = self.bound.subqueries[id.0 as usize].clone();
            if !subquery.outer.is_empty() {
                return Err("a correlated subquery in this place".to_owned());
            }
            let node = self.query(&subquery.query, None, Vec::new())?;
            self.subqueries.insert(id, node);
            self.subquery_order.push(id);
        }
        Ok(())
    }

    /// The step for a common table that is used more than once.
    fn shared_step(&mut self, index: usize, columns: Vec<ColumnId>) -> Result<Node, Unsupported> {
        let position = if let Some(position) = self.shared.get(&index) {
            *position
        } else {
            let query = self.bound.common[index].query.clone();
            let node = self.query(&query, None, Vec::new())?;
            self.shared_nodes.push(node);
            self.shared.insert(index, self.shared_nodes.len() - 1);
            self.shared_nodes.len() - 1
        };
        let rows = self.shared_nodes[position].rows;
        Ok(Node::new(NodeKind::Shared(position), columns, rows))
    }
}

fn count_uses(query: &Query, uses: &mut [usize]) {
    if let QueryBody::Recursive(recursive) = &query.body {
        count_uses(&recursive.setup, uses);
    }
    for select in selects(query) {
        count_uses_in_from(&select.from, uses);
    }
}

fn count_uses_in_from(from: &[FromItem], uses: &mut [usize]) {
    for item in from {
        match &item.source {
            FromSource::Common { index, .. } => uses[*index] += 1,
            FromSource::Query(query) => count_uses(query, uses),
            FromSource::Joined(items) => count_uses_in_from(items, uses),
            FromSource::Table(_) | FromSource::Recursion { .. } | FromSource::Values { .. } | FromSource::Function(_) => {}
        }
    }
}

/// The SELECTs of a query's own compound.
fn selects(query: &Query) -> Vec<&Select> {
    match &query.body {
        QueryBody::Select(select) => vec![select],
        QueryBody::Recursive(recursive) => recursive.steps.iter().collect(),
        QueryBody::Compound { first, rest, .. } => {
            std::iter::once(&**first).chain(rest.iter().map(|(_, select)| select)).collect()
        }
    }
}
