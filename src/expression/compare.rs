//! Comparisons: kernels for columns of one class, and the exact way row by row for all others.

use std::cmp::Ordering;

use arrow_array::{Array as _, Float64Array, Int64Array, LargeBinaryArray};
use arrow_buffer::BooleanBuffer;

use super::datum::{Datum, Truth};
use crate::batch::Column;
use crate::bind::CompareOperator;
use crate::value::{Collation, ComparisonAffinity, Value, ValueRef, compare_integer_real, compare_reals, compare_values};

/// How a comparison compares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// The operator.
    pub(super) operator: CompareOperator,
    /// What is done to both sides first.
    pub(super) affinity: ComparisonAffinity,
    /// How texts compare.
    pub(super) collation: Collation,
}

/// One side of a kernel: cells of one class, or one value of it.
#[derive(Clone, Copy)]
enum Side<'a> {
    Integers(&'a Int64Array),
    Integer(i64),
    Reals(&'a Float64Array),
    Real(f64),
    Texts(&'a LargeBinaryArray),
    Text(&'a [u8]),
}

/// Compares row by row.
pub(super) fn compare(left: &Datum, right: &Datum, rules: Rules, rows: usize) -> Truth {
    let (left_constant, right_constant) = (converted(left, rules.affinity), converted(right, rules.affinity));
    let left = left_constant.as_ref().unwrap_or(left);
    let right = right_constant.as_ref().unwrap_or(right);
    let truth = match (side(left, rules.affinity), side(right, rules.affinity)) {
        (Some(left), Some(right)) => typed(left, right, rules, rows),
        _ => None,
    };
    truth.unwrap_or_else(|| row_by_row(left, right, rules, rows))
}

/// A constant with the affinity applied, once instead of for each row.
fn converted(datum: &Datum, affinity: ComparisonAffinity) -> Option<Datum> {
    match datum {
        Datum::Constant(value) => affinity.apply(value.as_ref()).map(Datum::Constant),
        _ => None,
    }
}

/// The side as a kernel reads it, if the affinity changes none of its cells.
fn side(datum: &Datum, affinity: ComparisonAffinity) -> Option<Side<'_>> {
    match datum {
        Datum::Column(Column::Integer(cells)) if affinity != ComparisonAffinity::Text => Some(Side::Integers(cells)),
        Datum::Column(Column::Real(cells)) if affinity != ComparisonAffinity::Text => Some(Side::Reals(cells)),
        Datum::Column(Column::Text(cells)) if affinity != ComparisonAffinity::Numeric => Some(Side::Texts(cells)),
        Datum::Constant(Value::Integer(number)) => Some(Side::Integer(*number)),
        Datum::Constant(Value::Real(number)) => Some(Side::Real(*number)),
        Datum::Constant(Value::Text(bytes)) => Some(Side::Text(bytes)),
        _ => None,
    }
}

/// Compares two sides of comparable classes. IS and IS NOT see NULLs as values and so take the other way where there are any.
fn typed(left: Side<'_>, right: Side<'_>, rules: Rules, rows: usize) -> Option<Truth> {
    let valid = match (validity(left), validity(right)) {
        (Some(left), Some(right)) => Some(&left & &right),
        (one, other) => one.or(other),
    };
    if valid.is_some() && matches!(rules.operator, CompareOperator::Is | CompareOperator::IsNot) {
        return None;
    }
    let operator = rules.operator;
    let collation = rules.collation;
    let integers_reals = |integer: i64, real: f64| compare_integer_real(integer, real);
    let yes = match (left, right) {
        (Side::Integers(a), Side::Integer(b)) => mask(rows, operator, |row| a.values()[row].cmp(&b)),
        (Side::Integer(a), Side::Integers(b)) => mask(rows, operator, |row| a.cmp(&b.values()[row])),
        (Side::Integers(a), Side::Integers(b)) => mask(rows, operator, |row| a.values()[row].cmp(&b.values()[row])),
        (Side::Reals(a), Side::Real(b)) => mask(rows, operator, |row| compare_reals(a.values()[row], b)),
        (Side::Real(a), Side::Reals(b)) => mask(rows, operator, |row| compare_reals(a, b.values()[row])),
        (Side::Reals(a), Side::Reals(b)) => mask(rows, operator, |row| compare_reals(a.values()[row], b.values()[row])),
        (Side::Integers(a), Side::Real(b)) => mask(rows, operator, |row| integers_reals(a.values()[row], b)),
        (Side::Real(a), Side::Integers(b)) => mask(rows, operator, |row| integers_reals(b.values()[row], a).reverse()),
        (Side::Reals(a), Side::Integer(b)) => mask(rows, operator, |row| integers_reals(b, a.values()[row]).reverse()),
        (Side::Integer(a), Side::Reals(b)) => mask(rows, operator, |row| integers_reals(a, b.values()[row])),
        (Side::Integers(a), Side::Reals(b)) => mask(rows, operator, |row| integers_reals(a.values()[row], b.values()[row])),
        (Side::Reals(a), Side::Integers(b)) => {
            mask(rows, operator, |row| integers_reals(b.values()[row], a.values()[row]).reverse())
        }
        (Side::Texts(a), Side::Text(b)) => mask(rows, operator, |row| collation.compare(a.value(row), b)),
        (Side::Text(a), Side::Texts(b)) => mask(rows, operator, |row| collation.compare(a, b.value(row))),
        (Side::Texts(a), Side::Texts(b)) => mask(rows, operator, |row| collation.compare(a.value(row), b.value(row))),
        _ => return None,
    };
    Some(Truth::from_mask(yes, valid))
}

fn validity(side: Side<'_>) -> Option<BooleanBuffer> {
    let nulls = match side {
        Side::Integers(cells) => cells.nulls(),
        Side::Reals(cells) => cells.nulls(),
        Side::Texts(cells) => cells.nulls(),
        Side::Integer(_) | Side::Real(_) | Side::Text(_) => None,
    };
    nulls.map(|nulls| nulls.inner().clone())
}

/// Rows where the order is what the operator wants; one loop for each operator, so that none is chosen within a loop.
#[inline]
fn mask(rows: usize, operator: CompareOperator, order: impl Fn(usize) -> Ordering) -> BooleanBuffer {
    match operator {
        CompareOperator::Equal | CompareOperator::Is => BooleanBuffer::collect_bool(rows, |row| order(row).is_eq()),
        CompareOperator::NotEqual | CompareOperator::IsNot => BooleanBuffer::collect_bool(rows, |row| order(row).is_ne()),
        CompareOperator::Less => BooleanBuffer::collect_bool(rows, |row| order(row).is_lt()),
        CompareOperator::LessOrEqual => BooleanBuffer::collect_bool(rows, |row| order(row).is_le()),
        CompareOperator::Greater => BooleanBuffer::collect_bool(rows, |row| order(row).is_gt()),
        CompareOperator::GreaterOrEqual => BooleanBuffer::collect_bool(rows, |row| order(row).is_ge()),
    }
}

fn row_by_row(left: &Datum, right: &Datum, rules: Rules, rows: usize) -> Truth {
    Truth::from_rows(rows, |row| compare_two(left.value(row), right.value(row), rules))
}

/// The comparison of two values.
pub(super) fn compare_two(left: ValueRef<'_>, right: ValueRef<'_>, rules: Rules) -> Option<bool> {
    let null_safe = matches!(rules.operator, CompareOperator::Is | CompareOperator::IsNot);
    if !null_safe && (left.is_null() || right.is_null()) {
        return None;
    }
    let (changed_left, changed_right) = (rules.affinity.apply(left), rules.affinity.apply(right));
    let left = changed_left.as_ref().map_or(left, Value::as_ref);
    let right = changed_right.as_ref().map_or(right, Value::as_ref);
    let order = compare_values(left, right, rules.collation);
    Some(match rules.operator {
        CompareOperator::Equal | CompareOperator::Is => order.is_eq(),
        CompareOperator::NotEqual | CompareOperator::IsNot => order.is_ne(),
        CompareOperator::Less => order.is_lt(),
        CompareOperator::LessOrEqual => order.is_le(),
        CompareOperator::Greater => order.is_gt(),
        CompareOperator::GreaterOrEqual => order.is_ge(),
    })
}
