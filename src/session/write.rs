//! Statements that change a database: which pool, whether that is allowed, and on which connection.

use super::names::{self, Names};
use super::resolve::{Resolved, Unknown, default_or_only_pool, resolve};
use super::worker::{Connected, Job};
use super::{QueryResult, Route, Session};
use crate::cancel::CancelToken;
use crate::connection::{AttachedConnection, ConnectionPool};
use crate::error::{Error, Result};
use crate::statement::{SchemaReference, Sweep, Write, WriteKind};

impl Session {
    /// Runs a write to its end: it is done when this returns, whether or not its rows (RETURNING) are read.
    pub(super) fn run_write(&mut self, sql: &str, write: &Write, cancel: &CancelToken) -> Result<QueryResult> {
        let (job, route) = self.write_job(sql, write, cancel)?;
        let result = Self::run_whole(job, route, cancel)?;
        if write.kind == WriteKind::Rows {
            self.changes.add(result.changes().unwrap_or_default());
        }
        Ok(result)
    }

    /// How a write would run.
    pub(super) fn write_job(&mut self, sql: &str, write: &Write, cancel: &CancelToken) -> Result<(Job, Route)> {
        if self.route == Route::Federated {
            return Err(Error::route("the federated route only reads"));
        }
        let names = names_of_write(sql, write);
        let mut resolved = resolve(&names, Unknown::IsLeft, &self.manager, &mut self.catalogs, cancel)?;
        resolved.take_arguments(&self.arguments);
        let Some(target) = self.target(write, &mut resolved)? else {
            // What the session made itself lives on its own connection.
            drop(self.pin(cancel)?);
            return self.pinned_job(sql, &resolved, cancel);
        };
        if write.kind == WriteKind::VacuumInto {
            // A pool's own connection refuses all that writes, be it to another file.
            let attached = AttachedConnection::open(&resolved.pools, super::catalogs::deadline(), cancel)?;
            let attached = Connected::Attached(Box::new(attached));
            return Ok((Self::job_on(attached, sql, &resolved, &self.catalogs), Route::Attached));
        }
        writable(&target)?;
        if self.pinned.is_some() {
            return self.pinned_job(sql, &resolved, cancel);
        }
        if let [only] = resolved.pools.as_slice()
            && self.route != Route::Attached
        {
            let job = self.pool_job(sql, only, &resolved, cancel)?;
            return Ok((Job { snapshot: false, ..job }, Route::Pool));
        }
        if self.route == Route::Pool {
            return Err(several_pools(&resolved));
        }
        Ok((self.writing_job(sql, &target, &resolved, cancel)?, Route::Attached))
    }

    /// A write that reads other pools: on a connection whose main database is the one that is written.
    fn writing_job(&mut self, sql: &str, target: &ConnectionPool, resolved: &Resolved, cancel: &CancelToken) -> Result<Job> {
        self.catalogs.give_back();
        let mut attached = AttachedConnection::open_on(target, super::catalogs::deadline(), cancel)?;
        for pool in &resolved.pools {
            attached.attach(pool, super::catalogs::deadline(), cancel)?;
        }
        Ok(Self::job_on(Connected::Attached(Box::new(attached)), sql, resolved, &self.catalogs))
    }

    /// The pool that a write is about, added to those in play; none if it is about something that the session made itself.
    fn target(&self, write: &Write, resolved: &mut Resolved) -> Result<Option<ConnectionPool>> {
        let Some(target) = &write.target else {
            return self.unnamed_target(resolved).map(Some);
        };
        if self.is_own(write, target) {
            return Ok(None);
        }
        let found = resolved.tables.iter().find(|(table, _)| table.name.span == target.name.span);
        let found = found.map(|(_, pool)| pool.clone());
        let on = || {
            let on = write.on.as_ref()?;
            resolved.tables.iter().find(|(table, _)| table.name.span == on.name.span).map(|(_, pool)| pool.clone())
        };
        let pool = match (&target.pool, found) {
            (_, Some(pool)) => self.manager.pool(&pool).or_else(|| self.by_own_name(&pool)),
            (Some(qualifier), None) if qualifier.is("main") => default_or_only_pool(&self.manager),
            (Some(qualifier), None) => self.manager.pool(&qualifier.name),
            (None, None) => match on() {
                Some(pool) => self.manager.pool(&pool).or_else(|| self.by_own_name(&pool)),
                // ANALYZE and REINDEX may name a pool where a table could stand.
                None if write.kind == WriteKind::Maintain => {
                    self.manager.pool(&target.name.name).or_else(|| default_or_only_pool(&self.manager))
                }
                None => default_or_only_pool(&self.manager),
            },
        };
        let pool = pool.ok_or_else(|| no_target(target))?;
        if write.kind == WriteKind::CreateOnTable {
            // The table behind ON cannot be qualified; the index or trigger itself can.
            resolved.tables.clear();
        }
        let is_named = resolved.tables.iter().any(|(table, _)| table.name.span == target.name.span);
        let is_pool =
            write.kind == WriteKind::Maintain && target.pool.is_none() && self.manager.pool(&target.name.name).is_some();
        let is_vacuum = matches!(write.kind, WriteKind::Vacuum | WriteKind::VacuumInto);
        if !is_named && !is_pool && !is_vacuum {
            resolved.tables.push((target.clone(), pool.name().to_owned()));
        }
        resolved.add_pool(&pool);
        Ok(Some(pool))
    }

