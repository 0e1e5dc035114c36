//! What runs statements and dot commands, typed or read from a file, with all that is set.

use std::io::{self, Write as _};
use std::rc::Rc;
use std::time::Instant;

use glue::connection::ConnectionManager;
use glue::output::{Cut, Format};
use glue::session::Session;
use glue::sql::StatementText;

use super::dot_command;
use super::entries::{Entry, entries};
use super::footer::{footer, stats_line};
use super::last_result::{LastResult, is_named_in};
use super::names::Names;
use super::screen::{Screen, Shown, is_installed};
use crate::command::amounts::grouped;
use crate::command::run_options::{RunOptions, Stats};
use crate::command::script::{self, Script};
use crate::command::{Failure, Interrupts, Kept, Printer, Progress, terminal_width};
use crate::settings::{Origin, ShellSettings};

/// Scripts that read scripts go no deeper than this: one that reads itself would never end.
const DEEPEST_SCRIPT: usize = 20;

/// Runs statements and dot commands.
pub(crate) struct Console {
    pub(super) session: Session,
    pub(super) interrupts: Interrupts,
    pub(super) settings: ShellSettings,
    /// Prints where nothing else was said.
    printer: Printer,
    /// `.output` and `.once`.
    pub(super) redirected: Option<Redirected>,
    /// The terminal, where answers go there.
    screen: Option<Screen>,
    /// How long answers are cut where no pager shows all of them.
    cut: Option<Cut>,
    names: Option<Rc<Names>>,
    pub(super) timer: bool,
    /// What `.width` says; 0 for any.
    pub(super) width: Option<usize>,
    /// Whether a script ends at its first error.
    pub(super) bail: bool,
    /// What every statement is given along.
    pub(super) options: RunOptions,
    /// The statement that `.again` and its kin mean.
    pub(super) last_statement: Option<String>,
    /// The rows of the last statement that had any.
    pub(super) last_rows: Option<Kept>,
    last_result: LastResult,
    /// The format that `.expanded off` goes back to.
    pub(super) unexpanded: Option<Format>,
    /// What was entered, the oldest first.
    pub(super) history: Vec<String>,
    /// How many scripts are being read within each other.
    depth: usize,
}

/// Where rows go instead.
pub(super) struct Redirected {
    pub(super) printer: Printer,
    pub(super) path: String,
    /// For one statement only.
    pub(super) once: bool,
}

/// Whether an error ends what is being run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bail {
    Always,
    /// As `.bail` says.
    AsSet,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Read on.
    Read,
    /// Leave.
    Leave,
    /// Read on, with this text to begin with.
    Edit(String),
}

impl Console {
    /// A console over a session; answers go to the printer.
    pub(crate) fn new(session: Session, printer: Printer, interrupts: Interrupts, settings: ShellSettings) -> Self {
        Self {
            session,
            interrupts,
            timer: settings.timer,
            settings,
            printer,
            redirected: None,
            screen: None,
            cut: None,
            names: None,
            width: None,
            bail: true,
            options: RunOptions::default(),
            last_statement: None,
            last_rows: None,
            last_result: LastResult::default(),
            unexpanded: None,
            history: Vec::new(),
            depth: 0,
        }
    }

    /// Makes ready for somebody at a terminal: answers are paged, and names are read for completion.
    pub(super) fn listen(&mut self) -> Rc<Names> {
        if self.printer.is_terminal() {
            self.printer.format = self.settings.format.unwrap_or(self.printer.format);
            self.printer.style.null = self.printer.style.null.take().or_else(|| self.settings.null.clone());
            let (pager, origin) = self.settings.pager.clone();
            // A pager that nobody asked for is used only where there is one.
            let is_there = !pager.is_empty() && (origin != Origin::Default || is_installed(&pager));
            let is_paged = is_there && !super::line_editor::is_plain_terminal();
            self.cut = self.printer.style.cut.take().map(|cut| Cut { advice: ".last shows all".to_owned(), ..cut });
            let screen = Screen::new(is_paged.then_some(pager), self.interrupts.clone());
            self.printer.send_to(Box::new(screen.clone()));
            self.screen = Some(screen);
        }
        let names = Rc::new(Names::new(self.manager().clone()));
        self.names = Some(Rc::clone(&names));
        names
    }

    /// The names of what there is.
    pub(super) fn names(&self) -> &Names {
        self.names.as_ref().expect("somebody listens")
    }

