//! The program as its users meet it.

mod commands;
mod complaints;
mod place;
mod two_writers;
mod verify;
mod views;
