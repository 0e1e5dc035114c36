//! Lines of cells: CSV by RFC 4180, and tab-separated values with backslashes.

use std::io::{BufRead, ErrorKind as IoKind};
use std::path::{Path, PathBuf};

use super::record::{Form, Record, Records};
use super::{InputFormat, InputOptions, Quote, decode, fault, not_utf8, unreadable};
use crate::batch::unique_names;
use crate::error::Result;

/// What may stand between cells, if nobody says; the first wins a tie.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A text of lines.
pub(super) struct Delimited {
    path: PathBuf,
    reader: Box<dyn BufRead>,
    delimiter: u8,
    /// Whether backslashes escape.
    escapes: bool,
    /// What surrounds cells where none do.
    quote: Option<u8>,
    null: Option<Vec<u8>>,
    names: Vec<String>,
    line: u64,
    /// The first record, where it was read to count the columns.
    first: Option<Record>,
}

impl Delimited {
    /// Opens a text and reads the names of its columns.
    pub(super) fn open(path: &Path, format: InputFormat, options: &InputOptions) -> Result<Self> {
        let mut reader = decode::open(path, options.encoding.as_deref())?;
        let quote = match options.quote {
            Some(Quote::Character(quote)) => Some(quote),
            Some(Quote::Nothing) => None,
            None => (format == InputFormat::Csv).then_some(b'"'),
        };
        let escapes = format != InputFormat::Csv && quote.is_none();
        let delimiter = match options.delimiter {
            Some(delimiter) => delimiter,
            None if format == InputFormat::Csv => {
                delimiter_of(reader.fill_buf().map_err(|error| unreadable(path, &error))?, quote)
            }
            None => b'\t',
        };
        let null = options.null.as_ref().map(|text| text.as_bytes().to_vec());
        let (path, names) = (path.to_path_buf(), Vec::new());
        let mut text = Self { path, reader, delimiter, escapes, quote, null, names, line: 1, first: None };
        let mut first = Record::default();
        if text.read_record(&mut first)? {
            let cell = |index: usize| String::from_utf8(first.cell(index).0.to_vec());
            let cells: Result<Vec<String>, _> = (0..first.len()).map(cell).collect();
            let cells = cells.map_err(|_| not_utf8(&text.path, first.line))?;
            let column = |(index, name): (usize, String)| {
                let name = name.trim().to_owned();
                if options.no_header || name.is_empty() { format!("column_{}", index + 1) } else { name }
            };
            text.names = unique_names(&cells.into_iter().enumerate().map(column).collect::<Vec<_>>());
            text.first = options.no_header.then_some(first);
        }
        Ok(text)
    }

    /// Reads a line, or several where a quoted cell goes on; empty lines are skipped unless there is but one column.
    fn read_record(&mut self, record: &mut Record) -> Result<bool> {
        loop {
            record.clear();
            record.line = self.line;
            let is_there = if self.escapes { self.read_escaped(record)? } else { self.read_quoted(record)? };
            if !is_there {
                return Ok(false);
            }
            let is_empty = record.len() == 1 && record.cell(0) == (&[], Form::Bare);
            if !is_empty || self.names.len() == 1 {
                return Ok(true);
            }
        }
    }

