//! Batches as bytes, for files that only this process reads back: what does not fit into memory waits on the disk.
//!
//! The form is that of the memory, column by column, so that writing and reading cost little more than copying: the number
//! of rows, the number of columns, then for each column its class and its cells. Numbers have the machine's byte order.

use std::io::{self, Read, Write};

use arrow_array::{Array as _, Float64Array, Int64Array, LargeBinaryArray};
use arrow_buffer::{BooleanBuffer, Buffer, MutableBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};

use super::{Batch, Column};
use crate::value::{Value, ValueRef};

const NULL: u8 = 0;
const INTEGER: u8 = 1;
const REAL: u8 = 2;
const TEXT: u8 = 3;
const BLOB: u8 = 4;
const MIXED: u8 = 5;

impl Batch {
    /// Writes the rows so that [`Batch::read_from`] gives them back, cell for cell.
    pub fn write_to(&self, sink: &mut impl Write) -> io::Result<()> {
        write_length(sink, self.rows())?;
        write_length(sink, self.columns().len())?;
        self.columns().iter().try_for_each(|column| write_column(sink, column))
    }

    /// Reads what [`Batch::write_to`] wrote.
    pub fn read_from(source: &mut impl Read) -> io::Result<Self> {
        let rows = read_length(source)?;
        let columns = read_length(source)?;
        Ok(Self::new(rows, (0..columns).map(|_| read_column(source, rows)).collect::<io::Result<_>>()?))
    }
}

fn write_column(sink: &mut impl Write, column: &Column) -> io::Result<()> {
    match column {
        Column::Null(_) => sink.write_all(&[NULL]),
        Column::Integer(array) => {
            sink.write_all(&[INTEGER])?;
            write_nulls(sink, array.nulls())?;
            sink.write_all(array.values().inner().as_slice())
        }
        Column::Real(array) => {
            sink.write_all(&[REAL])?;
            write_nulls(sink, array.nulls())?;
            sink.write_all(array.values().inner().as_slice())
        }
        Column::Text(array) => write_bytes(sink, TEXT, array),
        Column::Blob(array) => write_bytes(sink, BLOB, array),
        Column::Mixed(values) => {
            sink.write_all(&[MIXED])?;
            values.iter().try_for_each(|value| write_value(sink, value.as_ref()))
        }
    }
}

fn read_column(source: &mut impl Read, rows: usize) -> io::Result<Column> {
    Ok(match read_byte(source)? {
        NULL => Column::Null(rows),
        INTEGER => {
            let nulls = read_nulls(source, rows)?;
            Column::Integer(Int64Array::new(ScalarBuffer::new(read_buffer(source, rows * 8)?, 0, rows), nulls))
        }
        REAL => {
            let nulls = read_nulls(source, rows)?;
            Column::Real(Float64Array::new(ScalarBuffer::new(read_buffer(source, rows * 8)?, 0, rows), nulls))
        }
        TEXT => Column::Text(read_bytes(source, rows)?),
        BLOB => Column::Blob(read_bytes(source, rows)?),
        MIXED => Column::Mixed((0..rows).map(|_| read_value(source)).collect::<io::Result<Vec<_>>>()?.into()),
        _ => return Err(unknown_class()),
    })
}

fn write_nulls(sink: &mut impl Write, nulls: Option<&NullBuffer>) -> io::Result<()> {
    let Some(nulls) = nulls else { return sink.write_all(&[0]) };
    sink.write_all(&[1])?;
    // A slice of an array may begin within a byte.
    sink.write_all(nulls.inner().sliced().as_slice())
}

fn read_nulls(source: &mut impl Read, rows: usize) -> io::Result<Option<NullBuffer>> {
    if read_byte(source)? == 0 {
        return Ok(None);
    }
    let bits = read_buffer(source, rows.div_ceil(8))?;
    Ok(Some(NullBuffer::new(BooleanBuffer::new(bits, 0, rows))))
}

fn write_bytes(sink: &mut impl Write, class: u8, array: &LargeBinaryArray) -> io::Result<()> {
    sink.write_all(&[class])?;
    write_nulls(sink, array.nulls())?;
    let offsets = array.value_offsets();
    let (first, last) = (offsets[0], offsets[array.len()]);
    for offset in offsets {
        sink.write_all(&(offset - first).to_ne_bytes())?;
    }
    sink.write_all(&array.value_data()[position(first)..position(last)])
}

fn read_bytes(source: &mut impl Read, rows: usize) -> io::Result<LargeBinaryArray> {
    let nulls = read_nulls(source, rows)?;
    let offsets: ScalarBuffer<i64> = ScalarBuffer::new(read_buffer(source, (rows + 1) * 8)?, 0, rows + 1);
    let length = position(offsets[rows]);
    let bytes = read_buffer(source, length)?;
    Ok(LargeBinaryArray::new(OffsetBuffer::new(offsets), bytes, nulls))
}

