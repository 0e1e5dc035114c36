//! UNION, INTERSECT, EXCEPT and UNION ALL.

use arrow_array::UInt32Array;

use super::{Distinct, Input, Operator, checked_row};
use crate::batch::Batch;
use crate::error::Result;
use crate::execution::key_table::KeyTable;
use crate::execution::memory::StepMemory;
use crate::execution::number_table::NONE;
use crate::statement::SetOperator;
use crate::value::Collation;

/// A set operation on two inputs.
pub(crate) struct SetOperation {
    rows: Input,
}

impl SetOperation {
    /// `left operator right`, whose columns' texts compare by `collations`.
    pub(crate) fn new(operator: SetOperator, left: Input, right: Input, collations: Vec<Collation>, memory: &StepMemory) -> Self {
        let rows: Input = match operator {
            SetOperator::UnionAll => Box::new(Concatenation { first: Some(left), second: right }),
            // Of rows that are equal but not the same (1 and 1.0) SQLite, which merges both sides, gives the right one.
            SetOperator::Union => {
                Box::new(Distinct::new(Box::new(Concatenation { first: Some(right), second: left }), collations, memory))
            }
            SetOperator::Intersect | SetOperator::Except => {
                let keeps_members = operator == SetOperator::Intersect;
                let membership =
                    Membership { rows: left, members: Some(right), table: KeyTable::new(collations.clone()), keeps_members };
                Box::new(Distinct::new(Box::new(membership), collations, memory))
            }
        };
        Self { rows }
    }
}

impl Operator for SetOperation {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        self.rows.next_batch()
    }
}

/// The rows of one input, then those of another.
struct Concatenation {
    first: Option<Input>,
    second: Input,
}

impl Operator for Concatenation {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        if let Some(first) = &mut self.first {
            if let Some(batch) = first.next_batch()? {
                return Ok(Some(batch));
            }
            self.first = None;
        }
        self.second.next_batch()
    }
}

/// The rows that equal one of the members, or those that equal none.
struct Membership {
    rows: Input,
    members: Option<Input>,
    table: KeyTable,
    keeps_members: bool,
}

impl Membership {
    fn read_members(&mut self) -> Result<()> {
        let Some(mut members) = self.members.take() else { return Ok(()) };
        let (mut numbers, mut fresh) = (Vec::new(), Vec::new());
        while let Some(batch) = members.next_batch()? {
            self.table.number_rows(batch.columns(), batch.rows(), &mut numbers, &mut fresh)?;
        }
        Ok(())
    }
}

impl Operator for Membership {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        self.read_members()?;
        while let Some(batch) = self.rows.next_batch()? {
            let mut scratch = Vec::new();
            let mut is_kept = |&row: &usize| (self.table.find(batch.columns(), row, &mut scratch) != NONE) == self.keeps_members;
            let kept: Vec<u32> = (0..batch.rows()).filter(&mut is_kept).map(checked_row).collect();
            if !kept.is_empty() {
                return Ok(Some(batch.take(&UInt32Array::from(kept))));
            }
        }
        Ok(None)
    }
}
