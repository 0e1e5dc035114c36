//! A place in the SQL text.

/// A range of bytes in the text of the statement that is running: `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest range that holds both; an empty range (a node that no text made) counts as absent.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        match (self.is_empty(), other.is_empty()) {
            (true, _) => other,
            (_, true) => self,
            _ => Self { start: self.start.min(other.start), end: self.end.max(other.end) },
        }
    }

    /// Whether the range holds no byte, as that of a node written by hand.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The same range in a text in which `offset` bytes stand before.
    #[must_use]
    pub fn shifted(self, offset: usize) -> Self {
        Self { start: self.start + offset, end: self.end + offset }
    }
}
