//! Values as bytes that are equal exactly when the values are.

use super::collation::{leading_number, trimmed};
use super::{Collation, Decimal, ValueRef};

const NULL: u8 = 0;
const INTEGER: u8 = 1;
const REAL: u8 = 2;
const TEXT: u8 = 3;
const BLOB: u8 = 4;

/// Appends bytes to `key` such that two values give the same bytes exactly when [`equal_values`](super::equal_values) holds; no
/// value's bytes are a prefix of another's, so that keys of several values can be joined.
#[inline]
pub fn append_key(key: &mut Vec<u8>, value: ValueRef<'_>, collation: Collation) {
    match value {
        ValueRef::Null => key.push(NULL),
        ValueRef::Integer(number) => append_number(key, INTEGER, number.to_le_bytes()),
        ValueRef::Real(real) => match same_integer(real) {
            Some(number) => append_number(key, INTEGER, number.to_le_bytes()),
            None => append_number(key, REAL, real.to_bits().to_le_bytes()),
        },
        ValueRef::Text(text) => match collation {
            Collation::Binary => append_bytes(key, TEXT, text),
            Collation::RightTrim => append_bytes(key, TEXT, trimmed(text)),
            Collation::NoCase => append_folded(key, text),
            Collation::UnsignedInteger => append_bytes(key, TEXT, &with_plain_numbers(text)),
            Collation::Decimal => match Decimal::parse(text) {
                Some(number) => append_bytes(key, TEXT, number.key().as_bytes()),
                // No number's key begins so.
                None => append_bytes(key, TEXT, &[b"~", text].concat()),
            },
        },
        ValueRef::Blob(bytes) => append_bytes(key, BLOB, bytes),
    }
}

/// The integer that equals a real exactly. A cast saturates, hence the bound: 2^63 is no integer.
fn same_integer(real: f64) -> Option<i64> {
    let number = real as i64;
    (number as f64 == real && real < 9_223_372_036_854_775_808.0).then_some(number)
}

fn append_number(key: &mut Vec<u8>, class: u8, bytes: [u8; 8]) {
    let mut all = [class; 9];
    all[1..].copy_from_slice(&bytes);
    key.extend_from_slice(&all);
}

fn append_bytes(key: &mut Vec<u8>, class: u8, bytes: &[u8]) {
    key.reserve(9 + bytes.len());
    append_number(key, class, (bytes.len() as u64).to_le_bytes());
    key.extend_from_slice(bytes);
}

/// NOCASE compares folded bytes up to the first NUL and then only the lengths, so what follows a NUL counts as NULs.
fn append_folded(key: &mut Vec<u8>, text: &[u8]) {
    append_number(key, TEXT, (text.len() as u64).to_le_bytes());
    let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
    key.extend(text[..end].iter().map(u8::to_ascii_lowercase));
    key.resize(key.len() + text.len() - end, 0);
}

/// Numbers within a text without their leading zeros; one of zeros alone is a single one.
fn with_plain_numbers(mut text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    while let [first, rest @ ..] = text {
        if first.is_ascii_digit() {
            let (number, rest) = leading_number(text);
            plain.extend(if number.is_empty() { b"0" } else { number });
            text = rest;
        } else {
            plain.push(*first);
            text = rest;
        }
    }
    plain
}
