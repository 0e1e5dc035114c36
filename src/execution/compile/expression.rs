//! Expressions made ready, and the subqueries that they ask run.

use std::sync::Arc;

use super::Compiler;
use crate::batch::Batch;
use crate::bind::{BoundExpr, ColumnId, OrderBy, SubqueryId};
use crate::error::{Error, ErrorKind, Result};
use crate::execution::computed::Computed;
use crate::execution::operator::SortTerm;
use crate::execution::subqueries::SubqueryResult;
use crate::expression::{Evaluator, SubqueryValues};
use crate::planner::RowCount;
use crate::value::{Affinity, Value};

/// How much of a subquery its use needs.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Extent {
    FirstRow,
    AllRows,
}

impl Compiler {
    pub(super) fn all_computed(&mut self, expressions: &[BoundExpr], input: &[ColumnId]) -> Result<Vec<Computed>> {
        expressions.iter().map(|expression| self.computed(expression, input)).collect()
    }

    pub(super) fn computed(&mut self, expression: &BoundExpr, input: &[ColumnId]) -> Result<Computed> {
        if let BoundExpr::Column(id) = expression
            && let Some(position) = input.iter().position(|column| column == id)
        {
            return Ok(Computed::Column(position));
        }
        let mut needed = Vec::new();
        expression.walk(&mut |part| match part {
            BoundExpr::Scalar(subquery) | BoundExpr::Exists { subquery, .. } => needed.push((*subquery, Extent::FirstRow)),
            other => needed.extend(other.asked_subquery().map(|subquery| (subquery, Extent::AllRows))),
        });
        for (subquery, extent) in needed {
            self.ensure(subquery, extent)?;
        }
        let subqueries: Arc<dyn SubqueryValues> = Arc::clone(&self.subqueries) as Arc<dyn SubqueryValues>;
        let evaluator = Evaluator::new(expression, input, &self.program.columns, &subqueries)?;
        Ok(Computed::Expression(Box::new(evaluator)))
    }

    /// Runs a subquery unless it ran before.
    pub(super) fn ensure(&mut self, subquery: SubqueryId, extent: Extent) -> Result<()> {
        if self.subqueries.is_known(subquery) {
            return Ok(());
        }
        match self.answer(subquery, extent) {
            Ok(result) => self.subqueries.set(subquery, Ok(result)),
            // SQLite asks it when the first row needs it: where none does, nothing has failed.
            Err(error) if error.kind == ErrorKind::Query => self.subqueries.set(subquery, Err(error)),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn answer(&mut self, subquery: SubqueryId, extent: Extent) -> Result<SubqueryResult> {
        let program = Arc::clone(&self.program);
        let missing = || Error::query(format!("subquery {} is not part of the plan", subquery.0));
        let (_, node) = program.subqueries.iter().find(|(id, _)| *id == subquery).ok_or_else(missing)?;
        let mut rows = self.lasting_operator(node)?;
        let mut values: Vec<Value> = Vec::new();
        let mut has_row = false;
        while let Some(batch) = rows.next_batch()? {
            has_row = true;
            if let Some(column) = batch.columns().first() {
                let wanted = if extent == Extent::FirstRow { 1 } else { column.len() };
                values.extend((0..wanted).map(|row| column.value(row).to_owned()));
            }
            if extent == Extent::FirstRow {
                break;
            }
        }
        let mut memory = self.memory.of_step(&self.metrics, node.id, &self.statement).reservation();
        let bytes = values.iter().map(|value| size_of::<Value>() + value.heap_bytes()).sum();
        memory.hold_whole(bytes, "the values of a subquery");
        Ok(SubqueryResult::new(values, has_row, memory))
    }

    pub(super) fn sort_term(&mut self, key: &OrderBy, input: &[ColumnId]) -> Result<SortTerm> {
        Ok(SortTerm {
            expression: self.computed(&key.expr, input)?,
            collation: key.collation,
            descending: key.descending,
            nulls_first: key.nulls_first,
        })
    }

    /// LIMIT and OFFSET as numbers.
    pub(super) fn row_counts(&mut self, limit: Option<&RowCount>, offset: &RowCount) -> Result<(Option<u64>, u64)> {
        let limit = limit.map_or(Ok(None), |limit| self.row_count(limit))?;
        Ok((limit, self.row_count(offset)?.unwrap_or(0)))
    }

    /// The number that a count turns out to be; None where it is negative.
    fn row_count(&mut self, count: &RowCount) -> Result<Option<u64>> {
        let expression = match count {
            RowCount::Known(number) => return Ok(Some(*number)),
            RowCount::Computed(expression) => expression,
        };
        let value = self.computed(expression, &[])?.evaluate(&Batch::new(1, Vec::new()))?;
        match Affinity::Integer.apply(value.value(0)) {
            Value::Integer(number) => Ok(u64::try_from(number).ok()),
            _ => Err(Error::query("datatype mismatch")),
        }
    }
}
