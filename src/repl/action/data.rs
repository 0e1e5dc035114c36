//! Data in and out, compared and drawn.

use glue::config::expand_home;
use glue::error::Error;
use glue::output::Chart;
use glue::statement::{Expr, Literal};
use glue::value::Value;

use super::tell;
use crate::command::import::{Import, import as import_file};
use crate::command::import_options::ImportOptions;
use crate::command::{Failure, diff as differences, dump as dumped, export as exported, parameters};
use crate::repl::console::{Console, Next};
use crate::repl::dot_command::Arguments;
use crate::settings::home;

/// `.import`
pub(in crate::repl) fn import(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let path = expand_home(arguments.get(0).unwrap_or_default(), home().as_deref());
    let options = ImportOptions::parse(arguments.get(2).unwrap_or_default())?;
    let request = Import { path, table: arguments.get(1).unwrap_or_default().to_owned(), options };
    let interrupts = console.interrupts.clone();
    let (session, printer) = console.session_and_printer();
    import_file(session, &request, printer, &interrupts)?;
    console.refresh_names();
    Ok(Next::Read)
}

/// `.export`
pub(in crate::repl) fn export(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let path = expand_home(arguments.get(0).unwrap_or_default(), home().as_deref());
    let none = || Error::query("there is no statement yet");
    let source = arguments.get(1).map(str::to_owned).or_else(|| console.last_statement.clone()).ok_or_else(none)?;
    let rows = exported::export(&mut console.session, source.trim_end_matches(';'), &path, None)?;
    tell("exported", &format!("{rows} {}", if rows == 1 { "row" } else { "rows" }))?;
    Ok(Next::Read)
}

/// `.dump`
pub(in crate::repl) fn dump(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let (session, printer) = console.session_and_printer();
    dumped::dump(session, arguments.get(0), printer)?;
    Ok(Next::Read)
}

/// `.diff`
pub(in crate::repl) fn diff(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let (left, right) = (arguments.get(0).unwrap_or_default(), arguments.get(1).unwrap_or_default());
    let (session, printer) = console.session_and_printer();
    differences::diff(session, left, right, printer)?;
    Ok(Next::Read)
}

/// `.chart`
pub(in crate::repl) fn chart(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let chart: Chart = arguments.get(0).and_then(|name| name.parse().ok()).unwrap_or(Chart::Bar);
    let Some(kept) = &console.last_rows else {
        return Err(Error::query("there is no result yet to draw").into());
    };
    let drawn = chart.draw(&kept.columns, &kept.batches, crate::command::terminal_width().unwrap_or(80));
    let missing = kept.missing();
    console.printer().print_text(&drawn?)?;
    missing.map_or(Ok(()), |missing| tell("drawn", &missing))?;
    Ok(Next::Read)
}

/// `.param`
pub(in crate::repl) fn param(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let set = &mut console.options.parameters;
    match (arguments.get(0), arguments.get(1)) {
        (Some(name), Some(value)) => set.set(name, parameters::typed(value)?),
        (Some(name), None) if !set.remove(name) => return Err(Error::query(format!("no parameter `{name}` is set")).into()),
        (Some(_), None) => {}
        (None, _) => {
            let lines: Vec<String> = set.iter().map(|(name, value)| format!("{name} = {}\n", written(value))).collect();
            if lines.is_empty() {
                return tell("parameters", "none is set").map(|()| Next::Read);
            }
            console.printer().print_text(&lines.concat())?;
        }
    }
    Ok(Next::Read)
}

/// A value as SQL has it, so that the text 7 is not taken for the number.
fn written(value: &Value) -> String {
    let literal = match value {
        Value::Null => Literal::Null,
        Value::Integer(number) => Literal::Integer(*number),
        Value::Real(number) => Literal::Real(*number),
        Value::Text(bytes) => Literal::Text(String::from_utf8_lossy(bytes).into_owned()),
        Value::Blob(bytes) => Literal::Blob(bytes.to_vec()),
    };
    Expr::from(literal).to_string()
}
