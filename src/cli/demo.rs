//! `glue demo`: something to look at.

use std::path::PathBuf;

use glue::connection::ConnectionManager;
use glue::output::Format;

use super::arguments::ResultArgs;
use crate::command::{Failure, Printer, demo};

/// Write three small databases into a folder and ask two questions of them
#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// The folder
    #[arg(value_name = "DIR", default_value_os_t = demo::default_folder(), value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
}

impl Demo {
    pub(super) fn run(self, results: &ResultArgs) -> Result<(), Failure> {
        // A demonstration is for people even where no terminal shows it.
        let mut printer = results.printer(&ConnectionManager::new())?;
        if printer.format == Format::Csv {
            printer = Printer::to_stdout(Some(Format::Box), None);
        }
        demo::demo(&self.folder, &mut printer)
    }
}
