//! Names become sources and ids: a [`QueryStatement`](crate::statement::QueryStatement) and the catalogs of its pools
//! become a [`BoundQuery`].
//!
//! [`bind`] refuses in two ways: [`BindError::Invalid`] is the user's mistake, [`BindError::Unsupported`] is SQL that the
//! federated route does not do; the session then lets SQLite itself answer.

mod binder;
mod bound;
mod comparison;
mod compound;
mod expr;
mod from;
mod function;
mod grouping;
mod json;
mod moment;
mod names;
mod namespace;
mod order;
mod recursive;
mod resolve;
mod row;
mod scope;
mod substitute;
mod table_function;
mod values;
mod view;
mod window;

pub use binder::{BindError, bind};
pub use bound::{
    Aggregate, AggregateFunction, BoundQuery, BoundTable, ColumnArena, ColumnId, ColumnInfo, CommonQuery, FromItem, FromSource,
    OrderBy, Query, QueryBody, RecursiveQuery, Select, Source, Subquery, SubqueryId, TableId,
};
pub use comparison::ComparisonRules;
pub use expr::{ArithmeticOperator, BoundExpr, CompareOperator, Comparison, RowOperand};
pub use namespace::Namespace;
pub use substitute::{Substituter, Substitution};
pub use table_function::{FunctionColumn, FunctionShape, FunctionSource, TableFunctions};
pub use window::{BoundFrame, BoundWindow, FrameEdge, WindowCall, WindowFunction};
