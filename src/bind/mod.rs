//! Names become sources and ids: a [`QueryStatement`](crate::statement::QueryStatement) and the catalogs of its pools
//! become a [`BoundQuery`].

mod bound;
mod expr;

pub use bound::{
    Aggregate, AggregateFunction, BoundQuery, BoundTable, ColumnArena, ColumnId, ColumnInfo, CommonQuery, FromItem, FromSource,
    OrderBy, Query, QueryBody, Select, Source, Subquery, SubqueryId, TableId,
};
pub use expr::{ArithmeticOperator, BoundExpr, CompareOperator, Comparison};
