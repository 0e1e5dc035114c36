//! What each step of a federated plan does, in words, and the SQL of each pool query whole.

use super::explanation::{Measured, Step};
use super::{
    FederatedPlan, HashJoin, JoinMode, Node, NodeId, NodeKind, PoolParameter, PoolQuery, Reader, RecursionNode, RowCount, Runs,
    Side, WindowNode,
};
use crate::bind::{AggregateFunction, BoundExpr, OrderBy, WindowFunction};
use crate::statement::SetOperator;

/// The steps of a plan; `measured` gives what is known of one that ran.
pub(crate) fn explain_federated(plan: &FederatedPlan, measured: &dyn Fn(NodeId) -> Option<Measured>) -> Vec<Step> {
    let explainer = Explainer { plan, measured };
    let named = |what: String, node: &Node| Step { what, inputs: vec![explainer.step(node)], ..Step::default() };
    let subqueries = plan.subqueries.iter().map(|(id, node)| named(format!("subquery {} (runs once)", id.0), node));
    let shared = plan.shared.iter().enumerate();
    let shared = shared.map(|(index, node)| named(format!("common table {index} (computed once)"), node));
    subqueries.chain(shared).chain(std::iter::once(explainer.step(&plan.root))).collect()
}

struct Explainer<'a> {
    plan: &'a FederatedPlan,
    measured: &'a dyn Fn(NodeId) -> Option<Measured>,
}

