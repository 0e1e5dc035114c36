//! `glue config`: what applies, and what may be said.

use std::io::Write as _;

use clap::Subcommand;
use glue::config::keys::json_schema;

use super::arguments::{ResultArgs, SourceArgs};
use crate::command::{Failure, say, settings};
use crate::settings::Settings;

/// Show the configuration, or its schema for editors
#[derive(Debug, clap::Args)]
pub(super) struct Config {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print every setting, its value, and where that came from
    Show {
        #[command(flatten)]
        sources: SourceArgs,
        #[command(flatten)]
        results: ResultArgs,
    },
    /// Print the JSON schema of glue.toml, for editors that check and complete it
    Schema,
}

impl Config {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        match self.command {
            Command::Show { sources: later, results: more } => {
                let settings = Settings::resolve(&sources.with(later).with_files(Vec::new()))?;
                say(&settings.notices);
                let mut printer = results.with(more).printer(&settings.manager)?;
                settings::show(&settings.shown(), &mut printer)?;
                printer.finish()
            }
            Command::Schema => Ok(writeln!(std::io::stdout(), "{:#}", json_schema())?),
        }
    }
}
