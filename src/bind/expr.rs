//! Expressions whose names are resolved and whose comparisons know their rules.

use super::{ColumnArena, ColumnId, SubqueryId};
use crate::statement::PatternOperator;
use crate::value::{Affinity, Collation, ComparisonAffinity, Value};

/// A bound expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum BoundExpr {
    /// A constant, or a parameter's value.
    Literal(Value),
    /// A column.
    Column(ColumnId),
    /// `NOT x`
    Not(Box<BoundExpr>),
    /// `-x`
    Negate(Box<BoundExpr>),
    /// `+x`: x without affinity.
    Plus(Box<BoundExpr>),
    /// `~x`
    BitNot(Box<BoundExpr>),
    /// `a AND b AND …`
    And(Vec<BoundExpr>),
    /// `a OR b OR …`
    Or(Vec<BoundExpr>),
    /// A comparison.
    Compare(Box<Comparison>),
    /// `+ - * / % & | << >> ||`
    Arithmetic {
        /// Which.
        operator: ArithmeticOperator,
        /// The left operand.
        left: Box<BoundExpr>,
        /// The right operand.
        right: Box<BoundExpr>,
    },
    /// `x IS [NOT] NULL`
    IsNull {
        /// The operand.
        operand: Box<BoundExpr>,
        /// IS NOT NULL
        negated: bool,
    },
    /// `x IS [NOT] TRUE`, `x IS [NOT] FALSE`
    IsTruth {
        /// The operand.
        operand: Box<BoundExpr>,
        /// TRUE or FALSE
        truth: bool,
        /// IS NOT
        negated: bool,
    },
    /// `x [NOT] IN (a, b, …)`: each item compared as `x = item` with x's affinity and collation, the items having none.
    InList {
        /// The operand.
        operand: Box<BoundExpr>,
        /// The items.
        list: Vec<BoundExpr>,
        /// NOT IN
        negated: bool,
        /// What is done to both sides first.
        affinity: ComparisonAffinity,
        /// How texts compare.
        collation: Collation,
    },
    /// LIKE, GLOB, REGEXP, MATCH
    Pattern {
        /// Which.
        operator: PatternOperator,
        /// The operand.
        operand: Box<BoundExpr>,
        /// The pattern.
        pattern: Box<BoundExpr>,
        /// ESCAPE
        escape: Option<Box<BoundExpr>>,
        /// NOT
        negated: bool,
    },
    /// CASE; with an operand already turned into comparisons of it with each WHEN.
    Case {
        /// WHEN and THEN.
        branches: Vec<(BoundExpr, BoundExpr)>,
        /// ELSE
        otherwise: Option<Box<BoundExpr>>,
    },
    /// CAST
    Cast {
        /// The operand.
        operand: Box<BoundExpr>,
        /// The type as written.
        type_name: String,
        /// Its affinity.
        affinity: Affinity,
    },
    /// COLLATE
    Collate {
        /// The operand.
        operand: Box<BoundExpr>,
        /// The collation.
        collation: Collation,
    },
    /// A scalar function, by its name in lower case.
    Function {
        /// The name.
        name: String,
        /// The arguments.
        arguments: Vec<BoundExpr>,
    },
    /// What USING makes of several columns: the first that is not NULL, with the affinity of the first.
    Merged(Vec<BoundExpr>),
    /// `(SELECT …)`: the first row's only column, or NULL.
    Scalar(SubqueryId),
    /// `x [NOT] IN (SELECT …)`
    InSubquery {
        /// The operand.
        operand: Box<BoundExpr>,
        /// The subquery.
        subquery: SubqueryId,
        /// NOT IN
        negated: bool,
        /// What is done to both sides first.
        affinity: ComparisonAffinity,
        /// How texts compare.
        collation: Collation,
    },
    /// `(x, y, …) [NOT] IN (SELECT …)`. The planner makes a join of it.
    InRows {
        /// The operands, each compared with the column of its position.
        operands: Vec<RowOperand>,
        /// The subquery.
        subquery: SubqueryId,
        /// NOT IN
        negated: bool,
    },
    /// `[NOT] EXISTS (SELECT …)`
    Exists {
        /// The subquery.
        subquery: SubqueryId,
        /// NOT EXISTS
        negated: bool,
    },
}

