//! Comparing values (contract; bodies follow).

use std::cmp::Ordering;

use super::{Collation, ValueRef};

/// Compares an integer with a real exactly.
pub fn compare_integer_real(integer: i64, real: f64) -> Ordering {
    let _ = (integer, real);
    todo!()
}

/// The order of all values: NULL < numbers < text < blob (datatype3 4.1).
pub fn compare_values(left: ValueRef<'_>, right: ValueRef<'_>, collation: Collation) -> Ordering {
    let _ = (left, right, collation);
    todo!()
}

/// Whether both are the same under that order (NULL equals NULL here).
pub fn equal_values(left: ValueRef<'_>, right: ValueRef<'_>, collation: Collation) -> bool {
    compare_values(left, right, collation) == Ordering::Equal
}
