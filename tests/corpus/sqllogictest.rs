//! SQLite's sqllogictest format: records separated by blank lines, answers as rendered lines or as their md5.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use glue::value::{Value, cast_integer};
use md5::{Digest as _, Md5};
use rusqlite::Connection;

use super::script::{Action, Expected, Place, Query, Script};
use crate::support::Answer;

/// Answers of more values than this are given as md5.
const HASH_THRESHOLD: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    None,
    Rows,
    Values,
}

/// An answer as the format writes it.
#[derive(Debug)]
pub(crate) struct Rendered {
    types: Vec<u8>,
    sort: Sort,
    lines: Vec<String>,
}

/// All scripts below a folder.
pub(crate) fn read_folder(folder: &Path) -> Vec<Script> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the corpus can be read") {
            let path = entry.expect("the corpus can be read").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "test"));
    files.sort();
    files.iter().map(read_file).collect()
}

fn read_file(path: &PathBuf) -> Script {
    let text = String::from_utf8_lossy(&std::fs::read(path).expect("the corpus can be read")).into_owned();
    let mut reader = Reader { objects: HashMap::new(), actions: Vec::new() };
    for record in text.split("\n\n") {
        if !reader.record(record) {
            break;
        }
    }
    Script { name: path.display().to_string(), actions: reader.actions }
}

struct Reader {
    /// The pools of tables and of what was made on them, by name in lower case.
    objects: HashMap<String, usize>,
    actions: Vec<Action>,
}

impl Reader {
    /// Reads a record; false where the script ends.
    fn record(&mut self, record: &str) -> bool {
        let mut lines = record.lines().filter(|line| !line.starts_with('#')).skip_while(|line| line.trim().is_empty());
        let mut is_meant = true;
        while let Some(line) = lines.next() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["skipif", engine, ..] => is_meant &= *engine != "sqlite",
                ["onlyif", engine, ..] => is_meant &= *engine == "sqlite",
                ["halt", ..] => return !is_meant,
                ["statement", ..] if is_meant => self.set_up(&lines.by_ref().collect::<Vec<_>>().join("\n")),
                ["query", types, sort, ..] if is_meant => {
                    let rest: Vec<&str> = lines.by_ref().collect();
                    self.query(types, sort, &rest);
                }
                ["query" | "statement", ..] => return true,
                _ => {}
            }
        }
        true
    }

    fn query(&mut self, types: &str, sort: &str, rest: &[&str]) {
        let end = rest.iter().position(|line| *line == "----").unwrap_or(rest.len());
        let sql = rest[..end].join("\n");
        let sort = match sort {
            "rowsort" => Sort::Rows,
            "valuesort" => Sort::Values,
            _ => Sort::None,
        };
        let lines = rest.iter().skip(end + 1).map(|line| (*line).to_owned()).collect();
        let mut pools: Vec<usize> = words(&sql).filter_map(|word| self.objects.get(&word).copied()).collect();
        pools.sort_unstable();
        pools.dedup();
        let expected = Expected::Rendered(Rendered { types: types.as_bytes().to_vec(), sort, lines });
        self.actions.push(Action::Query(Query { sql, pools: pools.len(), expected }));
    }

    fn set_up(&mut self, sql: &str) {
        for statement in sql.split_inclusive(';') {
            if statement.to_ascii_uppercase().contains("TRIGGER") {
                self.statement(sql);
                return;
            }
            self.statement(statement);
        }
    }

    /// CREATE, DROP and REINDEX run on the file of the table that they are about.
    fn statement(&mut self, sql: &str) {
        let words: Vec<String> = words(sql).collect();
        let first = words.first().map_or("", String::as_str);
        let name = words.iter().skip(1).find(|word| !DEFINITION_WORDS.contains(&word.as_str())).cloned().unwrap_or_default();
        let place = match first {
            "create" if words.contains(&"table".to_owned()) => Place::Pool(pool_of_table(&name)),
            "create" => {
                let table = words.iter().skip_while(|word| **word != name).skip(1).find_map(|word| self.objects.get(word));
                Place::Pool(table.copied().unwrap_or_else(|| pool_of_table(&name)))
            }
            "drop" | "reindex" => Place::Pool(self.objects.get(&name).copied().unwrap_or_else(|| pool_of_table(&name))),
            _ => Place::All,
        };
        if let (Place::Pool(pool), "create") = (place, first) {
            self.objects.insert(name, pool);
        }
        self.actions.push(Action::SetUp { sql: sql.to_owned(), place });
    }
}

