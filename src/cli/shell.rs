//! `glue` without a command: the shell, or a script from standard input.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use super::arguments::{ResultArgs, SourceArgs};
use super::{meant_command, open};
use crate::command::Failure;
use crate::command::run_options::RunOptions;
use crate::command::script::{self, Script};
use crate::repl::Shell;

/// Opens the shell, or runs standard input where it is no terminal.
pub(super) fn run(sources: SourceArgs, results: &ResultArgs, files: Vec<PathBuf>) -> Result<(), Failure> {
    if let Some(error) = files.iter().find(|file| !file.exists()).and_then(|file| meant_command(file)) {
        return Err(error.into());
    }
    let interactive = std::io::stdin().is_terminal();
    let mut opened = open(sources, files, results)?;
    if !interactive {
        let script = Script::standard_input()?;
        script::run(&mut opened.session, &script, &mut opened.printer, &opened.interrupts, &RunOptions::default())?;
        return opened.printer.finish();
    }
    Shell::new(opened.session, opened.printer, opened.interrupts)?.run()
}
