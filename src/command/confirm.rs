//! Asking before a statement takes away at one stroke what nobody gets back.

use std::io::{self, IsTerminal as _};

use glue::error::{Error, ErrorKind};
use glue::session::Session;
use glue::statement::{SchemaReference, Sweep};
use rustyline::error::ReadlineError;
use rustyline::{Behavior, Config, DefaultEditor};

use super::Failure;

/// Who says that a sweeping statement shall run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Consent {
    /// The person at the terminal, each time; without one it does not run.
    #[default]
    Asked,
    /// Whoever wrote `--yes`.
    Given,
}

/// An error unless the statement is harmless, or somebody wants it.
pub(crate) fn confirm(session: &mut Session, sql: &str, consent: Consent) -> Result<(), Failure> {
    if consent == Consent::Given {
        return Ok(());
    }
    let Some((sweep, target)) = session.sweep(sql) else { return Ok(()) };
    let what = described(sweep, &target);
    if !io::stdin().is_terminal() {
        let error = Error::new(ErrorKind::Configuration, format!("this {what}, and nobody can be asked: nothing was done"));
        return Err(error.hint("--yes has it done unasked").into());
    }
    if agrees(&format!("this {what}: go on? [y/N] "))? {
        return Ok(());
    }
    Err(Error::query("not run, as you said").into())
}

fn described(sweep: Sweep, target: &SchemaReference) -> String {
    let pool = target.pool.as_ref().map_or_else(String::new, |pool| format!("{}.", pool.name));
    let name = format!("`{pool}{}`", target.name.name);
    match sweep {
        Sweep::Target => format!("drops {name}"),
        Sweep::Column => format!("drops a column of {name}"),
        Sweep::Rows => format!("deletes every row of {name}"),
        Sweep::Values => format!("changes every row of {name}"),
    }
}

/// Asks on the terminal, wherever standard output goes.
fn agrees(question: &str) -> Result<bool, Failure> {
    let unusable = |error: ReadlineError| Error::new(ErrorKind::Io, format!("cannot use the terminal: {error}"));
    let behavior = if io::stdout().is_terminal() { Behavior::Stdio } else { Behavior::PreferTerm };
    let mut editor = DefaultEditor::with_config(Config::builder().behavior(behavior).build()).map_err(unusable)?;
    match editor.readline(question) {
        Ok(answer) => Ok(["y", "yes"].iter().any(|yes| answer.trim().eq_ignore_ascii_case(yes))),
        Err(ReadlineError::Interrupted | ReadlineError::Eof) => Ok(false),
        Err(error) => Err(unusable(error).into()),
    }
}
