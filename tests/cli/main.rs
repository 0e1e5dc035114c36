//! The program as its users meet it.

mod commands;
mod complaints;
mod place;
mod verify;
mod views;
