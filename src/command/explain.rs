//! The plan of a statement, as text.

use glue::session::Session;
use glue::sql::split;

use super::script::Script;
use super::{Failure, Printer, say};

/// Prints the plan of every statement of `script`.
pub(crate) fn explain(session: &mut Session, script: &Script, printer: &mut Printer) -> Result<(), Failure> {
    for (index, statement) in split(&script.text).iter().enumerate() {
        let plan = session.explain(statement.text);
        say(&session.take_notices());
        let plan = plan.map_err(|error| script.failure(error.into(), statement.offset))?;
        let gap = if index > 0 { "\n" } else { "" };
        printer.print_text(&format!("{gap}{plan}"))?;
    }
    Ok(())
}
