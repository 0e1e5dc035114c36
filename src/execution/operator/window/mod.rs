//! Window functions over rows that come sorted by the window's partition and order.

mod aggregate;
mod frame;
mod function;
mod joined_text;

use self::frame::Frames;
pub(crate) use self::frame::{Edge, FrameShape};
use self::function::Caller;
use super::{Input, Operator, read_side_by_side};
use crate::batch::{BATCH_ROWS, Batch, Column, ColumnBuilder};
use crate::bind::WindowFunction;
use crate::error::Result;
use crate::execution::computed::Computed;
use crate::execution::memory::{Reservation, StepMemory};
use crate::expression::SqliteAggregate;
use crate::value::{Collation, compare_values};

/// A call over the window.
pub(crate) struct Call {
    /// Which function.
    pub(crate) function: WindowFunction,
    /// Its arguments.
    pub(crate) arguments: Vec<Computed>,
    /// FILTER
    pub(crate) filter: Option<Computed>,
    /// How texts of the first argument compare.
    pub(crate) collation: Collation,
    /// The aggregate, where SQLite computes it.
    pub(crate) by_sqlite: Option<SqliteAggregate>,
}

/// A term of the window's ORDER BY.
pub(crate) struct Term {
    /// What is ordered by.
    pub(crate) expression: Computed,
    /// How texts compare.
    pub(crate) collation: Collation,
    /// From the largest to the smallest.
    pub(crate) descending: bool,
    /// Where NULLs stand.
    pub(crate) nulls_first: bool,
}

/// The window itself.
pub(crate) struct Shape {
    /// PARTITION BY
    pub(crate) partition: Vec<(Computed, Collation)>,
    /// ORDER BY
    pub(crate) order: Vec<Term>,
    /// The frame.
    pub(crate) frame: FrameShape,
}

/// Adds a column for each call.
pub(crate) struct Window {
    inputs: Vec<Input>,
    columns: usize,
    shape: Shape,
    calls: Vec<Call>,
    output: Option<(Batch, usize)>,
    memory: Reservation,
}

/// A computed term.
pub(super) struct TermColumn {
    column: Column,
    collation: Collation,
    descending: bool,
    nulls_first: bool,
}

impl Window {
    /// `calls` over the window `shape` of the rows of all instances `inputs`, which have `columns` columns. They are all held
    /// at once, whatever the memory limit.
    pub(crate) fn new(inputs: Vec<Input>, columns: usize, shape: Shape, calls: Vec<Call>, memory: &StepMemory) -> Self {
        Self { inputs, columns, shape, calls, output: None, memory: memory.reservation() }
    }

    fn compute(&mut self) -> Result<Batch> {
        let rows = read_side_by_side(std::mem::take(&mut self.inputs), self.columns)?;
        let results = rows.rows() * self.calls.len() * size_of::<i64>();
        self.memory.hold_whole(rows.bytes() + results, "all rows of a window");
        let mut partition = Vec::new();
        for (key, collation) in &mut self.shape.partition {
            partition.push((key.evaluate(&rows)?, *collation));
        }
        let mut order = Vec::new();
        for term in &mut self.shape.order {
            let Term { collation, descending, nulls_first, .. } = *term;
            order.push(TermColumn { column: term.expression.evaluate(&rows)?, collation, descending, nulls_first });
        }
        let mut callers = Vec::new();
        for call in &mut self.calls {
            callers.push(Caller::new(call, &rows)?);
        }
        let mut results: Vec<ColumnBuilder> = callers.iter().map(|_| ColumnBuilder::with_capacity(rows.rows())).collect();
        let mut start = 0;
        while start < rows.rows() {
            let is_same = |row: usize| partition.iter().all(|(column, collation)| is_equal(column, row, start, *collation));
            let end = (start + 1..rows.rows()).find(|row| !is_same(*row)).unwrap_or(rows.rows());
            self.memory.step().check()?;
            let frames = Frames::new(&self.shape.frame, &order, start..end)?;
            for (caller, result) in callers.iter_mut().zip(&mut results) {
                caller.partition(&frames, result)?;
            }
            start = end;
        }
        let count = rows.rows();
        let mut columns = rows.into_columns();
        columns.extend(results.iter_mut().map(ColumnBuilder::finish));
        Ok(Batch::new(count, columns))
    }
}

impl Operator for Window {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        if self.output.is_none() {
            self.output = Some((self.compute()?, 0));
        }
        let Some((rows, given)) = &mut self.output else { return Ok(None) };
        let count = (rows.rows() - *given).min(BATCH_ROWS);
        if count == 0 {
            return Ok(None);
        }
        let batch = rows.slice(*given, count);
        *given += count;
        Ok(Some(batch))
    }
}

/// Whether two rows have the same value, NULL being the same as NULL.
fn is_equal(column: &Column, left: usize, right: usize, collation: Collation) -> bool {
    compare_values(column.value(left), column.value(right), collation).is_eq()
}
