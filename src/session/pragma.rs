//! PRAGMAs: what they are about, and whether their effect outlives the statement.

use super::names::Names;
use super::resolve::{Unknown, default_or_only_pool, resolve};
use super::worker::Job;
use super::write::{no_pool_named, writable};
use super::{QueryResult, Route, Session};
use crate::cancel::CancelToken;
use crate::error::{Error, Result};
use crate::statement::{Identifier, Pragma, PragmaEffect, SchemaReference};

/// Settings of a connection that are about one of its databases, and so need to know which.
const OF_A_DATABASE: &[&str] = &[
    "cache_size",
    "encoding",
    "journal_size_limit",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "page_size",
    "schema_version",
    "secure_delete",
    "synchronous",
];

impl Session {
    /// Runs a PRAGMA.
    pub(super) fn run_pragma(&mut self, sql: &str, pragma: &Pragma, cancel: &CancelToken) -> Result<QueryResult> {
        let (job, route) = self.pragma_job(sql, pragma, cancel)?;
        if pragma.effect == PragmaEffect::Reads {
            return self.start(job, route, cancel);
        }
        let result = Self::run_whole(job, route, cancel)?;
        self.has_settings |= pragma.effect == PragmaEffect::SetsConnection;
        Ok(result)
    }

    /// How a PRAGMA would run: a setting on the session's own connection, which it lasts as long as.
    pub(super) fn pragma_job(&mut self, sql: &str, pragma: &Pragma, cancel: &CancelToken) -> Result<(Job, Route)> {
        if self.route == Route::Federated {
            return Err(Error::route("the federated route does no PRAGMA"));
        }
        let mut resolved = resolve(&names_of(pragma), Unknown::IsLeft, &self.manager, &mut self.catalogs, cancel)?;
        let is_setting = pragma.effect == PragmaEffect::SetsConnection;
        let names_database = OF_A_DATABASE.iter().any(|name| pragma.name.is(name));
        if resolved.pools.is_empty() && pragma.pool.is_none() && (!is_setting || names_database) {
            let pool = default_or_only_pool(&self.manager).ok_or_else(no_pool_named)?;
            resolved.add_pool(&pool);
        }
        if pragma.effect == PragmaEffect::WritesFile {
            resolved.pools.iter().try_for_each(writable)?;
        }
        if is_setting {
            drop(self.pin(cancel)?);
        }
        if self.pinned.is_some() {
            // A bare name means main there, which may be another pool.
            if pragma.pool.is_none() && (names_database || !is_setting) {
                let pool = resolved.pools.first().map(|pool| pool.name().to_owned());
                resolved.tables = pool.map(|pool| (reference(None, pragma.name.clone()), pool)).into_iter().collect();
            }
            return self.pinned_job(sql, &resolved, cancel);
        }
        // The table in the brackets takes no qualifier: alone in its file it needs none.
        resolved.tables.retain(|(table, _)| table.pool.is_some());
        let (job, route) = self.sqlite_job(sql, &resolved, cancel)?;
        Ok((Job { snapshot: pragma.effect == PragmaEffect::Reads, ..job }, route))
    }
}

/// The pool or the table that it names: `PRAGMA pool.name`, `PRAGMA table_info(table)`.
fn names_of(pragma: &Pragma) -> Names {
    let tables = match (&pragma.pool, &pragma.table) {
        (Some(pool), _) => vec![reference(Some(pool.clone()), Identifier::new("sqlite_schema"))],
        (None, Some(table)) => vec![reference(None, table.clone())],
        (None, None) => Vec::new(),
    };
    Names { tables, ..Names::default() }
}

fn reference(pool: Option<Identifier>, name: Identifier) -> SchemaReference {
    SchemaReference::named(pool, name)
}