    /// Whether a write is about something that lives as long as the session.
    fn is_own(&self, write: &Write, target: &SchemaReference) -> bool {
        match &target.pool {
            Some(pool) => self.catalogs.own.has_schema(&pool.name) || pool.is("temp"),
            // A new table is not one that is there already.
            None => write.kind != WriteKind::CreateTable && self.catalogs.own.has_object(&target.name.name),
        }
    }

    /// What a statement would take away from a file at one stroke, and from what: for programs that ask before they do.
    /// None for what the session made itself, and where every pool is read-only.
    pub fn sweep(&mut self, sql: &str) -> Option<(Sweep, SchemaReference)> {
        // Most sessions only read, and their statements need not be read twice.
        if self.manager.pools().iter().all(|pool| pool.options().read_only) {
            return None;
        }
        let crate::statement::Statement::Write(write) = crate::sql::parse(sql) else { return None };
        write.sweep?;
        // What the last statement made is known only now; should that fail, running the statement says why.
        self.settle_pinned(&self.cancel.child()).ok()?;
        let target = write.target.as_ref().filter(|target| !self.is_own(&write, target))?;
        Some((write.sweep?, target.clone()))
    }

    fn unnamed_target(&self, resolved: &mut Resolved) -> Result<ConnectionPool> {
        let pool = default_or_only_pool(&self.manager).ok_or_else(no_pool_named)?;
        resolved.add_pool(&pool);
        Ok(pool)
    }

    fn by_own_name(&self, name: &str) -> Option<ConnectionPool> {
        self.manager.pools().into_iter().find(|pool| pool.name() == name)
    }
}

/// The tables whose names mean what the session says. Within views and triggers they mean their own database's.
fn names_of_write(sql: &str, write: &Write) -> Names {
    match write.kind {
        WriteKind::CreateView | WriteKind::DropOnTable | WriteKind::Maintain | WriteKind::Vacuum | WriteKind::VacuumInto => {
            let tables = write.target.iter().filter(|target| target.pool.is_some() && write.kind == WriteKind::Maintain);
            Names { tables: tables.cloned().collect(), uses_all_columns: true, ..Names::default() }
        }
        WriteKind::CreateOnTable => {
            let is_qualified = write.target.as_ref().is_some_and(|target| target.pool.is_some());
            let on = write.on.iter().filter(|_| !is_qualified);
            Names { tables: on.cloned().collect(), uses_all_columns: true, ..Names::default() }
        }
        WriteKind::CreateTable => {
            let mut names = names::of_text(sql);
            names.tables.retain(|table| write.target.as_ref().is_none_or(|target| table.name.span != target.name.span));
            names
        }
        WriteKind::Rows | WriteKind::ChangeTable => names::of_text(sql),
    }
}

/// An error unless a pool may be written, before anything is opened for it.
pub(super) fn writable(pool: &ConnectionPool) -> Result<()> {
    if !pool.options().read_only {
        return Ok(());
    }
    let key = crate::sql::quote_identifier(pool.name());
    Err(Error::query(format!("pool `{}` is read-only", pool.name()))
        .hint(format!("set `read_only = false` in [pools.{key}] of glue.toml and give `--write`"))
        .in_pool(pool.name())
        .on_path(pool.path()))
}

pub(super) fn no_pool_named() -> Error {
    Error::query("the statement does not say which pool it is about").hint("write the pool's name before the table's")
}

pub(super) fn several_pools(resolved: &Resolved) -> Error {
    let pools: Vec<String> = resolved.pools.iter().map(|pool| format!("`{}`", pool.name())).collect();
    Error::route(format!("the statement names several pools: {}", pools.join(", ")))
}

fn no_target(target: &SchemaReference) -> Error {
    match &target.pool {
        Some(pool) => Error::query(format!("there is no pool `{}`", pool.name)).at(pool.span),
        None => no_pool_named().at(target.name.span),
    }
}
