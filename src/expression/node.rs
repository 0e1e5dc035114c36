//! The evaluator's own tree: each node a kernel, or a lane where SQLite takes over.

use arrow_buffer::BooleanBuffer;

use super::SubqueryValues;
use super::arithmetic::{arithmetic, compute};
use super::compare::{Rules, compare};
use super::datum::{Datum, Truth};
use super::lane::Lane;
use super::membership::Members;
use super::pattern::LikePattern;
use super::text::Native;
use crate::batch::{Batch, Column, ColumnBuilder};
use crate::bind::{ArithmeticOperator, CompareOperator, SubqueryId};
use crate::error::Result;
use crate::value::{Affinity, Collation, ComparisonAffinity, Value, ValueRef, cast_integer, cast_numeric, cast_real};

/// One node.
pub(super) enum Node {
    Column(usize),
    Constant(Value),
    Scalar { subquery: SubqueryId, value: Option<Value> },
    Exists { subquery: SubqueryId, negated: bool },
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Compare { left: Box<Node>, right: Box<Node>, rules: Rules },
    IsNull { operand: Box<Node>, negated: bool },
    IsTruth { operand: Box<Node>, truth: bool, negated: bool },
    Arithmetic { operator: ArithmeticOperator, left: Box<Node>, right: Box<Node> },
    Negate(Box<Node>),
    BitNot(Box<Node>),
    InConstants { operand: Box<Node>, members: Members, negated: bool },
    InList { operand: Box<Node>, list: Vec<Node>, negated: bool, affinity: ComparisonAffinity, collation: Collation },
    InSubquery { operand: Box<Node>, subquery: SubqueryId, negated: bool, rules: Rules, members: Option<Members> },
    Like { operand: Box<Node>, pattern: LikePattern, negated: bool, lane: Lane },
    Case { branches: Vec<(Node, Node)>, otherwise: Box<Node> },
    Cast { operand: Box<Node>, affinity: Affinity },
    Function { native: Native, arguments: Vec<Node>, lane: Lane },
    Lane { lane: Lane, inputs: Vec<Node> },
}

impl Node {
    /// Whether SQLite evaluates a part of it for every batch.
    pub(super) fn needs_lane(&self) -> bool {
        match self {
            Self::Lane { .. } => true,
            Self::Column(_) | Self::Constant(_) | Self::Scalar { .. } | Self::Exists { .. } => false,
            Self::Not(operand) | Self::Negate(operand) | Self::BitNot(operand) => operand.needs_lane(),
            Self::IsNull { operand, .. }
            | Self::IsTruth { operand, .. }
            | Self::InConstants { operand, .. }
            | Self::InSubquery { operand, .. }
            | Self::Like { operand, .. }
            | Self::Cast { operand, .. } => operand.needs_lane(),
            Self::And(items) | Self::Or(items) | Self::Function { arguments: items, .. } => items.iter().any(Self::needs_lane),
            Self::Compare { left, right, .. } | Self::Arithmetic { left, right, .. } => left.needs_lane() || right.needs_lane(),
            Self::InList { operand, list, .. } => operand.needs_lane() || list.iter().any(Self::needs_lane),
            Self::Case { branches, otherwise } => {
                otherwise.needs_lane() || branches.iter().any(|(when, then)| when.needs_lane() || then.needs_lane())
            }
        }
    }

    /// Whether it takes its value from a subquery, which may have failed: that counts only where a row needs it.
    fn asks_subquery(&self) -> bool {
        match self {
            Self::Scalar { .. } | Self::Exists { .. } | Self::InSubquery { .. } => true,
            Self::Column(_) | Self::Constant(_) => false,
            Self::Not(operand) | Self::Negate(operand) | Self::BitNot(operand) => operand.asks_subquery(),
            Self::IsNull { operand, .. }
            | Self::IsTruth { operand, .. }
            | Self::InConstants { operand, .. }
            | Self::Like { operand, .. }
            | Self::Cast { operand, .. } => operand.asks_subquery(),
            Self::And(items) | Self::Or(items) | Self::Function { arguments: items, .. } | Self::Lane { inputs: items, .. } => {
                items.iter().any(Self::asks_subquery)
            }
            Self::Compare { left, right, .. } | Self::Arithmetic { left, right, .. } => {
                left.asks_subquery() || right.asks_subquery()
            }
            Self::InList { operand, list, .. } => operand.asks_subquery() || list.iter().any(Self::asks_subquery),
            Self::Case { branches, otherwise } => {
                otherwise.asks_subquery() || branches.iter().any(|(when, then)| when.asks_subquery() || then.asks_subquery())
            }
        }
    }

