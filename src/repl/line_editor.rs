//! The line editor: history, completion, colours, hints, and Enter that sends only what is whole.

use std::borrow::Cow;
use std::path::PathBuf;
use std::rc::Rc;

use glue::error::{Error, ErrorKind};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::history::{FileHistory, SearchDirection};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Behavior, CompletionType, Config, Context, Editor, Helper};

use super::completion::{Completion, Name};
use super::entries::is_complete;
use super::highlight::{dimmed, highlighted};
use super::names::Names;

const HISTORY_ENTRIES: usize = 10_000;
/// Longer text is not coloured: it would be read anew at every key.
const COLOURED_BYTES: usize = 20_000;

/// A line editor with its history.
pub(super) struct LineEditor {
    editor: Editor<LineHelper, FileHistory>,
    history: Option<PathBuf>,
}

/// What the editor asks while somebody types.
pub(super) struct LineHelper {
    completion: Completion,
    is_coloured: bool,
    /// Whether lines are edited together; else each is sent alone, and the shell puts them together.
    is_multi_line: bool,
}

impl LineEditor {
    /// An editor that keeps its history in that file.
    pub(super) fn new(names: Rc<Names>, history: Option<PathBuf>, is_coloured: bool) -> Result<Self, Error> {
        let unusable = |error: ReadlineError| Error::new(ErrorKind::Io, format!("cannot use the terminal: {error}"));
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .max_history_size(HISTORY_ENTRIES)
            .and_then(|builder| builder.history_ignore_dups(true))
            .map_err(unusable)?
            // Where standard output is a file, the prompt belongs on the terminal all the same.
            .behavior(if std::io::IsTerminal::is_terminal(&std::io::stdout()) { Behavior::Stdio } else { Behavior::PreferTerm })
            .build();
        let mut editor = Editor::with_config(config).map_err(unusable)?;
        let is_multi_line = !is_plain_terminal();
        editor.set_helper(Some(LineHelper { completion: Completion::new(names), is_coloured, is_multi_line }));
        if let Some(path) = &history {
            // No history yet, or one that cannot be read, is a reason to start without.
            let _ = editor.load_history(path);
        }
        Ok(Self { editor, history })
    }

    /// Reads what somebody types up to the Enter that sends it; `start` stands there already.
    pub(super) fn read(&mut self, prompt: &str, start: &str) -> Result<String, ReadlineError> {
        if start.is_empty() { self.editor.readline(prompt) } else { self.editor.readline_with_initial(prompt, (start, "")) }
    }

    /// Keeps an entry, in the file at once: a shell may end by being killed.
    pub(super) fn remember(&mut self, entry: &str) {
        // History is a convenience: an unwritable home must not stop anybody's work.
        let _ = self.editor.add_history_entry(entry);
        if let Some(path) = &self.history {
            if let Some(folder) = path.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            let _ = self.editor.append_history(path);
        }
    }

    /// The entries, the oldest first.
    pub(super) fn entries(&self) -> Vec<String> {
        self.editor.history().iter().cloned().collect()
    }
}

/// Whether the terminal can only print lines; the line editor knows it by these names.
pub(super) fn is_plain_terminal() -> bool {
    let is_named = |term: String| ["dumb", "cons25", "emacs"].iter().any(|plain| term.eq_ignore_ascii_case(plain));
    std::env::var("TERM").is_ok_and(is_named)
}

impl Helper for LineHelper {}

impl Completer for LineHelper {
    type Candidate = Name;

    fn complete(&self, line: &str, position: usize, _context: &Context<'_>) -> rustyline::Result<(usize, Vec<Name>)> {
        self.completion.complete(line, position)
    }
}

impl Validator for LineHelper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let sends = !self.is_multi_line || is_complete(context.input());
        Ok(if sends { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Highlighter for LineHelper {
    fn highlight<'l>(&self, line: &'l str, _position: usize) -> Cow<'l, str> {
        if self.is_coloured && line.len() <= COLOURED_BYTES { Cow::Owned(highlighted(line)) } else { Cow::Borrowed(line) }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _default: bool) -> Cow<'b, str> {
        if self.is_coloured { Cow::Owned(format!("\u{1b}[1;32m{prompt}\u{1b}[0m")) } else { Cow::Borrowed(prompt) }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(dimmed(hint))
    }

    fn highlight_char(&self, _line: &str, _position: usize, kind: CmdKind) -> bool {
        self.is_coloured && kind != CmdKind::MoveCursor
    }
}

/// The rest of an entry that began as this line does.
pub(super) struct Remembered {
    shown: String,
    whole: String,
}

impl Hint for Remembered {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        Some(&self.whole)
    }
}

impl Hinter for LineHelper {
    type Hint = Remembered;

    /// Without colours a hint would look like something that was typed, so there is none.
    fn hint(&self, line: &str, position: usize, context: &Context<'_>) -> Option<Remembered> {
        if !self.is_coloured || line.trim().is_empty() || position < line.len() || context.history().is_empty() {
            return None;
        }
        let start = context.history_index().min(context.history().len() - 1);
        let found = context.history().starts_with(line, start, SearchDirection::Reverse).ok().flatten()?;
        let whole = found.entry.get(line.len()..).filter(|rest| !rest.is_empty())?.to_owned();
        let first = whole.lines().next().unwrap_or_default();
        let shown = if first.len() < whole.len() { format!("{first} …") } else { whole.clone() };
        Some(Remembered { shown, whole })
    }
}
