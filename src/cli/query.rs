//! `glue query`: SQL from an argument, a file or standard input.

use std::io::IsTerminal as _;

use super::arguments::{ResultArgs, RunArgs, SourceArgs, SqlArgs, SqlSource};
use super::{Opened, open, usage};
use crate::command::Failure;
use crate::command::explain;
use crate::command::script::{self, Script};

/// Run SQL and print the answers
#[derive(Debug, clap::Args)]
#[command(override_usage = "glue query [OPTIONS] [FILES]... [--] [SQL]")]
pub(super) struct Query {
    #[command(flatten)]
    sql: SqlArgs,
    #[command(flatten)]
    how: RunArgs,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Query {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let sources = sources.with(self.sources);
        let options = self.how.options(&sources)?;
        let (mut opened, script) = open_sql("query", self.sql, sources, &results.with(self.results))?;
        if self.how.dry_run {
            explain::dry_run(&mut opened.session, &script, &mut opened.printer, &options)?;
        } else {
            script::run(&mut opened.session, &script, &mut opened.printer, &opened.interrupts, &options)?;
        }
        opened.printer.finish()
    }
}

/// What `query` and `explain` begin with.
pub(super) fn open_sql(
    command: &str,
    sql: SqlArgs,
    sources: SourceArgs,
    results: &ResultArgs,
) -> Result<(Opened, Script), Failure> {
    let (files, source) = sql.resolve().map_err(|message| usage(command, &message))?;
    if source == SqlSource::StandardInput && std::io::stdin().is_terminal() {
        return Err(usage(command, "no SQL was given"));
    }
    let opened = open(sources, files, results)?;
    let script = match source {
        SqlSource::Typed(text) => Script::typed(text),
        SqlSource::File(path) => Script::read(&path, opened.session.manager())?,
        SqlSource::StandardInput => Script::standard_input()?,
    };
    Ok((opened, script))
}
