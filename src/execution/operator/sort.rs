//! ORDER BY: all rows sorted, or only the first of them kept.

use std::cmp::Ordering;

use arrow_array::UInt32Array;

use super::merge::{Merge, write_run};
use super::{Input, Operator, checked_row, row_number};
use crate::batch::{BATCH_ROWS, Batch, Column};
use crate::cancel::CancelToken;
use crate::error::Result;
use crate::execution::computed::Computed;
use crate::execution::memory::{Reservation, StepMemory};
use crate::execution::parallel::{for_each_batch, in_parallel};
use crate::execution::spill::SpillFile;
use crate::value::{Collation, ValueRef, compare_values};

/// A term to sort by.
pub(crate) struct SortTerm {
    /// What is sorted by.
    pub(crate) expression: Computed,
    /// How texts compare.
    pub(crate) collation: Collation,
    /// From the largest to the smallest.
    pub(crate) descending: bool,
    /// Where NULLs stand.
    pub(crate) nulls_first: bool,
}

/// Sorts its input; equal rows keep their order. With a limit it holds little more than so many rows at a time: when twice
/// as many have come (or a few batches), all but the first are thrown away, which costs less per row than keeping a heap
/// of rows in columns in order, and from then on rows that cannot be among the first are not even kept. Where the input
/// comes in several instances, each is read, and with a limit sorted, on a thread of its own. Rows that do not fit into
/// memory go to the disk in sorted runs, which are merged in the end.
pub(crate) struct Sort {
    parts: Vec<(Input, Vec<SortTerm>)>,
    columns: usize,
    limit: Option<usize>,
    output: Option<Output>,
    memory: StepMemory,
}

enum Output {
    Rows(Sorted),
    Runs(Box<Merge>),
}

/// Rows in memory, and their order.
struct Sorted {
    rows: Batch,
    order: Vec<u32>,
    given: usize,
    _memory: Reservation,
}

impl Sorted {
    fn next_batch(&mut self) -> Option<Batch> {
        let count = (self.order.len() - self.given).min(BATCH_ROWS);
        let order = self.order[self.given..self.given + count].to_vec();
        self.given += count;
        (count > 0).then(|| self.rows.take(&UInt32Array::from(order)))
    }
}

/// A row's place by the first term, as far as 8 bytes tell it.
#[derive(Clone, Copy)]
struct Entry {
    rank: u64,
    /// NULLs before, between or behind.
    class: u8,
    row: u32,
}

/// The last row of an order by its first term.
#[derive(Clone, Copy)]
struct Last {
    /// The class that the term's column had there; ranks of another one say nothing.
    column: u8,
    class: u8,
    rank: u64,
}

/// A computed term.
struct TermColumn<'a> {
    term: &'a SortTerm,
    column: Column,
}

impl Sort {
    /// The rows of all `parts`, which have `columns` columns, sorted by their terms; with `limit` only so many first ones.
    pub(crate) fn new(parts: Vec<(Input, Vec<SortTerm>)>, columns: usize, limit: Option<u64>, memory: StepMemory) -> Self {
        let limit = limit.and_then(|limit| usize::try_from(limit).ok());
        Self { parts, columns, limit, output: None, memory }
    }

