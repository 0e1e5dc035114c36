//! Results on their way out: a format, a style, and the file or terminal that takes the bytes.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use glue::batch::Batch;
use glue::connection::ConnectionManager;
use glue::error::Error;
use glue::output::{Cut, Format, ResultWriter, Style};
use glue::session::QueryResult;
use glue::value::ValueRef;

use super::sink::{FileSink, Sink};
use super::{Failure, Kept, Progress, wrapped_plan};
use crate::settings::{is_database, pool_file};

/// One write of this many bytes costs next to nothing more than one of a page.
const FLUSH_BYTES: usize = 256 * 1024;

/// How many rows of a table a terminal shows: more than a screen is not read.
const SHOWN_ROWS: usize = 40;

/// Prints results.
pub(crate) struct Printer {
    /// The format of the results to come.
    pub(crate) format: Format,
    /// Their style.
    pub(crate) style: Style,
    sink: Sink,
    /// How many results were printed in a row: an empty line stands between two.
    results: usize,
    /// Where the rows of each statement are kept, if anybody wants them.
    pub(crate) kept: Option<Kept>,
    /// Says how far a statement is, up to its first row on a terminal, up to its last on the way to a file.
    progress: Option<Progress>,
}

impl Printer {
    /// A printer to standard output: boxes for a terminal, CSV for a pipe, unless `format` says otherwise.
    pub(crate) fn to_stdout(format: Option<Format>, null: Option<String>) -> Self {
        let terminal = io::stdout().is_terminal();
        let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let cut = terminal.then(|| Cut { rows: SHOWN_ROWS, advice: "--max-rows 0 shows all".to_owned() });
        let style =
            Style { null, terminal, colour, width: if terminal { terminal_width() } else { None }, cut, ..Style::default() };
        let format = format.unwrap_or(if terminal { Format::Box } else { Format::Csv });
        Self { format, style, sink: Sink::Stdout(io::stdout()), results: 0, kept: None, progress: None }
    }

    /// A printer to a file, which is made when the first byte comes: a statement that fails at once leaves an older file
    /// as it was. Refuses databases.
    pub(crate) fn to_file(
        path: &Path,
        format: Option<Format>,
        null: Option<String>,
        manager: &ConnectionManager,
    ) -> Result<Self, Error> {
        refuse_databases(path, manager)?;
        let format = format.or_else(|| format_of(path)).unwrap_or(Format::Csv);
        let sink = Sink::File(FileSink::new(path, format));
        Ok(Self { format, style: Style { null, ..Style::default() }, sink, results: 0, kept: None, progress: None })
    }

    /// Sends what follows there instead.
    pub(crate) fn send_to(&mut self, sink: Box<dyn io::Write>) {
        self.sink = Sink::Stream(sink);
    }

    /// Forgets the results before: no empty line stands between them and the next.
    pub(crate) fn start_over(&mut self) {
        self.results = 0;
    }

    /// Whether people read along.
    pub(crate) fn is_terminal(&self) -> bool {
        self.style.terminal
    }

    /// Says how far this statement is, where nothing else tells that something happens: beside a pipe the line would stand in
    /// what its reader draws.
    pub(crate) fn watch(&mut self, statement: impl FnOnce() -> glue::session::Progress) {
        let is_watched = match self.sink {
            Sink::File(_) => true,
            Sink::Stdout(_) => self.style.terminal,
            Sink::Stream(_) => false,
        };
        self.progress = if is_watched { Progress::start(statement()) } else { None };
    }

    /// No statement runs any more.
    pub(crate) fn end_watch(&mut self) {
        self.progress = None;
    }

    /// Prints the rows of a result as they come; returns how many there were.
    pub(crate) fn print_result(&mut self, result: &mut QueryResult) -> Result<usize, Failure> {
        let columns = result.columns().to_vec();
        if columns.is_empty() {
            while result.next_batch()?.is_some() {}
            return Ok(0);
        }
        if let Some(kept) = &mut self.kept {
            *kept = Kept::new(&columns);
        }
        let (mut writer, mut buffer) = self.begin(&columns)?;
        let mut rows = 0;
        loop {
            match result.next_batch() {
                Ok(Some(batch)) => {
                    rows += batch.rows();
                    if let Some(kept) = &mut self.kept {
                        kept.add(&batch);
                    }
                    writer.batch(&batch, &mut buffer)?;
                    if buffer.len() >= FLUSH_BYTES || self.style.terminal {
                        self.write_out(&mut buffer)?;
                    }
                }
                Ok(None) => {
                    if let Some(kept) = &mut self.kept {
                        kept.end();
                    }
                    break;
                }
                Err(error) => {
                    // What was found so far is true; the error comes after it. A header alone tells nobody anything.
                    if rows > 0 {
                        self.write_out(&mut buffer)?;
                    }
                    return Err(error.into());
                }
            }
        }
        writer.end(&mut buffer)?;
        self.write_out(&mut buffer)?;
        self.end_result()?;
        Ok(rows)
    }

