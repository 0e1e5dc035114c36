//! Texts of any layout as typed rows.

use std::path::{Path, PathBuf};

use super::column_type::{Reading, Seen};
use super::delimited::Delimited;
use super::json::JsonObjects;
use super::record::{Form, Record, Records};
use super::{InputColumn, InputFormat, InputOptions, InputRows, cell, not_utf8};
use crate::batch::{BATCH_ROWS, Batch, ColumnBuilder};
use crate::error::Result;
use crate::value::ValueRef;

/// How many records are read between two looks.
const LOOK_ROWS: u64 = 10_000;

/// What a first reading finds out.
type Survey = (Vec<InputColumn>, Vec<Reading>, u64);

/// Reads a text to its end for the types of its columns.
pub(super) fn survey(
    path: &Path,
    format: InputFormat,
    options: &InputOptions,
    look: &mut dyn FnMut() -> Result<()>,
) -> Result<Survey> {
    let is_json = matches!(format, InputFormat::Json | InputFormat::Jsonl);
    let mut records = open(path, format, options, None)?;
    let (mut record, mut rows) = (Record::default(), 0_u64);
    let mut seen = vec![Seen::default(); records.names().len()];
    while records.read(&mut record)? {
        rows += 1;
        if rows.is_multiple_of(LOOK_ROWS) {
            look()?;
        }
        seen.resize_with(record.len(), Seen::default);
        for (index, seen) in seen.iter_mut().enumerate() {
            let (bytes, form) = record.cell(index);
            seen.look(bytes, form);
        }
    }
    let quotes = is_json || seen.iter().any(Seen::has_bare);
    let decided = seen.iter().map(|seen| seen.decide(options.types, quotes, is_json));
    let (columns, readings) = records
        .names()
        .iter()
        .zip(decided)
        .map(|(name, (declared, reading))| (InputColumn { name: name.clone(), declared }, reading))
        .unzip();
    Ok((columns, readings, rows))
}

/// Reads the rows of a text whose columns are known.
pub(super) fn read(
    path: &Path,
    format: InputFormat,
    options: &InputOptions,
    names: Vec<String>,
    readings: Vec<Reading>,
) -> Result<Box<dyn InputRows>> {
    let records = open(path, format, options, Some(names))?;
    let keeps_empty = format != InputFormat::Csv;
    let (path, record, lines) = (path.to_path_buf(), Record::default(), Vec::with_capacity(BATCH_ROWS));
    Ok(Box::new(TextRows { path, records, readings, keeps_empty, record, lines }))
}

fn open(path: &Path, format: InputFormat, options: &InputOptions, names: Option<Vec<String>>) -> Result<Box<dyn Records>> {
    Ok(match format {
        InputFormat::Json | InputFormat::Jsonl => Box::new(JsonObjects::open(path, options, names)?),
        _ => Box::new(Delimited::open(path, format, options)?),
    })
}

struct TextRows {
    path: PathBuf,
    records: Box<dyn Records>,
    readings: Vec<Reading>,
    /// Whether an empty cell without quotes is the empty text in a column of texts: where nothing is ever quoted.
    keeps_empty: bool,
    record: Record,
    /// The lines of the last batch's rows.
    lines: Vec<u64>,
}

impl InputRows for TextRows {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        self.lines.clear();
        let mut columns: Vec<ColumnBuilder> = self.readings.iter().map(|_| ColumnBuilder::with_capacity(BATCH_ROWS)).collect();
        while self.lines.len() < BATCH_ROWS && self.records.read(&mut self.record)? {
            self.lines.push(self.record.line);
            for (index, (column, reading)) in columns.iter_mut().zip(&self.readings).enumerate() {
                let (bytes, form) = self.record.cell(index);
                if !push(column, bytes, form, *reading, self.keeps_empty) {
                    return Err(not_utf8(&self.path, self.record.line));
                }
            }
        }
        let rows = self.lines.len();
        let batch = || Batch::new(rows, columns.iter_mut().map(ColumnBuilder::finish).collect());
        Ok((rows > 0).then(batch))
    }

    fn place(&self, row: usize) -> String {
        format!("{}:{}", self.path.display(), self.lines.get(row).copied().unwrap_or_default())
    }
}

/// Adds a cell; false where it is a text in no right encoding.
fn push(column: &mut ColumnBuilder, bytes: &[u8], form: Form, reading: Reading, keeps_empty: bool) -> bool {
    let is_null = match (form, reading) {
        (Form::Null, _) => true,
        (Form::Bare, Reading::Text) => bytes.is_empty() && !keeps_empty,
        (Form::Bare, _) | (Form::Quoted, Reading::Unquoted) => bytes.is_empty(),
        (Form::Quoted, _) => false,
    };
    if is_null {
        column.push(ValueRef::Null);
        return true;
    }
    let value = match (form, reading) {
        (_, Reading::Text) | (Form::Quoted, Reading::Each) => None,
        (_, Reading::Blob) => cell::blob(bytes),
        _ => cell::value(bytes),
    };
    match value {
        Some(value) => column.push(value.as_ref()),
        None if std::str::from_utf8(bytes).is_err() => return false,
        None => column.push(ValueRef::Text(bytes)),
    }
    true
}
