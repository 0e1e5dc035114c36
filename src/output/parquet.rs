//! A Parquet file, written row group by row group in flat memory.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::BatchWriter;
use super::shared_buffer::SharedBuffer;
use super::typed::TypedColumns;
use crate::batch::Batch;
use crate::error::{Error, ErrorKind, Result};

/// A row group is ended when its pages take this much: readers like large ones, but they wait in memory.
const ROW_GROUP_BYTES: usize = 16 << 20;

#[derive(Default)]
pub(super) struct ParquetWriter {
    columns: TypedColumns,
    buffer: SharedBuffer,
    file: Option<ArrowWriter<SharedBuffer>>,
}

impl ParquetWriter {
    fn write(&mut self, batches: &[RecordBatch], out: &mut Vec<u8>) -> Result<()> {
        if let Some(schema) = self.columns.schema().filter(|_| self.file.is_none()) {
            self.file = Some(begun(schema, self.buffer.clone()).map_err(|error| failed(&error))?);
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        for batch in batches {
            file.write(batch).map_err(|error| failed(&error))?;
            if file.in_progress_size() >= ROW_GROUP_BYTES || file.memory_size() >= 2 * ROW_GROUP_BYTES {
                file.flush().map_err(|error| failed(&error))?;
            }
            self.buffer.drain_into(out);
        }
        Ok(())
    }
}

impl BatchWriter for ParquetWriter {
    fn begin(&mut self, columns: &[String], _out: &mut Vec<u8>) -> Result<()> {
        self.columns = TypedColumns::new(columns);
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        let batches = self.columns.push(batch)?;
        self.write(&batches, out)
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let batches = self.columns.finish()?;
        self.write(&batches, out)?;
        if let Some(mut file) = self.file.take() {
            file.finish().map_err(|error| failed(&error))?;
        }
        self.buffer.drain_into(out);
        Ok(())
    }
}

/// Without Arrow's own schema in the file: what Parquet says is enough, and readers then choose their usual types.
fn begun(schema: &SchemaRef, buffer: SharedBuffer) -> Result<ArrowWriter<SharedBuffer>, ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("glue {}", env!("CARGO_PKG_VERSION")))
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    ArrowWriter::try_new_with_options(buffer, schema.clone(), options)
}

fn failed(error: &ParquetError) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write Parquet: {error}"))
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray as _;
    use arrow_array::types::{Float64Type, Int64Type};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

    use super::super::tests::{batch, written_bytes};
    use super::super::{Format, Style};
    use crate::value::ValueRef;

    #[test]
    fn a_file_reads_back_to_the_same_cells() {
        let columns: [&[ValueRef<'_>]; 4] = [
            &[ValueRef::Integer(i64::MIN), ValueRef::Null, ValueRef::Integer(7)],
            &[ValueRef::Real(-0.0), ValueRef::Real(0.1), ValueRef::Null],
            &[ValueRef::Text(b""), ValueRef::Null, ValueRef::Text("ü漢".as_bytes())],
            &[ValueRef::Blob(&[]), ValueRef::Blob(&[0, 255]), ValueRef::Null],
        ];
        let names = ["n", "n", "t", "b"];
        let bytes = written_bytes(Format::Parquet, &Style::default(), &names, &[batch(&columns), batch(&columns)]);
        let reader = ParquetRecordBatchReader::try_new(bytes::Bytes::from(bytes.expect("rows of one type")), 100);
        let read: Vec<_> = reader.expect("a Parquet file").collect::<Result<_, _>>().expect("whole rows");
        let read = &read[0];
        assert_eq!(read.num_rows(), 6);
        let schema = read.schema();
        let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!(columns, ["n", "n_2", "t", "b"]);
        assert_eq!(
            read.column(0).as_primitive::<Int64Type>().iter().take(3).collect::<Vec<_>>(),
            [Some(i64::MIN), None, Some(7)]
        );
        let reals: Vec<_> = read.column(1).as_primitive::<Float64Type>().iter().take(3).map(|r| r.map(f64::to_bits)).collect();
        assert_eq!(reals, [Some((-0.0_f64).to_bits()), Some(0.1_f64.to_bits()), None]);
        assert_eq!(read.column(2).as_string::<i32>().iter().take(3).collect::<Vec<_>>(), [Some(""), None, Some("ü漢")]);
        assert_eq!(
            read.column(3).as_binary::<i32>().iter().take(3).collect::<Vec<_>>(),
            [Some(&[][..]), Some(&[0, 255][..]), None]
        );
    }

    #[test]
    fn a_result_without_rows_is_a_file_without_rows() {
        let bytes = written_bytes(Format::Parquet, &Style::default(), &["a"], &[]).expect("no rows");
        let mut reader = ParquetRecordBatchReader::try_new(bytes::Bytes::from(bytes), 100).expect("a Parquet file");
        assert!(reader.next().is_none());
    }
}
