//! Expressions.

use super::{Identifier, OrderTerm, Over, QueryStatement};
use crate::error::Span;

/// An expression of SQLite's grammar. Parentheses leave no trace, except that `(a, b)` is a `Row`.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A constant.
    Literal(Literal),
    /// A column.
    Field(FieldReference),
    /// `?`, `?1`, `:name`, `@name`, `$name`, as written.
    Parameter {
        /// The parameter as written.
        name: String,
        /// Where it stands.
        span: Span,
    },
    /// An operator before its operand.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// The operand.
        operand: Box<Expr>,
    },
    /// An operator between two operands.
    Binary {
        /// The operand before it.
        left: Box<Expr>,
        /// The operator.
        operator: BinaryOperator,
        /// The operand behind it.
        right: Box<Expr>,
    },
    /// `operand IS [NOT] NULL`, ISNULL, NOTNULL, NOT NULL.
    IsNull {
        /// The operand.
        operand: Box<Expr>,
        /// IS NOT NULL
        negated: bool,
    },
    /// `operand [NOT] BETWEEN low AND high`
    Between {
        /// The operand.
        operand: Box<Expr>,
        /// The lower bound.
        low: Box<Expr>,
        /// The upper bound.
        high: Box<Expr>,
        /// NOT BETWEEN
        negated: bool,
    },
    /// `operand [NOT] LIKE pattern [ESCAPE escape]`, GLOB, REGEXP and MATCH alike.
    Pattern {
        /// The operand.
        operand: Box<Expr>,
        /// Which of the four.
        operator: PatternOperator,
        /// The pattern.
        pattern: Box<Expr>,
        /// ESCAPE
        escape: Option<Box<Expr>>,
        /// NOT LIKE
        negated: bool,
    },
    /// `operand [NOT] IN (list)`
    InList {
        /// The operand.
        operand: Box<Expr>,
        /// The list, possibly empty.
        list: Vec<Expr>,
        /// NOT IN
        negated: bool,
    },
    /// `operand [NOT] IN (SELECT …)`; `IN table` is written as `IN (SELECT * FROM table)`, and as SQLite does, `IN ((SELECT …))`
    /// like `IN (SELECT …)`.
    InQuery {
        /// The operand.
        operand: Box<Expr>,
        /// The subquery.
        query: Box<QueryStatement>,
        /// NOT IN
        negated: bool,
    },
    /// `[NOT] EXISTS (SELECT …)`
    Exists {
        /// The subquery.
        query: Box<QueryStatement>,
        /// NOT EXISTS
        negated: bool,
    },
    /// `(SELECT …)` as a value.
    Subquery(Box<QueryStatement>),
    /// CASE
    Case(Case),
    /// `CAST(operand AS type_name)`
    Cast {
        /// The operand.
        operand: Box<Expr>,
        /// The type as written.
        type_name: String,
    },
    /// `operand COLLATE collation`
    Collate {
        /// The operand.
        operand: Box<Expr>,
        /// The collation's name.
        collation: Identifier,
    },
    /// A scalar, aggregate or window function.
    Function(FunctionCall),
    /// `(a, b, …)`
    Row(Vec<Expr>),
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// NULL
    Null,
    /// An integer, also from hexadecimal.
    Integer(i64),
    /// A real, also an integer that is too large.
    Real(f64),
    /// 'text'
    Text(String),
    /// x'00ff'
    Blob(Vec<u8>),
    /// TRUE and FALSE, which are 1 and 0 but differ after IS.
    Boolean(bool),
    /// CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP, in upper case.
    Now(String),
}

/// A column by name: `pool.table.name`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldReference {
    /// The pool, where given.
    pub pool: Option<Identifier>,
    /// The table or its alias, where given.
    pub table: Option<Identifier>,
    /// The column.
    pub name: Identifier,
}

/// A function call.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionCall {
    /// The name as written.
    pub name: Identifier,
    /// The arguments.
    pub arguments: Vec<Expr>,
    /// `f(*)`
    pub star: bool,
    /// `f(DISTINCT …)`
    pub distinct: bool,
    /// `f(… ORDER BY …)`
    pub order_by: Vec<OrderTerm>,
    /// FILTER (WHERE …)
    pub filter: Option<Box<Expr>>,
    /// OVER: a window function.
    pub over: Option<Over>,
    /// The text of the call.
    pub span: Span,
}

/// `CASE [operand] WHEN … THEN … [ELSE …] END`
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What the WHENs are compared with.
    pub operand: Option<Box<Expr>>,
    /// WHEN and THEN.
    pub branches: Vec<(Expr, Expr)>,
    /// ELSE
    pub otherwise: Option<Box<Expr>>,
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `-`
    Minus,
    /// `+`, which changes nothing but takes a column's affinity away
    Plus,
    /// `~`
    BitNot,
    /// NOT
    Not,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is its own name")]
pub enum BinaryOperator {
    Or,
    And,
    Equal,
    NotEqual,
    /// IS, IS NOT DISTINCT FROM
    Is,
    /// IS NOT, IS DISTINCT FROM
    IsNot,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    BitAnd,
    BitOr,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    /// `||`
    Concat,
    /// `->`
    JsonArrow,
    /// `->>`
    JsonLongArrow,
}

/// The operators that match a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PatternOperator {
    /// LIKE
    Like,
    /// GLOB
    Glob,
    /// REGEXP
    Regexp,
    /// MATCH
    Match,
}

impl Expr {
    /// The text that the expression's names and calls cover, for errors; empty where it has none.
    pub fn span(&self) -> Span {
        match self {
            Self::Literal(_) => Span::default(),
            Self::Field(field) => {
                let first = field.pool.as_ref().or(field.table.as_ref()).map_or(field.name.span, |name| name.span);
                first.to(field.name.span)
            }
            Self::Parameter { span, .. } => *span,
            Self::Unary { operand, .. } | Self::IsNull { operand, .. } | Self::Cast { operand, .. } => operand.span(),
            Self::Collate { operand, collation } => operand.span().to(collation.span),
            Self::Binary { left, right, .. } => left.span().to(right.span()),
            Self::Between { operand, high, .. } => operand.span().to(high.span()),
            Self::Pattern { operand, pattern, .. } => operand.span().to(pattern.span()),
            Self::InList { operand, list, .. } => list.iter().fold(operand.span(), |span, item| span.to(item.span())),
            Self::InQuery { operand, query, .. } => operand.span().to(query.span),
            Self::Exists { query, .. } | Self::Subquery(query) => query.span,
            Self::Case(case) => {
                case.branches.iter().fold(Span::default(), |span, (when, then)| span.to(when.span()).to(then.span()))
            }
            Self::Function(call) => call.span,
            Self::Row(items) => items.iter().fold(Span::default(), |span, item| span.to(item.span())),
        }
    }
}
