//! Text to numbers and back, as SQLite does it (contract; bodies follow).

use super::{Value, ValueRef};

/// The text of a real as `CAST(x AS TEXT)` gives it.
pub fn format_real(real: f64) -> String {
    let _ = real;
    todo!()
}
/// The real that SQLite reads from a decimal literal.
pub fn parse_real(text: &str) -> f64 {
    let _ = text;
    todo!()
}
/// `CAST(x AS INTEGER)` of a value that is not NULL, else 0.
pub fn cast_integer(value: ValueRef<'_>) -> i64 {
    let _ = value;
    todo!()
}
/// `CAST(x AS REAL)` of a value that is not NULL, else 0.0.
pub fn cast_real(value: ValueRef<'_>) -> f64 {
    let _ = value;
    todo!()
}
/// `CAST(x AS NUMERIC)`.
pub fn cast_numeric(value: ValueRef<'_>) -> Value {
    let _ = value;
    todo!()
}
/// The value as a condition: None for NULL.
pub fn truth(value: ValueRef<'_>) -> Option<bool> {
    let _ = value;
    todo!()
}
