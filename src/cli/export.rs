//! `glue export`: a table, or the rows of a statement, into a file.

use std::path::PathBuf;

use super::arguments::{ResultArgs, SourceArgs};
use super::open;
use crate::command::{Failure, export};

/// Write a table, or the rows of a statement, to a file
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The table, as TABLE or POOL.TABLE, or a SELECT
    #[arg(value_name = "TABLE|SQL")]
    source: String,
    /// The file; its ending says the format, unless --format does
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Export {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let results = results.with(self.results);
        let format = results.format();
        let mut opened = open(sources.with(self.sources), Vec::new(), &results)?;
        export::export(&mut opened.session, &self.source, &self.file, format).map(|_| ())
    }
}
