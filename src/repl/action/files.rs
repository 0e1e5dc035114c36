//! Files: scripts to run, rows to write.

use std::path::Path;

use glue::config::expand_home;
use glue::output::Format;

use super::tell;
use crate::command::script::Script;
use crate::command::{Failure, Printer};
use crate::repl::console::{Console, Next, Redirected};
use crate::repl::dot_command::Arguments;
use crate::settings::home;

/// `.read`
pub(in crate::repl) fn read(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let path = expand_home(arguments.get(0).unwrap_or_default(), home().as_deref());
    let script = Script::read(&path, console.manager())?;
    console.run_nested(&script)
}

/// `.output`
pub(in crate::repl) fn output(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    console.end_redirection()?;
    if let Some(path) = arguments.get(0) {
        redirect(console, path, false)?;
        tell("output", path)?;
    }
    Ok(Next::Read)
}

/// `.once`
pub(in crate::repl) fn once(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    console.end_redirection()?;
    redirect(console, arguments.get(0).unwrap_or_default(), true)?;
    Ok(Next::Read)
}

/// `.print`
pub(in crate::repl) fn print(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    console.printer().print_text(arguments.get(0).unwrap_or_default())?;
    Ok(Next::Read)
}

/// Sends rows to a file.
pub(super) fn redirect(console: &mut Console, path: &str, once: bool) -> Result<(), Failure> {
    let whole = expand_home(path, home().as_deref());
    let ending = Path::new(&whole).extension().and_then(|ending| ending.to_str());
    let by_ending = ending.and_then(|ending| ending.parse::<Format>().ok());
    // Boxes in a file help nobody; whoever set another format wants it there too.
    let current = console.printer().format;
    let format = by_ending.unwrap_or(if current == Format::Box { Format::Csv } else { current });
    let null = console.printer().style.null.clone();
    let printer = Printer::to_file(&whole, Some(format), null, console.manager())?;
    console.redirected = Some(Redirected { printer, path: path.to_owned(), once });
    Ok(())
}