    /// Prints rows that are all there.
    pub(crate) fn print_batch(&mut self, columns: &[&str], batch: &Batch) -> Result<(), Failure> {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        let (mut writer, mut buffer) = self.begin(&columns)?;
        writer.batch(batch, &mut buffer)?;
        writer.end(&mut buffer)?;
        self.write_out(&mut buffer)?;
        self.end_result()
    }

    /// Prints rows that were kept.
    pub(crate) fn print_kept(&mut self, kept: &Kept) -> Result<(), Failure> {
        let (mut writer, mut buffer) = self.begin(&kept.columns)?;
        for batch in &kept.batches {
            writer.batch(batch, &mut buffer)?;
        }
        writer.end(&mut buffer)?;
        self.write_out(&mut buffer)?;
        self.end_result()
    }

    /// Prints a result of one column of text as the text itself: a plan in boxes would be hard to read.
    pub(crate) fn print_plain(&mut self, result: &mut QueryResult) -> Result<(), Failure> {
        while let Some(batch) = result.next_batch()? {
            for row in 0..batch.rows() {
                if let ValueRef::Text(bytes) = batch.column(0).value(row) {
                    let text = String::from_utf8_lossy(bytes);
                    self.print_plan(&text)?;
                }
            }
        }
        Ok(())
    }

    /// Prints a plan, within the window.
    pub(crate) fn print_plan(&mut self, text: &str) -> Result<(), Failure> {
        match self.style.width.filter(|_| self.style.terminal) {
            Some(width) => self.print_text(&wrapped_plan(text, width)),
            None => self.print_text(text),
        }
    }

    /// Prints a text, ending its last line.
    pub(crate) fn print_text(&mut self, text: &str) -> Result<(), Failure> {
        self.results = 0;
        let mut bytes = text.as_bytes().to_vec();
        if !text.ends_with('\n') {
            bytes.push(b'\n');
        }
        self.write_out(&mut bytes)
    }

    /// Ends the output: a file that got no byte is made, empty.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.sink.finish()?)
    }

    fn begin(&mut self, columns: &[String]) -> Result<(ResultWriter, Vec<u8>), Failure> {
        if self.format.is_whole_file() {
            self.check_whole_file()?;
        }
        let mut buffer = Vec::with_capacity(FLUSH_BYTES + FLUSH_BYTES / 4);
        if self.results > 0 && self.format.is_for_people() {
            buffer.push(b'\n');
        }
        self.results += 1;
        let mut writer = self.format.writer(&self.style);
        writer.begin(columns, &mut buffer)?;
        Ok((writer, buffer))
    }

    fn check_whole_file(&self) -> Result<(), Error> {
        let name = self.format.name();
        if self.style.terminal {
            let error = Error::configuration(format!("{name} is no text, and this is a terminal"));
            return Err(error.hint(format!("write it to a file: -o rows.{name}")));
        }
        if self.results > 0 {
            let error = Error::query(format!("a file of {name} holds one result, and this is a second"));
            return Err(error.hint("run the statements one by one, each with a file of its own"));
        }
        Ok(())
    }

    fn end_result(&mut self) -> Result<(), Failure> {
        if self.format.is_whole_file() {
            self.sink.complete()?;
        }
        Ok(())
    }

    fn write_out(&mut self, buffer: &mut Vec<u8>) -> Result<(), Failure> {
        if self.style.terminal && !buffer.is_empty() {
            self.progress = None;
        }
        self.sink.write_all(buffer)?;
        buffer.clear();
        if self.style.terminal {
            self.sink.flush()?;
        }
        Ok(())
    }
}

/// The columns of the terminal: what it says itself, else what the environment says.
pub(crate) fn terminal_width() -> Option<usize> {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let asked = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    said.or_else(asked).filter(|width| *width > 0)
}

/// The format that the ending of a file's name stands for.
pub(crate) fn format_of(path: &Path) -> Option<Format> {
    path.extension()?.to_str()?.parse().ok()
}

/// Nothing is ever written over a database.
fn refuse_databases(path: &Path, manager: &ConnectionManager) -> Result<(), Error> {
    if let Some(pool) = pool_file(path, manager) {
        let message = format!("-o {} would write over a file of the pool `{pool}`", path.display());
        return Err(Error::configuration(message));
    }
    if is_database(path) {
        return Err(Error::configuration(format!("-o {} would write over a SQLite database", path.display())));
    }
    Ok(())
}
