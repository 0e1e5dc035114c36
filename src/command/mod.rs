//! What the command line and the shell both offer, one command a file.

pub(crate) mod check;
mod confirm;
pub(crate) mod deadline;
pub(crate) mod demo;
pub(crate) mod describe;
pub(crate) mod diff;
pub(crate) mod dump;
pub(crate) mod explain;
pub(crate) mod export;
mod failure;
pub(crate) mod import;
pub(crate) mod import_options;
pub(crate) mod indexes;
pub(crate) mod init;
mod interrupt;
mod kept;
mod notices;
pub(crate) mod parameters;
pub(crate) mod pools;
mod printer;
pub(crate) mod run_options;
pub(crate) mod schema;
pub(crate) mod script;
pub(crate) mod settings;
mod shell_word;
mod sink;
pub(crate) mod tables;

pub(crate) use confirm::{Consent, confirm};
pub(crate) use failure::{Exit, Failure, report_as_json};
pub(crate) use interrupt::Interrupts;
pub(crate) use kept::Kept;
pub(crate) use notices::{be_quiet, say};
pub(crate) use printer::{Printer, terminal_width};
pub(crate) use shell_word::shell_word;