    /// The node's value for each row of a batch that has rows.
    pub(super) fn evaluate(&mut self, batch: &Batch, subqueries: &dyn SubqueryValues) -> Result<Datum> {
        let rows = batch.rows();
        Ok(match self {
            Self::Column(index) => Datum::Column(batch.column(*index).clone()),
            Self::Constant(value) => Datum::Constant(value.clone()),
            Self::Scalar { subquery, value } => {
                let value = match value {
                    Some(value) => value,
                    None => value.insert(subqueries.scalar(*subquery)?),
                };
                Datum::Constant(value.clone())
            }
            Self::Exists { subquery, negated } => {
                Datum::Constant(Value::Integer(i64::from(subqueries.exists(*subquery)? != *negated)))
            }
            Self::Not(operand) => Datum::Truth(operand.evaluate(batch, subqueries)?.into_truth(rows).negated(true)),
            Self::And(items) => {
                let mut all = Truth::constant(Some(true), rows);
                for item in subqueries_last(items) {
                    if item.asks_subquery() && all.no.count_set_bits() == rows {
                        break;
                    }
                    all = all.and(&item.evaluate(batch, subqueries)?.into_truth(rows));
                }
                Datum::Truth(all)
            }
            Self::Or(items) => {
                let mut any = Truth::constant(Some(false), rows);
                for item in subqueries_last(items) {
                    if item.asks_subquery() && any.yes.count_set_bits() == rows {
                        break;
                    }
                    any = any.or(&item.evaluate(batch, subqueries)?.into_truth(rows));
                }
                Datum::Truth(any)
            }
            Self::Compare { left, right, rules } if matches!(rules.operator, CompareOperator::Is | CompareOperator::IsNot) => {
                let (left, right) = (left.evaluate(batch, subqueries)?, right.evaluate(batch, subqueries)?);
                Datum::Truth(compare(&left, &right, *rules, rows))
            }
            Self::Compare { left, right, rules } => match operands(left, right, batch, subqueries)? {
                Some((left, right)) => Datum::Truth(compare(&left, &right, *rules, rows)),
                None => Datum::Constant(Value::Null),
            },
            Self::IsNull { operand, negated } => {
                let nulls = operand.evaluate(batch, subqueries)?.nulls(rows);
                Datum::Truth(Truth::from_mask(nulls, None).negated(*negated))
            }
            Self::IsTruth { operand, truth, negated } => {
                let answers = operand.evaluate(batch, subqueries)?.into_truth(rows);
                let mask = if *truth { answers.yes } else { answers.no };
                Datum::Truth(Truth::from_mask(mask, None).negated(*negated))
            }
            Self::Arithmetic { operator, left, right } => match operands(left, right, batch, subqueries)? {
                Some((left, right)) => arithmetic(*operator, &left, &right, rows),
                None => Datum::Constant(Value::Null),
            },
            Self::Negate(operand) => {
                let zero = Datum::Constant(Value::Integer(0));
                arithmetic(ArithmeticOperator::Subtract, &zero, &operand.evaluate(batch, subqueries)?, rows)
            }
            Self::BitNot(operand) => {
                each(&operand.evaluate(batch, subqueries)?, rows, |value| Value::Integer(!cast_integer(value)))
            }
            Self::InConstants { operand, members, negated } => {
                Datum::Truth(members.contain(&operand.evaluate(batch, subqueries)?, rows).negated(*negated))
            }
            Self::InList { operand, list, negated, affinity, collation } => {
                let operand = operand.evaluate(batch, subqueries)?;
                let rules = Rules { operator: CompareOperator::Equal, affinity: *affinity, collation: *collation };
                let mut any = Truth::constant(Some(false), rows);
                for item in list {
                    any = any.or(&compare(&operand, &item.evaluate(batch, subqueries)?, rules, rows));
                }
                Datum::Truth(any.negated(*negated))
            }
            Self::InSubquery { operand, subquery, negated, rules, members } => {
                let operand = operand.evaluate(batch, subqueries)?;
                let members = if let Some(members) = members {
                    members
                } else {
                    let values = subqueries.values(*subquery)?;
                    members.insert(Members::new(values.iter().map(Value::as_ref), rules.affinity, rules.collation))
                };
                Datum::Truth(members.contain(&operand, rows).negated(*negated))
            }
            Self::Like { operand, pattern, negated, lane } => match operand.evaluate(batch, subqueries)? {
                Datum::Column(Column::Text(texts)) => Datum::Truth(pattern.matches_all(&texts).negated(*negated)),
                other => Datum::Column(lane.run(rows, vec![other.into_column(rows)])?),
            },
            Self::Case { branches, otherwise } => case(branches, otherwise, batch, subqueries)?,
            Self::Cast { operand, affinity } => cast(operand.evaluate(batch, subqueries)?, *affinity, rows),
            Self::Function { native, arguments, lane } => {
                let arguments: Vec<Datum> = if *native == Native::Coalesce {
                    until_present(arguments, batch, subqueries)?
                } else {
                    arguments.iter_mut().map(|argument| argument.evaluate(batch, subqueries)).collect::<Result<_>>()?
                };
                Datum::Column(match native.call(&arguments, rows) {
                    Some(column) => column,
                    None => lane.run(rows, arguments.into_iter().map(|argument| argument.into_column(rows)).collect())?,
                })
            }
            Self::Lane { lane, inputs } => {
                let mut columns = Vec::with_capacity(inputs.len());
                for input in inputs {
                    columns.push(input.evaluate(batch, subqueries)?.into_column(rows));
                }
                Datum::Column(lane.run(rows, columns)?)
            }
        })
    }
}

