//! One column of one batch.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, LargeBinaryArray, UInt32Array};
use arrow_buffer::NullBuffer;
use arrow_select::{concat::concat, take::take};

use super::ColumnBuilder;
use crate::value::{Value, ValueRef};

/// The cells of one column in one batch. The class is a property of the batch, never of the column: SQLite lets every
/// row differ, so a column whose cells share a class (NULLs aside) is an Arrow array, and any other is `Mixed`.
/// Text and blobs are bytes with 64-bit offsets, so that the build side of a join may pass 2 GiB.
#[derive(Debug, Clone)]
pub enum Column {
    /// Only NULLs; the number of them.
    Null(usize),
    /// Integers and NULLs.
    Integer(Int64Array),
    /// Reals and NULLs.
    Real(Float64Array),
    /// Texts and NULLs.
    Text(LargeBinaryArray),
    /// Blobs and NULLs.
    Blob(LargeBinaryArray),
    /// Cells of more than one class.
    Mixed(Arc<[Value]>),
}

impl Column {
    /// `rows` times the same value.
    pub fn constant(value: ValueRef<'_>, rows: usize) -> Self {
        let mut builder = ColumnBuilder::with_capacity(rows);
        for _ in 0..rows {
            builder.push(value);
        }
        builder.finish()
    }

    /// The number of cells.
    pub fn len(&self) -> usize {
        match self {
            Self::Null(rows) => *rows,
            Self::Integer(array) => array.len(),
            Self::Real(array) => array.len(),
            Self::Text(array) | Self::Blob(array) => array.len(),
            Self::Mixed(values) => values.len(),
        }
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell of one row.
    #[inline]
    pub fn value(&self, row: usize) -> ValueRef<'_> {
        match self {
            Self::Null(_) => ValueRef::Null,
            Self::Integer(array) if array.is_null(row) => ValueRef::Null,
            Self::Integer(array) => ValueRef::Integer(array.value(row)),
            Self::Real(array) if array.is_null(row) => ValueRef::Null,
            Self::Real(array) => ValueRef::Real(array.value(row)),
            Self::Text(array) | Self::Blob(array) if array.is_null(row) => ValueRef::Null,
            Self::Text(array) => ValueRef::Text(array.value(row)),
            Self::Blob(array) => ValueRef::Blob(array.value(row)),
            Self::Mixed(values) => values[row].as_ref(),
        }
    }

    /// Whether the cell of one row is NULL.
    #[inline]
    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Null(_) => true,
            Self::Integer(array) => array.is_null(row),
            Self::Real(array) => array.is_null(row),
            Self::Text(array) | Self::Blob(array) => array.is_null(row),
            Self::Mixed(values) => values[row] == Value::Null,
        }
    }

    /// The cells at `indices`, in that order; a null index gives NULL.
    #[must_use]
    pub fn take(&self, indices: &UInt32Array) -> Self {
        match self {
            Self::Null(_) => Self::Null(indices.len()),
            Self::Integer(array) => Self::Integer(taken(array, indices)),
            Self::Real(array) => Self::Real(taken(array, indices)),
            Self::Text(array) => Self::Text(taken(array, indices)),
            Self::Blob(array) => Self::Blob(taken(array, indices)),
            Self::Mixed(values) => Self::Mixed(
                indices.iter().map(|index| index.map_or(Value::Null, |index| values[index as usize].clone())).collect(),
            ),
        }
    }

    /// `rows` cells from `start`, sharing the memory of an array.
    #[must_use]
    pub fn slice(&self, start: usize, rows: usize) -> Self {
        match self {
            Self::Null(_) => Self::Null(rows),
            Self::Integer(array) => Self::Integer(array.slice(start, rows)),
            Self::Real(array) => Self::Real(array.slice(start, rows)),
            Self::Text(array) => Self::Text(array.slice(start, rows)),
            Self::Blob(array) => Self::Blob(array.slice(start, rows)),
            Self::Mixed(values) => Self::Mixed(values[start..start + rows].into()),
        }
    }

    /// All the cells of `columns`, one column after the other.
    pub fn concat(columns: &[&Self]) -> Self {
        if let [only] = columns {
            return (*only).clone();
        }
        let arrays =
            |class: fn(&Self) -> Option<&dyn Array>| columns.iter().map(|column| class(column)).collect::<Option<Vec<_>>>();
        if columns.iter().all(|column| matches!(column, Self::Null(_))) {
            Self::Null(columns.iter().map(|column| column.len()).sum())
        } else if let Some(arrays) = arrays(|column| if let Self::Integer(array) = column { Some(array) } else { None }) {
            Self::Integer(joined(&arrays))
        } else if let Some(arrays) = arrays(|column| if let Self::Real(array) = column { Some(array) } else { None }) {
            Self::Real(joined(&arrays))
        } else if let Some(arrays) = arrays(|column| if let Self::Text(array) = column { Some(array) } else { None }) {
            Self::Text(joined(&arrays))
        } else if let Some(arrays) = arrays(|column| if let Self::Blob(array) = column { Some(array) } else { None }) {
            Self::Blob(joined(&arrays))
        } else {
            let mut builder = ColumnBuilder::with_capacity(columns.iter().map(|column| column.len()).sum());
            for column in columns {
                for row in 0..column.len() {
                    builder.push(column.value(row));
                }
            }
            builder.finish()
        }
    }

    /// How many bytes the cells hold, without the room that was set aside for more.
    pub fn content_bytes(&self) -> usize {
        match self {
            Self::Null(_) => 0,
            Self::Integer(array) => array.len() * size_of::<i64>(),
            Self::Real(array) => array.len() * size_of::<f64>(),
            Self::Text(array) | Self::Blob(array) => {
                let offsets = array.value_offsets();
                let text = offsets.last().unwrap_or(&0) - offsets.first().unwrap_or(&0);
                usize::try_from(text).unwrap_or(0) + size_of_val(offsets)
            }
            Self::Mixed(values) => values.iter().map(mixed_bytes).sum(),
        }
    }

    /// About how many bytes of memory the cells take; of memory that is shared, only their own part of it.
    pub fn bytes(&self) -> usize {
        let mask = |nulls: Option<&NullBuffer>| nulls.map_or(0, |nulls| nulls.len() / 8);
        match self {
            Self::Null(_) => 0,
            Self::Integer(array) => array.len() * 8 + mask(array.nulls()),
            Self::Real(array) => array.len() * 8 + mask(array.nulls()),
            Self::Text(array) | Self::Blob(array) => {
                let offsets = array.value_offsets();
                let bytes = offsets.last().zip(offsets.first()).map_or(0, |(last, first)| last - first);
                usize::try_from(bytes).unwrap_or(0) + array.len() * 8 + mask(array.nulls())
            }
            Self::Mixed(values) => values.iter().map(mixed_bytes).sum(),
        }
    }
}

fn mixed_bytes(value: &Value) -> usize {
    size_of::<Value>() + value.heap_bytes()
}

fn taken<A: Array + Clone + 'static>(array: &A, indices: &UInt32Array) -> A {
    downcast(&take(array, indices, None).expect("join and sort make indices within the array"))
}

fn joined<A: Array + Clone + 'static>(arrays: &[&dyn Array]) -> A {
    downcast(&concat(arrays).expect("arrays of one type, with 64-bit offsets, can always be joined"))
}

fn downcast<A: Array + Clone + 'static>(array: &ArrayRef) -> A {
    array.as_any().downcast_ref::<A>().expect("take and concat keep the array's type").clone()
}