/// A part of a row value on the left of IN.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RowOperand {
    /// The expression.
    pub(crate) expr: BoundExpr,
    /// What is done to both sides first.
    pub(crate) affinity: ComparisonAffinity,
    /// How texts compare.
    pub(crate) collation: Collation,
}

/// `left operator right` with what SQLite does to the operands first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison {
    /// The left operand.
    pub(crate) left: BoundExpr,
    /// The operator.
    pub(crate) operator: CompareOperator,
    /// The right operand.
    pub(crate) right: BoundExpr,
    /// What is done to both first.
    pub(crate) affinity: ComparisonAffinity,
    /// How texts compare.
    pub(crate) collation: Collation,
}

/// The comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CompareOperator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// NULL IS NULL
    Is,
    IsNot,
}

/// Operators that compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ArithmeticOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    BitAnd,
    BitOr,
    ShiftLeft,
    ShiftRight,
    Concat,
    JsonArrow,
    JsonLongArrow,
}

impl BoundExpr {
    /// The expression's affinity: only columns and CAST have one (<https://sqlite.org/datatype3.html> 3.2).
    /// A scalar subquery takes that of its column, which `subquery_column` gives.
    pub(crate) fn affinity(&self, columns: &ColumnArena, subquery_column: &dyn Fn(SubqueryId) -> ColumnId) -> Affinity {
        match self {
            Self::Column(id) => columns.get(*id).affinity,
            Self::Cast { affinity, .. } => *affinity,
            Self::Collate { operand, .. } => operand.affinity(columns, subquery_column),
            Self::Scalar(id) => columns.get(subquery_column(*id)).affinity,
            Self::Merged(items) => items.first().map_or(Affinity::None, |first| first.affinity(columns, subquery_column)),
            _ => Affinity::None,
        }
    }

    /// The subquery that this expression, not one below it, asks.
    pub(crate) fn asked_subquery(&self) -> Option<SubqueryId> {
        match self {
            Self::Scalar(id) => Some(*id),
            Self::Exists { subquery, .. } | Self::InSubquery { subquery, .. } | Self::InRows { subquery, .. } => Some(*subquery),
            _ => None,
        }
    }

    /// The same question, asked of another subquery.
    #[must_use]
    pub(crate) fn asking(self, subquery: SubqueryId) -> Self {
        match self {
            Self::Scalar(_) => Self::Scalar(subquery),
            Self::Exists { negated, .. } => Self::Exists { subquery, negated },
            Self::InSubquery { operand, negated, affinity, collation, .. } => {
                Self::InSubquery { operand, subquery, negated, affinity, collation }
            }
            Self::InRows { operands, negated, .. } => Self::InRows { operands, subquery, negated },
            other => other,
        }
    }

