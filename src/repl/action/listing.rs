//! What there is: databases, tables, columns, indexes.

use crate::command::{Failure, describe, indexes, pools, schema, tables};
use crate::repl::console::{Console, Next};
use crate::repl::dot_command::Arguments;

/// `.tables`
pub(in crate::repl) fn tables(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let (session, printer) = console.session_and_printer();
    tables::tables(session, arguments.get(0), printer).map(|()| Next::Read)
}

/// `.schema`
pub(in crate::repl) fn schema(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let (session, printer) = console.session_and_printer();
    schema::schema(session, arguments.get(0), printer).map(|()| Next::Read)
}

/// `.indexes`
pub(in crate::repl) fn indexes(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let (session, printer) = console.session_and_printer();
    indexes::indexes(session, arguments.get(0), printer).map(|()| Next::Read)
}

/// `.describe`
pub(in crate::repl) fn describe(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let (session, printer) = console.session_and_printer();
    match arguments.get(0) {
        Some(table) => describe::describe(session, table, printer),
        None => tables::tables(session, None, printer),
    }
    .map(|()| Next::Read)
}

/// `.dbs`
pub(in crate::repl) fn pools(console: &mut Console, _arguments: &Arguments) -> Result<Next, Failure> {
    let (session, printer) = console.session_and_printer();
    pools::pools(session, printer).map(|()| Next::Read)
}
