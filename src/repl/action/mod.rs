//! What the dot commands do, a file a theme.
#![allow(clippy::unnecessary_wraps, reason = "the functions of all commands have the one type that their list wants")]

pub(super) mod again;
pub(super) mod data;
pub(super) mod files;
pub(super) mod listing;
pub(super) mod looks;
pub(super) mod state;

use std::io::{self, Write as _};

use crate::command::Failure;

/// Answers a command that was asked what is set.
fn tell(what: &str, value: &str) -> Result<(), Failure> {
    Ok(writeln!(io::stderr(), "{what}: {value}")?)
}

fn on_or_off(switch: bool) -> &'static str {
    if switch { "on" } else { "off" }
}
