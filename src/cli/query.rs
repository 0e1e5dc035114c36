//! `glue query`: SQL from an argument, a file or standard input.

use std::io::IsTerminal as _;

use glue::error::Error;
use glue::session::Session;

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
        let (opened, source) = open_source("query", self.sql, sources, &results.with(self.results))?;
        let Opened { mut session, mut printer, interrupts } = opened;
        match source {
            SqlSource::StandardInput if !self.how.dry_run => {
                script::run_standard_input(&mut session, &mut printer, &interrupts, &options)?;
            }
            source => {
                let script = script_of(source, &session)?;
                if self.how.dry_run {
                    explain::dry_run(&mut session, &script, &mut printer, &options)?;
                } else {
                    script::run(&mut session, &script, &mut printer, &interrupts, &options)?;
                }
            }
        }
        printer.finish()
    }
}

/// What `explain` begins with.
pub(super) fn open_sql(
    command: &str,
    sql: SqlArgs,
    sources: SourceArgs,
    results: &ResultArgs,
) -> Result<(Opened, Script), Failure> {
    let (opened, source) = open_source(command, sql, sources, results)?;
    let script = script_of(source, &opened.session)?;
    Ok((opened, script))
}

fn open_source(command: &str, sql: SqlArgs, sources: SourceArgs, results: &ResultArgs) -> Result<(Opened, SqlSource), Failure> {
    let (files, source) = sql.resolve().map_err(|message| usage(command, &message))?;
    if source == SqlSource::StandardInput && std::io::stdin().is_terminal() {
        return Err(usage(command, "no SQL was given"));
    }
    Ok((open(sources, files, results)?, source))
}

fn script_of(source: SqlSource, session: &Session) -> Result<Script, Error> {
    match source {
        SqlSource::Typed(text) => Ok(Script::typed(text)),
        SqlSource::File(path) => Script::read(&path, session.manager()),
        SqlSource::StandardInput => Script::standard_input(),
    }
}
