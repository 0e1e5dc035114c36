//! `glue allow`: which folders' glue.toml may do more than name databases to read.

use std::io::Write as _;
use std::path::PathBuf;

use crate::command::Failure;
use crate::settings::Allowed;

/// Let the glue.toml of a folder make glue write, and run the programs, extensions and SQL it names
#[derive(Debug, clap::Args)]
pub(super) struct Allow {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
    /// Take it back
    #[arg(long, conflicts_with = "list")]
    revoke: bool,
    /// Print the folders that are allowed
    #[arg(long)]
    list: bool,
}

impl Allow {
    pub(super) fn run(self) -> Result<(), Failure> {
        let mut allowed = Allowed::load()?;
        if self.list {
            return Ok(std::io::stdout().write_all(allowed.lines().as_bytes())?);
        }
        let folder = allowed.set(&self.folder, !self.revoke)?;
        let state = if self.revoke { "no longer allowed" } else { "allowed" };
        Ok(writeln!(std::io::stderr(), "{} is {state}", folder.display())?)
    }
}
