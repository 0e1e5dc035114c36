//! SQLite's three built-in collations, and two more that its shell has.

use std::cmp::Ordering;

use super::Decimal;

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
    /// Byte by byte, but digits that follow each other as one number (<https://sqlite.org/uintcseq.html>).
    UnsignedInteger,
    /// As the decimal numbers that the texts are.
    Decimal,
}

impl Collation {
    /// The collation of that name, if every connection has it.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Binary, Self::NoCase, Self::RightTrim, Self::UnsignedInteger, Self::Decimal];
        all.into_iter().find(|collation| collation.name().eq_ignore_ascii_case(name))
    }

    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "BINARY",
            Self::NoCase => "NOCASE",
            Self::RightTrim => "RTRIM",
            Self::UnsignedInteger => "UINT",
            Self::Decimal => "DECIMAL",
        }
    }

    /// How two texts compare.
    #[inline]
    pub fn compare(self, left: &[u8], right: &[u8]) -> Ordering {
        match self {
            Self::Binary => left.cmp(right),
            Self::NoCase => compare_no_case(left, right),
            Self::RightTrim => trimmed(left).cmp(trimmed(right)),
            Self::UnsignedInteger => compare_numbers(left, right),
            Self::Decimal => match (Decimal::parse(left), Decimal::parse(right)) {
                (Some(left), Some(right)) => left.compare(&right),
                // What is too long for a number follows those that are not, as text.
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => left.cmp(right),
            },
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

/// `uintCollFunc`: where both have digits, the longer number without its leading zeros is the greater.
fn compare_numbers(mut left: &[u8], mut right: &[u8]) -> Ordering {
    while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
        if !first.is_ascii_digit() || !second.is_ascii_digit() {
            if first != second {
                return first.cmp(second);
            }
            (left, right) = (left_rest, right_rest);
            continue;
        }
        let ((left_number, left_rest), (right_number, right_rest)) = (leading_number(left), leading_number(right));
        let order = left_number.len().cmp(&right_number.len()).then_with(|| left_number.cmp(right_number));
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
    left.len().cmp(&right.len())
}

/// The digits that a text begins with, without leading zeros, and what follows them.
pub(super) fn leading_number(text: &[u8]) -> (&[u8], &[u8]) {
    let (digits, rest) = text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count());
    (&digits[digits.iter().take_while(|&&byte| byte == b'0').count()..], rest)
}
