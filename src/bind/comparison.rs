//! What a comparison does to its operands: affinity and collation, from <https://sqlite.org/datatype3.html> 4.2 and 7.1.

use super::{BoundExpr, ColumnArena, ColumnId, CompareOperator, Comparison, SubqueryId};
use crate::value::{Affinity, Collation, ComparisonAffinity};

/// The operands' side of the rules: columns, and the output column of each subquery.
pub(crate) struct ComparisonRules<'a> {
    /// All columns of the statement.
    pub(crate) columns: &'a ColumnArena,
    /// The only output column of a scalar subquery.
    pub(crate) subquery_column: &'a dyn Fn(SubqueryId) -> ColumnId,
}

/// The collation that an operand brings, and whether it was written with COLLATE.
type OperandCollation = Option<(Collation, bool)>;

impl ComparisonRules<'_> {
    /// The affinity of an expression.
    pub(crate) fn affinity(&self, expr: &BoundExpr) -> Affinity {
        expr.affinity(self.columns, self.subquery_column)
    }

    /// What is done to both operands of a comparison.
    pub(crate) fn comparison_affinity(&self, left: &BoundExpr, right: &BoundExpr) -> ComparisonAffinity {
        self.affinity(left).comparison_with(self.affinity(right))
    }

    /// The collation of a comparison: an explicit one (the left operand's first), else the left column's, else the
    /// right column's, else BINARY.
    pub(crate) fn comparison_collation(&self, left: &BoundExpr, right: &BoundExpr) -> Collation {
        let (left, right) = (self.operand_collation(left), self.operand_collation(right));
        match (left, right) {
            (Some((collation, true)), _) | (_, Some((collation, true))) => collation,
            (Some((collation, false)), _) | (None, Some((collation, false))) => collation,
            (None, None) => Collation::Binary,
        }
    }

    /// The collation that sorting or grouping by an expression uses.
    pub(crate) fn collation(&self, expr: &BoundExpr) -> Collation {
        self.operand_collation(expr).map_or(Collation::Binary, |(collation, _)| collation)
    }

    /// Whether an expression brings a collation to a compound's column.
    pub(crate) fn brings_collation(&self, expr: &BoundExpr) -> bool {
        self.operand_collation(expr).is_some()
    }

    /// `left operator right` with its rules.
    pub(crate) fn compare(&self, left: BoundExpr, operator: CompareOperator, right: BoundExpr) -> BoundExpr {
        let affinity = self.comparison_affinity(&left, &right);
        let collation = self.comparison_collation(&left, &right);
        BoundExpr::Compare(Box::new(Comparison { left, operator, right, affinity, collation }))
    }

    /// SQLite's `sqlite3ExprCollSeq`: through CAST, unary plus and parentheses to a column or a COLLATE; an expression that
    /// holds a COLLATE anywhere counts as having it.
    fn operand_collation(&self, expr: &BoundExpr) -> OperandCollation {
        match expr {
            BoundExpr::Column(id) => {
                let info = self.columns.get(*id);
                info.collates.then_some((info.collation, false))
            }
            BoundExpr::Cast { operand, .. } | BoundExpr::Plus(operand) => self.operand_collation(operand),
            BoundExpr::Merged(items) => items.first().and_then(|first| self.operand_collation(first)),
            BoundExpr::Collate { collation, .. } => Some((*collation, true)),
            other => explicit_collation(other).map(|collation| (collation, true)),
        }
    }
}

/// The first COLLATE within an expression, which it passes on to whatever compares it.
pub(super) fn explicit_collation(expr: &BoundExpr) -> Option<Collation> {
    let mut found = None;
    expr.walk(&mut |part| {
        if let BoundExpr::Collate { collation, .. } = part {
            found.get_or_insert(*collation);
        }
    });
    found
}
