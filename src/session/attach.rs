//! ATTACH and DETACH: a file becomes a pool of this session, a database in memory lives on its own connection.

use super::worker::{Connected, Job};
use super::{QueryResult, Route, Session};
use crate::cancel::CancelToken;
use crate::connection::ConnectionPool;
use crate::error::{Error, Result};
use crate::statement::{AttachCommand, Identifier};

impl Session {
    /// Runs ATTACH or DETACH.
    pub(super) fn run_attach(&mut self, sql: &str, command: &AttachCommand, cancel: &CancelToken) -> Result<QueryResult> {
        match command {
            AttachCommand::Attach { path: Some(path), name } if path.is_empty() || path == ":memory:" => {
                let result = self.run_pinned_text(sql, cancel)?;
                self.memory_schemas.push(name.name.to_ascii_lowercase());
                Ok(result)
            }
            AttachCommand::Attach { path: Some(path), name } => {
                self.attach_file(path, name, cancel)?;
                Ok(QueryResult::empty())
            }
            AttachCommand::Attach { path: None, name } => {
                Err(Error::query("ATTACH takes its path as text in quotes").at(name.span))
            }
            AttachCommand::Detach { name } => self.detach(sql, name, cancel),
        }
    }

    fn attach_file(&mut self, path: &str, name: &Identifier, cancel: &CancelToken) -> Result<()> {
        let is_taken = self.manager.pool(&name.name).is_some() || self.catalogs.own.has_schema(&name.name);
        if is_taken {
            return Err(Error::query(format!("database {} is already in use", name.name)).at(name.span));
        }
        let mut options = self.attach_options.clone();
        options.immutable = false;
        let pool = ConnectionPool::sqlite(path).name(&name.name).options(options).build().map_err(|error| error.at(name.span))?;
        // What cannot be opened is no pool: ATTACH says so at once.
        drop(pool.lease(super::catalogs::deadline(), cancel)?);
        if self.attached.is_empty() {
            // Other sessions over the same pools do not see it.
            self.manager = self.manager.copied();
        }
        self.manager.register_connection_pool(pool, Some(&name.name))?;
        self.attached.push(name.name.to_ascii_lowercase());
        self.catalogs.forget();
        Ok(())
    }

    fn detach(&mut self, sql: &str, name: &Identifier, cancel: &CancelToken) -> Result<QueryResult> {
        let key = name.name.to_ascii_lowercase();
        if self.memory_schemas.contains(&key) {
            let result = self.run_pinned_text(sql, cancel)?;
            self.memory_schemas.retain(|schema| *schema != key);
            return Ok(result);
        }
        if self.attached.contains(&key) {
            if self.pinned.is_some() {
                return Err(Error::query(format!("database {} is locked", name.name))
                    .at(name.span)
                    .hint("end the transaction, and drop the session's temporary tables, first"));
            }
            self.attached.retain(|attached| *attached != key);
            self.manager.forget(&key);
            self.catalogs.forget();
            return Ok(QueryResult::empty());
        }
        let error = Error::query(format!("no such database: {}", name.name)).at(name.span);
        Err(match self.manager.pool(&name.name) {
            Some(_) => error.hint("it is a pool of the configuration, which stays"),
            None => error,
        })
    }

    /// Runs a text on the session's own connection.
    fn run_pinned_text(&mut self, sql: &str, cancel: &CancelToken) -> Result<QueryResult> {
        let pin = self.pin(cancel)?;
        Self::run_whole(Job::new(Connected::Pinned(pin), sql), Route::Attached, cancel)
    }
}
