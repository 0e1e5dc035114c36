//! Random values of every storage class, and those at its edges.

use glue::value::Value;

use super::schema::{Column, Sort};
use crate::support::Random;

const TEXTS: [&str; 17] =
    ["abc", "ABC", "abc ", "b", "B", "xyz", "x%y", "", "a_c", "zz", "5", "7", "007", " 3", "1e1", "2.5", "2024-02-29"];

/// A value for a column; in `exotic` of a hundred cases one at the edge of what there is.
pub(crate) fn value(random: &mut Random, column: &Column, exotic: usize) -> Value {
    if random.percent(10) {
        return Value::Null;
    }
    if random.percent(exotic) {
        let value = exotic_value(random);
        if column.takes(&value) {
            return value;
        }
    }
    let small = i64::try_from(random.below(9)).expect("a small number") - 2;
    let text = *random.pick(&TEXTS);
    let mixed = !column.strict && random.percent(15);
    match column.sort() {
        Sort::Number if !mixed && matches!(column.declared, "INTEGER" | "INT") => Value::Integer(small),
        Sort::Number if !mixed => Value::Real(real(small) / 2.0),
        Sort::Text if !mixed => Value::text(text),
        Sort::Blob if !mixed => Value::Blob(text.as_bytes().into()),
        _ => match random.below(8) {
            0..=2 => Value::Integer(small),
            // Halves, so that 1 and 1.0 rarely meet: which of them stands for both is the plan's choice.
            3 => Value::Real(real(small) + 0.5),
            4..=6 => Value::text(text),
            _ => Value::Blob(text.as_bytes().into()),
        },
    }
}

fn exotic_value(random: &mut Random) -> Value {
    match random.below(26) {
        0 => Value::Integer(9_007_199_254_740_993),
        1 => Value::Integer(9_007_199_254_740_992),
        2 => Value::Real(9_007_199_254_740_992.0),
        3 => Value::Integer(i64::MAX),
        4 => Value::Integer(i64::MIN),
        5 => Value::Real(9_223_372_036_854_775_808.0),
        6 => Value::Real(-9_223_372_036_854_775_808.0),
        7 => Value::Real(1e300),
        8 => Value::Real(-0.0),
        9 => Value::Real(0.1),
        10 => Value::Real(3.0),
        11 => Value::Real(5e-324),
        12 => Value::Real(f64::INFINITY),
        13 => Value::Real(f64::NEG_INFINITY),
        14 => Value::Real(1.797_693_134_862_315_7e308),
        15 => Value::text("9007199254740993"),
        16 => Value::text("9223372036854775808"),
        17 => Value::text("\u{e9}t\u{e9}"),
        18 => Value::Text(b"a\0b".as_slice().into()),
        19 => Value::Text(b"A\0c".as_slice().into()),
        20 => Value::Text(b"\xff\xfe".as_slice().into()),
        21 => Value::Text(b"ab\xc3".as_slice().into()),
        22 => Value::Blob(b"\x00\xff".as_slice().into()),
        // Longer than a small page.
        23 => Value::Text("abcdefghij".repeat(120).as_bytes().into()),
        24 => Value::text("0x1F"),
        _ => Value::text("-1.5e3xyz"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn real(small: i64) -> f64 {
    small as f64
}