    fn sort(&mut self) -> Result<Output> {
        let parts = std::mem::take(&mut self.parts);
        let (columns, limit) = (self.columns, self.limit);
        if limit == Some(0) {
            let rows = Batch::concat(columns, &[]);
            return Ok(Output::Rows(Sorted { rows, order: Vec::new(), given: 0, _memory: self.memory.reservation() }));
        }
        let is_only = parts.len() == 1;
        let mut read = in_parallel(parts, |(mut input, terms), has_failed| {
            let mut collected = Collected::new(terms, columns, limit, self.memory.reservation());
            for_each_batch(input.as_mut(), has_failed, |batch| collected.add(batch))?;
            if limit.is_some() && !is_only {
                collected.cut()?;
            }
            Ok(collected)
        })?;
        if read.iter().any(|part| !part.runs.is_empty()) {
            let mut runs = Vec::new();
            for part in &mut read {
                part.write_run()?;
                runs.append(&mut part.runs);
            }
            let terms = read.pop().map(|part| part.terms).unwrap_or_default();
            return Ok(Output::Runs(Box::new(Merge::of_all(runs, terms, limit, &self.memory)?)));
        }
        let batches: Vec<Batch> = read.iter_mut().flat_map(|part| std::mem::take(&mut part.batches)).collect();
        row_number(batches.iter().map(Batch::rows).sum())?;
        let rows = super::joined(columns, &batches)?;
        drop(batches);
        let last = read.pop().expect("a sort has at least one input");
        let (mut terms, mut memory) = (last.terms, last.memory);
        drop(read);
        memory.hold(rows.bytes() + rows.rows() * 2 * size_of::<Entry>());
        let (order, _) = order(&mut terms, &rows, limit, self.memory.cancel())?;
        memory.hold(rows.bytes() + order.len() * size_of::<u32>());
        Ok(Output::Rows(Sorted { rows, order, given: 0, _memory: memory }))
    }
}

/// The rows of one instance.
struct Collected {
    terms: Vec<SortTerm>,
    columns: usize,
    limit: Option<usize>,
    batches: Vec<Batch>,
    rows: usize,
    /// The last row that was among the first: rows behind it are not wanted.
    last: Option<Last>,
    bytes: usize,
    /// Sorted rows that went to the disk.
    runs: Vec<SpillFile>,
    memory: Reservation,
}

impl Collected {
    fn new(terms: Vec<SortTerm>, columns: usize, limit: Option<usize>, memory: Reservation) -> Self {
        Self { terms, columns, limit, batches: Vec::new(), rows: 0, last: None, bytes: 0, runs: Vec::new(), memory }
    }

    fn add(&mut self, batch: Batch) -> Result<()> {
        let batch = if let Some(last) = self.last { self.wanted(batch, last)? } else { batch };
        if batch.rows() == 0 {
            return Ok(());
        }
        self.rows += batch.rows();
        row_number(self.rows)?;
        self.bytes += batch.bytes();
        self.batches.push(batch);
        // Sorting makes one batch of all, beside which the single ones stand for a moment.
        if !self.memory.try_hold(self.bytes * 2) {
            return self.write_run();
        }
        if self.limit.is_some_and(|limit| self.rows >= limit.saturating_mul(2).max(4 * BATCH_ROWS)) {
            self.cut()?;
        }
        Ok(())
    }

    /// Keeps only the first rows.
    fn cut(&mut self) -> Result<()> {
        let all = Batch::concat(self.columns, &std::mem::take(&mut self.batches));
        let (order, last) = order(&mut self.terms, &all, self.limit, self.memory.step().cancel())?;
        if self.limit.is_some_and(|limit| order.len() >= limit) {
            self.last = last;
        }
        self.rows = order.len();
        let first = all.take(&UInt32Array::from(order));
        self.bytes = first.bytes();
        self.memory.hold(self.bytes * 2);
        self.batches = vec![first];
        Ok(())
    }

    /// Sorts what is there and moves it to the disk.
    fn write_run(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let all = Batch::concat(self.columns, &std::mem::take(&mut self.batches));
        let (order, _) = order(&mut self.terms, &all, self.limit, self.memory.step().cancel())?;
        self.runs.push(write_run(&all, &order, self.memory.step())?);
        (self.rows, self.bytes) = (0, 0);
        self.memory.hold(0);
        Ok(())
    }

    /// The rows of a batch that may be among the first.
    fn wanted(&mut self, batch: Batch, last: Last) -> Result<Batch> {
        let Some(term) = self.terms.first_mut() else { return Ok(batch) };
        let column = term.expression.evaluate(&batch)?;
        if !matches!(column, Column::Integer(_) | Column::Real(_)) || class(&column) != last.column {
            return Ok(batch);
        }
        let (entries, _) = entries(Some(&TermColumn { term, column }), batch.rows());
        let kept = entries.into_iter().filter(|entry| (entry.class, entry.rank) <= (last.class, last.rank));
        let kept: Vec<u32> = kept.map(|entry| entry.row).collect();
        Ok(if kept.len() == batch.rows() { batch } else { batch.take(&UInt32Array::from(kept)) })
    }
}

