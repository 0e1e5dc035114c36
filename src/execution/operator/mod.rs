//! The steps of a running plan: each gives batches when asked, and asks those below it.

mod accumulator;
mod aggregate;
mod collected;
mod distinct;
mod exchange;
mod filter;
mod grouping;
mod hash_join;
mod held;
mod join_build;
mod join_table;
mod late_groups;
mod limit;
mod limit_per;
mod merge;
mod number;
mod one_row;
mod pairing;
mod project;
mod recursion;
mod set;
mod shared;
mod sort;
mod spilled_join;
mod sums;
mod table_function;
mod values;
pub(super) mod window;

pub(super) use accumulator::AggregateCall;
pub(super) use aggregate::{AggregateResult, Aggregation};
pub(super) use distinct::Distinct;
pub(super) use exchange::Exchange;
pub(super) use filter::Filter;
pub(super) use grouping::GroupRules;
pub(super) use hash_join::HashJoin;
pub(super) use held::Held;
pub(super) use join_build::{JoinBuild, JoinSource, Key, with_affinity};
pub(super) use join_table::NONE;
pub(super) use limit::Limit;
pub(super) use limit_per::LimitPer;
pub(super) use number::Number;
pub(super) use one_row::OneRow;
pub(super) use pairing::Shape;
pub(super) use project::Project;
pub(super) use recursion::{Queue, QueueTerm, Queued, Recursion};
pub(super) use set::SetOperation;
pub(super) use shared::{Shared, SharedRows};
pub(super) use sort::{Sort, SortTerm};
pub(super) use table_function::FunctionCall;
pub(super) use values::Values;

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::parallel::{for_each_batch, in_parallel, threads};
use crate::batch::{Batch, Column};
use crate::error::{Error, Result};

/// A step that gives rows.
pub(crate) trait Operator: Send {
    /// The next rows (never an empty batch), none when all are given.
    fn next_batch(&mut self) -> Result<Option<Batch>>;
}

impl<O: Operator + ?Sized> Operator for Box<O> {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        (**self).next_batch()
    }
}

/// A step that another one reads.
pub(crate) type Input = Box<dyn Operator>;

/// All the rows that the instances of a step still give, each read by a thread of its own, as one batch of at most
/// `u32::MAX` rows.
fn read_side_by_side(instances: Vec<Input>, columns: usize) -> Result<Batch> {
    let rows = AtomicUsize::new(0);
    let batches = in_parallel(instances, |mut instance, has_failed| {
        let mut batches = Vec::new();
        for_each_batch(instance.as_mut(), has_failed, |batch| {
            row_number(rows.fetch_add(batch.rows(), Ordering::Relaxed) + batch.rows())?;
            batches.push(batch);
            Ok(())
        })?;
        Ok(batches)
    })?;
    joined(columns, &batches.concat())
}

/// With fewer rows another thread costs more than it saves.
const ROWS_WORTH_THREADS: usize = 20_000;

/// The rows of all `batches`, which have so many columns, as one batch: each thread puts some of the columns together.
fn joined(columns: usize, batches: &[Batch]) -> Result<Batch> {
    let rows = batches.iter().map(Batch::rows).sum();
    if rows < ROWS_WORTH_THREADS || columns < 2 {
        return Ok(Batch::concat(columns, batches));
    }
    let share = columns.div_ceil(threads());
    let shares = (0..columns).step_by(share).map(|first| first..columns.min(first + share)).collect();
    let column = |index| Column::concat(&batches.iter().map(|batch| batch.column(index)).collect::<Vec<_>>());
    let joined = in_parallel(shares, |share: Range<usize>, _| Ok(share.map(column).collect::<Vec<_>>()))?;
    Ok(Batch::new(rows, joined.concat()))
}

/// A row's number within rows that are held in memory. `u32::MAX` itself is left free: tables mean "no row" by it.
fn row_number(row: usize) -> Result<u32> {
    u32::try_from(row)
        .ok()
        .filter(|&row| row != u32::MAX)
        .ok_or_else(|| Error::query("more than 4,294,967,294 rows would have to be held in memory at once"))
}

/// The number of a row that was already checked by [`row_number`], or stands in one batch.
pub(crate) fn checked_row(row: usize) -> u32 {
    u32::try_from(row).expect("the number of rows was checked against u32 when they were collected")
}