/// Those without a subquery first, as SQLite has them (`exprEvalRhsFirst`): the others need not be asked where these decide.
fn subqueries_last(items: &mut [Node]) -> impl Iterator<Item = &mut Node> {
    let (asking, others): (Vec<_>, Vec<_>) = items.iter_mut().partition(|item| item.asks_subquery());
    others.into_iter().chain(asking)
}

/// Both operands of an operator that gives NULL where one of them is. None where one is NULL in all rows and the other one takes its
/// value from a subquery, which then is not asked (`exprComputeOperands`).
fn operands(left: &mut Node, right: &mut Node, batch: &Batch, subqueries: &dyn SubqueryValues) -> Result<Option<(Datum, Datum)>> {
    let rows = batch.rows();
    let is_left_last = left.asks_subquery() && !right.asks_subquery();
    let (first, last) = if is_left_last { (right, left) } else { (left, right) };
    let first = first.evaluate(batch, subqueries)?;
    if last.asks_subquery() && first.nulls(rows).count_set_bits() == rows {
        return Ok(None);
    }
    let last = last.evaluate(batch, subqueries)?;
    Ok(Some(if is_left_last { (last, first) } else { (first, last) }))
}

/// The arguments of `coalesce` up to the first one that is asked for no row, should that be a subquery.
fn until_present(items: &mut [Node], batch: &Batch, subqueries: &dyn SubqueryValues) -> Result<Vec<Datum>> {
    let mut missing = BooleanBuffer::new_set(batch.rows());
    let mut given = Vec::with_capacity(items.len());
    for item in items {
        if item.asks_subquery() && missing.count_set_bits() == 0 {
            break;
        }
        let argument = item.evaluate(batch, subqueries)?;
        missing = &missing & &argument.nulls(batch.rows());
        given.push(argument);
    }
    Ok(given)
}

/// Each row takes the value of the first branch whose condition is true there. A subquery is asked only where a row needs it.
fn case(branches: &mut [(Node, Node)], otherwise: &mut Node, batch: &Batch, subqueries: &dyn SubqueryValues) -> Result<Datum> {
    let rows = batch.rows();
    let evaluate = |node: &mut Node, asking: &BooleanBuffer| {
        let is_needed = !node.asks_subquery() || asking.count_set_bits() > 0;
        if is_needed { node.evaluate(batch, subqueries) } else { Ok(Datum::Constant(Value::Null)) }
    };
    let mut open = BooleanBuffer::new_set(rows);
    let mut evaluated: Vec<(BooleanBuffer, Datum)> = Vec::with_capacity(branches.len());
    for (when, then) in branches {
        let yes = evaluate(when, &open)?.into_truth(rows).yes;
        let then = evaluate(then, &(&open & &yes))?;
        open = &open & &!&yes;
        evaluated.push((yes, then));
    }
    let otherwise = evaluate(otherwise, &open)?;
    let mut builder = ColumnBuilder::with_capacity(rows);
    for row in 0..rows {
        let chosen = evaluated.iter().find(|(yes, _)| yes.value(row)).map_or(&otherwise, |(_, then)| then);
        builder.push(chosen.value(row));
    }
    Ok(Datum::Column(builder.finish()))
}

/// A function of one value, NULL for NULL.
fn each(operand: &Datum, rows: usize, change: impl Fn(ValueRef<'_>) -> Value) -> Datum {
    let change = |value: ValueRef<'_>| if value.is_null() { Value::Null } else { change(value) };
    if let Datum::Constant(value) = operand {
        return Datum::Constant(change(value.as_ref()));
    }
    let mut builder = ColumnBuilder::with_capacity(rows);
    for row in 0..rows {
        builder.push(change(operand.value(row)).as_ref());
    }
    Datum::Column(builder.finish())
}

/// CAST (lang_expr 13).
fn cast(operand: Datum, affinity: Affinity, rows: usize) -> Datum {
    match (&operand, affinity) {
        (Datum::Column(Column::Integer(_) | Column::Null(_)), Affinity::Integer | Affinity::Numeric)
        | (Datum::Column(Column::Real(_) | Column::Null(_)), Affinity::Real | Affinity::Numeric)
        | (Datum::Column(Column::Text(_) | Column::Null(_)), Affinity::Text) => operand,
        _ => each(&operand, rows, |value| match affinity {
            Affinity::Integer => Value::Integer(cast_integer(value)),
            Affinity::Real => Value::Real(cast_real(value)),
            Affinity::Numeric => cast_numeric(value),
            Affinity::Text => match value {
                ValueRef::Blob(bytes) => Value::Text(bytes.into()),
                value => compute(ArithmeticOperator::Concat, value, ValueRef::Text(b"")),
            },
            Affinity::Blob | Affinity::None => match value {
                ValueRef::Blob(bytes) | ValueRef::Text(bytes) => Value::Blob(bytes.into()),
                value => match compute(ArithmeticOperator::Concat, value, ValueRef::Text(b"")) {
                    Value::Text(bytes) => Value::Blob(bytes),
                    other => other,
                },
            },
        }),
    }
}
