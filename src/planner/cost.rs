//! What steps cost, in microseconds, as measured on warm files; only the ratios matter.

use super::{Node, NodeKind, Reader};

/// A native scan, which several threads share, passes a row of a table, and an entry of an index, which is a tenth as long.
pub(super) const VISIT: f64 = 0.06;
const VISIT_ENTRY: f64 = 0.012;
/// A row that a native scan gives becomes part of a batch, and each of its cells.
const NATIVE_ROW: f64 = 0.006;
const NATIVE_CELL: f64 = 0.006;
/// SQLite visits a row of a scan.
pub(super) const SQLITE_VISIT: f64 = 0.12;
/// A row leaves SQLite and becomes part of a batch, and each of its cells.
pub(super) const FETCH_ROW: f64 = 0.08;
pub(super) const FETCH_CELL: f64 = 0.05;
/// SQLite searches a b-tree for a key, and reads each row that it finds.
pub(super) const SEARCH: f64 = 0.9;
pub(super) const SEARCH_ROW: f64 = 0.4;
/// SQLite is given one of many keys, and reads the page that it is on.
pub(super) const LOOKUP_KEY: f64 = 2.0;
/// A row that an index points at lies on a page of its own in a big table: reading it is reading the page.
pub(super) const SCATTERED_ROW: f64 = 3.5;
/// A row passes a step in memory, which several threads share.
const STEP_ROW: f64 = 0.006;

/// What it takes to pass one row.
pub(super) fn visit(reader: &Reader) -> f64 {
    match reader {
        Reader::Native(scan) if scan.index.as_ref().is_some_and(|index| index.rowid.is_some()) => VISIT_ENTRY,
        Reader::Native(_) => VISIT,
        Reader::Sqlite(_) => SQLITE_VISIT,
    }
}

/// The cost of one step without those it reads.
pub(super) fn step_microseconds(node: &Node) -> f64 {
    match &node.kind {
        NodeKind::PoolQuery(query) => {
            let cells = node.columns.len() as f64;
            let given = match query.reader {
                Reader::Native(_) => NATIVE_ROW + NATIVE_CELL * cells,
                Reader::Sqlite(_) => FETCH_ROW + FETCH_CELL * cells,
            };
            let whole = query.visited_rows * visit(&query.reader) + node.rows * given;
            // The greatest number of keys costs as much as all rows do.
            let share = |lookup: &super::Lookup| lookup.expected_keys / lookup.most_keys as f64;
            whole * query.lookup.as_ref().map_or(1.0, share).min(1.0)
        }
        _ => node.rows * STEP_ROW + node.inputs().iter().map(|input| input.rows * STEP_ROW).sum::<f64>(),
    }
}
