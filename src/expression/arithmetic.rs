//! Operators that compute: kernels for columns of numbers, and the exact way row by row for all others.

use arrow_array::{Array as _, Float64Array, Int64Array};
use arrow_buffer::NullBuffer;

use super::datum::Datum;
use crate::batch::{Column, ColumnBuilder};
use crate::bind::ArithmeticOperator;
use crate::value::{Value, ValueRef, cast_integer, cast_real, format_real, operand, oracle};

/// Numbers of one class on one side of a kernel.
enum Numbers<'a> {
    Integers(&'a Int64Array),
    Integer(i64),
    Reals(&'a Float64Array),
    Real(f64),
}

/// `left + right`, or `left - right`.
pub(crate) fn added(left: ValueRef<'_>, right: ValueRef<'_>, adds: bool) -> Value {
    compute(if adds { ArithmeticOperator::Add } else { ArithmeticOperator::Subtract }, left, right)
}

/// Computes row by row.
pub(super) fn arithmetic(operator: ArithmeticOperator, left: &Datum, right: &Datum, rows: usize) -> Datum {
    if let (Datum::Constant(left), Datum::Constant(right)) = (left, right) {
        return Datum::Constant(compute(operator, left.as_ref(), right.as_ref()));
    }
    let column = match (numbers(left), numbers(right)) {
        (Some(left), Some(right)) => typed(operator, &left, &right, rows),
        _ => None,
    };
    Datum::Column(column.unwrap_or_else(|| {
        let mut builder = ColumnBuilder::with_capacity(rows);
        for row in 0..rows {
            builder.push(compute(operator, left.value(row), right.value(row)).as_ref());
        }
        builder.finish()
    }))
}

fn numbers(datum: &Datum) -> Option<Numbers<'_>> {
    match datum {
        Datum::Column(Column::Integer(cells)) => Some(Numbers::Integers(cells)),
        Datum::Column(Column::Real(cells)) => Some(Numbers::Reals(cells)),
        Datum::Constant(Value::Integer(number)) => Some(Numbers::Integer(*number)),
        Datum::Constant(Value::Real(number)) => Some(Numbers::Real(*number)),
        _ => None,
    }
}

impl Numbers<'_> {
    fn nulls(&self) -> Option<&NullBuffer> {
        match self {
            Self::Integers(cells) => cells.nulls(),
            Self::Reals(cells) => cells.nulls(),
            Self::Integer(_) | Self::Real(_) => None,
        }
    }

    fn integer(&self, row: usize) -> Option<i64> {
        match self {
            Self::Integers(cells) => Some(cells.values()[row]),
            Self::Integer(number) => Some(*number),
            Self::Reals(_) | Self::Real(_) => None,
        }
    }

    #[inline]
    fn real(&self, row: usize) -> f64 {
        match self {
            Self::Integers(cells) => cells.values()[row] as f64,
            Self::Integer(number) => *number as f64,
            Self::Reals(cells) => cells.values()[row],
            Self::Real(number) => *number,
        }
    }

    fn are_integers(&self) -> bool {
        matches!(self, Self::Integers(_) | Self::Integer(_))
    }
}

/// `+ - *` of numbers without overflow and without NaN, and `/` of reals by what is never zero; None where that does not
/// hold for all rows.
fn typed(operator: ArithmeticOperator, left: &Numbers<'_>, right: &Numbers<'_>, rows: usize) -> Option<Column> {
    let nulls = NullBuffer::union(left.nulls(), right.nulls());
    if left.are_integers() && right.are_integers() {
        let operation = match operator {
            ArithmeticOperator::Add => i64::checked_add,
            ArithmeticOperator::Subtract => i64::checked_sub,
            ArithmeticOperator::Multiply => i64::checked_mul,
            _ => return None,
        };
        let compute = |row| operation(left.integer(row)?, right.integer(row)?);
        let values = (0..rows).map(compute).collect::<Option<Vec<i64>>>()?;
        return Some(Column::Integer(Int64Array::new(values.into(), nulls)));
    }
    let values: Vec<f64> = match operator {
        ArithmeticOperator::Add => (0..rows).map(|row| left.real(row) + right.real(row)).collect(),
        ArithmeticOperator::Subtract => (0..rows).map(|row| left.real(row) - right.real(row)).collect(),
        ArithmeticOperator::Multiply => (0..rows).map(|row| left.real(row) * right.real(row)).collect(),
        ArithmeticOperator::Divide if (0..rows).all(|row| right.real(row) != 0.0) => {
            (0..rows).map(|row| left.real(row) / right.real(row)).collect()
        }
        _ => return None,
    };
    if values.iter().any(|value| value.is_nan()) {
        return None;
    }
    Some(Column::Real(Float64Array::new(values.into(), nulls)))
}

