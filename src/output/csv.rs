//! Comma-separated values as RFC 4180 describes them, with line feeds.

use super::cell::{append_safely, append_text};
use super::{BatchWriter, Style};
use crate::batch::{Batch, Column};
use crate::value::ValueRef;

/// NULL is nothing and empty text is `""`, so that a reader can tell them apart.
pub(super) struct CsvWriter {
    null: Option<Vec<u8>>,
    terminal: bool,
}

impl CsvWriter {
    pub(super) fn new(style: &Style) -> Self {
        Self { null: style.null.as_ref().map(|text| text.as_bytes().to_vec()), terminal: style.terminal }
    }

    fn cell(&self, value: ValueRef<'_>, out: &mut Vec<u8>) {
        match value {
            ValueRef::Null => out.extend_from_slice(self.null.as_deref().unwrap_or_default()),
            ValueRef::Text(bytes) => self.text(bytes, out),
            _ => append_text(value, out),
        }
    }

    fn text(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let special = |byte: &u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
        // A text that reads like the one for NULL is quoted, as the empty one is.
        let like_null = bytes == self.null.as_deref().unwrap_or_default();
        if !bytes.is_empty() && !like_null && !bytes.iter().any(special) {
            return append_safely(bytes, self.terminal, out);
        }
        out.push(b'"');
        for (index, part) in bytes.split(|byte| *byte == b'"').enumerate() {
            if index > 0 {
                out.extend_from_slice(b"\"\"");
            }
            append_safely(part, self.terminal, out);
        }
        out.push(b'"');
    }
}

impl BatchWriter for CsvWriter {
    fn begin(&mut self, columns: &[String], out: &mut Vec<u8>) {
        for (index, name) in columns.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.text(name.as_bytes(), out);
        }
        out.push(b'\n');
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) {
        let columns: &[Column] = batch.columns();
        for row in 0..batch.rows() {
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                self.cell(column.value(row), out);
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
    fn null_and_empty_text_differ_and_quotes_double() {
        let cells = [ValueRef::Null, ValueRef::Text(b""), ValueRef::Text(b"a,\"b\"\n"), ValueRef::Integer(7)];
        let text = written(Format::Csv, &Style::default(), &["x", "y,z"], &[&cells, &cells]);
        assert_eq!(text, "x,\"y,z\"\n,\n\"\",\"\"\n\"a,\"\"b\"\"\n\",\"a,\"\"b\"\"\n\"\n7,7\n");
        let style = Style { null: Some("NULL".into()), ..Style::default() };
        let cells = [ValueRef::Null, ValueRef::Text(b"NULL")];
        assert_eq!(written(Format::Csv, &style, &["x"], &[&cells]), "x\nNULL\n\"NULL\"\n");
    }

    #[test]
    fn a_terminal_sees_no_escape_sequence() {
        let style = Style { terminal: true, ..Style::default() };
        assert_eq!(written(Format::Csv, &style, &["x"], &[&[ValueRef::Text(b"\x1b[2J")]]), "x\n\\x1B[2J\n");
    }
}
