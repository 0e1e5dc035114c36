//! Function calls: plain aggregates, and scalar functions that answer alike wherever they are evaluated.

use super::binder::{Binder, Bound, ExprContext, at, unsupported};
use super::{Aggregate, AggregateFunction, BoundExpr, ColumnInfo};
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
        if TIME_FUNCTIONS.contains(&name.as_str()) && asks_for_now(&name, &arguments) {
            return unsupported("the present moment, which must be one for the whole statement");
        }
        if matches!(name.as_str(), "likely" | "unlikely" | "likelihood") && !arguments.is_empty() {
            return Ok(arguments.into_iter().next().expect("checked to be there"));
        }
        Ok(BoundExpr::Function { name, arguments })
    }

    fn aggregate(
        &mut self,
        function: AggregateFunction,
        call: &'a FunctionCall,
        context: &mut ExprContext<'a, '_>,
    ) -> Bound<BoundExpr> {
        let Some(collected) = context.aggregates.take() else {
            let error = Error::query(format!("misuse of aggregate: {}()", call.name.name.to_ascii_uppercase()));
            return Err(at(error, call.span).into());
        };
        if !call.order_by.is_empty() {
            return unsupported("ORDER BY within an aggregate");
        }
        if call.distinct && call.arguments.len() != 1 {
            return unsupported("DISTINCT with several arguments");
        }
        // Within its arguments no aggregate is allowed: the context has no list meanwhile.
        let arguments = call.arguments.iter().map(|argument| self.expr(argument, context)).collect::<Bound<Vec<_>>>()?;
        let filter = call.filter.as_ref().map(|filter| self.expr(filter, context)).transpose()?;
        Self::check_own_columns(&arguments, context)?;
        let collation = arguments.first().map_or(Collation::Binary, |first| self.rules_with(|rules| rules.collation(first)));
        let aggregate = Aggregate { function, arguments, distinct: call.distinct, filter, collation };
        let mut collected = collected;
        let known = collected.iter().find(|(_, known)| *known == aggregate).map(|(id, _)| *id);
        let id = known.unwrap_or_else(|| {
            let info = ColumnInfo {
                name: call.name.name.to_ascii_lowercase(),
                affinity: Affinity::None,
                collation,
                collates: false,
                table: None,
                not_null: matches!(function, AggregateFunction::CountAll | AggregateFunction::Count | AggregateFunction::Total),
            };
            let id = self.columns.add(info);
            collected.push((id, aggregate));
            id
        });
        context.aggregates = Some(collected);
        Ok(BoundExpr::Column(id))
    }

    /// An aggregate over columns of an enclosing SELECT alone belongs to that SELECT, which is not done.
    fn check_own_columns(arguments: &[BoundExpr], context: &ExprContext<'_, '_>) -> Bound<()> {
        let is_own = |id| {
            let mut relations = context.scope.relations.iter();
            relations.any(|relation| {
                relation.rowids.iter().any(|rowid| rowid.id == id)
                    || relation.columns.iter().any(|column| column.expr == BoundExpr::Column(id))
            })
        };
        let (mut own, mut any) = (false, false);
        for argument in arguments {
            argument.walk(&mut |part| {
                if let BoundExpr::Column(id) = part {
                    any = true;
                    own |= is_own(*id);
                }
            });
        }
        if any && !own { unsupported("an aggregate over an enclosing SELECT's columns") } else { Ok(()) }
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
