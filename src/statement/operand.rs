//! Rust's values, conditions and queries as expressions.

use std::ops::{Add, Div, Mul, Not, Rem, Sub};

use super::{BinaryOperator, Expr, FieldReference, FunctionCall, Literal, QueryStatement};
use crate::error::Span;

impl Expr {
    /// A parameter by its spelling: `?`, `?1`, `:name`, `@name` or `$name`.
    pub fn parameter(spelling: impl Into<String>) -> Self {
        Self::Parameter { name: spelling.into(), span: Span::default() }
    }

    /// `EXISTS (query)`
    pub fn exists(query: QueryStatement) -> Self {
        Self::Exists { query: Box::new(query), negated: false }
    }
}

macro_rules! literals {
    ($($from:ty: $value:ident => $literal:expr;)*) => {$(
        impl From<$from> for Literal {
            fn from($value: $from) -> Self {
                $literal
            }
        }
    )*};
}

literals! {
    bool: value => Self::Boolean(value);
    i64: value => Self::Integer(value);
    i32: value => Self::Integer(value.into());
    i16: value => Self::Integer(value.into());
    i8: value => Self::Integer(value.into());
    u32: value => Self::Integer(value.into());
    u16: value => Self::Integer(value.into());
    u8: value => Self::Integer(value.into());
    // SQLite has no NaN: https://sqlite.org/floatingpoint.html
    f64: value => if value.is_nan() { Self::Null } else { Self::Real(value) };
    &str: value => Self::Text(value.to_owned());
    String: value => Self::Text(value);
    &[u8]: value => Self::Blob(value.to_vec());
}

/// None is NULL.
impl<T: Into<Literal>> From<Option<T>> for Literal {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Whatever is a constant is an expression; a string is a text here, never a column (that is [`field`](super::field)).
impl<T: Into<Literal>> From<T> for Expr {
    fn from(value: T) -> Self {
        Self::Literal(value.into())
    }
}

impl From<FieldReference> for Expr {
    fn from(field: FieldReference) -> Self {
        Self::Field(field)
    }
}

impl From<FunctionCall> for Expr {
    fn from(call: FunctionCall) -> Self {
        Self::Function(call)
    }
}

/// The query's first row as a value; behind IN, all its rows.
impl From<QueryStatement> for Expr {
    fn from(query: QueryStatement) -> Self {
        Self::Subquery(Box::new(query))
    }
}

/// A row value; behind IN, the list.
impl<T: Into<Expr>> From<Vec<T>> for Expr {
    fn from(items: Vec<T>) -> Self {
        Self::Row(items.into_iter().map(Into::into).collect())
    }
}

/// A row value; behind IN, the list.
impl<T: Into<Expr>, const LENGTH: usize> From<[T; LENGTH]> for Expr {
    fn from(items: [T; LENGTH]) -> Self {
        Self::Row(items.into_iter().map(Into::into).collect())
    }
}

macro_rules! arithmetic {
    ($($trait:ident::$method:ident => $operator:ident;)*) => {$(
        impl<R: Into<Expr>> $trait<R> for Expr {
            type Output = Self;

            fn $method(self, right: R) -> Self {
                Self::Binary { left: Box::new(self), operator: BinaryOperator::$operator, right: Box::new(right.into()) }
            }
        }
    )*};
}

arithmetic! {
    Add::add => Add;
    Sub::sub => Subtract;
    Mul::mul => Multiply;
    Div::div => Divide;
    Rem::rem => Remainder;
}

impl Not for Expr {
    type Output = Self;

    fn not(self) -> Self {
        super::condition::negated(self)
    }
}
