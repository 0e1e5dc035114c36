//! Every unsafe call into SQLite, behind safe functions, one file a concern.

pub(crate) mod number;
pub(crate) mod rows;
