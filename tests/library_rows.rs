//! Rows as programs read them: one by one, as tuples, through serde, as Arrow; and what they are told where a type does not fit.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use glue::batch::{ArrowLayout, ArrowType};
use glue::connection::ConnectionManager;
use glue::error::{Error, ErrorKind, Result};
use glue::session::{FromRow, FromValue, QueryResult, Row, Session};
use glue::value::{Value, ValueRef};
use serde::Deserialize;
use serde::de::DeserializeOwned;

fn result(sql: &str) -> QueryResult {
    Session::new(ConnectionManager::new()).query(sql).unwrap()
}

fn rows_as<T: FromRow>(sql: &str) -> Result<Vec<T>> {
    result(sql).rows_as().collect()
}

fn deserialized<T: DeserializeOwned>(sql: &str) -> Result<Vec<T>> {
    result(sql).deserialize().collect()
}

const EVERYTHING: &str = "SELECT 1 AS id, 'é' AS name, 2.5 AS amount, x'0001' AS bytes, NULL AS missing";

#[test]
fn rows_come_in_order_over_many_batches() {
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i, 'x' || i FROM n";
    let mut rows = result(sql).rows();
    assert_eq!(rows.columns(), ["i", "'x' || i"]);
    let first = rows.next().unwrap().unwrap();
    let mut count = 1;
    for (row, number) in rows.by_ref().zip(2_u64..) {
        let row = row.unwrap();
        assert_eq!((row.number(), row.get::<u64>(0).unwrap()), (number, number));
        assert_eq!(row.get::<String>("'X' || I").unwrap(), format!("x{number}"));
        count += 1;
    }
    assert_eq!(count, 10_000);
    assert!(rows.next().is_none());
    // A row outlives the result.
    assert_eq!(first.value(0), ValueRef::Integer(1));
    assert_eq!(rows_as::<(i64, String)>(sql).unwrap().last().unwrap(), &(10_000, "x10000".to_owned()));
}

#[test]
fn an_error_of_the_statement_ends_the_rows() {
    let mut rows = result("SELECT 1 UNION ALL SELECT abs(-9223372036854775807 - 1)").rows();
    let ends: Vec<bool> = rows.by_ref().map(|row| row.is_err()).collect();
    assert_eq!(ends.iter().filter(|failed| **failed).count(), 1);
    assert_eq!(ends.last(), Some(&true));
    assert!(rows.next().is_none());
}

#[test]
fn tuples_take_what_fits() {
    type Everything = (i64, String, f64, Vec<u8>, Option<bool>);
    let rows = rows_as::<Everything>(EVERYTHING).unwrap();
    assert_eq!(rows, [(1, "é".to_owned(), 2.5, vec![0, 1], None)]);
    assert_eq!(rows_as::<(u8, i128, usize, f64, bool)>("SELECT 255, -1, 7, 3, 1").unwrap(), [(255, -1, 7, 3.0, true)]);
    assert_eq!(rows_as::<(Value, Vec<u8>)>("SELECT x'ff', 'é'").unwrap(), [(Value::Blob([255].into()), vec![195, 169])]);
    assert_eq!(rows_as::<Vec<Option<i64>>>("SELECT 1, NULL").unwrap(), [vec![Some(1), None]]);
    assert!(rows_as::<(i64,)>("SELECT 1 WHERE 0").unwrap().is_empty());
}

fn message<T: Debug>(read: Result<T>) -> String {
    let error: Error = read.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conversion);
    error.message
}

#[test]
fn what_does_not_fit_is_named() {
    let two = "SELECT 1 AS small UNION ALL SELECT 300";
    assert_eq!(message(rows_as::<(u8,)>(two)), "row 2, column `small`: 300 does not fit into u8");
    assert_eq!(message(rows_as::<(u64,)>("SELECT -1 AS n")), "row 1, column `n`: -1 does not fit into u64");
    assert_eq!(message(rows_as::<(i64,)>("SELECT 1.0 AS n")), "row 1, column `n`: the real 1.0 is no integer");
    assert_eq!(message(rows_as::<(i64,)>("SELECT '12' AS n")), "row 1, column `n`: the text '12' is no integer");
    assert_eq!(message(rows_as::<(String,)>("SELECT 12 AS n")), "row 1, column `n`: the integer 12 is no text");
    assert_eq!(message(rows_as::<(String,)>("SELECT NULL AS n")), "row 1, column `n`: NULL is no text");
    assert_eq!(
        message(rows_as::<(f64,)>("SELECT 9007199254740993 AS n")),
        "row 1, column `n`: f64 does not hold the integer 9007199254740993 exactly"
    );
    assert_eq!(message(rows_as::<(f64,)>("SELECT 9223372036854775807 AS n")).split(':').next(), Some("row 1, column `n`"));
    assert_eq!(message(rows_as::<(bool,)>("SELECT 2 AS n")), "row 1, column `n`: the integer 2 is no truth value (0 or 1)");
    assert_eq!(
        message(rows_as::<(String,)>("SELECT CAST(x'61ff' AS TEXT) AS n")),
        "row 1, column `n`: the text is no UTF-8 from byte 1 on"
    );
    assert_eq!(message(rows_as::<(i64, i64)>("SELECT 1")), "the result has 1 columns, the tuple 2");
    let row = result("SELECT 1 AS name").rows().next().unwrap().unwrap();
    assert_eq!(message(row.get::<i64>("nmae")), "there is no column `nmae` in the result");
    assert_eq!(message(row.get::<i64>(1)), "there is no column 1 among 1");
}

