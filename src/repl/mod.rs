//! The interactive shell.

mod completion;
mod dot_command;
mod history;
mod names;
mod scope;
mod shell;

pub(crate) use shell::Shell;
