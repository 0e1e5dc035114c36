//! What Tab offers.

use std::cell::RefCell;
use std::rc::Rc;

use glue::output::Format;
use glue::sql::quote_identifier;
use rustyline::completion::{Candidate, Completer, FilenameCompleter};
use rustyline::{Context, Helper, Highlighter, Hinter, Validator};

use super::dot_command::{COMMANDS, ROUTES};
use super::names::Names;
use super::scope::{NamedTable, Place, named_tables, place, word_start};

const KEYWORDS: [&str; 58] = [
    "ALL",
    "AND",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COLLATE",
    "CREATE",
    "CROSS",
    "DELETE",
    "DESC",
    "DISTINCT",
    "DROP",
    "ELSE",
    "END",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "EXPLAIN",
    "ANALYZE",
    "FILTER",
    "FROM",
    "FULL",
    "GLOB",
    "GROUP",
    "HAVING",
    "IN",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "JOIN",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NATURAL",
    "NOT",
    "NULL",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PARTITION",
    "RIGHT",
    "SELECT",
    "SET",
    "THEN",
    "UNION",
    "UPDATE",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
];
const FUNCTIONS: [&str; 24] = [
    "abs",
    "avg",
    "coalesce",
    "count",
    "date",
    "datetime",
    "group_concat",
    "ifnull",
    "iif",
    "instr",
    "json_extract",
    "length",
    "lower",
    "max",
    "min",
    "nullif",
    "printf",
    "replace",
    "round",
    "strftime",
    "substr",
    "sum",
    "trim",
    "upper",
];

/// The line editor's helper: completes, and leaves the line's looks alone.
#[derive(Helper, Hinter, Highlighter, Validator)]
pub(super) struct LineHelper {
    names: Names,
    files: FilenameCompleter,
    /// The lines of the statement before this one.
    pending: Rc<RefCell<String>>,
}

/// A name that Tab offers.
pub(super) struct Name(String);

impl Candidate for Name {
    fn display(&self) -> &str {
        &self.0
    }

    fn replacement(&self) -> &str {
        &self.0
    }
}

impl LineHelper {
    pub(super) fn new(names: Names, pending: Rc<RefCell<String>>) -> Self {
        Self { names, files: FilenameCompleter::new(), pending }
    }

    fn dot_arguments(&self, line: &str, position: usize) -> (usize, Vec<String>) {
        let start = line[..position].rfind(char::is_whitespace).map_or(0, |at| at + 1);
        let command = line.split_whitespace().next().unwrap_or_default();
        let candidates: Vec<String> = match command {
            _ if start == 0 => COMMANDS.iter().map(|(name, ..)| (*name).to_owned()).collect(),
            ".mode" => Format::ALL.into_iter().map(|format| format.name().to_owned()).collect(),
            ".route" => ROUTES.iter().map(|(name, _)| (*name).to_owned()).collect(),
            ".timer" => vec!["on".to_owned(), "off".to_owned()],
            ".tables" | ".schema" => self.names.tables(None),
            _ => Vec::new(),
        };
        (start, candidates)
    }

    fn statement(&self, line: &str, position: usize) -> (usize, Vec<String>) {
        let start = word_start(line, position);
        let pending = self.pending.borrow();
        let typed = &line[start..position];
        let tables = named_tables(&format!("{pending}{}", &line[..position]), &line[position..]);
        let candidates = match place(&format!("{pending}{}", &line[..start])) {
            Place::Member(owner) => self.members(&owner, &tables),
            Place::Table => quoted([self.names.pools(), self.names.tables(None)].concat()),
            Place::Expression => self.expressions(typed, &tables),
        };
        (start, candidates)
    }

    /// What may follow `owner` and a dot: the columns of the table of that name or alias, else the tables of the pool.
    fn members(&self, owner: &str, tables: &[NamedTable]) -> Vec<String> {
        let is_owner = |named: &&NamedTable| named.alias.as_ref().unwrap_or(&named.table).eq_ignore_ascii_case(owner);
        let columns: Vec<String> = tables.iter().filter(is_owner).flat_map(|named| self.names.columns(named)).collect();
        quoted(if columns.is_empty() { self.names.tables(Some(owner)) } else { columns })
    }

    fn expressions(&self, typed: &str, tables: &[NamedTable]) -> Vec<String> {
        let columns = tables.iter().flat_map(|named| self.names.columns(named)).collect();
        let aliases = tables.iter().filter_map(|named| named.alias.clone()).collect();
        let mut candidates = quoted([columns, aliases, self.names.pools()].concat());
        if tables.is_empty() {
            candidates.extend(quoted(self.names.tables(None)));
        }
        candidates.extend(FUNCTIONS.iter().map(|name| (*name).to_owned()));
        // Keywords in the case that the user types in.
        let lower = typed.chars().any(char::is_lowercase);
        candidates.extend(KEYWORDS.iter().map(|word| if lower { word.to_lowercase() } else { (*word).to_owned() }));
        candidates
    }
}

fn quoted(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|name| quote_identifier(&name)).collect()
}

impl Completer for LineHelper {
    type Candidate = Name;

    fn complete(&self, line: &str, position: usize, _context: &Context<'_>) -> rustyline::Result<(usize, Vec<Name>)> {
        let is_dot_command = self.pending.borrow().is_empty() && line.starts_with('.');
        if is_dot_command && line.starts_with(".read ") {
            let (start, pairs) = self.files.complete_path(line, position)?;
            return Ok((start, pairs.into_iter().map(|pair| Name(pair.replacement)).collect()));
        }
        let (start, mut candidates) =
            if is_dot_command { self.dot_arguments(line, position) } else { self.statement(line, position) };
        let typed = line[start..position].to_lowercase();
        let fits = |name: &String| name.to_lowercase().trim_start_matches('"').starts_with(&typed);
        candidates.retain(fits);
        candidates.sort_by_key(|name| name.to_lowercase());
        candidates.dedup();
        Ok((start, candidates.into_iter().map(Name).collect()))
    }
}
