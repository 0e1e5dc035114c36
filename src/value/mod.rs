//! SQLite's values: storage classes, affinity, collation, comparison, conversion, and sums as states.
//!
//! The rules are those of <https://sqlite.org/datatype3.html>; sections are cited where a rule stands.

mod affinity;
mod collation;
mod compare;
mod key;
mod number;
mod storage;
mod sum;

pub use affinity::{Affinity, ComparisonAffinity};
pub use collation::Collation;
pub use compare::{compare_integer_real, compare_values, equal_values};
pub use key::append_key;
pub use number::{cast_integer, cast_numeric, cast_real, format_real, parse_real, truth};
pub use storage::{Value, ValueRef};
pub use sum::SumState;
