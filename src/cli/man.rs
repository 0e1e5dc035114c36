//! `glue man`: the manual pages.

use std::io::{self, Write as _};

use clap::CommandFactory as _;

use super::arguments::Args;
use super::meant_command;
use crate::command::Failure;
use crate::repl::dot_commands_as_roff;

/// Print the manual page of glue, or of one of its commands
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// The command
    command: Option<String>,
}

impl Man {
    pub(super) fn run(self) -> Result<(), Failure> {
        let page = match &self.command {
            None => root_page()?,
            Some(name) => command_page(name)?,
        };
        Ok(io::stdout().write_all(&page)?)
    }
}

/// glue(1), with the shell's own commands.
fn root_page() -> io::Result<Vec<u8>> {
    let mut root = Args::command();
    root.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(root).render(&mut page)?;
    page.extend_from_slice(dot_commands_as_roff().as_bytes());
    Ok(page)
}

fn command_page(name: &str) -> Result<Vec<u8>, Failure> {
    let mut root = Args::command();
    root.build();
    let unknown = || {
        let error = glue::error::Error::configuration(format!("there is no command `{name}`"));
        meant_command(std::path::Path::new(name)).and_then(|meant| meant.hint).map_or(error.clone(), |hint| error.hint(hint))
    };
    let command = root.find_subcommand(name).ok_or_else(unknown)?.clone();
    // A page's name is what `man` finds it by.
    let title = format!("glue-{name}");
    let mut page = Vec::new();
    let version = format!("glue {}", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(command).title(title).source(version).render(&mut page)?;
    Ok(page)
}
