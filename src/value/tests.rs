//! Tests of values against SQLite.

use super::oracle::ask_sql;
use super::{
    Affinity, Collation, SumState, Value, ValueRef, append_key, cast_integer, cast_numeric, cast_real, compare_values,
    equal_values, format_real, parse_real, truth,
};
use crate::expression::Random;

fn bits(value: &Value) -> String {
    match value {
        Value::Real(real) => format!("Real({:016x})", real.to_bits()),
        other => format!("{other:?}"),
    }
}

fn ask(sql: &str, values: &[&Value]) -> Value {
    let values: Vec<ValueRef<'_>> = values.iter().map(|value| value.as_ref()).collect();
    ask_sql(sql, &values).unwrap()
}

/// Texts of numbers, plain and not.
fn number_text(random: &mut Random) -> String {
    let digits = |random: &mut Random, most: usize| -> String {
        (0..random.below(most)).map(|_| char::from(b'0' + u8::try_from(random.below(10)).unwrap())).collect()
    };
    let mut text = random.pick(&["", "-", "+", " ", "-"]).to_owned();
    text += &digits(random, 21);
    text += random.pick(&["", ".", ".", "e", "x"]);
    text += &digits(random, 12);
    text += random.pick(&["", "", "e5", "E-3", "e400", " ", "a"]);
    text
}

const ALL_COLLATIONS: [Collation; 5] =
    [Collation::Binary, Collation::NoCase, Collation::RightTrim, Collation::UnsignedInteger, Collation::Decimal];

#[test]
fn order_and_keys_agree_with_sqlite() {
    let mut random = Random::new(1);
    for _ in 0..20_000 {
        let (left, right) = (random.value(), random.value());
        for collation in ALL_COLLATIONS {
            let sql = format!("SELECT (?1 < ?2 COLLATE {0}) - (?1 > ?2 COLLATE {0})", collation.name());
            let order = compare_values(left.as_ref(), right.as_ref(), collation);
            if left != Value::Null && right != Value::Null {
                assert_eq!(ask(&sql, &[&left, &right]), Value::Integer(-(order as i64)), "{left:?} {right:?} {collation:?}");
            }
            let (mut left_key, mut right_key) = (Vec::new(), Vec::new());
            append_key(&mut left_key, left.as_ref(), collation);
            append_key(&mut right_key, right.as_ref(), collation);
            let equal = equal_values(left.as_ref(), right.as_ref(), collation);
            assert_eq!(left_key == right_key, equal, "{left:?} {right:?} {collation:?}");
            assert!(equal || !right_key.starts_with(&left_key), "{left:?} {right:?} {collation:?}");
        }
    }
}

#[test]
fn conversions_are_sqlites() {
    let mut random = Random::new(2);
    for round in 0..30_000 {
        let value = if round % 2 == 0 { Value::text(&number_text(&mut random)) } else { random.value() };
        if value == Value::Null {
            continue;
        }
        let checks = [
            ("SELECT CAST(?1 AS INTEGER)", Value::Integer(cast_integer(value.as_ref()))),
            ("SELECT CAST(?1 AS REAL)", Value::Real(cast_real(value.as_ref()))),
            ("SELECT CAST(?1 AS NUMERIC)", cast_numeric(value.as_ref())),
            ("SELECT ?1 IS TRUE", Value::Integer(i64::from(truth(value.as_ref()) == Some(true)))),
        ];
        for (sql, actual) in checks {
            assert_eq!(bits(&actual), bits(&ask(sql, &[&value])), "{sql} {value:?}");
        }
    }
}

#[test]
fn affinities_store_as_columns_do() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection
        .execute_batch("CREATE TABLE t(a INTEGER, b TEXT, c BLOB, d REAL, e NUMERIC); INSERT INTO t DEFAULT VALUES")
        .unwrap();
    let mut random = Random::new(3);
    for round in 0..8_000 {
        let value = if round % 2 == 0 { Value::text(&number_text(&mut random)) } else { random.value() };
        let cell = || crate::ffi::rows::Cell(value.as_ref());
        let mut update = connection.prepare_cached("UPDATE t SET a=?1, b=?1, c=?1, d=?1, e=?1").unwrap();
        update.execute([cell()]).unwrap();
        let affinities = [Affinity::Integer, Affinity::Text, Affinity::Blob, Affinity::Real, Affinity::Numeric];
        let mut select = connection.prepare_cached("SELECT a, b, c, d, e FROM t").unwrap();
        let mut rows = select.query([]).unwrap();
        let row = rows.next().unwrap().unwrap();
        for (index, affinity) in affinities.into_iter().enumerate() {
            let stored = super::oracle::from_sqlite(row.get_ref(index).unwrap()).to_owned();
            assert_eq!(bits(&affinity.apply(value.as_ref())), bits(&stored), "{affinity:?} {value:?}");
        }
    }
}

#[test]
fn reals_become_text_and_back_as_in_sqlite() {
    let mut random = Random::new(4);
    for round in 0..20_000 {
        let word = (random.below(1 << 31) as u64) << 33 | (random.below(1 << 31) as u64) << 2;
        let real = if round % 4 == 0 { random.real() } else { f64::from_bits(word) };
        if real.is_nan() {
            continue;
        }
        let text = format_real(real);
        assert_eq!(Value::text(&text), ask("SELECT CAST(?1 AS TEXT)", &[&Value::Real(real)]));
        if real.is_finite() && real != 0.0 {
            assert_eq!(parse_real(&text).to_bits(), real.to_bits(), "{text}");
        }
    }
}

/// SQLite's sum, total and avg over values in their order; an error as text.
fn sums(values: &[Value]) -> [String; 3] {
    ["sum", "total", "avg"].map(|function| {
        let rows: Vec<String> = (1..=values.len()).map(|index| format!("(?{index})")).collect();
        let sql = format!("SELECT {function}(column1) FROM (VALUES {})", rows.join(","));
        let values: Vec<ValueRef<'_>> = values.iter().map(Value::as_ref).collect();
        ask_sql(&sql, &values).map_or_else(|error| error.to_string(), |value| bits(&value))
    })
}

fn results(state: &SumState) -> [String; 3] {
    let sum = state.sum().map_or_else(|error| error.message, |value| bits(&value));
    [sum, bits(&Value::real(state.total())), bits(&state.average())]
}

#[test]
fn sums_are_sqlites_whole_and_merged() {
    let mut random = Random::new(5);
    for round in 0..12_000 {
        let count = 1 + random.below(12);
        let values: Vec<Value> = (0..count)
            .map(|_| match round % 4 {
                0 => Value::Integer(random.integer()),
                1 => Value::Real(random.below(1 << 30) as f64 / 1000.0 - 77.7),
                2 if random.below(6) > 0 => Value::Integer(random.integer()),
                _ => random.value(),
            })
            .collect();
        let expected = sums(&values);
        let mut whole = SumState::default();
        for value in &values {
            whole.add(value.as_ref());
        }
        assert_eq!(results(&whole), expected, "{values:?}");
        let mut merged = SumState::default();
        for part in values.chunks(1 + random.below(4)) {
            let mut state = SumState::default();
            for value in part {
                state.add(value.as_ref());
            }
            merged.merge(&state);
        }
        // Infinities and magnitudes of 1e300 beside small numbers are where the error term itself is rounded.
        if round % 4 < 2 {
            assert_eq!(results(&merged), expected, "merged {values:?}");
        } else {
            assert_eq!(merged.sum().is_err(), whole.sum().is_err(), "merged {values:?}");
        }
    }
}
