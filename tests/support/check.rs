//! Whether glue's answer is one that promise 1 of the design allows, given what the oracle says.

use std::cmp::Ordering;

use glue::error::{Error, ErrorKind};
use glue::value::Value;

use super::answer::Answer;
use super::oracle::Expected;

/// What the statement says about the sequence of its rows.
#[derive(Debug, Clone)]
pub enum Order {
    /// Nothing: rows are compared as a multiset.
    Free,
    /// ORDER BY of terms that are output columns.
    By(Vec<SortKey>),
    /// ORDER BY of terms unknown here: the sequence is compared where the oracle's is fixed.
    Unknown,
}

#[derive(Debug, Clone)]
pub struct SortKey {
    pub column: usize,
    pub collation: &'static str,
    pub descending: bool,
    /// Where NULLs stand; None: first when ascending.
    pub nulls_first: Option<bool>,
}

#[derive(Debug)]
pub enum Verdict {
    /// Equal to the bit.
    Same,
    /// SQL leaves the answer, or a part of it, open; what is fixed was right.
    NotFixed,
    /// Both give an error.
    BothFail,
    /// A forced route that cannot answer, with its reason.
    CannotAnswer(String),
    /// Wrong; the text says how.
    Wrong(String),
}

pub fn check(expected: &Expected, order: &Order, got: &Result<Answer, Error>) -> Verdict {
    match got {
        Err(error) if error.kind == ErrorKind::Route => Verdict::CannotAnswer(error.message.clone()),
        Err(error) if error.kind == ErrorKind::Interrupted => Verdict::Wrong("it took too long and was cancelled".into()),
        Err(_) if expected.always_fails() => Verdict::BothFail,
        // An error that comes and goes with SQLite's plan (an overflow in a row that another plan never computes) is not fixed.
        Err(_) if expected.plain.is_err() || expected.others.iter().any(Result::is_err) => Verdict::NotFixed,
        Err(error) => Verdict::Wrong(format!("glue fails: {}{}", error.message, pool_sql(error))),
        Ok(_) if expected.always_fails() => {
            Verdict::Wrong(format!("glue answers where SQLite fails: {}", expected.plain.as_ref().err().map_or("", |text| text)))
        }
        Ok(answer) => check_answer(expected, order, answer),
    }
}

fn pool_sql(error: &Error) -> String {
    error.pool_sql.as_ref().map(|sql| format!(" (in pool query {sql})")).unwrap_or_default()
}

fn check_answer(expected: &Expected, order: &Order, got: &Answer) -> Verdict {
    let Ok(plain) = &expected.plain else { return Verdict::NotFixed };
    if got.columns != plain.columns {
        return Verdict::Wrong(format!("the columns are named {:?} instead of {:?}", got.columns, plain.columns));
    }
    let Some(kept) = expected.fixed_columns() else { return Verdict::NotFixed };
    if got.rows.len() != plain.rows.len() {
        return Verdict::Wrong(format!("{} rows instead of {}", got.rows.len(), plain.rows.len()));
    }
    if got.sorted_keys(&kept) != plain.sorted_keys(&kept) {
        return Verdict::Wrong("other rows".into());
    }
    let in_order = match order {
        Order::Free => true,
        Order::By(keys) => is_sorted(&got.rows, keys, &kept),
        Order::Unknown => !expected.fixed_sequence(&kept) || got.keys(&kept) == plain.keys(&kept),
    };
    if !in_order {
        Verdict::Wrong("the right rows in the wrong order".into())
    } else if kept.len() < plain.columns.len() {
        Verdict::NotFixed
    } else {
        Verdict::Same
    }
}

/// Whether an answer is SQLite's but for which of several equal values stands for them (1 or 1.0, 'a' or 'A' where the case does not
/// count): where DISTINCT, GROUP BY or a set operation makes one row of several, LIMIT cuts among them or a window has an extreme of them,
/// SQLite shows the first that its plan comes to, and no document says which. Nor does one say in what sequence ORDER BY leaves them.
/// Equal is what one of `collations` holds for equal, for all cells alike.
pub fn is_same_but_for_representatives(
    expected: &Expected,
    order: &Order,
    sql: &str,
    collations: &[&str],
    got: &Result<Answer, Error>,
) -> bool {
    let merges = ["DISTINCT", "GROUP BY", "UNION ", "INTERSECT", "EXCEPT", "LIMIT", "OVER"].iter().any(|word| sql.contains(word));
    let (Ok(plain), Ok(got)) = (&expected.plain, got) else { return false };
    let all = plain.all_columns();
    let may_differ = merges || (sql.contains("ORDER BY") && plain.sorted_keys(&all) == got.sorted_keys(&all));
    may_differ
        && collations.iter().any(|collation| {
            let (plain_rows, rows) = (folded_rows(plain, collation), folded_rows(got, collation));
            let is_in_order = match order {
                Order::Free => true,
                Order::By(keys) => is_sorted(&got.rows, keys, &got.all_columns()),
                Order::Unknown => plain_rows == rows,
            };
            is_in_order && sorted(plain_rows) == sorted(rows)
        })
}

