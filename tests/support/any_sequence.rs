//! Sums as they might come out in another sequence: SQLite's `sum()` overflows where a part of the numbers does, so that whether it fails
//! depends on which come first, which SQL leaves open.

use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};

/// What a sum says that overflows in some sequence.
pub const FAILS_IN_SOME_SEQUENCE: &str = "this sum overflows in some sequence";

/// Lets `sum()` fail where it would in some sequence of its numbers.
pub fn register_sum(connection: &Connection) {
    connection.create_aggregate_function("sum", 1, FunctionFlags::SQLITE_UTF8, Sum).expect("a built-in function can be replaced");
}

struct Sum;

/// The sums of all that is above zero, and of all that is below.
type Reached = (i128, i128);

impl Aggregate<Reached, Option<i64>> for Sum {
    fn init(&self, _: &mut Context<'_>) -> Result<Reached> {
        Ok((0, 0))
    }

    fn step(&self, context: &mut Context<'_>, reached: &mut Reached) -> Result<()> {
        let number = match context.get_raw(0) {
            ValueRef::Integer(number) => number,
            ValueRef::Text(text) => String::from_utf8_lossy(text).trim().parse().unwrap_or(0),
            _ => 0,
        };
        if number > 0 {
            reached.0 += i128::from(number);
        } else {
            reached.1 += i128::from(number);
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, reached: Option<Reached>) -> Result<Option<i64>> {
        let (above, below) = reached.unwrap_or((0, 0));
        if above > i128::from(i64::MAX) || below < i128::from(i64::MIN) {
            return Err(Error::UserFunctionError(FAILS_IN_SOME_SEQUENCE.into()));
        }
        Ok(i64::try_from(above + below).ok())
    }
}
