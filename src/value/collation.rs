//! SQLite's three built-in collations.

use std::cmp::Ordering;

/// A collating function (<https://sqlite.org/datatype3.html> 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Collation {
    /// Byte by byte.
    #[default]
    Binary,
    /// ASCII letters without their case; stops at NUL.
    NoCase,
    /// Byte by byte, without trailing spaces.
    RightTrim,
}

impl Collation {
    /// The collation of that name, if it is built in.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Binary, Self::NoCase, Self::RightTrim].into_iter().find(|collation| collation.name().eq_ignore_ascii_case(name))
    }

    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "BINARY",
            Self::NoCase => "NOCASE",
            Self::RightTrim => "RTRIM",
        }
    }

    /// How two texts compare.
    pub fn compare(self, left: &[u8], right: &[u8]) -> Ordering {
        let _ = (left, right);
        todo!()
    }
}
