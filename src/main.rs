//! The program `glue`: the library's command line and shell.

mod cli;
mod command;
mod repl;
mod settings;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main().into()
}
