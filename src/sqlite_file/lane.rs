//! One field of many rows becoming a column, typed for as long as the values share a storage class.

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, LargeBinaryArray};
use arrow_buffer::{Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};

use super::record::{MISSING, size_of_type};
use crate::batch::Column;
use crate::value::{Value, ValueRef};

/// So many bytes stand behind the last value in a scan's buffer, so that as many can be read wherever a value begins.
pub(super) const PADDING: usize = 16;

/// Where one value lies in the scan's buffer, and its serial type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) serial_type: u32,
    pub(super) offset: u32,
}

/// One field of the rows in a scan's buffer.
pub(super) struct Cells<'a> {
    pub(super) data: &'a [u8],
    /// By row.
    pub(super) spots: &'a [Spot],
    /// The column has REAL affinity: integers are stored in place of reals that equal them, to save space.
    pub(super) is_real: bool,
    /// What rows have that are older than the column.
    pub(super) default: ValueRef<'a>,
}

/// The rows that are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rows<'a> {
    /// So many, from the first on.
    All(usize),
    /// These.
    Some(&'a [u32]),
}

impl Rows<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::All(rows) => *rows,
            Self::Some(rows) => rows.len(),
        }
    }
}

/// A column that grows.
#[derive(Debug, Default)]
pub(super) struct Lane {
    content: Content,
}

#[derive(Debug)]
enum Content {
    Null(usize),
    Integer(Vec<i64>, NullBufferBuilder),
    Real(Vec<f64>, NullBufferBuilder),
    Bytes(Texts),
    Mixed(Vec<Value>),
}

#[derive(Debug)]
struct Texts {
    is_text: bool,
    ends: Vec<i64>,
    bytes: Vec<u8>,
    nulls: NullBufferBuilder,
}

impl Default for Content {
    fn default() -> Self {
        Self::Null(0)
    }
}

const NULL: u8 = 1;
const INTEGER: u8 = 2;
const REAL: u8 = 4;
const TEXT: u8 = 8;
const BLOB: u8 = 16;
const OLDER: u8 = 32;

/// The class of each short serial type.
const CLASSES: [u8; 12] = [NULL, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, REAL, INTEGER, INTEGER, NULL, NULL];

#[inline]
fn class(serial_type: u32) -> u8 {
    match CLASSES.get(serial_type as usize) {
        Some(class) => *class,
        None if serial_type == MISSING => OLDER,
        None if serial_type & 1 == 1 => TEXT,
        None => BLOB,
    }
}

impl Cells<'_> {
    #[inline]
    fn spot(&self, row: u32) -> Spot {
        self.spots[row as usize]
    }

    /// The spots of the first rows.
    fn first(&self, rows: usize) -> impl ExactSizeIterator<Item = Spot> + Clone {
        self.spots[..rows].iter().copied()
    }

    /// The value of one row.
    fn value(&self, row: u32) -> ValueRef<'_> {
        let spot = self.spot(row);
        match class(spot.serial_type) {
            INTEGER if self.is_real => ValueRef::Real(self.integer(spot) as f64),
            INTEGER => ValueRef::Integer(self.integer(spot)),
            REAL => self.real(spot).map_or(ValueRef::Null, ValueRef::Real),
            TEXT => ValueRef::Text(self.bytes(spot)),
            BLOB => ValueRef::Blob(self.bytes(spot)),
            OLDER => self.default,
            _ => ValueRef::Null,
        }
    }

    #[inline]
    fn word(&self, offset: u32) -> u64 {
        let at = offset as usize;
        u64::from_be_bytes(self.data[at..at + 8].try_into().expect("eight bytes"))
    }

    #[inline]
    fn integer(&self, spot: Spot) -> i64 {
        if spot.serial_type >= 8 {
            return i64::from(spot.serial_type) - 8;
        }
        self.word(spot.offset).cast_signed() >> (64 - 8 * size_of_type(spot.serial_type))
    }

    /// None for NaN, which reads as NULL.
    #[inline]
    fn real(&self, spot: Spot) -> Option<f64> {
        let real = f64::from_bits(self.word(spot.offset));
        (!real.is_nan()).then_some(real)
    }

    #[inline]
    fn bytes(&self, spot: Spot) -> &[u8] {
        let start = spot.offset as usize;
        &self.data[start..start + size_of_type(spot.serial_type) as usize]
    }

    fn classes(&self, rows: Rows<'_>) -> u8 {
        let add = |classes: u8, spot: Spot| classes | class(spot.serial_type);
        match rows {
            Rows::All(rows) => self.first(rows).fold(0, add),
            Rows::Some(rows) => rows.iter().fold(0, |classes, &row| add(classes, self.spot(row))),
        }
    }
}