const DEFINITION_WORDS: [&str; 12] =
    ["table", "index", "unique", "view", "trigger", "temp", "temporary", "if", "not", "exists", "create", "drop"];

fn words(sql: &str) -> impl Iterator<Item = String> {
    let is_break = |letter: char| !letter.is_alphanumeric() && letter != '_';
    sql.split(is_break).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase)
}

/// FNV-1a of the name, modulo 3.
fn pool_of_table(name: &str) -> usize {
    let hash = name.bytes().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash % 3) as usize
}

impl Rendered {
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.iter().all(String::is_empty)
    }

    /// Whether an answer is this one; else how it looks.
    pub(crate) fn check(&self, answer: &Answer, numbers: &Connection) -> Result<(), String> {
        let mut rows: Vec<Vec<Vec<u8>>> = Vec::new();
        for row in &answer.rows {
            rows.push(row.iter().zip(&self.types).map(|(value, kind)| render(value, *kind, numbers)).collect());
        }
        if self.sort == Sort::Rows {
            rows.sort();
        }
        let mut values: Vec<Vec<u8>> = rows.into_iter().flatten().collect();
        if self.sort == Sort::Values {
            values.sort();
        }
        let expected = self.lines.iter().take_while(|line| !line.is_empty()).cloned().collect::<Vec<_>>();
        let is_hashed = expected.len() == 1 && expected[0].contains(" values hashing to ");
        let got = if is_hashed || values.len() > HASH_THRESHOLD {
            let mut digest = Md5::new();
            values.iter().for_each(|value| {
                digest.update(value);
                digest.update(b"\n");
            });
            let hex = format!("{:x}", digest.finalize());
            vec![format!("{} values hashing to {hex}", values.len())]
        } else {
            values.iter().map(|value| String::from_utf8_lossy(value).into_owned()).collect()
        };
        if got == expected { Ok(()) } else { Err(format!("{} instead of {}", got.join("|"), expected.join("|"))) }
    }
}

/// A value as the query's type letter asks for it.
fn render(value: &Value, kind: u8, numbers: &Connection) -> Vec<u8> {
    let asked = |sql: &str| -> Vec<u8> {
        let bound: &dyn rusqlite::ToSql = match value {
            Value::Integer(number) => number,
            Value::Real(number) => number,
            Value::Text(bytes) => &String::from_utf8_lossy(bytes).into_owned(),
            Value::Null | Value::Blob(_) => &rusqlite::types::Null,
        };
        let text =
            numbers.prepare_cached(sql).and_then(|mut statement| statement.query_row([bound], |row| row.get::<_, String>(0)));
        text.expect("SQLite writes a number").into_bytes()
    };
    match (value, kind) {
        (Value::Null, _) => b"NULL".to_vec(),
        // `%d` of `sqlite3_column_int`, which keeps the low 32 bits.
        (value, b'I') => (cast_integer(value.as_ref()) as i32).to_string().into_bytes(),
        (_, b'R') => asked("SELECT printf('%.3f', ?1)"),
        (Value::Text(bytes) | Value::Blob(bytes), _) if bytes.is_empty() => b"(empty)".to_vec(),
        (Value::Text(bytes) | Value::Blob(bytes), _) => {
            bytes.iter().map(|byte| if (0x20..=0x7e).contains(byte) { *byte } else { b'@' }).collect()
        }
        _ => asked("SELECT CAST(?1 AS TEXT)"),
    }
}
