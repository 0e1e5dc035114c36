//! Tab-separated values: never quoted; a backslash escapes what would end a cell or a line.

use super::cell::{append_safely, append_text};
use super::{BatchWriter, Style};
use crate::batch::Batch;
use crate::value::ValueRef;

pub(super) struct TsvWriter {
    null: String,
    terminal: bool,
}

impl TsvWriter {
    pub(super) fn new(style: &Style) -> Self {
        Self { null: style.null.clone().unwrap_or_default(), terminal: style.terminal }
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
    fn begin(&mut self, columns: &[String], out: &mut Vec<u8>) {
        for (index, name) in columns.iter().enumerate() {
            if index > 0 {
                out.push(b'\t');
            }
            self.text(name.as_bytes(), out);
        }
        out.push(b'\n');
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) {
        for row in 0..batch.rows() {
            for (index, column) in batch.columns().iter().enumerate() {
                if index > 0 {
                    out.push(b'\t');
                }
                match column.value(row) {
                    ValueRef::Null => out.extend_from_slice(self.null.as_bytes()),
                    ValueRef::Text(bytes) => self.text(bytes, out),
                    value => append_text(value, out),
                }
            }
            out.push(b'\n');
        }
    }

    fn end(&mut self, _out: &mut Vec<u8>) {}
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
            "x\ty\na\\tb\\\\\\n\ta\\tb\\\\\\n\n\t\nx'01'\tx'01'\n"
        );
    }
}
