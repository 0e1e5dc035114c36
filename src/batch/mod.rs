//! Rows on their way through glue: batches of columns whose rows may differ in storage class.

mod arrow;
mod builder;
mod column;
mod column_names;
mod encoding;
mod late;

pub use arrow::{ArrowLayout, ArrowType, InvalidText};
pub use builder::ColumnBuilder;
pub use column::Column;
pub use column_names::unique_names;
pub(crate) use late::LateRows;

use arrow_array::UInt32Array;

/// How many rows a full batch holds: enough to hide the cost per batch, few enough to stay in a core's cache.
pub const BATCH_ROWS: usize = 4096;

/// Some rows: columns of equal length. The columns have no names; whoever passes a batch on knows which is which.
#[derive(Debug, Clone)]
pub struct Batch {
    rows: usize,
    columns: Vec<Column>,
    /// Cells that are still to be fetched; their columns are NULLs until then.
    late: Option<LateRows>,
}

impl Batch {
    /// Columns of `rows` cells each (`rows` counts where there is no column, as in `count(*)`).
    pub fn new(rows: usize, columns: Vec<Column>) -> Self {
        debug_assert!(columns.iter().all(|column| column.len() == rows), "columns of one batch have one length");
        Self { rows, columns, late: None }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// One column.
    pub fn column(&self, index: usize) -> &Column {
        &self.columns[index]
    }

    /// The columns, given up.
    pub fn into_columns(self) -> Vec<Column> {
        debug_assert!(self.late.is_none(), "whoever takes late rows fetches them first");
        self.columns
    }

    /// The rows at `indices`, in that order; a null index gives a row of NULLs (the unmatched side of an outer join).
    #[must_use]
    pub fn take(&self, indices: &UInt32Array) -> Self {
        debug_assert!(self.late.is_none(), "whoever takes late rows fetches them first");
        Self::new(indices_len(indices), self.columns.iter().map(|column| column.take(indices)).collect())
    }

    /// `rows` rows from `start`, sharing the memory.
    #[must_use]
    pub fn slice(&self, start: usize, rows: usize) -> Self {
        debug_assert!(self.late.is_none(), "whoever takes late rows fetches them first");
        Self::new(rows, self.columns.iter().map(|column| column.slice(start, rows)).collect())
    }

    /// One batch of all the rows of `batches`, which have `columns` columns each.
    pub fn concat(columns: usize, batches: &[Self]) -> Self {
        let rows = batches.iter().map(Self::rows).sum();
        let concat = |index: usize| Column::concat(&batches.iter().map(|batch| batch.column(index)).collect::<Vec<_>>());
        Self::new(rows, (0..columns).map(concat).collect())
    }

    /// How many bytes the rows hold.
    pub fn content_bytes(&self) -> usize {
        self.columns.iter().map(Column::content_bytes).sum()
    }

    /// About how many bytes of memory the rows take, the room for more included.
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(Column::bytes).sum()
    }
}

fn indices_len(indices: &UInt32Array) -> usize {
    arrow_array::Array::len(indices)
}
