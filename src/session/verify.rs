//! One SELECT by the federated and by the attached route, on the same snapshots, and whether both give the same.

mod compare;
mod representatives;

use std::collections::VecDeque;

use super::catalogs::deadline;
use super::resolve::Resolved;
use super::{QueryResult, Route, Session};
use crate::batch::Batch;
use crate::bind::bind;
use crate::cancel::CancelToken;
use crate::connection::{ConnectionPool, Lease, quoted, sqlite_error};
use crate::error::{Error, ErrorKind, Result};
use crate::statement::{Parameters, QueryStatement, Statement};
use compare::{Difference, Rows, difference};

/// How often both routes run anew because another process committed between their snapshots.
const TRIES: usize = 5;

/// What running a statement twice told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Both routes gave the same rows; how many.
    Same(usize),
    /// The rows differ, but only in columns, or in their number, in which SQLite's own differ by another plan (scans the other way
    /// round, or no optimizations), or in which of several equal values stands for all where the statement makes one row of them: it
    /// leaves them open. How many the federated route gave.
    Open(usize),
    /// The statement ran once, as always; why it was not compared.
    NotCompared(String),
}

/// Another plan of SQLite's.
#[derive(Debug, Clone, Copy)]
enum Otherwise {
    /// With all scans the other way round.
    Reversed,
    /// Without its optimizations; `reverse_unordered_selects` turns no scan round that GROUP BY or DISTINCT reads.
    Plainly,
}

/// The rows of one route, or why there are none.
type Answer = Result<Given>;

struct Given {
    columns: Vec<String>,
    batches: Vec<Batch>,
}

impl Session {
    /// Runs one statement; a SELECT by the federated and by the attached route on the same snapshots. It is an error of the kind
    /// [`ErrorKind::Difference`] if they do not agree. Both answers are held in memory. What a SELECT leaves open may differ: the order of
    /// rows without ORDER BY, and whatever SQLite itself answers otherwise by another plan.
    pub fn verify_with(&mut self, sql: &str, parameters: impl Into<Parameters>) -> Result<(QueryResult, Verdict)> {
        let parameters = parameters.into();
        if let Some(expansion) = self.expand(sql)? {
            let verified = self.verify_with(&expansion.text, parameters).map_err(|error| expansion.restore(error))?;
            return Ok((expansion.named_as_written(sql, verified.0), verified.1));
        }
        let Statement::Query(query) = crate::sql::parse(sql) else {
            let why = "only a SELECT that glue reads itself can be answered by both routes";
            return Ok((self.query_with(sql, parameters)?, Verdict::NotCompared(why.to_owned())));
        };
        if self.pinned.is_some() {
            let why = "the session's own connection answers, as long as something lives in it";
            return Ok((self.query_with(sql, parameters)?, Verdict::NotCompared(why.to_owned())));
        }
        let route = self.route;
        let verified = self.verify_select(sql, &query, &parameters);
        self.route = route;
        if let Some(verified) = verified? {
            return Ok(verified);
        }
        let why = "it needs no pool, or more files than one connection can attach";
        Ok((self.query_with(sql, parameters)?, Verdict::NotCompared(why.to_owned())))
    }

