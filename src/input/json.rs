//! Objects of JSON: in an array, one a line, or just one after the other.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::record::{Form, Record, Records};
use super::{InputOptions, decode, fault, unreadable};
use crate::error::Result;

/// A text of objects.
pub(super) struct JsonObjects {
    path: PathBuf,
    reader: Lines,
    names: Vec<String>,
    positions: HashMap<String, usize>,
    /// Whether names that are new become columns; else they are an error of a file that changed.
    grows: bool,
    in_array: bool,
    begun: bool,
}

impl JsonObjects {
    /// Opens a text; with `names` the columns are known.
    pub(super) fn open(path: &Path, options: &InputOptions, names: Option<Vec<String>>) -> Result<Self> {
        let reader = Lines { inner: decode::open(path, options.encoding.as_deref())?, line: 1 };
        let grows = names.is_none();
        let names = names.unwrap_or_default();
        let positions = names.iter().enumerate().map(|(index, name)| (name.clone(), index)).collect();
        Ok(Self { path: path.to_path_buf(), reader, names, positions, grows, in_array: false, begun: false })
    }

    /// Goes to the first byte of the next object; false at the end.
    fn find_object(&mut self) -> Result<bool> {
        loop {
            let Some(byte) = self.reader.peek().map_err(|error| unreadable(&self.path, &error))? else {
                if self.in_array {
                    return Err(fault(&self.path, self.reader.line, "the file ends within its array"));
                }
                return Ok(false);
            };
            match byte {
                b'{' => return Ok(true),
                b'[' if !self.begun => self.in_array = true,
                b']' if self.in_array => self.in_array = false,
                b' ' | b'\t' | b'\r' | b'\n' | b',' => {}
                _ => {
                    let found = char::from(byte).escape_default();
                    let message = format!("`{found}` stands where an object should begin: each row is an object");
                    return Err(fault(&self.path, self.reader.line, &message));
                }
            }
            self.begun |= byte == b'[';
            self.reader.consume_one();
        }
    }

    fn position(&mut self, name: String) -> Option<usize> {
        if let Some(position) = self.positions.get(&name) {
            return Some(*position);
        }
        if !self.grows {
            return None;
        }
        self.positions.insert(name.clone(), self.names.len());
        self.names.push(name);
        Some(self.names.len() - 1)
    }
}

impl Records for JsonObjects {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&mut self, record: &mut Record) -> Result<bool> {
        if !self.find_object()? {
            return Ok(false);
        }
        self.begun = true;
        record.clear();
        record.line = self.reader.line;
        let mut deserializer = serde_json::Deserializer::from_reader(&mut self.reader);
        let members = deserializer.deserialize_map(Members);
        let members = members.map_err(|error| {
            if error.is_eof() {
                return fault(&self.path, record.line, "the object that begins here has no end");
            }
            fault(&self.path, record.line + (error.line() as u64).saturating_sub(1), &said(&error))
        })?;
        let mut cells: Vec<Option<Box<RawValue>>> = Vec::with_capacity(self.names.len());
        for (name, value) in members {
            if let Some(position) = self.position(name) {
                cells.resize_with(cells.len().max(position + 1), || None);
                cells[position] = Some(value);
            }
        }
        cells.resize_with(self.names.len(), || None);
        for cell in cells {
            push(cell.as_deref().map_or("null", RawValue::get), record)
                .map_err(|error| fault(&self.path, record.line, &said(&error)))?;
        }
        Ok(true)
    }
}

/// serde_json's message without its own place, which counts from the object.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
    format!("this is not valid JSON: {message}")
}

/// A number keeps its digits, true and false become 1 and 0 as SQLite has them, arrays and objects stay JSON.
fn push(raw: &str, record: &mut Record) -> serde_json::Result<()> {
    match raw.as_bytes().first() {
        Some(b'n') => record.end_cell(Form::Null),
        Some(b't' | b'f') => {
            record.push(if raw == "true" { b'1' } else { b'0' });
            record.end_cell(Form::Bare);
        }
        Some(b'"') => {
            record.extend(serde_json::from_str::<String>(raw)?.as_bytes());
            record.end_cell(Form::Quoted);
        }
        Some(b'[' | b'{') => {
            record.extend(raw.as_bytes());
            record.end_cell(Form::Quoted);
        }
        _ => {
            record.extend(number(raw).as_bytes());
            record.end_cell(Form::Bare);
        }
    }
    Ok(())
}

/// JSON has no infinity; what overflows to one is it. An integer beyond 64 bits is the nearest real, as in SQLite's JSON.
fn number(raw: &str) -> String {
    if raw.parse::<i64>().is_ok() && raw != "-0" {
        return raw.to_owned();
    }
    match raw.parse::<f64>() {
        Ok(real) if real.is_infinite() && real > 0.0 => "Inf".to_owned(),
        Ok(real) if real.is_infinite() => "-Inf".to_owned(),
        Ok(real) => format!("{real:?}"),
        Err(_) => raw.to_owned(),
    }
}

/// The members of an object in their order, duplicates included.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            members.push((name, map.next_value::<Box<RawValue>>()?));
        }
        Ok(members)
    }
}

/// Counts the lines of what is read.
struct Lines {
    inner: Box<dyn BufRead>,
    line: u64,
}

impl Lines {
    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.inner.fill_buf()?.first().copied())
    }

    fn consume_one(&mut self) {
        if let Ok(Some(b'\n')) = self.peek() {
            self.line += 1;
        }
        self.inner.consume(1);
    }
}

impl Read for Lines {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.line += out[..read].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        Ok(read)
    }
}
