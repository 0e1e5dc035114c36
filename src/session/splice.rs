//! Changes to a statement's text, and places of the changed text found again in the user's.

use crate::error::{Error, Span};

/// Pieces of a text to be replaced by others.
#[derive(Debug, Clone, Default)]
pub(super) struct Splices {
    /// Sorted by place, without overlap; an empty range is an insertion.
    pieces: Vec<(Span, String)>,
}

impl Splices {
    /// Replaces `span` by `text`. A place that is changed already stays as it was changed first: a common table's body may
    /// be walked more than once.
    pub(super) fn replace(&mut self, span: Span, text: impl Into<String>) {
        let at = self.pieces.partition_point(|(piece, _)| (piece.start, piece.end) < (span.start, span.end));
        if self.pieces.get(at).is_none_or(|(piece, _)| *piece != span) {
            self.pieces.insert(at, (span, text.into()));
        }
    }

    /// Inserts `text` before the byte at `start`.
    pub(super) fn insert(&mut self, start: usize, text: impl Into<String>) {
        self.replace(Span::new(start, start), text);
    }

    /// Whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The changed text.
    pub(super) fn apply(&self, text: &str) -> String {
        self.apply_within(text, Span::new(0, text.len()))
    }

    /// The changed text of one part.
    pub(super) fn apply_within(&self, text: &str, part: Span) -> String {
        let mut changed = String::with_capacity(part.end - part.start);
        let mut at = part.start;
        for (span, replacement) in self.within(part) {
            changed.push_str(&text[at..span.start]);
            changed.push_str(replacement);
            at = span.end;
        }
        changed.push_str(&text[at..part.end]);
        changed
    }

    /// Whether a part of the text changes.
    pub(super) fn touches(&self, part: Span) -> bool {
        self.within(part).next().is_some()
    }

    /// The error with its place in the user's own text.
    pub(super) fn restore(&self, mut error: Error) -> Error {
        error.span = error.span.map(|span| {
            let start = self.original(span.start).0;
            Span::new(start, self.original(span.end).1.max(start))
        });
        error
    }

    /// The piece whose replacement a place of the changed text lies in, and how far within.
    pub(super) fn replacement_at(&self, changed: usize) -> Option<(Span, usize)> {
        let (mut original_at, mut changed_at) = (0, 0);
        for (span, replacement) in &self.pieces {
            changed_at += span.start - original_at;
            if changed < changed_at {
                return None;
            }
            if changed < changed_at + replacement.len() {
                return Some((*span, changed - changed_at));
            }
            changed_at += replacement.len();
            original_at = span.end;
        }
        None
    }

    fn within(&self, part: Span) -> impl Iterator<Item = &(Span, String)> {
        self.pieces.iter().filter(move |(span, _)| span.start >= part.start && span.end <= part.end)
    }

    /// The places in the original text that a place in the changed one may stand for: the first and the last.
    fn original(&self, changed: usize) -> (usize, usize) {
        let (mut original_at, mut changed_at) = (0, 0);
        for (span, replacement) in &self.pieces {
            let kept = span.start - original_at;
            if changed < changed_at + kept {
                break;
            }
            changed_at += kept;
            if changed < changed_at + replacement.len() {
                return (span.start, span.end);
            }
            changed_at += replacement.len();
            original_at = span.end;
        }
        let original = original_at + (changed - changed_at);
        (original, original)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_again() {
        let text = "SELECT x FROM orders, a.t WHERE y";
        let mut splices = Splices::default();
        splices.insert(14, "\"sales\".");
        splices.replace(Span::new(22, 23), "\"archive\"");
        let changed = splices.apply(text);
        assert_eq!(changed, "SELECT x FROM \"sales\".orders, \"archive\".t WHERE y");
        for word in ["SELECT", "x", "orders", "WHERE", "y"] {
            let start = changed.find(word).unwrap();
            let error = splices.restore(Error::query("").at(Span::new(start, start + word.len())));
            let span = error.span.unwrap();
            assert_eq!(&text[span.start..span.end], word);
        }
        let start = changed.find("\"archive\"").unwrap();
        let error = splices.restore(Error::query("").at(Span::new(start, start + 9)));
        assert_eq!(error.span.map(|span| span.start), Some(22));
    }
}
