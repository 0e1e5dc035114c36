//! Sorted runs on the disk, and their merging.

use std::cmp::Ordering;

use arrow_array::UInt32Array;

use super::{Operator as _, SortTerm};
use crate::batch::{BATCH_ROWS, Batch, Column, ColumnBuilder};
use crate::error::Result;
use crate::execution::memory::{Reservation, StepMemory};
use crate::execution::spill::{PIECE, SpillFile, SpilledRows};

/// How many runs are merged at once at most. Each takes an open file and the memory of a batch; 64 times 64 runs need two
/// passes over the rows.
const RUNS: usize = 64;

/// How many runs are merged at once at least, whatever the memory limit: each further pass costs more than their few megabytes.
const LEAST_RUNS: usize = 8;

/// About how many bytes a batch of a run has: of each run that is merged one is in memory, with the terms computed of it.
const RUN_BATCH: usize = 4 * PIECE;

/// Writes the rows of a batch in this order.
pub(super) fn write_run(rows: &Batch, order: &[u32], step: &StepMemory) -> Result<SpillFile> {
    let mut run = SpillFile::create(step)?;
    let of_batch = RUN_BATCH * rows.rows().max(1) / rows.bytes().max(1);
    for rows_of_batch in order.chunks(of_batch.clamp(1, BATCH_ROWS)) {
        run.write(&rows.take(&UInt32Array::from(rows_of_batch.to_vec())))?;
    }
    Ok(run)
}

/// The rows of sorted runs in one order.
pub(super) struct Merge {
    runs: Vec<Run>,
    /// The runs that have rows left, that of the first row last.
    order: Vec<usize>,
    terms: Vec<SortTerm>,
    left: usize,
    memory: Reservation,
}

struct Run {
    rows: SpilledRows,
    batch: Batch,
    /// The batch's values of each term.
    keys: Vec<Column>,
    at: usize,
    /// About how many bytes a row of the batch has.
    row_bytes: usize,
}

impl Merge {
    /// The rows of all runs, with `limit` only so many first ones. Where the runs are too many to be merged at once,
    /// neighbours become one until they are not: so equal rows stay in the order of their runs.
    pub(super) fn of_all(
        mut files: Vec<SpillFile>,
        mut terms: Vec<SortTerm>,
        limit: Option<usize>,
        step: &StepMemory,
    ) -> Result<Self> {
        let mut memory = step.reservation();
        let most = most_runs(&files, &mut memory);
        while files.len() > most {
            let mut merged = Vec::with_capacity(files.len().div_ceil(most));
            let mut rest = files.into_iter();
            loop {
                let runs: Vec<SpillFile> = rest.by_ref().take(most).collect();
                if runs.len() < 2 {
                    merged.extend(runs);
                    break;
                }
                let mut merge = Self::new(runs, terms, limit, memory)?;
                let mut run = SpillFile::create(step)?;
                while let Some(batch) = merge.next_batch()? {
                    run.write(&batch)?;
                }
                merged.push(run);
                (terms, memory) = (merge.terms, merge.memory);
            }
            files = merged;
        }
        Self::new(files, terms, limit, memory)
    }

    fn new(files: Vec<SpillFile>, mut terms: Vec<SortTerm>, limit: Option<usize>, memory: Reservation) -> Result<Self> {
        let mut runs = Vec::with_capacity(files.len());
        for file in files {
            let mut rows = file.read();
            if let Some(batch) = rows.next_batch()? {
                runs.push(Run::new(rows, batch, &mut terms)?);
            }
        }
        let mut merge = Self { order: (0..runs.len()).collect(), runs, terms, left: limit.unwrap_or(usize::MAX), memory };
        let mut order = std::mem::take(&mut merge.order);
        order.sort_by(|&left, &right| merge.compare(right, left));
        merge.order = order;
        Ok(merge)
    }

    /// The order of two runs' next rows; of equal ones the earlier run's is first.
    fn compare(&self, left: usize, right: usize) -> Ordering {
        let (one, other) = (&self.runs[left], &self.runs[right]);
        let order =
            |(index, term): (usize, &SortTerm)| term.compare(one.keys[index].value(one.at), other.keys[index].value(other.at));
        self.terms.iter().enumerate().map(order).find(|order| order.is_ne()).unwrap_or_else(|| left.cmp(&right))
    }

