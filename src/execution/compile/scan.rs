//! Pools' queries become readings, and the steps that take their rows.

use super::Compiler;
use super::expression::Extent;
use crate::error::{Error, Result};
use crate::execution::key_filter::{KeyFilter, ScanStart, SharedStart};
use crate::execution::native_scan::{NativeReading, scan_plan};
use crate::execution::operator::Input;
use crate::execution::parallel::threads;
use crate::execution::pool_scan::PoolScan;
use crate::execution::workers::{Argument, Reading, ScanHandle};
use crate::expression::SubqueryValues as _;
use crate::planner::{NodeId, PoolParameter, PoolQuery, Reader};

/// From so many visited rows on, several threads take a scan's rows; below, they come in the table's order.
const SEVERAL_INSTANCES: f64 = 50_000.0;

impl Compiler {
    /// The instances that take a query's rows: several where it has many, and then in no order between them.
    pub(super) fn pool_query(&mut self, id: NodeId, query: &PoolQuery) -> Result<Vec<Input>> {
        let scan = self.scan(id)?;
        let handle = self.workers.scan(scan);
        let mut start = None;
        if handle.is_waiting() {
            let full = self.reading(id, query)?;
            match self.filters.remove(&id) {
                Some(filters) => start = Some(self.scan_start(id, query, full, filters, &handle)),
                None => handle.start(full),
            }
        }
        let receiver = self.workers.receiver(scan)?;
        let worth = || if query.visited_rows >= SEVERAL_INSTANCES { threads() } else { 1 };
        let instances = self.program.instances.unwrap_or_else(worth);
        Ok(PoolScan::instances(&receiver, &handle, start.as_ref(), &self.cancel, instances))
    }

    fn scan_start(
        &self,
        id: NodeId,
        query: &PoolQuery,
        full: Reading,
        filters: Vec<KeyFilter>,
        handle: &ScanHandle,
    ) -> SharedStart {
        let native = match &query.reader {
            Reader::Native(scan) => Some(scan.clone()),
            Reader::Sqlite(_) => None,
        };
        let (lookup, rows) = (query.lookup.clone(), query.visited_rows);
        let (handle, metrics) = (handle.clone(), self.metrics.clone());
        // Small tables are to be read as large ones are.
        let is_forced = self.program.instances.is_some();
        ScanStart { full, lookup, native, filters, rows, is_forced, handle, metrics, node: id }.shared()
    }

    fn scan(&self, id: NodeId) -> Result<usize> {
        self.scans.get(&id).copied().ok_or_else(|| Error::query(format!("step {} of the plan is not registered", id.0)))
    }

    /// The whole query, its parameters' subqueries answered.
    fn reading(&mut self, id: NodeId, query: &PoolQuery) -> Result<Reading> {
        let mut arguments = Vec::with_capacity(query.parameters.len());
        for parameter in &query.parameters {
            arguments.push(match parameter {
                PoolParameter::Value(value) => Argument::Value(value.clone()),
                PoolParameter::Scalar(subquery) => {
                    self.ensure(*subquery, Extent::FirstRow)?;
                    self.subqueries.scalar(*subquery).map_or_else(Argument::Failed, Argument::Value)
                }
            });
        }
        Ok(self.whole(id, query, arguments))
    }

    /// A query with its arguments: read natively where it is planned so, else in parts where it can be cut, else whole.
    pub(in crate::execution) fn whole(&self, id: NodeId, query: &PoolQuery, arguments: Vec<Argument>) -> Reading {
        // Which row needs a value that there is none of, SQLite is to say.
        let has_failed = arguments.iter().any(|argument| matches!(argument, Argument::Failed(_)));
        let native = match &query.reader {
            Reader::Native(scan) if !has_failed => Some(NativeReading {
                plan: scan_plan(scan, &self.program.columns, &self.subqueries),
                keys: None,
                metrics: self.metrics.clone(),
                node: id,
            }),
            _ => None,
        };
        match &query.partition {
            Some(partition) => Reading { sql: partition.sql.clone(), arguments, ranges: Some(partition.ranges.clone()), native },
            None => Reading { sql: query.sql.clone(), arguments, ranges: None, native },
        }
    }
}
