//! From a plan's native scan to one that can run, its conditions as filters within it.

use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow_buffer::BooleanBuffer;

use super::metrics::Metrics;
use super::subqueries::Subqueries;
use crate::batch::Batch;
use crate::bind::{BoundExpr, ColumnArena, ColumnId, CompareOperator};
use crate::catalog::Stored;
use crate::error::Result;
use crate::expression::{Evaluator, SubqueryValues, may_fail};
use crate::planner::{NativeScan, NodeId, Runs, has_subquery};
use crate::sqlite_file::{Field, Keys, RowFilter, RowTest, ScanPlan, Tree};
use crate::value::{Affinity, ComparisonAffinity, Value};

/// A native scan to be run, and where what happens to it is noted.
#[derive(Clone)]
pub(crate) struct NativeReading {
    pub(crate) plan: ScanPlan,
    /// The rows that are wanted alone, where few are.
    pub(crate) keys: Option<NativeKeys>,
    pub(crate) metrics: Metrics,
    pub(crate) node: NodeId,
}

/// Keys that are looked up without SQLite.
#[derive(Clone)]
pub(crate) struct NativeKeys {
    /// Rowids, or values of an index's first column.
    pub(crate) keys: Keys,
    /// The index, by its name, and where its entries hold the rowid.
    pub(crate) index: Option<(String, usize)>,
    /// About which share of the table's rows have them.
    pub(crate) expected_share: f64,
    /// What is to be remarked if everything is read all the same.
    pub(crate) otherwise: String,
}

/// The scan of `scan`; the subqueries in its conditions must have been answered before a thread begins.
pub(crate) fn scan_plan(scan: &NativeScan, columns: &Arc<ColumnArena>, subqueries: &Arc<Subqueries>) -> ScanPlan {
    let field = |field: &crate::planner::NativeField| match field.stored {
        Stored::Rowid => Field::Rowid,
        Stored::Field { position, is_real } => {
            Field::Stored { position, is_real, by_rowid: field.by_rowid.as_deref().map(Arc::from) }
        }
    };
    let filter = |condition: &BoundExpr| -> Arc<dyn RowFilter> {
        Arc::new(ConditionFilter::new(condition, scan, Arc::clone(columns), Arc::clone(subqueries)))
    };
    let fields = scan.fields.iter().map(field).chain((scan.runs != Runs::Each).then_some(Field::Entries));
    ScanPlan {
        name: scan.index.as_ref().map_or(&scan.table, |index| &index.name).clone(),
        tree: scan.index.as_ref().map_or(Tree::Table, |index| Tree::Index { rowid: index.rowid }),
        fields: fields.collect(),
        outputs: scan.outputs + usize::from(scan.runs == Runs::Counted),
        filters: ordered(&scan.conditions, columns).iter().map(filter).collect(),
        keys: None,
    }
}

/// Conditions in the order in which they cost least, those that compare one column with values joined so that it is decoded once;
/// where any may fail or asks a subquery all stay as they are, since it may do so for rows that those before it keep from it.
fn ordered(conditions: &[BoundExpr], columns: &ColumnArena) -> Vec<BoundExpr> {
    if conditions.iter().any(|condition| may_fail(condition) || has_subquery(condition)) {
        return conditions.to_vec();
    }
    let mut groups: Vec<(Option<ColumnId>, Vec<BoundExpr>)> = Vec::new();
    for condition in conditions {
        let column = compared_column(condition);
        match groups.iter_mut().find(|(other, _)| column.is_some() && *other == column) {
            Some((_, group)) => group.push(condition.clone()),
            None => groups.push((column, vec![condition.clone()])),
        }
    }
    groups.sort_by_key(|(_, group)| group.iter().map(|condition| rank(condition, columns)).min());
    let joined = |mut group: Vec<BoundExpr>| if group.len() > 1 { BoundExpr::And(group) } else { group.remove(0) };
    groups.into_iter().map(|(_, group)| joined(group)).collect()
}

/// What costs less to ask and mostly leaves fewer rows comes first: numbers before texts, comparisons with values before lists of
/// them, and both before what passes about as many rows as not.
fn rank(condition: &BoundExpr, columns: &ColumnArena) -> u8 {
    let is_text = |column: ColumnId| u8::from(columns.get(column).affinity == Affinity::Text);
    match condition {
        BoundExpr::Compare(comparison) => match compared_column(condition) {
            Some(_) if matches!(comparison.operator, CompareOperator::NotEqual | CompareOperator::IsNot) => 5,
            Some(column) => 2 * is_text(column),
            None => 4,
        },
        BoundExpr::InList { operand, negated: false, .. } => match operand.as_ref() {
            BoundExpr::Column(column) => 1 + 2 * is_text(*column),
            _ => 6,
        },
        _ => 6,
    }
}

