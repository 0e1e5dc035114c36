//! Columns of one type each, as files in columns want them; SQLite's rows may differ in class.
//!
//! The types come from the first rows, which are held back. A column of integers alone, reals alone and blobs alone is one of
//! that type; reals with integers among them that a real can hold are reals; texts with blobs, and texts that are not UTF-8,
//! are bytes; anything else is text, numbers in SQLite's notation. A later cell that does not fit is an error that names it:
//! silently changing it would be worse.

use std::sync::Arc;

use arrow_array::builder::{Float64Builder, LargeBinaryBuilder, LargeStringBuilder};
use arrow_array::{ArrayRef, LargeStringArray, RecordBatch, new_null_array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::cell::append_text;
use crate::batch::{Batch, Column};
use crate::error::{Error, Result};
use crate::value::ValueRef;

/// How many bytes of rows decide the types.
const HELD_BYTES: usize = 16 << 20;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CellType {
    Integer,
    Real,
    Text,
    Bytes,
}

impl CellType {
    fn data_type(self) -> DataType {
        match self {
            Self::Integer => DataType::Int64,
            Self::Real => DataType::Float64,
            Self::Text => DataType::LargeUtf8,
            Self::Bytes => DataType::LargeBinary,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Integer => "integers",
            Self::Real => "reals",
            Self::Text => "text",
            Self::Bytes => "bytes",
        }
    }
}

/// Turns batches into Arrow's record batches of one schema.
#[derive(Debug, Default)]
pub(super) struct TypedColumns {
    names: Vec<String>,
    held: Vec<Batch>,
    held_bytes: usize,
    types: Vec<CellType>,
    schema: Option<SchemaRef>,
    rows: usize,
}

impl TypedColumns {
    pub(super) fn new(names: &[String]) -> Self {
        Self { names: names.to_vec(), ..Self::default() }
    }

    /// Takes a batch, and gives what can be written by now.
    pub(super) fn push(&mut self, batch: &Batch) -> Result<Vec<RecordBatch>> {
        if self.schema.is_some() {
            return Ok(vec![self.record_batch(batch)?]);
        }
        self.held_bytes += batch.bytes();
        self.held.push(batch.clone());
        if self.held_bytes < HELD_BYTES { Ok(Vec::new()) } else { self.decide() }
    }

    /// What is still held, at the end.
    pub(super) fn finish(&mut self) -> Result<Vec<RecordBatch>> {
        if self.schema.is_some() { Ok(Vec::new()) } else { self.decide() }
    }

    /// The schema, once it is decided.
    pub(super) fn schema(&self) -> Option<&SchemaRef> {
        self.schema.as_ref()
    }

    fn decide(&mut self) -> Result<Vec<RecordBatch>> {
        let held = std::mem::take(&mut self.held);
        self.types = (0..self.names.len())
            .map(|index| {
                let mut seen = Seen::default();
                held.iter().for_each(|batch| seen.look(batch.column(index)));
                seen.cell_type()
            })
            .collect();
        let fields = self.names.iter().zip(&self.types).map(|(name, cell)| Field::new(name, cell.data_type(), true));
        self.schema = Some(Arc::new(Schema::new(fields.collect::<Vec<_>>())));
        held.iter().map(|batch| self.record_batch(batch)).collect()
    }

    fn record_batch(&mut self, batch: &Batch) -> Result<RecordBatch> {
        let arrays = batch.columns().iter().zip(&self.types).zip(&self.names);
        let arrays: Vec<ArrayRef> = arrays
            .map(|((column, cell), name)| array(column, *cell).map_err(|row| self.misfit(column, row, name, *cell)))
            .collect::<Result<_>>()?;
        self.rows += batch.rows();
        let schema = Arc::clone(self.schema.as_ref().expect("the types are decided before rows are converted"));
        RecordBatch::try_new(schema, arrays).map_err(|error| Error::query(format!("the rows have no columns: {error}")))
    }

    fn misfit(&self, column: &Column, row: usize, name: &str, cell: CellType) -> Error {
        let class = match column.value(row) {
            ValueRef::Null => "NULL",
            ValueRef::Integer(_) => "an integer",
            ValueRef::Real(_) => "a real",
            ValueRef::Text(_) => "a text",
            ValueRef::Blob(_) => "a blob",
        };
        let place = self.rows + row + 1;
        Error::query(format!("column `{name}` is written as {}, but its row {place} holds {class} that is none", cell.name()))
            .hint(format!("a column of such a file has one type: write CAST({name} AS TEXT) AS {name}, or another format"))
    }
}

/// How many cells of each class were met in a column.
#[derive(Debug, Default)]
struct Seen {
    integers: usize,
    /// Integers that no real is equal to.
    large_integers: usize,
    reals: usize,
    texts: usize,
    invalid_texts: usize,
    blobs: usize,
}

impl Seen {
    fn look(&mut self, column: &Column) {
        for row in 0..column.len() {
            match column.value(row) {
                ValueRef::Null => {}
                ValueRef::Integer(number) => {
                    self.integers += 1;
                    self.large_integers += usize::from(!fits_real(number));
                }
                ValueRef::Real(_) => self.reals += 1,
                ValueRef::Text(bytes) => {
                    self.texts += 1;
                    self.invalid_texts += usize::from(std::str::from_utf8(bytes).is_err());
                }
                ValueRef::Blob(_) => self.blobs += 1,
            }
        }
    }

    fn cell_type(&self) -> CellType {
        match (self.integers + self.reals > 0, self.texts > 0, self.blobs > 0) {
            (true, false, false) if self.reals == 0 => CellType::Integer,
            (true, false, false) if self.large_integers == 0 => CellType::Real,
            (false, _, true) => CellType::Bytes,
            (_, true, _) if self.invalid_texts > 0 => CellType::Bytes,
            _ => CellType::Text,
        }
    }
}

fn fits_real(number: i64) -> bool {
    number.unsigned_abs() <= 1 << 53
}

/// The cells as one array; the row of the first that does not fit as the error.
fn array(column: &Column, cell: CellType) -> Result<ArrayRef, usize> {
    match (column, cell) {
        (Column::Null(rows), _) => Ok(new_null_array(&cell.data_type(), *rows)),
        (Column::Integer(array), CellType::Integer) => Ok(Arc::new(array.clone())),
        (Column::Real(array), CellType::Real) => Ok(Arc::new(array.clone())),
        (Column::Text(array) | Column::Blob(array), CellType::Bytes) => Ok(Arc::new(array.clone())),
        (Column::Text(array), CellType::Text) => match LargeStringArray::try_from_binary(array.clone()) {
            Ok(array) => Ok(Arc::new(array)),
            Err(_) => texts(column),
        },
        (_, CellType::Integer) => Err(first_other(column, |value| matches!(value, ValueRef::Integer(_)))),
        (_, CellType::Real) => reals(column),
        (_, CellType::Text) => texts(column),
        (_, CellType::Bytes) => Ok(bytes(column)),
    }
}

fn first_other(column: &Column, fits: impl Fn(ValueRef<'_>) -> bool) -> usize {
    (0..column.len()).find(|row| !column.is_null(*row) && !fits(column.value(*row))).unwrap_or(0)
}

fn reals(column: &Column) -> Result<ArrayRef, usize> {
    let mut builder = Float64Builder::with_capacity(column.len());
    for row in 0..column.len() {
        match column.value(row) {
            ValueRef::Null => builder.append_null(),
            ValueRef::Real(number) => builder.append_value(number),
            ValueRef::Integer(number) if fits_real(number) => builder.append_value(number as f64),
            _ => return Err(row),
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn texts(column: &Column) -> Result<ArrayRef, usize> {
    let mut builder = LargeStringBuilder::with_capacity(column.len(), column.len() * 16);
    let mut text = Vec::new();
    for row in 0..column.len() {
        if column.is_null(row) {
            builder.append_null();
            continue;
        }
        text.clear();
        append_text(column.value(row), &mut text);
        builder.append_value(std::str::from_utf8(&text).map_err(|_| row)?);
    }
    Ok(Arc::new(builder.finish()))
}

fn bytes(column: &Column) -> ArrayRef {
    let mut builder = LargeBinaryBuilder::with_capacity(column.len(), column.len() * 16);
    let mut text = Vec::new();
    for row in 0..column.len() {
        match column.value(row) {
            ValueRef::Null => builder.append_null(),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => builder.append_value(bytes),
            value => {
                text.clear();
                append_text(value, &mut text);
                builder.append_value(&text);
            }
        }
    }
    Arc::new(builder.finish())
}

#[cfg(test)]
mod tests {
    use super::super::tests::batch;
    use super::*;

    fn types(columns: &[&[ValueRef<'_>]]) -> Vec<DataType> {
        let names: Vec<String> = (0..columns.len()).map(|index| format!("c{index}")).collect();
        let mut typed = TypedColumns::new(&names);
        typed.push(&batch(columns)).expect("any rows");
        typed.finish().expect("any rows");
        typed.schema().expect("decided").fields().iter().map(|field| field.data_type().clone()).collect()
    }

    #[test]
    fn a_column_gets_the_type_that_holds_all_of_its_cells() {
        use DataType::{Float64, Int64, LargeBinary, LargeUtf8};
        let (one, half, text, blob) = (ValueRef::Integer(1), ValueRef::Real(0.5), ValueRef::Text(b"a"), ValueRef::Blob(&[0xff]));
        let large = ValueRef::Integer(i64::MAX);
        let columns: [&[ValueRef<'_>]; 9] = [
            &[one, ValueRef::Null],
            &[half, one],
            &[half, large],
            &[text, one],
            &[blob, ValueRef::Null],
            &[blob, text],
            &[blob, one],
            &[ValueRef::Text(&[0xff]), text],
            &[ValueRef::Null, ValueRef::Null],
        ];
        let wanted = [Int64, Float64, LargeUtf8, LargeUtf8, LargeBinary, LargeBinary, LargeUtf8, LargeBinary, LargeUtf8];
        assert_eq!(types(&columns), wanted);
    }

    #[test]
    fn a_later_cell_that_does_not_fit_is_named() {
        let mut typed = TypedColumns::new(&["n".to_owned()]);
        typed.push(&batch(&[&[ValueRef::Integer(1), ValueRef::Integer(2)]])).expect("integers");
        typed.decide().expect("integers");
        let error = typed.push(&batch(&[&[ValueRef::Null, ValueRef::Text(b"x")]])).expect_err("a text among integers");
        assert_eq!(error.message, "column `n` is written as integers, but its row 4 holds a text that is none");
    }
}