impl Explainer<'_> {
    fn step(&self, node: &Node) -> Step {
        let mut step = Step {
            what: self.title(node),
            estimate: Some(rounded(node.rows)),
            measured: (self.measured)(node.id),
            inputs: node.inputs().into_iter().map(|input| self.step(input)).collect(),
            ..Step::default()
        };
        if let NodeKind::PoolQuery(query) = &node.kind {
            step.pool = Some(query.pool.clone());
            step.sql = Some(query.sql.clone());
            step.notes = notes(query);
        }
        step
    }

    fn title(&self, node: &Node) -> String {
        match &node.kind {
            NodeKind::PoolQuery(query) => format!("pool query on {}", query.pool),
            NodeKind::OneRow => "one row".to_owned(),
            NodeKind::Shared(index) => format!("common table {index}"),
            NodeKind::Filter { predicate, .. } => format!("filter {}", self.expr(predicate)),
            NodeKind::Project { expressions, .. } => format!("result {}", self.list(expressions)),
            NodeKind::HashJoin(join) => self.hash_join(join),
            NodeKind::NestedLoop(join) => {
                let on = join.predicate.as_ref().map(|predicate| format!(" on {}", self.expr(predicate))).unwrap_or_default();
                format!("{} nested loop{on}", mode(join.mode))
            }
            NodeKind::Aggregate(aggregate) => {
                let keys: Vec<String> = aggregate.keys.iter().map(|(key, _)| self.expr(key)).collect();
                let calls: Vec<String> = aggregate
                    .aggregates
                    .iter()
                    .map(|call| {
                        let terms: Vec<String> = call.order_by.iter().map(|term| self.sort_key(term)).collect();
                        let order = if terms.is_empty() { String::new() } else { format!(" in order of {}", terms.join(", ")) };
                        format!("{}({}){order}", function_name(call.function), self.list(&call.arguments))
                    })
                    .collect();
                let by = if keys.is_empty() { String::new() } else { format!(" by {}", keys.join(", ")) };
                format!("hash aggregate{by}: {}", calls.join(", "))
            }
            NodeKind::Sort { keys, limit, .. } => {
                let first = limit.map(|limit| format!("first {limit} ")).unwrap_or_default();
                format!("sort {first}by {}", keys.iter().map(|key| self.sort_key(key)).collect::<Vec<_>>().join(", "))
            }
            NodeKind::Limit { limit: Some(limit), offset, .. } => {
                format!("limit {} offset {}", self.count(limit), self.count(offset))
            }
            NodeKind::Limit { limit: None, offset, .. } => format!("offset {}", self.count(offset)),
            NodeKind::LimitPer { key, limit, offset, .. } => {
                let limit = limit.as_ref().map_or_else(|| "all".to_owned(), |limit| self.count(limit));
                format!("limit {limit} offset {} for each {}", self.count(offset), self.expr(key))
            }
            NodeKind::Number { keys: None, .. } => "number the rows".to_owned(),
            NodeKind::Number { keys: Some(keys), .. } => {
                let names: Vec<&str> = keys.iter().map(|key| self.plan.columns.get(*key).name.as_str()).collect();
                format!("number the bindings of {}", names.join(", "))
            }
            NodeKind::Values(rows) => format!("{} rows of constants", rows.len()),
            NodeKind::Window(step) => self.window(step),
            NodeKind::TableFunction(call) => format!("{}({}) for each row", call.name, self.list(&call.arguments)),
            NodeKind::Distinct { .. } => "distinct".to_owned(),
            NodeKind::Recursion(recursion) => self.recursion(recursion),
            NodeKind::Queue(table) => format!("queue of recursion {table}"),
            NodeKind::Set(set) => match set.operator {
                SetOperator::Union => "union",
                SetOperator::UnionAll => "union all",
                SetOperator::Intersect => "intersect",
                SetOperator::Except => "except",
            }
            .to_owned(),
        }
    }

    fn window(&self, step: &WindowNode) -> String {
        let keys: Vec<String> = step.window.partition_by.iter().map(|(key, _)| self.expr(key)).collect();
        let terms: Vec<String> = step.window.order_by.iter().map(|term| self.sort_key(term)).collect();
        let by =
            |word: &str, list: Vec<String>| if list.is_empty() { String::new() } else { format!(" {word} {}", list.join(", ")) };
        let calls: Vec<String> =
            step.calls.iter().map(|call| format!("{}({})", window_name(call.function), self.list(&call.arguments))).collect();
        format!("window{}{}: {}", by("by", keys), by("in order of", terms), calls.join(", "))
    }

    fn recursion(&self, recursion: &RecursionNode) -> String {
        let distinct = if recursion.distinct.is_some() { " of new rows" } else { "" };
        let terms: Vec<String> = recursion.order_by.iter().map(|(_, term)| self.sort_key(term)).collect();
        let order = if terms.is_empty() { String::new() } else { format!(" in order of {}", terms.join(", ")) };
        let limit = recursion.limit.as_ref().map(|limit| format!(" limit {}", self.count(limit))).unwrap_or_default();
        let offset = match &recursion.offset {
            RowCount::Known(0) => String::new(),
            offset => format!(" offset {}", self.count(offset)),
        };
        format!("recursion {}{distinct}{order}{limit}{offset}", recursion.table)
    }

    fn hash_join(&self, join: &HashJoin) -> String {
        let keys: Vec<String> = join
            .keys
            .iter()
            .map(|key| format!("{} {} {}", self.expr(&key.left), if key.null_safe { "IS" } else { "=" }, self.expr(&key.right)))
            .collect();
        let side = if join.build == Side::Left { "first" } else { "second" };
        let residual = join.residual.as_ref().map(|residual| format!(" if {}", self.expr(residual))).unwrap_or_default();
        format!("{} hash join on {}{residual}, the {side} input hashed", mode(join.mode), keys.join(" and "))
    }

    fn sort_key(&self, key: &OrderBy) -> String {
        format!("{}{}", self.expr(&key.expr), if key.descending { " desc" } else { "" })
    }

    fn count(&self, count: &RowCount) -> String {
        match count {
            RowCount::Known(number) => number.to_string(),
            RowCount::Computed(expr) => self.expr(expr),
        }
    }

    fn list(&self, expressions: &[BoundExpr]) -> String {
        expressions.iter().map(|expr| self.expr(expr)).collect::<Vec<_>>().join(", ")
    }

    fn expr(&self, expr: &BoundExpr) -> String {
        let name = |column| self.plan.columns.get(column).name.clone();
        let mut parameter = |part: &BoundExpr| match part {
            BoundExpr::Literal(value) => format!("{value:?}"),
            other => other.asked_subquery().map_or_else(|| "?".to_owned(), |id| format!("(subquery {})", id.0)),
        };
        crate::expression::render_expr(expr, &name, &mut parameter)
    }
}

