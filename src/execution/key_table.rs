//! Tables that give equal keys one number.

use std::hash::BuildHasher as _;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use crate::batch::Column;
use crate::error::{Error, Result};
use crate::value::{Collation, ValueRef, append_key};

/// Keys that are bytes, numbered from 0 in the order of their first appearance. The bytes of all keys stand in one
/// buffer, so that a key costs no allocation of its own.
#[derive(Default)]
pub(crate) struct ByteKeys {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    table: HashTable<(u64, u32)>,
    hasher: DefaultHashBuilder,
}

impl ByteKeys {
    /// The number of a key, if it is there.
    pub(crate) fn find(&self, key: &[u8]) -> Option<u32> {
        let hash = self.hasher.hash_one(key);
        let found = self.table.find(hash, |&(other, number)| other == hash && key_bytes(&self.bytes, &self.ends, number) == key);
        found.map(|&(_, number)| number)
    }

    /// The number of a key, which is added if it is not there, and whether it was added.
    pub(crate) fn insert(&mut self, key: &[u8]) -> Result<(u32, bool)> {
        let hash = self.hasher.hash_one(key);
        let Self { bytes, ends, table, .. } = self;
        let is_same = |&(other, number): &(u64, u32)| other == hash && key_bytes(bytes, ends, number) == key;
        match table.entry(hash, is_same, |&(hash, _)| hash) {
            Entry::Occupied(entry) => Ok((entry.get().1, false)),
            Entry::Vacant(entry) => {
                let number = key_number(ends.len())?;
                entry.insert((hash, number));
                bytes.extend_from_slice(key);
                ends.push(bytes.len());
                Ok((number, true))
            }
        }
    }
}

fn key_bytes<'a>(bytes: &'a [u8], ends: &[usize], number: u32) -> &'a [u8] {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] };
    &bytes[start..ends[number]]
}

fn key_number(keys: usize) -> Result<u32> {
    u32::try_from(keys)
        .ok()
        .filter(|&number| number != u32::MAX)
        .ok_or_else(|| Error::query("more than 4,294,967,294 distinct keys would have to be held in memory at once"))
}

/// The integer that equals a number exactly, if there is one: what lets integers and reals share one table.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first; the comparison back finds every fraction")]
#[expect(clippy::cast_precision_loss, reason = "exact for what came from a real with an integral value")]
#[expect(clippy::float_cmp, reason = "exactly equal is what is asked")]
pub(crate) fn integer_key(value: ValueRef<'_>) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    match value {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Real(real) if (-LIMIT..LIMIT).contains(&real) && (real as i64) as f64 == real => Some(real as i64),
        _ => None,
    }
}

/// Rows that are equal column by column get one number, from 0 in the order of their first appearance; NULL equals NULL.
/// A single column's integers (and reals equal to one) never become bytes.
pub(crate) struct KeyTable {
    collations: Vec<Collation>,
    integers: HashMap<i64, u32>,
    null: Option<u32>,
    bytes: ByteKeys,
    /// The number of each key in `bytes`.
    numbers: Vec<u32>,
    keys: usize,
    scratch: Vec<u8>,
}

impl KeyTable {
    /// An empty table of keys with as many columns as there are collations.
    pub(crate) fn new(collations: Vec<Collation>) -> Self {
        Self {
            collations,
            integers: HashMap::new(),
            null: None,
            bytes: ByteKeys::default(),
            numbers: Vec::new(),
            keys: 0,
            scratch: Vec::new(),
        }
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.keys
    }

    /// Puts the number of each row's key into `numbers`, adding what is new, and the rows that were new into `fresh`.
    pub(crate) fn number_rows(
        &mut self,
        columns: &[Column],
        rows: usize,
        numbers: &mut Vec<u32>,
        fresh: &mut Vec<u32>,
    ) -> Result<()> {
        numbers.clear();
        fresh.clear();
        numbers.reserve(rows);
        for row in 0..rows {
            let before = self.keys;
            numbers.push(self.number_row(columns, row)?);
            if self.keys != before {
                fresh.push(super::operator::checked_row(row));
            }
        }
        Ok(())
    }

    /// Whether a row's key is there.
    pub(crate) fn contains(&mut self, columns: &[Column], row: usize) -> bool {
        if let [column] = columns {
            let value = column.value(row);
            if value.is_null() {
                return self.null.is_some();
            }
            if let Some(integer) = integer_key(value) {
                return self.integers.contains_key(&integer);
            }
        }
        self.encode(columns, row);
        self.bytes.find(&self.scratch).is_some()
    }

    #[inline]
    fn number_row(&mut self, columns: &[Column], row: usize) -> Result<u32> {
        if let [column] = columns {
            let value = column.value(row);
            if let Some(integer) = integer_key(value) {
                return self.number_integer(integer);
            }
            if value.is_null() {
                return self.number_null();
            }
        }
        self.encode(columns, row);
        let (position, is_new) = self.bytes.insert(&self.scratch)?;
        if is_new {
            let number = self.next_number()?;
            self.numbers.push(number);
        }
        Ok(self.numbers[position as usize])
    }

    #[inline]
    fn number_integer(&mut self, integer: i64) -> Result<u32> {
        if let Some(&number) = self.integers.get(&integer) {
            return Ok(number);
        }
        let number = self.next_number()?;
        self.integers.insert(integer, number);
        Ok(number)
    }

    fn number_null(&mut self) -> Result<u32> {
        if let Some(number) = self.null {
            return Ok(number);
        }
        let number = self.next_number()?;
        self.null = Some(number);
        Ok(number)
    }

    fn next_number(&mut self) -> Result<u32> {
        let number = key_number(self.keys)?;
        self.keys += 1;
        Ok(number)
    }

    fn encode(&mut self, columns: &[Column], row: usize) {
        self.scratch.clear();
        for (column, &collation) in columns.iter().zip(&self.collations) {
            append_key(&mut self.scratch, column.value(row), collation);
        }
    }
}
