//! What equalities say together: two columns that are equal to a third are equal to each other.
//!
//! Equality by one affinity and one collation is transitive, for it compares what the two make of the values; NULL is equal to
//! nothing. So a condition that follows may be asked as well, or in place of one that it follows from.

use std::collections::BTreeSet;

use crate::bind::{BoundExpr, ColumnId, CompareOperator, Comparison};
use crate::value::{Collation, ComparisonAffinity};

/// Of more columns that are equal to each other nothing is concluded: the conditions would grow with their square, and choosing the
/// order of joins looks at all of them for each pair of relations.
const MOST_COLUMNS: usize = 8;

/// Columns that are equal to each other, and how they were compared.
#[derive(Debug)]
struct Class {
    affinity: ComparisonAffinity,
    collation: Collation,
    columns: BTreeSet<ColumnId>,
}

/// Columns that are known to be equal.
#[derive(Debug, Default)]
pub(super) struct EqualColumns {
    classes: Vec<Class>,
}

impl EqualColumns {
    /// What `conditions` say.
    pub(super) fn of<'a>(conditions: impl IntoIterator<Item = &'a BoundExpr>) -> Self {
        let mut equal = Self::default();
        for condition in conditions {
            equal.learns(condition);
        }
        equal
    }

    /// Takes a condition as true; whether it says something new.
    pub(super) fn learns(&mut self, condition: &BoundExpr) -> bool {
        let (Some((left, right)), BoundExpr::Compare(comparison)) = (equal_columns(condition), condition) else { return true };
        let (left_class, right_class) = (self.class_of(left, comparison), self.class_of(right, comparison));
        match (left_class, right_class) {
            (Some(left), Some(right)) if left == right => return false,
            (Some(left), Some(right)) => {
                let columns = std::mem::take(&mut self.classes[right].columns);
                self.classes[left].columns.extend(columns);
            }
            (Some(class), None) | (None, Some(class)) => self.classes[class].columns.extend([left, right]),
            (None, None) => {
                let columns = BTreeSet::from([left, right]);
                self.classes.push(Class { affinity: comparison.affinity, collation: comparison.collation, columns });
            }
        }
        true
    }

    /// The equalities that follow from those that `conditions` hold and are not among them.
    pub(super) fn implied(conditions: &[BoundExpr]) -> Vec<BoundExpr> {
        let asked: BTreeSet<(ColumnId, ColumnId)> =
            conditions.iter().filter_map(equal_columns).flat_map(|(left, right)| [(left, right), (right, left)]).collect();
        let mut implied = Vec::new();
        for Class { affinity, collation, columns } in Self::of(conditions).classes {
            if columns.len() > MOST_COLUMNS {
                continue;
            }
            for left in &columns {
                for right in columns.range(*left..).skip(1).filter(|right| !asked.contains(&(*left, **right))) {
                    implied.push(equality(BoundExpr::Column(*left), *right, affinity, collation));
                }
            }
        }
        implied
    }

    /// `conditions` without those that say what another one says too, of columns that are equal already. Of several that one stays
    /// whose columns are the least `burden`.
    pub(super) fn without_repeated(&self, conditions: Vec<BoundExpr>, burden: &dyn Fn(ColumnId) -> usize) -> Vec<BoundExpr> {
        let mut lightest: Vec<usize> = (0..conditions.len()).collect();
        let weight = |condition: &BoundExpr| equal_columns(condition).map(|(left, right)| burden(left) + burden(right));
        lightest.sort_by_key(|position| weight(&conditions[*position]));
        let mut said = Vec::new();
        let mut repeated = BTreeSet::new();
        for position in lightest {
            let Some(meaning) = self.meaning(&conditions[position]) else { continue };
            if said.contains(&meaning) {
                repeated.insert(position);
            } else {
                said.push(meaning);
            }
        }
        let kept = conditions.into_iter().enumerate().filter(|(position, _)| !repeated.contains(position));
        kept.map(|(_, condition)| condition).collect()
    }

    /// What an equality says: the same for all that say the same.
    fn meaning(&self, condition: &BoundExpr) -> Option<(BTreeSet<ColumnId>, ComparisonAffinity, Collation)> {
        let (Some((left, right)), BoundExpr::Compare(comparison)) = (equal_columns(condition), condition) else { return None };
        let first = |column| match self.class_of(column, comparison) {
            Some(class) => self.classes[class].columns.first().copied().unwrap_or(column),
            None => column,
        };
        Some((BTreeSet::from([first(left), first(right)]), comparison.affinity, comparison.collation))
    }

    fn class_of(&self, column: ColumnId, comparison: &Comparison) -> Option<usize> {
        self.classes.iter().position(|class| {
            (class.affinity, class.collation) == (comparison.affinity, comparison.collation) && class.columns.contains(&column)
        })
    }
}

/// The two columns that an equality compares.
pub(super) fn equal_columns(condition: &BoundExpr) -> Option<(ColumnId, ColumnId)> {
    let BoundExpr::Compare(comparison) = condition else { return None };
    match (&comparison.left, comparison.operator, &comparison.right) {
        (BoundExpr::Column(left), CompareOperator::Equal, BoundExpr::Column(right)) => Some((*left, *right)),
        _ => None,
    }
}

/// The condition that an expression and a column are equal.
pub(super) fn equality(left: BoundExpr, right: ColumnId, affinity: ComparisonAffinity, collation: Collation) -> BoundExpr {
    let right = BoundExpr::Column(right);
    BoundExpr::Compare(Box::new(Comparison { left, operator: CompareOperator::Equal, right, affinity, collation }))
}
