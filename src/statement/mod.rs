//! A statement as data, unbound: what the parser makes of SQL text, and what programs write by hand.
//!
//! Nothing here knows a catalog. Every node that a user can get wrong carries the [`Span`] of its
//! text, so that binding can point at it; a node written by hand has the empty span.

mod expr;
mod query;
mod window;

use crate::error::Span;

pub use expr::{BinaryOperator, Case, Expr, FieldReference, FunctionCall, Literal, PatternOperator, UnaryOperator};
pub use query::{
    CommonTable, CompoundQuery, Identifier, IndexHint, JoinConstraint, JoinKind, JoinQuery, JoinedTables, Materialization,
    NullsOrder, OrderTerm, QueryStatement, SchemaReference, SelectItem, SetOperator, SortOrder, TableFunction, TableSource,
    Version,
};
pub use window::{Frame, FrameBound, FrameExclude, FrameUnit, NamedWindow, Over, Window};

/// One statement of a script.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// A SELECT that was read whole.
    Query(Box<QueryStatement>),
    /// `EXPLAIN` or `EXPLAIN ANALYZE` of a statement, glue's own (`EXPLAIN QUERY PLAN` stays text).
    Explain {
        /// Run it, and add rows, bytes and times.
        analyze: bool,
        /// What is explained.
        statement: Box<Statement>,
        /// The text of the explained statement within the whole.
        span: Span,
    },
    /// Everything else: what SQLite runs as text. `reads_only` as far as its first word tells (a SELECT that was not
    /// read, VALUES, WITH ... SELECT, EXPLAIN QUERY PLAN); `why` says why it was not read, for EXPLAIN.
    Text {
        /// Whether the statement cannot change a database, judged by its words.
        reads_only: bool,
        /// Why it stays text.
        why: String,
    },
}
