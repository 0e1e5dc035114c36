//! Text to numbers and back, as SQLite does it.

use super::oracle::{self, Question};
use super::{Value, ValueRef};
use crate::ffi;

/// The reals beyond which a cast to integer saturates (`sqlite3RealToI64`).
const LARGEST_CUT: f64 = 9_223_372_036_854_774_784.0;

/// Text that is, as a whole, a decimal number so plain that every reading of it agrees: an optional minus, digits,
/// optionally a point with digits on both sides. Everything else is SQLite's to judge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Plain {
    /// At most 18 digits, so that it cannot overflow.
    Integer(i64),
    /// At most 15 digits: they and the power of ten are exact as reals, so one correctly rounded division gives the
    /// nearest real, which is also what SQLite gives.
    Real(f64),
}

impl Plain {
    /// Reads a text.
    #[inline]
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        if digits.len() > 18 || !digits.first()?.is_ascii_digit() {
            return None;
        }
        let (mut number, mut point) = (0_i64, None);
        for (index, &byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' => number = number * 10 + i64::from(byte - b'0'),
                b'.' if point.is_none() => point = Some(index),
                _ => return None,
            }
        }
        let signed = if negative { -number } else { number };
        match point {
            None => Some(Self::Integer(signed)),
            Some(point) if point + 1 < digits.len() && digits.len() <= 16 && number != 0 => {
                Some(Self::Real(signed as f64 / POWERS[digits.len() - 1 - point]))
            }
            Some(_) => None,
        }
    }
}

/// The powers of ten that Plain divides by.
const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// The text of a real as `CAST(x AS TEXT)` gives it.
pub fn format_real(real: f64) -> String {
    ffi::number::format_real(real)
}

/// The real that SQLite reads from a decimal literal.
pub fn parse_real(text: &str) -> f64 {
    cast_real(ValueRef::Text(text.as_bytes()))
}

/// `CAST(x AS INTEGER)` of a value that is not NULL, else 0.
pub fn cast_integer(value: ValueRef<'_>) -> i64 {
    match value {
        ValueRef::Null => 0,
        ValueRef::Integer(number) => number,
        ValueRef::Real(real) => real_to_integer(real),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => match Plain::read(bytes) {
            Some(Plain::Integer(number)) => number,
            _ => match oracle::ask(Question::CastInteger, value) {
                Value::Integer(number) => number,
                _ => 0,
            },
        },
    }
}

/// `CAST(x AS REAL)` of a value that is not NULL, else 0.0.
pub fn cast_real(value: ValueRef<'_>) -> f64 {
    match value {
        ValueRef::Null => 0.0,
        ValueRef::Integer(number) => number as f64,
        ValueRef::Real(real) => real,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => match Plain::read(bytes) {
            // Beyond 15 digits, and for -0, SQLite's own way of rounding is not ours to guess.
            Some(Plain::Integer(number)) if number != 0 && number.unsigned_abs() < 1_000_000_000_000_000 => number as f64,
            Some(Plain::Real(real)) => real,
            _ => match oracle::ask(Question::CastReal, value) {
                Value::Real(real) => real,
                _ => 0.0,
            },
        },
    }
}

/// `CAST(x AS NUMERIC)`.
pub fn cast_numeric(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => value.to_owned(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => match Plain::read(bytes) {
            Some(Plain::Integer(number)) => Value::Integer(number),
            _ => oracle::ask(Question::CastNumeric, value),
        },
    }
}

/// The number that an operand of arithmetic is: a text gives the longest number at its beginning (lang_expr 13).
pub(crate) fn operand(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => value.to_owned(),
        ValueRef::Text(bytes) => match Plain::read(bytes) {
            Some(Plain::Integer(number)) => Value::Integer(number),
            Some(Plain::Real(real)) => Value::Real(real),
            None => oracle::ask(Question::Operand, value),
        },
        ValueRef::Blob(_) => oracle::ask(Question::Operand, value),
    }
}

/// The value as a condition: None for NULL.
#[inline]
pub fn truth(value: ValueRef<'_>) -> Option<bool> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number != 0),
        value => Some(cast_real(value) != 0.0),
    }
}

/// `sqlite3RealToI64`: cut towards zero, saturating a little before the range ends.
pub(super) fn real_to_integer(real: f64) -> i64 {
    if real < -LARGEST_CUT {
        i64::MIN
    } else if real > LARGEST_CUT {
        i64::MAX
    } else {
        real as i64
    }
}
