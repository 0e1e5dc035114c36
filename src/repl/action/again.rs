//! What was said before: run again, watched, edited, looked up.

use std::io::{self, Write as _};
use std::process::Command;
use std::time::{Duration, Instant};

use glue::error::{Error, ErrorKind};
use glue::output::Format;
use glue::sql::split;

use super::files::redirect;
use crate::command::script::Script;
use crate::command::{Failure, Interrupts};
use crate::repl::console::{Console, Next};
use crate::repl::dot_command::Arguments;

/// How many entries `.history` lists.
const LISTED: usize = 25;
/// How often `.watch` looks when nobody says.
const PERIOD: Duration = Duration::from_secs(2);
/// How often it looks for Ctrl-C while it waits.
const GLANCE: Duration = Duration::from_millis(50);

/// `.again`
pub(in crate::repl) fn again(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let sql = statement(console, arguments, None)?;
    if let Some(path) = arguments.get(0) {
        console.end_redirection()?;
        redirect(console, path, true)?;
    }
    run(console, &sql)
}

/// `.gx`
pub(in crate::repl) fn expanded(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let sql = statement(console, arguments, None)?;
    let format = std::mem::replace(&mut console.printer().format, Format::Line);
    let outcome = run(console, &sql);
    console.printer().format = format;
    outcome
}

/// `.last`
pub(in crate::repl) fn last(console: &mut Console, _arguments: &Arguments) -> Result<Next, Failure> {
    let Some(kept) = console.last_rows.take() else {
        return Err(Error::query("there is no result yet").into());
    };
    // Whoever asks for them wants to see all of them.
    let cut = console.printer().style.cut.take();
    let printed = console.printer().print_kept(&kept);
    console.printer().style.cut = cut;
    if let Some(missing) = kept.missing() {
        writeln!(io::stderr(), "{missing}; .again runs it again")?;
    }
    console.last_rows = Some(kept);
    printed.map(|()| Next::Read)
}

/// `.watch`
pub(in crate::repl) fn watch(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let seconds = arguments.get(0).and_then(|number| number.parse::<f64>().ok());
    // Faster than this would only heat the room.
    let period = seconds.map_or(PERIOD, |seconds| Duration::from_secs_f64(seconds.clamp(0.1, 86_400.0)));
    let sql = statement(console, arguments, arguments.get(1))?;
    let interrupts = console.interrupts.clone();
    loop {
        run(console, &sql)?;
        if !waited(period, &interrupts) {
            return Ok(Next::Read);
        }
        writeln!(io::stderr())?;
    }
}

/// Waits; false once somebody pressed Ctrl-C.
fn waited(period: Duration, interrupts: &Interrupts) -> bool {
    let end = Instant::now() + period;
    while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        if interrupts.check().is_err() {
            return false;
        }
        std::thread::sleep(left.min(GLANCE));
    }
    interrupts.check().is_ok()
}

/// `.history`
pub(in crate::repl) fn history(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let wanted = arguments.get(0).unwrap_or_default().to_lowercase();
    let count = wanted.parse::<usize>().ok();
    let is_wanted = |entry: &&String| count.is_some() || entry.to_lowercase().contains(&wanted);
    let found: Vec<&String> = console.history.iter().filter(is_wanted).collect();
    let from = found.len().saturating_sub(count.unwrap_or(LISTED));
    let text = found[from..].iter().flat_map(|entry| [entry.as_str(), "\n"]).collect::<String>();
    if !text.is_empty() {
        console.printer().print_text(&text)?;
    }
    Ok(Next::Read)
}

/// `.edit`
pub(in crate::repl) fn edit(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let before = arguments.statement.clone().or_else(|| console.last_statement.clone().map(|sql| format!("{sql};")));
    let editor = console.settings.editor.0.clone();
    let unusable = |error: io::Error| Error::new(ErrorKind::Io, format!("cannot use the editor `{editor}`: {error}"));
    let mut file = tempfile::Builder::new().prefix("glue-").suffix(".sql").tempfile().map_err(unusable)?;
    writeln!(file, "{}", before.unwrap_or_default()).map_err(unusable)?;
    // A path of our own making, but the temporary folder's name is the user's.
    let command = format!("{editor} {}", crate::command::shell_word(&file.path().to_string_lossy()));
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let status = console.interrupts.ignored_while(|| Command::new(shell).args([flag, &command]).status()).map_err(unusable)?;
    if !status.success() {
        let error = Error::new(ErrorKind::Io, format!("the editor `{editor}` ended with {status}"));
        return Err(error.hint("GLUE_EDITOR, VISUAL or EDITOR names another").into());
    }
    let edited = std::fs::read_to_string(file.path()).map_err(unusable)?;
    let edited = edited.trim_end();
    if edited.is_empty() {
        return Ok(Next::Read);
    }
    if crate::repl::line_editor::is_plain_terminal() {
        // Such a terminal cannot show a text to be sent.
        return console.run_text(edited);
    }
    Ok(Next::Edit(edited.to_owned()))
}

/// The statement that a command is about: the one given, the one before the backslash, or the last.
fn statement(console: &Console, arguments: &Arguments, given: Option<&str>) -> Result<String, Failure> {
    let found = given.map(str::to_owned).or_else(|| arguments.statement.clone()).or_else(|| console.last_statement.clone());
    found.ok_or_else(|| Error::query("there is no statement yet").into())
}

fn run(console: &mut Console, sql: &str) -> Result<Next, Failure> {
    let script = Script::typed(sql);
    for statement in split(&script.text) {
        console.run_statement(&script, &statement)?;
    }
    Ok(Next::Read)
}
