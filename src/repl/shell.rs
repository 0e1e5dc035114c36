//! Reading statements and dot commands, and running them.

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use glue::error::{Error, ErrorKind};
use glue::session::Session;
use glue::sql::split;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};

use super::completion::LineHelper;
use super::dot_command::{COMMANDS, DotCommand, ROUTES};
use super::history::history_file;
use super::names::Names;
use crate::command::run_options::RunOptions;
use crate::command::script::{self, Script};
use crate::command::tables::is_listed;
use crate::command::{Failure, Interrupts, Printer, explain, schema, tables};

const PROMPT: &str = "glue> ";
const CONTINUED_PROMPT: &str = "  ...> ";
/// With more pools than this the banner counts no tables: it would open every file before the first prompt.
const COUNTED_POOLS: usize = 16;

/// The shell.
pub(crate) struct Shell {
    session: Rc<RefCell<Session>>,
    printer: Printer,
    interrupts: Interrupts,
    editor: Editor<LineHelper, FileHistory>,
    history: Option<PathBuf>,
    /// The lines of a statement that no semicolon has ended yet.
    pending: Rc<RefCell<String>>,
    timer: bool,
}

/// Whether to go on reading.
#[derive(PartialEq, Eq)]
enum Next {
    Read,
    Leave,
}

impl Shell {
    /// A shell over a session.
    pub(crate) fn new(session: Session, printer: Printer, interrupts: Interrupts) -> Result<Self, Failure> {
        let unusable = |error: ReadlineError| Error::new(ErrorKind::Io, format!("cannot use the terminal: {error}"));
        let config = Config::builder().completion_type(CompletionType::List).max_history_size(10_000).map_err(unusable)?.build();
        let mut editor = Editor::with_config(config).map_err(unusable)?;
        let session = Rc::new(RefCell::new(session));
        let pending = Rc::new(RefCell::new(String::new()));
        editor.set_helper(Some(LineHelper::new(Names::new(Rc::clone(&session)), Rc::clone(&pending))));
        let history = history_file(|name| std::env::var_os(name));
        if let Some(path) = &history {
            // No history yet, or one that cannot be read, is a reason to start without.
            let _ = editor.load_history(path);
        }
        Ok(Self { session, printer, interrupts, editor, history, pending, timer: true })
    }

