//! Tables that give equal keys one number.

use std::hash::BuildHasher as _;

use arrow_array::Array as _;
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::number_table::{NONE, NumberTable};
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
    /// About how many bytes of memory it takes.
    pub(crate) fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * 8 + self.table.capacity() * 18
    }

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
/// A single column's integers (and reals equal to one) and all keys that fit into 16 bytes never become longer bytes.
pub(crate) struct KeyTable {
    collations: Vec<Collation>,
    integers: NumberTable<i64>,
    packed: NumberTable<u128>,
    /// The numbers of those keys among the packed ones that are one or two texts of one byte each (flags, states), by these
    /// bytes: finding one takes no hashing. Empty until such keys come.
    flags: Vec<u32>,
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
            integers: NumberTable::with_capacity(0),
            packed: NumberTable::with_capacity(0),
            flags: Vec::new(),
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

    /// How the texts of each column of a key compare.
    pub(crate) fn collations(&self) -> &[Collation] {
        &self.collations
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn memory(&self) -> usize {
        self.integers.bytes()
            + self.packed.bytes()
            + self.flags.capacity() * 4
            + self.bytes.memory()
            + self.numbers.capacity() * 4
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
        if let Some(flags) = flags(columns, &self.collations, rows) {
            self.flags.resize(1 << (8 * columns.len()), NONE);
            let mut number = |table: &mut Self, row: usize| {
                let flag = usize::from(flags[row]);
                if table.flags[flag] == NONE {
                    table.flags[flag] = table.number_row(columns, row)?;
                }
                Ok(table.flags[flag])
            };
            return self.number_each(rows, numbers, fresh, &mut number);
        }
        let is_one_text = |column: &Column| matches!(column, Column::Text(array) if array.null_count() == 0);
        match columns {
            [Column::Integer(array)] if array.null_count() == 0 => {
                let mut last = Last::default();
                let mut number = |table: &mut Self, row: usize| {
                    let key = array.value(row);
                    last.of(key, || table.number_integer(key))
                };
                self.number_each(rows, numbers, fresh, &mut number)
            }
            [column] if !is_one_text(column) => {
                self.number_each(rows, numbers, fresh, &mut |table, row| table.number_row(columns, row))
            }
            _ => {
                let mut packed = vec![Packed::default(); rows];
                for (column, &collation) in columns.iter().zip(&self.collations) {
                    append_column(&mut packed, column, collation);
                }
                let mut last = Last::default();
                let mut number = |table: &mut Self, row: usize| match packed[row].key() {
                    Some(key) => last.of(key, || table.number_packed(key)),
                    None => table.number_bytes(columns, row),
                };
                self.number_each(rows, numbers, fresh, &mut number)
            }
        }
    }

    #[inline]
    fn number_each(
        &mut self,
        rows: usize,
        numbers: &mut Vec<u32>,
        fresh: &mut Vec<u32>,
        number: &mut impl FnMut(&mut Self, usize) -> Result<u32>,
    ) -> Result<()> {
        for row in 0..rows {
            let before = self.keys;
            numbers.push(number(self, row)?);
            if self.keys != before {
                fresh.push(super::operator::checked_row(row));
            }
        }
        Ok(())
    }

    /// The number of a row's key, or `NONE`. `scratch` is memory to work with.
    #[inline]
    pub(crate) fn find(&self, columns: &[Column], row: usize, scratch: &mut Vec<u8>) -> u32 {
        match self.fixed(columns, row) {
            Fixed::Integer(key) => self.integers.get(key),
            Fixed::Null => self.null.unwrap_or(NONE),
            Fixed::Packed(key) => self.packed.get(key),
            Fixed::Not => {
                encode(scratch, columns, &self.collations, row);
                self.bytes.find(scratch).map_or(NONE, |position| self.numbers[position as usize])
            }
        }
    }

    /// The number of a row's key, which is added if it is not there.
    #[inline]
    pub(crate) fn number_row(&mut self, columns: &[Column], row: usize) -> Result<u32> {
        match self.fixed(columns, row) {
            Fixed::Integer(key) => self.number_integer(key),
            Fixed::Null => self.number_null(),
            Fixed::Packed(key) => self.number_packed(key),
            Fixed::Not => self.number_bytes(columns, row),
        }
    }

    /// The key in its fixed form: what decides it is the key's own values alone, so equal keys take the same form.
    #[inline]
    fn fixed(&self, columns: &[Column], row: usize) -> Fixed {
        if let [column] = columns {
            let value = column.value(row);
            if let Some(integer) = integer_key(value) {
                return Fixed::Integer(integer);
            }
            if value.is_null() {
                return Fixed::Null;
            }
        }
        let mut packed = Packed::default();
        for (column, &collation) in columns.iter().zip(&self.collations) {
            packed.append(column.value(row), collation);
        }
        packed.key().map_or(Fixed::Not, Fixed::Packed)
    }

    fn number_bytes(&mut self, columns: &[Column], row: usize) -> Result<u32> {
        encode(&mut self.scratch, columns, &self.collations, row);
        let (position, is_new) = self.bytes.insert(&self.scratch)?;
        if is_new {
            let number = self.next_number()?;
            self.numbers.push(number);
        }
        Ok(self.numbers[position as usize])
    }

    #[inline]
    fn number_integer(&mut self, integer: i64) -> Result<u32> {
        let Self { integers, keys, .. } = self;
        numbered(integers.entry(integer), keys)
    }

    #[inline]
    fn number_packed(&mut self, key: u128) -> Result<u32> {
        let Self { packed, keys, .. } = self;
        numbered(packed.entry(key), keys)
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
}

fn encode(key: &mut Vec<u8>, columns: &[Column], collations: &[Collation], row: usize) {
    key.clear();
    for (column, &collation) in columns.iter().zip(collations) {
        append_key(key, column.value(row), collation);
    }
}

/// The number in an entry of a table of `keys` keys, the next one where it had none.
#[inline]
fn numbered(entry: &mut u32, keys: &mut usize) -> Result<u32> {
    if *entry == NONE {
        *entry = key_number(*keys)?;
        *keys += 1;
    }
    Ok(*entry)
}

/// The key before and its number: rows come in clusters of equal keys often enough for a look at it to pay.
struct Last<K>(Option<(K, u32)>);

impl<K> Default for Last<K> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: Copy + Eq> Last<K> {
    #[inline]
    fn of(&mut self, key: K, find: impl FnOnce() -> Result<u32>) -> Result<u32> {
        match self.0 {
            Some((before, number)) if before == key => Ok(number),
            _ => {
                let number = find()?;
                self.0 = Some((key, number));
                Ok(number)
            }
        }
    }
}

/// A key in a form of fixed width.
enum Fixed {
    /// One column's integer.
    Integer(i64),
    /// One column's NULL.
    Null,
    /// Anything that fits.
    Packed(u128),
    /// It does not fit.
    Not,
}

/// Values in up to 16 bytes: each a byte for its class and length, then as few bytes as it needs.
#[derive(Debug, Clone, Copy, Default)]
struct Packed {
    key: u128,
    /// More than there is room for where a value did not fit, or where equal values might have different bytes.
    length: usize,
}

impl Packed {
    const INTEGER: u8 = 0x10;
    const TEXT: u8 = 0x20;
    const BLOB: u8 = 0x30;
    const ROOM: usize = size_of::<u128>();

    /// Adds a value.
    #[inline]
    fn append(&mut self, value: ValueRef<'_>, collation: Collation) {
        match value {
            ValueRef::Null => self.append_tagged(0, &[]),
            ValueRef::Text(text) if collation == Collation::Binary => self.append_tagged(Self::TEXT, text),
            ValueRef::Text(_) => self.length = usize::MAX,
            ValueRef::Blob(bytes) => self.append_tagged(Self::BLOB, bytes),
            ValueRef::Integer(_) | ValueRef::Real(_) => match integer_key(value) {
                Some(integer) => self.append_integer(integer),
                None => self.length = usize::MAX,
            },
        }
    }

    #[inline]
    fn append_integer(&mut self, integer: i64) {
        let length = (72 - (integer ^ (integer >> 63)).leading_zeros() as usize) / 8;
        self.append_tagged(Self::INTEGER, &integer.to_le_bytes()[..length.min(8)]);
    }

    #[inline]
    fn append_tagged(&mut self, class: u8, bytes: &[u8]) {
        if self.length >= Self::ROOM || bytes.len() >= Self::ROOM - self.length {
            self.length = usize::MAX;
            return;
        }
        let tagged = short_bytes(bytes) << 8 | u128::from(class | bytes.len() as u8);
        self.key |= tagged << (8 * self.length);
        self.length += 1 + bytes.len();
    }

    /// The key; None where not all of it is there.
    #[inline]
    fn key(&self) -> Option<u128> {
        (self.length <= Self::ROOM).then_some(self.key)
    }
}

/// Adds a column to the keys of all its rows.
fn append_column(keys: &mut [Packed], column: &Column, collation: Collation) {
    match column {
        Column::Text(array) if array.null_count() == 0 && collation == Collation::Binary => {
            keys.iter_mut().enumerate().for_each(|(row, key)| key.append_tagged(Packed::TEXT, array.value(row)));
        }
        Column::Integer(array) if array.null_count() == 0 => {
            keys.iter_mut().zip(array.values()).for_each(|(key, integer)| key.append_integer(*integer));
        }
        _ => keys.iter_mut().enumerate().for_each(|(row, key)| key.append(column.value(row), collation)),
    }
}

/// The bytes of each row of one or two columns where each of them has a text of one byte in every row and compares texts byte by
/// byte. None where any is different, which the first rows mostly tell.
fn flags(columns: &[Column], collations: &[Collation], rows: usize) -> Option<Vec<u16>> {
    if !(1..=2).contains(&columns.len()) || collations.iter().any(|collation| *collation != Collation::Binary) {
        return None;
    }
    let mut flags = vec![0; rows];
    for column in columns {
        let Column::Text(texts) = column else { return None };
        let offsets = texts.value_offsets();
        let first = *offsets.first()?;
        if texts.null_count() > 0 || offsets.iter().zip(first..).any(|(offset, byte)| *offset != byte) {
            return None;
        }
        let bytes = &texts.value_data()[usize::try_from(first).ok()?..];
        flags.iter_mut().zip(bytes).for_each(|(flag, byte)| *flag = *flag << 8 | u16::from(*byte));
    }
    Some(flags)
}

/// At most 15 bytes as one number, the first byte the lowest: two reads that may overlap, where a copy of a length that is known
/// only now would be a call.
#[inline]
fn short_bytes(bytes: &[u8]) -> u128 {
    let behind = |width: usize| 8 * (bytes.len() - width);
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        u128::from(u64::from_le_bytes(*first)) | u128::from(u64::from_le_bytes(*last)) << behind(8)
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        u128::from(u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << behind(4))
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<2>(), bytes.last_chunk::<2>()) {
        u128::from(u32::from(u16::from_le_bytes(*first)) | u32::from(u16::from_le_bytes(*last)) << behind(2))
    } else {
        u128::from(bytes.first().copied().unwrap_or(0))
    }
}