    /// Calls `visit` on this expression and on every one below it (subqueries' own expressions excluded).
    pub(crate) fn walk(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        match self {
            Self::Literal(_) | Self::Column(_) | Self::Scalar(_) | Self::Exists { .. } => {}
            Self::Not(operand) | Self::Negate(operand) | Self::Plus(operand) | Self::BitNot(operand) => operand.walk(visit),
            Self::IsNull { operand, .. }
            | Self::IsTruth { operand, .. }
            | Self::Cast { operand, .. }
            | Self::Collate { operand, .. }
            | Self::InSubquery { operand, .. } => operand.walk(visit),
            Self::And(items) | Self::Or(items) | Self::Merged(items) | Self::Function { arguments: items, .. } => {
                items.iter().for_each(|item| item.walk(visit));
            }
            Self::InRows { operands, .. } => operands.iter().for_each(|operand| operand.expr.walk(visit)),
            Self::Compare(comparison) => {
                comparison.left.walk(visit);
                comparison.right.walk(visit);
            }
            Self::Arithmetic { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            Self::InList { operand, list, .. } => {
                operand.walk(visit);
                list.iter().for_each(|item| item.walk(visit));
            }
            Self::Pattern { operand, pattern, escape, .. } => {
                operand.walk(visit);
                pattern.walk(visit);
                escape.iter().for_each(|escape| escape.walk(visit));
            }
            Self::Case { branches, otherwise } => {
                for (when, then) in branches {
                    when.walk(visit);
                    then.walk(visit);
                }
                otherwise.iter().for_each(|otherwise| otherwise.walk(visit));
            }
        }
    }

    /// Replaces, from the bottom up, every expression by what `replace` makes of it.
    #[must_use]
    pub(crate) fn map(self, replace: &mut dyn FnMut(Self) -> Self) -> Self {
        let mapped = self.map_operands(&mut |operand| operand.map(replace));
        replace(mapped)
    }

    /// Replaces, from the top down, every expression for which `replace` gives another; what it gives is not looked into.
    #[must_use]
    pub(crate) fn rewrite(self, replace: &mut dyn FnMut(&Self) -> Option<Self>) -> Self {
        match replace(&self) {
            Some(other) => other,
            None => self.map_operands(&mut |operand| operand.rewrite(replace)),
        }
    }

    /// The same expression over operands that `one` makes of its own.
    fn map_operands(self, one: &mut dyn FnMut(Self) -> Self) -> Self {
        let mut boxed = |expr: Box<Self>| Box::new(one(*expr));
        match self {
            leaf @ (Self::Literal(_) | Self::Column(_) | Self::Scalar(_) | Self::Exists { .. }) => leaf,
            Self::Not(operand) => Self::Not(boxed(operand)),
            Self::Negate(operand) => Self::Negate(boxed(operand)),
            Self::Plus(operand) => Self::Plus(boxed(operand)),
            Self::BitNot(operand) => Self::BitNot(boxed(operand)),
            Self::IsNull { operand, negated } => Self::IsNull { operand: boxed(operand), negated },
            Self::IsTruth { operand, truth, negated } => Self::IsTruth { operand: boxed(operand), truth, negated },
            Self::Cast { operand, type_name, affinity } => Self::Cast { operand: boxed(operand), type_name, affinity },
            Self::Collate { operand, collation } => Self::Collate { operand: boxed(operand), collation },
            Self::InSubquery { operand, subquery, negated, affinity, collation } => {
                Self::InSubquery { operand: boxed(operand), subquery, negated, affinity, collation }
            }
            Self::InRows { operands, subquery, negated } => {
                let operand = |RowOperand { expr, affinity, collation }| RowOperand { expr: one(expr), affinity, collation };
                Self::InRows { operands: operands.into_iter().map(operand).collect(), subquery, negated }
            }
            Self::Merged(items) => Self::Merged(items.into_iter().map(one).collect()),
            Self::And(items) => Self::And(items.into_iter().map(one).collect()),
            Self::Or(items) => Self::Or(items.into_iter().map(one).collect()),
            Self::Function { name, arguments } => Self::Function { name, arguments: arguments.into_iter().map(one).collect() },
            Self::Compare(comparison) => {
                let Comparison { left, operator, right, affinity, collation } = *comparison;
                Self::Compare(Box::new(Comparison { left: one(left), operator, right: one(right), affinity, collation }))
            }
            Self::Arithmetic { operator, left, right } => Self::Arithmetic { operator, left: boxed(left), right: boxed(right) },
            Self::InList { operand, list, negated, affinity, collation } => {
                let operand = boxed(operand);
                Self::InList { operand, list: list.into_iter().map(one).collect(), negated, affinity, collation }
            }
            Self::Pattern { operator, operand, pattern, escape, negated } => {
                let (operand, pattern) = (boxed(operand), boxed(pattern));
                Self::Pattern { operator, operand, pattern, escape: escape.map(boxed), negated }
            }
            Self::Case { branches, otherwise } => {
                let otherwise = otherwise.map(&mut boxed);
                let branches = branches.into_iter().map(|(when, then)| (one(when), one(then))).collect();
                Self::Case { branches, otherwise }
            }
        }
    }
}
