//! `glue diff`: what two tables have not in common.

use std::path::PathBuf;

use super::arguments::{ResultArgs, SourceArgs};
use super::open;
use crate::command::{Failure, diff};

/// Print the rows that only one of two tables holds
#[derive(Debug, clap::Args)]
pub(super) struct Diff {
    /// A table, as `pool.table` where several pools have one of that name
    left: String,
    /// The other table
    right: String,
    /// Database files and folders that hold them
    files: Vec<PathBuf>,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Diff {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let mut opened = open(sources.with(self.sources), self.files, &results.with(self.results))?;
        diff::diff(&mut opened.session, &self.left, &self.right, &mut opened.printer)?;
        opened.printer.finish()
    }
}
