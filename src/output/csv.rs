//! Comma-separated values as RFC 4180 describes them, with line feeds.
//!
//! Quotes tell texts apart from all else: NULL is nothing and the empty text `""`, a text that reads like a number or a
//! blob is quoted. So reading the file back gives every cell its storage class.

use super::cell::{append_exactly, append_safely};
use super::{BatchWriter, Style};
use crate::batch::{Batch, Column};
use crate::error::Result;
use crate::value::ValueRef;

pub(super) struct CsvWriter {
    null: Option<Vec<u8>>,
    header: bool,
    terminal: bool,
}

impl CsvWriter {
    pub(super) fn new(style: &Style) -> Self {
        Self {
            null: style.null.as_ref().map(|text| text.as_bytes().to_vec()),
            header: !style.no_header,
            terminal: style.terminal,
        }
    }

    fn cell(&self, value: ValueRef<'_>, out: &mut Vec<u8>) {
        match value {
            ValueRef::Null => out.extend_from_slice(self.null.as_deref().unwrap_or_default()),
            ValueRef::Text(bytes) => self.text(bytes, out),
            _ => append_exactly(value, out),
        }
    }

    fn text(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let like_null = bytes == self.null.as_deref().unwrap_or_default();
        if like_null || reads_otherwise(bytes) { self.quoted(bytes, out) } else { self.name(bytes, out) }
    }

    /// What can only be text.
    fn name(&self, bytes: &[u8], out: &mut Vec<u8>) {
        let special = |byte: &u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
        if bytes.is_empty() || bytes.iter().any(special) {
            self.quoted(bytes, out);
        } else {
            append_safely(bytes, self.terminal, out);
        }
    }

    fn quoted(&self, bytes: &[u8], out: &mut Vec<u8>) {
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
    fn begin(&mut self, columns: &[String], out: &mut Vec<u8>) -> Result<()> {
        if !self.header {
            return Ok(());
        }
        for (index, name) in columns.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.name(name.as_bytes(), out);
        }
        out.push(b'\n');
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
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
        Ok(())
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

/// Whether a text without quotes could be taken for a number or a blob.
fn reads_otherwise(bytes: &[u8]) -> bool {
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let is_part = |index: usize| match digits[index] {
        b'0'..=b'9' | b'.' | b'e' | b'E' => true,
        b'-' | b'+' => index > 0 && matches!(digits[index - 1], b'e' | b'E'),
        _ => false,
    };
    let is_number = digits.first().is_some_and(u8::is_ascii_digit) && (0..digits.len()).all(is_part);
    is_number || digits == b"Inf" || bytes.starts_with(b"x'")
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
        let cells = ["1", "-1.5e3", "x'0A'", "2024-01-01", "a1"].map(|text| ValueRef::Text(text.as_bytes()));
        let text = written(Format::Csv, &Style { no_header: true, ..Style::default() }, &["x"], &[&cells]);
        assert_eq!(text, "\"1\"\n\"-1.5e3\"\n\"x'0A'\"\n2024-01-01\na1\n");
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
