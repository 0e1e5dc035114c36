//! Values for parameters, as they are typed: `name=value`.

use std::path::Path;

use glue::error::Error;
use glue::value::{Value, parse_real};

/// Reads `name=value`.
pub(crate) fn named(text: &str) -> Result<(String, Value), Error> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), typed(value)?)),
        _ => Err(Error::configuration(format!("`{text}` is no parameter")).hint("write NAME=VALUE, as in -p year=2024")),
    }
}

/// The value that a text means: an integer, a real, `null`, a blob as `x'0A1F'`, a text as it is or in single quotes, which
/// it needs where it would mean something else; `@file` is the content of a file, text where it is UTF-8 and else a blob.
pub(crate) fn typed(text: &str) -> Result<Value, Error> {
    if let Some(path) = text.strip_prefix('@') {
        return file(Path::new(path));
    }
    if text.eq_ignore_ascii_case("null") {
        return Ok(Value::Null);
    }
    if let Some(inner) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Ok(Value::text(&inner.replace("''", "'")));
    }
    if let Some(digits) =
        text.strip_prefix(['x', 'X']).and_then(|rest| rest.strip_prefix('\'')).and_then(|rest| rest.strip_suffix('\''))
    {
        return blob(digits).ok_or_else(|| {
            Error::configuration(format!("`{text}` is no blob")).hint("a blob is pairs of hexadecimal digits: x'0A1F'")
        });
    }
    if let Ok(number) = text.parse() {
        return Ok(Value::Integer(number));
    }
    let is_real = text.starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '+' | '.'))
        && text.parse::<f64>().is_ok_and(f64::is_finite);
    Ok(if is_real { Value::Real(parse_real(text)) } else { Value::text(text) })
}

fn file(path: &Path) -> Result<Value, Error> {
    let bytes = std::fs::read(path).map_err(|error| {
        Error::configuration(format!("cannot read {}: {error}", path.display()))
            .hint("a text that begins with @ is written in quotes: '@home'")
    })?;
    let is_text = std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0'));
    Ok(if is_text { Value::Text(bytes.into()) } else { Value::Blob(bytes.into()) })
}

fn blob(digits: &str) -> Option<Value> {
    let digits = digits.as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = digits.chunks(2).map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?));
    pairs.collect::<Option<Vec<u8>>>().map(|bytes| Value::Blob(bytes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_typed_by_their_looks() {
        let read = |text: &str| typed(text).expect("a value");
        assert_eq!(read("-7"), Value::Integer(-7));
        assert_eq!(read("2.50"), Value::Real(2.5));
        assert_eq!(read("1e3"), Value::Real(1000.0));
        assert_eq!(read("NULL"), Value::Null);
        assert_eq!(read("x'0aff'"), Value::Blob(Box::from(&[0x0a, 0xff][..])));
        assert_eq!(read("'7'"), Value::text("7"));
        assert_eq!(read("'it''s'"), Value::text("it's"));
        for text in ["", "Ada", "2024-01-01", "inf", "nan", "99999999999999999999x", "a=b"] {
            assert_eq!(read(text), Value::text(text));
        }
        assert_eq!(named("year = 2024").expect("a parameter").0, "year");
        assert!(named("year").is_err() && named("=1").is_err() && typed("x'0'").is_err() && typed("@/nowhere").is_err());
    }
}
