//! Batches as Arrow: which type comes when, casts that are SQLite's, and texts that are no UTF-8.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array as _, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use glue::batch::{ArrowLayout, ArrowType, Batch, Column, ColumnBuilder, InvalidText};
use glue::value::{Value, ValueRef};
use rusqlite::Connection;

fn column(values: &[Value]) -> Column {
    let mut builder = ColumnBuilder::with_capacity(values.len());
    for value in values {
        builder.push(value.as_ref());
    }
    builder.finish()
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("c{index}")).collect()
}

fn one(kind: ArrowType, values: &[Value]) -> glue::error::Result<ArrayRef> {
    let layout = ArrowLayout::typed(&names(1), &[kind])?;
    let batch = layout.record_batch(&Batch::new(values.len(), vec![column(values)]))?;
    if let Some(schema) = layout.schema() {
        assert_eq!(batch.schema(), schema);
    }
    Ok(batch.column(0).clone())
}

fn numbers() -> Vec<Value> {
    vec![Value::Integer(1), Value::Null, Value::Integer(i64::MIN)]
}

fn every_class() -> Vec<Value> {
    vec![
        Value::Null,
        Value::Integer(-7),
        Value::Real(2.5),
        Value::Real(1e100),
        Value::text("12abc"),
        Value::text("é"),
        Value::Blob(b"3.9".as_slice().into()),
        Value::Blob([].into()),
        Value::Real(f64::INFINITY),
        Value::Integer(i64::MAX),
        Value::text(" 0x10"),
    ]
}

#[test]
fn found_types_are_those_of_the_batch() {
    let found = |values: &[Value]| one(ArrowType::AsFound, values).unwrap().data_type().clone();
    assert_eq!(found(&numbers()), DataType::Int64);
    assert_eq!(found(&[Value::Real(1.0)]), DataType::Float64);
    assert_eq!(found(&[Value::text("x"), Value::Null]), DataType::LargeUtf8);
    assert_eq!(found(&[Value::Blob([1].into())]), DataType::LargeBinary);
    assert_eq!(found(&[Value::Null, Value::Null]), DataType::Null);
    assert!(matches!(found(&every_class()), DataType::Union(..)));
    let integers = one(ArrowType::AsFound, &numbers()).unwrap();
    let integers = integers.as_primitive::<Int64Type>();
    assert_eq!(integers.iter().collect::<Vec<_>>(), [Some(1), None, Some(i64::MIN)]);
    let empty: RecordBatch = ArrowLayout::as_found(&[]).record_batch(&Batch::new(3, vec![])).unwrap();
    assert_eq!((empty.num_rows(), empty.num_columns()), (3, 0));
}

#[test]
fn unions_keep_every_class() {
    let values = every_class();
    for values in [values.as_slice(), &numbers(), &[Value::Null], &[]] {
        let array = one(ArrowType::Union, values).unwrap();
        let union = array.as_union();
        for (row, value) in values.iter().enumerate() {
            let cell = union.value(row);
            assert_eq!(cell.len(), 1);
            match value {
                Value::Null => assert_eq!(union.type_id(row), 0),
                Value::Integer(number) => assert_eq!(cell.as_primitive::<Int64Type>().value(0), *number),
                Value::Real(real) => assert_eq!(cell.as_primitive::<Float64Type>().value(0).to_bits(), real.to_bits()),
                Value::Text(text) => assert_eq!(cell.as_string::<i64>().value(0).as_bytes(), &**text),
                Value::Blob(bytes) => assert_eq!(cell.as_binary::<i64>().value(0), &**bytes),
            }
        }
    }
}

/// What the linked SQLite makes of a value.
fn cast(value: &Value, kind: &str) -> Value {
    use rusqlite::types::{Value as Bound, ValueRef as Given};
    let bound = match value {
        Value::Null => Bound::Null,
        Value::Integer(number) => Bound::Integer(*number),
        Value::Real(real) => Bound::Real(*real),
        Value::Text(text) => Bound::Text(String::from_utf8(text.to_vec()).unwrap()),
        Value::Blob(bytes) => Bound::Blob(bytes.to_vec()),
    };
    let connection = Connection::open_in_memory().unwrap();
    let read = |row: &rusqlite::Row<'_>| {
        Ok(match row.get_ref(0)? {
            Given::Null => Value::Null,
            Given::Integer(number) => Value::Integer(number),
            Given::Real(real) => Value::Real(real),
            Given::Text(text) => Value::Text(text.into()),
            Given::Blob(bytes) => Value::Blob(bytes.into()),
        })
    };
    connection.query_row(&format!("SELECT CAST(?1 AS {kind})"), [bound], read).unwrap()
}

