//! The hashed side of a join: from a key to its rows.

use arrow_array::Array as _;
use arrow_buffer::BooleanBuffer;

use super::checked_row;
use crate::batch::Column;
use crate::cancel::CancelToken;
use crate::error::Result;
use crate::execution::key_table::{KeyTable, integer_key};
pub(crate) use crate::execution::number_table::NONE;
use crate::execution::number_table::NumberTable;
use crate::ffi::large_pages::filled;
use crate::value::{Collation, ValueRef};

/// How one of the columns of a key is compared.
#[derive(Clone, Copy)]
pub(super) struct KeyRule {
    /// How texts compare.
    pub(super) collation: Collation,
    /// Whether NULL equals NULL; else it equals nothing.
    pub(super) null_safe: bool,
}

/// About how many bytes a row takes in a table: in the one that most keys have, two places of 16 bytes, a number and as many bits as
/// may be kept for it.
pub(super) const TABLE_BYTES: usize = 40 + Present::MOST_PER_ROW / 8;

/// From a key to the first of its rows, and from each row to the next one of the same key, in the rows' order.
pub(crate) struct JoinTable {
    heads: Heads,
    /// The next row of the same key; empty where no key has two rows.
    next: Vec<u32>,
}

enum Heads {
    /// Every row matches: a join without keys.
    Every(u32),
    /// One integer key whose values lie close together: the first row by key less the smallest key.
    Range { least: i64, heads: Vec<u32>, null: u32 },
    /// One integer key.
    Integers { heads: NumberTable<i64>, null: u32, present: Present },
    /// Any other key: the first row by the key's number.
    Keys { rules: Vec<KeyRule>, keys: Box<KeyTable>, heads: Vec<u32>, present: Vec<Present> },
}

impl JoinTable {
    /// A table by which every probing row matches all of `rows`.
    pub(super) fn every(rows: usize) -> Self {
        Self { heads: Heads::Every(checked_row(rows)), next: Vec::new() }
    }

    /// A table of the rows whose keys are `columns`; an error once `cancel` is.
    pub(super) fn new(columns: &[Column], rows: usize, rules: &[KeyRule], cancel: &CancelToken) -> Result<Self> {
        if let ([column @ (Column::Integer(_) | Column::Null(_))], [rule]) = (columns, rules) {
            return Self::of_integers(column, rule.null_safe, cancel);
        }
        let mut keys = KeyTable::new(rules.iter().map(|rule| rule.collation).collect());
        let mut heads: Vec<u32> = Vec::new();
        let mut chain = Chain::new(rows, cancel);
        for row in (0..rows).rev() {
            if can_match(columns, rules, row) {
                let number = keys.number_row(columns, row)? as usize;
                if number == heads.len() {
                    heads.push(NONE);
                }
                chain.link(&mut heads[number], row)?;
            }
        }
        let present = if columns.len() > 1 { columns.iter().map(Present::of).collect() } else { Vec::new() };
        Ok(Self { heads: Heads::Keys { rules: rules.to_vec(), keys: Box::new(keys), heads, present }, next: chain.next })
    }

    fn of_integers(column: &Column, null_safe: bool, cancel: &CancelToken) -> Result<Self> {
        let rows = column.len();
        let mut chain = Chain::new(rows, cancel);
        let mut null = NONE;
        let bounds = bounds(column);
        if null_safe {
            for row in (0..rows).rev().filter(|&row| column.is_null(row)) {
                chain.link(&mut null, row)?;
            }
        }
        // Four bytes a value of the range against some forty a key in a hash table, and no hashing: worth it up to eight
        // values a row. The small constant lets tiny tables have it too.
        let range = bounds.and_then(|(least, most)| usize::try_from(most.checked_sub(least)?).ok()).map(|range| range + 1);
        let heads = if let (Some((least, _)), Some(range)) = (bounds, range.filter(|&range| range <= rows * 8 + 1024)) {
            let mut heads = filled(NONE, range);
            for (row, key) in integers(column).rev() {
                chain.link(&mut heads[offset(key, least)], row)?;
            }
            Heads::Range { least, heads, null }
        } else {
            let mut heads = NumberTable::with_capacity(rows);
            let mut present = Present::new(bounds, rows);
            for (row, key) in integers(column).rev() {
                chain.link(heads.entry(key), row)?;
                present.add(key);
            }
            Heads::Integers { heads, null, present }
        };
        Ok(Self { heads, next: chain.next })
    }

