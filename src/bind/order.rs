//! ORDER BY and GROUP BY terms: positions, aliases, expressions.

use super::binder::{Binder, Bound, BoundSelect, ExprContext, at, unsupported};
use super::{BoundExpr, ColumnId, OrderBy};
use crate::error::Error;
use crate::statement::{BinaryOperator, Expr, Literal, NullsOrder, OrderTerm, QueryStatement, SortOrder, UnaryOperator};
use crate::value::Collation;

impl<'a> Binder<'a> {
    /// GROUP BY: each key with the id that it has above the grouping.
    pub(super) fn group_by(
        &mut self,
        statement: &'a QueryStatement,
        projection: &[BoundExpr],
        context: &mut ExprContext<'a, '_>,
    ) -> Bound<Vec<(ColumnId, BoundExpr)>> {
        let mut keys = Vec::new();
        for term in &statement.group_by {
            if super::function::is_aggregate(term) {
                let error = Error::query("aggregate functions are not allowed in the GROUP BY clause");
                return Err(at(error, term.span()).into());
            }
            let (peeled_term, collate) = peeled(term);
            let expr = match (position_of(peeled_term), collate) {
                (Some(position), None) => projection[result_at(position, projection.len(), "GROUP")?].clone(),
                (Some(position), Some(name)) => {
                    let operand = Box::new(projection[result_at(position, projection.len(), "GROUP")?].clone());
                    let Some(collation) = Collation::named(name) else { return unsupported(format!("the collation {name}")) };
                    BoundExpr::Collate { operand, collation }
                }
                (None, _) => self.expr(term, context)?,
            };
            let id = self.result_column(&expr);
            // Unlike a table's column, a key brings a collation to what it stands in only where its expression does.
            if !self.rules_with(|rules| rules.brings_collation(&expr)) {
                self.columns.forget_collation(id);
            }
            keys.push((id, expr));
        }
        Ok(keys)
    }

    /// ORDER BY of a plain SELECT.
    pub(super) fn order_by(
        &mut self,
        statement: &'a QueryStatement,
        projection: &[BoundExpr],
        context: &mut ExprContext<'a, '_>,
    ) -> Bound<Vec<OrderBy>> {
        let mut terms = Vec::new();
        for term in &statement.order_by {
            let (expr, collate) = peeled(&term.expr);
            let position = position_of(expr).map(|position| result_at(position, projection.len(), "ORDER")).transpose()?;
            let bound = match expr {
                _ if position.is_some() => projection[position.unwrap_or_default()].clone(),
                Expr::Field(field) if field.table.is_none() => {
                    let alias = self.alias(field, context)?;
                    match alias {
                        Some(expr) => expr,
                        None => self.expr(expr, context)?,
                    }
                }
                _ => self.expr(expr, context)?,
            };
            terms.push(self.order_term(term, bound, collate)?);
        }
        Ok(terms)
    }

    /// The column that a term of a compound's ORDER BY means, by its position or name, and its COLLATE.
    pub(super) fn compound_term<'e>(term: &'e Expr, selects: &[&BoundSelect], width: usize) -> Bound<(usize, Option<&'e str>)> {
        let (expr, collate) = peeled(term);
        let index = match expr {
            _ if let Some(position) = position_of(expr) => result_at(position, width, "ORDER")?,
            Expr::Field(field) if field.table.is_none() => {
                let mut names = selects.iter().map(|select| &select.names);
                match names.find_map(|names| names.iter().position(|name| field.name.is(name))) {
                    Some(index) => index,
                    None => return unsupported("an ORDER BY term of a compound that is no result column's name"),
                }
            }
            _ => return unsupported("an ORDER BY expression of a compound"),
        };
        Ok((index, collate))
    }

    pub(super) fn order_term(&self, term: &OrderTerm, expr: BoundExpr, collate: Option<&str>) -> Bound<OrderBy> {
        let collation = match collate {
            Some(name) => match Collation::named(name) {
                Some(collation) => collation,
                None => return unsupported(format!("the collation {name}")),
            },
            None => self.rules_with(|rules| rules.collation(&expr)),
        };
        let descending = term.order == SortOrder::Descending;
        let nulls_first = term.nulls.map_or(!descending, |nulls| nulls == NullsOrder::First);
        Ok(OrderBy { expr, collation, descending, nulls_first })
    }
}

/// The position that a term is: an integer of 32 bits, perhaps with signs, or what SQLite's parser already makes one of (`sqlite3PExprIsNull`,
/// `sqlite3ExprAnd`, `sqlite3ExprIsInteger`).
fn position_of(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Literal(Literal::Integer(number)) => i32::try_from(*number).ok().map(i64::from),
        Expr::Unary { operator: UnaryOperator::Plus, operand } => position_of(operand),
        Expr::Unary { operator: UnaryOperator::Minus, operand } => position_of(operand).map(|number| -number),
        Expr::IsNull { operand, negated } => is_known(operand).then_some(i64::from(*negated)),
        Expr::Binary { left, operator: BinaryOperator::And, right } => {
            let is_false = |side: &Expr| !matches!(side, Expr::Unary { .. }) && position_of(side) == Some(0);
            ((is_false(left) || is_false(right)) && calls_nothing(left) && calls_nothing(right)).then_some(0)
        }
        _ => None,
    }
}

/// Whether an expression is simple enough to hold no function for certain, LIKE and the like included.
fn calls_nothing(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::Now(_)) => false,
        Expr::Literal(_) | Expr::Field(_) => true,
        Expr::Unary { operand, .. } | Expr::IsNull { operand, .. } | Expr::Collate { operand, .. } => calls_nothing(operand),
        Expr::Binary { operator: BinaryOperator::JsonArrow | BinaryOperator::JsonLongArrow, .. } => false,
        Expr::Binary { left, right, .. } => calls_nothing(left) && calls_nothing(right),
        _ => false,
    }
}

/// A literal that is not NULL, perhaps with signs.
fn is_known(expr: &Expr) -> bool {
    match expr {
        Expr::Unary { operator: UnaryOperator::Plus | UnaryOperator::Minus, operand } => is_known(operand),
        Expr::Literal(Literal::Integer(_) | Literal::Real(_) | Literal::Text(_) | Literal::Blob(_)) => true,
        _ => false,
    }
}

/// A term without its COLLATEs, and the outermost of them.
fn peeled(expr: &Expr) -> (&Expr, Option<&str>) {
    match expr {
        Expr::Collate { operand, collation } => (peeled(operand).0, Some(&collation.name)),
        other => (other, None),
    }
}

/// The index of the result column at a position counted from 1.
fn result_at(position: i64, width: usize, clause: &str) -> Bound<usize> {
    let index = usize::try_from(position).ok().and_then(|position| position.checked_sub(1)).filter(|index| *index < width);
    let message = || format!("{clause} BY term out of range - should be between 1 and {width}");
    index.ok_or_else(|| Error::query(message()).into())
}