fn compared_column(condition: &BoundExpr) -> Option<ColumnId> {
    let BoundExpr::Compare(comparison) = condition else { return None };
    match (&comparison.left, &comparison.right) {
        (BoundExpr::Column(column), BoundExpr::Literal(_)) | (BoundExpr::Literal(_), BoundExpr::Column(column)) => Some(*column),
        _ => None,
    }
}

/// A condition of the statement as a filter.
struct ConditionFilter {
    condition: BoundExpr,
    fields: Vec<usize>,
    input: Vec<ColumnId>,
    rowids: Option<(i64, i64)>,
    columns: Arc<ColumnArena>,
    subqueries: Arc<Subqueries>,
}

impl ConditionFilter {
    fn new(condition: &BoundExpr, scan: &NativeScan, columns: Arc<ColumnArena>, subqueries: Arc<Subqueries>) -> Self {
        let mut input = Vec::new();
        condition.walk(&mut |part| match part {
            BoundExpr::Column(id) if !input.contains(id) => input.push(*id),
            _ => {}
        });
        let position = |id: &ColumnId| scan.fields.iter().position(|field| field.column == *id);
        let fields = input.iter().filter_map(position).collect();
        let is_rowid = |id: ColumnId| scan.fields.iter().any(|field| field.column == id && field.stored == Stored::Rowid);
        let rowids = rowid_range(condition, &is_rowid);
        Self { condition: condition.clone(), fields, input, rowids, columns, subqueries }
    }
}

impl RowFilter for ConditionFilter {
    fn fields(&self) -> &[usize] {
        &self.fields
    }

    fn rowids(&self) -> Option<RangeInclusive<i64>> {
        self.rowids.map(|(first, last)| first..=last)
    }

    fn test(&self) -> Result<Box<dyn RowTest>> {
        let subqueries = Arc::clone(&self.subqueries) as Arc<dyn SubqueryValues>;
        Ok(Box::new(ConditionTest(Evaluator::new(&self.condition, &self.input, &self.columns, &subqueries)?)))
    }
}

struct ConditionTest(Evaluator);

impl RowTest for ConditionTest {
    fn passes(&mut self, rows: &Batch) -> Result<BooleanBuffer> {
        self.0.matches(rows)
    }
}

/// The rowids outside of which a condition is not true, where it compares the rowid with integers.
fn rowid_range(condition: &BoundExpr, is_rowid: &dyn Fn(ColumnId) -> bool) -> Option<(i64, i64)> {
    if let BoundExpr::And(items) = condition {
        let ranges = items.iter().filter_map(|item| rowid_range(item, is_rowid));
        return ranges.reduce(|one, other| (one.0.max(other.0), one.1.min(other.1)));
    }
    let BoundExpr::Compare(comparison) = condition else { return None };
    if comparison.affinity == ComparisonAffinity::Text {
        return None;
    }
    let (operator, number) = match (&comparison.left, &comparison.right) {
        (BoundExpr::Column(id), BoundExpr::Literal(Value::Integer(number))) if is_rowid(*id) => (comparison.operator, *number),
        (BoundExpr::Literal(Value::Integer(number)), BoundExpr::Column(id)) if is_rowid(*id) => {
            let mirrored = match comparison.operator {
                CompareOperator::Less => CompareOperator::Greater,
                CompareOperator::LessOrEqual => CompareOperator::GreaterOrEqual,
                CompareOperator::Greater => CompareOperator::Less,
                CompareOperator::GreaterOrEqual => CompareOperator::LessOrEqual,
                other => other,
            };
            (mirrored, *number)
        }
        _ => return None,
    };
    match operator {
        CompareOperator::Equal | CompareOperator::Is => Some((number, number)),
        CompareOperator::Less | CompareOperator::LessOrEqual => Some((i64::MIN, number)),
        CompareOperator::Greater | CompareOperator::GreaterOrEqual => Some((number, i64::MAX)),
        CompareOperator::NotEqual | CompareOperator::IsNot => None,
    }
}
