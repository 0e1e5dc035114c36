//! Random schemas over several files, and their rows.

use std::fmt::Write as _;

use glue::value::Value;

use super::values::value;
use crate::support::{Random, show};

pub(crate) const POOLS: [&str; 4] = ["crm", "sales", "stock", "old"];
const TABLE_NAMES: [&str; 6] = ["t", "u", "v", "w", "items", "log"];
const COLUMN_NAMES: [&str; 9] = ["id", "k", "a", "b", "c", "d", "name", "x", "y"];
const TYPES: [&str; 10] = ["INTEGER", "INTEGER", "INT", "TEXT", "TEXT", "VARCHAR(10)", "REAL", "NUMERIC", "BLOB", ""];
const STRICT_TYPES: [&str; 7] = ["INTEGER", "INT", "TEXT", "TEXT", "REAL", "BLOB", "ANY"];

#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) tables: Vec<Table>,
    pub(crate) pools: usize,
    /// What each file's script begins and ends with.
    settings: Vec<(&'static str, &'static str)>,
}

/// A table, or a view of one.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) pool: &'static str,
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Value>>,
    /// Behind the brackets of its definition.
    options: Vec<&'static str>,
    /// Its other columns, which are computed: their definitions. Also columns of `columns`.
    computed: Vec<String>,
    /// A column that came when the rows were there.
    added: Option<String>,
    indexes: Vec<String>,
    /// The SELECT of a view.
    view: Option<String>,
}

/// What the values of a column mostly are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Number,
    Text,
    Blob,
    Any,
}

#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) declared: &'static str,
    pub(crate) collation: Option<&'static str>,
    pub(crate) strict: bool,
    key: Key,
    /// Whether rows give it a value.
    stored: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    No,
    Primary,
    Unique,
}

impl Column {
    pub(crate) fn has_look_alikes(&self) -> bool {
        self.collation != Some("BINARY") || !self.stored || ["", "BLOB", "ANY"].contains(&self.declared)
    }

    /// Whether it tells the rows apart.
    pub(crate) fn is_key(&self) -> bool {
        self.key == Key::Primary
    }

    pub(crate) fn sort(&self) -> Sort {
        match self.declared {
            "INTEGER" | "INT" | "REAL" | "NUMERIC" => Sort::Number,
            "TEXT" | "VARCHAR(10)" => Sort::Text,
            "BLOB" => Sort::Blob,
            _ => Sort::Any,
        }
    }

    /// Whether a STRICT table takes the value here.
    pub(crate) fn takes(&self, value: &Value) -> bool {
        let fits = match value {
            Value::Null => true,
            Value::Integer(_) => matches!(self.declared, "INTEGER" | "INT" | "ANY"),
            Value::Real(_) => matches!(self.declared, "REAL" | "ANY"),
            Value::Text(_) => matches!(self.declared, "TEXT" | "ANY"),
            Value::Blob(_) => matches!(self.declared, "BLOB" | "ANY"),
        };
        !self.strict || fits
    }

    fn plain(name: &'static str, declared: &'static str) -> Self {
        Self { name, declared, collation: Some("BINARY"), strict: false, key: Key::No, stored: true }
    }

    fn definition(&self) -> String {
        let mut text = format!("{} {}", self.name, self.declared).trim_end().to_owned();
        match self.collation {
            Some("BINARY") | None => {}
            Some(collation) => text += &format!(" COLLATE {collation}"),
        }
        match self.key {
            Key::No => {}
            Key::Primary => text.push_str(" PRIMARY KEY"),
            Key::Unique => text.push_str(" UNIQUE"),
        }
        text
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
            if random.percent(30) {
                let of_pool: Vec<&Table> = tables.iter().filter(|table| table.pool == *pool).collect();
                let view = Table::view(random, &of_pool);
                tables.push(view);
            }
        }
        let settings = (0..pools).map(|_| settings(random)).collect();
        Self { tables, pools, settings }
    }

    /// The script that builds one pool's file.
    pub(crate) fn script(&self, pool: &str) -> String {
        let number = POOLS.iter().position(|other| *other == pool).expect("the pool is one of these");
        let (before, after) = self.settings[number];
        let mut script = format!("{before}BEGIN;\n");
        for table in self.tables.iter().filter(|table| table.pool == pool) {
            table.write_script(&mut script);
        }
        script + "COMMIT;\n" + after
    }

    /// Whether one name finds one table without its pool.
    pub(crate) fn is_unique_name(&self, name: &str) -> bool {
        self.tables.iter().filter(|table| table.name == name).count() == 1
    }
}

