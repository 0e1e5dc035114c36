//! The evaluator: an expression's nodes, run over batches.

use std::sync::Arc;

use arrow_array::UInt32Array;
use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder};

use super::SubqueryValues;
use super::compile::Compiler;
use super::node::Node;
use crate::batch::{Batch, Column};
use crate::bind::{BoundExpr, ColumnArena, ColumnId};
use crate::error::Result;

/// An expression made ready for batches whose columns are `input`, in that order.
pub(crate) struct Evaluator {
    root: Node,
    /// The terms of a conjunction, those without SQLite's help first, for [`Evaluator::matches`].
    terms: Vec<Node>,
    subqueries: Arc<dyn SubqueryValues>,
}

impl Evaluator {
    /// Prepares `expr`.
    pub(crate) fn new(
        expr: &BoundExpr,
        input: &[ColumnId],
        columns: &Arc<ColumnArena>,
        subqueries: &Arc<dyn SubqueryValues>,
    ) -> Result<Self> {
        let mut compiler = Compiler::new(input, columns);
        let root = compiler.compile(expr)?;
        let mut terms = match expr {
            BoundExpr::And(items) => items.iter().map(|item| compiler.compile(item)).collect::<Result<Vec<_>>>()?,
            _ => Vec::new(),
        };
        terms.sort_by_key(Node::needs_lane);
        Ok(Self { root, terms, subqueries: Arc::clone(subqueries) })
    }

    /// The expression's value for each row.
    pub(crate) fn evaluate(&mut self, batch: &Batch) -> Result<Column> {
        if batch.rows() == 0 {
            return Ok(Column::Null(0));
        }
        Ok(self.root.evaluate(batch, self.subqueries.as_ref())?.into_column(batch.rows()))
    }

    /// Whether the expression is true (not false, not NULL) for each row.
    pub(crate) fn matches(&mut self, batch: &Batch) -> Result<BooleanBuffer> {
        let rows = batch.rows();
        if rows == 0 {
            return Ok(BooleanBuffer::new_unset(0));
        }
        let subqueries = Arc::clone(&self.subqueries);
        if self.terms.is_empty() {
            return Ok(self.root.evaluate(batch, subqueries.as_ref())?.into_truth(rows).yes);
        }
        // Each term sees only the rows that all terms before it left where SQLite's help is needed: that saves its calls,
        // and keeps a term that may fail from rows that another term excludes.
        let mut selected = BooleanBuffer::new_set(rows);
        for term in &mut self.terms {
            let left = selected.count_set_bits();
            if left == 0 {
                break;
            }
            if left == rows || !term.needs_lane() {
                selected = &selected & &term.evaluate(batch, subqueries.as_ref())?.into_truth(rows).yes;
            } else {
                let indices: UInt32Array = selected.set_indices_u32().collect::<Vec<u32>>().into();
                let part = batch.take(&indices);
                let yes = term.evaluate(&part, subqueries.as_ref())?.into_truth(left).yes;
                let mut scattered = BooleanBufferBuilder::new(rows);
                scattered.append_n(rows, false);
                for (position, &row) in indices.values().iter().enumerate() {
                    scattered.set_bit(row as usize, yes.value(position));
                }
                selected = scattered.finish();
            }
        }
        Ok(selected)
    }
}
