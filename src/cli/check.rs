//! `glue check`: whether every pool can be opened.

use std::path::PathBuf;

use super::arguments::{ResultArgs, SourceArgs};
use super::open;
use crate::command::{Failure, check};

/// Open every database and report each; ends with 3 if one cannot be opened
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// Database files and folders to check
    files: Vec<PathBuf>,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Check {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let mut opened = open(sources.with(self.sources), self.files, &results.with(self.results))?;
        check::check(&mut opened.session, &mut opened.printer)?;
        opened.printer.finish()
    }
}