fn folded_rows(answer: &Answer, collation: &str) -> Vec<Vec<Value>> {
    answer.rows.iter().map(|row| row.iter().map(|value| folded(value, collation)).collect()).collect()
}

fn sorted(mut rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    rows.sort_by_cached_key(|row| format!("{row:?}"));
    rows
}

/// One value for all that a collation holds for equal.
#[expect(clippy::cast_possible_truncation, reason = "the integer is compared with the real that it came from")]
fn folded(value: &Value, collation: &str) -> Value {
    match value {
        Value::Text(text) if collation == "NOCASE" => Value::Text(text.to_ascii_lowercase().into()),
        Value::Text(text) if collation == "RTRIM" => Value::Text(trimmed(text).into()),
        Value::Real(real) if compare_mixed(*real as i64, *real).is_eq() => Value::Integer(*real as i64),
        other => other.clone(),
    }
}

fn is_sorted(rows: &[Vec<Value>], keys: &[SortKey], kept: &[usize]) -> bool {
    // A key that is not fixed says nothing, and neither do those that only order its ties.
    let usable: Vec<&SortKey> = keys.iter().take_while(|key| kept.contains(&key.column)).collect();
    rows.windows(2).all(|pair| {
        let compare = |key: &&SortKey| compare_by(&pair[0][key.column], &pair[1][key.column], key);
        usable.iter().map(compare).find(|ordering| ordering.is_ne()).is_none_or(Ordering::is_lt)
    })
}

fn compare_by(left: &Value, right: &Value, key: &SortKey) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) | (_, Value::Null) => {
            let nulls_first = key.nulls_first.unwrap_or(!key.descending);
            if matches!(left, Value::Null) == nulls_first { Ordering::Less } else { Ordering::Greater }
        }
        _ if key.descending => compare(right, left, key.collation),
        _ => compare(left, right, key.collation),
    }
}

// Written anew rather than borrowed from `glue::value`, so that a fault there cannot hide itself.
fn compare(left: &Value, right: &Value, collation: &str) -> Ordering {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => left.cmp(right),
        (Value::Real(left), Value::Real(right)) => left.partial_cmp(right).unwrap_or(Ordering::Equal),
        (Value::Integer(left), Value::Real(right)) => compare_mixed(*left, *right),
        (Value::Real(left), Value::Integer(right)) => compare_mixed(*right, *left).reverse(),
        (Value::Text(left), Value::Text(right)) if collation == "NOCASE" => compare_without_case(left, right),
        (Value::Text(left), Value::Text(right)) if collation == "RTRIM" => trimmed(left).cmp(trimmed(right)),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Blob(left), Value::Blob(right)) => left.cmp(right),
        _ => class(left).cmp(&class(right)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the real was checked to lie within the integers")]
fn compare_mixed(integer: i64, real: f64) -> Ordering {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if real >= LIMIT {
        Ordering::Less
    } else if real < -LIMIT {
        Ordering::Greater
    } else {
        let whole = real.trunc();
        integer.cmp(&(whole as i64)).then_with(|| 0.0_f64.partial_cmp(&(real - whole)).unwrap_or(Ordering::Equal))
    }
}

/// Up to the shorter one's end or a NUL that both have there; then the longer one is the greater, whatever it holds.
fn compare_without_case(left: &[u8], right: &[u8]) -> Ordering {
    for (left, right) in left.iter().zip(right) {
        match left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase()) {
            Ordering::Equal if *left == 0 => break,
            Ordering::Equal => {}
            different => return different,
        }
    }
    left.len().cmp(&right.len())
}

fn trimmed(text: &[u8]) -> &[u8] {
    &text[..text.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1)]
}

fn class(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 1,
        Value::Text(_) => 2,
        Value::Blob(_) => 3,
    }
}
