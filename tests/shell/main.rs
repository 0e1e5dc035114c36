//! The interactive shell, driven through a pseudo-terminal.
#![cfg(unix)]

mod commands;
mod looks;
mod recording;
mod terminal;
mod typing;
