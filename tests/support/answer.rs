//! An answer as plain rows, from glue or from SQLite, compared by storage class and bit.

use std::fmt::Write as _;

use glue::error::Error;
use glue::session::{QueryResult, Session};
use glue::value::Value;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// Past so many rows a random query is given up: it says no more than a shorter one and takes the time of many.
pub const MOST_ROWS: usize = 20_000;

#[derive(Debug, Clone)]
pub struct Answer {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

impl Answer {
    pub fn of_glue(session: &mut Session, sql: &str) -> Result<Self, Error> {
        Self::of_result(&mut session.query(sql)?)
    }

    pub fn of_result(result: &mut QueryResult) -> Result<Self, Error> {
        let columns = result.columns().to_vec();
        let mut rows = Vec::new();
        while let Some(batch) = result.next_batch()? {
            let cell = |row: usize, index: usize| batch.column(index).value(row).to_owned();
            rows.extend((0..batch.rows()).map(|row| (0..batch.columns().len()).map(|index| cell(row, index)).collect()));
        }
        Ok(Self { columns, rows })
    }

    pub fn of_sqlite(connection: &Connection, sql: &str) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare(sql)?;
        let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = Vec::new();
        let mut cursor = statement.query([])?;
        while let Some(row) = cursor.next()? {
            let cell = |index| row.get_ref(index).map(owned);
            rows.push((0..columns.len()).map(cell).collect::<rusqlite::Result<Vec<Value>>>()?);
        }
        Ok(Self { columns, rows })
    }

    /// The rows as comparable bytes, in their order, with only the columns of `kept`.
    pub fn keys(&self, kept: &[usize]) -> Vec<Vec<u8>> {
        self.rows.iter().map(|row| row_key(row, kept)).collect()
    }

    /// The same, sorted: two answers with equal sorted keys hold the same rows.
    pub fn sorted_keys(&self, kept: &[usize]) -> Vec<Vec<u8>> {
        let mut keys = self.keys(kept);
        keys.sort_unstable();
        keys
    }

    pub fn all_columns(&self) -> Vec<usize> {
        (0..self.columns.len()).collect()
    }

    /// The first rows as SQL literals, for the message of a failing test.
    pub fn show(&self, most: usize) -> String {
        let mut text = format!("{} ({} rows)\n", self.columns.join(" | "), self.rows.len());
        for row in self.rows.iter().take(most) {
            let cells: Vec<String> = row.iter().map(show).collect();
            writeln!(text, "  {}", cells.join(" | ")).expect("writing to a string never fails");
        }
        if self.rows.len() > most {
            text.push_str("  ...\n");
        }
        text
    }
}

/// A value as an SQL literal that keeps its class.
pub fn show(value: &Value) -> String {
    match value {
        Value::Null => "NULL".into(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) if number.is_infinite() => if *number > 0.0 { "9e999" } else { "-9e999" }.into(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => format!("'{}'", text.replace('\'', "''")),
            _ => format!("CAST(x'{}' AS TEXT)", hex(bytes)),
        },
        Value::Blob(bytes) => format!("x'{}'", hex(bytes)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string never fails");
        text
    })
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(bytes) => Value::Text(bytes.into()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.into()),
    }
}

fn row_key(row: &[Value], kept: &[usize]) -> Vec<u8> {
    let mut key = Vec::with_capacity(kept.len() * 10);
    for value in kept.iter().map(|index| &row[*index]) {
        let (class, bytes): (u8, &[u8]) = match value {
            Value::Null => (0, &[]),
            Value::Integer(number) => (1, &number.to_be_bytes()),
            Value::Real(number) => (2, &number.to_bits().to_be_bytes()),
            Value::Text(bytes) => (3, bytes),
            Value::Blob(bytes) => (4, bytes),
        };
        key.push(class);
        key.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        key.extend_from_slice(bytes);
    }
    key
}
