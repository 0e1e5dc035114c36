//! Correlated scalar subqueries that aggregate: `x < (SELECT avg(y) FROM t WHERE t.k = outer.k)` becomes a LEFT JOIN with
//! `SELECT k, avg(y) FROM t GROUP BY k`, computed once for all keys instead of once for each outer row.

use std::collections::BTreeSet;

use super::condition::{all_of, columns_of, conjuncts, has_subquery};
use super::tree::Tree;
use super::{Planner, Unsupported};
use crate::bind::{
    AggregateFunction, BoundExpr, ColumnId, ColumnInfo, CompareOperator, Comparison, FromItem, FromSource, Query, QueryBody,
    Select, SubqueryId,
};
use crate::value::{Affinity, ComparisonAffinity};

/// Rows that are summed up for each outer key rather than for all keys.
const LITTLE_TO_READ: f64 = 20_000.0;

/// A subquery as a table to join with.
struct Derived {
    query: Query,
    on: Vec<BoundExpr>,
    /// What stands for the subquery's value above the join.
    value: BoundExpr,
}

impl Planner<'_> {
    /// Replaces the correlated scalar subqueries of `expr` by columns of tables that `tree` is joined with.
    pub(super) fn decorrelated(&mut self, expr: BoundExpr, tree: Tree) -> Result<(BoundExpr, Tree), Unsupported> {
        let mut scalars = Vec::new();
        expr.walk(&mut |part| {
            if let BoundExpr::Scalar(id) = part
                && !self.bound.subqueries[id.0 as usize].outer.is_empty()
            {
                scalars.push(*id);
            }
        });
        let (mut expr, mut tree) = (expr, tree);
        for id in scalars {
            let derived = self.derived(id)?;
            let columns = derived.query.output.iter().copied().collect();
            let right = Tree::Leaf { source: FromSource::Query(Box::new(derived.query)), columns, conditions: Vec::new() };
            tree = Tree::Outer { full: false, left: Box::new(tree), right: Box::new(right), on: derived.on };
            expr = expr.rewrite(&mut |part| (*part == BoundExpr::Scalar(id)).then(|| derived.value.clone()));
        }
        Ok((expr, tree))
    }

    /// Whether an expression holds a scalar subquery that names outer columns.
    pub(super) fn has_correlated_scalar(&self, expr: &BoundExpr) -> bool {
        let mut found = false;
        expr.walk(&mut |part| {
            if let BoundExpr::Scalar(id) = part {
                found |= !self.bound.subqueries[id.0 as usize].outer.is_empty();
            }
        });
        found
    }

    fn derived(&mut self, id: SubqueryId) -> Result<Derived, Unsupported> {
        let refuse = |what: &str| Err(format!("a correlated subquery {what}"));
        let subquery = self.bound.subqueries[id.0 as usize].clone();
        let outer: BTreeSet<ColumnId> = subquery.outer.iter().copied().collect();
        let Query { body: QueryBody::Select(select), limit: None, offset: None, .. } = subquery.query else {
            return refuse("with LIMIT or a set operation");
        };
        let mut select = *select;
        let aggregates_only = select.grouped
            && select.windows.is_empty()
            && select.group_by.is_empty()
            && select.bare.is_empty()
            && select.having.is_none();
        if !aggregates_only || select.projection.len() != 1 {
            return refuse("that does more than to aggregate");
        }
        if self.might_overflow(&select) {
            return refuse("whose sum might overflow for keys that are not asked for");
        }
        let is_outer = |expr: &BoundExpr| self.needed_by(expr).iter().any(|column| outer.contains(column));
        let above: Vec<&BoundExpr> = select.aggregates.iter().flat_map(|(_, aggregate)| aggregate.expressions()).collect();
        if is_outer(&select.projection[0].1)
            || above.into_iter().any(is_outer)
            || select.from.iter().any(|item| item.on.as_ref().is_some_and(is_outer))
        {
            return refuse("whose result names outer columns");
        }
        if select
            .from
            .iter()
            .any(|item| matches!(item.source, FromSource::Query(_) | FromSource::Joined(_) | FromSource::Function(_)))
        {
            return refuse("over a subquery");
        }
        let (across, inside): (Vec<_>, Vec<_>) = conjuncts(select.filter.take()).into_iter().partition(is_outer);
        if across.iter().any(has_subquery) {
            return refuse("with another one in its condition");
        }
        let (mut on, mut output) = (Vec::new(), Vec::new());
        for condition in across {
            let Some((key, comparison)) = self.grouping_key(&condition, &outer) else {
                return refuse("that is not correlated by equal columns of one kind");
            };
            let column = self.derived_column(&key);
            on.push(equality(comparison, &key, column));
            select.group_by.push((column, key.clone()));
            output.push((column, BoundExpr::Column(column)));
        }
        let value = Self::value_without_rows(&select)?;
        select.filter = all_of(inside);
        output.push(select.projection[0].clone());
        select.projection.clone_from(&output);
        Ok(Derived { query: Query::of_select(select), on, value })
    }

    /// Grouping by the key also sums up for keys that no outer row has, where SQLite would not look: an overflow there would be an
    /// error of glue's own. Where there is little to read, only what is asked for is summed up.
    fn might_overflow(&self, select: &Select) -> bool {
        let sums = select.aggregates.iter().any(|(_, aggregate)| aggregate.function == AggregateFunction::Sum);
        let rows = |item: &FromItem| match &item.source {
            FromSource::Table(table) => self.table_rows(*table),
            _ => f64::INFINITY,
        };
        sums && select.from.iter().map(rows).fold(0.0, f64::max) <= LITTLE_TO_READ
    }

    /// The inner side of an equality with outer columns, if grouping by it finds the very rows that the comparison finds: both
    /// sides of one kind of affinity, under the inner column's own collation.
    fn grouping_key<'c>(&self, condition: &'c BoundExpr, outer: &BTreeSet<ColumnId>) -> Option<(BoundExpr, &'c Comparison)> {
        let BoundExpr::Compare(comparison) = condition else { return None };
        if comparison.operator != CompareOperator::Equal {
            return None;
        }
        let is_outer = |expr: &BoundExpr| columns_of(expr).iter().all(|column| outer.contains(column));
        let (inner, other) = if is_outer(&comparison.left) {
            (&comparison.right, &comparison.left)
        } else {
            (&comparison.left, &comparison.right)
        };
        let (BoundExpr::Column(inner_id), BoundExpr::Column(other_id)) = (inner, other) else { return None };
        let (inner_info, other_info) = (self.bound.columns.get(*inner_id), self.bound.columns.get(*other_id));
        let numeric = inner_info.affinity.is_numeric() && other_info.affinity.is_numeric();
        let same = numeric || (inner_info.affinity == other_info.affinity && comparison.affinity == ComparisonAffinity::None);
        let usable =
            !outer.contains(inner_id) && outer.contains(other_id) && same && inner_info.collation == comparison.collation;
        usable.then(|| (inner.clone(), comparison.as_ref()))
    }

    fn derived_column(&mut self, key: &BoundExpr) -> ColumnId {
        let info = match key {
            BoundExpr::Column(id) => ColumnInfo { table: None, ..self.bound.columns.get(*id).clone() },
            _ => ColumnInfo {
                name: "key".to_owned(),
                affinity: Affinity::None,
                collation: crate::value::Collation::Binary,
                collates: false,
                table: None,
                not_null: false,
            },
        };
        self.bound.columns.add(info)
    }

    /// The subquery's value above the join. An outer row without a partner sees NULL, which is what sum, avg, min and max of
    /// no rows are, and what SQLite's operators make of it; a count would be 0, so it is taken alone or not at all.
    fn value_without_rows(select: &Select) -> Result<BoundExpr, Unsupported> {
        let (output, expr) = &select.projection[0];
        let counts = |function: AggregateFunction| {
            matches!(function, AggregateFunction::Count | AggregateFunction::CountAll | AggregateFunction::Total)
        };
        let counting = select.aggregates.iter().find(|(_, aggregate)| counts(aggregate.function));
        let column = BoundExpr::Column(*output);
        match (expr, counting) {
            (BoundExpr::Column(id), Some((counted, aggregate))) if id == counted && select.aggregates.len() == 1 => {
                let zero = match aggregate.function {
                    AggregateFunction::Total => crate::value::Value::Real(0.0),
                    _ => crate::value::Value::Integer(0),
                };
                let arguments = vec![column, BoundExpr::Literal(zero)];
                Ok(BoundExpr::Function { name: "coalesce".to_owned(), arguments })
            }
            (_, Some(_)) => Err("a correlated subquery that computes with a count".to_owned()),
            _ if select.aggregates.iter().any(|(_, aggregate)| matches!(aggregate.function, AggregateFunction::BySqlite(_))) => {
                Err("a correlated subquery whose aggregate may have a value without rows".to_owned())
            }
            (BoundExpr::Column(_), None) => Ok(column),
            (expr, None) if is_null_propagating(expr) => Ok(column),
            _ => Err("a correlated subquery whose value without rows is not NULL".to_owned()),
        }
    }
}

/// `comparison` with the grouped column in place of the inner one.
fn equality(comparison: &Comparison, key: &BoundExpr, column: ColumnId) -> BoundExpr {
    let replaced = |expr: &BoundExpr| if expr == key { BoundExpr::Column(column) } else { expr.clone() };
    let (left, right) = (replaced(&comparison.left), replaced(&comparison.right));
    BoundExpr::Compare(Box::new(Comparison { left, right, ..comparison.clone() }))
}

/// Whether an expression over aggregates is NULL where they are.
fn is_null_propagating(expr: &BoundExpr) -> bool {
    match expr {
        BoundExpr::Column(_) => true,
        BoundExpr::Arithmetic { left, right, .. } => is_null_propagating(left) || is_null_propagating(right),
        BoundExpr::Negate(operand) | BoundExpr::Plus(operand) => is_null_propagating(operand),
        _ => false,
    }
}
