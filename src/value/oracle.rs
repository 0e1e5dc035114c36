//! SQLite itself, asked about single values: what is too rare or too intricate to be done twice.

use std::cell::OnceCell;

use rusqlite::{CachedStatement, Connection, types};

use super::{Value, ValueRef};
use crate::ffi::rows::Cell;

/// What can be asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Question {
    /// `CAST(x AS INTEGER)`
    CastInteger,
    /// `CAST(x AS REAL)`
    CastReal,
    /// `CAST(x AS NUMERIC)`
    CastNumeric,
    /// What sum() takes a text for: an integer where it looks like one, else the real at its beginning.
    Sum,
    /// The number that an operand of arithmetic is.
    Operand,
    /// The number that a text is as a whole, else the text. The CAST has an affinity, which the comparison applies to the
    /// other side (datatype3 4.2); a text that is no number stays text then, and no number equals a text.
    NumericAffinity,
}

impl Question {
    fn sql(self) -> &'static str {
        match self {
            Self::CastInteger => "SELECT CAST(?1 AS INTEGER)",
            Self::CastReal => "SELECT CAST(?1 AS REAL)",
            Self::CastNumeric => "SELECT CAST(?1 AS NUMERIC)",
            Self::Sum => "SELECT sum(?1)",
            Self::Operand => "SELECT ?1 * 1",
            Self::NumericAffinity => "SELECT CASE WHEN CAST(?1 AS NUMERIC) = ?1 THEN CAST(?1 AS NUMERIC) ELSE ?1 END",
        }
    }
}

thread_local! {
    static CONNECTION: OnceCell<Connection> = const { OnceCell::new() };
}

/// The answer for one value.
pub(crate) fn ask(question: Question, value: ValueRef<'_>) -> Value {
    ask_sql(question.sql(), &[value]).expect("none of the questions can fail on a value")
}

/// The first column of the first row of a statement that reads nothing but its parameters.
pub(crate) fn ask_sql(sql: &str, parameters: &[ValueRef<'_>]) -> rusqlite::Result<Value> {
    with_connection(|connection| {
        let mut statement: CachedStatement<'_> = connection.prepare_cached(sql)?;
        for (index, value) in parameters.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, Cell(*value))?;
        }
        let mut rows = statement.raw_query();
        let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        Ok(from_sqlite(row.get_ref(0)?).to_owned())
    })
}

/// Gives an in-memory connection that this thread keeps.
pub(crate) fn with_connection<T>(use_it: impl FnOnce(&Connection) -> T) -> T {
    CONNECTION.with(|cell| {
        use_it(cell.get_or_init(|| {
            let connection = Connection::open_in_memory().expect("an empty in-memory database needs only memory");
            crate::functions::register(&connection).expect("a new connection takes new functions");
            connection
        }))
    })
}

/// A value that SQLite gave.
pub(crate) fn from_sqlite(value: types::ValueRef<'_>) -> ValueRef<'_> {
    match value {
        types::ValueRef::Null => ValueRef::Null,
        types::ValueRef::Integer(number) => ValueRef::Integer(number),
        types::ValueRef::Real(real) => ValueRef::Real(real),
        types::ValueRef::Text(bytes) => ValueRef::Text(bytes),
        types::ValueRef::Blob(bytes) => ValueRef::Blob(bytes),
    }
}
