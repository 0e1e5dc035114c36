//! Blobs as text: `base64`, `base85` and `is_base85`, in the lines that SQLite's shell makes.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

use super::failed;

/// An alphabet, and how many bytes of it stand for how many of the blob.
struct Encoding {
    name: &'static str,
    digits: fn(u8) -> Option<u32>,
    letter: fn(u32) -> u8,
    base: u32,
    /// The bytes of a group, and its digits.
    bytes: usize,
    group: usize,
    /// The letters of a line.
    line: usize,
    /// What fills the last group up.
    pad: Option<u8>,
}

const BASE64: Encoding = Encoding {
    name: "base64",
    digits: |letter| LETTERS.iter().position(|&known| known == letter).map(|digit| digit as u32),
    letter: |digit| LETTERS[digit as usize],
    base: 64,
    bytes: 3,
    group: 4,
    line: 72,
    pad: Some(b'='),
};

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `#` to `&` and `*` to `z`: what a quoted text can hold.
const BASE85: Encoding = Encoding {
    name: "base85",
    digits: |letter| match letter {
        b'#'..=b'&' => Some(u32::from(letter - b'#')),
        b'*'..=b'z' => Some(u32::from(letter - b'*') + 4),
        _ => None,
    },
    letter: |digit| if digit < 4 { b'#' + digit as u8 } else { b'*' + (digit - 4) as u8 },
    base: 85,
    bytes: 4,
    group: 5,
    line: 80,
    pad: None,
};

/// Registers them.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("base64", 1, flags, |context| BASE64.convert(context))?;
    connection.create_scalar_function("base85", 1, flags, |context| BASE85.convert(context))?;
    connection.create_scalar_function("is_base85", 1, flags, |context| match context.get_raw(0) {
        ValueRef::Null => Ok(None),
        ValueRef::Text(text) => {
            Ok(Some(text.iter().all(|&byte| (BASE85.digits)(byte).is_some() || byte.is_ascii_whitespace() || byte == 0x0b)))
        }
        _ => Err(failed("is_base85 accepts only text or NULL")),
    })
}

impl Encoding {
    /// A blob as text, a text as the blob that it stands for.
    fn convert(&self, context: &Context<'_>) -> rusqlite::Result<ToSqlOutput<'static>> {
        Ok(ToSqlOutput::Owned(match context.get_raw(0) {
            ValueRef::Null => Value::Null,
            ValueRef::Blob(bytes) => Value::Text(self.encode(bytes)),
            ValueRef::Text(text) => Value::Blob(self.decode(text)),
            _ => return Err(failed(&format!("{} accepts only blob or text", self.name))),
        }))
    }

    fn encode(&self, bytes: &[u8]) -> String {
        let (mut text, mut column) = (String::new(), 0);
        for group in bytes.chunks(self.bytes) {
            let mut number = group.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
            let mut given = group.len() + 1;
            if self.pad.is_some() {
                // The bits begin with the first digit.
                number <<= 8 * (self.bytes - group.len());
            }
            let count = if self.pad.is_some() { self.group } else { given };
            let mut letters = vec![0; count];
            for letter in letters.iter_mut().rev() {
                *letter = (self.letter)(number % self.base);
                number /= self.base;
            }
            if let Some(pad) = self.pad {
                given = given.min(self.group);
                letters[given..].fill(pad);
            }
            text.extend(letters.iter().map(|&letter| char::from(letter)));
            column += count;
            if column >= self.line {
                text.push('\n');
                column = 0;
            }
        }
        if column > 0 {
            text.push('\n');
        }
        text
    }

    /// What is no digit ends a group; white space between groups does not count.
    fn decode(&self, text: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = text;
        loop {
            let is_left_out = |byte: &u8| (self.digits)(*byte).is_none() && Some(*byte) != self.pad;
            rest = &rest[rest.iter().take_while(|byte| is_left_out(byte)).count()..];
            let group: Vec<u32> = rest.iter().take(self.group).map_while(|byte| (self.digits)(*byte)).collect();
            if group.len() < 2 {
                return bytes;
            }
            rest = &rest[group.len()..];
            let count = group.len() - 1;
            let mut number = group.iter().fold(0_u32, |number, digit| number.wrapping_mul(self.base).wrapping_add(*digit));
            let mut width = count;
            if self.pad.is_some() {
                number = (group.len()..self.group).fold(number, |number, _| number.wrapping_mul(self.base));
                width = self.bytes;
            }
            let all = number.to_be_bytes();
            bytes.extend(&all[all.len() - width..][..count]);
        }
    }
}
