//! What two tables have not in common, also across pools.

use glue::catalog::Table;
use glue::error::Error;
use glue::session::Session;
use glue::sql::{quote_identifier, split};

use super::run_options::RunOptions;
use super::script::{Script, run_statement};
use super::{Failure, Printer, schema};

/// Prints the rows that only one of two tables holds, those of the first with a minus and those of the second with a plus,
/// in the order of the first one's primary key, so that a changed row stands beside what it was. Compared are the columns
/// that both have.
pub(crate) fn diff(session: &mut Session, left: &str, right: &str, printer: &mut Printer) -> Result<usize, Failure> {
    let (left_table, left) = schema::table(session, left)?;
    let (right_table, right) = schema::table(session, right)?;
    let script = Script::typed(statement(&left_table, &left, &right_table, &right)?);
    let mut rows = 0;
    for statement in split(&script.text) {
        rows += run_statement(session, &script, &statement, printer, &RunOptions::default())?.rows.unwrap_or(0);
    }
    Ok(rows)
}

fn statement(left: &Table, left_name: &str, right: &Table, right_name: &str) -> Result<String, Error> {
    let visible = |table: &Table| -> Vec<String> {
        table.columns.iter().filter(|column| !column.hidden).map(|column| column.name.clone()).collect()
    };
    let has = |columns: &[String], name: &str| columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    let others = visible(right);
    let both: Vec<String> = visible(left).into_iter().filter(|name| has(&others, name)).collect();
    if both.is_empty() {
        return Err(Error::query(format!("{left_name} and {right_name} have no column in common")));
    }
    let key = left.primary_key.iter().chain(left.rowid_alias.as_ref()).map(|index| left.columns[*index].name.clone());
    let mut order: Vec<String> = Vec::new();
    for name in key.filter(|name| has(&both, name)).chain(both.iter().cloned()) {
        if !has(&order, &name) {
            order.push(name);
        }
    }
    let listed = |names: &[String]| names.iter().map(|name| quote_identifier(name)).collect::<Vec<_>>().join(", ");
    let (columns, order) = (listed(&both), listed(&order));
    let only = |sign: &str, one: &str, other: &str| {
        format!("SELECT '{sign}' AS diff, {columns} FROM (SELECT {columns} FROM {one} EXCEPT SELECT {columns} FROM {other})")
    };
    let (minus, plus) = (only("-", left_name, right_name), only("+", right_name, left_name));
    Ok(format!("SELECT * FROM ({minus} UNION ALL {plus}) ORDER BY {order}, diff DESC"))
}
