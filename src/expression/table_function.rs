//! Table-valued functions by SQLite itself: called for all rows of a batch by one statement, which gives its rows when they are
//! asked for.

use std::sync::{Arc, OnceLock};

use rusqlite::Connection;

use super::lane::failure;
use crate::batch::{Column, ColumnBuilder};
use crate::bind::{FunctionColumn, FunctionShape, TableFunctions};
use crate::error::Result;
use crate::ffi::held::HeldStatement;
use crate::ffi::rows::{self, Slot};
use crate::sql::quote_identifier;
use crate::value::{Affinity, ValueRef, oracle};

/// Those that read nothing but their arguments.
const OF_ARGUMENTS: [&str; 5] = ["generate_series", "json_each", "json_tree", "jsonb_each", "jsonb_tree"];

/// All that are known. Read once a process.
pub(crate) fn table_functions() -> Arc<TableFunctions> {
    static KNOWN: OnceLock<Arc<TableFunctions>> = OnceLock::new();
    Arc::clone(KNOWN.get_or_init(|| Arc::new(oracle::with_connection(read).unwrap_or_default())))
}

fn read(connection: &Connection) -> rusqlite::Result<TableFunctions> {
    let mut pragmas = connection.prepare("SELECT DISTINCT 'pragma_' || name FROM pragma_pragma_list")?;
    let pragmas = pragmas.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut columns = connection.prepare("SELECT name, type, hidden FROM pragma_table_xinfo(?1)")?;
    let mut known = TableFunctions::new();
    for (name, is_of_pool) in
        OF_ARGUMENTS.iter().map(|name| ((*name).to_owned(), false)).chain(pragmas.into_iter().map(|name| (name, true)))
    {
        let column = |row: &rusqlite::Row<'_>| {
            let declared: String = row.get(1)?;
            let affinity = Affinity::of_declared_type(&declared);
            Ok(FunctionColumn { name: row.get(0)?, affinity, hidden: row.get::<_, i64>(2)? != 0 })
        };
        let columns = columns.query_map([&name], column)?.collect::<rusqlite::Result<Vec<_>>>()?;
        // A PRAGMA that gives no rows is no table.
        if !columns.is_empty() {
            known.insert(name, FunctionShape { columns, is_of_pool });
        }
    }
    Ok(known)
}

/// A function, called for the rows of one batch after the other.
pub(crate) struct TableFunction {
    sql: String,
    declarations: String,
    width: usize,
    slot: Slot,
    statement: Option<HeldStatement>,
    is_running: bool,
}

/// Some rows that a function gave.
pub(crate) struct FunctionRows {
    /// The row of the batch that each belongs to.
    pub(crate) of: Vec<u32>,
    /// The columns that were asked for.
    pub(crate) columns: Vec<Column>,
}

impl TableFunction {
    /// A call of the function of that name with so many arguments, for some of its columns.
    pub(crate) fn new(name: &str, arguments: usize, columns: &[String]) -> Self {
        let names: Vec<String> = (0..arguments.max(1)).map(|index| format!("c{index}")).collect();
        let given: Vec<String> = names.iter().take(arguments).map(|name| format!("+ i.{name}")).collect();
        let selected: Vec<String> = columns.iter().map(|column| format!(", f.{}", quote_identifier(column))).collect();
        // CROSS JOIN keeps the order of the two.
        let sql = format!("SELECT i.rowid{} FROM input AS i CROSS JOIN {name}({}) AS f", selected.concat(), given.join(", "));
        let (declarations, slot) = (names.join(", "), Slot::default());
        Self { sql, declarations, width: columns.len(), slot, statement: None, is_running: false }
    }

    /// Begins with a batch of `rows` rows, given the columns of its arguments.
    pub(crate) fn start(&mut self, rows: usize, arguments: Vec<Column>) -> Result<()> {
        self.slot.put(rows, arguments);
        self.is_running = true;
        if let Some(statement) = &mut self.statement {
            statement.reset();
            return Ok(());
        }
        let prepare = || {
            let connection = Connection::open_in_memory()?;
            crate::functions::register(&connection)?;
            rows::register(&connection, &self.declarations, &self.slot)?;
            HeldStatement::new(connection, &self.sql)
        };
        self.statement = Some(prepare().map_err(|error| failure(&error))?);
        Ok(())
    }

    /// At most `most` further rows; None when the batch's are all given.
    pub(crate) fn next(&mut self, most: usize) -> Result<Option<FunctionRows>> {
        let Some(statement) = self.statement.as_mut().filter(|_| self.is_running) else { return Ok(None) };
        let mut builders: Vec<ColumnBuilder> = (0..self.width).map(|_| ColumnBuilder::with_capacity(most)).collect();
        let mut of = Vec::new();
        while of.len() < most {
            if !statement.step().map_err(|error| failure(&error))? {
                self.is_running = false;
                self.slot.put(0, Vec::new());
                break;
            }
            let ValueRef::Integer(row) = statement.value(0) else { unreachable!("a rowid is an integer") };
            of.push(u32::try_from(row).expect("a batch has fewer than 2^32 rows"));
            for (index, builder) in builders.iter_mut().enumerate() {
                builder.push(statement.value(index + 1));
            }
        }
        let columns = || builders.iter_mut().map(ColumnBuilder::finish).collect();
        Ok((!of.is_empty()).then(columns).map(|columns| FunctionRows { of, columns }))
    }
}
