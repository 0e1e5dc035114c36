//! The shell's own commands, dot commands and psql's backslash forms alike.
//!
//! `list.rs` holds the one definition of each: its names, its arguments, what it does, and the function that does it. Reading
//! a line, completing it, `.help` and the manual page all come from there.

mod help;
mod list;

use glue::config::nearest;
use glue::error::Error;
use glue::output::{Chart, Format};
use glue::session::Route;

pub(crate) use help::all_as_roff;
pub(super) use help::{help_of, help_of_all};
pub(super) use list::COMMANDS;

use super::console::{Console, Next};
use crate::command::Failure;

/// What is known of a command.
pub(super) struct Definition {
    /// Its name, with the dot.
    pub(super) name: &'static str,
    /// Its other names, psql's among them, with their dot or backslash.
    pub(super) aliases: &'static [&'static str],
    /// What it takes.
    pub(super) arguments: &'static [Argument],
    /// What it does, in a line.
    pub(super) what: &'static str,
    /// What `.help COMMAND` adds.
    pub(super) more: &'static str,
    /// Does it.
    pub(super) run: fn(&mut Console, &Arguments) -> Result<Next, Failure>,
}

/// An argument of a command.
pub(super) struct Argument {
    /// What help calls it.
    pub(super) name: &'static str,
    /// What it is.
    pub(super) kind: Kind,
    /// Whether it must be there.
    pub(super) required: bool,
}

/// What an argument is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A format of rows.
    Format,
    /// on or off.
    Switch,
    /// A route.
    Route,
    /// A kind of chart.
    Chart,
    /// A word of the user's own.
    Word,
    /// A table, or `pool.table`.
    Table,
    /// A pool.
    Pool,
    /// A path.
    File,
    /// A command of the shell.
    Command,
    /// A number.
    Number,
    /// The rest of the line.
    Text,
    /// The rest of the line, as a statement.
    Sql,
    /// The rest of the line, as a parameter's value: its quotes say that it is text.
    Value,
}

const SWITCH: &[&str] = &["on", "off"];

/// The routes by their names.
pub(super) const ROUTES: [(&str, Route); 4] =
    [("auto", Route::Auto), ("pool", Route::Pool), ("federated", Route::Federated), ("attached", Route::Attached)];

impl Kind {
    /// The words that it can be, where there are only so many.
    pub(super) fn words(self) -> Vec<&'static str> {
        match self {
            Self::Format => Format::ALL.into_iter().map(Format::name).collect(),
            Self::Switch => SWITCH.to_vec(),
            Self::Route => ROUTES.iter().map(|(name, _)| *name).collect(),
            Self::Chart => Chart::ALL.into_iter().map(Chart::name).collect(),
            _ => Vec::new(),
        }
    }

    fn takes_rest(self) -> bool {
        matches!(self, Self::Text | Self::Sql | Self::Value)
    }

    fn check(self, word: &str) -> Result<(), Error> {
        let what = match self {
            // Formats have short names too, which the list leaves out.
            Self::Format if word.parse::<Format>().is_ok() => return Ok(()),
            Self::Switch => return switch(word).map(drop),
            Self::Number if word.parse::<f64>().is_ok_and(|number| number.is_finite() && number >= 0.0) => return Ok(()),
            Self::Number => return Err(Error::query(format!("`{word}` is no number"))),
            Self::Format => "format",
            Self::Route => "route",
            Self::Chart if word.parse::<Chart>().is_ok() => return Ok(()),
            Self::Chart => "chart",
            _ => return Ok(()),
        };
        let words = self.words();
        let is_known = words.iter().any(|known| known.eq_ignore_ascii_case(word));
        if is_known { Ok(()) } else { Err(unknown(what, word, &words)) }
    }
}

/// The arguments of a command, checked against its definition.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    words: Vec<String>,
    /// The statement that a backslash sent to the command.
    pub(super) statement: Option<String>,
}

impl Arguments {
    /// The argument at `index`.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        self.words.get(index).map(String::as_str)
    }

    /// A switch at `index`.
    pub(super) fn switch(&self, index: usize) -> Option<bool> {
        self.get(index).and_then(|word| switch(word).ok())
    }
}

/// The route of that name.
pub(super) fn route(name: &str) -> Route {
    ROUTES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or(Route::Auto, |(_, route)| *route)
}

fn switch(word: &str) -> Result<bool, Error> {
    match word.to_ascii_lowercase().as_str() {
        "on" | "yes" | "1" | "true" => Ok(true),
        "off" | "no" | "0" | "false" => Ok(false),
        _ => Err(Error::query(format!("`{word}` is neither on nor off"))),
    }
}

/// Reads a line that begins with a dot or a backslash.
pub(super) fn parse(line: &str) -> Result<(&'static Definition, Arguments), Error> {
    let line = line.trim();
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    // The semicolon that fingers put there out of habit.
    let name = name.trim_end_matches(';');
    let definition = find(name)?;
    let words = words(definition, rest.trim())?;
    for (argument, word) in definition.arguments.iter().zip(&words) {
        argument.kind.check(word)?;
    }
    if let Some(missing) = definition.arguments.iter().skip(words.len()).find(|argument| argument.required) {
        let usage = help::usage(definition);
        return Err(Error::query(format!("{name} needs {}", missing.name)).hint(format!("usage: {usage}")));
    }
    Ok((definition, Arguments { words, statement: None }))
}

