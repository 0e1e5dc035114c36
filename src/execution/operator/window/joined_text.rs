//! `group_concat` over frames, step by step as SQLite's `groupConcatStep` and `groupConcatInverse`: where empty texts are among those
//! joined, what these leave behind shows.

use std::collections::VecDeque;

use crate::execution::operator::accumulator::append_text;
use crate::value::{Value, ValueRef};

/// When a value is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// While the frame goes on.
    Between,
    /// When the frame was looked at as a whole and is done with.
    AtLast,
}

/// Texts joined, of which the first may leave.
#[derive(Debug, Default)]
pub(super) struct JoinedText {
    text: VecDeque<u8>,
    count: usize,
    /// Whether a text came since there was nothing at all: the next one then has a separator before it.
    is_begun: bool,
    /// The length of the separator that the first text brought.
    first_separator: usize,
    /// The lengths of those before the second text and the following, where they are not all the first one's.
    separators: Option<VecDeque<usize>>,
}

impl JoinedText {
    pub(super) fn add(&mut self, value: ValueRef<'_>, separator: ValueRef<'_>) {
        let mut added = Vec::new();
        append_text(&mut added, separator);
        let length = added.len();
        if !self.is_begun {
            self.is_begun = true;
            self.first_separator = length;
            added.clear();
        } else if length != self.first_separator || self.separators.is_some() {
            let (first, known) = (self.first_separator, self.count.saturating_sub(1));
            self.separators.get_or_insert_with(|| std::iter::repeat_n(first, known).collect()).push_back(length);
        }
        self.count += 1;
        append_text(&mut added, value);
        self.text.extend(added);
    }

    pub(super) fn remove(&mut self, value: ValueRef<'_>) {
        let mut removed = Vec::new();
        append_text(&mut removed, value);
        self.count -= 1;
        let separator = match &mut self.separators {
            Some(separators) if self.count > 0 => separators.pop_front().unwrap_or_default(),
            Some(_) => 0,
            None => self.first_separator,
        };
        self.text.drain(..(removed.len() + separator).min(self.text.len()));
        if self.text.is_empty() {
            self.is_begun = false;
            self.separators = None;
        }
    }

    /// NULL where there is no text; for empty ones alone SQLite gives the zero that ends them (`groupConcatValue`) unless it asks
    /// at last.
    pub(super) fn value(&self, asked: Asked) -> Value {
        match (self.count, self.text.is_empty(), asked) {
            (0, true, _) => Value::Null,
            (_, true, Asked::Between) => Value::Text([0].as_slice().into()),
            _ => Value::Text(self.text.iter().copied().collect::<Vec<u8>>().into()),
        }
    }
}
