//! What a node gives: cells, one value for all rows, or three-valued truth as masks.

use arrow_array::{Array as _, Int64Array};
use arrow_buffer::{BooleanBuffer, NullBuffer};

use crate::batch::Column;
use crate::value::{Value, ValueRef, truth};

/// Three-valued truth for each row; a row in neither mask is NULL.
#[derive(Debug, Clone)]
pub(super) struct Truth {
    /// True rows.
    pub(super) yes: BooleanBuffer,
    /// False rows.
    pub(super) no: BooleanBuffer,
}

/// A node's result.
#[derive(Debug, Clone)]
pub(super) enum Datum {
    /// A cell for each row.
    Column(Column),
    /// The same value for all rows, never spread out as long as nobody asks.
    Constant(Value),
    /// A condition.
    Truth(Truth),
}

impl Truth {
    /// The same answer for all rows.
    pub(super) fn constant(answer: Option<bool>, rows: usize) -> Self {
        let mask = |set: bool| if set { BooleanBuffer::new_set(rows) } else { BooleanBuffer::new_unset(rows) };
        Self { yes: mask(answer == Some(true)), no: mask(answer == Some(false)) }
    }

    /// True where `yes`, else false; NULL where not `valid`.
    pub(super) fn from_mask(yes: BooleanBuffer, valid: Option<BooleanBuffer>) -> Self {
        match valid {
            None => Self { no: !&yes, yes },
            Some(valid) => Self { no: &valid & &!&yes, yes: &valid & &yes },
        }
    }

    /// An answer for each row.
    pub(super) fn from_rows(rows: usize, answer: impl Fn(usize) -> Option<bool>) -> Self {
        let answers: Vec<Option<bool>> = (0..rows).map(answer).collect();
        Self {
            yes: BooleanBuffer::collect_bool(rows, |row| answers[row] == Some(true)),
            no: BooleanBuffer::collect_bool(rows, |row| answers[row] == Some(false)),
        }
    }

    /// NOT, where `negate`.
    pub(super) fn negated(self, negate: bool) -> Self {
        if negate { Self { yes: self.no, no: self.yes } } else { self }
    }

    /// Rows that are not NULL.
    pub(super) fn known(&self) -> BooleanBuffer {
        &self.yes | &self.no
    }

    /// AND: false beats NULL, NULL beats true.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self { yes: &self.yes & &other.yes, no: &self.no | &other.no }
    }

    /// OR: true beats NULL, NULL beats false.
    pub(super) fn or(&self, other: &Self) -> Self {
        Self { yes: &self.yes | &other.yes, no: &self.no & &other.no }
    }
}

impl Datum {
    /// The value of one row.
    #[inline]
    pub(super) fn value(&self, row: usize) -> ValueRef<'_> {
        match self {
            Self::Column(column) => column.value(row),
            Self::Constant(value) => value.as_ref(),
            Self::Truth(truth) if truth.yes.value(row) => ValueRef::Integer(1),
            Self::Truth(truth) if truth.no.value(row) => ValueRef::Integer(0),
            Self::Truth(_) => ValueRef::Null,
        }
    }

    /// As cells.
    pub(super) fn into_column(self, rows: usize) -> Column {
        match self {
            Self::Column(column) => column,
            Self::Constant(value) => Column::constant(value.as_ref(), rows),
            Self::Truth(truth) => {
                let known = truth.known();
                let nulls = (known.count_set_bits() < rows).then(|| NullBuffer::new(known));
                if nulls.as_ref().is_some_and(|nulls| nulls.null_count() == rows) {
                    return Column::Null(rows);
                }
                let values: Vec<i64> = truth.yes.iter().map(i64::from).collect();
                Column::Integer(Int64Array::new(values.into(), nulls))
            }
        }
    }

    /// As a condition (lang_expr 14).
    pub(super) fn into_truth(self, rows: usize) -> Truth {
        match self {
            Self::Truth(truth) => truth,
            Self::Constant(value) => Truth::constant(truth(value.as_ref()), rows),
            Self::Column(Column::Null(_)) => Truth::constant(None, rows),
            Self::Column(Column::Integer(array)) => {
                let yes = BooleanBuffer::collect_bool(rows, |row| array.values()[row] != 0);
                Truth::from_mask(yes, array.nulls().map(|nulls| nulls.inner().clone()))
            }
            Self::Column(column) => Truth::from_rows(rows, |row| truth(column.value(row))),
        }
    }

    /// Which rows are NULL.
    pub(super) fn nulls(&self, rows: usize) -> BooleanBuffer {
        let validity = |nulls: Option<&NullBuffer>| nulls.map_or_else(|| BooleanBuffer::new_unset(rows), |nulls| !nulls.inner());
        match self {
            Self::Constant(value) if *value == Value::Null => BooleanBuffer::new_set(rows),
            Self::Constant(_) => BooleanBuffer::new_unset(rows),
            Self::Truth(truth) => !&truth.known(),
            Self::Column(Column::Null(_)) => BooleanBuffer::new_set(rows),
            Self::Column(Column::Integer(array)) => validity(array.nulls()),
            Self::Column(Column::Real(array)) => validity(array.nulls()),
            Self::Column(Column::Text(array) | Column::Blob(array)) => validity(array.nulls()),
            Self::Column(column @ Column::Mixed(_)) => BooleanBuffer::collect_bool(rows, |row| column.is_null(row)),
        }
    }
}
