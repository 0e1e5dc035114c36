//! `glue run`: scripts.

use std::path::PathBuf;

use super::arguments::{ResultArgs, RunArgs, SourceArgs};
use super::open_with_settings;
use crate::command::Failure;
use crate::command::explain;
use crate::command::script::Script;
use crate::repl::Console;

/// Run files of SQL statements and dot commands, one after the other, up to the first error
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
        let sources = sources.with(self.sources);
        let options = self.how.options(&sources)?;
        let (mut opened, settings) = open_with_settings(sources, Vec::new(), &results.with(self.results))?;
        // All are read before any runs: a misspelt second name should not leave half of the work done.
        let manager = opened.session.manager();
        let scripts = self.scripts.iter().map(|path| Script::read(path, manager)).collect::<Result<Vec<_>, _>>()?;
        if self.how.dry_run {
            for script in &scripts {
                explain::dry_run(&mut opened.session, script, &mut opened.printer, &options)?;
            }
            return opened.printer.finish();
        }
        let mut console = Console::new(opened.session, opened.printer, opened.interrupts, settings);
        console.set_options(options);
        scripts.iter().try_for_each(|script| console.run_script(script))?;
        console.finish()
    }
}
