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
    /// Let SQLite read every page and index of each database too (`PRAGMA integrity_check`)
    #[arg(long)]
    integrity: bool,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Check {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let mut opened = open(sources.with(self.sources), self.files, &results.with(self.results))?;
        check::check(&mut opened.session, self.integrity, &mut opened.printer, &opened.interrupts)?;
        opened.printer.finish()
    }
}
