//! Evaluation of bound expressions over batches: natively where a kernel exists, else by SQLite itself.
//! (contract; bodies follow)

use std::sync::Arc;

use arrow_buffer::BooleanBuffer;

use crate::batch::{Batch, Column};
use crate::bind::{BoundExpr, ColumnArena, ColumnId, SubqueryId};
use crate::error::Result;
use crate::value::Value;

/// What subqueries gave that ran before: a scalar, or the values of a column as a set. Filled by execution.
pub trait SubqueryValues: Send + Sync {
    /// The value of a scalar subquery.
    fn scalar(&self, subquery: SubqueryId) -> Result<Value>;
    /// All values (NULLs included) of a subquery's only column.
    fn values(&self, subquery: SubqueryId) -> Result<Arc<Vec<Value>>>;
    /// Whether a subquery gave a row.
    fn exists(&self, subquery: SubqueryId) -> Result<bool>;
}

/// An expression made ready for batches whose columns are `input`, in that order.
pub struct Evaluator(());

impl Evaluator {
    /// Prepares `expr`.
    pub fn new(
        expr: &BoundExpr,
        input: &[ColumnId],
        columns: &Arc<ColumnArena>,
        subqueries: &Arc<dyn SubqueryValues>,
    ) -> Result<Self> {
        let _ = (expr, input, columns, subqueries);
        todo!()
    }
    /// The expression's value for each row.
    pub fn evaluate(&mut self, batch: &Batch) -> Result<Column> {
        let _ = batch;
        todo!()
    }
    /// Whether the expression is true (not false, not NULL) for each row.
    pub fn matches(&mut self, batch: &Batch) -> Result<BooleanBuffer> {
        let _ = batch;
        todo!()
    }
}

/// The SQL of `expr` in SQLite's syntax, fully parenthesised, each column as `name(id)`, values that have no exact
/// literal form and scalar subqueries through `parameter`.
pub fn render_expr(
    expr: &BoundExpr,
    name: &dyn Fn(ColumnId) -> String,
    parameter: &mut dyn FnMut(&BoundExpr) -> String,
) -> String {
    let _ = (expr, name, parameter);
    todo!()
}

/// Whether SQLite gives the same value each time for the same arguments, so that a pool, the in-memory stage and several
/// evaluations agree; None for a function that this build of SQLite does not know.
pub fn is_deterministic(name: &str, arguments: usize) -> Option<bool> {
    let _ = (name, arguments);
    todo!()
}
