//! One cell as text, and how wide text is.

use std::borrow::Cow;
use std::io::Write as _;

use unicode_width::UnicodeWidthStr as _;

use crate::value::{ValueRef, format_real};

/// Appends a cell as SQLite would turn it to text: numbers in its notation, text as it is, blobs as `x'0A1F'`. NULL is
/// the caller's to write.
pub(super) fn append_text(value: ValueRef<'_>, out: &mut Vec<u8>) {
    match value {
        ValueRef::Null => {}
        ValueRef::Integer(number) => append_integer(number, out),
        ValueRef::Real(number) => out.extend_from_slice(format_real(number).as_bytes()),
        ValueRef::Text(bytes) => out.extend_from_slice(bytes),
        ValueRef::Blob(bytes) => append_blob(bytes, out),
    }
}

/// The same, but a real is written so that it reads back to the same bits, with more digits than SQLite shows where need be.
pub(super) fn append_exactly(value: ValueRef<'_>, out: &mut Vec<u8>) {
    match value {
        ValueRef::Real(number) if number.is_finite() => {
            let text = format_real(number);
            let is_same = text.parse().map(f64::to_bits) == Ok(number.to_bits());
            out.extend_from_slice(if is_same { text } else { format!("{number:?}") }.as_bytes());
        }
        value => append_text(value, out),
    }
}

/// Appends a number in decimal.
pub(super) fn append_integer(number: i64, out: &mut Vec<u8>) {
    // serde_json writes numbers by a table of digit pairs, several times as fast as the formatting machinery.
    serde_json::to_writer(out, &number).expect("writing a number to memory cannot fail");
}

/// Appends a blob as the SQL literal that makes it.
pub(super) fn append_blob(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.extend_from_slice(b"x'");
    for byte in bytes {
        out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    out.push(b'\'');
}

/// A cell as one line of text that a terminal can show: control characters escaped, invalid UTF-8 replaced, and on a
/// terminal of a long blob only its beginning and its size.
pub(super) fn one_line(value: ValueRef<'_>, terminal: bool) -> String {
    let mut bytes = Vec::new();
    match value {
        ValueRef::Blob(blob) if terminal => append_readable_blob(blob, &mut bytes),
        value => append_text(value, &mut bytes),
    }
    escape_controls(&String::from_utf8_lossy(&bytes)).into_owned()
}

/// Appends a cell for people: on a terminal escaped, and of a long blob only the beginning and the size.
pub(super) fn append_readable(value: ValueRef<'_>, terminal: bool, out: &mut Vec<u8>) {
    match value {
        ValueRef::Blob(blob) if terminal => append_readable_blob(blob, out),
        ValueRef::Text(bytes) => append_safely(bytes, terminal, out),
        value => append_text(value, out),
    }
}

/// A blob of up to this many bytes is shown whole on a terminal.
const WHOLE_BLOB: usize = 32;
/// Of a longer one, this many are.
const BLOB_BEGINNING: usize = 8;

fn append_readable_blob(bytes: &[u8], out: &mut Vec<u8>) {
    if bytes.len() <= WHOLE_BLOB {
        return append_blob(bytes, out);
    }
    append_blob(&bytes[..BLOB_BEGINNING], out);
    out.pop();
    out.extend_from_slice(format!("…' ({})", size(bytes.len())).as_bytes());
}

fn size(bytes: usize) -> String {
    let kilobytes = bytes as f64 / 1e3;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{kilobytes:.1} kB"),
        1_000_000..1_000_000_000 => format!("{:.1} MB", kilobytes / 1e3),
        _ => format!("{:.1} GB", kilobytes / 1e6),
    }
}

/// The text with every control character written as an escape (`\n`, `\t`, `\x1B`), so that it can neither move the
/// cursor nor change the terminal.
pub fn escape_controls(text: &str) -> Cow<'_, str> {
    escape_where(text, is_dangerous)
}

/// The same, but line ends and tabs stay as they are.
pub(super) fn escape_terminal(text: &str) -> Cow<'_, str> {
    escape_where(text, |letter| is_dangerous(letter) && !matches!(letter, '\n' | '\t' | '\r'))
}

/// Control characters, and the ones that turn the direction of the text around them.
fn is_dangerous(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn escape_where(text: &str, escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len() + 8);
    for letter in text.chars() {
        let code = u32::from(letter);
        let written = match letter {
            '\n' if escaped(letter) => write!(out, "\\n"),
            '\t' if escaped(letter) => write!(out, "\\t"),
            '\r' if escaped(letter) => write!(out, "\\r"),
            _ if escaped(letter) && code < 0x100 => write!(out, "\\x{code:02X}"),
            _ if escaped(letter) => write!(out, "\\u{{{code:X}}}"),
            _ => write!(out, "{letter}"),
        };
        written.expect("writing to memory cannot fail");
    }
    Cow::Owned(String::from_utf8(out).expect("only whole characters were written"))
}

/// How many columns of a terminal a text takes.
pub fn display_width(text: &str) -> usize {
    text.width()
}

/// Appends what a terminal may show of `bytes`, or the bytes themselves where no terminal is.
pub(super) fn append_safely(bytes: &[u8], terminal: bool, out: &mut Vec<u8>) {
    if terminal {
        out.extend_from_slice(escape_terminal(&String::from_utf8_lossy(bytes)).as_bytes());
    } else {
        out.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(escape_controls("a\nb\u{1b}[31m"), "a\\nb\\x1B[31m");
        assert_eq!(escape_terminal("a\nb\u{1b}[31m\u{202e}"), "a\nb\\x1B[31m\\u{202E}");
        assert!(matches!(escape_controls("plain ü 漢"), Cow::Borrowed(_)));
    }

    #[test]
    fn blobs_are_literals() {
        let mut out = Vec::new();
        append_text(ValueRef::Blob(&[0x0a, 0x1f, 0xff]), &mut out);
        assert_eq!(out, b"x'0A1FFF'");
    }
}
