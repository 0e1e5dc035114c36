//! Files as rows: CSV, TSV, JSON, JSON lines, Parquet and Arrow, one format a file.
//!
//! A file is read twice: first to the end for the names and types of its columns, so that no guess from the first rows has to
//! be taken back, then for its rows, in flat memory. What a cell is, is told apart as [`crate::output`] writes it: in CSV an
//! unquoted `1` is an integer, `1.5` a real, `x'0A'` a blob and nothing is NULL, while whatever is quoted is text.

mod cell;
mod column_type;
mod decode;
mod delimited;
mod format;
mod json;
mod record;
mod record_batches;
mod text_rows;

use std::path::{Path, PathBuf};

use crate::batch::Batch;
use crate::error::{Error, ErrorKind, Result};

pub use column_type::Types;
pub use format::InputFormat;

/// What surrounds a cell that holds a delimiter or the end of a line. Doubled within, it stands for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// This character.
    Character(u8),
    /// None does: a quote is a character as any other.
    Nothing,
}

/// How a file is to be read.
#[derive(Debug, Clone, Default)]
pub struct InputOptions {
    /// The format; none for that of the file's ending.
    pub format: Option<InputFormat>,
    /// What stands between the cells of a line; none to see it from the first line.
    pub delimiter: Option<u8>,
    /// What surrounds cells; none for `"` in CSV, and for nothing in a tab-separated text.
    pub quote: Option<Quote>,
    /// Whether the first line is a row, and the columns have no names.
    pub no_header: bool,
    /// The encoding of a text, by its name in the WHATWG's list; none for UTF-8, or what a byte order mark says.
    pub encoding: Option<String>,
    /// A further text that stands for NULL where it is not quoted.
    pub null: Option<String>,
    /// How types are found.
    pub types: Types,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputColumn {
    /// Its name, different from every other.
    pub name: String,
    /// The type that a table made for it declares: `INTEGER`, `REAL`, `NUMERIC`, `TEXT`, `BLOB`, or nothing where its cells
    /// differ.
    pub declared: &'static str,
}

/// A file that was read once.
#[derive(Debug)]
pub struct InputFile {
    path: PathBuf,
    options: InputOptions,
    format: InputFormat,
    columns: Vec<InputColumn>,
    readings: Vec<column_type::Reading>,
    rows: u64,
}

/// The rows of a file.
pub trait InputRows {
    /// The next rows; none when all are given.
    fn next_batch(&mut self) -> Result<Option<Batch>>;

    /// Where a row of the last batch stands, as a message names it: `people.csv:17`.
    fn place(&self, row: usize) -> String;
}

impl InputFile {
    /// Reads a file for its columns; `look` is called now and then, and may end it with an error.
    pub fn open(path: &Path, options: &InputOptions, look: &mut dyn FnMut() -> Result<()>) -> Result<Self> {
        let format = match options.format {
            Some(format) => format,
            None => InputFormat::of_path(path).ok_or_else(|| unknown_format(path))?,
        };
        let (path, options) = (path.to_path_buf(), options.clone());
        let mut file = Self { path, options, format, columns: Vec::new(), readings: Vec::new(), rows: 0 };
        match format {
            InputFormat::Parquet | InputFormat::Arrow => file.columns = record_batches::columns(&file.path, format)?,
            InputFormat::Csv | InputFormat::Tsv | InputFormat::Json | InputFormat::Jsonl => {
                let found = text_rows::survey(&file.path, format, &file.options, look)?;
                (file.columns, file.readings, file.rows) = found;
            }
        }
        if file.columns.is_empty() {
            return Err(Error::query(format!("{} holds no columns", file.path.display())).on_path(&file.path));
        }
        Ok(file)
    }

    /// The columns.
    pub fn columns(&self) -> &[InputColumn] {
        &self.columns
    }

    /// How many rows there are, where the format told it; else 0.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Reads the rows.
    pub fn read(&self) -> Result<Box<dyn InputRows>> {
        match self.format {
            InputFormat::Parquet | InputFormat::Arrow => record_batches::read(&self.path, self.format),
            InputFormat::Csv | InputFormat::Tsv | InputFormat::Json | InputFormat::Jsonl => {
                let names = self.columns.iter().map(|column| column.name.clone()).collect();
                text_rows::read(&self.path, self.format, &self.options, names, self.readings.clone())
            }
        }
    }
}

fn unknown_format(path: &Path) -> Error {
    Error::configuration(format!("{} does not say by its ending what it is", path.display()))
        .hint("say it: --from csv, tsv, json, jsonl, parquet or arrow")
}

/// A file that cannot be opened or read.
fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display())).on_path(path)
}

/// The fault of a text in another encoding.
fn not_utf8(path: &Path, line: u64) -> Error {
    fault(path, line, "this is not UTF-8 text").hint("say what it is, as in --encoding windows-1252")
}

/// A fault in a file, where it stands.
fn fault(path: &Path, line: u64, message: &str) -> Error {
    Error::query(format!("{}:{line}: {message}", path.display()))
}

#[cfg(test)]
mod tests;
