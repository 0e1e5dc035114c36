//! LIKE with a constant pattern on texts.

use arrow_array::{Array as _, LargeBinaryArray};
use arrow_buffer::BooleanBuffer;

use super::datum::Truth;

/// A pattern of ASCII without escapes, ready to be matched. Other patterns are left to SQLite. Letters match without their
/// case, `_` matches a character, and both sides end at the first NUL (`patternCompare` in SQLite's func.c).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LikePattern {
    /// What stands between the `%`s, in lower case.
    parts: Vec<Vec<u8>>,
}

impl LikePattern {
    /// Reads a pattern; None for one that is not plain.
    pub(super) fn new(pattern: &[u8]) -> Option<Self> {
        let plain = pattern.len() <= 1000 && pattern.iter().all(|byte| byte.is_ascii() && *byte != 0 && *byte != b'_');
        plain.then(|| Self { parts: pattern.to_ascii_lowercase().split(|byte| *byte == b'%').map(<[u8]>::to_vec).collect() })
    }

    /// Which texts match.
    pub(super) fn matches_all(&self, texts: &LargeBinaryArray) -> Truth {
        let yes = BooleanBuffer::collect_bool(texts.len(), |row| self.matches(texts.value(row)));
        Truth::from_mask(yes, texts.nulls().map(|nulls| nulls.inner().clone()))
    }

    /// Whether a text matches. Without `_` and beyond-ASCII characters in the pattern, no character of the text need be
    /// decoded, so invalid UTF-8 makes no difference.
    fn matches(&self, text: &[u8]) -> bool {
        let text = text.iter().position(|byte| *byte == 0).map_or(text, |end| &text[..end]);
        let (first, rest) = self.parts.split_first().expect("split gives at least one part");
        let Some((last, middle)) = rest.split_last() else { return text.eq_ignore_ascii_case(first) };
        if text.len() < first.len() + last.len() || !text[..first.len()].eq_ignore_ascii_case(first) {
            return false;
        }
        let (mut within, end) = text[first.len()..].split_at(text.len() - first.len() - last.len());
        if !end.eq_ignore_ascii_case(last) {
            return false;
        }
        for part in middle {
            match find(within, part) {
                Some(place) => within = &within[place + part.len()..],
                None => return false,
            }
        }
        true
    }
}

/// The first place of `part`, which is in lower case, in `text`.
fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    let Some(&first) = part.first() else { return Some(0) };
    let last_start = text.len().checked_sub(part.len())?;
    let upper = first.to_ascii_uppercase();
    (0..=last_start).find(|&start| {
        let byte = text[start];
        (byte == first || byte == upper) && text[start..start + part.len()].eq_ignore_ascii_case(part)
    })
}
