//! `glue` without a command: the shell, or a script from standard input.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use super::arguments::{ResultArgs, SourceArgs};
use super::{meant_command, open_with_settings};
use crate::command::Failure;
use crate::command::run_options::RunOptions;
use crate::command::script::Script;
use crate::repl::{Console, Shell};

/// Opens the shell, or runs standard input where it is no terminal.
pub(super) fn run(sources: SourceArgs, results: &ResultArgs, files: Vec<PathBuf>) -> Result<(), Failure> {
    if let Some(error) = files.iter().find(|file| !file.exists()).and_then(|file| meant_command(file)) {
        return Err(error.into());
    }
    let interactive = std::io::stdin().is_terminal();
    let options = RunOptions { consent: sources.consent(), ..RunOptions::default() };
    let (opened, settings) = open_with_settings(sources, files, results)?;
    let mut console = Console::new(opened.session, opened.printer, opened.interrupts, settings);
    console.set_options(options);
    if interactive {
        return Shell::new(console)?.run();
    }
    console.run_script(&Script::standard_input()?)?;
    console.finish()
}
