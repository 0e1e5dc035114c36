//! The commands that start with a dot.

use glue::config::nearest;
use glue::error::Error;
use glue::output::Format;
use glue::session::Route;

/// A dot command, understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DotCommand {
    /// `.help`
    Help,
    /// `.tables [PATTERN]`
    Tables(Option<String>),
    /// `.schema [TABLE]`
    Schema(Option<String>),
    /// `.mode [FORMAT]`
    Mode(Option<Format>),
    /// `.explain SQL`
    Explain(String),
    /// `.read FILE`
    Read(String),
    /// `.timer [on|off]`
    Timer(Option<bool>),
    /// `.null [TEXT]`
    Null(String),
    /// `.route [ROUTE]`
    Route(Option<Route>),
    /// `.quit`
    Quit,
}

/// The commands with their arguments and what they do, in the order of the help.
pub(super) const COMMANDS: [(&str, &str, &str); 10] = [
    (".explain", "SQL", "Show how a statement would be answered"),
    (".help", "", "Show this text"),
    (".mode", "[FORMAT]", "Print rows as box, csv, json, line, … (Tab lists them)"),
    (".null", "[TEXT]", "Print this text for NULL"),
    (".quit", "", "Leave (as does Ctrl-D)"),
    (".read", "FILE", "Run the statements of a file"),
    (".route", "[ROUTE]", "Answer by auto, pool, federated or attached"),
    (".schema", "[TABLE]", "Print the CREATE statements of a table, or of all"),
    (".tables", "[PATTERN]", "List the tables of all databases"),
    (".timer", "[on|off]", "Show how long statements take"),
];

/// The routes by their names.
pub(super) const ROUTES: [(&str, Route); 4] =
    [("auto", Route::Auto), ("pool", Route::Pool), ("federated", Route::Federated), ("attached", Route::Attached)];

impl DotCommand {
    /// Reads a line that starts with a dot. Like SQLite's shell, takes a command by any beginning that is its alone.
    pub(super) fn parse(line: &str) -> Result<Self, Error> {
        let line = line.trim();
        let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let argument = argument.trim();
        let given = || (!argument.is_empty()).then(|| unquoted(argument));
        let needed = |what: &str| given().ok_or_else(|| Error::query(format!("{name} needs {what}")));
        match full_name(name)? {
            ".help" => Ok(Self::Help),
            ".tables" => Ok(Self::Tables(given())),
            ".schema" => Ok(Self::Schema(given())),
            ".mode" => given().map(|mode| format(&mode)).transpose().map(Self::Mode),
            ".explain" => needed("a statement").map(|_| Self::Explain(argument.to_owned())),
            ".read" => needed("a file").map(Self::Read),
            ".timer" => given().map(|switch| on_or_off(&switch)).transpose().map(Self::Timer),
            ".null" => Ok(Self::Null(given().unwrap_or_default())),
            ".route" => given().map(|name| route(&name)).transpose().map(Self::Route),
            _ => Ok(Self::Quit),
        }
    }
}

fn full_name(name: &str) -> Result<&'static str, Error> {
    let name = match name.to_ascii_lowercase().as_str() {
        ".exit" | ".q" => ".quit".to_owned(),
        ".nullvalue" => ".null".to_owned(),
        other => other.to_owned(),
    };
    let names = || COMMANDS.iter().map(|(name, ..)| *name);
    let begun: Vec<&str> = names().filter(|known| name.len() > 1 && known.starts_with(&name)).collect();
    match begun.as_slice() {
        [only] => Ok(only),
        [_, ..] => Err(Error::query(format!("`{name}` could be any of {}", begun.join(", ")))),
        [] => Err(unknown("command", &name, names()).hint_unless_any(".help lists the commands")),
    }
}

fn format(name: &str) -> Result<Format, Error> {
    let names = || Format::ALL.into_iter().map(Format::name);
    name.parse().map_err(|()| unknown("mode", name, names()).hint_unless_any(&names().collect::<Vec<_>>().join(", ")))
}

fn route(name: &str) -> Result<Route, Error> {
    let names = || ROUTES.iter().map(|(name, _)| *name);
    let found = ROUTES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, route)| *route);
    found.ok_or_else(|| unknown("route", name, names()).hint_unless_any(&names().collect::<Vec<_>>().join(", ")))
}

fn on_or_off(switch: &str) -> Result<bool, Error> {
    match switch.to_ascii_lowercase().as_str() {
        "on" | "yes" | "1" | "true" => Ok(true),
        "off" | "no" | "0" | "false" => Ok(false),
        _ => Err(Error::query(format!("`{switch}` is neither on nor off"))),
    }
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let error = Error::query(format!("no {what} `{name}`"));
    match nearest(name, known) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    }
}

trait HintUnlessAny {
    fn hint_unless_any(self, hint: &str) -> Self;
}

impl HintUnlessAny for Error {
    fn hint_unless_any(self, hint: &str) -> Self {
        if self.hint.is_some() { self } else { self.hint(hint) }
    }
}

/// An argument without the quotes that someone put around it for its blanks.
fn unquoted(argument: &str) -> String {
    let inner = |quote: char| argument.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(argument).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> DotCommand {
        DotCommand::parse(line).expect("a right command")
    }

    fn hint(line: &str) -> String {
        DotCommand::parse(line).expect_err("a wrong command").hint.unwrap_or_default()
    }

    #[test]
    fn commands_are_read() {
        assert_eq!(parsed(".tables"), DotCommand::Tables(None));
        assert_eq!(parsed(" .TABLES cust* "), DotCommand::Tables(Some("cust*".into())));
        assert_eq!(parsed(".mode md"), DotCommand::Mode(Some(Format::Markdown)));
        assert_eq!(parsed(".explain SELECT 'a'"), DotCommand::Explain("SELECT 'a'".into()));
        assert_eq!(parsed(".read 'my file.sql'"), DotCommand::Read("my file.sql".into()));
        assert_eq!(parsed(".timer on"), DotCommand::Timer(Some(true)));
        assert_eq!(parsed(".route pool"), DotCommand::Route(Some(Route::Pool)));
        assert_eq!(parsed(".exit"), DotCommand::Quit);
        assert_eq!(parsed(".sch t"), DotCommand::Schema(Some("t".into())));
    }

    #[test]
    fn mistakes_come_with_advice() {
        assert_eq!(hint(".tabels"), "did you mean `.tables`?");
        assert_eq!(hint(".mode jsno"), "did you mean `json`?");
        assert_eq!(hint(".xyzzyx"), ".help lists the commands");
        assert!(DotCommand::parse(".t").is_err() && DotCommand::parse(".read").is_err() && DotCommand::parse(".").is_err());
    }
}
