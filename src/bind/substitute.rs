//! The same query over other columns: what a correlated subquery becomes when the rows around it are known by other ids.

use std::collections::BTreeMap;

use super::{BoundExpr, ColumnId, FromItem, FromSource, Query, QueryBody, Select, Subquery, SubqueryId};

/// Other ids for some columns.
pub type Substitution = BTreeMap<ColumnId, ColumnId>;

/// Replaces columns, in nested subqueries too: each that uses one is copied, since its original may be in use elsewhere.
pub struct Substituter<'a> {
    subqueries: &'a mut Vec<Subquery>,
    columns: &'a Substitution,
    has_replaced: bool,
}

impl<'a> Substituter<'a> {
    /// Replaces `columns`; `subqueries` are all those of the statement.
    pub fn new(subqueries: &'a mut Vec<Subquery>, columns: &'a Substitution) -> Self {
        Self { subqueries, columns, has_replaced: false }
    }

    /// Whether some column was replaced.
    pub fn has_replaced(&self) -> bool {
        self.has_replaced
    }

    /// An expression over the other columns.
    #[must_use]
    pub fn expr(&mut self, expr: BoundExpr) -> BoundExpr {
        expr.map(&mut |part| match (&part, part.asked_subquery()) {
            (BoundExpr::Column(id), _) => BoundExpr::Column(self.column(*id)),
            (_, Some(subquery)) => {
                let subquery = self.subquery(subquery);
                part.asking(subquery)
            }
            _ => part,
        })
    }

    /// A subquery over the other columns.
    pub fn subquery(&mut self, id: SubqueryId) -> SubqueryId {
        let Subquery { query, outer } = self.subqueries[id.0 as usize].clone();
        if !outer.iter().any(|column| self.columns.contains_key(column)) {
            return id;
        }
        let mut outer: Vec<ColumnId> = outer.into_iter().map(|column| self.column(column)).collect();
        outer.sort_unstable();
        outer.dedup();
        let query = self.query(query);
        self.subqueries.push(Subquery { query, outer });
        SubqueryId(u32::try_from(self.subqueries.len() - 1).expect("a statement has fewer than 2^32 subqueries"))
    }

    /// A query over the other columns.
    #[must_use]
    pub fn query(&mut self, mut query: Query) -> Query {
        query.body = match query.body {
            QueryBody::Select(select) => QueryBody::Select(Box::new(self.select(*select))),
            QueryBody::Compound { first, rest, collations } => QueryBody::Compound {
                first: Box::new(self.select(*first)),
                rest: rest.into_iter().map(|(operator, select)| (operator, self.select(select))).collect(),
                collations,
            },
            // Common tables see nothing of what stands around them.
            recursive @ QueryBody::Recursive(_) => recursive,
        };
        for term in &mut query.order_by {
            self.replace(&mut term.expr);
        }
        query
    }

    /// A SELECT over the other columns.
    #[must_use]
    pub fn select(&mut self, mut select: Select) -> Select {
        select.from = select.from.into_iter().map(|item| self.relation(item)).collect();
        let aggregates = select.aggregates.iter_mut().flat_map(|(_, aggregate)| aggregate.expressions_mut());
        let windows = select.windows.iter_mut().flat_map(|(_, call)| call.expressions_mut());
        let keys = select.group_by.iter_mut().chain(&mut select.bare).chain(&mut select.projection).map(|(_, expr)| expr);
        let conditions = select.filter.iter_mut().chain(&mut select.having);
        for expr in aggregates.chain(windows).chain(keys).chain(conditions) {
            self.replace(expr);
        }
        select
    }

    fn relation(&mut self, item: FromItem) -> FromItem {
        let FromItem { source, kind, on } = item;
        let source = match source {
            FromSource::Query(query) => FromSource::Query(Box::new(self.query(*query))),
            FromSource::Joined(items) => FromSource::Joined(items.into_iter().map(|item| self.relation(item)).collect()),
            FromSource::Function(mut function) => {
                function.arguments.iter_mut().for_each(|argument| self.replace(argument));
                FromSource::Function(function)
            }
            other @ (FromSource::Table(_)
            | FromSource::Common { .. }
            | FromSource::Recursion { .. }
            | FromSource::Values { .. }) => other,
        };
        FromItem { source, kind, on: on.map(|on| self.expr(on)) }
    }

    fn replace(&mut self, expr: &mut BoundExpr) {
        let old = std::mem::replace(expr, BoundExpr::Literal(crate::value::Value::Null));
        *expr = self.expr(old);
    }

    fn column(&mut self, id: ColumnId) -> ColumnId {
        let other = self.columns.get(&id).copied();
        self.has_replaced |= other.is_some();
        other.unwrap_or(id)
    }
}
