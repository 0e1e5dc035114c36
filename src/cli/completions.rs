//! `glue completions`: for the user's shell.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::arguments::Args;
use crate::command::Failure;

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Result<(), Failure> {
        // Into memory first: the generator panics where it cannot write.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Args::command(), "glue", &mut script);
        Ok(std::io::stdout().write_all(&script)?)
    }
}