fn of_runs(runs: Runs) -> &'static str {
    match runs {
        Runs::Each => "",
        Runs::Counted => ", equal entries counted",
        Runs::Once => ", equal entries once",
    }
}

/// What else there is to say of a pool query.
fn notes(query: &PoolQuery) -> Vec<String> {
    let parameters = query.parameters.iter().enumerate().map(|(index, parameter)| {
        let value = match parameter {
            PoolParameter::Value(value) => format!("{value:?}"),
            PoolParameter::Scalar(id) => format!("the value of subquery {}", id.0),
        };
        format!("?{} is {value}", index + 1)
    });
    let lookup = query.lookup.as_ref().map(|lookup| format!("or, for at most {} keys: {}", lookup.most_keys, lookup.sql));
    let native = query.lookup.as_ref().and_then(|lookup| lookup.native.as_ref()).map(|native| match &native.index {
        Some((name, _)) => format!("or, for integer keys of few rows: natively by index {name}"),
        None => "or, for integer keys of few rows: natively by rowid".to_owned(),
    });
    let reader = match (&query.reader, &query.partition) {
        (Reader::Native(scan), _) => match scan.index.as_ref().filter(|index| index.rowid.is_some()) {
            Some(index) => format!("native scan of index {}{}", index.name, of_runs(scan.runs)),
            None => "native scan".to_owned(),
        },
        (Reader::Sqlite(why), Some(partition)) => format!("by SQLite ({why}), in {} parts by rowid", partition.ranges.len()),
        (Reader::Sqlite(why), None) => format!("by SQLite ({why})"),
    };
    parameters.chain(lookup).chain(native).chain([reader]).collect()
}

fn mode(mode: JoinMode) -> &'static str {
    match mode {
        JoinMode::Inner => "inner",
        JoinMode::Left => "left",
        JoinMode::Full => "full",
        JoinMode::Semi => "semi",
        JoinMode::Anti => "anti",
        JoinMode::AntiNullAware => "anti (NOT IN)",
    }
}

fn window_name(function: WindowFunction) -> &'static str {
    match function {
        WindowFunction::RowNumber => "row_number",
        WindowFunction::Rank => "rank",
        WindowFunction::DenseRank => "dense_rank",
        WindowFunction::PercentRank => "percent_rank",
        WindowFunction::CumeDist => "cume_dist",
        WindowFunction::Ntile => "ntile",
        WindowFunction::Lag => "lag",
        WindowFunction::Lead => "lead",
        WindowFunction::FirstValue => "first_value",
        WindowFunction::LastValue => "last_value",
        WindowFunction::NthValue => "nth_value",
        WindowFunction::Aggregate(function) => function_name(function),
    }
}

pub(super) fn function_name(function: AggregateFunction) -> &'static str {
    match function {
        AggregateFunction::CountAll | AggregateFunction::CountOf | AggregateFunction::Count => "count",
        AggregateFunction::Sum => "sum",
        AggregateFunction::Total => "total",
        AggregateFunction::Average => "avg",
        AggregateFunction::Minimum => "min",
        AggregateFunction::Maximum => "max",
        AggregateFunction::GroupConcat => "group_concat",
        AggregateFunction::BySqlite(name) => name,
    }
}

/// Estimates are not exact to the row, so neither is their text: two digits.
fn rounded(rows: f64) -> u64 {
    let rows = rows.max(1.0);
    let unit = 10f64.powf(rows.log10().floor() - 1.0).max(1.0);
    ((rows / unit).round() * unit) as u64
}