/// Columns of one class are ranked alike.
fn class(column: &Column) -> u8 {
    match column {
        Column::Null(_) => 0,
        Column::Integer(_) => 1,
        Column::Real(_) => 2,
        Column::Text(_) => 3,
        Column::Blob(_) => 4,
        Column::Mixed(_) => 5,
    }
}

/// The numbers of the rows in order, as many as are asked for, and the last of them; an error once `cancel` is.
fn order(terms: &mut [SortTerm], rows: &Batch, limit: Option<usize>, cancel: &CancelToken) -> Result<(Vec<u32>, Option<Last>)> {
    let mut columns = Vec::with_capacity(terms.len());
    for term in terms.iter_mut() {
        columns.push(term.expression.evaluate(rows)?);
    }
    let terms: Vec<_> = terms.iter().zip(columns).map(|(term, column)| TermColumn { term, column }).collect();
    let (mut entries, is_exact) = entries(terms.first(), rows.rows());
    let ties = &terms[usize::from(is_exact && !terms.is_empty())..];
    // The row's number as the last term makes every order total, so that unstable sorting is stable.
    let compare = |left: &Entry, right: &Entry| {
        (left.class.cmp(&right.class))
            .then_with(|| left.rank.cmp(&right.rank))
            .then_with(|| compare_rows(ties, left.row as usize, right.row as usize))
            .then_with(|| left.row.cmp(&right.row))
    };
    if let Some(limit) = limit.filter(|&limit| limit < entries.len()) {
        entries.select_nth_unstable_by(limit, compare);
        entries.truncate(limit);
    }
    sort_in_pieces(&mut entries, &compare, cancel)?;
    let column = terms.first().map_or(0, |term| class(&term.column));
    let last = entries.last().map(|entry| Last { column, class: entry.class, rank: entry.rank });
    Ok((entries.into_iter().map(|entry| entry.row).collect(), last))
}

/// Sorts so many entries between two looks at whether the statement was cancelled: a tenth of a second where long texts are
/// compared.
const PIECE: usize = 1 << 16;

/// How many entries are looked at for each piece to tell where the pieces begin.
const SAMPLES: usize = 16;

/// Sorts the entries. Many of them are dealt out first to pieces that follow each other, by a few entries that stand for all;
/// that takes no more comparisons than sorting them at once, and unlike that, it can be broken off.
fn sort_in_pieces(entries: &mut [Entry], compare: &impl Fn(&Entry, &Entry) -> Ordering, cancel: &CancelToken) -> Result<()> {
    cancel.check()?;
    if entries.len() <= 2 * PIECE {
        entries.sort_unstable_by(compare);
        return Ok(());
    }
    let pieces = entries.len().div_ceil(PIECE).min(PIECE / SAMPLES);
    let mut samples: Vec<Entry> = entries.iter().step_by(entries.len() / (pieces * SAMPLES)).copied().collect();
    samples.sort_unstable_by(compare);
    let firsts: Vec<Entry> = samples.into_iter().step_by(SAMPLES).skip(1).collect();
    let mut piece_of = Vec::with_capacity(entries.len());
    let mut counts = vec![0; firsts.len() + 1];
    for some in entries.chunks(PIECE) {
        cancel.check()?;
        for entry in some {
            let piece = firsts.partition_point(|first| compare(first, entry).is_le());
            piece_of.push(checked_row(piece));
            counts[piece] += 1;
        }
    }
    let begin = |next: &mut usize, count: usize| Some(std::mem::replace(next, *next + count));
    let mut places: Vec<usize> = counts.into_iter().scan(0, begin).collect();
    let dealt_out = entries.to_vec();
    for (entry, piece) in dealt_out.into_iter().zip(piece_of) {
        let place = &mut places[piece as usize];
        entries[*place] = entry;
        *place += 1;
    }
    // The places have moved to the ends of their pieces.
    let mut rest = entries;
    let mut start = 0;
    for end in places {
        let (piece, others) = rest.split_at_mut(end - start);
        sort_in_pieces(piece, compare, cancel)?;
        (rest, start) = (others, end);
    }
    Ok(())
}

