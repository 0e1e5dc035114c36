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
    #[inline]
    pub fn compare(self, left: &[u8], right: &[u8]) -> Ordering {
        match self {
            Self::Binary => left.cmp(right),
            Self::NoCase => compare_no_case(left, right),
            Self::RightTrim => trimmed(left).cmp(trimmed(right)),
        }
    }
}

/// `nocaseCollatingFunc`: bytes count up to the first NUL that both have at one place; then the longer text, with what it
/// has after that NUL, is the greater.
fn compare_no_case(left: &[u8], right: &[u8]) -> Ordering {
    for (&left, &right) in left.iter().zip(right) {
        let order = left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase());
        if order.is_ne() {
            return order;
        }
        if left == 0 {
            break;
        }
    }
    left.len().cmp(&right.len())
}

/// The text without trailing spaces.
pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
    &text[..end]
}
