//! SELECTs that are split over their pools.

use std::sync::Arc;

use super::catalogs::schema_version;
use super::choice::{Federation, federation};
use super::resolve::Resolved;
use super::worker::Worker;
use super::{QueryResult, Session};
use crate::cancel::CancelToken;
use crate::connection::ConnectionPool;
use crate::error::{Error, ErrorKind, Result};
use crate::execution::{Execution, Program};
use crate::planner::FederatedPlan;
use crate::statement::QueryStatement;

/// How often a statement is planned anew because a schema changed under it.
const PLANS: usize = 3;

impl Session {
    /// Executes a plan, made anew where a schema changed between planning and the snapshot.
    pub(super) fn run_federated(
        &mut self,
        query: &QueryStatement,
        mut resolved: Resolved,
        mut plan: FederatedPlan,
        cancel: &CancelToken,
    ) -> Result<QueryResult> {
        for _ in 0..PLANS {
            // Execution takes connections of its own: with one connection a pool it would wait for ours.
            self.catalogs.give_back();
            let own = cancel.child();
            let execution = start(&plan, &resolved, self.memory_limit, &own)?;
            if is_current(&resolved, cancel)? {
                let metrics = execution.metrics();
                self.progress.watch(&plan, &metrics);
                let worker = Worker::execute(execution, pools_of(&plan, &resolved), own)?;
                return Ok(QueryResult::of_plan(worker, metrics, plan));
            }
            drop(execution);
            resolved = self.resolve_select(query, cancel)?;
            plan = match federation(query, &resolved, &self.catalogs) {
                Federation::Plan(plan) => *plan,
                Federation::Unsupported(why) => return Err(Error::route(format!("a schema changed meanwhile: {why}"))),
                Federation::Invalid(error) => return Err(*error),
            };
        }
        Err(Error::new(ErrorKind::Busy, "another process keeps changing the schema").hint("run the statement again"))
    }
}

fn start(plan: &FederatedPlan, resolved: &Resolved, memory_limit: usize, cancel: &CancelToken) -> Result<Execution> {
    let pools = pools_of(plan, resolved);
    let program = Program {
        columns: Arc::clone(&plan.columns),
        root: plan.root.clone(),
        shared: plan.shared.clone(),
        subqueries: plan.subqueries.clone(),
        instances: resolved.instances,
    };
    Execution::start(Arc::new(program), &pools, memory_limit, cancel)
}

fn pools_of(plan: &FederatedPlan, resolved: &Resolved) -> Vec<ConnectionPool> {
    let named = plan.pools();
    resolved.pools.iter().filter(|pool| named.contains(pool.name())).cloned().collect()
}

/// Whether every schema is still the one that was planned with. The snapshots were begun before: a version that is the same
/// before and after was the same within. Where no further connection is free at once, the check is left out rather
/// than waited for.
fn is_current(resolved: &Resolved, cancel: &CancelToken) -> Result<bool> {
    for pool in &resolved.pools {
        let planned = resolved.namespace.catalogs.get(pool.name()).map(|catalog| catalog.schema_version);
        let Some(lease) = pool.try_lease(cancel)? else { continue };
        if planned != Some(schema_version(lease.connection(), pool.name())?) {
            return Ok(false);
        }
    }
    Ok(true)
}
