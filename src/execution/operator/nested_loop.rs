//! Joins without an equality.

use super::join_table::JoinTable;
use super::pairing::{Pairing, Shape};
use super::{Input, Operator, read_all};
use crate::batch::Batch;
use crate::error::Result;

/// Reads the right side, and asks the condition about each left row with each of the right.
pub(crate) struct NestedLoop {
    left: Input,
    right: Input,
    shape: Option<Shape>,
    pairing: Option<Pairing>,
    is_at_end: bool,
}

impl NestedLoop {
    /// A join of `left` and `right`; `shape` holds the condition, and the right side as the one that is held.
    pub(crate) fn new(shape: Shape, left: Input, right: Input) -> Self {
        Self { left, right, shape: Some(shape), pairing: None, is_at_end: false }
    }
}

impl Operator for NestedLoop {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        if let Some(shape) = self.shape.take() {
            let held = read_all(self.right.as_mut(), shape.build_columns())?;
            if held.rows() > 0 || !shape.is_empty_without_held_rows() {
                self.pairing = Some(Pairing::new(shape, JoinTable::every(held.rows()), held));
            }
        }
        let Some(pairing) = &mut self.pairing else { return Ok(None) };
        while !self.is_at_end {
            if let Some(batch) = pairing.next_matches()? {
                return Ok(Some(batch));
            }
            match self.left.next_batch()? {
                Some(batch) => pairing.probe_with(batch, &[], None),
                // An end need not be the last one: a recursion comes with more rows.
                None if !pairing.gives_held_rows() => return Ok(None),
                None => self.is_at_end = true,
            }
        }
        Ok(pairing.next_held(None))
    }
}
