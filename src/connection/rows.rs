//! Rows of a statement as batches, and values into a statement's parameters.

use std::rc::Rc;

use rusqlite::types::{Value as SqlValue, ValueRef as SqlValueRef};
use rusqlite::vtab::array::Array;
use rusqlite::{Rows, Statement};

use super::failure::sqlite_error;
use crate::batch::{BATCH_ROWS, Batch, ColumnBuilder};
use crate::cancel::CancelToken;
use crate::error::Result;
use crate::ffi::rows::Cell;
use crate::value::{Value, ValueRef};

/// Reads the rows of a statement whose parameters are bound.
pub struct RowReader<'statement> {
    rows: Rows<'statement>,
    columns: usize,
    cancel: CancelToken,
    is_done: bool,
}

impl<'statement> RowReader<'statement> {
    /// Starts reading. Parameters must have been bound by [`bind_value`] and [`bind_array`].
    pub fn new(statement: &'statement mut Statement<'_>, cancel: &CancelToken) -> Self {
        let columns = statement.column_count();
        Self { rows: statement.raw_query(), columns, cancel: cancel.clone(), is_done: false }
    }

    /// The next rows, at most `rows` of them; none when all are given. An error in the middle is an error, never an end.
    pub fn next_batch(&mut self, rows: usize) -> Result<Option<Batch>> {
        self.cancel.check()?;
        if self.is_done {
            return Ok(None);
        }
        let mut builders: Vec<_> = (0..self.columns).map(|_| ColumnBuilder::with_capacity(rows)).collect();
        let mut count = 0;
        while count < rows {
            let Some(row) = self.rows.next().map_err(|error| sqlite_error(error, None))? else {
                self.is_done = true;
                break;
            };
            for (index, builder) in builders.iter_mut().enumerate() {
                builder.push(cell(row.get_ref(index).map_err(|error| sqlite_error(error, None))?));
            }
            count += 1;
        }
        let columns = || builders.iter_mut().map(ColumnBuilder::finish).collect();
        Ok((count > 0).then(columns).map(|columns| Batch::new(count, columns)))
    }
}

/// Gives all rows of a bound statement to `sink`, batch by batch, until it returns false.
pub fn read_rows(statement: &mut Statement<'_>, cancel: &CancelToken, mut sink: impl FnMut(Batch) -> Result<bool>) -> Result<()> {
    let mut reader = RowReader::new(statement, cancel);
    while let Some(batch) = reader.next_batch(BATCH_ROWS)? {
        if !sink(batch)? {
            break;
        }
    }
    Ok(())
}

/// Binds one value; text goes as the bytes it is, valid UTF-8 or not. `index` counts from 1.
pub fn bind_value(statement: &mut Statement<'_>, index: usize, value: ValueRef<'_>) -> Result<()> {
    statement.raw_bind_parameter(index, Cell(value)).map_err(|error| sqlite_error(error, None))
}

/// Binds `values` for `rarray(?N)`, each keeping its class. False, and nothing bound, where one of them is a text that is
/// not valid UTF-8, which the array cannot hold. `index` counts from 1.
pub fn bind_array(statement: &mut Statement<'_>, index: usize, values: &[Value]) -> Result<bool> {
    let Some(array) = array_of(values) else { return Ok(false) };
    statement.raw_bind_parameter(index, array).map_err(|error| sqlite_error(error, None))?;
    Ok(true)
}

fn array_of(values: &[Value]) -> Option<Array> {
    let element = |value: &Value| match value {
        Value::Null => Some(SqlValue::Null),
        Value::Integer(number) => Some(SqlValue::Integer(*number)),
        Value::Real(number) => Some(SqlValue::Real(*number)),
        Value::Text(bytes) => std::str::from_utf8(bytes).ok().map(|text| SqlValue::Text(text.to_owned())),
        Value::Blob(bytes) => Some(SqlValue::Blob(bytes.to_vec())),
    };
    values.iter().map(element).collect::<Option<Vec<_>>>().map(Rc::new)
}

fn cell(value: SqlValueRef<'_>) -> ValueRef<'_> {
    match value {
        SqlValueRef::Null => ValueRef::Null,
        SqlValueRef::Integer(number) => ValueRef::Integer(number),
        SqlValueRef::Real(number) => ValueRef::Real(number),
        SqlValueRef::Text(bytes) => ValueRef::Text(bytes),
        SqlValueRef::Blob(bytes) => ValueRef::Blob(bytes),
    }
}
