//! Numbers to text by SQLite's own printf.
