//! Rows numbered by what some of their columns hold.

use arrow_array::Int64Array;

use super::{Input, Operator};
use crate::batch::{Batch, Column};
use crate::error::Result;
use crate::execution::key_table::ByteKeys;
use crate::execution::memory::{Reservation, StepMemory};
use crate::value::ValueRef;

/// Adds a column with a number, from 0 on: each row's own, or one that rows share which are the same in the key columns: the same class, the same bits.
/// (Equal is not enough: `1` and `1.0` are, and a subquery may tell them apart.)
pub(crate) struct Number {
    input: Input,
    keys: Option<Vec<usize>>,
    rows: i64,
    known: ByteKeys,
    memory: Reservation,
    scratch: Vec<u8>,
}

impl Number {
    /// Numbers the rows of `input` by the columns at `keys`, where given.
    pub(crate) fn new(input: Input, keys: Option<Vec<usize>>, memory: &StepMemory) -> Self {
        Self { input, keys, rows: 0, known: ByteKeys::default(), memory: memory.reservation(), scratch: Vec::new() }
    }
}

impl Operator for Number {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let Some(batch) = self.input.next_batch()? else { return Ok(None) };
        let rows = batch.rows();
        let mut numbers = Vec::with_capacity(rows);
        for row in 0..rows {
            let Some(keys) = &self.keys else {
                numbers.push(self.rows);
                self.rows += 1;
                continue;
            };
            self.scratch.clear();
            for key in keys {
                append_identity(&mut self.scratch, batch.column(*key).value(row));
            }
            numbers.push(i64::from(self.known.insert(&self.scratch)?.0));
        }
        self.memory.hold_whole(self.known.memory(), "the numbers of all bindings");
        let mut columns = batch.into_columns();
        columns.push(Column::Integer(Int64Array::from(numbers)));
        Ok(Some(Batch::new(rows, columns)))
    }
}

/// Bytes that no other value has; the length keeps neighbours apart.
fn append_identity(key: &mut Vec<u8>, value: ValueRef<'_>) {
    let mut append = |class: u8, bytes: &[u8]| {
        key.push(class);
        key.extend_from_slice(&bytes.len().to_le_bytes());
        key.extend_from_slice(bytes);
    };
    match value {
        ValueRef::Null => append(0, &[]),
        ValueRef::Integer(number) => append(1, &number.to_le_bytes()),
        ValueRef::Real(number) => append(2, &number.to_bits().to_le_bytes()),
        ValueRef::Text(bytes) => append(3, bytes),
        ValueRef::Blob(bytes) => append(4, bytes),
    }
}