    /// Has the names read again, where anybody completes them.
    pub(super) fn refresh_names(&self) {
        if let Some(names) = &self.names {
            names.refresh_from(self.session.manager());
        }
    }

    pub(super) fn is_coloured(&self) -> bool {
        self.printer.style.colour && !super::line_editor::is_plain_terminal()
    }

    pub(super) fn manager(&self) -> &ConnectionManager {
        self.session.manager()
    }

    /// The terminal, where answers go there.
    pub(super) fn screen(&self) -> Option<&Screen> {
        self.screen.as_ref()
    }

    /// The printer that is in use.
    pub(super) fn printer(&mut self) -> &mut Printer {
        match &mut self.redirected {
            Some(redirected) => &mut redirected.printer,
            None => &mut self.printer,
        }
    }

    /// The session and the printer in use, for the commands that both work with.
    pub(super) fn session_and_printer(&mut self) -> (&mut Session, &mut Printer) {
        let printer = match &mut self.redirected {
            Some(redirected) => &mut redirected.printer,
            None => &mut self.printer,
        };
        (&mut self.session, printer)
    }

    /// Runs what was typed.
    pub(super) fn run_text(&mut self, text: &str) -> Result<Next, Failure> {
        self.interrupts.reset();
        // What follows a statement that failed was written in the belief that it would not.
        self.run_entries(&Script::typed(text), Bail::Always)
    }

    /// Runs a script: statements and dot commands, up to the first error unless `.bail off` says otherwise.
    pub(crate) fn run_script(&mut self, script: &Script) -> Result<(), Failure> {
        self.run_entries(script, Bail::AsSet).map(drop)
    }

    /// Has every statement from now on run with these.
    pub(crate) fn set_options(&mut self, options: RunOptions) {
        self.bail = options.bail;
        self.options = options;
    }

