//! A statement as data, unbound: what the parser makes of SQL text, and what programs write by hand.
//!
//! Nothing here knows a catalog. Every node that a user can get wrong carries the [`Span`] of its
//! text, so that binding can point at it; a node written by hand has the empty span.
//!
//! Programs write a [`QueryStatement`] field by field, or with the methods that it has for each clause; both are the same
//! statement that the parser makes of its SQL, and `to_string` gives that SQL.
//!
//! ```
//! use glue::statement::{
//!     Condition, FieldLookup, FieldReference, JoinKind, JoinQuery, QueryStatement, SchemaReference, Version, field,
//! };
//!
//! let by_hand = QueryStatement {
//!     only: vec![FieldReference::of("c", "name").into(), FieldReference::of("o", "amount").into()],
//!     table: Some(SchemaReference::new("customers").alias("c").version(Version::Latest).into()),
//!     joins: vec![JoinQuery::new(
//!         JoinKind::Inner,
//!         SchemaReference::new("orders").alias("o"),
//!         Condition::new(FieldReference::of("o", "customer_id"), FieldLookup::Eq, FieldReference::of("c", "id")),
//!     )],
//!     ..QueryStatement::default()
//! };
//! let built = QueryStatement::new()
//!     .only(["c.name", "o.amount"])
//!     .table("customers AS c")
//!     .join("orders AS o")
//!     .on(field("o.customer_id").eq(field("c.id")));
//! assert_eq!(by_hand, built);
//! assert_eq!(
//!     built.to_string(),
//!     "SELECT c.name, o.amount FROM customers AS c JOIN orders AS o ON (o.customer_id = c.id)"
//! );
//! ```

mod builder;
mod call;
mod command;
mod condition;
mod expr;
mod lookup;
mod operand;
mod parameters;
mod query;
mod reference;
mod window;

use crate::error::Span;

pub use builder::PendingJoin;
pub use command::{AttachCommand, Pragma, PragmaEffect, Sweep, TransactionCommand, Write, WriteKind};
pub use condition::{Condition, Conditions, FieldLookup};
pub use expr::{BinaryOperator, Case, Expr, FieldReference, FunctionCall, Literal, PatternOperator, UnaryOperator};
pub use parameters::Parameters;
pub use query::{
    CommonTable, CompoundQuery, Identifier, IndexHint, JoinConstraint, JoinKind, JoinQuery, JoinedTables, Materialization,
    NullsOrder, OrderTerm, QueryStatement, SchemaReference, SelectItem, SetOperator, SortOrder, TableFunction, TableSource,
    Version,
};
pub use reference::{IntoColumn, field};
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
    /// A statement that changes a database; SQLite runs its text.
    Write(Box<Write>),
    /// BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE.
    Transaction(TransactionCommand),
    /// A PRAGMA.
    Pragma(Pragma),
    /// ATTACH or DETACH.
    Attach(AttachCommand),
    /// Everything else: what SQLite runs as text. `reads_only` as far as its first words tell (a SELECT that was not
    /// read, VALUES, WITH ... SELECT, EXPLAIN QUERY PLAN); `why` says why it was not read, for EXPLAIN.
    Text {
        /// Whether the statement cannot change a database, judged by its words.
        reads_only: bool,
        /// Why it stays text.
        why: String,
    },
}
