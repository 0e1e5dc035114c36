//! Functions that are done natively where their arguments are of the class they are meant for.

use arrow_array::{Array as _, Int64Array, LargeBinaryArray, builder::LargeBinaryBuilder};

use super::datum::Datum;
use crate::batch::{Column, ColumnBuilder};
use crate::value::Value;

/// A function with a native form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Native {
    Length,
    Upper,
    Lower,
    Substring,
    Coalesce,
}

impl Native {
    /// The function of that name, if it has a native form for that many arguments.
    pub(super) fn named(name: &str, arguments: usize) -> Option<Self> {
        match (name, arguments) {
            ("length", 1) => Some(Self::Length),
            ("upper", 1) => Some(Self::Upper),
            ("lower", 1) => Some(Self::Lower),
            ("substr" | "substring", 2 | 3) => Some(Self::Substring),
            ("ifnull", 2) | ("coalesce", 2..) => Some(Self::Coalesce),
            _ => None,
        }
    }

    /// The result, None where the arguments are not of the class that the native form knows.
    pub(super) fn call(self, arguments: &[Datum], rows: usize) -> Option<Column> {
        match (self, arguments) {
            (Self::Length, [Datum::Column(Column::Text(texts))]) => Some(lengths(texts)),
            (Self::Upper, [Datum::Column(Column::Text(texts))]) => {
                Some(each(texts, |text, out| out.extend(text.iter().map(u8::to_ascii_uppercase))))
            }
            (Self::Lower, [Datum::Column(Column::Text(texts))]) => {
                Some(each(texts, |text, out| out.extend(text.iter().map(u8::to_ascii_lowercase))))
            }
            (Self::Substring, [Datum::Column(Column::Text(texts)), Datum::Constant(Value::Integer(start)), count @ ..]) => {
                let start = usize::try_from(*start).ok().filter(|start| *start > 0)?;
                let count = match count {
                    [] => usize::MAX,
                    [Datum::Constant(Value::Integer(count))] => usize::try_from(*count).ok()?,
                    _ => return None,
                };
                Some(each(texts, |text, out| out.extend_from_slice(substring(text, start - 1, count))))
            }
            (Self::Coalesce, arguments) => {
                let mut builder = ColumnBuilder::with_capacity(rows);
                for row in 0..rows {
                    let value = arguments.iter().map(|argument| argument.value(row)).find(|value| !value.is_null());
                    builder.push(value.unwrap_or(crate::value::ValueRef::Null));
                }
                Some(builder.finish())
            }
            _ => None,
        }
    }
}

/// The bytes before the first NUL, where SQLite's text functions end.
fn before_nul(text: &[u8]) -> &[u8] {
    text.iter().position(|byte| *byte == 0).map_or(text, |end| &text[..end])
}

/// Where the character at the start of `text` ends (`SQLITE_SKIP_UTF8`: a lead byte takes all continuation bytes after it).
fn character(text: &[u8]) -> usize {
    if text[0] < 0xc0 { 1 } else { 1 + text[1..].iter().take_while(|byte| **byte & 0xc0 == 0x80).count() }
}

fn lengths(texts: &LargeBinaryArray) -> Column {
    let length = |row: usize| {
        let mut text = before_nul(texts.value(row));
        if text.is_ascii() {
            return i64::try_from(text.len()).unwrap_or(i64::MAX);
        }
        let mut characters = 0;
        while !text.is_empty() {
            text = &text[character(text)..];
            characters += 1;
        }
        characters
    };
    let values: Vec<i64> = (0..texts.len()).map(length).collect();
    Column::Integer(Int64Array::new(values.into(), texts.nulls().cloned()))
}

fn substring(text: &[u8], skip: usize, count: usize) -> &[u8] {
    let text = before_nul(text);
    let rest = &text[skipped(text, skip)..];
    &rest[..skipped(rest, count)]
}

/// How many bytes the first `count` characters take.
fn skipped(text: &[u8], count: usize) -> usize {
    let mut end = 0;
    for _ in 0..count {
        if end >= text.len() {
            break;
        }
        end += character(&text[end..]);
    }
    end
}

fn each(texts: &LargeBinaryArray, change: impl Fn(&[u8], &mut Vec<u8>)) -> Column {
    let mut builder = LargeBinaryBuilder::with_capacity(texts.len(), texts.value_data().len());
    let mut out = Vec::new();
    for row in 0..texts.len() {
        if texts.is_null(row) {
            builder.append_null();
        } else {
            out.clear();
            change(texts.value(row), &mut out);
            builder.append_value(&out);
        }
    }
    Column::Text(builder.finish())
}
