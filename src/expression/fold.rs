//! Constant subtrees, evaluated once.

use super::{is_deterministic, render_expr};
use crate::bind::BoundExpr;
use crate::value::{Value, oracle};

/// Replaces constant subtrees by their value. SQLite computes it, so it cannot differ; a subtree that fails is left to
/// fail (or not to be reached) when it runs. A CAST stays, because it has an affinity that a literal has not, and so does
/// whatever holds a COLLATE, which counts through the operators above it (datatype3 7.1).
#[must_use]
pub(crate) fn fold_constants(expr: BoundExpr) -> BoundExpr {
    expr.map(&mut |expr| match value_of(&expr) {
        Some(value) => BoundExpr::Literal(value),
        None => expr,
    })
}

fn value_of(expr: &BoundExpr) -> Option<Value> {
    // A CAST brings an affinity, and a plus takes one away.
    let is_more = matches!(expr, BoundExpr::Literal(_) | BoundExpr::Cast { .. } | BoundExpr::Plus(_));
    if is_more { None } else { constant_value(expr) }
}

/// The value of an expression that is the same for all rows; None if it is not, or fails.
pub(crate) fn constant_value(expr: &BoundExpr) -> Option<Value> {
    if !is_constant(expr) {
        return None;
    }
    let mut values = Vec::new();
    let sql = render_expr(expr, &|_| String::new(), &mut |expr| {
        if let BoundExpr::Literal(value) = expr {
            values.push(value.clone());
        }
        format!("?{}", values.len())
    });
    let parameters: Vec<_> = values.iter().map(Value::as_ref).collect();
    oracle::ask_sql(&format!("SELECT {sql}"), &parameters).ok()
}

fn is_constant(expr: &BoundExpr) -> bool {
    let mut constant = true;
    expr.walk(&mut |expr| {
        constant &= match expr {
            part if part.asked_subquery().is_some() => false,
            BoundExpr::Column(_) | BoundExpr::Collate { .. } => false,
            // `y IS (x IN ())` means IS FALSE, which a literal 0 would not.
            BoundExpr::InList { list, .. } => !list.is_empty(),
            BoundExpr::Function { name, arguments } => is_deterministic(name, arguments.len()) == Some(true),
            _ => true,
        };
    });
    constant
}