impl Operator for Sort {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let output = match self.output.take() {
            Some(output) => output,
            None => self.sort()?,
        };
        match self.output.insert(output) {
            Output::Rows(sorted) => Ok(sorted.next_batch()),
            Output::Runs(merge) => merge.next_batch(),
        }
    }
}

impl SortTerm {
    pub(super) fn compare(&self, left: ValueRef<'_>, right: ValueRef<'_>) -> Ordering {
        match (left.is_null(), right.is_null()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return if self.nulls_first { Ordering::Less } else { Ordering::Greater },
            (false, true) => return if self.nulls_first { Ordering::Greater } else { Ordering::Less },
            (false, false) => {}
        }
        let order = compare_values(left, right, self.collation);
        if self.descending { order.reverse() } else { order }
    }
}

/// An entry for each row, and whether class and rank alone decide the first term.
fn entries(first: Option<&TermColumn<'_>>, rows: usize) -> (Vec<Entry>, bool) {
    let Some(TermColumn { term, column }) = first else {
        return ((0..rows).map(|row| Entry { rank: 0, class: 0, row: checked_row(row) }).collect(), true);
    };
    let null = if term.nulls_first { 0 } else { 2 };
    let make = |rank: &dyn Fn(usize) -> u64| {
        let entry = |row: usize| {
            let is_null = column.is_null(row);
            let rank = if is_null { 0 } else { rank(row) };
            let rank = if term.descending { !rank } else { rank };
            Entry { rank, class: if is_null { null } else { 1 }, row: checked_row(row) }
        };
        (0..rows).map(entry).collect()
    };
    match column {
        Column::Null(_) => (make(&|_| 0), true),
        Column::Integer(array) => (make(&|row| integer_rank(array.value(row))), true),
        Column::Real(array) => (make(&|row| real_rank(array.value(row))), true),
        Column::Text(array) if term.collation == Collation::Binary => (make(&|row| bytes_rank(array.value(row))), false),
        Column::Blob(array) => (make(&|row| bytes_rank(array.value(row))), false),
        Column::Text(_) | Column::Mixed(_) => (make(&|_| 0), false),
    }
}

fn integer_rank(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// IEEE numbers order as their bits do, negative ones from the other end; both zeros are one.
fn real_rank(number: f64) -> u64 {
    let bits = if number == 0.0 { 0 } else { number.to_bits() };
    if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }
}

/// The first eight bytes. Shorter ones are filled up with zeros: equal ranks are compared in full anyway.
fn bytes_rank(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    let length = bytes.len().min(8);
    first[..length].copy_from_slice(&bytes[..length]);
    u64::from_be_bytes(first)
}

fn compare_rows(terms: &[TermColumn<'_>], left: usize, right: usize) -> Ordering {
    terms.iter().map(|term| term.compare(left, right)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

impl TermColumn<'_> {
    fn compare(&self, left: usize, right: usize) -> Ordering {
        self.term.compare(self.column.value(left), self.column.value(right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_entries_are_sorted_piece_by_piece() {
        for (count, numbers) in [(5 * PIECE, 1 << 40), (3 * PIECE, 7), (3 * PIECE, 1)] {
            let rank = |row: usize| (row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) % numbers;
            let entry = |row: usize| Entry { rank: rank(row), class: u8::from(row.is_multiple_of(3)), row: checked_row(row) };
            let mut entries: Vec<Entry> = (0..count).map(entry).collect();
            let key = |entry: &Entry| (entry.class, entry.rank, entry.row);
            let mut expected: Vec<_> = entries.iter().map(key).collect();
            expected.sort_unstable();
            sort_in_pieces(&mut entries, &|left, right| key(left).cmp(&key(right)), &CancelToken::new()).unwrap();
            assert!(entries.iter().map(key).eq(expected), "{count} entries of {numbers} numbers");
        }
    }
}
