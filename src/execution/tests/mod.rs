//! Each operator against SQLite doing the same, and whole programs over files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod grouping;
mod joins;
mod little_memory;
mod programs;
mod rows;
mod speed;
mod steps;
mod tables;
