//! Statements that stay text and only read.

use super::names;
use super::resolve::{Unknown, default_or_only_pool, resolve};
use super::worker::Job;
use super::write::no_pool_named;
use super::{QueryResult, Route, Session};
use crate::cancel::CancelToken;
use crate::connection::syntax_error;
use crate::error::{Error, Result};

impl Session {
    /// Runs a statement that was not read. One that no first word explains is SQLite's to refuse.
    pub(super) fn run_text(&mut self, sql: &str, why: &str, cancel: &CancelToken) -> Result<QueryResult> {
        let (job, route) = self.text_job(sql, why, cancel)?;
        self.start(job, route, cancel)
    }

    /// How a statement that was not read would run.
    pub(super) fn text_job(&mut self, sql: &str, why: &str, cancel: &CancelToken) -> Result<(Job, Route)> {
        // First, so that a slip of the pen is not taken for a table that no pool has.
        if let Some(error) = syntax_error(sql) {
            return Err(error);
        }
        if self.route == Route::Federated {
            return Err(Error::route(format!("the federated route cannot answer this: {why}")));
        }
        let names = names::of_text(sql);
        let mut resolved = resolve(&names, Unknown::IsLeft, &self.manager, &mut self.catalogs, cancel)?;
        resolved.take_arguments(&self.arguments);
        if resolved.pools.is_empty() && sql.to_ascii_lowercase().contains("pragma_") {
            resolved.add_pool(&default_or_only_pool(&self.manager).ok_or_else(no_pool_named)?);
        }
        self.sqlite_job(sql, &resolved, cancel)
    }
}
