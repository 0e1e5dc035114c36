//! Which route a SELECT takes, and why.

use std::time::Duration;

use super::catalogs::Catalogs;
use super::changes::asks_for_changes;
use super::resolve::Resolved;
use super::worker::Job;
use super::{Route, Session, sqlite_plan};
use crate::bind::{BindError, bind};
use crate::cancel::CancelToken;
use crate::connection::{AttachedConnection, ConnectionPool};
use crate::error::{Error, Result};
use crate::planner::{FederatedPlan, Node, NodeKind, plan};
use crate::statement::QueryStatement;

/// Plans that are estimated to take less are not worth comparing: SQLite begins at once.
const SMALL: f64 = 0.004;

/// The budget of an attempt where the plan is small: its estimate may be wrong, SQLite's plan may be bad.
const SMALL_BUDGET: Duration = Duration::from_millis(50);

/// The share of the federated plan's time that an attempt may cost, and its bounds in seconds. Most attempts fail: only where
/// SQLite finds everything in rowid tables and covering indexes is it likely to be the faster one.
const SHARE: f64 = 0.05;
const LIKELY_SHARE: f64 = 0.7;
const LEAST_BUDGET: f64 = 0.005;
const MOST_BUDGET: f64 = 0.4;

/// What binding and planning made of a SELECT.
pub(super) enum Federation {
    Plan(Box<FederatedPlan>),
    /// The in-memory stage does not do it; what it is, as a noun phrase.
    Unsupported(String),
    /// As far as glue can tell the statement is wrong; SQLite is the judge.
    Invalid(Box<Error>),
}

/// How a SELECT will be answered.
pub(super) enum Choice {
    /// By SQLite, whatever it takes. `otherwise` is what glue has to say should SQLite refuse the statement as well.
    Sqlite { job: Job, route: Route, why: String, otherwise: Option<Box<Error>> },
    /// By SQLite if that takes no longer than the budget, else by the plan.
    Attempt { job: Job, route: Route, budget: Duration, plan: Box<FederatedPlan> },
    /// By the plan.
    Federated { plan: Box<FederatedPlan>, why: String },
}

/// Binds and plans a SELECT.
pub(super) fn federation(query: &QueryStatement, resolved: &Resolved, catalogs: &Catalogs) -> Federation {
    match bind(query, &resolved.namespace) {
        Err(BindError::Unsupported(why)) => Federation::Unsupported(why),
        Err(BindError::Invalid(error)) => Federation::Invalid(error),
        Ok(bound) => match plan(bound, &resolved.namespace, catalogs) {
            Ok(plan) => match resolved.pools.iter().find(|pool| may_mean_otherwise(pool)) {
                Some(pool) => {
                    Federation::Unsupported(format!("the pool `{}` has `init` or `extensions` of its own", pool.name()))
                }
                None => Federation::Plan(Box::new(plan)),
            },
            Err(why) => Federation::Unsupported(why),
        },
    }
}

/// Whether a pool's connections may take the same text otherwise than the steps in memory: an extension may replace a function or a
/// collation, and a PRAGMA may tell LIKE to heed case.
fn may_mean_otherwise(pool: &ConnectionPool) -> bool {
    pool.options().init.is_some() || !pool.options().extensions.is_empty()
}

