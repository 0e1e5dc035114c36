//! Comparing values: one order over all storage classes.

use std::cmp::Ordering;

use super::{Collation, ValueRef};

/// 2^63 as a real: the first one that is greater than every integer.
const INTEGER_END: f64 = 9_223_372_036_854_775_808.0;

/// Compares an integer with a real exactly (`sqlite3IntFloatCompare`: the real is cut, not the integer rounded).
#[inline]
pub fn compare_integer_real(integer: i64, real: f64) -> Ordering {
    if real < -INTEGER_END {
        return Ordering::Greater;
    }
    if real >= INTEGER_END {
        return Ordering::Less;
    }
    let cut = real as i64;
    integer.cmp(&cut).then_with(|| compare_reals(integer as f64, real))
}

/// Compares two reals, neither of which is NaN; -0.0 equals 0.0.
#[inline]
pub(crate) fn compare_reals(left: f64, right: f64) -> Ordering {
    left.partial_cmp(&right).unwrap_or(Ordering::Equal)
}

/// The order of all values: NULL < numbers < text < blob (datatype3 4.1).
#[inline]
pub fn compare_values(left: ValueRef<'_>, right: ValueRef<'_>, collation: Collation) -> Ordering {
    match (left, right) {
        (ValueRef::Integer(left), ValueRef::Integer(right)) => left.cmp(&right),
        (ValueRef::Real(left), ValueRef::Real(right)) => compare_reals(left, right),
        (ValueRef::Integer(left), ValueRef::Real(right)) => compare_integer_real(left, right),
        (ValueRef::Real(left), ValueRef::Integer(right)) => compare_integer_real(right, left).reverse(),
        (ValueRef::Text(left), ValueRef::Text(right)) => collation.compare(left, right),
        (ValueRef::Blob(left), ValueRef::Blob(right)) => left.cmp(right),
        (left, right) => class(left).cmp(&class(right)),
    }
}

/// Whether both are the same under that order (NULL equals NULL here).
#[inline]
pub fn equal_values(left: ValueRef<'_>, right: ValueRef<'_>, collation: Collation) -> bool {
    compare_values(left, right, collation) == Ordering::Equal
}

fn class(value: ValueRef<'_>) -> u8 {
    match value {
        ValueRef::Null => 0,
        ValueRef::Integer(_) | ValueRef::Real(_) => 1,
        ValueRef::Text(_) => 2,
        ValueRef::Blob(_) => 3,
    }
}
