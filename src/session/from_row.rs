//! Cells as Rust's types, and rows as tuples of them.
//!
//! Nothing is converted that could lose something: an integer that does not fit, a real as an integer, a number as a text are
//! errors, which name the row and the column. A CAST in the query converts by SQLite's rules.

use super::Row;
use crate::error::{Error, Result};
use crate::value::{Value, ValueRef};

/// A type that a cell may be read as.
///
/// | type | cells |
/// |---|---|
/// | integers of any width | integers in its range |
/// | `f64` | reals, and integers that it holds exactly |
/// | `bool` | the integers 0 and 1 |
/// | `String` | texts in UTF-8 |
/// | `Vec<u8>` | blobs, and the bytes of texts |
/// | `Option<T>` | NULL, and what T takes |
/// | `Value` | everything |
pub trait FromValue: Sized {
    /// The value of a cell.
    fn from_value(value: ValueRef<'_>) -> Result<Self>;
}

/// A type that a whole row may be read as: tuples of [`FromValue`]s, as many as there are columns, and a program's own.
pub trait FromRow: Sized {
    /// The value of a row.
    fn from_row(row: &Row) -> Result<Self>;
}

/// The cell in words.
pub(super) fn described(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => format!("the integer {number}"),
        ValueRef::Real(real) => format!("the real {}", crate::value::format_real(real)),
        ValueRef::Text(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            match text.char_indices().nth(40) {
                Some((end, _)) => format!("the text '{}…'", &text[..end]),
                None => format!("the text '{text}'"),
            }
        }
        ValueRef::Blob(bytes) => format!("a blob of {} bytes", bytes.len()),
    }
}

fn misfit(value: ValueRef<'_>, wanted: &str) -> Error {
    let error = Error::conversion(format!("{} is no {wanted}", described(value)));
    match value {
        ValueRef::Null => error.hint("read the column as an Option"),
        _ => error.hint("a CAST in the query converts by SQLite's rules"),
    }
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl FromValue for $type {
            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                match value {
                    ValueRef::Integer(number) => Self::try_from(number)
                        .map_err(|_| Error::conversion(format!("{number} does not fit into {}", stringify!($type)))),
                    other => Err(misfit(other, "integer")),
                }
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl FromValue for f64 {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Real(real) => Ok(real),
            ValueRef::Integer(number) => {
                let real = number as f64;
                // Beyond 2^53 only some integers are reals; the cast back saturates at the ends, hence the wider type.
                if real as i128 == i128::from(number) {
                    Ok(real)
                } else {
                    Err(Error::conversion(format!("f64 does not hold the integer {number} exactly")))
                }
            }
            other => Err(misfit(other, "number")),
        }
    }
}

impl FromValue for bool {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Integer(0) => Ok(false),
            ValueRef::Integer(1) => Ok(true),
            other => Err(misfit(other, "truth value (0 or 1)")),
        }
    }
}

impl FromValue for String {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        text(value).map(str::to_owned)
    }
}

/// A text in UTF-8.
pub(super) fn text(value: ValueRef<'_>) -> Result<&str> {
    match value {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).map_err(|error| {
            Error::conversion(format!("the text is no UTF-8 from byte {} on", error.valid_up_to())).hint("read it as bytes")
        }),
        other => Err(misfit(other, "text")),
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Ok(bytes.to_vec()),
            other => Err(misfit(other, "blob or text")),
        }
    }
}

impl FromValue for Value {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        Ok(value.to_owned())
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        if value.is_null() { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl FromRow for Row {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(row.clone())
    }
}

impl<T: FromValue> FromRow for Vec<T> {
    fn from_row(row: &Row) -> Result<Self> {
        (0..row.columns().len()).map(|column| row.get(column)).collect()
    }
}

macro_rules! tuples {
    ($($length:literal: $($type:ident $index:literal),+;)*) => {$(
        impl<$($type: FromValue),+> FromRow for ($($type,)+) {
            fn from_row(row: &Row) -> Result<Self> {
                let columns = row.columns().len();
                if columns != $length {
                    let message = format!("the result has {columns} columns, the tuple {}", $length);
                    return Err(Error::conversion(message));
                }
                Ok(($(row.get::<$type>($index)?,)+))
            }
        }
    )*};
}

tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    9: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    10: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    11: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    12: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11;
}
