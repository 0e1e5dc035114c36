//! The rows of a result one by one: as they are, as typed tuples, and through serde as structs.

use std::sync::Arc;

use arrow_array::RecordBatch;
use serde::de::DeserializeOwned;

use super::deserialize;
use super::{FromRow, FromValue, QueryResult};
use crate::batch::{ArrowLayout, Batch};
use crate::error::{Error, Result};
use crate::value::ValueRef;

impl QueryResult {
    /// The rows, one by one.
    ///
    /// ```
    /// use glue::connection::ConnectionManager;
    /// use glue::session::Session;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Order {
    ///     id: u32,
    ///     amount: Option<f64>,
    /// }
    ///
    /// # fn main() -> glue::error::Result<()> {
    /// let mut session = Session::new(ConnectionManager::new());
    /// let sql = "SELECT 1 AS id, 9.5 AS amount UNION ALL SELECT 2, NULL";
    ///
    /// for row in session.query(sql)?.rows() {
    ///     let row = row?;
    ///     let id: i64 = row.get("id")?;
    ///     assert!(id == 1 || row.value(1).is_null());
    /// }
    ///
    /// let pairs: Vec<(i64, Option<f64>)> = session.query(sql)?.rows_as().collect::<Result<_, _>>()?;
    /// assert_eq!(pairs, [(1, Some(9.5)), (2, None)]);
    ///
    /// for order in session.query(sql)?.deserialize::<Order>() {
    ///     let order = order?;
    ///     assert_eq!(order.amount.is_some(), order.id == 1);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn rows(self) -> Rows {
        Rows { cursor: RowCursor::new(self.columns()), rest: Some(self) }
    }

    /// The rows as tuples (or any other [`FromRow`]), by the order of the columns.
    pub fn rows_as<T: FromRow>(self) -> impl Iterator<Item = Result<T>> {
        self.rows().map(|row| T::from_row(&row?))
    }

    /// The rows as structs, by the names of the columns; also as maps, or as what a single column gives.
    pub fn deserialize<T: DeserializeOwned>(self) -> impl Iterator<Item = Result<T>> {
        self.rows().map(|row| row?.deserialize())
    }

    /// The rows as Arrow batches.
    ///
    /// ```
    /// use glue::batch::{ArrowLayout, ArrowType};
    /// use glue::connection::ConnectionManager;
    /// use glue::session::Session;
    ///
    /// # fn main() -> glue::error::Result<()> {
    /// let mut session = Session::new(ConnectionManager::new());
    /// let result = session.query("SELECT 1 AS id, 'x' AS name")?;
    /// let layout = ArrowLayout::typed(result.columns(), &[ArrowType::Int64, ArrowType::Utf8])?;
    /// for batch in result.record_batches(layout) {
    ///     assert_eq!(batch?.num_rows(), 1);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn record_batches(mut self, layout: ArrowLayout) -> impl Iterator<Item = Result<RecordBatch>> {
        std::iter::from_fn(move || self.next_batch().transpose())
            .map(move |batch| batch.and_then(|batch| layout.record_batch(&batch)))
    }
}

/// The rows of a result. An error of the statement is the last item.
#[derive(Debug)]
pub struct Rows {
    cursor: RowCursor,
    /// None once all rows came, or none will.
    rest: Option<QueryResult>,
}

impl Rows {
    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.cursor.columns
    }
}

impl Iterator for Rows {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Result<Row>> {
        loop {
            if let Some(row) = self.cursor.next() {
                return Some(Ok(row));
            }
            match self.rest.as_mut()?.next_batch() {
                Ok(Some(batch)) => self.cursor.take(batch),
                end => {
                    self.rest = None;
                    return end.err().map(Err);
                }
            }
        }
    }
}

/// Batches cut into rows, for readers of both kinds.
#[derive(Debug)]
pub(crate) struct RowCursor {
    columns: Arc<[String]>,
    /// The batch that is being given out, and the next row of it.
    current: Option<(Arc<Batch>, usize)>,
    given: u64,
}

impl RowCursor {
    pub(crate) fn new(columns: &[String]) -> Self {
        Self { columns: columns.into(), current: None, given: 0 }
    }

    /// The batch whose rows come next.
    pub(crate) fn take(&mut self, batch: Batch) {
        self.current = Some((Arc::new(batch), 0));
    }

    /// The next row of the batch; none once all are given.
    pub(crate) fn next(&mut self) -> Option<Row> {
        let (batch, next) = self.current.as_mut().filter(|(batch, next)| *next < batch.rows())?;
        self.given += 1;
        let row = Row { columns: Arc::clone(&self.columns), batch: Arc::clone(batch), index: *next, number: self.given };
        *next += 1;
        Some(row)
    }
}

/// One row; cheap to clone, and it keeps its batch in memory.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<[String]>,
    batch: Arc<Batch>,
    index: usize,
    /// Counted from 1 over the whole result.
    number: u64,
}

impl Row {
    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Which row of the result it is, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The cell of a column.
    ///
    /// # Panics
    ///
    /// Where there are not so many columns.
    pub fn value(&self, column: usize) -> ValueRef<'_> {
        self.batch.column(column).value(self.index)
    }

    /// The cell of a column, by index or name, as a type.
    pub fn get<T: FromValue>(&self, column: impl ColumnIndex) -> Result<T> {
        let index = column.index_in(self)?;
        T::from_value(self.value(index)).map_err(|error| self.error(Some(index), error))
    }

    /// The row as a tuple, or a type of the program's own.
    pub fn read_as<T: FromRow>(&self) -> Result<T> {
        T::from_row(self)
    }

    /// The row as a type that serde fills.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T> {
        deserialize::row(self)
    }

    /// An error about this row, and a column of it.
    pub(super) fn error(&self, column: Option<usize>, mut error: Error) -> Error {
        let column =
            column.and_then(|column| self.columns.get(column)).map_or_else(String::new, |name| format!(", column `{name}`"));
        error.message = format!("row {}{column}: {}", self.number, error.message);
        error
    }
}

/// What names a column of a row: its index, or its name (the first that has it; ASCII letters without their case where none
/// has it exactly).
pub trait ColumnIndex {
    /// The index.
    fn index_in(self, row: &Row) -> Result<usize>;
}

impl ColumnIndex for usize {
    fn index_in(self, row: &Row) -> Result<usize> {
        let count = row.columns.len();
        if self < count { Ok(self) } else { Err(Error::conversion(format!("there is no column {self} among {count}"))) }
    }
}

impl ColumnIndex for &str {
    fn index_in(self, row: &Row) -> Result<usize> {
        let exact = row.columns.iter().position(|name| name == self);
        let found = exact.or_else(|| row.columns.iter().position(|name| name.eq_ignore_ascii_case(self)));
        found.ok_or_else(|| {
            let error = Error::conversion(format!("there is no column `{self}` in the result"));
            match crate::error::nearest(self, row.columns.iter().map(String::as_str)) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error,
            }
        })
    }
}
