//! Statements that stay text: what may run, and in which pool.

use super::names::{self, Names};
use super::resolve::{Unknown, default_or_only_pool, resolve};
use super::worker::Job;
use super::{QueryResult, Route, Session};
use crate::cancel::CancelToken;
use crate::connection::ConnectionPool;
use crate::error::{Error, Result};
use crate::statement::{Identifier, SchemaReference, Version};

/// The words that a statement which changes a database can begin with; any other is SQLite's to refuse.
const WRITING: &[&str] =
    &["ALTER", "ANALYZE", "CREATE", "DELETE", "DROP", "INSERT", "REINDEX", "REPLACE", "UPDATE", "VACUUM", "WITH"];

impl Session {
    /// Runs a statement that was not read.
    pub(super) fn run_text(&mut self, sql: &str, reads_only: bool, why: &str, cancel: &CancelToken) -> Result<QueryResult> {
        let (job, route) = self.text_job(sql, reads_only, why, cancel)?;
        if reads_only {
            return Self::start(job, route, cancel);
        }
        // A write is done when this returns, whether or not its rows (RETURNING) are read.
        Self::run_whole(job, route, cancel)
    }

    /// How a statement that was not read would run.
    pub(super) fn text_job(&mut self, sql: &str, reads_only: bool, why: &str, cancel: &CancelToken) -> Result<(Job, Route)> {
        refuse(sql, reads_only)?;
        if self.route == Route::Federated {
            return Err(Error::route(format!("the federated route cannot answer this: {why}")));
        }
        let mut names = names::of_text(sql);
        let first = first_words(sql).into_iter().next().unwrap_or_default();
        let is_pragma = first == "PRAGMA";
        let reads_only = reads_only || !WRITING.contains(&first.as_str());
        if is_pragma {
            names = pragma_names(sql);
        }
        let mut resolved = resolve(&names, Unknown::IsLeft, &self.manager, &mut self.catalogs, cancel)?;
        let needs_pool = !reads_only || is_pragma || sql.to_ascii_lowercase().contains("pragma_");
        if resolved.pools.is_empty() && needs_pool {
            let pool = default_or_only_pool(&self.manager).ok_or_else(|| {
                Error::query("the statement does not say which pool it is about").hint("write the pool's name before the table's")
            })?;
            resolved.pools.push(pool);
        }
        if reads_only {
            return self.sqlite_job(sql, &resolved, cancel);
        }
        match resolved.pools.as_slice() {
            [pool] => {
                writable(pool)?;
                let splices = resolved.splices_for_pool();
                let mut job = self.pool_job(sql, pool, splices, cancel)?;
                job.snapshot = false;
                Ok((job, Route::Pool))
            }
            several => {
                let pools: Vec<String> = several.iter().map(|pool| format!("`{}`", pool.name())).collect();
                Err(Error::query(format!("a statement that writes can name one pool only, not {}", pools.join(" and "))))
            }
        }
    }
}

pub(super) fn writable(pool: &ConnectionPool) -> Result<()> {
    if !pool.options().read_only {
        return Ok(());
    }
    Err(Error::query(format!("pool `{}` is read-only", pool.name()))
        .hint(format!("set `read_only = false` in [pools.{}] of glue.toml", crate::sql::quote_identifier(pool.name())))
        .in_pool(pool.name())
        .on_path(pool.path()))
}

/// What cannot be kept on a connection that goes back to its pool after the statement.
fn refuse(sql: &str, reads_only: bool) -> Result<()> {
    let words = first_words(sql);
    let word = |index: usize| words.get(index).map_or("", String::as_str);
    match word(0) {
        "BEGIN" | "COMMIT" | "END" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" => {
            Err(Error::query(format!("{} is not supported: every statement is a transaction of its own", word(0))))
        }
        "ATTACH" | "DETACH" => Err(Error::query(format!("{} is not supported: files are named as pools", word(0)))
            .hint("add a pool to glue.toml, or start with `--db NAME=PATH`")),
        "PRAGMA" if !reads_only => {
            Err(Error::query("a setting would not last: connections are shared and go back to their pool after each statement"))
        }
        "CREATE" if matches!(word(1), "TEMP" | "TEMPORARY") => {
            Err(Error::query("temporary objects are not supported: they would be gone with the statement's connection"))
        }
        _ => Ok(()),
    }
}

/// The first words of a statement, in upper case.
fn first_words(sql: &str) -> Vec<String> {
    let statements = crate::sql::split(sql);
    let text = statements.first().map_or("", |statement| statement.text);
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.split(|letter| !is_part(letter)).filter(|word| !word.is_empty()).take(3).map(str::to_ascii_uppercase).collect()
}

/// The pool or the table that a PRAGMA names: `PRAGMA pool.name`, `PRAGMA table_info(table)`.
fn pragma_names(sql: &str) -> Names {
    let find = |word: &str| sql.to_ascii_uppercase().find(word).map(|start| start + word.len());
    let Some(start) = find("PRAGMA") else { return Names::default() };
    let reference =
        |pool: Option<Identifier>, name: Identifier| SchemaReference { pool, name, alias: None, version: Version::Latest };
    let Some((first, behind)) = name_at(sql, start) else { return Names::default() };
    let rest = sql[behind..].trim_start();
    let tables = if rest.starts_with('.') {
        vec![reference(Some(first), Identifier::new("sqlite_schema"))]
    } else if let Some(bracket) = rest.strip_prefix('(') {
        name_at(sql, sql.len() - bracket.len()).map(|(name, _)| reference(None, name)).into_iter().collect()
    } else {
        Vec::new()
    };
    Names { tables, ..Names::default() }
}

/// The name that starts at or behind a place, and where it ends.
fn name_at(sql: &str, start: usize) -> Option<(Identifier, usize)> {
    let start = sql.len() - sql[start..].trim_start().len();
    let rest = &sql[start..];
    let (name, length) = match rest.chars().next()? {
        quote @ ('"' | '`' | '\'') => {
            let end = rest[1..].find(quote)? + 1;
            (&rest[1..end], end + 1)
        }
        '[' => {
            let end = rest.find(']')?;
            (&rest[1..end], end + 1)
        }
        _ => {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            (&rest[..end], end)
        }
    };
    let span = crate::error::Span::new(start, start + length);
    (!name.is_empty()).then(|| (Identifier::at(name, span), start + length))
}
