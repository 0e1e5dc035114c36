//! The SQLite lane: an expression that SQLite evaluates itself, over the rows of a batch shown as a virtual table.

use rusqlite::Connection;

use super::render_expr;
use crate::batch::{Column, ColumnBuilder};
use crate::bind::{BoundExpr, ColumnArena, ColumnId, ColumnInfo};
use crate::error::{Error, Result};
use crate::ffi::rows::{self, Cell, Slot};
use crate::value::{Affinity, Value, oracle};

/// A statement over a batch's rows, prepared once and run once a batch.
pub(super) struct Lane {
    declarations: String,
    sql: String,
    parameters: Vec<Value>,
    slot: Slot,
    connection: Option<Connection>,
}

/// What stands in the lane's SQL for columns and for subexpressions that are computed natively before.
pub(super) struct Inputs<'a> {
    /// The columns that the expression uses, in the order of the lane's own columns.
    pub(super) columns: &'a [ColumnId],
    /// How many columns follow them that have neither type nor collation; `parameter` names them.
    pub(super) computed: usize,
}

impl Lane {
    /// A lane for `expr`. `computed` tells which of the computed columns, if any, stands for an expression.
    pub(super) fn new(
        expr: &BoundExpr,
        inputs: &Inputs<'_>,
        arena: &ColumnArena,
        computed: &dyn Fn(&BoundExpr) -> Option<usize>,
    ) -> Self {
        let mut declarations: Vec<String> =
            inputs.columns.iter().enumerate().map(|(index, id)| declaration(index, arena.get(*id))).collect();
        declarations.extend((0..inputs.computed).map(|index| format!("c{}", inputs.columns.len() + index)));
        if declarations.is_empty() {
            declarations.push("c0".to_owned());
        }
        let mut parameters = Vec::new();
        let name = |id: ColumnId| {
            let index = inputs.columns.iter().position(|column| *column == id);
            index.map_or_else(|| "NULL".to_owned(), |index| reference(index, arena.get(id)))
        };
        let rendered = render_expr(expr, &name, &mut |expr| match (expr, computed(expr)) {
            (_, Some(index)) => format!("(+ c{})", inputs.columns.len() + index),
            (BoundExpr::Literal(value), None) => {
                parameters.push(value.clone());
                format!("?{}", parameters.len())
            }
            _ => "NULL".to_owned(),
        });
        let sql = format!("SELECT {rendered} FROM input");
        Self { declarations: declarations.join(", "), sql, parameters, slot: Slot::default(), connection: None }
    }

    /// A lane for one operator over `operands` computed columns: `sql` is given their names.
    pub(super) fn over_computed(operands: usize, sql: impl Fn(&[String]) -> String) -> Self {
        let names: Vec<String> = (0..operands.max(1)).map(|index| format!("c{index}")).collect();
        let used: Vec<String> = names.iter().take(operands).map(|name| format!("(+ {name})")).collect();
        let sql = format!("SELECT {} FROM input", sql(&used));
        Self { declarations: names.join(", "), sql, parameters: Vec::new(), slot: Slot::default(), connection: None }
    }

    /// The value for each of `rows` rows.
    pub(super) fn run(&mut self, rows: usize, columns: Vec<Column>) -> Result<Column> {
        if self.connection.is_none() {
            let connection = Connection::open_in_memory().map_err(|error| failure(&error))?;
            crate::functions::register(&connection).map_err(|error| failure(&error))?;
            rows::register(&connection, &self.declarations, &self.slot).map_err(|error| failure(&error))?;
            self.connection = Some(connection);
        }
        self.slot.put(rows, columns);
        let result = self.collect(rows).map_err(|error| failure(&error));
        self.slot.put(0, Vec::new());
        result
    }

    fn collect(&self, rows: usize) -> rusqlite::Result<Column> {
        let mut builder = ColumnBuilder::with_capacity(rows);
        let connection = self.connection.as_ref().expect("run opens the connection first");
        let mut statement = connection.prepare_cached(&self.sql)?;
        for (index, value) in self.parameters.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, Cell(value.as_ref()))?;
        }
        let mut results = statement.raw_query();
        while let Some(row) = results.next()? {
            builder.push(oracle::from_sqlite(row.get_ref(0)?));
        }
        Ok(builder.finish())
    }
}

fn declaration(index: usize, column: &ColumnInfo) -> String {
    let type_name = match column.affinity {
        Affinity::Integer => " INTEGER",
        Affinity::Real => " REAL",
        Affinity::Text => " TEXT",
        Affinity::Numeric => " NUMERIC",
        Affinity::Blob | Affinity::None => "",
    };
    format!("c{index}{type_name} COLLATE {}", column.collation.name())
}

/// A column in the lane's SQL: an expression without affinity loses that of its column through `+`.
fn reference(index: usize, column: &ColumnInfo) -> String {
    if column.affinity == Affinity::None { format!("(+ c{index})") } else { format!("c{index}") }
}

/// SQLite's own message, without rusqlite's framing.
pub(super) fn failure(error: &rusqlite::Error) -> Error {
    Error::query(match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    })
}
