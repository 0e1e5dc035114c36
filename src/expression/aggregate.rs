//! Aggregates that SQLite computes: the rows of one group are shown to it as a table.

use super::lane::Lane;
use crate::batch::Column;
use crate::bind::BoundExpr;
use crate::error::Result;
use crate::value::Value;

/// A call of one of SQLite's aggregates, made ready for the rows of any number of groups.
pub(crate) struct SqliteAggregate(Lane);

impl SqliteAggregate {
    /// A call of the aggregate of that name. An argument that `json_quote` makes is JSON, which SQLite knows of a value only as
    /// long as it does not travel through a table.
    pub(crate) fn new(name: &str, arguments: &[BoundExpr]) -> Self {
        let is_json = |argument: &BoundExpr| matches!(argument, BoundExpr::Function { name, .. } if name == "json_quote");
        let argument =
            |(name, argument): (&String, &BoundExpr)| if is_json(argument) { format!("json({name})") } else { name.clone() };
        Self(Lane::over_computed(arguments.len(), |names| {
            let arguments: Vec<String> = names.iter().zip(arguments).map(argument).collect();
            format!("{name}({})", arguments.join(", "))
        }))
    }

    /// The value for one group of `rows` rows, given the columns of its arguments.
    pub(crate) fn value(&mut self, rows: usize, arguments: Vec<Column>) -> Result<Value> {
        let column = self.0.run(rows, arguments)?;
        Ok(column.value(0).to_owned())
    }
}
