//! Function calls: plain aggregates, and scalar functions that answer alike wherever they are evaluated.

use super::binder::{Binder, Bound, ExprContext, at, unsupported};
use super::comparison::explicit_collation;
use super::scope::Scope;
use super::{Aggregate, AggregateFunction, BoundExpr, ColumnId, ColumnInfo};
use crate::error::Error;
use crate::statement::{Expr, FunctionCall};
use crate::value::{Affinity, Collation, Value};

/// Functions whose answer depends on the connection or on the table that is being read.
const IMPURE: &[&str] = &[
    "changes",
    "total_changes",
    "last_insert_rowid",
    "load_extension",
    "sqlite_offset",
    "fts3_tokenizer",
    "match",
    "bm25",
    "highlight",
    "snippet",
    "offsets",
    "matchinfo",
];

/// Aggregates that SQLite computes, with the number of their arguments.
const BY_SQLITE: &[(&str, usize)] = &[
    ("json_group_array", 1),
    ("json_group_object", 2),
    ("jsonb_group_array", 1),
    ("jsonb_group_object", 2),
    ("decimal_sum", 1),
    ("median", 1),
    ("percentile", 2),
    ("percentile_cont", 2),
    ("percentile_disc", 2),
];

/// Functions that are nothing without OVER.
const WINDOW_ONLY: &[&str] = &[
    "row_number",
    "rank",
    "dense_rank",
    "percent_rank",
    "cume_dist",
    "ntile",
    "lag",
    "lead",
    "first_value",
    "last_value",
    "nth_value",
];

impl<'a> Binder<'a> {
    /// Binds a call.
    pub(super) fn function(&mut self, call: &'a FunctionCall, context: &mut ExprContext<'a, '_>) -> Bound<BoundExpr> {
        let name = call.name.name.to_ascii_lowercase();
        if let Some(over) = &call.over {
            return self.window_call(call, over, context);
        }
        if let Some(function) = aggregate_function(&name, call) {
            return self.aggregate(function, call, context);
        }
        if IMPURE.contains(&name.as_str()) || WINDOW_ONLY.contains(&name.as_str()) {
            return unsupported(format!("the function {name}()"));
        }
        if call.star || call.distinct || call.filter.is_some() || !call.order_by.is_empty() {
            return unsupported(format!("an aggregate's clause on {name}()"));
        }
        let arguments = call.arguments.iter().map(|argument| self.expr(argument, context)).collect::<Bound<Vec<_>>>()?;
        let arguments = self.as_json_read(&name, arguments)?;
        let arguments = self.at_the_moment(&name, arguments);
        if matches!(name.as_str(), "likely" | "unlikely" | "likelihood") && !arguments.is_empty() {
            return Ok(self.value_alone(arguments.into_iter().next().expect("checked to be there")));
        }
        Ok(BoundExpr::Function { name, arguments })
    }

    /// The value of an expression without its affinity and its column's collation, as a function's result.
    fn value_alone(&self, expr: BoundExpr) -> BoundExpr {
        let brings = self.rules_with(|rules| rules.affinity(&expr) != Affinity::None || rules.brings_collation(&expr));
        if !brings {
            return expr;
        }
        BoundExpr::Function { name: "ifnull".to_owned(), arguments: vec![expr, BoundExpr::Literal(Value::Null)] }
    }