fn settings(random: &mut Random) -> (&'static str, &'static str) {
    let before = *random.pick(&["", "", "PRAGMA page_size = 512;\n", "PRAGMA page_size = 1024; PRAGMA auto_vacuum = 1;\n"]);
    (before, *random.pick(&["", "", "ANALYZE;\n", "PRAGMA journal_mode = WAL;\n"]))
}

impl Table {
    fn random(random: &mut Random, pool: &'static str, name: &'static str) -> Self {
        let strict = random.percent(15);
        let mut columns: Vec<Column> = Vec::new();
        for _ in 0..random.between(2, 6) {
            let name = *random.pick(&COLUMN_NAMES);
            if columns.iter().any(|column| column.name == name) {
                continue;
            }
            let declared = *random.pick(if strict { &STRICT_TYPES[..] } else { &TYPES[..] });
            let collation = match random.below(10) {
                0 if declared != "REAL" => "NOCASE",
                1 if declared != "REAL" => "RTRIM",
                _ => "BINARY",
            };
            columns.push(Column { collation: Some(collation), strict, ..Column::plain(name, declared) });
        }
        let mut options = Vec::new();
        let key = random.below(10);
        if key < 5 {
            let declared = if random.percent(75) { "INTEGER" } else { "TEXT" };
            columns[0] = Column { key: Key::Primary, strict, ..Column::plain(columns[0].name, declared) };
        }
        if key < 2 {
            options.push("WITHOUT ROWID");
        }
        if strict {
            options.push("STRICT");
        }
        if columns.len() > 2 && random.percent(20) {
            columns[1] = Column { key: Key::Unique, strict, ..Column::plain(columns[1].name, "INTEGER") };
        }
        let row_count = match random.below(40) {
            0 | 1 => 0,
            2..=19 => random.between(2, 14),
            39 => random.between(200, 700),
            _ => random.between(15, 60),
        };
        let exotic = if random.percent(40) { 6 } else { 0 };
        let rows = (0..row_count).map(|row| row_of(random, &columns, row, exotic)).collect();
        let mut table = Self {
            pool,
            name: name.to_owned(),
            columns,
            rows,
            options,
            computed: Vec::new(),
            added: None,
            indexes: Vec::new(),
            view: None,
        };
        if !strict {
            table.add_computed(random);
        }
        for number in 0..random.below(4) {
            let index = table.index(random, number);
            table.indexes.push(index);
        }
        table
    }

    /// Columns whose values SQLite makes: generated ones, and one that was added when the rows were there.
    fn add_computed(&mut self, random: &mut Random) {
        if random.percent(15) {
            let one = random.pick(&self.columns).name;
            let two = random.pick(&self.columns).name;
            let expression = match random.below(5) {
                0 => format!("{one} || 'x'"),
                1 => format!("length({one})"),
                2 => format!("coalesce({one}, {two})"),
                3 => format!("{one} + 1"),
                _ => format!("typeof({one})"),
            };
            let declared = *random.pick(&["", "TEXT", "INT"]);
            let kind = *random.pick(&["", " STORED", " VIRTUAL"]);
            self.computed.push(format!("g {declared} AS ({expression}){kind}"));
            self.columns.push(Column { stored: false, ..Column::plain("g", declared) });
        }
        if random.percent(15) {
            let (declared, default) = *random.pick(&[("INT", "7"), ("TEXT", "'abc'"), ("", "NULL"), ("REAL", "2.5")]);
            self.added = Some(format!("z {declared} DEFAULT {default}"));
            self.columns.push(Column { stored: false, ..Column::plain("z", declared) });
        }
    }

