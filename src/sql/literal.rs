//! Literals to values.

use crate::statement::Literal;
use crate::value::parse_real;

/// The value of a number token: an integer that fits 64 bits, else a real. Hexadecimal is two's complement of at most 64 bits.
pub(super) fn number(text: &str) -> Result<Literal, String> {
    let digits = text.replace('_', "");
    if let Some(hexadecimal) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let significant = hexadecimal.trim_start_matches('0');
        if significant.is_empty() {
            return Ok(Literal::Integer(0));
        }
        return match u64::from_str_radix(significant, 16) {
            Ok(bits) => Ok(Literal::Integer(bits.cast_signed())),
            Err(_) => Err(format!("hex literal too big: {text}")),
        };
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(integer) = digits.parse()
    {
        return Ok(Literal::Integer(integer));
    }
    Ok(Literal::Real(parse_real(&digits)))
}

/// The bytes of `x'00ff'`.
pub(super) fn blob(text: &str) -> Vec<u8> {
    let digits = text.get(2..text.len().saturating_sub(1)).unwrap_or_default().as_bytes();
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok()).unwrap_or(0);
    digits.chunks_exact(2).map(|pair| value(pair[0]) << 4 | value(pair[1])).collect()
}