    /// Reads and runs until the user leaves.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        self.banner()?;
        loop {
            let prompt = if self.pending.borrow().is_empty() { PROMPT } else { CONTINUED_PROMPT };
            match self.editor.readline(prompt) {
                Ok(line) => {
                    if self.take_line(&line) == Next::Leave {
                        return Ok(());
                    }
                }
                Err(ReadlineError::Interrupted) => self.pending.borrow_mut().clear(),
                Err(ReadlineError::Eof) => {
                    self.end();
                    return Ok(());
                }
                Err(error) => {
                    return Err(Error::new(ErrorKind::Io, format!("cannot read the terminal: {error}")).into());
                }
            }
        }
    }

    fn banner(&mut self) -> Result<(), Failure> {
        let pools = self.session.borrow().manager().pools();
        let counted = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
        let mut text = counted(pools.len(), "database", "databases");
        if (1..=COUNTED_POOLS).contains(&pools.len()) {
            let mut session = self.session.borrow_mut();
            let tables = pools
                .iter()
                .filter_map(|pool| session.catalog(pool.name()).ok())
                .map(|catalog| catalog.tables.values().filter(|table| is_listed(table)).count())
                .sum();
            text = format!("{text}, {}", counted(tables, "table", "tables"));
        }
        let advice = if pools.is_empty() {
            "none was named: glue FILES, --db NAME=PATH, or a glue.toml; `glue demo` writes some to try"
        } else {
            "try .tables, or .help"
        };
        writeln!(io::stdout(), "glue {}: {text}; {advice}", env!("CARGO_PKG_VERSION"))?;
        Ok(())
    }

    fn take_line(&mut self, line: &str) -> Next {
        let fresh = self.pending.borrow().is_empty();
        if fresh && line.trim().is_empty() {
            return Next::Read;
        }
        if fresh && line.trim_start().starts_with('.') {
            self.remember(line.trim());
            self.interrupts.reset();
            let outcome = self.dot_command(line);
            return shown(outcome);
        }
        let text = {
            let mut pending = self.pending.borrow_mut();
            pending.push_str(line);
            pending.push('\n');
            if !split(&pending).iter().all(|statement| statement.complete) {
                return Next::Read;
            }
            std::mem::take(&mut *pending)
        };
        self.remember(text.trim());
        self.run_script(&Script::typed(text))
    }

    /// Runs what stands there without its semicolon at the end of the input, as SQLite's shell does.
    fn end(&mut self) {
        let text = std::mem::take(&mut *self.pending.borrow_mut());
        if !text.trim().is_empty() {
            self.run_script(&Script::typed(text));
        }
    }

    fn run_script(&mut self, script: &Script) -> Next {
        for statement in split(&script.text) {
            self.interrupts.reset();
            let start = Instant::now();
            let outcome = script::run_statement(
                &mut self.session.borrow_mut(),
                script,
                &statement,
                &mut self.printer,
                &RunOptions::default(),
            );
            let outcome = outcome.and_then(|rows| self.footer(rows, start.elapsed()));
            // What follows a statement that failed was written in the belief that it would not.
            if outcome.is_err() {
                return shown(outcome.map(|()| Next::Read));
            }
        }
        Next::Read
    }

    fn footer(&self, rows: Option<usize>, time: Duration) -> Result<(), Failure> {
        if !self.printer.is_terminal() || !self.printer.format.is_for_people() {
            return Ok(());
        }
        let count = rows.map(|rows| format!("{rows} {}", if rows == 1 { "row" } else { "rows" }));
        let time = self.timer.then(|| duration(time));
        let parts: Vec<String> = count.into_iter().chain(time).collect();
        if !parts.is_empty() {
            writeln!(io::stdout(), "{}", parts.join(" · "))?;
        }
        Ok(())
    }

    fn remember(&mut self, entry: &str) {
        // History is a convenience: an unwritable home must not stop anybody's work. Saved at once, since a shell may
        // end by being killed.
        let _ = self.editor.add_history_entry(entry);
        if let Some(path) = &self.history {
            if let Some(folder) = path.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            let _ = self.editor.append_history(path);
        }
    }

    fn dot_command(&mut self, line: &str) -> Result<Next, Failure> {
        let session = Rc::clone(&self.session);
        match DotCommand::parse(line)? {
            DotCommand::Help => self.help()?,
            DotCommand::Tables(pattern) => tables::tables(&mut session.borrow_mut(), pattern.as_deref(), &mut self.printer)?,
            DotCommand::Schema(table) => schema::schema(&mut session.borrow_mut(), table.as_deref(), &mut self.printer)?,
            DotCommand::Explain(sql) => explain::explain(&mut session.borrow_mut(), &Script::typed(sql), &mut self.printer)?,
            DotCommand::Read(path) => {
                let path = glue::config::expand_home(&path, std::env::var_os("HOME").map(PathBuf::from).as_deref());
                let script = Script::read(&path, session.borrow().manager())?;
                return Ok(self.run_script(&script));
            }
            DotCommand::Mode(Some(format)) => self.printer.format = format,
            DotCommand::Mode(None) => tell("mode", self.printer.format.name())?,
            DotCommand::Timer(Some(timer)) => self.timer = timer,
            DotCommand::Timer(None) => tell("timer", if self.timer { "on" } else { "off" })?,
            DotCommand::Null(text) => self.printer.style.null = Some(text),
            DotCommand::Route(Some(route)) => session.borrow_mut().set_route(route),
            DotCommand::Route(None) => {
                let current = session.borrow().route();
                let name = ROUTES.iter().find(|(_, route)| *route == current).map_or("auto", |(name, _)| *name);
                tell("route", name)?;
            }
            DotCommand::Quit => return Ok(Next::Leave),
        }
        Ok(Next::Read)
    }

    fn help(&mut self) -> Result<(), Failure> {
        let line = |(name, argument, what): &(&str, &str, &str)| format!("{:20}{what}\n", format!("{name} {argument}"));
        let lines: String = COMMANDS.iter().map(line).collect();
        let text = format!("Statements end with a semicolon. Ctrl-C cancels, Tab completes.\n\n{lines}");
        self.printer.print_text(&text)
    }
}

/// Draws an error and goes on; only a closed output ends the shell.
fn shown(outcome: Result<Next, Failure>) -> Next {
    match outcome {
        Ok(next) => next,
        Err(Failure::ClosedPipe) => Next::Leave,
        Err(failure) => {
            failure.report();
            Next::Read
        }
    }
}

fn tell(what: &str, value: &str) -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{what}: {value}")?)
}

fn duration(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.1} ms", time.as_secs_f64() * 1e3)
    } else {
        format!("{:.2} s", time.as_secs_f64())
    }
}
