//! One array of Arrow as one of glue's columns.

use arrow_array::cast::AsArray as _;
use arrow_array::temporal_conversions::{date32_to_datetime, date64_to_datetime};
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, DecimalType, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef, new_null_array};
use arrow_schema::{DataType, TimeUnit};

use super::built;
use crate::batch::{Column, ColumnBuilder};
use crate::value::{Value, ValueRef};

/// Numbers stay numbers; dates, times and moments become text as SQLite's date functions read it; an unsigned number that
/// does not fit becomes its digits, and so does a decimal.
pub(super) fn column(array: &ArrayRef) -> Column {
    match array.data_type() {
        DataType::Int64 => Column::Integer(array.as_primitive::<Int64Type>().clone()),
        DataType::Float64 => reals::<Float64Type>(array),
        DataType::LargeUtf8 => built(array.as_string::<i64>().iter(), text),
        DataType::Utf8 => built(array.as_string::<i32>().iter(), text),
        DataType::Utf8View => built(array.as_string_view().iter(), text),
        DataType::LargeBinary => Column::Blob(array.as_binary::<i64>().clone()),
        DataType::Binary => built(array.as_binary::<i32>().iter(), blob),
        DataType::BinaryView => built(array.as_binary_view().iter(), blob),
        DataType::FixedSizeBinary(_) => built(array.as_fixed_size_binary().iter(), blob),
        DataType::Boolean => built(array.as_boolean().iter(), |builder, cell| {
            builder.push(cell.map_or(ValueRef::Null, |cell| ValueRef::Integer(i64::from(cell))));
        }),
        DataType::Int8 => integers::<Int8Type>(array),
        DataType::Int16 => integers::<Int16Type>(array),
        DataType::Int32 => integers::<Int32Type>(array),
        DataType::UInt8 => integers::<UInt8Type>(array),
        DataType::UInt16 => integers::<UInt16Type>(array),
        DataType::UInt32 => integers::<UInt32Type>(array),
        DataType::UInt64 => values::<UInt64Type>(array, |number| {
            i64::try_from(number).map_or_else(|_| Value::text(&number.to_string()), Value::Integer)
        }),
        DataType::Float16 => reals::<Float16Type>(array),
        DataType::Float32 => reals::<Float32Type>(array),
        DataType::Decimal32(precision, scale) => decimals::<Decimal32Type>(array, *precision, *scale),
        DataType::Decimal64(precision, scale) => decimals::<Decimal64Type>(array, *precision, *scale),
        DataType::Decimal128(precision, scale) => decimals::<Decimal128Type>(array, *precision, *scale),
        DataType::Date32 => values::<Date32Type>(array, |days| day(date32_to_datetime(days))),
        DataType::Date64 => values::<Date64Type>(array, |milliseconds| day(date64_to_datetime(milliseconds))),
        DataType::Time32(TimeUnit::Second) => values::<Time32SecondType>(array, |time| time_of_day(i64::from(time), 1)),
        DataType::Time32(_) => values::<Time32MillisecondType>(array, |time| time_of_day(i64::from(time), 1_000)),
        DataType::Time64(TimeUnit::Microsecond) => values::<Time64MicrosecondType>(array, |time| time_of_day(time, 1_000_000)),
        DataType::Time64(_) => values::<Time64NanosecondType>(array, |time| time_of_day(time, 1_000_000_000)),
        DataType::Timestamp(TimeUnit::Second, _) => values::<TimestampSecondType>(array, |moment| moment_text(moment, 1)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            values::<TimestampMillisecondType>(array, |moment| moment_text(moment, 1_000))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            values::<TimestampMicrosecondType>(array, |moment| moment_text(moment, 1_000_000))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            values::<TimestampNanosecondType>(array, |moment| moment_text(moment, 1_000_000_000))
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let values = column(dictionary.values());
            let keys = dictionary.normalized_keys();
            built(keys.into_iter().enumerate(), |builder, (row, key)| {
                builder.push(if dictionary.is_null(row) { ValueRef::Null } else { values.value(key) });
            })
        }
        // Other types were refused when the file was opened.
        _ => column(&new_null_array(&DataType::Int64, array.len())),
    }
}

fn text(builder: &mut ColumnBuilder, cell: Option<&str>) {
    builder.push(cell.map_or(ValueRef::Null, |cell| ValueRef::Text(cell.as_bytes())));
}

fn blob(builder: &mut ColumnBuilder, cell: Option<&[u8]>) {
    builder.push(cell.map_or(ValueRef::Null, ValueRef::Blob));
}

fn values<T: ArrowPrimitiveType>(array: &ArrayRef, value: impl Fn(T::Native) -> Value) -> Column {
    built(array.as_primitive::<T>().iter(), |builder, cell| {
        let cell = cell.map_or(Value::Null, &value);
        builder.push(cell.as_ref());
    })
}

fn integers<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &ArrayRef) -> Column {
    values::<T>(array, |number| Value::Integer(number.into()))
}

fn reals<T: ArrowPrimitiveType<Native: Into<f64>>>(array: &ArrayRef) -> Column {
    values::<T>(array, |number| Value::real(number.into()))
}

fn decimals<T: DecimalType>(array: &ArrayRef, precision: u8, scale: i8) -> Column {
    values::<T>(array, |number| Value::text(&T::format_decimal(number, precision, scale)))
}

fn day(moment: Option<impl ToString>) -> Value {
    // `2024-01-31 00:00:00`, of which the day is wanted.
    moment.map_or(Value::Null, |moment| Value::text(moment.to_string().split(' ').next().unwrap_or_default()))
}

fn time_of_day(time: i64, units: i64) -> Value {
    let seconds = time.div_euclid(units);
    let text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    Value::text(&(text + &fraction(time.rem_euclid(units), units)))
}

fn moment_text(moment: i64, units: i64) -> Value {
    let seconds = moment.div_euclid(units);
    let whole = arrow_array::temporal_conversions::timestamp_s_to_datetime(seconds);
    whole.map_or(Value::Null, |whole| Value::text(&(whole.to_string() + &fraction(moment.rem_euclid(units), units))))
}

/// The part below a second, with no more digits than it needs.
fn fraction(part: i64, units: i64) -> String {
    if part == 0 {
        return String::new();
    }
    let digits = units.ilog10() as usize;
    format!(".{part:0digits$}").trim_end_matches('0').to_owned()
}
