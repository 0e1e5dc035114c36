//! Rows as SQL: literals with commas between them, or whole INSERT statements. Reading them gives the same cells, bit for
//! bit, storage classes included.

use std::fmt::Write as _;

use super::cell::{append_blob, append_integer, append_safely};
use super::{BatchWriter, Style};
use crate::batch::Batch;
use crate::error::Result;
use crate::value::{ValueRef, format_real, parse_real};

/// The literals of a row, with commas between them.
pub(super) struct QuoteWriter {
    header: bool,
    terminal: bool,
}

impl QuoteWriter {
    pub(super) fn new(style: &Style) -> Self {
        Self { header: !style.no_header, terminal: style.terminal }
    }
}

impl BatchWriter for QuoteWriter {
    fn begin(&mut self, columns: &[String], out: &mut Vec<u8>) -> Result<()> {
        if self.header {
            row(columns.iter().map(|name| ValueRef::Text(name.as_bytes())), self.terminal, out);
            out.push(b'\n');
        }
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        for index in 0..batch.rows() {
            row(batch.columns().iter().map(|column| column.value(index)), self.terminal, out);
            out.push(b'\n');
        }
        Ok(())
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

/// An INSERT for every row.
pub(super) struct InsertWriter {
    table: String,
    terminal: bool,
    /// What stands before the values.
    before: Vec<u8>,
}

impl InsertWriter {
    pub(super) fn new(style: &Style) -> Self {
        let table = style.table.clone().unwrap_or_else(|| "table".to_owned());
        Self { table, terminal: style.terminal, before: Vec::new() }
    }
}

impl BatchWriter for InsertWriter {
    fn begin(&mut self, columns: &[String], _out: &mut Vec<u8>) -> Result<()> {
        let columns: Vec<String> = columns.iter().map(|name| identifier(name)).collect();
        let text = format!("INSERT INTO {}({}) VALUES(", table_name(&self.table), columns.join(","));
        append_safely(text.as_bytes(), self.terminal, &mut self.before);
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        for index in 0..batch.rows() {
            out.extend_from_slice(&self.before);
            row(batch.columns().iter().map(|column| column.value(index)), self.terminal, out);
            out.extend_from_slice(b");\n");
        }
        Ok(())
    }

    fn end(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

fn row<'a>(cells: impl Iterator<Item = ValueRef<'a>>, terminal: bool, out: &mut Vec<u8>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        append_literal(cell, terminal, out);
    }
}

fn append_literal(value: ValueRef<'_>, terminal: bool, out: &mut Vec<u8>) {
    match value {
        ValueRef::Null => out.extend_from_slice(b"NULL"),
        // 9223372036854775808 is a real, so there is no literal for the smallest integer (lang_expr 2).
        ValueRef::Integer(i64::MIN) => out.extend_from_slice(b"(-9223372036854775807-1)"),
        ValueRef::Integer(number) => append_integer(number, out),
        ValueRef::Real(number) => append_real(number, out),
        ValueRef::Text(bytes) => append_quoted(bytes, terminal, out),
        ValueRef::Blob(bytes) => append_blob(bytes, out),
    }
}

/// The shortest of the usual forms that SQLite reads as the same real.
fn append_real(number: f64, out: &mut Vec<u8>) {
    if number.is_infinite() {
        return out.extend_from_slice(if number > 0.0 { b"9e999" } else { b"-9e999" });
    }
    let same = |text: &String| parse_real(text).to_bits() == number.to_bits();
    let forms = [format_real(number), format!("{number:?}"), format!("{number:.17e}"), format!("{number:.20e}")];
    let exact = forms.into_iter().find(same).unwrap_or_else(|| by_powers_of_two(number));
    out.extend_from_slice(exact.as_bytes());
}

/// A real whose decimal form SQLite rounds otherwise: its digits as an integer, times or divided by powers of two, each step
/// of which is exact.
fn by_powers_of_two(number: f64) -> String {
    let bits = number.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = i32::try_from((bits >> 52) & 0x7ff).expect("eleven bits");
    let (mantissa, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let operator = if exponent < 0 { '/' } else { '*' };
    let mut text = format!("({sign}{mantissa}.0");
    let mut rest = exponent.unsigned_abs();
    while rest > 0 {
        let power = rest.min(50);
        let _ = write!(text, "{operator}{}.0", 1_u64 << power);
        rest -= power;
    }
    text + ")"
}

/// A text literal ends at a NUL byte, and SQL is UTF-8: a text that is not, or holds one, is written by its bytes.
fn append_quoted(bytes: &[u8], terminal: bool, out: &mut Vec<u8>) {
    let dangerous = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\n' | b'\t' | b'\r');
    if bytes.contains(&0) || std::str::from_utf8(bytes).is_err() || (terminal && bytes.iter().any(dangerous)) {
        out.extend_from_slice(b"CAST(");
        append_blob(bytes, out);
        return out.extend_from_slice(b" AS TEXT)");
    }
    out.push(b'\'');
    for (index, part) in bytes.split(|byte| *byte == b'\'').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\'\'");
        }
        append_safely(part, terminal, out);
    }
    out.push(b'\'');
}

/// `pool.table` or `table`, each part quoted.
fn table_name(name: &str) -> String {
    match name.split_once('.') {
        Some((pool, table)) if !pool.is_empty() && !table.is_empty() => format!("{}.{}", identifier(pool), identifier(table)),
        _ => identifier(name),
    }
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use rusqlite::types::ValueRef as SqliteValue;

    use super::super::tests::written;
    use super::super::{Format, Style};
    use crate::value::{Value, ValueRef};

    fn awkward() -> Vec<Value> {
        let mut values = vec![
            Value::Null,
            Value::Integer(0),
            Value::Integer(i64::MIN),
            Value::Integer(i64::MAX),
            Value::text(""),
            Value::text("it's; -- \"quoted\"\n\t\u{1b}"),
            Value::Text(Box::from(&b"nul\0byte"[..])),
            Value::Text(Box::from(&b"bad\xff"[..])),
            Value::Blob(Box::from(&[][..])),
            Value::Blob(Box::from(&[0, 255, 39][..])),
        ];
        let reals = [0.0, -0.0, 0.1, 1e300, 5e-324, f64::MAX, f64::MIN_POSITIVE, 1.0 / 3.0, f64::INFINITY, f64::NEG_INFINITY];
        values.extend(reals.map(Value::Real));
        // Random bits: reals of every size.
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..2_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            values.push(Value::real(f64::from_bits(bits)));
        }
        values
    }

