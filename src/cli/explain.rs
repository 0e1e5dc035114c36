//! `glue explain`: the plan of a statement.

use super::arguments::{ParameterArgs, ResultArgs, SourceArgs, SqlArgs};
use super::query::open_sql;
use crate::command::{Failure, explain};

/// Show how a statement would be answered
#[derive(Debug, clap::Args)]
#[command(override_usage = "glue explain [OPTIONS] [FILES]... [--] [SQL]")]
pub(super) struct Explain {
    #[command(flatten)]
    sql: SqlArgs,
    #[command(flatten)]
    parameters: ParameterArgs,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Explain {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let (mut opened, script) = open_sql("explain", self.sql, sources.with(self.sources), &results.with(self.results))?;
        explain::explain(&mut opened.session, &script, &mut opened.printer, &self.parameters.parameters()?)?;
        opened.printer.finish()
    }
}