    /// Ends the output.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        self.end_redirection()?;
        self.printer.finish()
    }

    /// Runs a script that a command names.
    pub(super) fn run_nested(&mut self, script: &Script) -> Result<Next, Failure> {
        if self.depth >= DEEPEST_SCRIPT {
            let message = format!("scripts read scripts more than {DEEPEST_SCRIPT} deep: does one read itself?");
            return Err(glue::error::Error::query(message).into());
        }
        self.depth += 1;
        let next = self.run_entries(script, Bail::AsSet);
        self.depth -= 1;
        next
    }

    fn run_entries(&mut self, script: &Script, bail: Bail) -> Result<Next, Failure> {
        let mut first_failure = None;
        for entry in entries(&script.text) {
            self.look_at_screen();
            // A statement takes presses back when it starts, so one between two is seen only here.
            self.interrupts.check()?;
            let outcome = match entry {
                Entry::Statement { text, offset, complete } => {
                    self.run_statement(script, &StatementText { text, offset, complete }).map(|()| Next::Read)
                }
                Entry::Command { line, statement } => self.run_command(script, line, statement),
            };
            match outcome {
                Ok(Next::Read) => {}
                Ok(next) => return Ok(next),
                Err(Failure::ClosedPipe) => return Err(Failure::ClosedPipe),
                // Asked at each failure: the script itself may say `.bail off` on its way.
                Err(failure) if bail == Bail::Always || self.bail || failure.is_interrupt() => return Err(failure),
                Err(failure) => {
                    let exit = failure.report();
                    first_failure.get_or_insert(exit);
                }
            }
        }
        first_failure.map_or(Ok(Next::Read), |exit| Err(Failure::Said(exit)))
    }

    fn run_command(&mut self, script: &Script, line: &str, statement: Option<&str>) -> Result<Next, Failure> {
        let place = line.as_ptr() as usize - script.text.as_ptr() as usize;
        let at_line = |failure: Failure| match failure {
            // In a script the line says where; at the prompt it stands right above.
            failure if script.name.is_some() => script.failure(failure, place),
            failure => failure,
        };
        let (definition, mut arguments) = dot_command::parse(line).map_err(|error| at_line(error.into()))?;
        arguments.statement = statement.map(str::to_owned);
        if self.screen.is_some() {
            self.printer.start_over();
        }
        let outcome = (definition.run)(self, &arguments).map_err(at_line);
        // A long list is paged as rows are.
        match self.finish_screen() {
            // Who leaves the pager early has read enough, and is still here.
            Ok(Shown::Left) if matches!(outcome, Err(Failure::ClosedPipe)) => Ok(Next::Read),
            Ok(_) => outcome,
            Err(error) => outcome.and(Err(error.into())),
        }
    }

    /// Runs a statement and prints its rows and the footer.
    pub(super) fn run_statement(&mut self, script: &Script, statement: &StatementText<'_>) -> Result<(), Failure> {
        if is_named_in(statement.text)
            && let Some(kept) = &self.last_rows
        {
            let made = self.last_result.make(kept, &mut self.session);
            made.map_err(|error| script.failure(error.into(), statement.offset))?;
        }
        self.last_statement = Some(statement.text.to_owned());
        script::agree(&mut self.session, script, statement, &self.options)?;
        if let Some(screen) = self.screen.as_ref().filter(|_| self.redirected.is_none()) {
            screen.begin(Progress::start(self.session.progress()));
        }
        let start = Instant::now();
        let is_interactive = self.screen.is_some();
        let options = self.options.clone();
        let (session, printer) = self.session_and_printer();
        if is_interactive {
            printer.start_over();
        }
        printer.kept = Some(Kept::default());
        let outcome = script::run_statement(session, script, statement, printer, &options);
        let time = start.elapsed();
        // A statement that failed before its first row leaves the result before it the last.
        let kept = printer.kept.take().filter(|kept| !kept.columns.is_empty() && (outcome.is_ok() || kept.rows > 0));
        self.last_rows = kept.or(self.last_rows.take());
        self.last_result.forget(&mut self.session);
        let shown = self.finish_screen()?;
        let stats = match outcome {
            // Whatever the statement was waiting for, it was not that which ended it.
            Err(_) if self.interrupts.check().is_err() => return Err(glue::error::Error::interrupted().into()),
            // Who leaves the pager early has read enough.
            Err(Failure::ClosedPipe) if shown == Shown::Left => return self.tell_where_it_was_left(),
            outcome => outcome?,
        };
        if stats.rows.is_none() {
            // It may have made or dropped something.
            self.refresh_names();
        }
        self.footer(stats.rows, time)?;
        self.tell_stats(&stats)?;
        if self.redirected.as_ref().is_some_and(|redirected| redirected.once) {
            self.end_redirection()?;
        }
        Ok(())
    }

    /// The window may have been made wider or narrower since the last answer, and the pager may have come or gone: who has one
    /// can look at all the rows.
    fn look_at_screen(&mut self) {
        if let Some(screen) = &self.screen {
            self.printer.style.cut = self.cut.clone().filter(|_| screen.pager().is_none());
            self.printer.style.width = match self.width {
                Some(width) => Some(width).filter(|width| *width > 0),
                None => terminal_width(),
            };
        }
    }

    fn tell_where_it_was_left(&self) -> Result<(), Failure> {
        let rows = self.last_rows.as_ref().map_or(0, |kept| kept.rows);
        Ok(writeln!(io::stderr(), "stopped after {} rows, when the pager was left", grouped(rows))?)
    }

    fn finish_screen(&mut self) -> io::Result<Shown> {
        self.screen.as_ref().map_or(Ok(Shown::Whole), Screen::finish)
    }

    /// Closes the file that rows went to.
    pub(super) fn end_redirection(&mut self) -> Result<(), Failure> {
        self.redirected.take().map_or(Ok(()), |mut redirected| redirected.printer.finish())
    }

    /// `.stats`: a line for people, JSON for programs.
    fn tell_stats(&self, stats: &Stats) -> Result<(), Failure> {
        if !self.options.stats {
            return Ok(());
        }
        if self.screen.is_none() {
            stats.tell();
            return Ok(());
        }
        Ok(writeln!(io::stderr(), "{}", stats_line(stats))?)
    }

    fn footer(&self, rows: Option<usize>, time: std::time::Duration) -> Result<(), Failure> {
        if self.screen.is_none() || (self.redirected.is_none() && !self.printer.format.is_for_people()) {
            return Ok(());
        }
        let pools = self.session.progress().pools();
        if let Some(mut line) = footer(rows, self.timer.then_some(time), &pools) {
            if let Some(redirected) = &self.redirected {
                line = format!("{line} → {}", redirected.path);
            }
            writeln!(io::stderr(), "{line}")?;
        }
        Ok(())
    }
}
