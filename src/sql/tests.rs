//! Readings checked against SQLite's own byte code.
