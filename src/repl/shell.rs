//! Reading at the prompt, until the user leaves.

use std::io::{self, Write as _};

use glue::error::{Error, ErrorKind};
use rustyline::error::ReadlineError;

use super::banner::banner;
use super::console::{Console, Next};
use super::entries::{is_bare_command, is_complete};
use super::line_editor::LineEditor;
use crate::command::{Failure, terminal_width};
use crate::settings::history_file;

const PROMPT: &str = "glue> ";
const CONTINUED_PROMPT: &str = "  ...> ";

/// The shell: a console, and somebody who types.
pub(crate) struct Shell {
    console: Console,
    editor: LineEditor,
}

impl Shell {
    /// A shell over a console.
    pub(crate) fn new(mut console: Console) -> Result<Self, Failure> {
        let history = history_file(|name| std::env::var_os(name));
        let names = console.listen();
        let editor = LineEditor::new(names, history, console.is_coloured())?;
        console.history = editor.entries();
        Ok(Self { console, editor })
    }

    /// Reads and runs until the user leaves.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        // For people, not for what reads standard output.
        write!(io::stderr(), "{}", banner(self.console.names(), terminal_width().unwrap_or(usize::MAX)))?;
        // The lines of a statement that a plain terminal sends one by one.
        let mut pending = String::new();
        let mut start = String::new();
        loop {
            let prompt = if pending.is_empty() { PROMPT } else { CONTINUED_PROMPT };
            let next = match self.editor.read(prompt, &std::mem::take(&mut start)) {
                Ok(line) => {
                    pending.push_str(&line);
                    if !is_complete(&pending) {
                        pending.push('\n');
                        continue;
                    }
                    self.take(&std::mem::take(&mut pending))
                }
                Err(ReadlineError::Interrupted) => {
                    pending.clear();
                    Next::Read
                }
                // What stands there without its semicolon is run at the end, as SQLite's shell does.
                Err(ReadlineError::Eof) => {
                    self.take(&pending);
                    Next::Leave
                }
                Err(error) => {
                    return Err(Error::new(ErrorKind::Io, format!("cannot read the terminal: {error}")).into());
                }
            };
            match next {
                Next::Read => {}
                Next::Leave => return Ok(()),
                Next::Edit(text) => start = text,
            }
        }
    }

    fn take(&mut self, text: &str) -> Next {
        let entry = text.trim();
        if entry.is_empty() {
            return Next::Read;
        }
        self.editor.remember(entry);
        self.console.history.push(entry.to_owned());
        let dotted = is_bare_command(entry).then(|| format!(".{}", entry.trim_end_matches(';').to_ascii_lowercase()));
        match self.console.run_text(dotted.as_deref().unwrap_or(text)) {
            Ok(next) => next,
            // The terminal is gone.
            Err(Failure::ClosedPipe) => Next::Leave,
            Err(failure) => {
                failure.report();
                Next::Read
            }
        }
    }
}
