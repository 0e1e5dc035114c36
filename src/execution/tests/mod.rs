//! Each operator against SQLite doing the same, and whole programs over files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod against_sqlite;
mod programs;
mod speed;
mod steps;