/// What an array holds, as SQLite's values.
fn cells(array: &ArrayRef) -> Vec<Value> {
    let cell = |row: usize| match array.data_type() {
        _ if array.is_null(row) => Value::Null,
        DataType::Int64 => Value::Integer(array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => Value::Real(array.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => Value::text(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Value::text(array.as_string::<i64>().value(row)),
        DataType::Binary => Value::Blob(array.as_binary::<i32>().value(row).into()),
        DataType::LargeBinary => Value::Blob(array.as_binary::<i64>().value(row).into()),
        other => panic!("{other} was not asked for"),
    };
    (0..array.len()).map(cell).collect()
}

#[test]
fn casts_are_sqlites() {
    for (kind, sql) in [
        (ArrowType::Int64, "INTEGER"),
        (ArrowType::Float64, "REAL"),
        (ArrowType::Utf8, "TEXT"),
        (ArrowType::LargeUtf8, "TEXT"),
        (ArrowType::Binary, "BLOB"),
        (ArrowType::LargeBinary, "BLOB"),
    ] {
        let all = every_class();
        let expected: Vec<Value> = all.iter().map(|value| cast(value, sql)).collect();
        assert_eq!(cells(&one(kind, &all).unwrap()), expected, "{kind:?}");
        // The same values in columns of one class.
        for (value, expected) in all.iter().zip(&expected) {
            let pair = [value.clone(), Value::Null];
            assert_eq!(cells(&one(kind, &pair).unwrap()), [expected.clone(), Value::Null], "{kind:?} {value:?}");
        }
    }
}

#[test]
fn texts_must_be_utf8_or_said_to_be_replaced() {
    let values = [Value::text("good"), Value::Text(b"b\xffd".as_slice().into())];
    for kind in [ArrowType::AsFound, ArrowType::Utf8, ArrowType::LargeUtf8, ArrowType::Union] {
        let error = one(kind, &values).unwrap_err();
        assert_eq!(error.message, "row 2 of the batch, column `c0`: no UTF-8 from byte 1 on");
        let layout = ArrowLayout::typed(&names(1), &[kind]).unwrap().invalid_text(InvalidText::Replace);
        let batch = layout.record_batch(&Batch::new(2, vec![column(&values)])).unwrap();
        let text = match kind {
            ArrowType::Utf8 => batch.column(0).as_string::<i32>().value(1).to_owned(),
            ArrowType::Union => batch.column(0).as_union().value(1).as_string::<i64>().value(0).to_owned(),
            _ => batch.column(0).as_string::<i64>().value(1).to_owned(),
        };
        assert_eq!(text, "b\u{fffd}d");
    }
    assert_eq!(cells(&one(ArrowType::LargeBinary, &values).unwrap())[1], Value::Blob(b"b\xffd".as_slice().into()));
}

#[test]
fn a_layout_can_fit_all_batches() {
    let batch = |columns: Vec<Column>| Batch::new(1, columns);
    let null = || Column::Null(1);
    let integer = || Column::constant(ValueRef::Integer(1), 1);
    let text = || Column::constant(ValueRef::Text(b"x"), 1);
    let batches = [batch(vec![null(), null(), integer()]), batch(vec![null(), text(), text()])];
    let layout = ArrowLayout::fitting(&names(3), &batches);
    let schema = layout.schema().unwrap();
    let types: Vec<String> = schema.fields().iter().map(|field| field.data_type().to_string()).collect();
    assert_eq!(types[..2], ["LargeUtf8", "LargeUtf8"]);
    assert!(types[2].starts_with("Union"));
    for batch in &batches {
        assert_eq!(layout.record_batch(batch).unwrap().schema(), schema);
    }
    assert!(ArrowLayout::as_found(&names(3)).schema().is_none());
    assert!(ArrowLayout::typed(&names(3), &[]).is_err());
    assert!(layout.record_batch(&batch(vec![null()])).is_err());
}
