//! `glue dump`: a database as SQL.

use std::path::PathBuf;

use super::arguments::{ResultArgs, SourceArgs};
use super::open;
use super::tables::name_and_files;
use crate::command::{Failure, dump};

/// Print the SQL that makes a database, or one of its tables, again
#[derive(Debug, clap::Args)]
pub(super) struct Dump {
    /// The pool, the table, or `pool.table`; nothing where there is only one pool
    what: Option<String>,
    /// Database files and folders to look into
    files: Vec<PathBuf>,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Dump {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let (what, files) = name_and_files(self.what, self.files);
        let mut opened = open(sources.with(self.sources), files, &results.with(self.results))?;
        dump::dump(&mut opened.session, what.as_deref(), &mut opened.printer)?;
        opened.printer.finish()
    }
}
