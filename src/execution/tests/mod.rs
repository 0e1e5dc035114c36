//! Each operator against SQLite doing the same, and whole programs over files.

mod against_sqlite;
mod programs;
mod speed;