fn write_value(sink: &mut impl Write, value: ValueRef<'_>) -> io::Result<()> {
    let mut write_long = |class: u8, bytes: &[u8]| {
        sink.write_all(&[class])?;
        write_length(sink, bytes.len())?;
        sink.write_all(bytes)
    };
    match value {
        ValueRef::Text(bytes) => write_long(TEXT, bytes),
        ValueRef::Blob(bytes) => write_long(BLOB, bytes),
        ValueRef::Null => sink.write_all(&[NULL]),
        ValueRef::Integer(number) => {
            sink.write_all(&[INTEGER])?;
            sink.write_all(&number.to_ne_bytes())
        }
        ValueRef::Real(number) => {
            sink.write_all(&[REAL])?;
            sink.write_all(&number.to_ne_bytes())
        }
    }
}

fn read_value(source: &mut impl Read) -> io::Result<Value> {
    let read_long = |source: &mut dyn Read| -> io::Result<Box<[u8]>> {
        let mut length = [0; 8];
        source.read_exact(&mut length)?;
        let mut bytes = vec![0; usize::try_from(u64::from_ne_bytes(length)).map_err(io::Error::other)?];
        source.read_exact(&mut bytes)?;
        Ok(bytes.into())
    };
    Ok(match read_byte(source)? {
        NULL => Value::Null,
        INTEGER => Value::Integer(i64::from_ne_bytes(read_array(source)?)),
        REAL => Value::Real(f64::from_ne_bytes(read_array(source)?)),
        TEXT => Value::Text(read_long(source)?),
        BLOB => Value::Blob(read_long(source)?),
        _ => return Err(unknown_class()),
    })
}

fn write_length(sink: &mut impl Write, length: usize) -> io::Result<()> {
    sink.write_all(&(length as u64).to_ne_bytes())
}

fn read_length(source: &mut impl Read) -> io::Result<usize> {
    usize::try_from(u64::from_ne_bytes(read_array(source)?)).map_err(io::Error::other)
}

fn read_array<const N: usize>(source: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn read_byte(source: &mut impl Read) -> io::Result<u8> {
    read_array::<1>(source).map(|[byte]| byte)
}

fn read_buffer(source: &mut impl Read, length: usize) -> io::Result<Buffer> {
    // Aligned as Arrow wants its numbers, which a vector of bytes need not be.
    let mut bytes = MutableBuffer::from_len_zeroed(length);
    source.read_exact(bytes.as_slice_mut())?;
    Ok(bytes.into())
}

/// An offset within an array, which is never negative.
fn position(offset: i64) -> usize {
    usize::try_from(offset).expect("Arrow's offsets are not negative")
}

fn unknown_class() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a batch in a temporary file holds an unknown class")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::ColumnBuilder;

    fn column(cells: &[Value]) -> Column {
        let mut builder = ColumnBuilder::with_capacity(cells.len());
        cells.iter().for_each(|cell| builder.push(cell.as_ref()));
        builder.finish()
    }

    #[test]
    fn every_class_comes_back_also_from_a_slice() {
        let long = Value::Blob((0..=255).collect());
        let rows = 20;
        let class =
            |of: &dyn Fn(i64) -> Value| (0..rows).map(|row| if row % 3 == 1 { Value::Null } else { of(row) }).collect::<Vec<_>>();
        let cells = [
            vec![Value::Null; 20],
            class(&|row| Value::Integer(row - (1 << 60))),
            class(&|row| Value::Real(row as f64 / 7.0)),
            class(&|row| Value::text(&"ä\0".repeat(usize::try_from(row).unwrap()))),
            class(&|_| long.clone()),
            class(&|row| if row % 2 == 0 { Value::Integer(row) } else { Value::text("mixed") }),
        ];
        let whole = Batch::new(20, cells.iter().map(|cells| column(cells)).collect());
        for batch in [whole.clone(), whole.slice(3, 11), whole.slice(20, 0), Batch::new(7, Vec::new())] {
            let mut bytes = Vec::new();
            batch.write_to(&mut bytes).unwrap();
            let read = Batch::read_from(&mut bytes.as_slice()).unwrap();
            assert_eq!((read.rows(), read.columns().len()), (batch.rows(), batch.columns().len()));
            for (read, written) in read.columns().iter().zip(batch.columns()) {
                assert!((0..batch.rows()).all(|row| read.value(row) == written.value(row)));
            }
        }
    }

    #[test]
    fn a_file_that_was_cut_is_an_error() {
        let batch = Batch::new(1, vec![column(&[Value::text("text")])]);
        let mut bytes = Vec::new();
        batch.write_to(&mut bytes).unwrap();
        bytes.pop();
        assert!(Batch::read_from(&mut bytes.as_slice()).is_err());
    }
}
