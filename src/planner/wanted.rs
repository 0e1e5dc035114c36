//! What is asked of the rows of a FROM.

use std::collections::BTreeSet;

use super::Planner;
use crate::bind::{BoundExpr, ColumnId, OrderBy, Select};
use crate::expression::may_fail;

/// What is asked of the rows of a FROM.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The columns that are used above.
    pub(super) columns: BTreeSet<ColumnId>,
    /// Whether only which rows there are matters, not how often each comes.
    pub(super) as_set: bool,
}

impl Wanted {
    /// What a SELECT that uses `columns` asks of its FROM. What may fail, or says something else each time, is asked as often as SQLite
    /// asks it.
    pub(super) fn by(select: &Select, order_by: &[OrderBy], columns: BTreeSet<ColumnId>) -> Self {
        let is_set = (select.as_set || select.distinct) && !select.grouped && select.windows.is_empty();
        let mut results = select.projection.iter().map(|(_, expr)| expr).chain(order_by.iter().map(|term| &term.expr));
        Self { columns, as_set: is_set && !results.any(may_fail) }
    }
}

impl Planner<'_> {
    /// The same with the columns that conditions need, those of their subqueries included.
    pub(super) fn wanted_with(&self, wanted: &Wanted, conditions: &[BoundExpr]) -> Wanted {
        let mut wanted = wanted.clone();
        conditions.iter().for_each(|condition| self.add_needed(condition, &mut wanted.columns));
        wanted
    }
}