/// The operator on two values.
pub(super) fn compute(operator: ArithmeticOperator, left: ValueRef<'_>, right: ValueRef<'_>) -> Value {
    if left.is_null() || right.is_null() {
        return Value::Null;
    }
    match operator {
        ArithmeticOperator::Add => numeric(left, right, i64::checked_add, |a, b| a + b),
        ArithmeticOperator::Subtract => numeric(left, right, i64::checked_sub, |a, b| a - b),
        ArithmeticOperator::Multiply => numeric(left, right, i64::checked_mul, |a, b| a * b),
        ArithmeticOperator::Divide => divide(left, right),
        ArithmeticOperator::Remainder => remainder(left, right),
        ArithmeticOperator::BitAnd => Value::Integer(cast_integer(left) & cast_integer(right)),
        ArithmeticOperator::BitOr => Value::Integer(cast_integer(left) | cast_integer(right)),
        ArithmeticOperator::ShiftLeft => Value::Integer(shift_left(cast_integer(left), cast_integer(right))),
        ArithmeticOperator::ShiftRight => {
            let (value, places) = (cast_integer(left), cast_integer(right));
            Value::Integer(shift_left(value, places.checked_neg().unwrap_or(i64::MAX)))
        }
        ArithmeticOperator::Concat => concat(left, right),
        ArithmeticOperator::JsonArrow | ArithmeticOperator::JsonLongArrow => Value::Null,
    }
}

/// 64-bit integers where both are integers and the result fits, else reals. A text is then read as a real from its start:
/// '-0' is the integer 0 but the real -0.0.
fn numeric(
    left: ValueRef<'_>,
    right: ValueRef<'_>,
    integers: impl Fn(i64, i64) -> Option<i64>,
    reals: impl Fn(f64, f64) -> f64,
) -> Value {
    if let (Value::Integer(left), Value::Integer(right)) = (operand(left), operand(right))
        && let Some(result) = integers(left, right)
    {
        return Value::Integer(result);
    }
    Value::real(reals(cast_real(left), cast_real(right)))
}

/// Integers are cut; by zero is NULL; the smallest integer by -1 is a real.
fn divide(left: ValueRef<'_>, right: ValueRef<'_>) -> Value {
    if let (Value::Integer(left), Value::Integer(right)) = (operand(left), operand(right)) {
        if right == 0 {
            return Value::Null;
        }
        if let Some(result) = left.checked_div(right) {
            return Value::Integer(result);
        }
    }
    let divisor = cast_real(right);
    if divisor == 0.0 { Value::Null } else { Value::real(cast_real(left) / divisor) }
}

/// Both are cast to integers; a text is not read as an operand of the others is (`1e2` counts as 1), so SQLite is asked.
fn remainder(left: ValueRef<'_>, right: ValueRef<'_>) -> Value {
    let number = |value| matches!(value, ValueRef::Integer(_) | ValueRef::Real(_));
    if !number(left) || !number(right) {
        return oracle::ask_sql("SELECT ?1 % ?2", &[left, right]).unwrap_or(Value::Null);
    }
    let (dividend, divisor) = (cast_integer(left), cast_integer(right));
    let Some(result) = dividend.checked_rem(divisor).or((divisor == -1).then_some(0)) else { return Value::Null };
    match (left, right) {
        (ValueRef::Integer(_), ValueRef::Integer(_)) => Value::Integer(result),
        _ => Value::Real(result as f64),
    }
}

/// `<<`; by a negative number of places it is `>>`, and 64 or more places leave 0 or the sign.
fn shift_left(value: i64, places: i64) -> i64 {
    match places {
        64.. => 0,
        0..=63 => value << places,
        -63..=-1 => value >> -places,
        _ => value >> 63,
    }
}

/// `||`: the bytes of both as texts.
fn concat(left: ValueRef<'_>, right: ValueRef<'_>) -> Value {
    if matches!((left, right), (ValueRef::Blob(_), _) | (_, ValueRef::Blob(_))) {
        return oracle::ask_sql("SELECT ?1 || ?2", &[left, right]).unwrap_or(Value::Null);
    }
    let mut bytes = Vec::new();
    for value in [left, right] {
        match value {
            ValueRef::Null => return Value::Null,
            ValueRef::Integer(number) => bytes.extend_from_slice(number.to_string().as_bytes()),
            ValueRef::Real(number) => bytes.extend_from_slice(format_real(number).as_bytes()),
            ValueRef::Text(text) | ValueRef::Blob(text) => bytes.extend_from_slice(text),
        }
    }
    Value::Text(bytes.into())
}