    fn index(&self, random: &mut Random, number: usize) -> String {
        let (column, second) = (random.pick(&self.columns).name, random.pick(&self.columns).name);
        let terms = match random.below(10) {
            0 | 1 if column != second => format!("{column}, {second} DESC"),
            2 => format!("{column} DESC"),
            3 => format!("{column} COLLATE NOCASE"),
            4 => format!("lower({column})"),
            5 => format!("{column} + 1, {second}"),
            _ => column.to_owned(),
        };
        let partial = match random.below(8) {
            0 => format!(" WHERE {second} IS NOT NULL"),
            1 => format!(" WHERE {second} > 1"),
            _ => String::new(),
        };
        let is_unique = self.columns[0].is_key() && random.percent(15);
        let (unique, terms) = if is_unique { ("UNIQUE ", format!("{terms}, {}", self.columns[0].name)) } else { ("", terms) };
        format!("CREATE {unique}INDEX {}_{number} ON {}({terms}){partial};", self.name, self.name)
    }

    /// A view of a table, or of two, in the same file.
    fn view(random: &mut Random, tables: &[&Self]) -> Self {
        let (one, two) = (*random.pick(tables), *random.pick(tables));
        let column = |random: &mut Random, table: &Self| random.pick(&table.columns).name;
        let (a, b, c) = (column(random, one), column(random, one), column(random, two));
        let select = match random.below(5) {
            0 => format!("SELECT {a} AS p, {b} AS q FROM {}", one.name),
            1 => format!("SELECT r.{a} AS p, s.{c} AS q FROM {} r JOIN {} s ON r.{b} = s.{c}", one.name, two.name),
            2 => format!("SELECT CAST({a} AS TEXT) AS p, count(*) AS q FROM {} GROUP BY 1", one.name),
            3 => format!("SELECT {a} AS p, 1 AS q FROM {} UNION ALL SELECT {c}, 2 FROM {}", one.name, two.name),
            _ => format!("SELECT {a} AS p, {b} AS q FROM {} WHERE {b} IS NOT NULL", one.name),
        };
        let of_view = |name| Column { collation: None, stored: false, ..Column::plain(name, "") };
        Self {
            pool: one.pool,
            name: format!("view_{}", one.pool),
            columns: vec![of_view("p"), of_view("q")],
            rows: Vec::new(),
            options: Vec::new(),
            computed: Vec::new(),
            added: None,
            indexes: Vec::new(),
            view: Some(select),
        }
    }

    fn write_script(&self, script: &mut String) {
        if let Some(select) = &self.view {
            writeln!(script, "CREATE VIEW {} AS {select};", self.name).expect("writing to a string never fails");
            return;
        }
        let stored = self.columns.iter().filter(|column| column.stored);
        let names: Vec<&str> = stored.clone().map(|column| column.name).collect();
        let columns: Vec<String> = stored.map(Column::definition).chain(self.computed.iter().cloned()).collect();
        writeln!(script, "CREATE TABLE {}({}) {};", self.name, columns.join(", "), self.options.join(", "))
            .expect("writing to a string never fails");
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(show).collect();
            writeln!(script, "INSERT INTO {}({}) VALUES ({});", self.name, names.join(", "), cells.join(", "))
                .expect("writing to a string never fails");
        }
        if let Some(column) = &self.added {
            writeln!(script, "ALTER TABLE {} ADD COLUMN {column};", self.name).expect("writing to a string never fails");
        }
        for index in &self.indexes {
            writeln!(script, "{index}").expect("writing to a string never fails");
        }
    }

    /// Whether a column alone tells its rows apart, so that a condition on it finds one row.
    pub(crate) fn primary_key(&self) -> Option<&'static str> {
        self.columns.iter().find(|column| column.is_key()).map(|column| column.name)
    }

    pub(crate) fn is_view(&self) -> bool {
        self.view.is_some()
    }
}

fn row_of(random: &mut Random, columns: &[Column], row: usize, exotic: usize) -> Vec<Value> {
    let number = i64::try_from(row).expect("a test has few rows");
    let mut cell = |column: &Column| match column.key {
        Key::Primary if column.declared == "TEXT" => Value::text(&format!("k{number}")),
        Key::Primary => Value::Integer(number * 2 - 3),
        Key::Unique => Value::Integer(number - 2),
        Key::No => value(random, column, exotic),
    };
    columns.iter().map(&mut cell).collect()
}