    fn verify_select(
        &mut self,
        sql: &str,
        query: &QueryStatement,
        parameters: &Parameters,
    ) -> Result<Option<(QueryResult, Verdict)>> {
        for _ in 0..TRIES {
            let cancel = self.fresh_token();
            let Some(resolved) =
                self.during_statement(sql, parameters, &cancel, |session, cancel| session.resolve_select(query, cancel))?
            else {
                return Ok(None);
            };
            if resolved.pools.is_empty() || resolved.pools.len() > crate::connection::AttachedConnection::limit() {
                return Ok(None);
            }
            let watch = Watch::begin(&resolved.pools, &cancel)?;
            let attached = self.answer(sql, parameters, Route::Attached);
            let federated = self.answer(sql, parameters, Route::Federated);
            if !watch.is_unchanged()? {
                continue;
            }
            let (attached, federated) = match (attached, federated) {
                (Err(error), _) | (_, Err(error)) if is_of_circumstances(&error) => return Err(error),
                // What the federated route does not do is no difference.
                (attached, Err(error)) if error.kind == ErrorKind::Route => {
                    return Ok(Some((attached?.result(Route::Attached), Verdict::NotCompared(error.message))));
                }
                (Err(error), Err(_)) => return Err(error),
                (Err(error), Ok(_)) => return Err(only_one_fails("attached", "federated", error)),
                (Ok(_), Err(error)) => return Err(only_one_fails("federated", "attached", error)),
                (Ok(attached), Ok(federated)) => (attached, federated),
            };
            let rows = federated.rows();
            let Some(found) = compared(&attached, &federated, query) else {
                return Ok(Some((federated.result(Route::Federated), Verdict::Same(rows))));
            };
            let others = [Otherwise::Reversed, Otherwise::Plainly].map(|way| self.answer_otherwise(sql, parameters, query, way));
            if !watch.is_unchanged()? {
                continue;
            }
            // Which rows a LIMIT keeps is for nobody to say where nothing orders them.
            if query.limit.is_some() && query.order_by.is_empty() && attached.rows() == rows {
                return Ok(Some((federated.result(Route::Federated), Verdict::Open(rows))));
            }
            let mut is_open = false;
            for other in others {
                let other = match other {
                    Ok(other) => other,
                    // An error that comes and goes with the plan: in a row that the other never computes.
                    Err(error) if !is_of_circumstances(&error) => {
                        is_open = true;
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                let differs = compared(&attached, &other, query).is_some();
                is_open |= differs && compare::is_left_open(&attached.batches, &other.batches, &federated.batches);
            }
            if !is_open && !differs_in_representatives(&attached, &federated, query, &resolved) {
                return Err(found.error());
            }
            return Ok(Some((federated.result(Route::Federated), Verdict::Open(rows))));
        }
        let error = Error::new(ErrorKind::Busy, "another process keeps writing, so that both routes never read the same");
        Err(error.hint("run the statement again"))
    }

    fn answer(&mut self, sql: &str, parameters: &Parameters, route: Route) -> Answer {
        self.route = route;
        let mut result = self.query_with(sql, parameters.clone())?;
        Given::read(&mut result)
    }

    /// SQLite's answer by another plan of its own: what then differs, the statement leaves open.
    fn answer_otherwise(&mut self, sql: &str, parameters: &Parameters, query: &QueryStatement, way: Otherwise) -> Answer {
        self.route = Route::Attached;
        let cancel = self.fresh_token();
        let given = self.during_statement(sql, parameters, &cancel, |session, cancel| {
            let resolved = session.resolve_select(query, cancel)?;
            let (job, route) = session.sqlite_job(sql, &resolved, cancel)?;
            let connection = job.connected.connection();
            match way {
                Otherwise::Reversed => connection
                    .pragma_update(None, "reverse_unordered_selects", true)
                    .map_err(|error| sqlite_error(error, None))?,
                Otherwise::Plainly => crate::ffi::optimizations::plan_plainly(connection),
            }
            Given::read(&mut session.start(job, route, cancel)?)
        })?;
        Ok(given.unwrap_or(Given { columns: Vec::new(), batches: Vec::new() }))
    }
}

fn compared(attached: &Given, federated: &Given, query: &QueryStatement) -> Option<Difference> {
    let sides = Rows { attached: &attached.batches, federated: &federated.batches };
    difference(&sides, &compare::sort_columns(query, &attached.columns))
}

/// Whether both answers have the same rows in the same order but for which of several equal values stands for them.
fn differs_in_representatives(attached: &Given, federated: &Given, query: &QueryStatement, resolved: &Resolved) -> bool {
    let Ok(bound) = bind(query, &resolved.namespace) else { return false };
    let merging = representatives::merging(&bound);
    let sides = Rows { attached: &attached.batches, federated: &federated.batches };
    compare::misplaced(&sides, &compare::sort_columns(query, &attached.columns)).is_none()
        && representatives::differ_in_representatives(&attached.batches, &federated.batches, &merging)
}

/// Errors that tell nothing of the answer.
fn is_of_circumstances(error: &Error) -> bool {
    !matches!(error.kind, ErrorKind::Query | ErrorKind::Route)
}

fn only_one_fails(failing: &str, other: &str, error: Error) -> Error {
    let message = format!("the {failing} route fails where the {other} one gives rows: {}", error.message);
    Error { kind: ErrorKind::Difference, message, ..error }
}

impl Given {
    fn read(result: &mut QueryResult) -> Answer {
        let mut batches = Vec::new();
        while let Some(batch) = result.next_batch()? {
            batches.push(batch);
        }
        Ok(Self { columns: result.columns().to_vec(), batches })
    }

    fn rows(&self) -> usize {
        self.batches.iter().map(Batch::rows).sum()
    }

    fn result(self, route: Route) -> QueryResult {
        QueryResult::of_batches(self.columns, VecDeque::from(self.batches), route)
    }
}

/// One connection of each pool that reads nothing but whether another one has committed
/// (<https://sqlite.org/pragma.html#pragma_data_version>). Where none has since before the first snapshot, all are the same.
struct Watch(Vec<(Lease, i64)>);

impl Watch {
    fn begin(pools: &[ConnectionPool], cancel: &CancelToken) -> Result<Self> {
        let begin = |pool: &ConnectionPool| {
            if pool.options().max_connections < 2 {
                let message = format!("comparing two routes takes two connections of the pool `{}`", pool.name());
                return Err(Error::configuration(message).hint("raise its `max_connections`"));
            }
            let lease = pool.lease(deadline(), cancel)?;
            let version = data_version(&lease)?;
            Ok((lease, version))
        };
        pools.iter().map(begin).collect::<Result<_>>().map(Self)
    }

    fn is_unchanged(&self) -> Result<bool> {
        for (lease, version) in &self.0 {
            if data_version(lease)? != *version {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn data_version(lease: &Lease) -> Result<i64> {
    let pragma = format!("PRAGMA {}.data_version", quoted(lease.pool()));
    lease.connection().query_row(&pragma, [], |row| row.get(0)).map_err(|error| sqlite_error(error, None).in_pool(lease.pool()))
}
