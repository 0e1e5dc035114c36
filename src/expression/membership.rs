//! IN: whether a value is in a set, three-valued.

use hashbrown::HashSet;

use super::datum::{Datum, Truth};
use crate::value::{Collation, ComparisonAffinity, Value, ValueRef, append_key};

/// The values on the right of an IN, by key.
pub(super) struct Members {
    keys: HashSet<Box<[u8]>>,
    has_null: bool,
    is_empty: bool,
    affinity: ComparisonAffinity,
    collation: Collation,
}

impl Members {
    /// The set of `values`.
    pub(super) fn new<'a>(
        values: impl Iterator<Item = ValueRef<'a>>,
        affinity: ComparisonAffinity,
        collation: Collation,
    ) -> Self {
        let mut members = Self { keys: HashSet::new(), has_null: false, is_empty: true, affinity, collation };
        let mut key = Vec::new();
        for value in values {
            members.is_empty = false;
            if value.is_null() {
                members.has_null = true;
            } else {
                members.write_key(&mut key, value);
                members.keys.insert(key.as_slice().into());
            }
        }
        members
    }

    fn write_key(&self, key: &mut Vec<u8>, value: ValueRef<'_>) {
        key.clear();
        let changed = self.affinity.apply(value);
        append_key(key, changed.as_ref().map_or(value, Value::as_ref), self.collation);
    }

    /// Which rows are members. A NULL is in no list but the empty one's complement, and nothing is surely absent from a
    /// list with NULL (lang_expr 8).
    pub(super) fn contain(&self, operand: &Datum, rows: usize) -> Truth {
        if self.is_empty {
            return Truth::constant(Some(false), rows);
        }
        let mut key = Vec::new();
        let mut answers = Vec::with_capacity(rows);
        for row in 0..rows {
            let value = operand.value(row);
            answers.push(if value.is_null() {
                None
            } else {
                self.write_key(&mut key, value);
                if self.keys.contains(key.as_slice()) { Some(true) } else { (!self.has_null).then_some(false) }
            });
        }
        Truth::from_rows(rows, |row| answers[row])
    }
}