impl Session {
    /// Chooses how to answer a SELECT.
    pub(super) fn choose(
        &mut self,
        sql: &str,
        query: &QueryStatement,
        resolved: &Resolved,
        cancel: &CancelToken,
    ) -> Result<Choice> {
        if self.pinned.is_some() {
            return self.by_sqlite(sql, resolved, "the session's own connection", None, cancel);
        }
        if asks_for_changes(sql) {
            return self.by_sqlite(sql, resolved, "only the session knows what was changed", None, cancel);
        }
        let federation = federation(query, resolved, &self.catalogs);
        if self.route == Route::Federated {
            return self.forced(federation, sql, resolved, cancel);
        }
        let plan = match federation {
            _ if resolved.pools.is_empty() => return self.by_sqlite(sql, resolved, "no pool is needed", None, cancel),
            Federation::Unsupported(why) => {
                return self.by_sqlite(sql, resolved, &format!("unsupported in memory: {why}"), None, cancel);
            }
            Federation::Invalid(error) => {
                let why = "glue finds a mistake; SQLite decides";
                return self.by_sqlite(sql, resolved, why, Some(error), cancel);
            }
            Federation::Plan(_) if self.route != Route::Auto => {
                return self.by_sqlite(sql, resolved, "forced", None, cancel);
            }
            Federation::Plan(plan) => plan,
        };
        if resolved.pools.len() == 1 && is_one_pool_query(&plan.root) {
            return self.by_sqlite(sql, resolved, "the whole statement", None, cancel);
        }
        if resolved.pools.len() > AttachedConnection::limit() {
            return Ok(Choice::Federated { plan, why: "more files than one connection can attach".to_owned() });
        }
        let seconds = plan.seconds();
        let is_small = seconds < SMALL;
        let (job, route) = self.sqlite_job(sql, resolved, cancel)?;
        let mut budget = SMALL_BUDGET;
        if !is_small {
            if let Some(error) = job.mistake() {
                return Err(error);
            }
            let lines = sqlite_plan::of(job.connected.connection(), &job.sql);
            budget = self::budget(seconds, if sqlite_plan::searches_cheaply(&lines) { LIKELY_SHARE } else { SHARE });
            if let Some(what) = sqlite_plan::too_long(&lines, query, resolved, &plan, budget) {
                return Ok(Choice::Federated { plan, why: format!("SQLite would {what}") });
            }
        }
        Ok(Choice::Attempt { job, route, budget, plan })
    }

    /// The federated route and no other. SQLite sees the statement first: what is wrong with one is for it to say.
    fn forced(&mut self, federation: Federation, sql: &str, resolved: &Resolved, cancel: &CancelToken) -> Result<Choice> {
        let mistake = if resolved.pools.len() > AttachedConnection::limit() {
            None
        } else {
            self.sqlite_job(sql, resolved, cancel)?.0.mistake()
        };
        match (federation, mistake) {
            (Federation::Invalid(own), Some(error)) => Err(with_advice(error, *own)),
            (_, Some(error)) => Err(error),
            (Federation::Plan(plan), None) => Ok(Choice::Federated { plan, why: "forced".to_owned() }),
            (Federation::Unsupported(why), None) => Err(Error::route(format!("the federated route does not do this: {why}"))),
            (Federation::Invalid(error), None) => Err(Error::route(format!("the federated route does not do this: {error}"))),
        }
    }

    fn by_sqlite(
        &mut self,
        sql: &str,
        resolved: &Resolved,
        why: &str,
        otherwise: Option<Box<Error>>,
        cancel: &CancelToken,
    ) -> Result<Choice> {
        let (job, route) = self.sqlite_job(sql, resolved, cancel)?;
        Ok(Choice::Sqlite { job, route, why: why.to_owned(), otherwise })
    }
}

/// SQLite's words and place, with what glue knows besides about the same mistake: a place where SQLite names none, and advice.
pub(super) fn with_advice(mut error: Error, own: Error) -> Error {
    let start = |error: &Error| error.span.map(|span| span.start);
    if error.message == own.message || (start(&error).is_some() && start(&error) == start(&own)) {
        // SQLite tells where a name begins, glue where it ends.
        error.span = own.span.filter(|_| start(&error).is_none() || start(&error) == start(&own)).or(error.span);
        error.hint = error.hint.or(own.hint);
        // Where the place is known in the user's own text, what SQLite was sent tells nothing more.
        error.pool_sql = error.pool_sql.filter(|_| error.span.is_none());
    }
    error
}

/// The time that SQLite gets before the federated plan takes over.
fn budget(seconds: f64, share: f64) -> Duration {
    Duration::from_secs_f64((seconds * share).clamp(LEAST_BUDGET, MOST_BUDGET))
}

/// Whether a plan gives a pool all the work, on one connection: the user's own text does it as well, without a detour.
fn is_one_pool_query(node: &Node) -> bool {
    match &node.kind {
        NodeKind::PoolQuery(query) => query.partition.is_none(),
        NodeKind::Project { input, .. } => is_one_pool_query(input),
        _ => false,
    }
}
