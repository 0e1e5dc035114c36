//! Affinity: the class that a column prefers.

use super::number::{Plain, format_real, real_to_integer};
use super::oracle::{self, Question};
use super::{Value, ValueRef};

/// The affinity of a column or an expression (<https://sqlite.org/datatype3.html> 3.1 to 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Affinity {
    /// Prefers integers.
    Integer,
    /// Prefers text.
    Text,
    /// Keeps what it is given; also the affinity of a column without a declared type.
    Blob,
    /// Prefers reals.
    Real,
    /// Prefers integers, then reals.
    Numeric,
    /// An expression that is no column and no CAST.
    None,
}

/// What happens to the operands before a comparison (datatype3 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComparisonAffinity {
    /// Both are compared as they are.
    None,
    /// NUMERIC affinity is applied to both (a number stays what it is).
    Numeric,
    /// TEXT affinity is applied to both (text stays what it is).
    Text,
}

impl Affinity {
    /// The affinity of a declared type (datatype3 3.1, the five rules in their order).
    pub fn of_declared_type(declared: &str) -> Self {
        let declared = declared.to_ascii_uppercase();
        let holds = |part: &str| declared.contains(part);
        if holds("INT") {
            Self::Integer
        } else if holds("CHAR") || holds("CLOB") || holds("TEXT") {
            Self::Text
        } else if declared.is_empty() || holds("BLOB") {
            Self::Blob
        } else if holds("REAL") || holds("FLOA") || holds("DOUB") {
            Self::Real
        } else {
            Self::Numeric
        }
    }

    /// Whether it is INTEGER, REAL or NUMERIC.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Real | Self::Numeric)
    }

    /// What is done to the operands when a value of this affinity is compared with one of `other`
    /// (datatype3 4.2; SQLite's `sqlite3CompareAffinity`).
    pub fn comparison_with(self, other: Self) -> ComparisonAffinity {
        let (left, right) = (self, other);
        if left != Self::None && right != Self::None {
            if left.is_numeric() || right.is_numeric() { ComparisonAffinity::Numeric } else { ComparisonAffinity::None }
        } else {
            match if left == Self::None { right } else { left } {
                Self::Integer | Self::Real | Self::Numeric => ComparisonAffinity::Numeric,
                Self::Text => ComparisonAffinity::Text,
                Self::Blob | Self::None => ComparisonAffinity::None,
            }
        }
    }
}

impl Affinity {
    /// The value after this affinity was applied, as storing it in such a column does (datatype3 3).
    pub fn apply(self, value: ValueRef<'_>) -> Value {
        match self {
            Self::Blob | Self::None => value.to_owned(),
            Self::Text => text_of(value).unwrap_or_else(|| value.to_owned()),
            Self::Integer | Self::Numeric => match numeric_of(value).unwrap_or_else(|| value.to_owned()) {
                Value::Real(real) => integral(real).map_or(Value::Real(real), Value::Integer),
                other => other,
            },
            // Kept as an integer on disk where it is one, which loses the sign of -0.0, and read back as a real.
            Self::Real => match numeric_of(value).unwrap_or_else(|| value.to_owned()) {
                Value::Integer(number) => Value::Real(number as f64),
                Value::Real(real) => Value::Real(integral(real).map_or(real, |number| number as f64)),
                other => other,
            },
        }
    }
}

impl ComparisonAffinity {
    /// The operand after this affinity was applied, None where it stays as it is.
    #[inline]
    pub fn apply(self, value: ValueRef<'_>) -> Option<Value> {
        match self {
            Self::None => None,
            Self::Numeric => numeric_of(value),
            Self::Text => text_of(value),
        }
    }
}

/// The text of a number.
fn text_of(value: ValueRef<'_>) -> Option<Value> {
    match value {
        ValueRef::Integer(number) => Some(Value::text(&number.to_string())),
        ValueRef::Real(real) => Some(Value::text(&format_real(real))),
        ValueRef::Null | ValueRef::Text(_) | ValueRef::Blob(_) => None,
    }
}

/// The number that a text is, as a whole.
fn numeric_of(value: ValueRef<'_>) -> Option<Value> {
    let ValueRef::Text(bytes) = value else { return None };
    match Plain::read(bytes) {
        Some(Plain::Integer(number)) => Some(Value::Integer(number)),
        Some(Plain::Real(real)) => Some(Value::Real(real)),
        None => match oracle::ask(Question::NumericAffinity, value) {
            Value::Text(_) => None,
            number => Some(number),
        },
    }
}

/// The integer that a real is, as `sqlite3VdbeIntegerAffinity` sees it: not at the ends of the range.
fn integral(real: f64) -> Option<i64> {
    let integer = real_to_integer(real);
    (integer as f64 == real && integer > i64::MIN && integer < i64::MAX).then_some(integer)
}
