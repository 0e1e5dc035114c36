//! `glue run`: scripts.

use std::path::PathBuf;

use super::arguments::{ResultArgs, RunArgs, SourceArgs};
use super::open;
use crate::command::Failure;
use crate::command::explain;
use crate::command::script::{self, Script};

/// Run files of SQL statements, one after the other, up to the first error
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    /// The files; `-` is standard input
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    scripts: Vec<PathBuf>,
    #[command(flatten)]
    how: RunArgs,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Run {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let mut opened = open(sources.with(self.sources), Vec::new(), &results.with(self.results))?;
        // All are read before any runs: a misspelt second name should not leave half of the work done.
        let manager = opened.session.manager();
        let scripts = self.scripts.iter().map(|path| Script::read(path, manager)).collect::<Result<Vec<_>, _>>()?;
        let options = self.how.options();
        for script in &scripts {
            if self.how.dry_run {
                explain::dry_run(&mut opened.session, script, &mut opened.printer)?;
            } else {
                script::run(&mut opened.session, script, &mut opened.printer, &opened.interrupts, &options)?;
            }
        }
        opened.printer.finish()
    }
}
