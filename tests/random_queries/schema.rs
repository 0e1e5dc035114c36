//! Random schemas over several files, and their rows.

use std::fmt::Write as _;

use glue::value::Value;

use crate::support::{Random, show};

pub(crate) const POOLS: [&str; 4] = ["crm", "sales", "stock", "old"];
const TABLE_NAMES: [&str; 6] = ["t", "u", "v", "w", "items", "log"];
const COLUMN_NAMES: [&str; 9] = ["id", "k", "a", "b", "c", "d", "name", "x", "y"];
const TYPES: [&str; 10] = ["INTEGER", "INTEGER", "INT", "TEXT", "TEXT", "VARCHAR(10)", "REAL", "NUMERIC", "BLOB", ""];

#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) tables: Vec<Table>,
    pub(crate) pools: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) pool: &'static str,
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Value>>,
    without_rowid: bool,
    indexes: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) declared: &'static str,
    pub(crate) collation: &'static str,
    primary: bool,
}

impl Column {
    /// Whether equal values can differ in their bits: then which of them stands for a group is the plan's choice.
    pub(crate) fn has_look_alikes(&self) -> bool {
        self.collation != "BINARY" || self.declared.is_empty() || self.declared == "BLOB"
    }
}

impl Schema {
    pub(crate) fn random(random: &mut Random) -> Self {
        let pools = random.between(3, 4);
        let mut tables: Vec<Table> = Vec::new();
        for pool in &POOLS[..pools] {
            for _ in 0..random.between(1, 3) {
                let name = *random.pick(&TABLE_NAMES);
                if !tables.iter().any(|table| table.pool == *pool && table.name == name) {
                    tables.push(Table::random(random, pool, name));
                }
            }
        }
        Self { tables, pools }
    }

    /// The script that builds one pool's file.
    pub(crate) fn script(&self, pool: &str) -> String {
        let mut script = String::from("BEGIN;\n");
        for table in self.tables.iter().filter(|table| table.pool == pool) {
            table.write_script(&mut script);
        }
        script.push_str("COMMIT;\n");
        script
    }

    /// Whether one name finds one table without its pool.
    pub(crate) fn is_unique_name(&self, name: &str) -> bool {
        self.tables.iter().filter(|table| table.name == name).count() == 1
    }
}

impl Table {
    fn random(random: &mut Random, pool: &'static str, name: &'static str) -> Self {
        let mut columns: Vec<Column> = Vec::new();
        for _ in 0..random.between(2, 6) {
            let name = *random.pick(&COLUMN_NAMES);
            if columns.iter().any(|column| column.name == name) {
                continue;
            }
            let declared = *random.pick(&TYPES);
            let collation = match random.below(10) {
                0 if declared != "REAL" => "NOCASE",
                1 if declared != "REAL" => "RTRIM",
                _ => "BINARY",
            };
            columns.push(Column { name, declared, collation, primary: false });
        }
        let key = random.below(10);
        if key < 5 {
            columns[0] = Column { name: columns[0].name, declared: "INTEGER", collation: "BINARY", primary: true };
        }
        let without_rowid = key < 2;
        let row_count = match random.below(20) {
            0 => 0,
            1..=9 => random.between(2, 14),
            _ => random.between(15, 60),
        };
        let exotic = if random.percent(30) { 4 } else { 0 };
        let rows = (0..row_count).map(|row| row_of(random, &columns, row, exotic)).collect();
        let mut indexes = Vec::new();
        for number in 0..random.below(3) {
            let column = random.pick(&columns).name;
            let second = random.pick(&columns).name;
            let terms =
                if random.percent(30) && column != second { format!("{column}, {second} DESC") } else { column.to_owned() };
            indexes.push(format!("CREATE INDEX {pool}.{name}_{number} ON {name}({terms});"));
        }
        Self { pool, name, columns, rows, without_rowid, indexes }
    }

    fn write_script(&self, script: &mut String) {
        let column = |column: &Column| {
            let mut text = format!("{} {}", column.name, column.declared).trim_end().to_owned();
            if column.collation != "BINARY" {
                text.push_str(" COLLATE ");
                text.push_str(column.collation);
            }
            if column.primary {
                text.push_str(" PRIMARY KEY");
            }
            text
        };
        let columns: Vec<String> = self.columns.iter().map(column).collect();
        let tail = if self.without_rowid { " WITHOUT ROWID" } else { "" };
        writeln!(script, "CREATE TABLE {}({}){tail};", self.name, columns.join(", ")).expect("writing to a string never fails");
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(show).collect();
            writeln!(script, "INSERT INTO {} VALUES ({});", self.name, cells.join(", "))
                .expect("writing to a string never fails");
        }
        for index in &self.indexes {
            // The script runs in the pool's own file, where the pool's name is not known.
            let index = index.replacen(&format!("{}.", self.pool), "", 1);
            writeln!(script, "{index}").expect("writing to a string never fails");
        }
    }
}

fn row_of(random: &mut Random, columns: &[Column], row: usize, exotic: usize) -> Vec<Value> {
    let key = i64::try_from(row).expect("a test has few rows");
    columns
        .iter()
        .map(|column| if column.primary { Value::Integer(key * 2 - 3) } else { value(random, column, exotic) })
        .collect()
}

fn value(random: &mut Random, column: &Column, exotic: usize) -> Value {
    if random.percent(10) {
        return Value::Null;
    }
    if random.percent(exotic) {
        return exotic_value(random);
    }
    let small = i64::try_from(random.below(9)).expect("a small number") - 2;
    let text =
        *random.pick(&["abc", "ABC", "abc ", "b", "B", "xyz", "x%y", "", "a_c", "zz", "5", "7", "007", " 3", "1e1", "2.5"]);
    let mixed = random.percent(15);
    match column.declared {
        "INTEGER" | "INT" if !mixed => Value::Integer(small),
        "TEXT" | "VARCHAR(10)" if !mixed => Value::text(text),
        "REAL" | "NUMERIC" if !mixed => Value::Real(number(small) / 2.0),
        "BLOB" if !mixed => Value::Blob(text.as_bytes().into()),
        _ => match random.below(8) {
            0..=2 => Value::Integer(small),
            // Halves, so that 1 and 1.0 rarely meet: which of them stands for both is the plan's choice.
            3 => Value::Real(number(small) + 0.5),
            4..=6 => Value::text(text),
            _ => Value::Blob(text.as_bytes().into()),
        },
    }
}

fn exotic_value(random: &mut Random) -> Value {
    match random.below(16) {
        0 => Value::Integer(9_007_199_254_740_993),
        1 => Value::Integer(9_007_199_254_740_992),
        2 => Value::Real(9_007_199_254_740_992.0),
        3 => Value::Integer(i64::MAX),
        4 => Value::Integer(i64::MIN),
        5 => Value::Real(9_223_372_036_854_775_808.0),
        6 => Value::Real(1e300),
        7 => Value::Real(-0.0),
        8 => Value::Real(0.1),
        9 => Value::Real(3.0),
        10 => Value::text("9007199254740993"),
        11 => Value::text("\u{e9}t\u{e9}"),
        12 => Value::Text(b"a\0b".as_slice().into()),
        13 => Value::Text(b"\xff\xfe".as_slice().into()),
        14 => Value::Blob(b"\x00\xff".as_slice().into()),
        _ => Value::text("-1.5e3xyz"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn number(small: i64) -> f64 {
    small as f64
}
