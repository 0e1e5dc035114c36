//! Batches as Arrow record batches.
//!
//! An Arrow column has one type, a column of SQLite's has none; [`ArrowType`] says which of the ways out is taken, and an
//! [`ArrowLayout`] says it for every column of a result.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, Float64Builder, Int64Builder, LargeBinaryBuilder, LargeStringBuilder, StringBuilder};
use arrow_array::{ArrayRef, NullArray, RecordBatch, RecordBatchOptions, UnionArray};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, UnionFields, UnionMode};

use super::{Batch, Column};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{ValueRef, cast_integer, cast_real, format_real};

/// How a column becomes an Arrow column. NULLs are NULLs in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArrowType {
    /// By what the column holds in the batch at hand: integers alone are `Int64`, reals `Float64`, texts `LargeUtf8`, blobs
    /// `LargeBinary`, NULLs alone `Null`, and more than one class is [`ArrowType::Union`]. Copies nothing but texts and
    /// classes; but the next batch may have another type.
    AsFound,
    /// A dense union of `Null` (type id 0), `Int64` (1), `Float64` (2), `LargeUtf8` (3) and `LargeBinary` (4), whatever the
    /// column holds: every value keeps its class.
    Union,
    /// `Int64`; other values as by `CAST(x AS INTEGER)`.
    Int64,
    /// `Float64`; other values as by `CAST(x AS REAL)`.
    Float64,
    /// `Utf8`, up to 2 GiB a batch; other values as by `CAST(x AS TEXT)`.
    Utf8,
    /// `LargeUtf8`; other values as by `CAST(x AS TEXT)`.
    LargeUtf8,
    /// `Binary`, up to 2 GiB a batch; other values as by `CAST(x AS BLOB)`: a number gives the bytes of its text.
    Binary,
    /// `LargeBinary`; other values as by `CAST(x AS BLOB)`.
    LargeBinary,
}

/// What happens to a text that is no UTF-8, which Arrow's texts must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InvalidText {
    /// An error that names the column and the row of the batch.
    #[default]
    Refuse,
    /// Each invalid sequence becomes U+FFFD.
    Replace,
}

/// The names and types of a result's columns as Arrow has them.
///
/// ```
/// use glue::batch::{ArrowLayout, ArrowType, Batch, Column};
/// use glue::value::{Value, ValueRef};
///
/// # fn main() -> glue::error::Result<()> {
/// let names = ["id".to_owned(), "note".to_owned()];
/// let mixed = Column::Mixed([Value::Integer(7), Value::text("seven")].into());
/// let batch = Batch::new(2, vec![Column::constant(ValueRef::Integer(1), 2), mixed]);
///
/// let found = ArrowLayout::as_found(&names).record_batch(&batch)?;
/// assert_eq!(found.column(0).data_type().to_string(), "Int64");
/// assert!(found.column(1).data_type().to_string().starts_with("Union"));
///
/// // The schema is known before the first row came, and the same for every batch.
/// let layout = ArrowLayout::typed(&names, &[ArrowType::Int64, ArrowType::Utf8])?;
/// assert_eq!(layout.record_batch(&batch)?.schema(), layout.schema().expect("every column has a type"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ArrowLayout {
    columns: Vec<(String, ArrowType)>,
    invalid_text: InvalidText,
}

impl ArrowLayout {
    /// Every batch by what it holds, so that schemas may differ.
    pub fn as_found(names: &[String]) -> Self {
        Self::all(names, ArrowType::AsFound)
    }

    /// Every column as a union: one schema for all batches, and nothing is converted.
    pub fn union(names: &[String]) -> Self {
        Self::all(names, ArrowType::Union)
    }

    /// A type for every column.
    pub fn typed(names: &[String], types: &[ArrowType]) -> Result<Self> {
        if names.len() != types.len() {
            let message = format!("{} Arrow types for {} columns", types.len(), names.len());
            return Err(Error::conversion(message));
        }
        let columns = names.iter().cloned().zip(types.iter().copied()).collect();
        Ok(Self { columns, invalid_text: InvalidText::Refuse })
    }

    /// The narrowest types that hold all the rows of `batches` as they are: one class's type, or a union. NULLs alone become
    /// `LargeUtf8`.
    pub fn fitting(names: &[String], batches: &[Batch]) -> Self {
        let fitting = |index: usize| {
            let found = batches.iter().map(|batch| found_type(batch.column(index)));
            let mut found = found.flatten();
            match found.next() {
                None => ArrowType::LargeUtf8,
                Some(first) if found.all(|other| other == first) => first,
                Some(_) => ArrowType::Union,
            }
        };
        let columns = names.iter().cloned().enumerate().map(|(index, name)| (name, fitting(index))).collect();
        Self { columns, invalid_text: InvalidText::Refuse }
    }

