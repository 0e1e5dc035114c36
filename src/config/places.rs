//! Where in a glue.toml each value stands, so that whoever shows or refuses one can name its line.

use std::collections::BTreeMap;

/// The lines of a file's values by their keys: `["pools", "crm", "path"]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<Vec<String>, usize>);

impl Places {
    /// The line on which the file gives this key a value; None where it does not.
    pub fn line(&self, key: &[&str]) -> Option<usize> {
        // A borrowed slice of strs is no key of the map; there are few enough to look through.
        self.0.iter().find(|(known, _)| known.iter().map(String::as_str).eq(key.iter().copied())).map(|(_, line)| *line)
    }

    /// Notes a value's line.
    pub(super) fn note(&mut self, key: &[&str], line: usize) {
        self.0.insert(key.iter().map(|&part| part.to_owned()).collect(), line);
    }

    /// Forgets the values below a key but those of `kept`: something else has taken their place.
    pub fn forget(&mut self, key: &[&str], kept: &[&str]) {
        self.0.retain(|known, _| {
            let is_below =
                known.len() > key.len() && known.iter().map(String::as_str).zip(key).all(|(left, right)| left == *right);
            !is_below || kept.contains(&known[key.len()].as_str())
        });
    }
}
