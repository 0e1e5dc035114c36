//! From a program to running readers: which pools' queries there are, connections for them, one snapshot, threads.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use super::Program;
use super::compile::Compiler;
use super::key_filter::waiting_scans;
use super::memory::MemoryBudget;
use super::metrics::Metrics;
use super::parallel::threads;
use super::subqueries::Subqueries;
use super::workers::{Argument, Scan, Workers};
use crate::cancel::CancelToken;
use crate::connection::{ConnectionPool, LEASE_WAIT, Lease, begin_snapshot};
use crate::error::{Error, Result};
use crate::planner::{Node, NodeId, NodeKind, PoolParameter, PoolQuery, Reader, Side, has_subquery};

/// A native scan of fewer rows is done before a further connection has begun.
const ROWS_PER_CONNECTION: f64 = 50_000.0;

/// A pool's query in the program.
struct Found<'a> {
    id: NodeId,
    query: &'a PoolQuery,
    /// Whether a join decides later what is read.
    is_narrowed: bool,
}

/// Leases connections, begins the snapshot, and starts every query that waits for nothing.
pub(super) fn start(
    program: &Arc<Program>,
    pools: &[ConnectionPool],
    memory: &MemoryBudget,
    cancel: &CancelToken,
) -> Result<Compiler> {
    let mut found = Vec::new();
    let mut waiting = HashSet::new();
    let steps = program.subqueries.iter().map(|(_, node)| node).chain(&program.shared).chain([&program.root]);
    for node in steps {
        waiting_scans(node, &mut waiting);
        collect(node, &mut found);
    }
    found.iter_mut().for_each(|found| found.is_narrowed = waiting.contains(&found.id));

    let scans: Vec<Scan> = found.iter().map(|found| found.scan(program.instances)).collect();
    let mut leases = lease(&scans, pools, program.instances.unwrap_or_else(threads), cancel)?;
    begin_snapshot(&mut leases, cancel)?;
    let workers = Workers::start(&scans, leases, cancel)?;
    let positions: HashMap<_, _> = found.iter().enumerate().map(|(position, found)| (found.id, position)).collect();
    let ready: Vec<(usize, NodeId, &PoolQuery, Vec<Argument>)> = found
        .iter()
        .enumerate()
        .filter_map(|(position, found)| Some((position, found.id, found.query, found.ready()?)))
        .collect();
    let compiler = Compiler {
        shared: program.shared.iter().map(|_| None).collect(),
        workers,
        scans: positions,
        filters: HashMap::new(),
        queues: HashMap::new(),
        program: Arc::clone(program),
        subqueries: Arc::new(Subqueries::default()),
        metrics: Metrics::default(),
        memory: memory.clone(),
        statement: cancel.clone(),
        cancel: cancel.clone(),
    };
    for (position, id, query, arguments) in ready {
        compiler.workers.scan(position).start(compiler.whole(id, query, arguments));
    }
    Ok(compiler)
}

impl Found<'_> {
    fn scan(&self, instances: Option<usize>) -> Scan {
        let parts = match (&self.query.reader, &self.query.partition) {
            (Reader::Native(_), _) => instances.unwrap_or((self.query.visited_rows / ROWS_PER_CONNECTION) as usize),
            (Reader::Sqlite(_), partition) => partition.as_ref().map_or(1, |partition| partition.ranges.len()),
        };
        Scan { pool: self.query.pool.clone(), parts: parts.max(1) }
    }

    /// The arguments of what is read, if nothing else has to be known first.
    fn ready(&self) -> Option<Vec<Argument>> {
        let has_subqueries = match &self.query.reader {
            Reader::Native(scan) => scan.conditions.iter().any(has_subquery),
            Reader::Sqlite(_) => false,
        };
        if self.is_narrowed || has_subqueries {
            return None;
        }
        let argument = |parameter: &PoolParameter| match parameter {
            PoolParameter::Value(value) => Some(Argument::Value(value.clone())),
            PoolParameter::Scalar(_) => None,
        };
        self.query.parameters.iter().map(argument).collect()
    }
}

/// Finds the pools' queries, those that are read first in front: threads that serve several begin with these.
fn collect<'a>(node: &'a Node, found: &mut Vec<Found<'a>>) {
    match &node.kind {
        NodeKind::PoolQuery(query) => found.push(Found { id: node.id, query, is_narrowed: false }),
        NodeKind::OneRow | NodeKind::Shared(_) | NodeKind::Values(_) | NodeKind::Queue(_) => {}
        NodeKind::Filter { input, .. }
        | NodeKind::Project { input, .. }
        | NodeKind::Sort { input, .. }
        | NodeKind::Limit { input, .. }
        | NodeKind::LimitPer { input, .. }
        | NodeKind::Number { input, .. }
        | NodeKind::Distinct { input, .. } => collect(input, found),
        NodeKind::HashJoin(join) => {
            let (build, probe) = if join.build == Side::Left { (&join.left, &join.right) } else { (&join.right, &join.left) };
            collect(build, found);
            collect(probe, found);
        }
        NodeKind::NestedLoop(join) => {
            collect(&join.right, found);
            collect(&join.left, found);
        }
        NodeKind::Aggregate(aggregate) => collect(&aggregate.input, found),
        NodeKind::Window(window) => collect(&window.input, found),
        NodeKind::TableFunction(call) => collect(&call.input, found),
        NodeKind::Recursion(recursion) => {
            collect(&recursion.setup, found);
            recursion.steps.iter().for_each(|step| collect(step, found));
        }
        NodeKind::Set(set) => {
            collect(&set.left, found);
            collect(&set.right, found);
        }
    }
}

/// One connection of each pool in the order of the pools' names, so that no two statements wait for each other, then as
/// many more as are free and of use.
fn lease(scans: &[Scan], pools: &[ConnectionPool], threads: usize, cancel: &CancelToken) -> Result<Vec<Lease>> {
    let mut useful: BTreeMap<&str, usize> = BTreeMap::new();
    for scan in scans {
        *useful.entry(&scan.pool).or_default() += scan.parts.min(threads);
    }
    let deadline = Instant::now() + LEASE_WAIT;
    let mut leases = Vec::new();
    let mut more = Vec::new();
    for (name, connections) in useful {
        let unknown = || Error::query(format!("the plan reads pool {name}, which is not at hand"));
        let pool = pools.iter().find(|pool| pool.name() == name).ok_or_else(unknown)?;
        leases.push(pool.lease(deadline, cancel)?);
        more.push((pool, connections - 1));
    }
    for (pool, connections) in more {
        for _ in 0..connections {
            match pool.try_lease(cancel)? {
                Some(lease) => leases.push(lease),
                None => break,
            }
        }
    }
    Ok(leases)
}