/// A row type of a program's own.
#[derive(Debug, PartialEq)]
struct Point(f64, f64);

/// A cell type of a program's own.
#[derive(Debug, PartialEq)]
struct Celsius(f64);

impl FromRow for Point {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("x")?, row.get("y")?))
    }
}

impl FromValue for Celsius {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        f64::from_value(value).map(Self)
    }
}

#[test]
fn programs_have_types_of_their_own() {
    assert_eq!(rows_as::<Point>("SELECT 'a', 2 AS y, 1.5 AS x").unwrap(), [Point(1.5, 2.0)]);
    assert_eq!(rows_as::<(Celsius,)>("SELECT 36.6").unwrap(), [(Celsius(36.6),)]);
}

#[derive(Debug, PartialEq, Deserialize)]
struct Everything {
    id: u8,
    name: String,
    amount: f32,
    bytes: Vec<u8>,
    missing: Option<i64>,
    #[serde(default)]
    absent: bool,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Open,
    Paid,
}

#[derive(Debug, PartialEq, Deserialize)]
struct OrderId(i64);

#[derive(Debug, PartialEq, Deserialize)]
struct Order {
    id: OrderId,
    status: Option<Status>,
    rest: Value,
}

#[test]
fn serde_fills_structs_by_name() {
    let everything = Everything { id: 1, name: "é".to_owned(), amount: 2.5, bytes: vec![0, 1], missing: None, absent: false };
    assert_eq!(deserialized::<Everything>(EVERYTHING).unwrap(), [everything]);
    let orders = deserialized::<Order>(
        "SELECT 7 AS id, 'paid' AS status, CAST(x'ff' AS TEXT) AS rest, 'ignored' AS more \
         UNION ALL SELECT 8, NULL, x'ff', NULL UNION ALL SELECT 9, 'open', NULL, 1",
    );
    let order = |id, status, rest| Order { id: OrderId(id), status, rest };
    assert_eq!(
        orders.unwrap(),
        [
            order(7, Some(Status::Paid), Value::Text([255].into())),
            order(8, None, Value::Blob([255].into())),
            order(9, Some(Status::Open), Value::Null),
        ]
    );
}

#[test]
fn serde_fills_other_shapes() {
    assert_eq!(deserialized::<(i64, String)>("SELECT 1, 'x'").unwrap(), [(1, "x".to_owned())]);
    assert_eq!(deserialized::<i64>("SELECT 1 UNION ALL SELECT 2").unwrap(), [1, 2]);
    assert_eq!(deserialized::<Option<String>>("SELECT NULL").unwrap(), [None]);
    assert_eq!(deserialized::<Status>("SELECT 'open'").unwrap(), [Status::Open]);
    assert_eq!(deserialized::<OrderId>("SELECT 5").unwrap(), [OrderId(5)]);
    let maps = deserialized::<BTreeMap<String, Value>>("SELECT 1 AS a, 'x' AS b").unwrap();
    assert_eq!(maps, [BTreeMap::from([("a".to_owned(), Value::Integer(1)), ("b".to_owned(), Value::text("x"))])]);
    let json = deserialized::<serde_json::Value>("SELECT 1 AS a, 'x' AS b, NULL AS c, 1.5 AS d").unwrap();
    assert_eq!(json, [serde_json::json!({"a": 1, "b": "x", "c": null, "d": 1.5})]);
    assert_eq!(serde_json::from_str::<Value>("1.5").unwrap(), Value::Real(1.5));
}

#[test]
fn serde_errors_name_the_place() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is never filled")]
    struct Small {
        n: i8,
    }
    assert_eq!(
        message(deserialized::<Small>("SELECT 1 AS n UNION ALL SELECT 128")),
        "row 2, column `n`: 128 does not fit into i8"
    );
    assert_eq!(message(deserialized::<Small>("SELECT 'x' AS n")), "row 1, column `n`: the text 'x' is no integer");
    assert_eq!(message(deserialized::<Small>("SELECT 1 AS m")), "row 1: missing field `n`");
    assert_eq!(message(deserialized::<Small>("SELECT 1 AS n, 2 AS n")), "row 1: duplicate field `n`");
    assert_eq!(message(deserialized::<i64>("SELECT 1, 2")), "row 1: the result has 2 columns, the type takes one value");
    assert_eq!(message(deserialized::<(i64,)>("SELECT 1, 2")), "row 1: the result has 2 columns, the tuple 1");
    assert_eq!(
        message(deserialized::<Status>("SELECT 'lost' AS status")),
        "row 1: unknown variant `lost`, expected `open` or `paid`"
    );
    assert_eq!(message(deserialized::<String>("SELECT CAST(x'ff' AS TEXT) AS t")), "row 1: the text is no UTF-8 from byte 0 on");
}

#[test]
fn results_become_record_batches() {
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) \
               SELECT i, iif(i > 8000, 'late', i) AS mixed FROM n";
    let result = result(sql);
    let layout = ArrowLayout::typed(result.columns(), &[ArrowType::Int64, ArrowType::Union]).unwrap();
    let schema = layout.schema().unwrap();
    let mut rows = 0;
    for batch in result.record_batches(layout) {
        let batch = batch.unwrap();
        assert_eq!(batch.schema(), schema);
        rows += batch.num_rows();
    }
    assert_eq!(rows, 9000);
}
