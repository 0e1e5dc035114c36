//! A table, or the rows of a statement, into a file.

use std::path::Path;

use glue::output::Format;
use glue::session::Session;
use glue::sql::{quote_identifier, split};

use super::run_options::RunOptions;
use super::script::{Script, agree, run_statement};
use super::{Failure, Printer};

/// Writes `source`, which is a table or a statement, to a file; the format is that of the file's ending where none is
/// given. Returns the number of rows.
pub(crate) fn export(session: &mut Session, source: &str, path: &Path, format: Option<Format>) -> Result<usize, Failure> {
    let mut printer = Printer::to_file(path, format, None, session.manager())?;
    printer.style.table = is_name(source).then(|| source.rsplit('.').next().unwrap_or(source).to_owned());
    let script = Script::typed(if is_name(source) { format!("SELECT * FROM {}", quoted(source)) } else { source.to_owned() });
    let mut rows = 0;
    for statement in split(&script.text) {
        let options = RunOptions::default();
        agree(session, &script, &statement, &options)?;
        rows += run_statement(session, &script, &statement, &mut printer, &options)?.rows.unwrap_or(0);
    }
    printer.finish()?;
    Ok(rows)
}

/// A statement has blanks; a name that has some is written with a SELECT.
fn is_name(source: &str) -> bool {
    !source.trim().contains(char::is_whitespace)
}

fn quoted(name: &str) -> String {
    let part = |part: &str| if part.starts_with('"') { part.to_owned() } else { quote_identifier(part) };
    name.trim().splitn(2, '.').map(part).collect::<Vec<_>>().join(".")
}
