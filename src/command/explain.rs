//! The plan of a statement, as a tree or as JSON, or only what each pool would be sent.

use glue::output::Format;
use glue::session::Session;
use glue::sql::split;
use glue::statement::Parameters;

use super::run_options::RunOptions;
use super::script::Script;
use super::{Failure, Printer, say};

/// Prints the plan of every statement of `script`: as a tree, or in a format of JSON as an object.
pub(crate) fn explain(
    session: &mut Session,
    script: &Script,
    printer: &mut Printer,
    parameters: &Parameters,
) -> Result<(), Failure> {
    for (index, statement) in split(&script.text).iter().enumerate() {
        let plan = session.explain_with(statement.text, parameters.clone());
        say(&session.take_notices());
        let plan = plan.map_err(|error| script.failure(error.into(), statement.offset))?;
        match printer.format {
            Format::Json | Format::Jsonl => printer.print_text(&plan.to_json())?,
            _ => printer.print_plan(&format!("{}{plan}", if index > 0 { "\n" } else { "" }))?,
        }
    }
    Ok(())
}

/// Prints the SQL that each pool would be sent for every statement of `script`, and runs none of it.
pub(crate) fn dry_run(
    session: &mut Session,
    script: &Script,
    printer: &mut Printer,
    options: &RunOptions,
) -> Result<(), Failure> {
    for statement in split(&script.text) {
        let plan = session.explain_with(statement.text, options.parameters.clone());
        say(&session.take_notices());
        let plan = plan.map_err(|error| script.failure(error.into(), statement.offset))?;
        for (pools, sql) in plan.statements() {
            let pools = if pools.is_empty() { "no pool" } else { &pools };
            printer.print_text(&format!("-- {pools}\n{sql};"))?;
        }
    }
    Ok(())
}
