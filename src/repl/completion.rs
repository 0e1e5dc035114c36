//! What Tab offers.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use glue::sql::{keywords, quote_identifier};
use rustyline::completion::{Candidate, FilenameCompleter};

use super::dot_command::{self, Kind};
use super::entries::{Entry, entries};
use super::names::Names;
use super::scope::{Cursor, NamedTable, Place};

/// How long Tab waits for names that have never been read: not long enough to be felt as waiting.
const PATIENCE: Duration = Duration::from_millis(150);
/// More than anybody reads, and than the line editor can list.
const MOST: usize = 2_000;

/// Something that Tab offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    shown: String,
    inserted: String,
}

impl Candidate for Name {
    fn display(&self) -> &str {
        &self.shown
    }

    fn replacement(&self) -> &str {
        &self.inserted
    }
}

/// Completes lines.
pub(super) struct Completion {
    names: Rc<Names>,
    files: FilenameCompleter,
}

impl Completion {
    pub(super) fn new(names: Rc<Names>) -> Self {
        Self { names, files: FilenameCompleter::new() }
    }

    /// Where the word at `position` starts, and what it may become, the most likely first.
    pub(super) fn complete(&self, text: &str, position: usize) -> rustyline::Result<(usize, Vec<Name>)> {
        self.names.prepare(PATIENCE);
        if let Some(start) = command_start(&text[..position]) {
            return self.command(text, start, position);
        }
        let cursor = Cursor::at(text, position);
        let mut offered = Offered::new(cursor.typed);
        self.statement(&cursor, &mut offered);
        Ok((cursor.start, offered.names))
    }

    fn command(&self, text: &str, start: usize, position: usize) -> rustyline::Result<(usize, Vec<Name>)> {
        let line = &text[start..position];
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_new_word = line.ends_with(char::is_whitespace);
        let index = words.len() - usize::from(!is_new_word);
        let typed = if is_new_word { "" } else { words.last().copied().unwrap_or_default() };
        let mut offered = Offered::new(typed);
        if index == 0 {
            offered.all(dot_command::spellings(if line.starts_with('\\') { '\\' } else { '.' }));
            for name in &mut offered.names {
                if dot_command::argument_kind(&name.shown, 0).is_some() {
                    name.inserted.push(' ');
                }
            }
            return Ok((start, offered.names));
        }
        let Some(kind) = dot_command::argument_kind(words[0], index - 1) else { return Ok((position, Vec::new())) };
        match kind {
            Kind::File => {
                let (at, pairs) = self.files.complete_path(text, position)?;
                let path = |pair: rustyline::completion::Pair| Name { shown: pair.display, inserted: pair.replacement };
                return Ok((at, pairs.into_iter().map(path).take(MOST).collect()));
            }
            Kind::Sql => {
                let behind = start + words[0].len();
                let cursor = Cursor::at(&text[behind..], position - behind);
                let mut offered = Offered::new(cursor.typed);
                self.statement(&cursor, &mut offered);
                return Ok((behind + cursor.start, offered.names));
            }
            Kind::Table => {
                let whole = |(pool, table): &(String, String)| format!("{}.{}", quote_identifier(pool), quote_identifier(table));
                let tables = self.names.tables_with_pools();
                if typed.contains('.') {
                    offered.all(tables.iter().map(whole));
                } else {
                    offered.all(self.tables());
                    offered.quoted(self.names.pools());
                }
            }
            Kind::Pool => offered.all(self.names.pools()),
            Kind::Command => offered.all(dot_command::spellings('.')),
            Kind::Format | Kind::Switch | Kind::Route | Kind::Chart => offered.all(kind.words()),
            Kind::Text | Kind::Value | Kind::Number | Kind::Word => {}
        }
        Ok((position - typed.len(), offered.names))
    }

    fn statement(&self, cursor: &Cursor<'_>, offered: &mut Offered<'_>) {
        match &cursor.place {
            Place::Nothing => {}
            Place::Start => offered.keywords(),
            Place::Pragma => offered.all(self.names.pragmas()),
            Place::Table => {
                offered.all(self.tables());
                offered.quoted(cursor.common.clone());
                offered.quoted(self.names.pools());
            }
            Place::Member(Some(pool), table) => {
                let named = NamedTable { pool: Some(pool.clone()), table: table.clone(), alias: None };
                offered.quoted(self.names.columns(&named));
            }
            Place::Member(None, owner) => offered.quoted(self.members(owner, &cursor.tables)),
            Place::Column => {
                let columns = cursor.tables.iter().flat_map(|named| self.names.columns(named));
                offered.quoted(columns);
            }
            Place::Expression => self.expressions(cursor, offered),
        }
    }

