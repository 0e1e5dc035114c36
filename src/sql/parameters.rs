//! The parameters of a text, numbered as SQLite numbers them.

use super::tokens::{TokenKind, tokenize};
use crate::error::Span;

/// A parameter where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterUse {
    /// As written.
    pub spelling: String,
    /// Its number, from 1.
    pub number: usize,
    /// Where it stands.
    pub span: Span,
}

/// See [`super::parameters`]. `?` takes the number behind the largest so far, `?5` its own, and a name that behind the largest
/// at its first use (<https://sqlite.org/lang_expr.html#parameters>).
pub(super) fn parameters(text: &str) -> Vec<ParameterUse> {
    let mut uses: Vec<ParameterUse> = Vec::new();
    let mut largest = 0;
    for token in tokenize(text).iter().filter(|token| token.kind == TokenKind::Parameter) {
        let spelling = token.of(text);
        let known = || uses.iter().find(|other| other.spelling == spelling).map(|other| other.number);
        let number = match spelling.strip_prefix('?') {
            Some("") => largest + 1,
            // A number that is too large is SQLite's to refuse.
            Some(number) => number.parse().unwrap_or(usize::MAX),
            None => known().unwrap_or(largest + 1),
        };
        largest = largest.max(number);
        uses.push(ParameterUse { spelling: spelling.to_owned(), number, span: Span::new(token.start, token.end) });
    }
    uses
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_those_of_sqlite() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        for text in ["SELECT ?, ?3, ?, :a, ?2, @a, :a, $b::c(d), ?", "SELECT '?', \"?\", ?1 -- ?", "SELECT 1"] {
            let statement = connection.prepare(text).unwrap();
            let uses = super::parameters(text);
            assert_eq!(statement.parameter_count(), uses.iter().map(|each| each.number).max().unwrap_or(0), "{text}");
            for each in uses.iter().filter(|each| each.spelling != "?") {
                assert_eq!(statement.parameter_name(each.number), Some(each.spelling.as_str()), "{text}");
            }
        }
    }
}
