//! Statements that SQLite answers whole: on a pool's own connection, or on one with the files attached.

use super::copies;
use super::guard::Guard;
use super::resolve::Resolved;
use super::result::{Attempt, finished, started};
use super::splice::Splices;
use super::worker::{Connected, Job, Worker};
use super::{QueryResult, Route, Session};
use crate::cancel::CancelToken;
use crate::connection::{AttachedConnection, ConnectionPool};
use crate::error::{Error, Result};

impl Session {
    /// A statement as SQLite alone would answer it, by the route that is forced or the simpler one.
    pub(super) fn sqlite_job(&mut self, sql: &str, resolved: &Resolved, cancel: &CancelToken) -> Result<(Job, Route)> {
        match (resolved.pools.as_slice(), self.route) {
            ([pool], Route::Auto | Route::Pool | Route::Federated) => {
                Ok((self.pool_job(sql, pool, resolved.splices_for_pool(), cancel)?, Route::Pool))
            }
            ([_, _, ..], Route::Pool) => {
                let pools: Vec<String> = resolved.pools.iter().map(|pool| format!("`{}`", pool.name())).collect();
                Err(Error::route(format!("the statement names several pools: {}", pools.join(", "))))
            }
            _ => Ok((self.attached_job(sql, resolved, cancel)?, Route::Attached)),
        }
    }

    /// A statement on a connection whose main database is the pool.
    pub(super) fn pool_job(&mut self, sql: &str, pool: &ConnectionPool, splices: Splices, cancel: &CancelToken) -> Result<Job> {
        let lease = self.catalogs.take_lease(pool, cancel)?;
        self.catalogs.give_back();
        let sql = splices.apply(sql);
        Ok(Job { connected: Connected::Lease(Box::new(lease)), sql, splices, snapshot: true, guard: None, budget: None })
    }

    /// A statement on a connection with its pools attached, or the anchor alone where it names none.
    fn attached_job(&mut self, sql: &str, resolved: &Resolved, cancel: &CancelToken) -> Result<Job> {
        // An attached connection counts against each of its pools: with one connection a pool it would wait for our own.
        self.catalogs.give_back();
        let guard = (resolved.pools.len() > 1).then(|| Guard::of(resolved));
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
        Ok(Job { connected: Connected::Attached(Box::new(attached)), sql, splices, snapshot, guard, budget: None })
    }

    /// Starts a statement whose rows are read as they are asked for.
    pub(super) fn start(job: Job, route: Route, cancel: &CancelToken) -> Result<QueryResult> {
        started(Worker::start(job, cancel)?, route)
    }

    /// Runs a statement to its end.
    pub(super) fn run_whole(job: Job, route: Route, cancel: &CancelToken) -> Result<QueryResult> {
        match finished(&Worker::start(job, cancel)?, route)? {
            Attempt::Finished(result) => Ok(result),
            Attempt::OverBudget => Err(Error::interrupted()),
        }
    }
}
