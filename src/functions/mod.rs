//! SQL functions that SQLite leaves to its users, written for every connection alike: those that read files and those that
//! evaluate expressions in memory.

mod decimal;
mod encoding;
mod hash;
mod regexp;

use std::borrow::Cow;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::value::Collation;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The error of a call.
fn failed(message: &str) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(message.into())
}

/// Registers all of them, and the tables that are made of arguments: `rarray` and `generate_series`.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    regexp::register(connection)?;
    decimal::register(connection)?;
    encoding::register(connection)?;
    hash::register(connection)?;
    connection.create_collation("uint", |left, right| Collation::UnsignedInteger.compare(left.as_bytes(), right.as_bytes()))?;
    rusqlite::vtab::array::load_module(connection)?;
    rusqlite::vtab::series::load_module(connection)
}

/// A value's bytes: a number's as SQLite writes it, none of NULL.
fn text(value: ValueRef<'_>) -> Option<Cow<'_, [u8]>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string().into_bytes().into()),
        ValueRef::Real(number) => Some(crate::value::format_real(number).into_bytes().into()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes.into()),
    }
}