    /// The tables: those that one pool alone has by their names, the others with their pools.
    fn tables(&self) -> Vec<String> {
        let tables = self.names.tables_with_pools();
        let mut owners: HashMap<String, usize> = HashMap::new();
        for (_, table) in &tables {
            *owners.entry(table.to_lowercase()).or_default() += 1;
        }
        let name = |(pool, table): &(String, String)| {
            let bare = quote_identifier(table);
            if owners[&table.to_lowercase()] == 1 { bare } else { format!("{}.{bare}", quote_identifier(pool)) }
        };
        tables.iter().map(name).collect()
    }

    /// What may follow `owner` and a dot: the columns of the table of that name or alias, else the tables of the pool.
    fn members(&self, owner: &str, tables: &[NamedTable]) -> Vec<String> {
        let of_owner = tables.iter().filter(|named| named.qualifier().eq_ignore_ascii_case(owner));
        let columns: Vec<String> = of_owner.flat_map(|named| self.names.columns(named)).collect();
        let unnamed = NamedTable { pool: None, table: owner.to_owned(), alias: None };
        let candidates = [columns, self.names.tables(Some(owner)), self.names.columns(&unnamed)];
        candidates.into_iter().find(|names| !names.is_empty()).unwrap_or_default()
    }

    fn expressions(&self, cursor: &Cursor<'_>, offered: &mut Offered<'_>) {
        offered.all(self.columns_in_scope(&cursor.tables));
        offered.quoted(cursor.tables.iter().filter_map(|named| named.alias.clone()));
        if cursor.tables.is_empty() && !cursor.typed.is_empty() {
            offered.quoted(self.names.all_columns());
        }
        offered.all(cursor.tables.iter().map(|named| quote_identifier(&named.table)));
        offered.quoted(self.names.pools());
        if cursor.tables.is_empty() {
            offered.all(self.tables());
        }
        // Hundreds of words that fit nothing typed yet would only bury the names.
        if !cursor.typed.is_empty() {
            offered.all(self.names.functions());
            offered.keywords();
        }
    }

    /// The columns of the named tables; those that several have are qualified, as SQL wants it.
    fn columns_in_scope(&self, tables: &[NamedTable]) -> Vec<String> {
        let columns: Vec<(String, String)> = tables
            .iter()
            .flat_map(|named| self.names.columns(named).into_iter().map(|column| (named.qualifier().to_owned(), column)))
            .collect();
        let mut owners: HashMap<String, usize> = HashMap::new();
        for (_, column) in &columns {
            *owners.entry(column.to_lowercase()).or_default() += 1;
        }
        let name = |(owner, column): &(String, String)| {
            let bare = quote_identifier(column);
            if owners[&column.to_lowercase()] == 1 { bare } else { format!("{}.{bare}", quote_identifier(owner)) }
        };
        columns.iter().map(name).collect()
    }
}

/// Where the command starts that the end of `before` lies in.
fn command_start(before: &str) -> Option<usize> {
    match entries(before).last() {
        Some(Entry::Command { line, .. }) if before.trim_end_matches([' ', '\t']).ends_with(line) => {
            Some(line.as_ptr() as usize - before.as_ptr() as usize)
        }
        _ => None,
    }
}

/// What fits the typed word, without what was offered before.
struct Offered<'t> {
    typed: &'t str,
    names: Vec<Name>,
}

impl<'t> Offered<'t> {
    fn new(typed: &'t str) -> Self {
        Self { typed, names: Vec::new() }
    }

    /// Names as they are inserted, sorted among themselves. `c.id` fits what fits `id`.
    fn all(&mut self, names: impl IntoIterator<Item = impl Into<String>>) {
        let typed = self.typed.to_lowercase();
        let fits = |name: &String| {
            let lower = name.to_lowercase();
            let bare = |text: &str| text.trim_start_matches('"').starts_with(typed.trim_start_matches('"'));
            bare(&lower) || lower.rsplit('.').next().is_some_and(bare)
        };
        let mut fitting: Vec<String> = names.into_iter().map(Into::into).filter(fits).collect();
        fitting.sort_by_key(|name| name.to_lowercase());
        for name in fitting {
            if self.names.len() < MOST && !self.names.iter().any(|known| known.inserted == name) {
                self.names.push(Name { shown: name.clone(), inserted: name });
            }
        }
    }

    /// Names that need quotes where SQL would read them as something else.
    fn quoted(&mut self, names: impl IntoIterator<Item = String>) {
        self.all(names.into_iter().map(|name| quote_identifier(&name)));
    }

    /// Keywords, in the case that the user types in.
    fn keywords(&mut self) {
        let lower = self.typed.chars().any(char::is_lowercase);
        self.all(keywords().map(|word| if lower { word.to_lowercase() } else { word.to_owned() }));
    }
}
