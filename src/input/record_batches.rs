//! Files in columns, Parquet and Arrow IPC, as rows.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_ipc::reader::FileReader;
use arrow_schema::{ArrowError, DataType, Schema};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{InputColumn, InputFormat, InputRows, unreadable};
use crate::batch::{BATCH_ROWS, Batch, Column, ColumnBuilder, unique_names};
use crate::error::{Error, Result};

mod array;

type Batches = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>>>;

/// The columns of a file, by its schema.
pub(super) fn columns(path: &Path, format: InputFormat) -> Result<Vec<InputColumn>> {
    let (schema, _) = open(path, format)?;
    let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let columns = unique_names(&names).into_iter().zip(schema.fields());
    columns.map(|(name, field)| Ok(InputColumn { declared: declared(field.data_type(), &name, path)?, name })).collect()
}

/// The rows of a file.
pub(super) fn read(path: &Path, format: InputFormat) -> Result<Box<dyn InputRows>> {
    let (_, batches) = open(path, format)?;
    Ok(Box::new(RecordBatches { path: path.to_path_buf(), batches, pending: None, given: 0, last: 0 }))
}

fn open(path: &Path, format: InputFormat) -> Result<(Schema, Batches)> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    if format == InputFormat::Parquet {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| unreadable(path, &error))?;
        let schema = Schema::clone(builder.schema());
        let reader = builder.with_batch_size(BATCH_ROWS).build().map_err(|error| unreadable(path, &error))?;
        return Ok((schema, Box::new(reader)));
    }
    let reader = FileReader::try_new_buffered(file, None).map_err(|error| unreadable(path, &error))?;
    Ok((Schema::clone(&reader.schema()), Box::new(reader)))
}

fn declared(data_type: &DataType, name: &str, path: &Path) -> Result<&'static str> {
    use DataType::{
        Binary, BinaryView, Boolean, Date32, Date64, Decimal32, Decimal64, Decimal128, FixedSizeBinary, Float16, Float32,
        Float64, Int8, Int16, Int32, Int64, LargeBinary, LargeUtf8, Null, Time32, Time64, Timestamp, UInt8, UInt16, UInt32,
        UInt64, Utf8, Utf8View,
    };
    match data_type {
        Boolean | Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 => Ok("INTEGER"),
        UInt64 | Decimal32(..) | Decimal64(..) | Decimal128(..) => Ok("NUMERIC"),
        Float16 | Float32 | Float64 => Ok("REAL"),
        Binary | BinaryView | LargeBinary | FixedSizeBinary(_) => Ok("BLOB"),
        Null | Utf8 | LargeUtf8 | Utf8View | Date32 | Date64 | Time32(_) | Time64(_) | Timestamp(..) => Ok("TEXT"),
        DataType::Dictionary(_, values) => declared(values, name, path),
        other => Err(Error::query(format!(
            "column `{name}` of {} is of the type {other}, which SQLite has no like of",
            path.display()
        ))),
    }
}

struct RecordBatches {
    path: PathBuf,
    batches: Batches,
    /// A batch that is larger than ours, and how many of its rows were given.
    pending: Option<(Batch, usize)>,
    given: u64,
    /// The number of rows of the last batch.
    last: usize,
}

impl InputRows for RecordBatches {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        self.given += self.last as u64;
        self.last = 0;
        loop {
            if let Some((batch, start)) = self.pending.take() {
                let rows = BATCH_ROWS.min(batch.rows() - start);
                self.last = rows;
                let part = batch.slice(start, rows);
                if start + rows < batch.rows() {
                    self.pending = Some((batch, start + rows));
                }
                return Ok(Some(part));
            }
            let Some(next) = self.batches.next() else { return Ok(None) };
            let next = next.map_err(|error| unreadable(&self.path, &error))?;
            let columns = next.columns().iter().map(array::column).collect::<Vec<Column>>();
            if next.num_rows() > 0 {
                self.pending = Some((Batch::new(next.num_rows(), columns), 0));
            }
        }
    }

    fn place(&self, row: usize) -> String {
        format!("{}: row {}", self.path.display(), self.given + row as u64 + 1)
    }
}

/// Cells built one by one.
fn built<'a, T>(cells: impl ExactSizeIterator<Item = T>, push: impl Fn(&mut ColumnBuilder, T) + 'a) -> Column {
    let mut builder = ColumnBuilder::with_capacity(cells.len());
    cells.for_each(|cell| push(&mut builder, cell));
    builder.finish()
}
