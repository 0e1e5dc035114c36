//! Grouping within a pool: where one pool query owns every row of every group, and SQLite groups as cheaply as the in-memory
//! stage would, the pool sends finished groups instead of rows.

use super::{Node, NodeKind, Planner};
use crate::bind::{Aggregate, AggregateFunction, BoundExpr, ColumnId, Select};

/// Above this many rows SQLite's sorter is slower than fetching the rows and hashing them.
const MOST_ROWS: f64 = 20_000.0;

impl Planner<'_> {
    /// `input` with the grouping of `select` done by the pool, or `input` itself where that is not exact or not cheaper.
    pub(super) fn grouped_in_pool(&self, input: Node, select: &Select, columns: &[ColumnId], groups: f64) -> Result<Node, Node> {
        let NodeKind::PoolQuery(query) = &input.kind else { return Err(input) };
        let exact = select.bare.is_empty()
            && select.group_by.iter().all(|(_, key)| self.is_stored(key))
            && select.aggregates.iter().all(|(_, aggregate)| self.is_exact(aggregate));
        let cheap = query.visited_rows <= MOST_ROWS
            || (select.group_by.is_empty() && self.is_found(select, query.clauses.filter.is_some()));
        if !exact || !cheap || columns.is_empty() {
            return Err(input);
        }
        let Node { id, kind: NodeKind::PoolQuery(mut query), .. } = input else { return Err(input) };
        let keys: Vec<String> = select.group_by.iter().map(|(_, key)| self.expr_sql(key, &mut Vec::new())).collect();
        let calls = select.aggregates.iter().map(|(_, aggregate)| self.call_sql(aggregate));
        query.clauses.selected = keys.iter().cloned().chain(calls).collect::<Vec<_>>().join(", ");
        query.sql = query.clauses.sql(None);
        if !keys.is_empty() {
            query.sql = format!("{} GROUP BY {}", query.sql, keys.join(", "));
        }
        query.partition = None;
        Ok(Node { id, kind: NodeKind::PoolQuery(query), columns: columns.to_vec(), rows: groups })
    }

    fn is_stored(&self, expr: &BoundExpr) -> bool {
        matches!(expr, BoundExpr::Column(id) if self.bound.columns.get(*id).table.is_some())
    }

    fn is_exact(&self, aggregate: &Aggregate) -> bool {
        let depends_on_order = matches!(aggregate.function, AggregateFunction::GroupConcat | AggregateFunction::BySqlite(_));
        aggregate.filter.is_none() && !depends_on_order && aggregate.arguments.iter().all(|argument| self.is_stored(argument))
    }

    /// Whether SQLite finds the only aggregate without reading all rows: the end of an index.
    fn is_found(&self, select: &Select, is_filtered: bool) -> bool {
        let [(_, aggregate)] = &select.aggregates[..] else { return false };
        let extreme = matches!(aggregate.function, AggregateFunction::Minimum | AggregateFunction::Maximum);
        match aggregate.function {
            AggregateFunction::CountAll => !is_filtered,
            _ => extreme && !is_filtered && self.indexed_column(&aggregate.arguments[0], aggregate.collation).is_some(),
        }
    }

    fn call_sql(&self, aggregate: &Aggregate) -> String {
        let name = super::explain::function_name(aggregate.function);
        let distinct = if aggregate.distinct { "DISTINCT " } else { "" };
        match aggregate.arguments.first() {
            Some(argument) => format!("{name}({distinct}{})", self.expr_sql(argument, &mut Vec::new())),
            None => format!("{name}(*)"),
        }
    }
}