impl Lane {
    /// Appends the values of some rows.
    pub(super) fn append(&mut self, cells: &Cells<'_>, rows: Rows<'_>) {
        match rows {
            Rows::All(count) => self.append_each(cells, cells.classes(rows), cells.first(count), 0..count as u32),
            Rows::Some(chosen) => {
                let spots = chosen.iter().map(|&row| cells.spot(row));
                self.append_each(cells, cells.classes(rows), spots, chosen.iter().copied());
            }
        }
    }

    /// Appends integers, such as rowids.
    pub(super) fn append_integers(&mut self, values: &[i64], rows: Rows<'_>) {
        let (integers, nulls) = self.integers(rows.len()).expect("a field of rowids never holds anything else");
        match rows {
            Rows::All(count) => integers.extend_from_slice(&values[..count]),
            Rows::Some(chosen) => integers.extend(chosen.iter().map(|&row| values[row as usize])),
        }
        nulls.append_n_non_nulls(rows.len());
    }

    fn append_each(
        &mut self,
        cells: &Cells<'_>,
        classes: u8,
        spots: impl ExactSizeIterator<Item = Spot> + Clone,
        rows: impl Iterator<Item = u32>,
    ) {
        let count = spots.len();
        let has_null = classes & NULL != 0;
        match (classes & !NULL, &mut self.content) {
            (0, Content::Null(so_far)) => *so_far += count,
            (0, Content::Integer(values, nulls)) => {
                values.resize(values.len() + count, 0);
                nulls.append_n_nulls(count);
            }
            (0, Content::Real(values, nulls)) => {
                values.resize(values.len() + count, 0.0);
                nulls.append_n_nulls(count);
            }
            (INTEGER, _) if !cells.is_real => match self.integers(count) {
                Some((integers, nulls)) => {
                    if has_null {
                        for spot in spots {
                            let is_null = class(spot.serial_type) == NULL;
                            integers.push(if is_null { 0 } else { cells.integer(spot) });
                            nulls.append(!is_null);
                        }
                    } else {
                        integers.extend(spots.map(|spot| cells.integer(spot)));
                        nulls.append_n_non_nulls(count);
                    }
                }
                None => self.append_mixed(cells, rows),
            },
            (found, _) if found & !(INTEGER | REAL) == 0 && found != 0 && (cells.is_real || found == REAL) => {
                match self.reals(count) {
                    Some((reals, nulls)) => append_reals(cells, spots, has_null, reals, nulls),
                    None => self.append_mixed(cells, rows),
                }
            }
            (TEXT | BLOB, _) => match self.bytes(classes & TEXT != 0, count) {
                Some(texts) => texts.append(cells, spots, has_null),
                None => self.append_mixed(cells, rows),
            },
            _ => self.append_mixed(cells, rows),
        }
    }

    /// The exact way, for values of several classes.
    #[cold]
    fn append_mixed(&mut self, cells: &Cells<'_>, rows: impl Iterator<Item = u32>) {
        if !matches!(self.content, Content::Mixed(_)) {
            let column = self.finish();
            self.content = Content::Mixed((0..column.len()).map(|row| column.value(row).to_owned()).collect());
        }
        if let Content::Mixed(values) = &mut self.content {
            values.extend(rows.map(|row| cells.value(row).to_owned()));
        }
    }

    /// Room for `more` integers; None if the column holds something else.
    fn integers(&mut self, more: usize) -> Option<(&mut Vec<i64>, &mut NullBufferBuilder)> {
        if let Content::Null(rows) = self.content {
            self.content = Content::Integer(vec![0; rows], all_null(rows));
        }
        let Content::Integer(values, nulls) = &mut self.content else { return None };
        values.reserve(more);
        Some((values, nulls))
    }

    fn reals(&mut self, more: usize) -> Option<(&mut Vec<f64>, &mut NullBufferBuilder)> {
        if let Content::Null(rows) = self.content {
            self.content = Content::Real(vec![0.0; rows], all_null(rows));
        }
        let Content::Real(values, nulls) = &mut self.content else { return None };
        values.reserve(more);
        Some((values, nulls))
    }

