//! Tables of random cells: as the input of a step, and in SQLite.

use rusqlite::Connection;

use crate::batch::{Batch, ColumnBuilder};
use crate::cancel::CancelToken;
use crate::connection::{RowReader, bind_value};
use crate::error::Result;
use crate::execution::operator::{Input, Operator};
use crate::value::{Collation, Value, append_key};

/// Rows in memory, in batches of uneven sizes.
pub(super) struct Rows(pub(super) std::vec::IntoIter<Batch>);

impl Operator for Rows {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        Ok(self.0.next())
    }
}

pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    pub(super) fn cell(&mut self, classes: &str) -> Value {
        let small = i64::try_from(self.below(6)).unwrap() - 2;
        let class = classes.chars().nth(usize::try_from(self.below(classes.len() as u64)).unwrap()).unwrap();
        match class {
            'n' => Value::Null,
            'i' => Value::Integer(small),
            'I' => {
                Value::Integer([i64::MIN, i64::MAX, (1 << 53) + 1, 1 << 53, 1_000_000][usize::try_from(small + 2).unwrap() % 5])
            }
            'r' => Value::Real([-2.0, -0.5, 0.0, 0.5, 1.0, 9_007_199_254_740_992.0][usize::try_from(small + 2).unwrap()]),
            't' => Value::text(["", "a", "A", "a ", "1", "abcdefghi"][usize::try_from(small + 2).unwrap()]),
            _ => Value::Blob([&b""[..], b"a", b"A", b"1", b"\0", b"a\0"][usize::try_from(small + 2).unwrap()].into()),
        }
    }
}

pub(super) type Table = Vec<Vec<Value>>;

/// A table with a row number as its last column.
pub(super) fn table(random: &mut Random, rows: usize, classes: &[&str]) -> Table {
    let row = |number: usize, random: &mut Random| {
        let mut cells: Vec<_> = classes.iter().map(|classes| random.cell(classes)).collect();
        cells.push(Value::Integer(i64::try_from(number).unwrap()));
        cells
    };
    (0..rows).map(|number| row(number, random)).collect()
}

pub(super) fn input(table: &Table) -> Input {
    let mut batches = Vec::new();
    let (mut rest, mut size) = (&table[..], 1);
    while !rest.is_empty() {
        let (now, later) = rest.split_at(size.min(rest.len()));
        batches.push(batch(now));
        (rest, size) = (later, size * 3);
    }
    Box::new(Rows(batches.into_iter()))
}

/// A table's rows in two instances of one step: batches by turns.
pub(super) fn dealt(table: &Table) -> Vec<Input> {
    let mut rows = input_of(table);
    let mut hands = [Vec::new(), Vec::new()];
    while let Some(batch) = rows.next_batch().unwrap() {
        hands.sort_by_key(Vec::len);
        hands[0].push(batch);
    }
    hands.into_iter().map(|batches| -> Input { Box::new(Rows(batches.into_iter())) }).collect()
}

pub(super) fn read(mut operator: impl Operator) -> Table {
    let mut rows = Vec::new();
    while let Some(batch) = operator.next_batch().unwrap() {
        assert!(batch.rows() > 0);
        rows.extend(batch_rows(&batch));
    }
    rows
}

pub(super) fn batch_rows(batch: &Batch) -> Table {
    (0..batch.rows()).map(|row| batch.columns().iter().map(|column| column.value(row).to_owned()).collect()).collect()
}

pub(super) fn sqlite(tables: &[(&str, &Table, usize)]) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for (name, rows, columns) in tables {
        let names: Vec<_> = (0..*columns).map(|index| format!("{name}{index}")).collect();
        connection.execute_batch(&format!("CREATE TABLE {name}({})", names.join(", "))).unwrap();
        let marks = vec!["?"; *columns].join(", ");
        let mut insert = connection.prepare(&format!("INSERT INTO {name} VALUES ({marks})")).unwrap();
        for row in *rows {
            for (index, value) in row.iter().enumerate() {
                bind_value(&mut insert, index + 1, value.as_ref()).unwrap();
            }
            insert.raw_execute().unwrap();
        }
    }
    connection
}

pub(super) fn query(connection: &Connection, sql: &str) -> Table {
    let mut statement = connection.prepare(sql).unwrap();
    let mut reader = RowReader::new(&mut statement, &CancelToken::new());
    let mut rows = Vec::new();
    while let Some(batch) = reader.next_batch(1000).unwrap() {
        rows.extend(batch_rows(&batch));
    }
    rows
}

pub(super) fn sorted(mut table: Table) -> Vec<String> {
    let mut rows: Vec<_> = table.drain(..).map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

pub(super) const CLASSES: [&str; 8] = ["i", "in", "iI", "rn", "tn", "b", "ir", "nirtbI"];

pub(super) fn input_of(table: &Table) -> Input {
    if table.is_empty() { Box::new(Rows(Vec::new().into_iter())) } else { input(table) }
}

/// Rows by what they are equal as: which of two equal rows a set operation gives is not defined.
pub(super) fn as_keys(table: &Table, collation: Collation) -> Vec<Vec<u8>> {
    let key = |row: &Vec<Value>| {
        let mut key = Vec::new();
        for value in row {
            append_key(&mut key, value.as_ref(), collation);
        }
        key
    };
    let mut keys: Vec<_> = table.iter().map(key).collect();
    keys.sort();
    keys
}

/// The rows by what they are equal as, in any order: which of several equal values stands for them depends on the way.
pub(super) fn with_keys(table: &Table) -> Vec<Vec<u8>> {
    let mut keys = as_keys(table, Collation::Binary);
    keys.sort();
    keys
}

/// A table's rows in batches of so many.
pub(super) fn in_batches(table: &Table, rows: usize) -> Input {
    let batches: Vec<Batch> = table.chunks(rows).map(batch).collect();
    Box::new(Rows(batches.into_iter()))
}

fn batch(rows: &[Vec<Value>]) -> Batch {
    let column = |index: usize| {
        let mut builder = ColumnBuilder::with_capacity(rows.len());
        rows.iter().for_each(|row| builder.push(row[index].as_ref()));
        builder.finish()
    };
    Batch::new(rows.len(), (0..rows[0].len()).map(column).collect())
}
