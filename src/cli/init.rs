//! `glue init`: a glue.toml for a folder.

use std::path::PathBuf;

use super::arguments::ResultArgs;
use crate::command::{Failure, init};

/// Write a glue.toml that names the databases of a folder
///
/// SQLite files are known by their header, whatever their ending. They are opened for reading only.
#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
    /// Print what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write over a glue.toml that is there
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(super) fn run(self, results: &ResultArgs) -> Result<(), Failure> {
        let mut printer = results.printer(&glue::connection::ConnectionManager::new())?;
        init::init(&self.folder, self.dry_run, self.force, &mut printer)?;
        printer.finish()
    }
}