    fn all(names: &[String], kind: ArrowType) -> Self {
        Self { columns: names.iter().map(|name| (name.clone(), kind)).collect(), invalid_text: InvalidText::Refuse }
    }

    /// The same layout with another way for texts that are no UTF-8.
    #[must_use]
    pub fn invalid_text(mut self, invalid_text: InvalidText) -> Self {
        self.invalid_text = invalid_text;
        self
    }

    /// The schema that every record batch will have; None where a column is [`ArrowType::AsFound`].
    pub fn schema(&self) -> Option<SchemaRef> {
        let field = |(name, kind): &(String, ArrowType)| Some(Field::new(name, data_type(*kind)?, is_nullable(*kind)));
        Some(Arc::new(Schema::new(self.columns.iter().map(field).collect::<Option<Vec<_>>>()?)))
    }

    /// A batch in this layout.
    pub fn record_batch(&self, batch: &Batch) -> Result<RecordBatch> {
        if self.columns.len() != batch.columns().len() {
            let message = format!("an Arrow layout of {} columns for {}", self.columns.len(), batch.columns().len());
            return Err(Error::conversion(message));
        }
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut arrays = Vec::with_capacity(self.columns.len());
        for ((name, kind), column) in self.columns.iter().zip(batch.columns()) {
            let array = Cells { name, column, invalid_text: self.invalid_text }.array(*kind)?;
            let nullable = *kind == ArrowType::AsFound || is_nullable(*kind);
            fields.push(Field::new(name, array.data_type().clone(), nullable));
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.rows()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).map_err(|error| arrow_error(&error))
    }
}

/// A union's NULLs are in one of its children.
fn is_nullable(kind: ArrowType) -> bool {
    kind != ArrowType::Union
}

fn arrow_error(error: &ArrowError) -> Error {
    Error::new(ErrorKind::Conversion, format!("Arrow refuses the rows: {error}"))
}

/// The type of a column by what it holds; None for NULLs alone.
fn found_type(column: &Column) -> Option<ArrowType> {
    match column {
        Column::Null(_) => None,
        Column::Integer(_) => Some(ArrowType::Int64),
        Column::Real(_) => Some(ArrowType::Float64),
        Column::Text(_) => Some(ArrowType::LargeUtf8),
        Column::Blob(_) => Some(ArrowType::LargeBinary),
        Column::Mixed(_) => Some(ArrowType::Union),
    }
}

fn data_type(kind: ArrowType) -> Option<DataType> {
    match kind {
        ArrowType::AsFound => None,
        ArrowType::Union => Some(DataType::Union(union_fields(), UnionMode::Dense)),
        ArrowType::Int64 => Some(DataType::Int64),
        ArrowType::Float64 => Some(DataType::Float64),
        ArrowType::Utf8 => Some(DataType::Utf8),
        ArrowType::LargeUtf8 => Some(DataType::LargeUtf8),
        ArrowType::Binary => Some(DataType::Binary),
        ArrowType::LargeBinary => Some(DataType::LargeBinary),
    }
}

fn union_fields() -> UnionFields {
    let children = [
        ("null", DataType::Null, true),
        ("integer", DataType::Int64, false),
        ("real", DataType::Float64, false),
        ("text", DataType::LargeUtf8, false),
        ("blob", DataType::LargeBinary, false),
    ];
    UnionFields::from_fields(children.map(|(name, kind, nullable)| Field::new(name, kind, nullable)))
}

/// A column that is being turned into an array.
struct Cells<'a> {
    name: &'a str,
    column: &'a Column,
    invalid_text: InvalidText,
}

impl<'a> Cells<'a> {
    fn array(&self, kind: ArrowType) -> Result<ArrayRef> {
        Ok(match (kind, self.column) {
            (ArrowType::AsFound, Column::Null(rows)) => Arc::new(NullArray::new(*rows)),
            (ArrowType::AsFound, column) => return self.array(found_type(column).unwrap_or(ArrowType::Union)),
            (ArrowType::Union, _) => self.union()?,
            (ArrowType::Int64, Column::Integer(array)) => Arc::new(array.clone()),
            (ArrowType::Float64, Column::Real(array)) => Arc::new(array.clone()),
            (ArrowType::LargeBinary, Column::Blob(array) | Column::Text(array)) => Arc::new(array.clone()),
            (ArrowType::Int64, _) => {
                let mut cells = Int64Builder::with_capacity(self.column.len());
                self.values().for_each(|value| cells.append_option((!value.is_null()).then(|| cast_integer(value))));
                Arc::new(cells.finish())
            }
            (ArrowType::Float64, _) => {
                let mut cells = Float64Builder::with_capacity(self.column.len());
                self.values().for_each(|value| cells.append_option((!value.is_null()).then(|| cast_real(value))));
                Arc::new(cells.finish())
            }
            (ArrowType::Utf8, _) => {
                self.check_size()?;
                let mut cells = StringBuilder::new();
                self.each_text(|text| cells.append_option(text))?;
                Arc::new(cells.finish())
            }
            (ArrowType::LargeUtf8, _) => {
                let mut cells = LargeStringBuilder::new();
                self.each_text(|text| cells.append_option(text))?;
                Arc::new(cells.finish())
            }
            (ArrowType::Binary, _) => {
                self.check_size()?;
                let mut cells = BinaryBuilder::new();
                self.values().for_each(|value| cells.append_option(bytes(value)));
                Arc::new(cells.finish())
            }
            (ArrowType::LargeBinary, _) => {
                let mut cells = LargeBinaryBuilder::new();
                self.values().for_each(|value| cells.append_option(bytes(value)));
                Arc::new(cells.finish())
            }
        })
    }