    fn aggregate(
        &mut self,
        function: AggregateFunction,
        call: &'a FunctionCall,
        context: &mut ExprContext<'a, '_>,
    ) -> Bound<BoundExpr> {
        // Within its arguments no aggregate is allowed: the context has no list meanwhile.
        let own = context.aggregates.take();
        let frames: Vec<usize> = self.outer_frames.iter().map(Vec::len).collect();
        if call.distinct && call.arguments.len() != 1 {
            return unsupported("DISTINCT with several arguments");
        }
        let arguments = call.arguments.iter().map(|argument| self.expr(argument, context)).collect::<Bound<Vec<_>>>()?;
        let filter = call.filter.as_ref().map(|filter| self.expr(filter, context)).transpose()?;
        let mut order_by = Vec::new();
        for term in &call.order_by {
            let expr = self.expr(&term.expr, context)?;
            order_by.push(self.order_term(term, expr, None)?);
        }
        let collation = arguments.first().map_or(Collation::Binary, |first| self.rules_with(|rules| rules.collation(first)));
        let arguments = self.as_json_collected(function, arguments, call.distinct)?;
        let aggregate = Aggregate { function, arguments, distinct: call.distinct, filter, collation, order_by };
        let levels = self.levels_up(aggregate.expressions(), context.scope);
        let explicit = aggregate.arguments.iter().find_map(explicit_collation);
        let name = call.name.name.to_ascii_lowercase();
        let misuse = || at(Error::query(format!("misuse of aggregate: {}()", name.to_ascii_uppercase())), call.span);
        if levels == 0 {
            let mut collected = own.ok_or_else(misuse)?;
            let id = self.collected(&mut collected, aggregate, &name);
            context.aggregates = Some(collected);
            return Ok(with_collation(BoundExpr::Column(id), explicit));
        }
        // An aggregate over the columns of an enclosing SELECT alone is that SELECT's.
        context.aggregates = own;
        for (frame, length) in self.outer_frames.iter_mut().zip(frames) {
            frame.truncate(length);
        }
        let place = self.outer_aggregates.len().checked_sub(levels).ok_or_else(misuse)?;
        let mut collected = self.outer_aggregates[place].take().ok_or_else(misuse)?;
        let id = self.collected(&mut collected, aggregate, &name);
        self.outer_aggregates[place] = Some(collected);
        let column = BoundExpr::Column(id);
        self.note_outer(&column, levels);
        Ok(with_collation(column, explicit))
    }

    /// The column of an aggregate, which is added unless it is there.
    fn collected(&mut self, collected: &mut Vec<(ColumnId, Aggregate)>, aggregate: Aggregate, name: &str) -> ColumnId {
        if let Some((id, _)) = collected.iter().find(|(_, known)| *known == aggregate) {
            return *id;
        }
        let function = aggregate.function;
        let json = self.json_of_aggregate(&aggregate);
        let info = ColumnInfo {
            name: name.to_owned(),
            affinity: Affinity::None,
            collation: aggregate.collation,
            collates: false,
            table: None,
            not_null: matches!(function, AggregateFunction::CountAll | AggregateFunction::Count | AggregateFunction::Total),
        };
        let id = self.columns.add(info);
        self.note_json(id, json);
        collected.push((id, aggregate));
        id
    }

    /// How many SELECTs further out the innermost one stands whose columns are used; 0 where none are.
    fn levels_up<'e>(&self, exprs: impl Iterator<Item = &'e BoundExpr>, scope: &Scope) -> usize {
        let mut columns = Vec::new();
        for expr in exprs {
            expr.walk(&mut |part| {
                if let BoundExpr::Column(_) = part {
                    columns.push(part.clone());
                } else if let Some(subquery) = part.asked_subquery() {
                    columns.extend(self.subqueries[subquery.0 as usize].outer.iter().copied().map(BoundExpr::Column));
                }
            });
        }
        let (mut here, mut levels) = (Some(scope), 0);
        while let Some(scope) = here.filter(|_| !columns.is_empty()) {
            if columns.iter().any(|column| scope.holds(column)) {
                return levels;
            }
            here = scope.parent.as_deref();
            levels += 1;
        }
        0
    }
}

/// A call's result with the COLLATE of its arguments, which SQLite passes on.
pub(super) fn with_collation(result: BoundExpr, collation: Option<Collation>) -> BoundExpr {
    match collation {
        Some(collation) => BoundExpr::Collate { operand: Box::new(result), collation },
        None => result,
    }
}

/// The aggregate that a call means, None for a scalar function (`min` and `max` of several arguments are scalar).
pub(super) fn aggregate_function(name: &str, call: &FunctionCall) -> Option<AggregateFunction> {
    Some(match (name, call.arguments.len()) {
        ("count", 0) => AggregateFunction::CountAll,
        ("count", 1) => AggregateFunction::Count,
        ("sum", 1) => AggregateFunction::Sum,
        ("total", 1) => AggregateFunction::Total,
        ("avg", 1) => AggregateFunction::Average,
        ("min", 1) => AggregateFunction::Minimum,
        ("max", 1) => AggregateFunction::Maximum,
        ("group_concat", 1 | 2) | ("string_agg", 2) => AggregateFunction::GroupConcat,
        (name, count) => {
            let (name, _) = BY_SQLITE.iter().find(|(known, arguments)| *known == name && *arguments == count)?;
            AggregateFunction::BySqlite(name)
        }
    })
}

/// Whether an expression is written as a call of a plain aggregate, for GROUP BY, which may not hold one.
pub(super) fn is_aggregate(expr: &Expr) -> bool {
    matches!(expr, Expr::Function(call) if aggregate_function(&call.name.name.to_ascii_lowercase(), call).is_some())
}
