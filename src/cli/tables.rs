//! `glue tables`: what there is.

use std::path::PathBuf;

use super::arguments::{ResultArgs, SourceArgs};
use super::open;
use crate::command::{Failure, tables};
use crate::settings::is_database_path;

/// List the tables of all databases
#[derive(Debug, clap::Args)]
pub(super) struct Tables {
    /// Part of a name, or a pattern with `*` and `?`; with a dot it is matched against `pool.table`
    pattern: Option<String>,
    /// Database files and folders to look into
    files: Vec<PathBuf>,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Tables {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let (pattern, files) = name_and_files(self.pattern, self.files);
        let mut opened = open(sources.with(self.sources), files, &results.with(self.results))?;
        tables::tables(&mut opened.session, pattern.as_deref(), &mut opened.printer)?;
        opened.printer.finish()
    }
}

/// A first argument that exists as a file is a database too.
pub(super) fn name_and_files(name: Option<String>, mut files: Vec<PathBuf>) -> (Option<String>, Vec<PathBuf>) {
    match name {
        Some(name) if is_database_path(name.as_ref()) => {
            files.insert(0, PathBuf::from(name));
            (None, files)
        }
        name => (name, files),
    }
}
