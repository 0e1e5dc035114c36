//! What a cell of a text is.

use crate::value::Value;

/// The value that a cell without quotes stands for, other than text.
pub(super) fn value(bytes: &[u8]) -> Option<Value> {
    match bytes.first()? {
        b'0'..=b'9' | b'-' | b'I' => number(bytes),
        b'x' | b'X' => blob(bytes),
        _ => None,
    }
}

/// Integers that fit and reals, written as programs write them. A leading zero or plus is no number: `007` is an article's
/// or a town's, and the zeros matter.
fn number(bytes: &[u8]) -> Option<Value> {
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    if digits == b"Inf" {
        return Some(Value::Real(if digits.len() == bytes.len() { f64::INFINITY } else { f64::NEG_INFINITY }));
    }
    let whole = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if whole == 0 || (whole > 1 && digits[0] == b'0') {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    if whole == digits.len() {
        // -0 is no integer, and one that does not fit is an identifier rather than an amount.
        return text.parse().ok().filter(|_| bytes != b"-0").map(Value::Integer);
    }
    is_fraction(&digits[whole..]).then(|| text.parse().ok().filter(|real: &f64| real.is_finite()).map(Value::Real))?
}

/// `.5`, `.5e3` or `e-3`.
fn is_fraction(bytes: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = bytes;
    if let Some(behind) = rest.strip_prefix(b".") {
        let count = digits(behind);
        if count == 0 {
            return false;
        }
        rest = &behind[count..];
    }
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        _ => false,
    }
}

/// A blob as SQL writes it: `x'0A1F'`.
pub(super) fn blob(bytes: &[u8]) -> Option<Value> {
    let [b'x' | b'X', b'\'', digits @ .., b'\''] = bytes else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    if digits.len() % 2 != 0 {
        return None;
    }
    let pairs = digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?));
    pairs.collect::<Option<Vec<u8>>>().map(|bytes| Value::Blob(bytes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_a_program_would_write() {
        let read = |text: &str| value(text.as_bytes());
        assert_eq!(read("0"), Some(Value::Integer(0)));
        assert_eq!(read("-9223372036854775808"), Some(Value::Integer(i64::MIN)));
        assert_eq!(read("1.50"), Some(Value::Real(1.5)));
        assert_eq!(read("-0.0"), Some(Value::Real(-0.0)));
        assert_eq!(read("1e+300"), Some(Value::Real(1e300)));
        assert_eq!(read("-Inf"), Some(Value::Real(f64::NEG_INFINITY)));
        for text in
            ["", "-", "007", "00.5", "+1", "-0", "1.", ".5", "1e", "1 ", "0x1F", "9223372036854775808", "1,5", "Info", "1e999"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn blobs_are_literals() {
        assert_eq!(value(b"x'0A1f'"), Some(Value::Blob(Box::from(&[0x0a, 0x1f][..]))));
        assert_eq!(value(b"x''"), Some(Value::Blob(Box::from(&[][..]))));
        assert_eq!(value(b"x'0'"), None);
        assert_eq!(value(b"xy"), None);
    }
}
