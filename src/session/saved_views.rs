//! Saved views: their text takes the place of their name before anything else is done, so that every route knows them.

use std::sync::Arc;

use super::names;
use super::splice::Splices;
use super::{Session, explain};
use crate::connection::{SavedView, quoted};
use crate::error::{Error, Result, Span};
use crate::statement::{SchemaReference, Statement};

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
        if self.manager.views().is_empty() {
            return Ok(None);
        }
        let expansion = self.expanded(sql, &mut Vec::new())?;
        Ok(Some(expansion).filter(|expansion| !expansion.uses.is_empty()))
    }

    fn expanded(&self, sql: &str, around: &mut Vec<String>) -> Result<Expansion> {
        let (mut splices, mut uses) = (Splices::default(), Vec::new());
        for reference in references(sql) {
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
            // A comment at its end goes no further than its line.
            let comment_end = if inner.text.contains("--") { "\n" } else { "" };
            let alias = if has_alias(sql, &reference) { String::new() } else { format!(" AS {}", quoted(&name.name)) };
            splices.replace(name.span, format!("({}{comment_end}){alias}", inner.text));
            uses.push((name.span, view, inner));
        }
        Ok(Expansion { text: splices.apply(sql), splices, uses })
    }
}

/// The bare names of tables in a SELECT, or in the SELECT of another statement.
fn references(sql: &str) -> Vec<SchemaReference> {
    let mut tables = match crate::sql::parse(sql) {
        Statement::Query(query) => names::of_query(&query).tables,
        Statement::Explain { span, .. } => references(&explain::without_prefix(sql, span)),
        _ => {
            let select = sql.to_ascii_uppercase().find("SELECT").unwrap_or(sql.len());
            names::of_text(sql).tables.into_iter().filter(|table| table.name.span.start > select).collect()
        }
    };
    tables.retain(|table| table.pool.is_none());
    tables.sort_by_key(|table| table.name.span.start);
    tables.dedup_by_key(|table| table.name.span.start);
    tables
}

/// Whether a name needs none: it has one, or it stands behind IN.
fn has_alias(sql: &str, reference: &SchemaReference) -> bool {
    let before = sql[..reference.name.span.start].trim_end();
    let last_word = before.rsplit(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap_or_default();
    if reference.alias.is_some() || last_word.eq_ignore_ascii_case("IN") {
        return true;
    }
    let behind = sql[reference.name.span.end..].trim_start();
    let word: String = behind.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    behind.starts_with(['"', '[', '`']) || word.eq_ignore_ascii_case("AS") || (!word.is_empty() && !crate::sql::is_keyword(&word))
}

impl Expansion {
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
