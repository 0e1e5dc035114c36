//! JSON, as one array or one object a line.
//!
//! 1, 1.0, "1" and null stay apart, and a real reads back to the same bits: it is written in its shortest form with a
//! fraction or an exponent. JSON has no infinity; 1e999 is a number to every parser and overflows to infinity in most.
//! A blob becomes the text of its SQL literal. Cells go straight from the typed columns into the buffer: a result of
//! millions of rows is mostly this code.

use super::BatchWriter;
use super::cell::{append_blob, append_integer};
use crate::batch::{Batch, Column};
use crate::error::Result;
use crate::value::ValueRef;

pub(super) struct JsonWriter {
    lines: bool,
    /// For each column what stands before its value: `{"id":`, then `,"name":`.
    before: Vec<Vec<u8>>,
    rows: usize,
}

impl JsonWriter {
    pub(super) fn array() -> Self {
        Self { lines: false, before: Vec::new(), rows: 0 }
    }

    pub(super) fn lines() -> Self {
        Self { lines: true, before: Vec::new(), rows: 0 }
    }
}

impl BatchWriter for JsonWriter {
    fn begin(&mut self, columns: &[String], out: &mut Vec<u8>) -> Result<()> {
        self.before = columns.iter().enumerate().map(|(index, name)| key(index, name)).collect();
        if !self.lines {
            out.push(b'[');
        }
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        for row in 0..batch.rows() {
            if !self.lines {
                out.extend_from_slice(if self.rows == 0 { b"\n" } else { b",\n" });
            }
            self.rows += 1;
            for (before, column) in self.before.iter().zip(batch.columns()) {
                out.extend_from_slice(before);
                append_cell(column, row, out);
            }
            out.push(b'}');
            if self.lines {
                out.push(b'\n');
            }
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if !self.lines {
            out.extend_from_slice(if self.rows == 0 { b"]\n" } else { b"\n]\n" });
        }
        Ok(())
    }
}

fn key(index: usize, name: &str) -> Vec<u8> {
    let mut bytes = vec![if index == 0 { b'{' } else { b',' }];
    append_string(name.as_bytes(), &mut bytes);
    bytes.push(b':');
    bytes
}

#[inline]
fn append_cell(column: &Column, row: usize, out: &mut Vec<u8>) {
    match column.value(row) {
        ValueRef::Null => out.extend_from_slice(b"null"),
        ValueRef::Integer(number) => append_integer(number, out),
        ValueRef::Real(number) => append_real(number, out),
        ValueRef::Text(bytes) => append_string(bytes, out),
        ValueRef::Blob(bytes) => {
            out.push(b'"');
            append_blob(bytes, out);
            out.push(b'"');
        }
    }
}

fn append_real(number: f64, out: &mut Vec<u8>) {
    if number.is_finite() {
        serde_json::to_writer(out, &number).expect("writing a number to memory cannot fail");
    } else {
        out.extend_from_slice(if number > 0.0 { b"1e999" } else { b"-1e999" });
    }
}

fn append_string(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    match std::str::from_utf8(bytes) {
        Ok(_) => append_escaped(bytes, out),
        Err(_) => append_escaped(String::from_utf8_lossy(bytes).as_bytes(), out),
    }
    out.push(b'"');
}

/// Copies runs of plain bytes whole and escapes the rest.
fn append_escaped(bytes: &[u8], out: &mut Vec<u8>) {
    let mut start = 0;
    for (position, byte) in bytes.iter().enumerate() {
        if NEEDS_ESCAPE[usize::from(*byte)] {
            out.extend_from_slice(&bytes[start..position]);
            append_escape(*byte, out);
            start = position + 1;
        }
    }
    out.extend_from_slice(&bytes[start..]);
}

#[cold]
fn append_escape(byte: u8, out: &mut Vec<u8>) {
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
    }
}

/// Quotes, backslashes and everything below a blank; DEL too, which JSON allows but a terminal need not see.
const NEEDS_ESCAPE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table[0x7f] = true;
    table
};

#[cfg(test)]
mod tests {
    use super::super::tests::written;
    use super::super::{Format, Style};
    use super::*;

    #[test]
    fn the_classes_stay_apart() {
        let cells = [
            ValueRef::Integer(1),
            ValueRef::Real(1.0),
            ValueRef::Text(b"1"),
            ValueRef::Null,
            ValueRef::Blob(&[0x0a]),
            ValueRef::Real(f64::NEG_INFINITY),
            ValueRef::Real(0.1),
            ValueRef::Real(1e300),
            ValueRef::Real(-0.0),
            ValueRef::Text("\"\\\n\u{1}ü".as_bytes()),
            ValueRef::Text(&[b'a', 0xff]),
        ];
        let values = [
            "1",
            "1.0",
            "\"1\"",
            "null",
            "\"x'0A'\"",
            "-1e999",
            "0.1",
            "1e+300",
            "-0.0",
            "\"\\\"\\\\\\n\\u0001ü\"",
            "\"a\u{fffd}\"",
        ];
        let lines = values.map(|value| format!("{{\"v\":{value}}}\n")).concat();
        assert_eq!(written(Format::Jsonl, &Style::default(), &["v"], &[&cells]), lines);
    }

    #[test]
    fn every_real_reads_back_to_the_same_bits() {
        for number in [1e16, 1e-7, 5e-324, f64::MAX, 123_456_789.125, 1.0 / 3.0, 1e21, 2f64.powi(63)] {
            let mut out = Vec::new();
            append_real(number, &mut out);
            let text = String::from_utf8(out).expect("ASCII");
            assert!(text.contains(['.', 'e']), "{text} would be read as an integer");
            assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(number.to_bits()), "{text}");
        }
    }

    #[test]
    fn integers_are_exact_to_the_last_digit() {
        let cells = [i64::MIN, i64::MAX, 9_007_199_254_740_993].map(ValueRef::Integer);
        let text = written(Format::Jsonl, &Style::default(), &["n"], &[&cells]);
        assert_eq!(text, "{\"n\":-9223372036854775808}\n{\"n\":9223372036854775807}\n{\"n\":9007199254740993}\n");
    }

    #[test]
    fn an_array_holds_all_rows_and_keys_are_unique() {
        let cells = [ValueRef::Integer(1), ValueRef::Integer(2)];
        let text = written(Format::Json, &Style::default(), &["id", "id", "id_2"], &[&cells, &cells, &cells]);
        assert_eq!(text, "[\n{\"id\":1,\"id_3\":1,\"id_2\":1},\n{\"id\":2,\"id_3\":2,\"id_2\":2}\n]\n");
        assert_eq!(written(Format::Json, &Style::default(), &["id"], &[&[]]), "[]\n");
    }
}
