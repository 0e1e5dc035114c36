//! From a bound expression to nodes: which parts are native, and which SQLite evaluates.

use super::compare::Rules;
use super::lane::{Inputs, Lane};
use super::membership::Members;
use super::node::Node;
use super::pattern::LikePattern;
use super::text::Native;
use crate::bind::{ArithmeticOperator, BoundExpr, ColumnArena, ColumnId, CompareOperator, Comparison, SubqueryId};
use crate::error::{Error, Result};
use crate::statement::PatternOperator;
use crate::value::Value;

/// Scalars from here on are no subqueries but stand for expressions that are computed before a lane runs.
const PLACEHOLDERS: u32 = u32::MAX / 2;

/// Functions that give no error whatever values they are given, so that evaluating them for rows that SQLite would not
/// have evaluated them for makes no difference.
const NEVER_FAIL: [&str; 24] = [
    "length",
    "upper",
    "lower",
    "substr",
    "substring",
    "coalesce",
    "ifnull",
    "nullif",
    "iif",
    "if",
    "trim",
    "ltrim",
    "rtrim",
    "instr",
    "typeof",
    "round",
    "min",
    "max",
    "hex",
    "quote",
    "unicode",
    "sign",
    "octet_length",
    "replace",
];

/// Turns expressions into nodes over the columns of one input.
pub(super) struct Compiler<'a> {
    pub(super) input: &'a [ColumnId],
    pub(super) arena: &'a ColumnArena,
    placeholders: Vec<BoundExpr>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(input: &'a [ColumnId], arena: &'a ColumnArena) -> Self {
        Self { input, arena, placeholders: Vec::new() }
    }

    /// The node of an expression.
    pub(super) fn compile(&mut self, expr: &BoundExpr) -> Result<Node> {
        // What SQLite evaluates only for some rows and what may fail must be left to it as a whole, unless it cannot take it as a whole.
        if is_lazy(expr) && may_fail(expr) && !must_be_computed(expr) {
            return self.lane(expr);
        }
        Ok(match expr {
            BoundExpr::Literal(value) => Node::Constant(value.clone()),
            BoundExpr::Column(id) => self.column(*id)?,
            BoundExpr::Scalar(subquery) => match self.placeholder(*subquery) {
                Some(expr) => self.compile(&expr)?,
                None => Node::Scalar { subquery: *subquery, value: None },
            },
            BoundExpr::Exists { subquery, negated } => Node::Exists { subquery: *subquery, negated: *negated },
            BoundExpr::Plus(operand) | BoundExpr::Collate { operand, .. } => self.compile(operand)?,
            BoundExpr::Not(operand) => Node::Not(self.boxed(operand)?),
            BoundExpr::Negate(operand) => match operand.as_ref() {
                // Minus before a literal belongs to the literal: only so is -0.0 negative.
                BoundExpr::Literal(Value::Real(real)) => Node::Constant(Value::Real(-real)),
                operand => Node::Negate(self.boxed(operand)?),
            },
            BoundExpr::BitNot(operand) => Node::BitNot(self.boxed(operand)?),
            BoundExpr::And(items) => Node::And(self.all(items)?),
            BoundExpr::Or(items) => Node::Or(self.all(items)?),
            BoundExpr::Compare(comparison) if is_empty_list_test(comparison) => {
                // SQLite's parser replaces `x IN ()` by FALSE and so takes this for `IS [NOT] FALSE`, not for a comparison.
                let truth = matches!(comparison.right, BoundExpr::InList { negated: true, .. });
                let negated = comparison.operator == CompareOperator::IsNot;
                Node::IsTruth { operand: self.boxed(&comparison.left)?, truth, negated }
            }
            BoundExpr::Compare(comparison) => {
                let (left, right) = (self.boxed(&comparison.left)?, self.boxed(&comparison.right)?);
                let (operator, affinity, collation) = (comparison.operator, comparison.affinity, comparison.collation);
                Node::Compare { left, right, rules: Rules { operator, affinity, collation } }
            }
            BoundExpr::Arithmetic { operator: ArithmeticOperator::JsonArrow | ArithmeticOperator::JsonLongArrow, .. } => {
                self.lane(expr)?
            }
            BoundExpr::Arithmetic { operator, left, right } => {
                Node::Arithmetic { operator: *operator, left: self.boxed(left)?, right: self.boxed(right)? }
            }
            BoundExpr::IsNull { operand, negated } => Node::IsNull { operand: self.boxed(operand)?, negated: *negated },
            BoundExpr::IsTruth { operand, truth, negated } => {
                Node::IsTruth { operand: self.boxed(operand)?, truth: *truth, negated: *negated }
            }
            BoundExpr::InList { operand, list, negated, affinity, collation } => {
                let operand = self.boxed(operand)?;
                let constants: Option<Vec<&Value>> =
                    list.iter().map(|item| if let BoundExpr::Literal(value) = item { Some(value) } else { None }).collect();
                if let Some(constants) = constants {
                    let members = Members::new(constants.iter().map(|value| value.as_ref()), *affinity, *collation);
                    Node::InConstants { operand, members, negated: *negated }
                } else {
                    let list = self.all(list)?;
                    Node::InList { operand, list, negated: *negated, affinity: *affinity, collation: *collation }
                }
            }
            BoundExpr::InSubquery { operand, subquery, negated, affinity, collation } => {
                let rules = Rules { operator: CompareOperator::Equal, affinity: *affinity, collation: *collation };
                let operand = self.boxed(operand)?;
                Node::InSubquery { operand, subquery: *subquery, negated: *negated, rules, members: None }
            }
            BoundExpr::InRows { .. } => return Err(Error::query("a row value that the planner should have made a join of")),
            BoundExpr::Pattern { operator, operand, pattern, escape, negated } => {
                match (operator, plain_pattern(pattern), escape) {
                    (PatternOperator::Like, Some((text, pattern)), None) => {
                        let not = if *negated { "NOT " } else { "" };
                        let lane = Lane::over_computed(1, |names| format!("{} {not}LIKE '{text}'", names[0]));
                        Node::Like { operand: self.boxed(operand)?, pattern, negated: *negated, lane }
                    }
                    _ => self.lane(expr)?,
                }
            }
            BoundExpr::Case { branches, otherwise } => {
                let mut nodes = Vec::with_capacity(branches.len());
                for (when, then) in branches {
                    nodes.push((self.compile(when)?, self.compile(then)?));
                }
                let otherwise = otherwise.as_ref().map_or(Ok(Node::Constant(Value::Null)), |expr| self.compile(expr))?;
                Node::Case { branches: nodes, otherwise: Box::new(otherwise) }
            }
            BoundExpr::Cast { operand, affinity, .. } => Node::Cast { operand: self.boxed(operand)?, affinity: *affinity },
            BoundExpr::Merged(items) => {
                let lane = Lane::over_computed(items.len(), |names| format!("coalesce({})", names.join(", ")));
                Node::Function { native: Native::Coalesce, arguments: self.all(items)?, lane }
            }
            BoundExpr::Function { name, arguments } => match Native::named(name, arguments.len()) {
                Some(native) => {
                    let lane = Lane::over_computed(arguments.len(), |names| format!("{name}({})", names.join(", ")));
                    Node::Function { native, arguments: self.all(arguments)?, lane }
                }
                None => self.lane(expr)?,
            },
        })
    }

    fn boxed(&mut self, expr: &BoundExpr) -> Result<Box<Node>> {
        self.compile(expr).map(Box::new)
    }

    fn all(&mut self, items: &[BoundExpr]) -> Result<Vec<Node>> {
        items.iter().map(|item| self.compile(item)).collect()
    }

    fn column(&self, id: ColumnId) -> Result<Node> {
        let index = self.input.iter().position(|column| *column == id);
        index.map(Node::Column).ok_or_else(|| {
            Error::query(format!("column {} is not among the columns that are read here", self.arena.get(id).name))
        })
    }

    /// SQLite evaluates the expression as a whole, but for what it cannot know of: subqueries, and comparisons with a
    /// scalar subquery, whose affinity is only known to the bound comparison. These are computed before.
    fn lane(&mut self, expr: &BoundExpr) -> Result<Node> {
        let placeholders = &mut self.placeholders;
        let rewritten = expr.clone().map(&mut |expr| {
            if !must_be_computed(&expr) {
                return expr;
            }
            placeholders.push(expr);
            let index = u32::try_from(placeholders.len() - 1).expect("an expression has fewer than 2^31 parts");
            BoundExpr::Scalar(SubqueryId(PLACEHOLDERS + index))
        });
        let (mut columns, mut computed) = (Vec::new(), Vec::new());
        rewritten.walk(&mut |expr| match expr {
            BoundExpr::Column(id) if !columns.contains(id) => columns.push(*id),
            BoundExpr::Scalar(id) if !computed.contains(id) => computed.push(*id),
            _ => {}
        });
        let inputs = Inputs { columns: &columns, computed: computed.len() };
        let lane = Lane::new(&rewritten, &inputs, self.arena, &|expr| match expr {
            BoundExpr::Scalar(id) => computed.iter().position(|computed| computed == id),
            _ => None,
        });
        let mut nodes = columns.iter().map(|id| self.column(*id)).collect::<Result<Vec<_>>>()?;
        for id in &computed {
            nodes.push(self.compile(&BoundExpr::Scalar(*id))?);
        }
        Ok(Node::Lane { lane, inputs: nodes })
    }

    fn placeholder(&self, id: SubqueryId) -> Option<BoundExpr> {
        let index = id.0.checked_sub(PLACEHOLDERS)?;
        self.placeholders.get(index as usize).cloned()
    }
}

