//! The type of a column, found from all of its cells.

use super::cell;
use super::record::Form;
use crate::value::Value;

/// How types are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Types {
    /// By the whole column: numbers if all of its cells are, else text.
    #[default]
    Auto,
    /// Every cell is text.
    Text,
    /// Every cell has a class of its own, as glue writes it.
    Exact,
}

/// How the cells of a column are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Each for itself; what is quoted is text.
    Each,
    /// Each for itself, quoted or not; nothing is NULL.
    Unquoted,
    /// As text.
    Text,
    /// As blobs, quoted or not.
    Blob,
}

/// What was met in a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    integers: u64,
    /// Integers that no real is equal to.
    large: u64,
    reals: u64,
    blobs: u64,
    texts: u64,
    /// Quoted cells by what they would be without the quotes.
    quoted_integers: u64,
    quoted_large: u64,
    quoted_reals: u64,
    quoted_blobs: u64,
    quoted_texts: u64,
    quoted_empty: u64,
}

impl Seen {
    /// Looks at a cell.
    pub(super) fn look(&mut self, bytes: &[u8], form: Form) {
        let quoted = form == Form::Quoted;
        let large = |number: i64| u64::from(number.unsigned_abs() > 1 << 53);
        match (form, cell::value(bytes)) {
            (Form::Null, _) => {}
            (_, Some(Value::Integer(number))) if quoted => {
                self.quoted_integers += 1;
                self.quoted_large += large(number);
            }
            (_, Some(Value::Integer(number))) => {
                self.integers += 1;
                self.large += large(number);
            }
            (_, Some(Value::Real(_))) if quoted => self.quoted_reals += 1,
            (_, Some(Value::Real(_))) => self.reals += 1,
            (_, Some(Value::Blob(_))) if quoted => self.quoted_blobs += 1,
            (_, Some(Value::Blob(_))) => self.blobs += 1,
            (_, Some(Value::Null | Value::Text(_)) | None) if quoted && bytes.is_empty() => self.quoted_empty += 1,
            (_, Some(Value::Null | Value::Text(_)) | None) if quoted => self.quoted_texts += 1,
            (_, Some(Value::Null | Value::Text(_)) | None) if bytes.is_empty() => {}
            (_, Some(Value::Null | Value::Text(_)) | None) => self.texts += 1,
        }
    }

    /// Whether a cell stood there without quotes.
    pub(super) fn has_bare(&self) -> bool {
        self.integers + self.reals + self.blobs + self.texts > 0
    }

    /// The declared type and how to read the cells. `quotes` says whether quotes tell texts from the rest in this file:
    /// where every cell is quoted they do not.
    pub(super) fn decide(&self, types: Types, quotes: bool, is_json: bool) -> (&'static str, Reading) {
        if types == Types::Text {
            return ("TEXT", Reading::Text);
        }
        if !quotes && types == Types::Auto {
            return self.without_quotes().decide_unquoted();
        }
        let texts =
            self.texts + self.quoted_integers + self.quoted_reals + self.quoted_blobs + self.quoted_texts + self.quoted_empty;
        if is_json && self.quoted_blobs > 0 && texts == self.quoted_blobs && self.integers + self.reals == 0 {
            // JSON has no blobs: glue writes their literals as strings. A column of nothing else is one of blobs.
            return ("BLOB", Reading::Blob);
        }
        let classes = [self.integers > 0, self.reals > 0, self.blobs > 0, texts > 0];
        match classes {
            [false, false, false, _] => ("TEXT", Reading::Text),
            [true, false, false, false] => ("INTEGER", Reading::Each),
            [false, true, false, false] => ("REAL", Reading::Each),
            [true, true, false, false] if types == Types::Auto => {
                (if self.large > 0 { "NUMERIC" } else { "REAL" }, Reading::Each)
            }
            [false, false, true, false] => ("BLOB", Reading::Each),
            _ if is_json || types == Types::Exact => ("", Reading::Each),
            _ => ("TEXT", Reading::Text),
        }
    }

    fn without_quotes(&self) -> Self {
        Self {
            integers: self.integers + self.quoted_integers,
            large: self.large + self.quoted_large,
            reals: self.reals + self.quoted_reals,
            blobs: self.blobs + self.quoted_blobs,
            texts: self.texts + self.quoted_texts,
            ..Self::default()
        }
    }

    fn decide_unquoted(&self) -> (&'static str, Reading) {
        match self.decide(Types::Auto, true, false) {
            (declared, Reading::Each) => (declared, Reading::Unquoted),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(cells: &[&str], types: Types, quotes: bool) -> (&'static str, Reading) {
        let mut seen = Seen::default();
        for cell in cells {
            match cell.strip_prefix('"') {
                Some(inner) => seen.look(inner.trim_end_matches('"').as_bytes(), Form::Quoted),
                None => seen.look(cell.as_bytes(), Form::Bare),
            }
        }
        seen.decide(types, quotes, false)
    }

    #[test]
    fn a_column_of_numbers_is_one_and_any_text_makes_it_text() {
        assert_eq!(decided(&["1", "", "-2"], Types::Auto, true), ("INTEGER", Reading::Each));
        assert_eq!(decided(&["1", "2.5"], Types::Auto, true), ("REAL", Reading::Each));
        assert_eq!(decided(&["9223372036854775807", "2.5"], Types::Auto, true), ("NUMERIC", Reading::Each));
        assert_eq!(decided(&["1", "N/A"], Types::Auto, true), ("TEXT", Reading::Text));
        assert_eq!(decided(&["007", "8"], Types::Auto, true), ("TEXT", Reading::Text));
        assert_eq!(decided(&["\"1\"", "\"2\""], Types::Auto, true), ("TEXT", Reading::Text));
        assert_eq!(decided(&["\"1\"", "\"2\""], Types::Auto, false), ("INTEGER", Reading::Unquoted));
        assert_eq!(decided(&["1", "a"], Types::Exact, true), ("", Reading::Each));
        assert_eq!(decided(&["1", "2"], Types::Text, true), ("TEXT", Reading::Text));
        assert_eq!(decided(&["x'00'"], Types::Auto, true), ("BLOB", Reading::Each));
    }
}
