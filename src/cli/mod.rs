//! The command line: what was typed, and which command that is.

mod allow;
mod arguments;
mod check;
mod completions;
mod config;
mod demo;
mod diff;
mod dump;
mod explain;
mod export;
mod help;
mod import;
mod init;
mod man;
mod query;
mod run;
mod schema;
mod shell;
mod tables;

use std::ffi::OsString;
use std::io::Write as _;

use clap::{CommandFactory as _, Parser as _};
use glue::error::Error;
use glue::session::Session;

use arguments::{Args, Command, ResultArgs, SourceArgs};

use crate::command::{Exit, Failure, Interrupts, Printer, say};
use crate::settings::{Settings, ShellSettings};

/// Runs the program; everything that it says was said when this returns.
pub(crate) fn main() -> Exit {
    match Args::try_parse_from(std::env::args_os().map(sql_not_flag)) {
        Ok(args) => run_command(args).map_or_else(Failure::report, |()| Exit::Success),
        Err(error) => {
            // Help and versions come this way too, on standard output; a pipe closed before them is nobody's concern.
            let _ = error.print();
            let _ = std::io::stdout().flush();
            if error.use_stderr() { Exit::Usage } else { Exit::Success }
        }
    }
}

/// SQL may begin with a comment, which looks like a flag. No flag of ours holds a blank before its value, so an argument that
/// begins with `--` and has one in its first word is SQL: a blank before it, which SQL ignores, tells clap so.
fn sql_not_flag(argument: OsString) -> OsString {
    let is_comment = argument.to_str().is_some_and(|text| {
        let name = text.strip_prefix("--").map(|rest| rest.split('=').next().unwrap_or(rest));
        name.is_some_and(|name| name.contains(char::is_whitespace))
    });
    if !is_comment {
        return argument;
    }
    let mut sql = OsString::from(" ");
    sql.push(argument);
    sql
}

fn run_command(args: Args) -> Result<(), Failure> {
    let Args { sources, results, files, command } = args;
    match command {
        None => shell::run(sources, &results, files),
        Some(Command::Query(query)) => query.run(sources, results),
        Some(Command::Run(run)) => run.run(sources, results),
        Some(Command::Explain(explain)) => explain.run(sources, results),
        Some(Command::Export(export)) => export.run(sources, results),
        Some(Command::Dump(dump)) => dump.run(sources, results),
        Some(Command::Diff(diff)) => diff.run(sources, results),
        Some(Command::Import(import)) => import.run(sources, results),
        Some(Command::Tables(tables)) => tables.run(sources, results),
        Some(Command::Schema(schema)) => schema.run(sources, results),
        Some(Command::Check(check)) => check.run(sources, results),
        Some(Command::Demo(demo)) => demo.run(&results),
        Some(Command::Help(help)) => help.run(),
        Some(Command::Init(init)) => init.run(&results),
        Some(Command::Config(config)) => config.run(sources, results),
        Some(Command::Allow(allow)) => allow.run(),
        Some(Command::Completions(completions)) => completions.run(),
        Some(Command::Man(man)) => man.run(),
    }
}

/// A session over what the user named, watched for Ctrl-C, and the printer for its results.
fn open(sources: SourceArgs, files: Vec<std::path::PathBuf>, results: &ResultArgs) -> Result<Opened, Failure> {
    open_with_settings(sources, files, results).map(|(opened, _)| opened)
}

fn open_with_settings(
    sources: SourceArgs,
    files: Vec<std::path::PathBuf>,
    results: &ResultArgs,
) -> Result<(Opened, ShellSettings), Failure> {
    results.apply();
    let settings = Settings::resolve(&sources.with_files(files))?;
    say(&settings.notices);
    let printer = results.printer(&settings.manager)?;
    let mut session = Session::new(settings.manager);
    session.set_route(results.route());
    if let Some(limit) = results.memory_limit().or(settings.config.memory_limit) {
        session.set_memory_limit(limit);
    }
    let interrupts = Interrupts::watch(session.cancel_token());
    Ok((Opened { session, printer, interrupts }, settings.shell))
}

/// What a command works with.
struct Opened {
    session: Session,
    printer: Printer,
    interrupts: Interrupts,
}

/// A mistake in the arguments that clap cannot see: it is shown with the usage of the command.
fn usage(command: &str, message: &str) -> Failure {
    let mut root = Args::command();
    root.build();
    let mut shown = root.find_subcommand(command).cloned().unwrap_or(root);
    let _ = shown.error(clap::error::ErrorKind::MissingRequiredArgument, message).print();
    Failure::Said(Exit::Usage)
}

/// The subcommand that a mistyped first argument was probably meant to be.
fn meant_command(argument: &std::path::Path) -> Option<Error> {
    let typed = argument.to_str().filter(|typed| !typed.contains(['.', '/', '\\']))?;
    let root = Args::command();
    let near = glue::config::nearest(typed, root.get_subcommands().map(clap::Command::get_name))?;
    let message = format!("`{typed}` is neither a command nor a file");
    Some(Error::configuration(message).hint(format!("did you mean `glue {near}`?")))
}
