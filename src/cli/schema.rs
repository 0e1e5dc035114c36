//! `glue schema`: how tables were made.

use std::path::PathBuf;

use super::arguments::{ResultArgs, SourceArgs};
use super::open;
use super::tables::name_and_files;
use crate::command::{Failure, schema};

/// Print the CREATE statements of a table, or of all
#[derive(Debug, clap::Args)]
pub(super) struct Schema {
    /// The table, or `pool.table`
    table: Option<String>,
    /// Database files and folders to look into
    files: Vec<PathBuf>,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Schema {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let (table, files) = name_and_files(self.table, self.files);
        let mut opened = open(sources.with(self.sources), files, &results.with(self.results))?;
        schema::schema(&mut opened.session, table.as_deref(), &mut opened.printer)?;
        opened.printer.finish()
    }
}