    fn values(&self) -> impl Iterator<Item = ValueRef<'a>> + use<'a> {
        let column = self.column;
        (0..column.len()).map(move |row| column.value(row))
    }

    fn each_text(&self, mut append: impl FnMut(Option<&str>)) -> Result<()> {
        for (row, value) in self.values().enumerate() {
            match bytes(value) {
                None => append(None),
                Some(bytes) => append(Some(&self.text(row, &bytes)?)),
            }
        }
        Ok(())
    }

    fn text<'b>(&self, row: usize, bytes: &'b [u8]) -> Result<Cow<'b, str>> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(_) if self.invalid_text == InvalidText::Replace => Ok(String::from_utf8_lossy(bytes)),
            Err(error) => {
                let message = format!(
                    "row {} of the batch, column `{}`: no UTF-8 from byte {} on",
                    row + 1,
                    self.name,
                    error.valid_up_to()
                );
                Err(Error::conversion(message).hint("ask for Binary, or for `InvalidText::Replace`"))
            }
        }
    }

    /// 32-bit offsets end at 2 GiB, where Arrow's builders would panic. A replaced byte may take three.
    fn check_size(&self) -> Result<()> {
        let length = |value| match bytes(value) {
            Some(bytes) if self.invalid_text == InvalidText::Replace => String::from_utf8_lossy(&bytes).len(),
            bytes => bytes.map_or(0, |bytes| bytes.len()),
        };
        let bytes: usize = self.values().map(length).sum();
        if i32::try_from(bytes).is_ok() {
            return Ok(());
        }
        let message = format!("column `{}` has {bytes} bytes in one batch, too many for 32-bit offsets", self.name);
        Err(Error::conversion(message).hint("ask for LargeUtf8 or LargeBinary"))
    }

    fn union(&self) -> Result<ArrayRef> {
        let rows = self.column.len();
        let (mut kinds, mut offsets) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let mut lengths = [0_i32; 5];
        let (mut integers, mut reals) = (Int64Builder::new(), Float64Builder::new());
        let (mut texts, mut blobs) = (LargeStringBuilder::new(), LargeBinaryBuilder::new());
        for (row, value) in self.values().enumerate() {
            let kind = match value {
                ValueRef::Null => 0_i8,
                ValueRef::Integer(number) => {
                    integers.append_value(number);
                    1
                }
                ValueRef::Real(real) => {
                    reals.append_value(real);
                    2
                }
                ValueRef::Text(bytes) => {
                    texts.append_value(self.text(row, bytes)?);
                    3
                }
                ValueRef::Blob(bytes) => {
                    blobs.append_value(bytes);
                    4
                }
            };
            let length = &mut lengths[kind as usize];
            kinds.push(kind);
            offsets.push(*length);
            *length += 1;
        }
        let children: Vec<ArrayRef> = vec![
            Arc::new(NullArray::new(lengths[0] as usize)),
            Arc::new(integers.finish()),
            Arc::new(reals.finish()),
            Arc::new(texts.finish()),
            Arc::new(blobs.finish()),
        ];
        let union = UnionArray::try_new(union_fields(), ScalarBuffer::from(kinds), Some(ScalarBuffer::from(offsets)), children);
        Ok(Arc::new(union.map_err(|error| arrow_error(&error))?))
    }
}

/// `CAST(x AS BLOB)`, and of the same bytes `CAST(x AS TEXT)` is made; None for NULL.
fn bytes(value: ValueRef<'_>) -> Option<Cow<'_, [u8]>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(Cow::Owned(number.to_string().into_bytes())),
        ValueRef::Real(real) => Some(Cow::Owned(format_real(real).into_bytes())),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(Cow::Borrowed(bytes)),
    }
}
