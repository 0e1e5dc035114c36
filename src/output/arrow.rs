//! An Arrow IPC file (also called Feather), written batch by batch.

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::ArrowError;

use super::BatchWriter;
use super::shared_buffer::SharedBuffer;
use super::typed::TypedColumns;
use crate::batch::Batch;
use crate::error::{Error, ErrorKind, Result};

#[derive(Default)]
pub(super) struct ArrowWriter {
    columns: TypedColumns,
    buffer: SharedBuffer,
    file: Option<FileWriter<SharedBuffer>>,
}

impl ArrowWriter {
    fn write(&mut self, batches: &[RecordBatch], out: &mut Vec<u8>) -> Result<()> {
        if let Some(schema) = self.columns.schema().filter(|_| self.file.is_none()) {
            self.file = Some(FileWriter::try_new(self.buffer.clone(), schema).map_err(|error| failed(&error))?);
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        for batch in batches {
            file.write(batch).map_err(|error| failed(&error))?;
            self.buffer.drain_into(out);
        }
        Ok(())
    }
}

impl BatchWriter for ArrowWriter {
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

fn failed(error: &ArrowError) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write Arrow: {error}"))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use arrow_array::cast::AsArray as _;
    use arrow_array::types::Int64Type;
    use arrow_ipc::reader::FileReader;

    use super::super::tests::{batch, written_bytes};
    use super::super::{Format, Style};
    use crate::value::ValueRef;

    #[test]
    fn a_file_reads_back_to_the_same_cells() {
        let columns: [&[ValueRef<'_>]; 2] =
            [&[ValueRef::Integer(i64::MIN), ValueRef::Null], &[ValueRef::Text(b""), ValueRef::Null]];
        let bytes = written_bytes(Format::Arrow, &Style::default(), &["n", "t"], &[batch(&columns)]).expect("one type a column");
        let reader = FileReader::try_new(Cursor::new(bytes), None).expect("an Arrow file");
        let read: Vec<_> = reader.collect::<Result<_, _>>().expect("whole rows");
        assert_eq!(read[0].column(0).as_primitive::<Int64Type>().iter().collect::<Vec<_>>(), [Some(i64::MIN), None]);
        assert_eq!(read[0].column(1).as_string::<i64>().iter().collect::<Vec<_>>(), [Some(""), None]);
    }
}
