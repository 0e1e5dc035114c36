//! Building a column cell by cell, typed for as long as the cells allow it.

use arrow_array::builder::{Float64Builder, Int64Builder, LargeBinaryBuilder};

use super::Column;
use crate::value::{Value, ValueRef};

/// Grows a [`Column`]: starts without a class, takes that of its first cell that is not NULL, and turns to mixed cells
/// at the first cell of another class.
#[derive(Debug)]
pub struct ColumnBuilder {
    capacity: usize,
    cells: Cells,
}

#[derive(Debug)]
enum Cells {
    Null(usize),
    Integer(Int64Builder),
    Real(Float64Builder),
    Text(LargeBinaryBuilder),
    Blob(LargeBinaryBuilder),
    Mixed(Vec<Value>),
}

impl ColumnBuilder {
    /// A builder that expects about `capacity` cells.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { capacity, cells: Cells::Null(0) }
    }

    /// The number of cells so far.
    pub fn len(&self) -> usize {
        use arrow_array::builder::ArrayBuilder as _;
        match &self.cells {
            Cells::Null(rows) => *rows,
            Cells::Integer(cells) => cells.len(),
            Cells::Real(cells) => cells.len(),
            Cells::Text(cells) | Cells::Blob(cells) => cells.len(),
            Cells::Mixed(cells) => cells.len(),
        }
    }

    /// About how many bytes of memory the cells take.
    pub fn bytes(&self) -> usize {
        match &self.cells {
            Cells::Null(_) => 0,
            Cells::Integer(_) | Cells::Real(_) => self.len() * 8,
            Cells::Text(cells) | Cells::Blob(cells) => self.len() * 8 + cells.values_slice().len(),
            Cells::Mixed(cells) => cells.len() * 2 * size_of::<Value>(),
        }
    }

    /// Whether there is no cell yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds one cell.
    #[inline]
    pub fn push(&mut self, value: ValueRef<'_>) {
        match (&mut self.cells, value) {
            (Cells::Integer(cells), ValueRef::Integer(number)) => cells.append_value(number),
            (Cells::Real(cells), ValueRef::Real(number)) => cells.append_value(number),
            (Cells::Text(cells), ValueRef::Text(bytes)) | (Cells::Blob(cells), ValueRef::Blob(bytes)) => {
                cells.append_value(bytes);
            }
            (Cells::Null(rows), ValueRef::Null) => *rows += 1,
            (Cells::Integer(cells), ValueRef::Null) => cells.append_null(),
            (Cells::Real(cells), ValueRef::Null) => cells.append_null(),
            (Cells::Text(cells) | Cells::Blob(cells), ValueRef::Null) => cells.append_null(),
            (Cells::Mixed(cells), value) => cells.push(value.to_owned()),
            _ => self.change_class(value),
        }
    }

    /// The column, and an empty builder left behind.
    pub fn finish(&mut self) -> Column {
        match std::mem::replace(&mut self.cells, Cells::Null(0)) {
            Cells::Null(rows) => Column::Null(rows),
            Cells::Integer(mut cells) => Column::Integer(cells.finish()),
            Cells::Real(mut cells) => Column::Real(cells.finish()),
            Cells::Text(mut cells) => Column::Text(cells.finish()),
            Cells::Blob(mut cells) => Column::Blob(cells.finish()),
            Cells::Mixed(cells) => Column::Mixed(cells.into()),
        }
    }

    #[cold]
    fn change_class(&mut self, value: ValueRef<'_>) {
        if let Cells::Null(rows) = self.cells {
            self.cells = self.typed_cells(rows, value);
        } else {
            let column = self.finish();
            self.cells = Cells::Mixed((0..column.len()).map(|row| column.value(row).to_owned()).collect());
        }
        self.push(value);
    }

    fn typed_cells(&self, nulls: usize, value: ValueRef<'_>) -> Cells {
        let capacity = self.capacity.max(nulls + 1);
        match value {
            ValueRef::Null => Cells::Null(nulls),
            ValueRef::Integer(_) => {
                let mut cells = Int64Builder::with_capacity(capacity);
                cells.append_nulls(nulls);
                Cells::Integer(cells)
            }
            ValueRef::Real(_) => {
                let mut cells = Float64Builder::with_capacity(capacity);
                cells.append_nulls(nulls);
                Cells::Real(cells)
            }
            ValueRef::Text(_) => Cells::Text(bytes_builder(capacity, nulls)),
            ValueRef::Blob(_) => Cells::Blob(bytes_builder(capacity, nulls)),
        }
    }
}

fn bytes_builder(capacity: usize, nulls: usize) -> LargeBinaryBuilder {
    // 16 bytes a cell is a guess that spares most regrowth without wasting much on short texts.
    let mut cells = LargeBinaryBuilder::with_capacity(capacity, capacity * 16);
    for _ in 0..nulls {
        cells.append_null();
    }
    cells
}
