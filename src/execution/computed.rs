//! An expression over the rows of a step.

use arrow_buffer::BooleanBuffer;

use crate::batch::{Batch, Column};
use crate::error::Result;
use crate::expression::Evaluator;
use crate::value::truth;

/// An expression made ready. Plain columns, by far the most frequent, pass through without an evaluator.
pub(crate) enum Computed {
    /// A column of the input, by its position.
    Column(usize),
    /// Anything else.
    Expression(Box<Evaluator>),
    /// A function of the rows, so that operators can be tested without expressions.
    #[cfg(test)]
    Test(fn(&Batch) -> Column),
}

impl Computed {
    /// The position of the column that it is, if it is one.
    pub(crate) fn column(&self) -> Option<usize> {
        if let Self::Column(index) = self { Some(*index) } else { None }
    }

    /// The value for each row.
    pub(crate) fn evaluate(&mut self, batch: &Batch) -> Result<Column> {
        match self {
            Self::Column(index) => Ok(batch.column(*index).clone()),
            Self::Expression(evaluator) => evaluator.evaluate(batch),
            #[cfg(test)]
            Self::Test(function) => Ok(function(batch)),
        }
    }

    /// Whether it is true for each row.
    pub(crate) fn matches(&mut self, batch: &Batch) -> Result<BooleanBuffer> {
        if let Self::Expression(evaluator) = self {
            return evaluator.matches(batch);
        }
        let column = self.evaluate(batch)?;
        Ok(BooleanBuffer::collect_bool(batch.rows(), |row| truth(column.value(row)) == Some(true)))
    }
}
