//! IN: whether a value is in a set, three-valued.

use arrow_array::Array;
use arrow_buffer::BooleanBuffer;
use hashbrown::HashSet;

use super::datum::{Datum, Truth};
use crate::batch::Column;
use crate::value::{Collation, ComparisonAffinity, Value, ValueRef, append_key};

/// So many values are compared one after the other sooner than one is hashed.
const FEW: usize = 8;

/// The values on the right of an IN, by key.
pub(super) struct Members {
    keys: HashSet<Box<[u8]>>,
    /// The texts and the integers among them, as they are compared. No integers where there is a real, which may equal one.
    texts: Vec<Box<[u8]>>,
    integers: Option<Vec<i64>>,
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
        let (keys, texts, integers) = (HashSet::new(), Vec::new(), Some(Vec::new()));
        let mut members = Self { keys, texts, integers, has_null: false, is_empty: true, affinity, collation };
        let mut key = Vec::new();
        for value in values {
            members.is_empty = false;
            if value.is_null() {
                members.has_null = true;
            } else {
                members.write_key(&mut key, value);
                if members.keys.insert(key.as_slice().into()) && members.keys.len() <= FEW {
                    members.add_few(value);
                }
            }
        }
        members
    }

    fn add_few(&mut self, value: ValueRef<'_>) {
        let changed = self.affinity.apply(value);
        match changed.as_ref().map_or(value, Value::as_ref) {
            ValueRef::Text(text) => self.texts.push(text.into()),
            ValueRef::Integer(integer) => self.integers.iter_mut().for_each(|integers| integers.push(integer)),
            ValueRef::Real(_) => self.integers = None,
            ValueRef::Null | ValueRef::Blob(_) => {}
        }
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
        if self.keys.len() <= FEW {
            match (operand, &self.integers) {
                (Datum::Column(Column::Text(texts)), _)
                    if self.affinity != ComparisonAffinity::Numeric && self.collation == Collation::Binary =>
                {
                    return self.among(texts, |row| self.texts.iter().any(|text| **text == *texts.value(row)));
                }
                (Datum::Column(Column::Integer(integers)), Some(members)) if self.affinity != ComparisonAffinity::Text => {
                    return self.among(integers, |row| members.contains(&integers.value(row)));
                }
                _ => {}
            }
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

    /// The answers for a column of one class, of which `is_member` tells where it is not NULL.
    fn among(&self, operand: &dyn Array, is_member: impl Fn(usize) -> bool) -> Truth {
        let members = BooleanBuffer::collect_bool(operand.len(), is_member);
        let valid = operand.nulls().map(|nulls| nulls.inner().clone());
        let answers = Truth::from_mask(members, valid);
        if self.has_null { Truth { no: BooleanBuffer::new_unset(operand.len()), ..answers } } else { answers }
    }
}
