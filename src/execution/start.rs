//! From a program to running readers: which pools' queries there are, connections for them, one snapshot, threads.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;

use super::Program;
use super::compile::{Compiler, narrowed, whole};
use super::metrics::Metrics;
use super::subqueries::Subqueries;
use super::workers::{Argument, Reading, Scan, Workers};
use crate::cancel::CancelToken;
use crate::connection::{ConnectionPool, LEASE_WAIT, Lease, begin_snapshot};
use crate::error::{Error, Result};
use crate::planner::{Node, NodeId, NodeKind, PoolParameter, PoolQuery, Side};

/// A pool's query in the program.
struct Found<'a> {
    id: NodeId,
    query: &'a PoolQuery,
    /// Whether a join decides later what is read.
    is_narrowed: bool,
}

/// Leases connections, begins the snapshot, and starts every query that waits for nothing.
pub(super) fn start(program: Arc<Program>, pools: &[ConnectionPool], cancel: &CancelToken) -> Result<Compiler> {
    let mut found = Vec::new();
    program.subqueries.iter().for_each(|(_, node)| collect(node, false, &mut found));
    program.shared.iter().for_each(|node| collect(node, false, &mut found));
    collect(&program.root, false, &mut found);

    let scans: Vec<Scan> = found.iter().map(Found::scan).collect();
    let mut leases = lease(&scans, pools, cancel)?;
    begin_snapshot(&mut leases, cancel)?;
    let workers = Workers::start(&scans, leases, cancel)?;
    for (position, found) in found.iter().enumerate() {
        if let Some(reading) = found.ready() {
            workers.scan(position).start(reading);
        }
    }
    let scans: HashMap<_, _> = found.iter().enumerate().map(|(position, found)| (found.id, position)).collect();
    Ok(Compiler {
        shared: program.shared.iter().map(|_| None).collect(),
        workers,
        scans,
        program,
        queues: HashMap::new(),
        subqueries: Arc::new(Subqueries::default()),
        metrics: Metrics::default(),
        cancel: cancel.clone(),
    })
}

impl Found<'_> {
    fn scan(&self) -> Scan {
        let parts = self.query.partition.as_ref().map_or(1, |partition| partition.ranges.len());
        Scan { pool: self.query.pool.clone(), parts: parts.max(1) }
    }

    /// What is read, if nothing else has to be known first.
    fn ready(&self) -> Option<Reading> {
        let argument = |parameter: &PoolParameter| match parameter {
            PoolParameter::Value(value) => Some(Argument::Value(value.clone())),
            PoolParameter::Scalar(_) | PoolParameter::Set(_) => None,
        };
        let arguments = self.query.parameters.iter().map(argument).collect::<Option<_>>()?;
        (!self.is_narrowed).then(|| whole(self.query, arguments))
    }
}

/// Finds the pools' queries, those that are read first in front: threads that serve several begin with these.
fn collect<'a>(node: &'a Node, is_narrowed: bool, found: &mut Vec<Found<'a>>) {
    match &node.kind {
        NodeKind::PoolQuery(query) => found.push(Found { id: node.id, query, is_narrowed }),
        NodeKind::OneRow | NodeKind::Shared(_) | NodeKind::Values(_) | NodeKind::Queue(_) => {}
        NodeKind::Filter { input, .. }
        | NodeKind::Project { input, .. }
        | NodeKind::Sort { input, .. }
        | NodeKind::Limit { input, .. }
        | NodeKind::LimitPer { input, .. }
        | NodeKind::Number { input, .. }
        | NodeKind::Distinct { input, .. } => collect(input, false, found),
        NodeKind::HashJoin(join) => {
            let (build, probe) = if join.build == Side::Left { (&join.left, &join.right) } else { (&join.right, &join.left) };
            collect(build, false, found);
            collect(probe, narrowed(join).is_some(), found);
        }
        NodeKind::NestedLoop(join) => {
            collect(&join.right, false, found);
            collect(&join.left, false, found);
        }
        NodeKind::Aggregate(aggregate) => collect(&aggregate.input, false, found),
        NodeKind::Window(window) => collect(&window.input, false, found),
        NodeKind::TableFunction(call) => collect(&call.input, false, found),
        NodeKind::Recursion(recursion) => {
            collect(&recursion.setup, false, found);
            recursion.steps.iter().for_each(|step| collect(step, false, found));
        }
        NodeKind::Set(set) => {
            collect(&set.left, false, found);
            collect(&set.right, false, found);
        }
    }
}

/// One connection of each pool in the order of the pools' names, so that no two statements wait for each other, then as
/// many more as are free and of use.
fn lease(scans: &[Scan], pools: &[ConnectionPool], cancel: &CancelToken) -> Result<Vec<Lease>> {
    let mut useful: BTreeMap<&str, usize> = BTreeMap::new();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for scan in scans {
        *useful.entry(&scan.pool).or_default() += scan.parts.min(cores);
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
