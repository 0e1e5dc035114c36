//! The session itself: its databases, routes, plans, and what is set.

use std::fmt::Write as _;
use std::path::PathBuf;

use glue::config::expand_home;

use super::{on_or_off, tell};
use crate::command::script::Script;
use crate::command::{Failure, explain};
use crate::repl::console::{Console, Next};
use crate::repl::dot_command::{self, Arguments, ROUTES};
use crate::repl::screen::Screen;
use crate::settings::{home, open_files};

/// `.help`
pub(in crate::repl) fn help(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let width = console.printer().style.width.unwrap_or(100);
    let text = if let Some(name) = arguments.get(0) {
        let dotted = if name.starts_with(['.', '\\']) { name.to_owned() } else { format!(".{name}") };
        dot_command::help_of(dot_command::find(&dotted)?, width)
    } else {
        dot_command::help_of_all(width)
    };
    console.printer().print_text(&text)?;
    Ok(Next::Read)
}

/// `.quit`
pub(in crate::repl) fn quit(_console: &mut Console, _arguments: &Arguments) -> Result<Next, Failure> {
    Ok(Next::Leave)
}

/// `.bail`
pub(in crate::repl) fn bail(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    match arguments.switch(0) {
        Some(bail) => console.bail = bail,
        None => tell("bail", on_or_off(console.bail))?,
    }
    Ok(Next::Read)
}

/// `.stats`
pub(in crate::repl) fn stats(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    match arguments.switch(0) {
        Some(stats) => console.options.stats = stats,
        None => tell("stats", on_or_off(console.options.stats))?,
    }
    Ok(Next::Read)
}

/// `.explain`
pub(in crate::repl) fn explain(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let none = || glue::error::Error::query("there is no statement yet");
    let sql = arguments.get(0).map(str::to_owned).or_else(|| console.last_statement.clone()).ok_or_else(none)?;
    let parameters = console.options.parameters.clone();
    let (session, printer) = console.session_and_printer();
    explain::explain(session, &Script::typed(sql), printer, &parameters)?;
    Ok(Next::Read)
}

/// `.route`
pub(in crate::repl) fn route(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    match arguments.get(0) {
        Some(name) => console.session.set_route(dot_command::route(name)),
        None => tell("route", route_name(console))?,
    }
    Ok(Next::Read)
}

fn route_name(console: &Console) -> &'static str {
    let current = console.session.route();
    ROUTES.iter().find(|(_, route)| *route == current).map_or("auto", |(name, _)| *name)
}

/// `.open`
pub(in crate::repl) fn open(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let path: PathBuf = expand_home(arguments.get(0).unwrap_or_default(), home().as_deref());
    let opened = open_files(&path, arguments.get(1), console.manager())?;
    for pool in &opened {
        // Seen at once whether it can be opened at all, rather than at the first statement.
        if let Err(error) = console.session.catalog(pool.name()) {
            console.session.close_pool(pool.name());
            return Err(error.in_pool(pool.name()).on_path(pool.path()).into());
        }
    }
    console.refresh_names();
    let names: Vec<String> =
        opened.iter().map(|pool| format!("{} is the pool `{}`", pool.path().display(), pool.name())).collect();
    for name in names {
        tell("open", &name)?;
    }
    Ok(Next::Read)
}

/// `.close`
pub(in crate::repl) fn close(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let name = arguments.get(0).unwrap_or_default();
    if console.session.in_transaction() {
        let error = glue::error::Error::query("a transaction is open, which may have read or written it");
        return Err(error.hint("COMMIT or ROLLBACK first").into());
    }
    if !console.session.close_pool(name) {
        let pools = console.manager().pools();
        let error = glue::error::Error::query(format!("there is no pool `{name}`"));
        let near = glue::config::nearest(name, pools.iter().map(glue::connection::ConnectionPool::name)).map(str::to_owned);
        return Err(near.map_or(error.clone(), |near| error.hint(format!("did you mean `{near}`?"))).into());
    }
    console.refresh_names();
    Ok(Next::Read)
}

/// `.show`
pub(in crate::repl) fn show(console: &mut Console, _arguments: &Arguments) -> Result<Next, Failure> {
    let mut text = String::new();
    let format = console.printer().format.name();
    let null = console.printer().style.null.clone().unwrap_or_else(|| "NULL".to_owned());
    let headers = on_or_off(!console.printer().style.no_header);
    let output = console.redirected.as_ref().map_or("the terminal".to_owned(), |redirected| redirected.path.clone());
    let pager = console.screen().and_then(Screen::pager).unwrap_or_else(|| "off".to_owned());
    let pools: Vec<String> = console.manager().pools().iter().map(|pool| pool.name().to_owned()).collect();
    let rows = [
        ("bail", on_or_off(console.bail).to_owned()),
        ("databases", pools.join(", ")),
        ("editor", console.settings.editor.0.clone()),
        ("headers", headers.to_owned()),
        ("mode", format.to_owned()),
        ("nullvalue", null),
        ("output", output),
        ("pager", pager),
        ("route", route_name(console).to_owned()),
        ("stats", on_or_off(console.options.stats).to_owned()),
        ("timer", on_or_off(console.timer).to_owned()),
    ];
    for (name, value) in rows {
        writeln!(text, "{name:>9}: {value}").expect("writing to memory cannot fail");
    }
    console.printer().print_text(&text)?;
    Ok(Next::Read)
}
