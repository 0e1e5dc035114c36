//! Saved views: their text takes the place of their name before anything else is done, so that every route knows them.

use std::sync::Arc;

use super::names;
use super::splice::Splices;
use super::{QueryResult, Session, explain, select};
use crate::connection::{SavedView, quoted};
use crate::error::{Error, Result, Span};
use crate::statement::{Identifier, SchemaReference, Statement};

/// A text in which every view's name is replaced by its SELECT.
#[derive(Debug)]
pub(super) struct Expansion {
    pub(super) text: String,
    pub(super) splices: Splices,
    /// The views, each with its name's place in the text as it was and with its own expansion.
    uses: Vec<(Span, Arc<SavedView>, Self)>,
}

impl Session {
    /// A statement with its views replaced; none where it names none.
    pub(super) fn expand(&self, sql: &str) -> Result<Option<Expansion>> {
        if !self.manager.has_views() {
            return Ok(None);
        }
        let expansion = self.expanded(sql, &mut Vec::new())?;
        Ok(Some(expansion).filter(|expansion| !expansion.uses.is_empty()))
    }

    fn expanded(&self, sql: &str, around: &mut Vec<String>) -> Result<Expansion> {
        let (mut splices, mut uses) = (Splices::default(), Vec::new());
        let Referred { tables, common } = references(sql);
        for reference in tables {
            let name = &reference.name;
            let Some(view) = self.manager.view(&name.name).filter(|_| !self.catalogs.own.has_object(&name.name)) else {
                continue;
            };
            around.push(view.name.clone());
            if around[..around.len() - 1].contains(&view.name) {
                let circle: Vec<String> =
                    around.iter().skip_while(|other| **other != view.name).map(|name| format!("`{name}`")).collect();
                return Err(
                    Error::configuration(format!("the saved views are made of each other: {}", circle.join(" → "))).at(name.span)
                );
            }
            let inner = self.expanded(&view.sql, around).map_err(|error| Error { span: Some(name.span), ..error })?;
            around.pop();
            // A view sees no common table of the statement that uses it (<https://sqlite.org/lang_createview.html>), its text in the
            // place of its name would.
            if let Some(taken) = references(&inner.text).tables.iter().find(|table| common.contains(&table.name)) {
                let message = format!(
                    "the view `{}` reads the table `{}`, a name that WITH gives to another one here",
                    view.name, taken.name.name
                );
                return Err(Error::query(message).at(name.span).hint("give the common table another name"));
            }
            // A comment at its end goes no further than its line.
            let comment_end = if inner.text.contains("--") { "\n" } else { "" };
            let alias = if has_alias(sql, &reference) { String::new() } else { format!(" AS {}", quoted(&name.name)) };
            splices.replace(name.span, format!("({}{comment_end}){alias}", inner.text));
            uses.push((name.span, view, inner));
        }
        Ok(Expansion { text: splices.apply(sql), splices, uses })
    }
}

/// What a text refers to by bare names.
#[derive(Default)]
struct Referred {
    tables: Vec<SchemaReference>,
    /// Names of common tables, which mean no view within their reach.
    common: Vec<Identifier>,
}

/// The bare names of tables in a SELECT, or in the SELECT of another statement.
fn references(sql: &str) -> Referred {
    let mut referred = match crate::sql::parse(sql) {
        Statement::Query(query) => {
            let names = names::of_query(&query);
            Referred { tables: names.tables, common: names.common }
        }
        Statement::Explain { span, .. } => references(&explain::without_prefix(sql, span)),
        _ => {
            let select = sql.to_ascii_uppercase().find("SELECT").unwrap_or(sql.len());
            let is_read = |table: &SchemaReference| table.name.span.start > select && !is_written(sql, table.name.span.start);
            Referred { tables: names::of_text(sql).tables.into_iter().filter(is_read).collect(), common: Vec::new() }
        }
    };
    referred.tables.retain(|table| table.pool.is_none());
    referred.tables.sort_by_key(|table| table.name.span.start);
    referred.tables.dedup_by_key(|table| table.name.span.start);
    referred
}

/// Whether the name at a place is that of a table that is written: the target of INSERT, UPDATE, DELETE or CREATE.
fn is_written(sql: &str, start: usize) -> bool {
    let (before, word) = last_word(&sql[..start]);
    ["INTO", "UPDATE", "TABLE"].iter().any(|verb| word.eq_ignore_ascii_case(verb))
        || (word.eq_ignore_ascii_case("FROM") && last_word(before).1.eq_ignore_ascii_case("DELETE"))
}

/// The word at the end of a text, and what stands before it.
fn last_word(text: &str) -> (&str, &str) {
    let text = text.trim_end();
    let start = text
        .rfind(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    (&text[..start], &text[start..])
}

/// Whether a name needs none: it has one, or it stands behind IN.
fn has_alias(sql: &str, reference: &SchemaReference) -> bool {
    if reference.alias.is_some() || last_word(&sql[..reference.name.span.start]).1.eq_ignore_ascii_case("IN") {
        return true;
    }
    let behind = sql[reference.name.span.end..].trim_start();
    let word: String = behind.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    behind.starts_with(['"', '[', '`']) || word.eq_ignore_ascii_case("AS") || (!word.is_empty() && !crate::sql::is_keyword(&word))
}

impl Expansion {
    /// A result of the expanded text with columns named after the text `sql` as it was written.
    pub(super) fn named_as_written(&self, sql: &str, result: QueryResult) -> QueryResult {
        match crate::sql::parse(sql) {
            Statement::Query(query) => result.renamed(&select::changed_names(sql, &query, &self.splices)),
            _ => result,
        }
    }

    /// The error with its place in the text as it was; one within a view names that and the place there.
    pub(super) fn restore(&self, error: Error) -> Error {
        let Some((place, offset)) = error.span.and_then(|span| self.splices.replacement_at(span.start)) else {
            return self.splices.restore(error);
        };
        let Some((_, view, inner)) = self.uses.iter().find(|(used, ..)| *used == place) else {
            return self.splices.restore(error);
        };
        // The bracket before its text.
        let start = offset.saturating_sub(1);
        let error = inner.restore(Error { span: Some(Span::new(start, start)), ..error });
        let position = view.position(error.span.map_or(0, |span| span.start));
        let message = format!("in the view `{}` ({position}): {}", view.name, error.message);
        Error { message, span: Some(place), pool_sql: None, ..error }
    }
}
