//! The native scan against SQLite's own: every format of a file, damaged pages, and writers beside it.

#[path = "native_scan/damage.rs"]
mod damage;
#[path = "native_scan/formats.rs"]
mod formats;
#[path = "native_scan/tables.rs"]
mod tables;
#[path = "native_scan/writers.rs"]
mod writers;