    /// The next rows.
    pub(super) fn next_batch(&mut self) -> Result<Option<Batch>> {
        self.memory.step().check()?;
        let columns = self.runs.first().map_or(0, |run| run.batch.columns().len());
        let mut builders: Vec<ColumnBuilder> = (0..columns).map(|_| ColumnBuilder::with_capacity(BATCH_ROWS)).collect();
        let (mut rows, mut bytes) = (0, 0);
        while rows < BATCH_ROWS && bytes < RUN_BATCH && self.left > 0 {
            let Some(first) = self.order.pop() else { break };
            let run = &mut self.runs[first];
            for (builder, column) in builders.iter_mut().zip(run.batch.columns()) {
                builder.push(column.value(run.at));
            }
            rows += 1;
            bytes += run.row_bytes;
            self.left -= 1;
            if run.advance(&mut self.terms)? {
                let place = self.order.partition_point(|&other| self.compare(other, first).is_gt());
                self.order.insert(place, first);
            }
        }
        Ok((rows > 0).then(|| Batch::new(rows, builders.iter_mut().map(ColumnBuilder::finish).collect())))
    }
}

/// As many runs as the memory has room for, which is held from now on.
fn most_runs(files: &[SpillFile], memory: &mut Reservation) -> usize {
    let largest = files.iter().map(|file| file.bytes() / file.batches().max(1)).max().unwrap_or(0);
    let each = 2 * largest + PIECE;
    let mut runs = RUNS.min(files.len()).max(LEAST_RUNS);
    while runs > LEAST_RUNS && !memory.try_hold(runs * each) {
        runs = (runs / 2).max(LEAST_RUNS);
    }
    memory.hold(runs.min(files.len()) * each);
    runs
}

impl Run {
    fn new(rows: SpilledRows, batch: Batch, terms: &mut [SortTerm]) -> Result<Self> {
        let keys = terms.iter_mut().map(|term| term.expression.evaluate(&batch)).collect::<Result<_>>()?;
        Ok(Self { rows, row_bytes: batch.bytes() / batch.rows(), batch, keys, at: 0 })
    }

    /// Goes on to the next row; false when there is none.
    fn advance(&mut self, terms: &mut [SortTerm]) -> Result<bool> {
        self.at += 1;
        if self.at < self.batch.rows() {
            return Ok(true);
        }
        let Some(batch) = self.rows.next_batch()? else { return Ok(false) };
        self.keys = terms.iter_mut().map(|term| term.expression.evaluate(&batch)).collect::<Result<_>>()?;
        (self.row_bytes, self.batch, self.at) = (batch.bytes() / batch.rows(), batch, 0);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::computed::Computed;
    use crate::execution::memory::MemoryBudget;
    use crate::value::{Collation, ValueRef};

    /// Runs of the rows (key, number of the run), two of each key.
    fn runs(count: i64, step: &StepMemory) -> Vec<SpillFile> {
        let run = |number: i64| {
            let rows =
                Batch::new(6, vec![Column::Integer(vec![0, 0, 1, 1, 2, 2].into()), Column::Integer(vec![number; 6].into())]);
            write_run(&rows, &[0, 1, 2, 3, 4, 5], step).unwrap()
        };
        (0..count).map(run).collect()
    }

    fn merged(count: i64, limit: Option<usize>, step: &StepMemory) -> Vec<(i64, i64)> {
        let term =
            SortTerm { expression: Computed::Column(0), collation: Collation::Binary, descending: false, nulls_first: true };
        let mut merge = Merge::of_all(runs(count, step), vec![term], limit, step).unwrap();
        let mut rows = Vec::new();
        while let Some(batch) = merge.next_batch().unwrap() {
            assert!(merge.runs.len() <= RUNS, "{} runs are open", merge.runs.len());
            let number = |column: usize, row: usize| match batch.column(column).value(row) {
                ValueRef::Integer(number) => number,
                other => panic!("{other:?}"),
            };
            rows.extend((0..batch.rows()).map(|row| (number(0, row), number(1, row))));
        }
        rows
    }

    #[test]
    fn many_runs_are_merged_in_several_passes_and_equal_rows_stay_in_order() {
        for count in [0, 1, 2, 64, 65, 200, 600] {
            let expected: Vec<_> = (0..3).flat_map(|key| (0..count).flat_map(move |run| [(key, run), (key, run)])).collect();
            for (limit, always) in [(usize::MAX, 0), (0, 0)] {
                let step = MemoryBudget::of_test(limit, always);
                assert_eq!(merged(count, None, &step), expected, "{count} runs");
                assert_eq!(merged(count, Some(7), &step), expected[..expected.len().min(7)], "{count} runs");
            }
        }
    }
}
