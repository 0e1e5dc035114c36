//! Statements that SQLite answers whole: on a pool's own connection, on one with the files attached, or on the session's own.

use super::catalogs::Catalogs;
use super::changes::asks_for_changes;
use super::copies;
use super::guard::Guard;
use super::resolve::Resolved;
use super::result::{Attempt, finished, started};
use super::worker::{Connected, Job, Worker};
use super::write::several_pools;
use super::{QueryResult, Route, Session};
use crate::cancel::CancelToken;
use crate::connection::{AttachedConnection, ConnectionPool};
use crate::error::{Error, Result};

impl Session {
    /// A statement as SQLite alone would answer it, by the route that is forced or the simpler one.
    pub(super) fn sqlite_job(&mut self, sql: &str, resolved: &Resolved, cancel: &CancelToken) -> Result<(Job, Route)> {
        if self.pinned.is_some() {
            return self.pinned_job(sql, resolved, cancel);
        }
        if asks_for_changes(sql) {
            let job = self.attached_job(sql, resolved, cancel)?;
            return Ok((Job { remembered: Some(self.changes), ..job }, Route::Attached));
        }
        match (resolved.pools.as_slice(), self.route) {
            ([pool], Route::Auto | Route::Pool | Route::Federated) => {
                Ok((self.pool_job(sql, pool, resolved, cancel)?, Route::Pool))
            }
            ([_, _, ..], Route::Pool) => Err(several_pools(resolved)),
            _ => Ok((self.attached_job(sql, resolved, cancel)?, Route::Attached)),
        }
    }

    /// A statement on a connection whose main database is the pool.
    pub(super) fn pool_job(
        &mut self,
        sql: &str,
        pool: &ConnectionPool,
        resolved: &Resolved,
        cancel: &CancelToken,
    ) -> Result<Job> {
        let lease = self.catalogs.take_lease(pool, cancel)?;
        self.catalogs.give_back();
        let splices = resolved.splices_for_pool();
        let sql = splices.apply(sql);
        let parameters = resolved.parameters.clone();
        Ok(Job { splices, parameters, snapshot: true, ..Job::new(Connected::Lease(Box::new(lease)), &sql) })
    }

    /// A statement on a connection with its pools attached, or the anchor alone where it names none.
    fn attached_job(&mut self, sql: &str, resolved: &Resolved, cancel: &CancelToken) -> Result<Job> {
        // An attached connection counts against each of its pools: with one connection a pool it would wait for our own.
        self.catalogs.give_back();
        let guard = (resolved.pools.len() > 1).then(|| Guard::of(resolved, &self.catalogs, &resolved.pools));
        let attachable = copies::attachable(resolved)?;
        let attached = AttachedConnection::open(&attachable.attached, super::catalogs::deadline(), cancel)?;
        // Copying begins the transaction itself, so that the copies and what is attached are of one moment.
        let snapshot = attachable.copied.is_empty();
        let splices = if snapshot {
            resolved.splices_for_attached()
        } else {
            copies::copy(&attached, &attachable.copied, resolved, cancel)?
        };
        let sql = splices.apply(sql);
        let parameters = resolved.parameters.clone();
        Ok(Job { splices, parameters, snapshot, guard, ..Job::new(Connected::Attached(Box::new(attached)), &sql) })
    }

    /// A statement on the session's own connection, to which the pools that it names are attached.
    pub(super) fn pinned_job(&mut self, sql: &str, resolved: &Resolved, cancel: &CancelToken) -> Result<(Job, Route)> {
        if self.route == Route::Federated {
            let message = "the federated route does not see what lives on the session's own connection";
            return Err(Error::route(message).hint("end the transaction, and drop the session's temporary tables, first"));
        }
        self.catalogs.give_back();
        let mut pin = self.pin(cancel)?;
        pin.attached().set_cancel(cancel);
        for pool in &resolved.pools {
            pin.attached_mut().attach(pool, super::catalogs::deadline(), cancel)?;
        }
        Ok((Self::job_on(Connected::Pinned(pin), sql, resolved, &self.catalogs), Route::Attached))
    }

    /// A statement on a connection on which each pool has its own name.
    pub(super) fn job_on(connected: Connected, sql: &str, resolved: &Resolved, catalogs: &Catalogs) -> Job {
        let splices = resolved.splices_for_attached();
        let sql = splices.apply(sql);
        let guard = Some(Guard::of(resolved, catalogs, &connected.all_pools()));
        let parameters = resolved.parameters.clone();
        Job { splices, parameters, guard, ..Job::new(connected, &sql) }
    }

    /// Starts a statement whose rows are read as they are asked for.
    pub(super) fn start(&self, job: Job, route: Route, cancel: &CancelToken) -> Result<QueryResult> {
        let pinned = self.pinned.clone().filter(|_| matches!(job.connected, Connected::Pinned(_)));
        let worker = Worker::start(job, cancel)?;
        if let Some(pinned) = pinned {
            pinned.is_with(worker.hurry());
        }
        started(worker, route)
    }

    /// Runs a statement to its end.
    pub(super) fn run_whole(job: Job, route: Route, cancel: &CancelToken) -> Result<QueryResult> {
        match finished(&Worker::start(job, cancel)?, route)? {
            Attempt::Finished(result) => Ok(*result),
            Attempt::OverBudget => Err(Error::interrupted()),
        }
    }
}
