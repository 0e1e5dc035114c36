//! `glue import`: a file into a table.

use std::path::PathBuf;

use super::arguments::{ResultArgs, SourceArgs};
use super::open;
use crate::command::Failure;
use crate::command::import::{self, Import as Request};
use crate::command::import_options::ImportOptions;

/// Insert the rows of a file into a table
///
/// All rows or none. A table that is not there is made, with the types that the file's columns turn out to have.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The file: CSV, TSV, JSON, JSON lines, Parquet or Arrow
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// The table, as POOL.TABLE; TABLE alone where there is a default or only one pool
    table: String,
    #[command(flatten)]
    options: ImportOptions,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Import {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let results = results.with(self.results);
        let options = self.options.input_options(results.null().map(str::to_owned));
        let mut opened = open(sources.with(self.sources), Vec::new(), &results)?;
        let request = Request { path: self.file, table: self.table, options };
        import::import(&mut opened.session, &request, &mut opened.printer, &opened.interrupts)?;
        opened.printer.finish()
    }
}
