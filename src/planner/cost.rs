//! What steps cost, in microseconds, as measured on warm files; only the ratios matter.

use super::{Node, NodeKind};

/// SQLite visits a row of a scan.
pub(super) const VISIT: f64 = 0.08;
/// A row leaves SQLite and becomes part of a batch, and each of its cells.
pub(super) const FETCH_ROW: f64 = 0.08;
pub(super) const FETCH_CELL: f64 = 0.05;
/// SQLite searches a b-tree for a key, and reads each row that it finds.
pub(super) const SEARCH: f64 = 0.9;
pub(super) const SEARCH_ROW: f64 = 0.4;
/// A row that an index points at lies on a page of its own in a big table: reading it is reading the page.
pub(super) const SCATTERED_ROW: f64 = 2.5;
/// A row passes a step in memory.
const STEP_ROW: f64 = 0.05;

/// The cost of one step without those it reads.
pub(super) fn step_microseconds(node: &Node) -> f64 {
    match &node.kind {
        NodeKind::PoolQuery(query) => {
            query.visited_rows * VISIT + node.rows * (FETCH_ROW + FETCH_CELL * node.columns.len() as f64)
        }
        _ => node.rows * STEP_ROW + node.inputs().iter().map(|input| input.rows * STEP_ROW).sum::<f64>(),
    }
}