    fn byte(&mut self) -> Result<Option<u8>> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.reader.consume(1);
        }
        Ok(byte)
    }

    fn peek(&mut self) -> Result<Option<u8>> {
        loop {
            match self.reader.fill_buf() {
                Ok(bytes) => return Ok(bytes.first().copied()),
                Err(error) if error.kind() == IoKind::Interrupted => {}
                Err(error) => return Err(unreadable(&self.path, &error)),
            }
        }
    }

    /// Ends a cell that was not quoted.
    fn end_bare(&self, record: &mut Record, start: usize) {
        let is_null = self.null.as_deref().is_some_and(|null| record.since(start) == null);
        record.end_cell(if is_null { Form::Null } else { Form::Bare });
    }

    fn read_quoted(&mut self, record: &mut Record) -> Result<bool> {
        let Some(mut next) = self.byte()? else { return Ok(false) };
        loop {
            // At the beginning of a cell, whose first byte is `next`.
            let start = record.size();
            let end = if Some(next) == self.quote {
                self.quoted_cell(next, record)?
            } else {
                let end = self.bare_cell(next, record)?;
                self.end_bare(record, start);
                end
            };
            match end {
                End::Delimiter => {
                    let Some(byte) = self.byte()? else {
                        record.end_cell(Form::Bare);
                        return Ok(true);
                    };
                    next = byte;
                }
                End::Line => return Ok(true),
            }
        }
    }

    fn bare_cell(&mut self, first: u8, record: &mut Record) -> Result<End> {
        let mut next = Some(first);
        loop {
            match next {
                None => return Ok(End::Line),
                Some(byte) if byte == self.delimiter => return Ok(End::Delimiter),
                Some(b'\n') => {
                    self.line += 1;
                    return Ok(End::Line);
                }
                Some(b'\r') => return self.carriage_return(),
                Some(byte) => record.push(byte),
            }
            self.copy_plain(record)?;
            next = self.byte()?;
        }
    }

    /// Copies what can neither end the cell nor the line, as far as it is at hand.
    fn copy_plain(&mut self, record: &mut Record) -> Result<()> {
        self.peek()?;
        let delimiter = self.delimiter;
        let bytes = self.reader.fill_buf().map_err(|error| unreadable(&self.path, &error))?;
        let special = |byte: &u8| *byte == delimiter || matches!(byte, b'\n' | b'\r' | b'\\');
        let plain = bytes.iter().position(special).unwrap_or(bytes.len());
        record.extend(&bytes[..plain]);
        self.reader.consume(plain);
        Ok(())
    }

    fn carriage_return(&mut self) -> Result<End> {
        if self.peek()? == Some(b'\n') {
            self.byte()?;
        }
        self.line += 1;
        Ok(End::Line)
    }

    fn quoted_cell(&mut self, quote: u8, record: &mut Record) -> Result<End> {
        let begun = self.line;
        loop {
            match self.byte()? {
                None => return Err(fault(&self.path, begun, "a quote is opened and never closed")),
                Some(byte) if byte == quote && self.peek()? == Some(quote) => {
                    self.byte()?;
                    record.push(quote);
                }
                Some(byte) if byte == quote => {
                    record.end_cell(Form::Quoted);
                    return self.behind_quote();
                }
                Some(byte) => {
                    self.line += u64::from(byte == b'\n');
                    record.push(byte);
                }
            }
        }
    }

    fn behind_quote(&mut self) -> Result<End> {
        match self.byte()? {
            None => Ok(End::Line),
            Some(byte) if byte == self.delimiter => Ok(End::Delimiter),
            Some(b'\n') => {
                self.line += 1;
                Ok(End::Line)
            }
            Some(b'\r') => self.carriage_return(),
            Some(byte) => {
                let message = format!("`{}` stands behind a closing quote", char::from(byte).escape_default());
                Err(fault(&self.path, self.line, &message).hint("another quote, or none, can be given: --quote none"))
            }
        }
    }

    fn read_escaped(&mut self, record: &mut Record) -> Result<bool> {
        if self.peek()?.is_none() {
            return Ok(false);
        }
        let mut start = record.size();
        let mut is_null = false;
        loop {
            match self.byte()? {
                Some(b'\\') => match self.byte()? {
                    Some(b't') => record.push(b'\t'),
                    Some(b'n') => record.push(b'\n'),
                    Some(b'r') => record.push(b'\r'),
                    Some(b'N') if record.size() == start => is_null = true,
                    Some(byte) if byte == b'\\' || byte == self.delimiter => record.push(byte),
                    // A backslash that escapes nothing is one that its writer did not know to double.
                    other => {
                        record.push(b'\\');
                        other.into_iter().for_each(|byte| record.push(byte));
                    }
                },
                end @ (None | Some(b'\n' | b'\r')) => {
                    self.end_escaped(record, start, is_null);
                    match end {
                        Some(b'\r') => {
                            self.carriage_return()?;
                        }
                        _ => self.line += 1,
                    }
                    return Ok(true);
                }
                Some(byte) if byte == self.delimiter => {
                    self.end_escaped(record, start, is_null);
                    (start, is_null) = (record.size(), false);
                }
                Some(byte) => {
                    if is_null {
                        record.extend(b"\\N");
                        is_null = false;
                    }
                    record.push(byte);
                    self.copy_plain(record)?;
                }
            }
        }
    }

    fn end_escaped(&self, record: &mut Record, start: usize, is_null: bool) {
        if is_null {
            record.end_cell(Form::Null);
        } else {
            self.end_bare(record, start);
        }
    }
}

/// What ended a cell.
enum End {
    Delimiter,
    Line,
}

impl Records for Delimited {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&mut self, record: &mut Record) -> Result<bool> {
        match self.first.take() {
            Some(first) => *record = first,
            None if !self.read_record(record)? => return Ok(false),
            None => {}
        }
        if record.len() == self.names.len() {
            return Ok(true);
        }
        let cells = |count: usize| if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") };
        let message = format!("{} instead of {}", cells(record.len()), self.names.len());
        Err(fault(&self.path, record.line, &message).hint("the delimiter can be given: --delimiter ';'"))
    }
}

/// The one of the usual delimiters that stands most often in the first line.
fn delimiter_of(bytes: &[u8], quote: Option<u8>) -> u8 {
    let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty()).unwrap_or_default();
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in line {
        quoted ^= Some(*byte) == quote;
        if let Some(index) = DELIMITERS.iter().position(|delimiter| delimiter == byte).filter(|_| !quoted) {
            counts[index] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    DELIMITERS[counts.iter().position(|count| *count == most).unwrap_or(0)]
}
