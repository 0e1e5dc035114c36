//! Whether a row of one side of a join can have several partners on the other.

use super::{JoinKey, JoinMode, Node, NodeKind, Planner, Reader, Side};
use crate::bind::{BoundExpr, ColumnId};
use crate::value::{Collation, ComparisonAffinity};

impl Planner<'_> {
    /// Whether no two rows of `node`, which is that side of a join by `keys`, have equal keys.
    pub(super) fn has_one_row_per_key(&self, node: &Node, keys: &[JoinKey], side: Side) -> bool {
        let columns: Vec<ColumnId> = keys.iter().filter_map(|key| self.distinguishing_column(key, side)).collect();
        self.is_unique(node, &columns)
    }

    /// How many keys the table has that a side's keys come from, if they tell all of its rows apart: several columns may do what
    /// none does alone.
    pub(super) fn rows_told_apart(&self, keys: &[JoinKey], side: Side) -> Option<f64> {
        let columns: Vec<ColumnId> = keys.iter().filter_map(|key| self.distinguishing_column(key, side)).collect();
        let table = |column: &ColumnId| self.bound.columns.get(*column).table.map(|(table, _)| table);
        let first = table(columns.first()?)?;
        let is_one_table = columns.iter().all(|column| table(column) == Some(first));
        (is_one_table && self.is_unique_in_table(&columns)).then(|| self.table_rows(first))
    }

    /// The column of a key on that side, if two values of it that are not the same are not equal to the key either.
    fn distinguishing_column(&self, key: &JoinKey, side: Side) -> Option<ColumnId> {
        let BoundExpr::Column(column) = *(if side == Side::Left { &key.left } else { &key.right }) else { return None };
        let is_converted = key.affinity == ComparisonAffinity::Numeric && !self.bound.columns.get(column).affinity.is_numeric();
        (key.collation == Collation::Binary && !is_converted && !key.null_safe).then_some(column)
    }

    /// Whether no two rows of a step have the same values, none of them NULL, in `columns`.
    fn is_unique(&self, node: &Node, columns: &[ColumnId]) -> bool {
        match &node.kind {
            NodeKind::OneRow => true,
            NodeKind::PoolQuery(query) => matches!(query.reader, Reader::Native(_)) && self.is_unique_in_table(columns),
            NodeKind::Filter { input, .. } | NodeKind::Sort { input, .. } | NodeKind::Limit { input, .. } => {
                self.is_unique(input, columns)
            }
            NodeKind::Project { .. } => {
                let inner = columns.iter().filter_map(|column| Some(node.column_input(*column)?.1)).collect::<Vec<_>>();
                self.is_unique(node.inputs()[0], &inner)
            }
            NodeKind::Aggregate(aggregate) => {
                aggregate.grouped && node.columns[..aggregate.keys.len()].iter().all(|key| columns.contains(key))
            }
            NodeKind::HashJoin(join) => match join.mode {
                JoinMode::Semi | JoinMode::Anti | JoinMode::AntiNullAware => self.is_unique(&join.left, columns),
                JoinMode::Inner | JoinMode::Left => {
                    let of =
                        |side: &Node| columns.iter().copied().filter(|column| side.columns.contains(column)).collect::<Vec<_>>();
                    let stays_unique = |side: &Node, other: &Node, which| {
                        self.is_unique(side, &of(side)) && self.has_one_row_per_key(other, &join.keys, which)
                    };
                    stays_unique(&join.left, &join.right, Side::Right)
                        || (join.mode == JoinMode::Inner && stays_unique(&join.right, &join.left, Side::Left))
                }
                JoinMode::Full => false,
            },
            _ => false,
        }
    }

    /// The same of the only table that the columns come from.
    fn is_unique_in_table(&self, columns: &[ColumnId]) -> bool {
        let places: Vec<_> = columns.iter().filter_map(|column| self.bound.columns.get(*column).table).collect();
        let Some(&(table, _)) = places.first() else { return false };
        let is_rowid = |place: &(_, Option<usize>)| place.1.is_none();
        let positions: Vec<usize> = places.iter().filter_map(|(_, position)| *position).collect();
        places.iter().any(is_rowid) || self.table(table).is_some_and(|table| table.is_unique(&positions))
    }
}