    /// Puts the first matching row of each of the `rows` keys in `columns` into `found`.
    pub(crate) fn probe(&self, columns: &[Column], rows: usize, found: &mut Vec<u32>) {
        found.clear();
        match &self.heads {
            Heads::Every(count) => found.resize(rows, if *count == 0 { NONE } else { 0 }),
            Heads::Range { least, heads, null } => {
                // A key below the least wraps round to a number beyond the range.
                let head = |key: i64| heads.get(key.wrapping_sub(*least).cast_unsigned() as usize).copied();
                probe_integers(&columns[0], *null, found, |key| head(key).unwrap_or(NONE));
            }
            Heads::Integers { heads, null, present } => {
                probe_integers(&columns[0], *null, found, |key| if present.may_hold(key) { heads.get(key) } else { NONE });
            }
            Heads::Keys { rules, keys, heads, .. } => {
                let mut scratch = Vec::new();
                found.extend((0..rows).map(|row| {
                    let number = if can_match(columns, rules, row) { keys.find(columns, row, &mut scratch) } else { NONE };
                    heads.get(number as usize).copied().unwrap_or(NONE)
                }));
            }
        }
    }

    /// Whether a key of several columns has one of which few values of its range are there: so cheap to ask that it comes before the
    /// whole key.
    pub(crate) fn is_selective(&self, column: usize) -> bool {
        matches!(&self.heads, Heads::Keys { present, .. } if present.get(column).is_some_and(Present::is_selective))
    }

    /// Which of the values of one column of a key of several columns are in some row's key; perhaps more.
    pub(crate) fn may_hold(&self, column: usize, values: &Column) -> BooleanBuffer {
        match (&self.heads, values) {
            (Heads::Keys { present, .. }, Column::Integer(values)) if values.null_count() == 0 => {
                let (present, values) = (&present[column], values.values());
                BooleanBuffer::collect_bool(values.len(), |row| present.may_hold(values[row]))
            }
            _ => BooleanBuffer::new_set(values.len()),
        }
    }

    /// How many bytes of memory it takes.
    pub(super) fn memory(&self) -> usize {
        let heads = match &self.heads {
            Heads::Every(_) => 0,
            Heads::Range { heads, .. } => heads.capacity() * 4,
            Heads::Integers { heads, present, .. } => heads.bytes() + present.bits.capacity() * 8,
            Heads::Keys { keys, heads, present, .. } => {
                keys.memory() + heads.capacity() * 4 + present.iter().map(|present| present.bits.capacity() * 8).sum::<usize>()
            }
        };
        heads + self.next.capacity() * 4
    }

    /// Whether no key has two rows.
    pub(super) fn is_unique(&self) -> bool {
        self.next.is_empty() && !matches!(self.heads, Heads::Every(_))
    }

    /// The row behind `row` that has the same key.
    #[inline]
    pub(super) fn next(&self, row: u32) -> u32 {
        match self.heads {
            Heads::Every(rows) if row + 1 < rows => row + 1,
            Heads::Every(_) => NONE,
            _ => self.next.get(row as usize).copied().unwrap_or(NONE),
        }
    }
}

/// Which integers of a range are keys, a bit each: most of what probes misses, and finds so in memory that is near. Empty where the
/// range is too wide for that.
#[derive(Default)]
struct Present {
    least: i64,
    bits: Vec<u64>,
}

impl Present {
    /// Up to sixteen bytes a key, beside the some forty that it takes anyway.
    const MOST_PER_ROW: usize = 128;

    /// The integers of a column that holds nothing else; of any other it says nothing.
    fn of(column: &Column) -> Self {
        if !matches!(column, Column::Integer(values) if values.null_count() == 0) {
            return Self::default();
        }
        let mut present = Self::new(bounds(column), column.len());
        integers(column).for_each(|(_, key)| present.add(key));
        present
    }

    /// Whether half of the range at least is missing.
    fn is_selective(&self) -> bool {
        let there: usize = self.bits.iter().map(|word| word.count_ones() as usize).sum();
        !self.bits.is_empty() && there * 2 <= self.bits.len() * 64
    }

    fn new(bounds: Option<(i64, i64)>, rows: usize) -> Self {
        let Some((least, most)) = bounds else { return Self::default() };
        let range = most.checked_sub(least).and_then(|range| usize::try_from(range).ok());
        match range.filter(|range| range / Self::MOST_PER_ROW <= rows) {
            Some(range) => Self { least, bits: vec![0; range / 64 + 1] },
            None => Self::default(),
        }
    }

    #[inline]
    fn add(&mut self, key: i64) {
        let offset = self.offset(key);
        if let Some(word) = self.bits.get_mut(offset / 64) {
            *word |= 1 << (offset % 64);
        }
    }

    /// A key below the least wraps round to a number beyond the range.
    #[inline]
    fn offset(&self, key: i64) -> usize {
        key.wrapping_sub(self.least).cast_unsigned() as usize
    }

    #[inline]
    fn may_hold(&self, key: i64) -> bool {
        let offset = self.offset(key);
        self.bits.get(offset / 64).map_or(self.bits.is_empty(), |word| word >> (offset % 64) & 1 == 1)
    }
}

