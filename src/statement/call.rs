//! Function calls, as programs write them.

use super::{Expr, FunctionCall, Identifier, IntoColumn, OrderTerm};
use crate::error::Span;

impl FunctionCall {
    /// A call of any function: scalar, aggregate or window.
    ///
    /// ```
    /// use glue::statement::{FunctionCall, field};
    ///
    /// let count = FunctionCall::new("count", ["o.customer_id"]).distinct().filter(field("o.amount").gt(0));
    /// assert_eq!(glue::statement::Expr::from(count).to_string(), "count(DISTINCT o.customer_id) FILTER (WHERE (o.amount > 0))");
    /// ```
    pub fn new(name: impl Into<Identifier>, arguments: impl IntoIterator<Item = impl IntoColumn>) -> Self {
        Self {
            name: name.into(),
            arguments: arguments.into_iter().map(IntoColumn::into_column).collect(),
            star: false,
            distinct: false,
            order_by: Vec::new(),
            filter: None,
            over: None,
            span: Span::default(),
        }
    }

    /// `count(*)`
    pub fn count_all() -> Self {
        Self { star: true, ..Self::new("count", [] as [Expr; 0]) }
    }

    /// Each value once.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    /// Only the rows for which the condition holds.
    #[must_use]
    pub fn filter(mut self, condition: impl Into<Expr>) -> Self {
        self.filter = Some(Box::new(condition.into()));
        self
    }

    /// The rows in an order, for what depends on it (`group_concat`).
    #[must_use]
    pub fn order_by(mut self, terms: impl IntoIterator<Item = impl Into<OrderTerm>>) -> Self {
        self.order_by.extend(terms.into_iter().map(Into::into));
        self
    }
}