fn must_be_computed(expr: &BoundExpr) -> bool {
    match expr {
        part if part.asked_subquery().is_some() => true,
        BoundExpr::Compare(comparison) => is_scalar(&comparison.left) || is_scalar(&comparison.right),
        BoundExpr::InList { operand, .. } => is_scalar(operand),
        _ => false,
    }
}

fn is_empty_list_test(comparison: &Comparison) -> bool {
    matches!(comparison.operator, CompareOperator::Is | CompareOperator::IsNot)
        && matches!(&comparison.right, BoundExpr::InList { list, .. } if list.is_empty())
}

fn is_scalar(expr: &BoundExpr) -> bool {
    match expr {
        BoundExpr::Scalar(_) | BoundExpr::Merged(_) => true,
        BoundExpr::Collate { operand, .. } => is_scalar(operand),
        _ => false,
    }
}

/// A literal text with a native form, also as it stands in a SQL literal.
fn plain_pattern(pattern: &BoundExpr) -> Option<(String, LikePattern)> {
    let BoundExpr::Literal(Value::Text(bytes)) = pattern else { return None };
    let plain = LikePattern::new(bytes)?;
    Some((std::str::from_utf8(bytes).ok()?.replace('\'', "''"), plain))
}

/// Whether SQLite leaves parts of it unevaluated.
fn is_lazy(expr: &BoundExpr) -> bool {
    match expr {
        BoundExpr::And(_) | BoundExpr::Or(_) | BoundExpr::Case { .. } => true,
        BoundExpr::InList { list, .. } => !list.iter().all(|item| matches!(item, BoundExpr::Literal(_))),
        BoundExpr::Function { name, .. } => matches!(name.as_str(), "coalesce" | "ifnull" | "iif" | "if"),
        _ => false,
    }
}

/// Whether evaluating it can give an error for some values, or another value each time.
pub(crate) fn may_fail(expr: &BoundExpr) -> bool {
    let mut fails = false;
    expr.walk(&mut |expr| {
        fails |= match expr {
            BoundExpr::Function { name, .. } => !NEVER_FAIL.contains(&name.as_str()),
            BoundExpr::Pattern { pattern, escape, operator, .. } => {
                let common = matches!(operator, PatternOperator::Like | PatternOperator::Glob);
                !common
                    || escape.is_some()
                    || !matches!(pattern.as_ref(), BoundExpr::Literal(Value::Text(text)) if text.len() < 50_000)
            }
            BoundExpr::Arithmetic { operator: ArithmeticOperator::JsonArrow | ArithmeticOperator::JsonLongArrow, .. } => true,
            _ => false,
        };
    });
    fails
}
