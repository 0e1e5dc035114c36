//! What a command can end with, and the exit code that says so.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use glue::error::{Error, ErrorKind};
use glue::output::{Diagnostic, Source};

/// The exit codes, which scripts rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All went well.
    Success = 0,
    /// A statement is wrong or failed.
    Query = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// A pool cannot be opened, or is locked.
    Open = 3,
    /// A statement took longer than it may.
    Timeout = 4,
    /// Two routes give different answers.
    Difference = 5,
    /// Interrupted, as shells number it: 128 and the signal.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Configuration => Self::Usage,
            ErrorKind::Open | ErrorKind::Busy | ErrorKind::Corrupt => Self::Open,
            ErrorKind::Interrupted => Self::Interrupted,
            ErrorKind::Timeout => Self::Timeout,
            ErrorKind::Difference => Self::Difference,
            _ => Self::Query,
        }
    }
}

/// Whether errors are written as JSON. It is set once, from the command line: how errors look is a property of the process's
/// standard error, as its colours are.
static ERRORS_AS_JSON: AtomicBool = AtomicBool::new(false);

/// Writes errors as JSON from now on.
pub(crate) fn report_as_json() {
    ERRORS_AS_JSON.store(true, Ordering::Relaxed);
}

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error, and the script it points into.
    Error(Box<Error>, Option<Place>),
    /// Whoever read the output has read enough: no error.
    ClosedPipe,
    /// Everything was said already.
    Said(Exit),
}

/// Where the failed statement stands.
#[derive(Debug)]
pub(crate) struct Place {
    /// The name of the script's file.
    pub(crate) name: Option<String>,
    /// The whole script.
    pub(crate) text: String,
    /// Where the statement starts.
    pub(crate) offset: usize,
}

impl Failure {
    /// Whether the user pressed Ctrl-C.
    pub(crate) fn is_interrupt(&self) -> bool {
        match self {
            Self::Error(error, _) => error.kind == ErrorKind::Interrupted,
            Self::Said(exit) => *exit == Exit::Interrupted,
            Self::ClosedPipe => false,
        }
    }

    /// Draws the error on standard error and gives the exit code.
    pub(crate) fn report(self) -> Exit {
        match self {
            Self::ClosedPipe => Exit::Success,
            Self::Said(exit) => exit,
            Self::Error(error, place) => {
                let source =
                    place.as_ref().map(|place| Source { name: place.name.as_deref(), text: &place.text, offset: place.offset });
                let diagnostic = Diagnostic { error: &error, source, colour: colour_on_stderr() };
                let drawing = if ERRORS_AS_JSON.load(Ordering::Relaxed) { diagnostic.to_json() } else { diagnostic.draw() };
                // Nobody is left to tell where standard error is closed.
                let _ = io::stderr().write_all(drawing.as_bytes());
                error.kind.into()
            }
        }
    }
}

/// Colours only for people, and not for those who asked for none (<https://no-color.org>).
pub(super) fn colour_on_stderr() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(Box::new(error), None)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Error::new(ErrorKind::Io, format!("cannot write the output: {error}")).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_that_differ_have_a_code_of_their_own() {
        assert_eq!(Exit::from(ErrorKind::Difference) as u8, 5);
        assert_eq!(Exit::from(ErrorKind::Query) as u8, 1);
    }
}
