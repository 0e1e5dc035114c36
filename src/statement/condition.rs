//! Conditions as trees of lookups on fields, which turn into an [`Expr`].

use std::ops::{BitAnd, BitOr, Not};

use super::{BinaryOperator, Expr, Literal, UnaryOperator};

/// A field, how it is looked at, and what it is compared with.
///
/// ```
/// use glue::statement::{Condition, Expr, FieldLookup, FieldReference};
///
/// let condition = Condition {
///     field: FieldReference::of("o", "customer_id").into(),
///     lookup: FieldLookup::Eq,
///     value: FieldReference::of("c", "id").into(),
///     negated: false,
/// };
/// assert_eq!(Expr::from(condition).to_string(), "(o.customer_id = c.id)");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What is looked at, mostly a [`FieldReference`](super::FieldReference); any expression will do.
    pub field: Expr,
    /// How.
    pub lookup: FieldLookup,
    /// What with: a constant, another field, a parameter, a query; for [`FieldLookup::In`] a list ([`Expr::Row`]) or a query.
    pub value: Expr,
    /// The opposite. A condition that is NULL stays NULL, as with NOT.
    pub negated: bool,
}

/// The ways of looking at a field.
///
/// Everything follows SQL: where the field or the value is NULL the condition is NULL, which no WHERE lets pass, negated or not.
/// Comparisons use the field's affinity and collation, as a hand-written `=` does. The lookups in texts see numbers and blobs
/// as texts. Those without an `i` in front tell letters apart by case whatever the collation; those with one do not for ASCII
/// letters, as LIKE. Except for `Contains`, both sides end at a NUL byte, and a pattern may have 50,000 bytes
/// (SQLite's `SQLITE_MAX_LIKE_PATTERN_LENGTH`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldLookup {
    /// `field = value`
    Eq,
    /// `field <> value`
    Neq,
    /// `field > value`
    Gt,
    /// `field >= value`
    Gte,
    /// `field < value`
    Lt,
    /// `field <= value`
    Lte,
    /// `field IN (…)`: a list, a query, or any other value as a list of one.
    In,
    /// `instr(field, value) > 0`
    Contains,
    /// `field LIKE '%value%'`, the value's own `%` and `_` escaped.
    IContains,
    /// `field GLOB 'value*'`, the value's own `*`, `?` and `[` escaped; can search an index.
    StartsWith,
    /// `field LIKE 'value%'`, escaped.
    IStartsWith,
    /// `field GLOB '*value'`, escaped.
    EndsWith,
    /// `field LIKE '%value'`, escaped.
    IEndsWith,
    /// `field IS NULL` where the value is true, `IS NOT NULL` where it is false.
    IsNull,
    /// `field REGEXP value`: SQLite calls the function `regexp(value, field)`, which the connection must have.
    Regex,
    /// The same with `(?i)` in front of the pattern.
    IRegex,
}

impl Condition {
    /// A condition that is not negated.
    pub fn new(field: impl Into<Expr>, lookup: FieldLookup, value: impl Into<Expr>) -> Self {
        Self { field: field.into(), lookup, value: value.into(), negated: false }
    }
}

/// Conditions joined by AND, OR and NOT; `&`, `|` and `!` build them.
///
/// ```
/// use glue::statement::{Expr, field};
///
/// let conditions = (field("c.country").eq("Japan") | field("c.country").eq("Peru")) & !field("o.amount").isnull(true);
/// assert_eq!(Expr::from(conditions).to_string(), "(((c.country = 'Japan') OR (c.country = 'Peru')) AND (o.amount NOTNULL))");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Conditions {
    /// A single lookup.
    Lookup(Condition),
    /// Any other expression, taken as SQL takes it for a condition.
    Expr(Expr),
    /// All hold; true where there is none.
    All(Vec<Conditions>),
    /// At least one holds; false where there is none.
    Any(Vec<Conditions>),
    /// It does not hold.
    Not(Box<Conditions>),
}

impl From<Condition> for Conditions {
    fn from(condition: Condition) -> Self {
        Self::Lookup(condition)
    }
}

impl From<Expr> for Conditions {
    fn from(expr: Expr) -> Self {
        Self::Expr(expr)
    }
}

impl From<Condition> for Expr {
    fn from(condition: Condition) -> Self {
        super::lookup::expr(condition)
    }
}

impl From<Conditions> for Expr {
    fn from(conditions: Conditions) -> Self {
        match conditions {
            Conditions::Lookup(condition) => condition.into(),
            Conditions::Expr(expr) => expr,
            Conditions::All(all) => joined(all, BinaryOperator::And, true),
            Conditions::Any(any) => joined(any, BinaryOperator::Or, false),
            Conditions::Not(inner) => negated(Self::from(*inner)),
        }
    }
}

fn joined(conditions: Vec<Conditions>, operator: BinaryOperator, empty: bool) -> Expr {
    let exprs = conditions.into_iter().map(Expr::from);
    let join = |left: Expr, right: Expr| Expr::Binary { left: Box::new(left), operator, right: Box::new(right) };
    exprs.reduce(join).unwrap_or(Expr::Literal(Literal::Boolean(empty)))
}

/// NOT of an expression, as the parser reads it.
pub(super) fn negated(expr: Expr) -> Expr {
    match expr {
        Expr::Exists { query, negated: false } => Expr::Exists { query, negated: true },
        operand => Expr::Unary { operator: UnaryOperator::Not, operand: Box::new(operand) },
    }
}

impl<R: Into<Conditions>> BitAnd<R> for Conditions {
    type Output = Self;

    fn bitand(self, other: R) -> Self {
        match self {
            Self::All(mut all) => {
                all.push(other.into());
                Self::All(all)
            }
            first => Self::All(vec![first, other.into()]),
        }
    }
}

impl<R: Into<Conditions>> BitOr<R> for Conditions {
    type Output = Self;

    fn bitor(self, other: R) -> Self {
        match self {
            Self::Any(mut any) => {
                any.push(other.into());
                Self::Any(any)
            }
            first => Self::Any(vec![first, other.into()]),
        }
    }
}

impl Not for Conditions {
    type Output = Self;

    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl<R: Into<Conditions>> BitAnd<R> for Condition {
    type Output = Conditions;

    fn bitand(self, other: R) -> Conditions {
        Conditions::from(self) & other
    }
}

impl<R: Into<Conditions>> BitOr<R> for Condition {
    type Output = Conditions;

    fn bitor(self, other: R) -> Conditions {
        Conditions::from(self) | other
    }
}

impl Not for Condition {
    type Output = Self;

    fn not(mut self) -> Self {
        self.negated = !self.negated;
        self
    }
}
