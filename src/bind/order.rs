//! ORDER BY and GROUP BY terms: positions, aliases, expressions.

use super::binder::{Binder, Bound, BoundSelect, ExprContext, at, unsupported};
use super::{BoundExpr, ColumnId, OrderBy};
use crate::error::Error;
use crate::statement::{Expr, Literal, NullsOrder, OrderTerm, QueryStatement, SortOrder};
use crate::value::{Collation, Value};

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
            let expr = match term {
                Expr::Literal(Literal::Integer(position)) => {
                    result_at(*position, projection.len(), "GROUP").map(|index| projection[index].clone())?
                }
                _ => self.expr(term, context)?,
            };
            let is_literal = matches!(term, Expr::Literal(_));
            if !is_literal && (!has_column(&expr) || is_always_false(&expr)) {
                // SQLite computes some of these first and then takes an integer for a position.
                return unsupported("a GROUP BY term without a column");
            }
            let id = self.result_column(&expr);
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
            let bound = match expr {
                Expr::Literal(Literal::Integer(position)) => projection[result_at(*position, projection.len(), "ORDER")?].clone(),
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
            Expr::Literal(Literal::Integer(position)) => result_at(*position, width, "ORDER")?,
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

fn has_column(expr: &BoundExpr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| found |= matches!(part, BoundExpr::Column(_) | BoundExpr::Scalar(_)));
    found
}

/// `x AND 0` is 0 to SQLite's parser already, and an integer is a position.
fn is_always_false(expr: &BoundExpr) -> bool {
    let is_zero = |item: &BoundExpr| matches!(item, BoundExpr::Literal(Value::Integer(0)));
    matches!(expr, BoundExpr::And(items) if items.iter().any(is_zero))
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
