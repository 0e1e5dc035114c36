//! How far the pools of a running statement are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::execution::Metrics;
use crate::planner::{FederatedPlan, NodeId, NodeKind};

/// What a pool has given to a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolProgress {
    /// The pool; `attached` where one connection reads several files.
    pub pool: String,
    /// Rows so far.
    pub rows: u64,
    /// Bytes of those rows in memory.
    pub bytes: u64,
    /// Time that the statement has waited for the pool, nanoseconds; 0 where SQLite answers alone.
    pub nanoseconds: u64,
    /// About how many rows it will have given in the end, where a plan says so.
    pub expected: Option<u64>,
}

/// Tells, from any thread, how far the statement is that a session runs. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Mutex<Option<Watched>>>);

/// A plan's pool queries by their steps, and what the steps count.
#[derive(Debug)]
struct Watched {
    pools: Vec<(usize, String, u64)>,
    metrics: Metrics,
}

impl Progress {
    /// What each pool has given so far to the statement that runs, or ran last; empty while SQLite alone is at work.
    pub fn pools(&self) -> Vec<PoolProgress> {
        let watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.as_ref().map_or_else(Vec::new, Watched::pools)
    }

    pub(super) fn watch(&self, plan: &FederatedPlan, metrics: &Metrics) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Watched::new(plan, metrics));
    }

    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// What each pool of a plan has given.
pub(super) fn of_plan(plan: &FederatedPlan, metrics: &Metrics) -> Vec<PoolProgress> {
    Watched::new(plan, metrics).pools()
}

impl Watched {
    fn new(plan: &FederatedPlan, metrics: &Metrics) -> Self {
        let mut pools = Vec::new();
        plan.visit(&mut |node| {
            if let NodeKind::PoolQuery(query) = &node.kind {
                let NodeId(step) = node.id;
                pools.push((step, query.pool.clone(), node.rows.max(0.0).round() as u64));
            }
        });
        Self { pools, metrics: metrics.clone() }
    }

    fn pools(&self) -> Vec<PoolProgress> {
        let steps: BTreeMap<usize, _> = self.metrics.all().into_iter().collect();
        let mut pools: BTreeMap<&str, PoolProgress> = BTreeMap::new();
        for (step, pool, expected) in &self.pools {
            let nothing = || PoolProgress { pool: pool.clone(), rows: 0, bytes: 0, nanoseconds: 0, expected: Some(0) };
            let progress = pools.entry(pool).or_insert_with(nothing);
            progress.expected = progress.expected.map(|sum| sum.saturating_add(*expected));
            if let Some(metrics) = steps.get(step) {
                progress.rows += metrics.rows;
                progress.bytes += metrics.bytes;
                progress.nanoseconds += metrics.nanoseconds;
            }
        }
        pools.into_values().collect()
    }
}