    fn bytes(&mut self, is_text: bool, more: usize) -> Option<&mut Texts> {
        if let Content::Null(rows) = self.content {
            self.content = Content::Bytes(Texts { is_text, ends: vec![0; rows + 1], bytes: Vec::new(), nulls: all_null(rows) });
        }
        let Content::Bytes(texts) = &mut self.content else { return None };
        texts.ends.reserve(more);
        (texts.is_text == is_text).then_some(texts)
    }

    /// About how many bytes it holds outside of its own values.
    pub(super) fn heap_bytes(&self) -> usize {
        match &self.content {
            Content::Bytes(texts) => texts.bytes.len(),
            Content::Mixed(values) => values
                .iter()
                .map(|value| match value {
                    Value::Text(bytes) | Value::Blob(bytes) => bytes.len(),
                    _ => 0,
                })
                .sum(),
            Content::Null(_) | Content::Integer(..) | Content::Real(..) => 0,
        }
    }

    /// The column; nothing is left behind.
    pub(super) fn finish(&mut self) -> Column {
        match std::mem::take(&mut self.content) {
            Content::Null(rows) => Column::Null(rows),
            Content::Integer(values, mut nulls) => Column::Integer(Int64Array::new(values.into(), nulls.finish())),
            Content::Real(values, mut nulls) => Column::Real(Float64Array::new(values.into(), nulls.finish())),
            Content::Bytes(mut texts) => {
                let ends = OffsetBuffer::new(ScalarBuffer::from(texts.ends));
                let array = LargeBinaryArray::new(ends, Buffer::from_vec(texts.bytes), texts.nulls.finish());
                if texts.is_text { Column::Text(array) } else { Column::Blob(array) }
            }
            Content::Mixed(values) => Column::Mixed(Arc::from(values)),
        }
    }
}

fn append_reals(
    cells: &Cells<'_>,
    spots: impl ExactSizeIterator<Item = Spot> + Clone,
    has_null: bool,
    reals: &mut Vec<f64>,
    nulls: &mut NullBufferBuilder,
) {
    let (before, count) = (reals.len(), spots.len());
    if !has_null {
        let value =
            |spot: Spot| if spot.serial_type == 7 { f64::from_bits(cells.word(spot.offset)) } else { cells.integer(spot) as f64 };
        reals.extend(spots.clone().map(value));
        if !reals[before..].iter().fold(false, |any, real| any | real.is_nan()) {
            nulls.append_n_non_nulls(count);
            return;
        }
        reals.truncate(before);
    }
    for spot in spots {
        let value = match class(spot.serial_type) {
            REAL => cells.real(spot),
            INTEGER => Some(cells.integer(spot) as f64),
            _ => None,
        };
        reals.push(value.unwrap_or(0.0));
        nulls.append(value.is_some());
    }
}

impl Texts {
    fn append(&mut self, cells: &Cells<'_>, spots: impl ExactSizeIterator<Item = Spot> + Clone, has_null: bool) {
        let length = |spot: &Spot| if spot.serial_type < 12 { 0 } else { (spot.serial_type as usize - 12) / 2 };
        let (mut end, count) = (self.bytes.len(), spots.len());
        // Room for one short value more than there is, since short ones are copied with what follows them: a copy of a fixed
        // length is no call.
        self.bytes.resize(end + spots.clone().map(|spot| length(&spot)).sum::<usize>() + PADDING, 0);
        for spot in spots.clone() {
            let (start, length) = (spot.offset as usize, length(&spot));
            match cells.data.get(start..start + PADDING) {
                Some(bytes) if length <= PADDING => self.bytes[end..end + PADDING].copy_from_slice(bytes),
                _ => self.bytes[end..end + length].copy_from_slice(&cells.data[start..start + length]),
            }
            end += length;
            self.ends.push(i64::try_from(end).expect("a buffer is shorter than 2^63 bytes"));
        }
        self.bytes.truncate(end);
        if has_null {
            spots.for_each(|spot| self.nulls.append(spot.serial_type >= 12));
        } else {
            self.nulls.append_n_non_nulls(count);
        }
    }
}

fn all_null(rows: usize) -> NullBufferBuilder {
    let mut nulls = NullBufferBuilder::new(rows.max(1024));
    nulls.append_n_nulls(rows);
    nulls
}