    fn same(read: SqliteValue<'_>, value: &Value) -> bool {
        match (read, value) {
            (SqliteValue::Null, Value::Null) => true,
            (SqliteValue::Integer(read), Value::Integer(number)) => read == *number,
            (SqliteValue::Real(read), Value::Real(number)) => read.to_bits() == number.to_bits(),
            (SqliteValue::Text(read), Value::Text(bytes)) | (SqliteValue::Blob(read), Value::Blob(bytes)) => *read == **bytes,
            _ => false,
        }
    }

    #[test]
    fn inserts_and_literals_read_back_to_the_same_cells() {
        let values = awkward();
        let cells: Vec<ValueRef<'_>> = values.iter().map(Value::as_ref).collect();
        let style = Style { table: Some("main.a \"table\"".to_owned()), ..Style::default() };
        let connection = Connection::open_in_memory().expect("memory");
        connection.execute_batch("CREATE TABLE \"a \"\"table\"\"\" (\"the cell\")").expect("a table");
        connection.execute_batch(&written(Format::Insert, &style, &["the cell"], &[&cells])).expect("right SQL");
        let quoted = written(Format::Quote, &Style { no_header: true, ..style }, &["x"], &[&cells]);
        let literals = quoted.trim_end().replace("\n\t", "\u{2}").replace('\n', "), (").replace('\u{2}', "\n\t");
        let selects = ["SELECT * FROM \"a \"\"table\"\"\"".to_owned(), format!("VALUES ({literals})")];
        for sql in selects {
            let mut statement = connection.prepare(&sql).expect("right SQL");
            let mut rows = statement.query([]).expect("rows");
            for value in &values {
                let row = rows.next().expect("no error").expect("as many rows");
                assert!(same(row.get_ref(0).expect("a cell"), value), "{value:?} came back as {:?}", row.get_ref(0));
            }
            assert!(rows.next().expect("no error").is_none());
        }
    }
}
