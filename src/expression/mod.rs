//! Evaluation of bound expressions over batches: natively where a kernel exists, else by SQLite itself.

#![expect(clippy::cast_precision_loss, reason = "integers become reals exactly where SQLite's arithmetic does it")]

mod aggregate;
mod arithmetic;
mod compare;
mod compile;
mod datum;
mod evaluator;
mod fold;
mod functions;
mod lane;
mod membership;
mod node;
mod pattern;
mod render;
mod table_function;
#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

pub(crate) use aggregate::SqliteAggregate;
pub(crate) use arithmetic::added;
pub(crate) use compile::may_fail;
pub(crate) use evaluator::Evaluator;
pub(crate) use fold::{constant_value, fold_constants};
pub(crate) use functions::is_deterministic;
pub(crate) use render::render_expr;
pub(crate) use table_function::{TableFunction, table_functions};
#[cfg(test)]
pub(crate) use tests::Random;

use crate::bind::SubqueryId;
use crate::error::Result;
use crate::value::Value;

/// What subqueries gave that ran before: a scalar, or the values of a column as a set. Filled by execution.
pub(crate) trait SubqueryValues: Send + Sync {
    /// The value of a scalar subquery.
    fn scalar(&self, subquery: SubqueryId) -> Result<Value>;
    /// All values (NULLs included) of a subquery's only column.
    fn values(&self, subquery: SubqueryId) -> Result<Arc<Vec<Value>>>;
    /// Whether a subquery gave a row.
    fn exists(&self, subquery: SubqueryId) -> Result<bool>;
}