fn words(definition: &Definition, text: &str) -> Result<Vec<String>, Error> {
    let mut words = Vec::new();
    let mut rest = text;
    for argument in definition.arguments {
        if rest.is_empty() {
            break;
        }
        if argument.kind.takes_rest() {
            words.push(if matches!(argument.kind, Kind::Text) { unquoted(rest) } else { rest.to_owned() });
            rest = "";
        } else {
            let (word, behind) = first_word(rest);
            words.push(word);
            rest = behind;
        }
    }
    if rest.is_empty() || rest == ";" {
        return Ok(words);
    }
    let error = Error::query(format!("{} does not know what to do with `{rest}`", definition.name));
    Err(error.hint(format!("usage: {}", help::usage(definition))))
}

/// The first word, without the quotes that someone put around it for its blanks, and what follows.
fn first_word(text: &str) -> (String, &str) {
    let quoted = text.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    if let Some(quote) = quoted
        && let Some(length) = text[1..].find(quote)
        // `"my pool"."my table"` is one word, quotes and all.
        && !text[length + 2..].starts_with('.')
    {
        return (text[1..=length].to_owned(), text[length + 2..].trim_start());
    }
    let mut inside: Option<char> = None;
    let end = text.char_indices().find(|(_, letter)| {
        if let Some(quote) = inside {
            inside = inside.filter(|_| *letter != quote);
            return false;
        }
        inside = Some(*letter).filter(|letter| *letter == '"');
        letter.is_whitespace()
    });
    let end = end.map_or(text.len(), |(end, _)| end);
    (text[..end].trim_end_matches(';').to_owned(), text[end..].trim_start())
}

fn unquoted(text: &str) -> String {
    let inner = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text).to_owned()
}

/// The command of that name. Like SQLite's shell, takes a dot command by any beginning that is its alone.
pub(super) fn find(name: &str) -> Result<&'static Definition, Error> {
    let name = name.to_ascii_lowercase();
    let spelled = |definition: &&Definition| definition.name == name || definition.aliases.contains(&name.as_str());
    if let Some(definition) = COMMANDS.iter().find(spelled) {
        return Ok(definition);
    }
    let is_beginning = |definition: &&Definition| name.len() > 1 && name.starts_with('.') && definition.name.starts_with(&name);
    let begun: Vec<&Definition> = COMMANDS.iter().filter(is_beginning).collect();
    match begun.as_slice() {
        [only] => Ok(only),
        [_, ..] => {
            let names: Vec<&str> = begun.iter().map(|definition| definition.name).collect();
            Err(Error::query(format!("`{name}` could be any of {}", names.join(", "))))
        }
        [] => {
            let error = Error::query(format!("no command `{name}`"));
            let spellings: Vec<&str> = all_spellings().filter(|known| known.starts_with(&name[..1.min(name.len())])).collect();
            Err(match nearest(&name, spellings) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(".help lists the commands"),
            })
        }
    }
}

/// Every name that begins with a dot, or with a backslash.
pub(super) fn spellings(first: char) -> impl Iterator<Item = &'static str> {
    all_spellings().filter(move |name| name.starts_with(first))
}

/// What stands at `index` behind the command of that name.
pub(super) fn argument_kind(name: &str, index: usize) -> Option<Kind> {
    let arguments = find(name).ok()?.arguments;
    let at = arguments.get(index).or_else(|| arguments.last().filter(|last| last.kind.takes_rest()));
    at.map(|argument| argument.kind)
}

fn all_spellings() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().flat_map(|definition| std::iter::once(definition.name).chain(definition.aliases.iter().copied()))
}

fn unknown(what: &str, name: &str, known: &[&str]) -> Error {
    let error = Error::query(format!("no {what} `{name}`"));
    match nearest(name, known.iter().copied()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> (&'static str, Vec<String>) {
        let (definition, arguments) = parse(line).expect("a right command");
        (definition.name, arguments.words)
    }

    fn complaint(line: &str) -> String {
        let error = parse(line).err().expect("a wrong command");
        format!("{} | {}", error.message, error.hint.unwrap_or_default())
    }

    #[test]
    fn commands_are_read_by_name_alias_and_beginning() {
        assert_eq!(parsed(".tables"), (".tables", vec![]));
        assert_eq!(parsed(" .TABLES cust* "), (".tables", vec!["cust*".to_owned()]));
        assert_eq!(parsed(".mode md"), (".mode", vec!["md".to_owned()]));
        assert_eq!(parsed(".explain SELECT 'a' ; "), (".explain", vec!["SELECT 'a' ;".to_owned()]));
        assert_eq!(parsed(".read 'my file.sql'"), (".read", vec!["my file.sql".to_owned()]));
        assert_eq!(parsed("\\timing on;"), (".timer", vec!["on".to_owned()]));
        assert_eq!(parsed(".exit;"), (".quit", vec![]));
        assert_eq!(parsed(".sch t"), (".schema", vec!["t".to_owned()]));
        assert_eq!(parsed(".schema \"my pool\".\"my table\""), (".schema", vec!["\"my pool\".\"my table\"".to_owned()]));
    }

    #[test]
    fn mistakes_come_with_advice() {
        assert_eq!(complaint(".tabels"), "no command `.tabels` | did you mean `.tables`?");
        assert_eq!(complaint(".mode jsno"), "no format `jsno` | did you mean `json`?");
        assert_eq!(complaint(".xyzzyx"), "no command `.xyzzyx` | .help lists the commands");
        assert_eq!(complaint(".timer maybe"), "`maybe` is neither on nor off | ");
        assert_eq!(complaint(".read"), ".read needs FILE | usage: .read FILE");
        assert_eq!(complaint(".tables a b"), ".tables does not know what to do with `b` | usage: .tables [PATTERN]");
        assert!(parse(".").is_err() && parse("\\").is_err() && parse(".h").is_err());
    }

    #[test]
    fn no_name_means_two_commands() {
        let mut names: Vec<&str> = all_spellings().collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(names.iter().all(|name| name.starts_with(['.', '\\']) && *name == name.to_ascii_lowercase()));
    }
}
