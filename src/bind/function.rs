//! Function calls: plain aggregates, and scalar functions that answer alike wherever they are evaluated.

use super::binder::{Binder, Bound, ExprContext, at, unsupported};
use super::scope::Scope;
use super::{Aggregate, AggregateFunction, BoundExpr, ColumnId, ColumnInfo};
use crate::error::Error;
use crate::statement::{Expr, FunctionCall};
use crate::value::{Affinity, Collation, Value};

/// Functions whose answer depends on the connection, on chance, or on the moment.
const IMPURE: &[&str] = &[
    "random",
    "randomblob",
    "changes",
    "total_changes",
    "last_insert_rowid",
    "load_extension",
    "sqlite_offset",
    "fts3_tokenizer",
    "match",
    "regexp",
    "subtype",
    "bm25",
    "highlight",
    "snippet",
    "offsets",
    "matchinfo",
];

/// Aggregates of SQLite that the in-memory stage does not compute.
const OTHER_AGGREGATES: &[&str] = &[
    "json_group_array",
    "json_group_object",
    "jsonb_group_array",
    "jsonb_group_object",
    "median",
    "percentile",
    "percentile_cont",
    "percentile_disc",
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

/// Functions that tell JSON from text that looks like it.
const READS_SUBTYPE: &[&str] = &[
    "json_array",
    "json_insert",
    "json_object",
    "json_quote",
    "json_replace",
    "json_set",
    "jsonb_array",
    "jsonb_insert",
    "jsonb_object",
    "jsonb_replace",
    "jsonb_set",
];

const TIME_FUNCTIONS: &[&str] = &["date", "time", "datetime", "julianday", "unixepoch", "strftime", "timediff"];

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
        if IMPURE.contains(&name.as_str()) || OTHER_AGGREGATES.contains(&name.as_str()) {
            return unsupported(format!("the function {name}()"));
        }
        if call.star || call.distinct || call.filter.is_some() || !call.order_by.is_empty() {
            return unsupported(format!("an aggregate's clause on {name}()"));
        }
        let arguments = call.arguments.iter().map(|argument| self.expr(argument, context)).collect::<Bound<Vec<_>>>()?;
        if READS_SUBTYPE.contains(&name.as_str()) && arguments.iter().any(|argument| self.may_have_subtype(argument)) {
            return unsupported(format!("{name}() of a subquery's column, which may be JSON and not text"));
        }
        if TIME_FUNCTIONS.contains(&name.as_str()) && asks_for_now(&name, &arguments) {
            return unsupported("the present moment, which must be one for the whole statement");
        }
        if matches!(name.as_str(), "likely" | "unlikely" | "likelihood") && !arguments.is_empty() {
            return Ok(arguments.into_iter().next().expect("checked to be there"));
        }
        Ok(BoundExpr::Function { name, arguments })
    }

    /// A value that a subquery computes may carry JSON's subtype, which no column of a batch keeps.
    fn may_have_subtype(&self, argument: &BoundExpr) -> bool {
        let mut found = false;
        argument.walk(&mut |part| {
            found |= match part {
                BoundExpr::Column(id) => self.columns.get(*id).table.is_none(),
                BoundExpr::Scalar(_) => true,
                _ => false,
            };
        });
        found
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
        if !call.order_by.is_empty() {
            return unsupported("ORDER BY within an aggregate");
        }
        if call.distinct && call.arguments.len() != 1 {
            return unsupported("DISTINCT with several arguments");
        }
        let arguments = call.arguments.iter().map(|argument| self.expr(argument, context)).collect::<Bound<Vec<_>>>()?;
        let filter = call.filter.as_ref().map(|filter| self.expr(filter, context)).transpose()?;
        let collation = arguments.first().map_or(Collation::Binary, |first| self.rules_with(|rules| rules.collation(first)));
        let levels = Self::levels_up(arguments.iter().chain(&filter), context.scope);
        let aggregate = Aggregate { function, arguments, distinct: call.distinct, filter, collation };
        let name = call.name.name.to_ascii_lowercase();
        let misuse = || at(Error::query(format!("misuse of aggregate: {}()", name.to_ascii_uppercase())), call.span);
        if levels == 0 {
            let mut collected = own.ok_or_else(misuse)?;
            let id = self.collected(&mut collected, aggregate, &name);
            context.aggregates = Some(collected);
            return Ok(BoundExpr::Column(id));
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
        Ok(column)
    }

    /// The column of an aggregate, which is added unless it is there.
    fn collected(&mut self, collected: &mut Vec<(ColumnId, Aggregate)>, aggregate: Aggregate, name: &str) -> ColumnId {
        if let Some((id, _)) = collected.iter().find(|(_, known)| *known == aggregate) {
            return *id;
        }
        let function = aggregate.function;
        let info = ColumnInfo {
            name: name.to_owned(),
            affinity: Affinity::None,
            collation: aggregate.collation,
            collates: false,
            table: None,
            not_null: matches!(function, AggregateFunction::CountAll | AggregateFunction::Count | AggregateFunction::Total),
        };
        let id = self.columns.add(info);
        collected.push((id, aggregate));
        id
    }

    /// How many SELECTs further out the innermost one stands whose columns are used; 0 where none are.
    fn levels_up<'e>(exprs: impl Iterator<Item = &'e BoundExpr>, scope: &Scope) -> usize {
        let mut columns = Vec::new();
        for expr in exprs {
            expr.walk(&mut |part| {
                if let BoundExpr::Column(_) = part {
                    columns.push(part.clone());
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
        _ => return None,
    })
}

/// Whether a time function reads the clock: by 'now', or by having no time at all.
fn asks_for_now(name: &str, arguments: &[BoundExpr]) -> bool {
    let times = usize::from(name == "strftime");
    let is_now = |argument: &BoundExpr| match argument {
        BoundExpr::Literal(Value::Text(text)) => text.eq_ignore_ascii_case(b"now"),
        _ => false,
    };
    arguments.len() <= times || arguments.iter().any(is_now)
}

/// Whether an expression is written as a call of a plain aggregate, for GROUP BY, which may not hold one.
pub(super) fn is_aggregate(expr: &Expr) -> bool {
    matches!(expr, Expr::Function(call) if aggregate_function(&call.name.name.to_ascii_lowercase(), call).is_some())
}