/// The rows of each key, linked from the last row to the first so that each list comes out in the rows' order.
struct Chain<'a> {
    cancel: &'a CancelToken,
    rows: usize,
    /// Empty until a key comes twice: most held sides have a unique one.
    next: Vec<u32>,
}

/// So many rows are hashed between two looks at whether the statement was cancelled: a few milliseconds.
const ROWS_BETWEEN_CHECKS: usize = 1 << 16;

impl<'a> Chain<'a> {
    fn new(rows: usize, cancel: &'a CancelToken) -> Self {
        Self { cancel, rows, next: Vec::new() }
    }

    #[inline]
    fn link(&mut self, head: &mut u32, row: usize) -> Result<()> {
        if row.is_multiple_of(ROWS_BETWEEN_CHECKS) {
            self.cancel.check()?;
        }
        let behind = std::mem::replace(head, checked_row(row));
        if behind != NONE {
            if self.next.is_empty() {
                self.next = filled(NONE, self.rows);
            }
            self.next[row] = behind;
        }
        Ok(())
    }
}

/// The rows of a column of nothing but integers and NULL that hold an integer.
fn integers(column: &Column) -> impl DoubleEndedIterator<Item = (usize, i64)> + '_ {
    let (values, nulls) = match column {
        Column::Integer(array) => (&array.values()[..], array.nulls()),
        _ => (&[][..], None),
    };
    let is_present = move |(row, _): &(usize, i64)| nulls.is_none_or(|nulls| nulls.is_valid(*row));
    values.iter().copied().enumerate().filter(is_present)
}

/// The least and the greatest of them.
fn bounds(column: &Column) -> Option<(i64, i64)> {
    integers(column).fold(None, |bounds, (_, key)| {
        Some(bounds.map_or((key, key), |(least, most): (i64, i64)| (least.min(key), most.max(key))))
    })
}

fn offset(key: i64, least: i64) -> usize {
    usize::try_from(key - least).expect("no key is less than the least, and the range was found to fit")
}

#[inline]
fn probe_integers(column: &Column, null: u32, found: &mut Vec<u32>, head: impl Fn(i64) -> u32) {
    match column {
        Column::Integer(array) if array.null_count() == 0 => found.extend(array.values().iter().map(|&key| head(key))),
        _ => found.extend((0..column.len()).map(|row| match column.value(row) {
            ValueRef::Null => null,
            value => integer_key(value).map_or(NONE, &head),
        })),
    }
}

/// Whether a row's key may equal another one: not where a NULL in it equals nothing.
fn can_match(columns: &[Column], rules: &[KeyRule], row: usize) -> bool {
    columns.iter().zip(rules).all(|(column, rule)| rule.null_safe || !column.is_null(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::ColumnBuilder;

    /// Keys that lie close, that lie within a range of bits, and that lie anywhere.
    #[test]
    fn the_rows_of_integers_are_found_however_far_apart_they_lie() {
        let rules = [KeyRule { collation: Collation::Binary, null_safe: false }];
        for apart in [1, 8, 100, 1 << 20, 1 << 53] {
            let keys: Vec<i64> = (-600..600).map(|row| row / 2 * apart).collect();
            let table = JoinTable::new(&[Column::Integer(keys.clone().into())], keys.len(), &rules, &CancelToken::new());
            let table = table.expect("nobody cancels");
            let probed = keys.iter().flat_map(|&key| [key, key.wrapping_add(apart / 2 + 1)]);
            let probed: Vec<i64> = probed.chain([i64::MIN, i64::MAX, 0]).collect();
            let mut found = Vec::new();
            table.probe(&[Column::Integer(probed.clone().into())], probed.len(), &mut found);
            for (key, first) in probed.into_iter().zip(found) {
                let rows: Vec<u32> =
                    std::iter::successors(Some(first), |&row| Some(table.next(row))).take_while(|&row| row != NONE).collect();
                let expected: Vec<u32> = (0..).zip(&keys).filter(|&(_, &other)| other == key).map(|(row, _)| row).collect();
                assert_eq!(rows, expected, "{key}, {apart} apart");
            }
        }
    }

    #[test]
    fn a_cancelled_statement_hashes_no_further() {
        let cancel = CancelToken::new();
        let rules = [KeyRule { collation: Collation::Binary, null_safe: false }];
        let mut texts = ColumnBuilder::with_capacity(1);
        texts.push(ValueRef::Text(b"key"));
        for column in [Column::Integer(vec![1].into()), Column::Integer(vec![i64::MIN].into()), texts.finish()] {
            let columns = [column];
            assert!(JoinTable::new(&columns, 1, &rules, &cancel).is_ok());
        }
        cancel.cancel();
        assert!(JoinTable::new(&[Column::Integer(vec![1].into())], 1, &rules, &cancel).is_err());
    }
}
