//! SQLite's values: storage classes, affinity, collation, comparison, conversion, and sums as states.
//!
//! The rules are those of <https://sqlite.org/datatype3.html>; sections are cited where a rule stands.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "integers become reals, and reals integers, exactly where SQLite does it, and reals are compared bit for bit"
)]

mod affinity;
mod collation;
mod compare;
mod decimal;
mod deserialize;
mod key;
mod number;
pub(crate) mod oracle;
mod running_sum;
mod storage;
mod sum;
#[cfg(test)]
mod tests;

pub use affinity::{Affinity, ComparisonAffinity};
pub use collation::Collation;
pub(crate) use compare::compare_reals;
pub use compare::{compare_integer_real, compare_values, equal_values};
pub(crate) use decimal::Decimal;
pub(crate) use deserialize::VALUE;
pub use key::append_key;
pub(crate) use number::operand;
pub use number::{cast_integer, cast_numeric, cast_real, format_real, parse_real, truth};
pub use running_sum::RunningSum;
pub use storage::{Value, ValueRef};
pub use sum::{RealSum, SumState};
