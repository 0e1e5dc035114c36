//! Row values: `(a, b) < (c, d)`, `(a, b) IN (…)`, and subqueries of several columns (<https://sqlite.org/rowvalue.html>).

use super::binder::{Binder, Bound, ExprContext, at};
use super::{BoundExpr, ColumnId, CompareOperator, FromItem, FromSource, Query, RowOperand, Select, Subquery, SubqueryId};
use crate::error::{Error, Span};
use crate::statement::{BinaryOperator, Expr, QueryStatement};
use crate::value::Value;

impl<'a> Binder<'a> {
    /// The parts of an operand: one, or those of a row value.
    pub(super) fn parts(&mut self, expr: &'a Expr, context: &mut ExprContext<'a, '_>) -> Bound<Vec<BoundExpr>> {
        match expr {
            Expr::Row(items) => items.iter().map(|item| self.expr(item, context)).collect(),
            Expr::Subquery(query) => {
                let subquery = self.subquery(query, context)?;
                Ok(self.columns_of_subquery(subquery))
            }
            other => Ok(vec![self.expr(other, context)?]),
        }
    }

    /// The columns of a subquery's first row, each a scalar subquery of its own.
    fn columns_of_subquery(&mut self, subquery: SubqueryId) -> Vec<BoundExpr> {
        let Subquery { query, outer } = self.subqueries[subquery.0 as usize].clone();
        if query.output.len() == 1 {
            return vec![BoundExpr::Scalar(subquery)];
        }
        let output: Vec<ColumnId> = query.output.clone();
        let column = |column: ColumnId| {
            let expr = BoundExpr::Column(column);
            let projection = vec![(self.result_column(&expr), expr)];
            let source = FromSource::Query(Box::new(query.clone()));
            let limit = Some(BoundExpr::Literal(Value::Integer(1)));
            let query = Query { limit, ..Query::of_select(Select::over(vec![FromItem::plain(source)], projection)) };
            self.subqueries.push(Subquery { query, outer: outer.clone() });
            BoundExpr::Scalar(self.last_subquery())
        };
        output.into_iter().map(column).collect()
    }

    /// A comparison of rows, as comparisons of their parts.
    pub(super) fn compare_parts(
        &self,
        left: &[BoundExpr],
        operator: CompareOperator,
        right: &[BoundExpr],
        span: Span,
    ) -> Bound<BoundExpr> {
        if left.len() != right.len() {
            return Err(at(Error::query("row value misused"), span).into());
        }
        let compare = |left: &BoundExpr, operator, right: &BoundExpr| self.compare(left.clone(), operator, right.clone());
        let pairs: Vec<(&BoundExpr, &BoundExpr)> = left.iter().zip(right).collect();
        let all = |operator| BoundExpr::And(pairs.iter().map(|(left, right)| compare(left, operator, right)).collect());
        Ok(match operator {
            _ if pairs.len() == 1 => compare(pairs[0].0, operator, pairs[0].1),
            CompareOperator::Equal | CompareOperator::Is => all(operator),
            CompareOperator::NotEqual => BoundExpr::Not(Box::new(all(CompareOperator::Equal))),
            CompareOperator::IsNot => BoundExpr::Not(Box::new(all(CompareOperator::Is))),
            CompareOperator::Less | CompareOperator::LessOrEqual => {
                lexicographic(&pairs, operator, CompareOperator::Less, &compare)
            }
            CompareOperator::Greater | CompareOperator::GreaterOrEqual => {
                lexicographic(&pairs, operator, CompareOperator::Greater, &compare)
            }
        })
    }

    /// `(a, b) IN ((c, d), …)`: equal to one of them.
    pub(super) fn in_rows_list(
        &mut self,
        operand: &'a Expr,
        list: &'a [Expr],
        negated: bool,
        context: &mut ExprContext<'a, '_>,
    ) -> Bound<BoundExpr> {
        let operands = self.parts(operand, context)?;
        let mut any = Vec::new();
        for item in list {
            let parts = self.parts(item, context)?;
            any.push(self.compare_parts(&operands, CompareOperator::Equal, &parts, item.span())?);
        }
        let any = BoundExpr::Or(any);
        Ok(if negated { BoundExpr::Not(Box::new(any)) } else { any })
    }

    /// `(a, b) IN (SELECT …)`
    pub(super) fn in_rows(
        &mut self,
        operands: Vec<BoundExpr>,
        query: &'a QueryStatement,
        negated: bool,
        context: &mut ExprContext<'a, '_>,
    ) -> Bound<BoundExpr> {
        let subquery = self.subquery(query, context)?;
        let output = self.subqueries[subquery.0 as usize].query.output.clone();
        if output.len() != operands.len() {
            let message = format!("sub-select returns {} columns - expected {}", output.len(), operands.len());
            return Err(at(Error::query(message), query.span).into());
        }
        let operands = operands.into_iter().zip(output).map(|(expr, output)| {
            let right = BoundExpr::Column(output);
            [&expr, &right].into_iter().for_each(|side| self.note_compared(side));
            let (affinity, collation) =
                self.rules_with(|rules| (rules.comparison_affinity(&expr, &right), rules.comparison_collation(&expr, &right)));
            RowOperand { expr, affinity, collation }
        });
        Ok(BoundExpr::InRows { operands: operands.collect(), subquery, negated })
    }
}

/// Whether an expression may have several columns.
pub(super) fn may_be_row(expr: &Expr) -> bool {
    matches!(expr, Expr::Row(_) | Expr::Subquery(_))
}

/// The comparison that an operator asks for, if it is one.
pub(super) fn comparison(operator: BinaryOperator) -> Option<CompareOperator> {
    use BinaryOperator as Op;
    Some(match operator {
        Op::Equal => CompareOperator::Equal,
        Op::NotEqual => CompareOperator::NotEqual,
        Op::Is => CompareOperator::Is,
        Op::IsNot => CompareOperator::IsNot,
        Op::Less => CompareOperator::Less,
        Op::LessOrEqual => CompareOperator::LessOrEqual,
        Op::Greater => CompareOperator::Greater,
        Op::GreaterOrEqual => CompareOperator::GreaterOrEqual,
        _ => return None,
    })
}

/// The first parts that differ decide; `operator` is asked of the last ones.
fn lexicographic(
    pairs: &[(&BoundExpr, &BoundExpr)],
    operator: CompareOperator,
    strict: CompareOperator,
    compare: &dyn Fn(&BoundExpr, CompareOperator, &BoundExpr) -> BoundExpr,
) -> BoundExpr {
    let (last, before) = pairs.split_last().expect("a row value has two parts at least");
    before.iter().rev().fold(compare(last.0, operator, last.1), |rest, (left, right)| {
        let tie = BoundExpr::And(vec![compare(left, CompareOperator::Equal, right), rest]);
        BoundExpr::Or(vec![compare(left, strict, right), tie])
    })
}
