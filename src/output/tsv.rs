//! Tab-separated values: never quoted; a backslash escapes what would end a cell or a line, and `\N` is NULL.

use super::cell::{append_exactly, append_safely};
use super::{BatchWriter, Style};
use crate::batch::Batch;
use crate::error::Result;
use crate::value::ValueRef;

pub(super) struct TsvWriter {
    null: String,
    header: bool,
    terminal: bool,
}

impl TsvWriter {
    pub(super) fn new(style: &Style) -> Self {
        Self { null: style.null.clone().unwrap_or_else(|| "\\N".to_owned()), header: !style.no_header, terminal: style.terminal }
    }

    fn text(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        while let Some(position) = rest.iter().position(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b'\\')) {
            append_safely(&rest[..position], self.terminal, out);
            out.extend_from_slice(match rest[position] {
                b'\t' => b"\\t",
                b'\n' => b"\\n",
                b'\r' => b"\\r",
                _ => b"\\\\",
            });
            rest = &rest[position + 1..];
        }
        append_safely(rest, self.terminal, out);
    }
}

impl BatchWriter for TsvWriter {
    fn begin(&mut self, columns: &[String], out: &mut Vec<u8>) -> Result<()> {
        if !self.header {
            return Ok(());
        }
        for (index, name) in columns.iter().enumerate() {
            if index > 0 {
                out.push(b'\t');
            }
            self.text(name.as_bytes(), out);
        }
        out.push(b'\n');
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        for row in 0..batch.rows() {
            for (index, column) in batch.columns().iter().enumerate() {
                if index > 0 {
                    out.push(b'\t');
                }
                match column.value(row) {
                    ValueRef::Null => out.extend_from_slice(self.null.as_bytes()),
                    ValueRef::Text(bytes) => self.text(bytes, out),
                    value => append_exactly(value, out),
                }
            }
            out.push(b'\n');
        }
        Ok(())
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;
    use super::super::{Format, Style};
    use crate::value::ValueRef;

    #[test]
    fn a_cell_never_ends_early() {
        let cells = [ValueRef::Text(b"a\tb\\\n"), ValueRef::Null, ValueRef::Blob(&[1])];
        assert_eq!(
            written(Format::Tsv, &Style::default(), &["x", "y"], &[&cells, &cells]),
            "x\ty\na\\tb\\\\\\n\ta\\tb\\\\\\n\n\\N\t\\N\nx'01'\tx'01'\n"
        );
    }
}
