//! The keys that a scan is after: which pages may hold them, and which rows have one.

use std::sync::Arc;

use arrow_array::Array as _;
use arrow_buffer::BooleanBuffer;

use super::record::{Slots, Wanted, find_fields, header_length};
use super::{RowFilter, RowTest};
use crate::batch::{Batch, Column};
use crate::error::Result;
use crate::value::ValueRef;

/// Integers in order, each once: rowids, or values of an index's first column.
#[derive(Debug, Clone, Default)]
pub struct Keys(Arc<[i64]>);

/// What integers lie between, both ends included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) first: i64,
    pub(super) last: i64,
}

impl From<Vec<i64>> for Keys {
    fn from(mut keys: Vec<i64>) -> Self {
        // Rowids that an index gives are often in order, which this notices.
        keys.sort_unstable();
        keys.dedup();
        Self(keys.into())
    }
}

impl Keys {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().copied()
    }

    /// Whether one of them lies within `bounds`.
    pub(super) fn meet(&self, bounds: Bounds) -> bool {
        let after = self.0.partition_point(|key| *key < bounds.first);
        self.0.get(after).is_some_and(|key| *key <= bounds.last)
    }

    /// A filter that lets those rows pass whose `field` is one of them.
    pub(super) fn filter(&self, field: usize) -> Arc<dyn RowFilter> {
        Arc::new(KeyFilter { keys: self.clone(), field })
    }
}

impl Bounds {
    pub(super) const ALL: Self = Self { first: i64::MIN, last: i64::MAX };

    /// A known key.
    pub(super) fn of_key(key: i64) -> Self {
        Self { first: key, last: key }
    }

    /// The first field of an index's record: what is no integer stands before or behind all integers, a real between two.
    /// Where the record does not tell, anything; what is damaged there is found by whoever reads the rows.
    pub(super) fn of_record(record: &[u8], payload: u32) -> Self {
        Self::of_first_field(record, payload).unwrap_or(Self::ALL)
    }

    fn of_first_field(record: &[u8], payload: u32) -> Option<Self> {
        let lengths = header_length(record, payload).ok()?;
        let header = record.get(..lengths.0 as usize)?;
        let wanted = Wanted { fields: vec![(0, 0)], is_whole: false };
        let mut field = FirstField::default();
        find_fields(header, lengths, payload, &wanted, &mut field).ok()?;
        let bytes = |length: usize| record.get(field.offset as usize..)?.get(..length);
        Some(match field.serial_type {
            0 => Self::of_key(i64::MIN),
            8 => Self::of_key(0),
            9 => Self::of_key(1),
            1..=6 => {
                let bytes = bytes([1, 2, 3, 4, 6, 8][field.serial_type as usize - 1])?;
                let negative = bytes.first()? & 0x80 != 0;
                let start = if negative { -1 } else { 0 };
                Self::of_key(bytes.iter().fold(start, |number, byte| number << 8 | i64::from(*byte)))
            }
            7 => {
                let real = f64::from_be_bytes(bytes(8)?.try_into().ok()?);
                // Casts stop at the ends of the integers. What is no number is read as NULL.
                if real.is_nan() { Self::of_key(i64::MIN) } else { Self { first: real.floor() as i64, last: real.ceil() as i64 } }
            }
            12.. => Self::of_key(i64::MAX),
            _ => return None,
        })
    }
}

#[derive(Default)]
struct FirstField {
    serial_type: u32,
    offset: u32,
}

impl Slots for FirstField {
    fn put(&mut self, _slot: usize, serial_type: u32, offset: u32) {
        *self = Self { serial_type, offset };
    }
}

struct KeyFilter {
    keys: Keys,
    field: usize,
}

impl RowFilter for KeyFilter {
    fn fields(&self) -> &[usize] {
        std::slice::from_ref(&self.field)
    }

    fn test(&self) -> Result<Box<dyn RowTest>> {
        Ok(Box::new(KeyTest { keys: self.keys.clone(), next: 0 }))
    }
}

/// The keys as a scan comes to them: rows lie in their order, so that the next key is mostly the last one or its neighbour.
struct KeyTest {
    keys: Keys,
    next: usize,
}

impl KeyTest {
    #[inline]
    fn has(&mut self, key: i64) -> bool {
        let keys = &self.keys.0;
        if self.next > 0 && keys[self.next - 1] >= key {
            self.next = keys.partition_point(|other| *other < key);
        }
        self.next += leap(&keys[self.next..], |other| *other < key);
        keys.get(self.next) == Some(&key)
    }
}

impl RowTest for KeyTest {
    fn passes(&mut self, rows: &Batch) -> Result<BooleanBuffer> {
        let column = &rows.columns()[0];
        if let Column::Integer(keys) = column
            && keys.null_count() == 0
        {
            let keys = keys.values();
            return Ok(BooleanBuffer::collect_bool(keys.len(), |row| self.has(keys[row])));
        }
        Ok(BooleanBuffer::collect_bool(rows.rows(), |row| match column.value(row) {
            ValueRef::Integer(key) => self.has(key),
            ValueRef::Real(real) => is_integer(real) && self.has(real as i64),
            ValueRef::Null | ValueRef::Text(_) | ValueRef::Blob(_) => false,
        }))
    }
}

/// How many of `sorted` come first for which `is_before` is true: in steps that double, since there may be none or many.
pub(super) fn leap<T>(sorted: &[T], is_before: impl Fn(&T) -> bool) -> usize {
    let (mut passed, mut step) = (0, 1);
    while sorted.get(passed).is_some_and(&is_before) {
        let end = sorted.len().min(passed + step);
        passed += sorted[passed..end].partition_point(&is_before);
        step *= 2;
    }
    passed
}

/// Whether a real equals an integer of 64 bits.
fn is_integer(real: f64) -> bool {
    const END: f64 = 9_223_372_036_854_775_808.0;
    real.fract() == 0.0 && (-END..END).contains(&real)
}
