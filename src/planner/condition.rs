//! Conditions: taken apart at their ANDs, and asked what they are about.

use std::collections::BTreeSet;

use crate::bind::{BoundExpr, ColumnId, CompareOperator};

/// The parts of a condition that must all be true.
pub(super) fn conjuncts(condition: Option<BoundExpr>) -> Vec<BoundExpr> {
    let mut parts = Vec::new();
    split(condition, &mut parts);
    parts
}

fn split(condition: Option<BoundExpr>, parts: &mut Vec<BoundExpr>) {
    match condition {
        None => {}
        Some(BoundExpr::And(items)) => items.into_iter().for_each(|item| split(Some(item), parts)),
        Some(BoundExpr::Or(items)) => parts.extend(common_factors(items)),
        Some(BoundExpr::Not(inner)) => match *inner {
            BoundExpr::Exists { subquery, negated } => parts.push(BoundExpr::Exists { subquery, negated: !negated }),
            BoundExpr::InSubquery { operand, subquery, negated, affinity, collation } => {
                parts.push(BoundExpr::InSubquery { operand, subquery, negated: !negated, affinity, collation });
            }
            BoundExpr::InRows { operands, subquery, negated } => {
                parts.push(BoundExpr::InRows { operands, subquery, negated: !negated });
            }
            other => parts.push(BoundExpr::Not(Box::new(other))),
        },
        Some(other) => parts.push(other),
    }
}

/// `(a AND b) OR (a AND c)` also asks for `a`: told apart, so that a join key hidden in every branch is found. The whole
/// condition stays as well.
fn common_factors(branches: Vec<BoundExpr>) -> Vec<BoundExpr> {
    let parts_of = |branch: &BoundExpr| match branch {
        BoundExpr::And(items) => items.clone(),
        other => vec![other.clone()],
    };
    let first = branches.first().map(parts_of).unwrap_or_default();
    let in_all = |part: &BoundExpr| branches.iter().all(|branch| parts_of(branch).contains(part));
    let mut parts: Vec<BoundExpr> =
        first.into_iter().filter(|part| matches!(part, BoundExpr::Compare(_)) && in_all(part)).collect();
    parts.extend(implied(&branches));
    parts.push(BoundExpr::Or(branches));
    parts
}

/// `(x = 1 AND y = 2) OR (x = 3 AND z)` also asks for `x = 1 OR x = 3`: what every branch asks of one column can sink to the
/// column's own table.
fn implied(branches: &[BoundExpr]) -> Vec<BoundExpr> {
    let parts_of = |branch: &BoundExpr| match branch {
        BoundExpr::And(items) => items.clone(),
        other => vec![other.clone()],
    };
    let is_plain = |part: &BoundExpr| {
        let is_value = |expr: &BoundExpr| matches!(expr, BoundExpr::Column(_) | BoundExpr::Literal(_));
        match part {
            BoundExpr::Compare(comparison) => is_value(&comparison.left) && is_value(&comparison.right),
            BoundExpr::InList { operand, list, .. } => is_value(operand) && list.iter().all(is_value),
            _ => false,
        }
    };
    let all: Vec<Vec<BoundExpr>> =
        branches.iter().map(|branch| parts_of(branch).into_iter().filter(is_plain).collect()).collect();
    let about = |parts: &[BoundExpr], column: ColumnId| -> Vec<BoundExpr> {
        parts.iter().filter(|part| columns_of(part).into_iter().eq([column])).cloned().collect()
    };
    let columns: BTreeSet<ColumnId> = all.first().into_iter().flatten().flat_map(columns_of).collect();
    let implied = |column: ColumnId| -> Option<BoundExpr> {
        let asked: Option<Vec<BoundExpr>> = all.iter().map(|parts| all_of(about(parts, column))).collect();
        let asked = asked.filter(|asked| asked.len() > 1)?;
        // One condition that is in all branches was already taken out of them.
        asked.iter().any(|part| *part != asked[0]).then_some(BoundExpr::Or(asked))
    };
    // A condition about one column alone implies nothing further.
    if branches.iter().flat_map(columns_of).collect::<BTreeSet<_>>().len() < 2 {
        return Vec::new();
    }
    columns.into_iter().filter_map(implied).collect()
}

/// All of `parts` as one condition.
pub(super) fn all_of(mut parts: Vec<BoundExpr>) -> Option<BoundExpr> {
    if parts.len() > 1 { Some(BoundExpr::And(parts)) } else { parts.pop() }
}

/// The columns of an expression.
pub(super) fn columns_of(expr: &BoundExpr) -> BTreeSet<ColumnId> {
    let mut columns = BTreeSet::new();
    add_columns(expr, &mut columns);
    columns
}

/// Adds the columns of an expression to `columns`.
pub(super) fn add_columns(expr: &BoundExpr, columns: &mut BTreeSet<ColumnId>) {
    expr.walk(&mut |part| {
        if let BoundExpr::Column(id) = part {
            columns.insert(*id);
        }
    });
}

/// Whether an expression holds a subquery.
pub(crate) fn has_subquery(expr: &BoundExpr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= part.asked_subquery().is_some();
    });
    found
}

/// The column that a comparison with NULL would never let through: a condition on the inner side of an outer join that
/// rejects NULLs makes it an inner join.
pub(super) fn rejects_null(condition: &BoundExpr) -> BTreeSet<ColumnId> {
    let direct = |expr: &BoundExpr| if let BoundExpr::Column(id) = expr { Some(*id) } else { None };
    match condition {
        BoundExpr::Compare(comparison) if !matches!(comparison.operator, CompareOperator::Is | CompareOperator::IsNot) => {
            [&comparison.left, &comparison.right].into_iter().filter_map(direct).collect()
        }
        BoundExpr::IsNull { operand, negated: true } | BoundExpr::InList { operand, negated: false, .. } => {
            direct(operand).into_iter().collect()
        }
        BoundExpr::And(items) => items.iter().flat_map(rejects_null).collect(),
        _ => BTreeSet::new(),
    }
}
