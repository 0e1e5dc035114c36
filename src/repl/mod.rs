//! The interactive shell.
//!
//! `shell.rs` reads lines with the line editor that `line_editor.rs` sets up; `entries.rs` cuts them into statements and dot
//! commands; `console.rs` runs these. `dot_command/` defines the commands and `action/` does what they say. `screen.rs` is
//! where answers go: to the terminal, or through a pager.

mod action;
mod banner;
mod completion;
mod console;
mod dot_command;
mod entries;
mod footer;
mod highlight;
mod last_result;
mod line_editor;
mod names;
mod scope;
mod screen;
mod shell;

pub(crate) use console::Console;
pub(crate) use dot_command::all_as_roff as dot_commands_as_roff;
pub(crate) use shell::Shell;
