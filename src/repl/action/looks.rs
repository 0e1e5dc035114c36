//! How answers look: format, NULL, timer, pager.

use glue::output::Format;

use super::{on_or_off, tell};
use crate::command::Failure;
use crate::repl::console::{Console, Next};
use crate::repl::dot_command::Arguments;

/// `.mode`
pub(in crate::repl) fn mode(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    match arguments.get(0).and_then(|name| name.parse().ok()) {
        Some(format) => {
            console.printer().format = format;
            console.unexpanded = None;
        }
        None => tell("mode", console.printer().format.name())?,
    }
    Ok(Next::Read)
}

/// `.expanded`
pub(in crate::repl) fn expanded(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let wanted = arguments.switch(0).unwrap_or(console.printer().format != Format::Line);
    let format = if wanted { Format::Line } else { console.unexpanded.take().unwrap_or(Format::Box) };
    let before = std::mem::replace(&mut console.printer().format, format);
    if wanted && before != Format::Line {
        console.unexpanded = Some(before);
    }
    tell("expanded", on_or_off(wanted))?;
    Ok(Next::Read)
}

/// `.headers`
pub(in crate::repl) fn headers(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    match arguments.switch(0) {
        Some(headers) => console.printer().style.no_header = !headers,
        None => tell("headers", on_or_off(!console.printer().style.no_header))?,
    }
    Ok(Next::Read)
}

/// `.nullvalue`
pub(in crate::repl) fn null(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    console.printer().style.null = Some(arguments.get(0).unwrap_or_default().to_owned());
    Ok(Next::Read)
}

/// `.timer`
pub(in crate::repl) fn timer(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    console.timer = arguments.switch(0).unwrap_or(!console.timer);
    if arguments.get(0).is_none() {
        tell("timer", on_or_off(console.timer))?;
    }
    Ok(Next::Read)
}

/// `.width`
pub(in crate::repl) fn width(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    console.width = arguments.get(0).and_then(|number| number.parse::<f64>().ok()).map(|number| number as usize);
    Ok(Next::Read)
}

/// `.pager`
pub(in crate::repl) fn pager(console: &mut Console, arguments: &Arguments) -> Result<Next, Failure> {
    let named = console.settings.pager.0.clone();
    let Some(screen) = console.screen() else { return Ok(Next::Read) };
    match arguments.get(0) {
        Some("off") => screen.set_pager(None),
        Some("on") => screen.set_pager(Some(named).filter(|pager| !pager.is_empty())),
        Some(program) => screen.set_pager(Some(program.to_owned())),
        None => tell("pager", screen.pager().as_deref().unwrap_or("off"))?,
    }
    Ok(Next::Read)
}
