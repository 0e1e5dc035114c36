//! Running the statements of a script, one after the other, up to the first error.

use std::io::{BufRead, Read as _};
use std::ops::Range;
use std::path::Path;
use std::time::Instant;

use glue::connection::ConnectionManager;
use glue::error::{Error, Notice};
use glue::output::Format;
use glue::session::{Route, Session, Verdict};
use glue::sql::{StatementText, has_open_comment, split};

use super::deadline::Deadline;
use super::failure::Place;
use super::run_options::{RunOptions, Stats};
use super::{Exit, Failure, Interrupts, Printer, confirm, say};
use crate::settings::pool_file;

/// SQL text, and where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// The file's name, for errors.
    pub(crate) name: Option<String>,
    /// The text.
    pub(crate) text: String,
}

impl Script {
    /// A script from an argument or the prompt.
    pub(crate) fn typed(text: impl Into<String>) -> Self {
        Self { name: None, text: text.into() }
    }

    /// A script from a file; `-` is standard input. A pool's file is refused before it is opened: closing it again would
    /// drop the locks that SQLite holds on it in this process.
    pub(crate) fn read(path: &Path, manager: &ConnectionManager) -> Result<Self, Error> {
        if path == Path::new("-") {
            return Self::standard_input();
        }
        if let Some(pool) = pool_file(path, manager) {
            let message = format!("{} is a database of the pool `{pool}`, not a script", path.display());
            return Err(Error::configuration(message));
        }
        let unreadable = |error| Error::configuration(format!("cannot read the script {}: {error}", path.display()));
        let text = text_of(std::fs::read(path).map_err(unreadable)?, &path.display().to_string())?;
        Ok(Self { name: Some(path.display().to_string()), text })
    }

    /// A script from standard input.
    pub(crate) fn standard_input() -> Result<Self, Error> {
        let mut bytes = Vec::new();
        let unreadable = |error| Error::configuration(format!("cannot read standard input: {error}"));
        std::io::stdin().read_to_end(&mut bytes).map_err(unreadable)?;
        Ok(Self { name: None, text: text_of(bytes, "standard input")? })
    }

    /// Reads a further line of `input`; false at its end.
    fn read_line(&mut self, input: &mut impl BufRead) -> Result<bool, Error> {
        let mut bytes = Vec::new();
        let unreadable = |error| Error::configuration(format!("cannot read standard input: {error}"));
        input.read_until(b'\n', &mut bytes).map_err(unreadable)?;
        if bytes.is_empty() {
            return Ok(false);
        }
        let line = String::from_utf8(bytes).map_err(|error| {
            let byte = self.text.len() + error.utf8_error().valid_up_to();
            Error::configuration(format!("standard input is not UTF-8 text (byte {byte})"))
        })?;
        let line = if self.text.is_empty() { without_marks(&line) } else { line };
        self.text.push_str(&line);
        Ok(true)
    }

    /// Ties an error to the statement at `offset`.
    pub(crate) fn failure(&self, failure: Failure, offset: usize) -> Failure {
        match failure {
            Failure::Error(error, None) => {
                Failure::Error(error, Some(Place { name: self.name.clone(), text: self.text.clone(), offset }))
            }
            other => other,
        }
    }
}

fn text_of(bytes: Vec<u8>, name: &str) -> Result<String, Error> {
    let text = String::from_utf8(bytes)
        .map_err(|error| Error::configuration(format!("{name} is not UTF-8 text (byte {})", error.utf8_error().valid_up_to())))?;
    Ok(without_marks(&text))
}

fn without_marks(text: &str) -> String {
    // Editors on Windows put a byte order mark first, which no statement begins with.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // `#!/usr/bin/env -S glue run` becomes a comment of the same length, so that every place stays true.
    text.strip_prefix("#!").map_or_else(|| text.to_owned(), |rest| format!("--{rest}"))
}

/// Runs every statement of `script`. Where the options let it go on after an error, the first one's exit code stands for all.
pub(crate) fn run(
    session: &mut Session,
    script: &Script,
    printer: &mut Printer,
    interrupts: &Interrupts,
    options: &RunOptions,
) -> Result<(), Failure> {
    let mut first = None;
    run_part(session, script, 0..script.text.len(), printer, interrupts, options, &mut first)?;
    first.map_or(Ok(()), |exit| Err(Failure::Said(exit)))
}

/// Runs every statement of standard input, each when its semicolon has come: who writes them may wait for the answer.
pub(crate) fn run_standard_input(
    session: &mut Session,
    printer: &mut Printer,
    interrupts: &Interrupts,
    options: &RunOptions,
) -> Result<(), Failure> {
    let mut input = std::io::stdin().lock();
    let mut script = Script::typed("");
    let (mut done, mut first) = (0, None);
    loop {
        let before = script.text.len();
        let is_open = script.read_line(&mut input)?;
        let rest = &script.text[done..];
        if is_open && (!script.text[before..].contains(';') || has_open_comment(rest)) {
            continue;
        }
        let begun = split(rest).into_iter().find(|statement| is_open && !statement.complete);
        let end = begun.map_or(script.text.len(), |begun| done + begun.offset);
        run_part(session, &script, done..end, printer, interrupts, options, &mut first)?;
        done = end;
        if !is_open {
            return first.map_or(Ok(()), |exit| Err(Failure::Said(exit)));
        }
    }
}

