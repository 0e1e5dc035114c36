//! Arithmetic with decimal numbers of any length: `decimal`, `decimal_add` and their like, and the collation of that name.

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};
use rusqlite::types::ValueRef;

use super::{failed, text};
use crate::value::{Collation, Decimal};

/// Registers them.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    for arguments in [1, 2] {
        connection.create_scalar_function("decimal", arguments, flags, |context| {
            Ok(exact(context)?.map(|number| number.to_string()))
        })?;
        connection.create_scalar_function("decimal_exp", arguments, flags, |context| {
            Ok(exact(context)?.map(|number| number.with_exponent()))
        })?;
    }
    connection.create_scalar_function("decimal_add", 2, flags, |context| {
        Ok(both(context)?.map(|(left, right)| left.plus(&right).to_string()))
    })?;
    connection.create_scalar_function("decimal_sub", 2, flags, |context| {
        Ok(both(context)?.map(|(left, right)| left.plus(&right.negated()).to_string()))
    })?;
    connection.create_scalar_function("decimal_mul", 2, flags, |context| {
        let product = |(left, right): (Decimal, Decimal)| left.times(&right).ok_or_else(too_long);
        Ok(both(context)?.map(product).transpose()?.map(|number| number.to_string()))
    })?;
    connection.create_scalar_function("decimal_cmp", 2, flags, |context| {
        Ok(both(context)?.map(|(left, right)| left.compare(&right) as i64))
    })?;
    connection.create_scalar_function("decimal_pow2", 1, flags, |context| {
        let ValueRef::Integer(exponent @ -20_000..=20_000) = context.get_raw(0) else { return Ok(None) };
        Ok(Some(Decimal::power_of_two(exponent).ok_or_else(too_long)?.to_string()))
    })?;
    connection.create_window_function("decimal_sum", 1, flags, Sum)?;
    connection.create_collation("decimal", |left, right| Collation::Decimal.compare(left.as_bytes(), right.as_bytes()))
}

fn too_long() -> rusqlite::Error {
    failed("a decimal number of more than 100000 digits")
}

/// The first argument to its last bit, rounded to as many digits as the second says.
fn exact(context: &Context<'_>) -> rusqlite::Result<Option<Decimal>> {
    let number = match context.get_raw(0) {
        ValueRef::Real(real) => Decimal::of_real(real),
        // The eight bytes of a real.
        ValueRef::Blob(bytes) => <[u8; 8]>::try_from(bytes).ok().and_then(|bytes| Decimal::of_real(f64::from_be_bytes(bytes))),
        value => written(value)?,
    };
    let digits = if context.len() > 1 { context.get_raw(1) } else { ValueRef::Null };
    Ok(match digits {
        ValueRef::Integer(digits) => number.map(|number| number.rounded(usize::try_from(digits).unwrap_or(0))),
        _ => number,
    })
}

/// The number that a value's text is.
fn written(value: ValueRef<'_>) -> rusqlite::Result<Option<Decimal>> {
    let Some(text) = text(value) else { return Ok(None) };
    Decimal::parse(&text).ok_or_else(too_long).map(Some)
}

fn both(context: &Context<'_>) -> rusqlite::Result<Option<(Decimal, Decimal)>> {
    Ok(written(context.get_raw(0))?.zip(written(context.get_raw(1))?))
}

/// `decimal_sum`; NULL of no rows, as `sum` is.
struct Sum;

impl Sum {
    fn add(context: &Context<'_>, sum: &mut Option<Decimal>, is_leaving: bool) -> rusqlite::Result<()> {
        let number = written(context.get_raw(0))?;
        if let Some(number) = number {
            let number = if is_leaving { number.negated() } else { number };
            *sum = Some(sum.take().map_or_else(|| Decimal::default().plus(&number), |sum| sum.plus(&number)));
        }
        Ok(())
    }
}

impl Aggregate<Option<Decimal>, Option<String>> for Sum {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Option<Decimal>> {
        Ok(None)
    }

    fn step(&self, context: &mut Context<'_>, sum: &mut Option<Decimal>) -> rusqlite::Result<()> {
        Self::add(context, sum, false)
    }

    fn finalize(&self, _: &mut Context<'_>, sum: Option<Option<Decimal>>) -> rusqlite::Result<Option<String>> {
        Ok(sum.flatten().map(|sum| sum.to_string()))
    }
}

impl WindowAggregate<Option<Decimal>, Option<String>> for Sum {
    fn value(&self, sum: Option<&mut Option<Decimal>>) -> rusqlite::Result<Option<String>> {
        Ok(sum.and_then(|sum| sum.as_ref().map(ToString::to_string)))
    }

    fn inverse(&self, context: &mut Context<'_>, sum: &mut Option<Decimal>) -> rusqlite::Result<()> {
        Self::add(context, sum, true)
    }
}
