//! Columns of a compound whose SELECTs differ in affinity.
//!
//! SQLite computes such a compound apart (`compoundHasDifferentAffinities` forbids to flatten it) and gives the column one affinity,
//! by which others compare it. But a condition of WHERE that is about this compound alone it also asks within each SELECT, with that one's
//! own affinity (`pushDownWhereTerms`): what both say together is refused here. A condition that another table takes part in stays outside,
//! unless a constant that the other column equals makes it one about the compound alone (`propagateConstants`).

use std::cell::Cell;
use std::collections::BTreeSet;

use super::binder::{Binder, Bound, BoundSelect, unsupported};
use super::scope::Scope;
use super::{BoundExpr, ColumnId, CompareOperator};
use crate::value::Affinity;

/// What is known of such columns.
#[derive(Debug, Clone, Default)]
pub(super) struct OpenAffinity {
    /// These columns, and others with their affinity.
    columns: BTreeSet<ColumnId>,
    /// Columns that hold what came of comparing them.
    values: BTreeSet<ColumnId>,
    /// Whether the clause that is bound compares one.
    compared: Cell<bool>,
    /// Whether a condition about the compound alone does.
    filters: Cell<bool>,
    /// Whether a condition that other tables take part in does.
    joins: Cell<bool>,
    /// Whether a condition says that a column equals a constant.
    equals_constant: Cell<bool>,
}

impl OpenAffinity {
    /// Lets `column` be as `like`.
    pub(super) fn copy(&mut self, column: ColumnId, like: ColumnId) {
        for known in [&mut self.columns, &mut self.values] {
            if known.contains(&like) {
                known.insert(column);
            }
        }
    }

    pub(super) fn contains(&self, column: ColumnId) -> bool {
        self.columns.contains(&column)
    }

    pub(super) fn insert(&mut self, column: ColumnId) {
        self.columns.insert(column);
    }

    /// Refuses what depends on where SQLite asks a condition.
    pub(super) fn check(&self) -> Bound<()> {
        if self.filters.get() || (self.joins.get() && self.equals_constant.get()) {
            return unsupported("comparing a compound subquery's column whose SELECTs differ in affinity");
        }
        Ok(())
    }
}

impl Binder<'_> {
    /// Finds the columns of a compound that is read as a table whose SELECTs differ in affinity. True for those whose integers become real
    /// where they are read, as those of any column with REAL affinity.
    pub(super) fn open_affinities(&mut self, selects: &[&BoundSelect], output: &[ColumnId]) -> Vec<bool> {
        let mut as_real = vec![false; output.len()];
        for (index, column) in output.iter().enumerate() {
            let affinity = |select: &&BoundSelect| self.columns.get(select.select.projection[index].0).affinity;
            let affinities: Vec<Affinity> = selects.iter().map(affinity).collect();
            if affinities.iter().any(|affinity| *affinity != affinities[0]) {
                self.open.columns.insert(*column);
                as_real[index] = self.columns.get(*column).affinity == Affinity::Real;
            }
        }
        as_real
    }

    /// Remembers that a comparison asks for the affinity of an expression.
    pub(super) fn note_compared(&self, expr: &BoundExpr) {
        if self.has_open_affinity(expr) {
            self.open.compared.set(true);
        }
    }

    /// Whether the affinity of an expression is that of such a column.
    pub(super) fn has_open_affinity(&self, expr: &BoundExpr) -> bool {
        match expr {
            BoundExpr::Column(id) => self.open.contains(*id),
            BoundExpr::Collate { operand, .. } => self.has_open_affinity(operand),
            BoundExpr::Scalar(id) => self.open.contains(self.subqueries[id.0 as usize].query.output[0]),
            BoundExpr::Merged(items) => items.iter().any(|item| self.has_open_affinity(item)),
            _ => false,
        }
    }

    /// Begins a clause: whether the one around it had compared such a column.
    pub(super) fn begin_clause(&self) -> bool {
        self.open.compared.replace(false)
    }

    /// Ends it.
    pub(super) fn end_clause(&self, before: bool) {
        self.open.compared.set(before);
    }

    /// Marks the results of a SELECT that come of comparing such a column.
    pub(super) fn note_results(&mut self, projection: &[(ColumnId, BoundExpr)]) {
        let compared = self.open.compared.replace(false);
        for (column, expr) in projection {
            if self.is_open(expr, compared && !matches!(expr, BoundExpr::Column(_))) {
                self.open.values.insert(*column);
            }
        }
    }

    /// Looks at a condition that decides which rows of `scope` count.
    pub(super) fn note_condition(&self, condition: &BoundExpr, scope: &Scope) {
        let compared = self.open.compared.replace(false);
        for part in parts(condition) {
            let equals_constant = match part {
                BoundExpr::Compare(comparison) => {
                    let sides = [&comparison.left, &comparison.right];
                    comparison.operator == CompareOperator::Equal && sides.into_iter().any(|side| self.mentioned(side).is_empty())
                }
                // SQLite reads it as an equation.
                BoundExpr::InList { list, .. } => list.len() == 1,
                _ => false,
            };
            if equals_constant {
                self.open.equals_constant.set(true);
            }
            if self.is_open(part, compared) {
                let is_joined = self.is_correlated(part) || relations(&self.mentioned(part), scope) > 1;
                if is_joined { &self.open.joins } else { &self.open.filters }.set(true);
            }
        }
    }

    fn is_open(&self, expr: &BoundExpr, compared: bool) -> bool {
        let columns = self.mentioned(expr);
        columns.iter().any(|column| self.open.values.contains(column) || (compared && self.open.columns.contains(column)))
    }

    fn is_correlated(&self, expr: &BoundExpr) -> bool {
        let mut found = false;
        self.each_subquery(expr, &mut |outer| found |= !outer.is_empty());
        found
    }

    /// The columns that an expression names, those of its subqueries that come from around them included.
    fn mentioned(&self, expr: &BoundExpr) -> BTreeSet<ColumnId> {
        let mut columns = BTreeSet::new();
        expr.walk(&mut |part| {
            if let BoundExpr::Column(id) = part {
                columns.insert(*id);
            }
        });
        self.each_subquery(expr, &mut |outer| columns.extend(outer));
        columns
    }

    fn each_subquery(&self, expr: &BoundExpr, found: &mut dyn FnMut(&[ColumnId])) {
        expr.walk(&mut |part| {
            if let BoundExpr::Scalar(id) | BoundExpr::Exists { subquery: id, .. } | BoundExpr::InSubquery { subquery: id, .. } =
                part
            {
                found(&self.subqueries[id.0 as usize].outer);
            }
        });
    }
}

/// What AND joins.
fn parts(condition: &BoundExpr) -> Vec<&BoundExpr> {
    match condition {
        BoundExpr::And(items) => items.iter().flat_map(parts).collect(),
        other => vec![other],
    }
}

/// How many relations, of the SELECT or of those around it, have these columns.
fn relations(columns: &BTreeSet<ColumnId>, scope: &Scope) -> usize {
    let here = scope.relations.iter().filter(|relation| {
        let own = relation.columns.iter().any(|column| matches!(&column.expr, BoundExpr::Column(id) if columns.contains(id)));
        own || relation.rowids.iter().any(|rowid| columns.contains(&rowid.id))
    });
    here.count() + scope.parent.as_ref().map_or(0, |parent| relations(columns, parent))
}