fn run_part(
    session: &mut Session,
    script: &Script,
    part: Range<usize>,
    printer: &mut Printer,
    interrupts: &Interrupts,
    options: &RunOptions,
    first: &mut Option<Exit>,
) -> Result<(), Failure> {
    for statement in split(&script.text[part.clone()]) {
        let statement = StatementText { offset: part.start + statement.offset, ..statement };
        interrupts.check()?;
        let agreed = agree(session, script, &statement, options);
        match agreed.and_then(|()| run_statement(session, script, &statement, printer, options)) {
            Ok(stats) if options.stats => stats.tell(),
            Ok(_) => {}
            Err(failure) if options.bail || failure.is_interrupt() || matches!(failure, Failure::ClosedPipe) => {
                return Err(failure);
            }
            Err(failure) => {
                let exit = failure.report();
                first.get_or_insert(exit);
            }
        }
    }
    Ok(())
}

/// An error unless the statement may run: what takes much away asks first.
pub(crate) fn agree(
    session: &mut Session,
    script: &Script,
    statement: &StatementText<'_>,
    options: &RunOptions,
) -> Result<(), Failure> {
    confirm(session, statement.text, options.consent).map_err(|failure| script.failure(failure, statement.offset))
}

/// Runs one statement of `script`.
pub(crate) fn run_statement(
    session: &mut Session,
    script: &Script,
    statement: &StatementText<'_>,
    printer: &mut Printer,
    options: &RunOptions,
) -> Result<Stats, Failure> {
    let deadline = options.timeout.map(|limit| Deadline::start(limit, session.cancel_token()));
    let outcome = print_statement(session, statement.text, printer, options);
    printer.end_watch();
    say(&session.take_notices());
    outcome.map_err(|failure| {
        let failure = match (failure, &deadline) {
            (Failure::Error(error, place), Some(deadline)) => Failure::Error(Box::new(deadline.explain(*error)), place),
            (failure, _) => failure,
        };
        script.failure(advise(failure, session), statement.offset)
    })
}

fn print_statement(session: &mut Session, text: &str, printer: &mut Printer, options: &RunOptions) -> Result<Stats, Failure> {
    let begun = Instant::now();
    if is_plan(text) && matches!(printer.format, Format::Json | Format::Jsonl) {
        let plan = session.explain_with(text, options.parameters.clone())?;
        printer.print_text(&plan.to_json())?;
        return Ok(Stats { rows: None, route: Route::Auto, pools: Vec::new(), time: begun.elapsed() });
    }
    printer.watch(|| session.progress());
    let parameters = options.parameters.clone();
    let (mut result, verdict) = if options.verify && !is_plan(text) {
        let (result, verdict) = session.verify_with(text, parameters)?;
        (result, Some(verdict))
    } else {
        (session.query_with(text, parameters)?, None)
    };
    let has_columns = !result.columns().is_empty();
    let rows = if printer.format.is_text() && is_plan(text) && result.columns().len() == 1 {
        printer.print_plain(&mut result)?;
        None
    } else {
        Some(printer.print_result(&mut result)?).filter(|_| has_columns)
    };
    if let Some(verdict) = verdict {
        printer.end_watch();
        say(&[verdict_notice(verdict)]);
    }
    Ok(Stats { rows, route: result.route(), pools: result.pools(), time: begun.elapsed() })
}

fn verdict_notice(verdict: Verdict) -> Notice {
    Notice::new(match verdict {
        Verdict::Same(1) => "verified: both routes give the same row".to_owned(),
        Verdict::Same(rows) => format!("verified: both routes give the same {rows} rows"),
        Verdict::Open(rows) => format!(
            "not fixed by the statement: both routes give {rows} rows, and so does SQLite scanning the other way round, but not the same"
        ),
        Verdict::NotCompared(why) => format!("not verified: {why}"),
    })
}

/// Whether a statement is glue's EXPLAIN (`EXPLAIN QUERY PLAN` is SQLite's, and a table).
fn is_plan(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let is_explain = words.next().is_some_and(|word| word.eq_ignore_ascii_case("EXPLAIN"));
    is_explain && !words.next().is_some_and(|word| word.eq_ignore_ascii_case("QUERY"))
}

/// Without any pool the most likely mistake is that none was named.
fn advise(failure: Failure, session: &Session) -> Failure {
    match failure {
        Failure::Error(mut error, place) if error.hint.is_none() && session.manager().pools().is_empty() => {
            error.hint = Some("no database is known: name files, give --db NAME=PATH, or write a glue.toml".to_owned());
            Failure::Error(error, place)
        }
        other => other,
    }
}
