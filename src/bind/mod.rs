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
mod open_affinity;
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

pub(crate) use binder::{BindError, bind};
pub(crate) use bound::{
    Aggregate, AggregateFunction, BoundQuery, BoundTable, ColumnArena, ColumnId, ColumnInfo, CommonQuery, FromItem, FromSource,
    OrderBy, Query, QueryBody, RecursiveQuery, Select, Source, Subquery, SubqueryId, TableId,
};
pub(crate) use comparison::ComparisonRules;
pub(crate) use expr::{ArithmeticOperator, BoundExpr, CompareOperator, Comparison, RowOperand};
pub(crate) use namespace::Namespace;
pub(crate) use substitute::{Substituter, Substitution};
pub(crate) use table_function::{FunctionColumn, FunctionShape, FunctionSource, TableFunctions};
pub(crate) use window::{BoundWindow, FrameEdge, WindowCall, WindowFunction};
