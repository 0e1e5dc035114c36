//! From a plan's native scan to one that can run, its conditions as filters within it.

use std::sync::Arc;

use arrow_buffer::BooleanBuffer;

use super::metrics::Metrics;
use super::subqueries::Subqueries;
use crate::batch::Batch;
use crate::bind::{BoundExpr, ColumnArena, ColumnId, CompareOperator};
use crate::catalog::Stored;
use crate::error::Result;
use crate::expression::{Evaluator, SubqueryValues};
use crate::planner::{NativeScan, NodeId};
use crate::sqlite_file::{Field, RowFilter, RowTest, RowidBounds, ScanPlan};
use crate::value::{ComparisonAffinity, Value};

/// A native scan to be run, and where what happens to it is noted.
#[derive(Clone)]
pub(crate) struct NativeReading {
    pub(crate) plan: ScanPlan,
    pub(crate) metrics: Metrics,
    pub(crate) node: NodeId,
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
    ScanPlan {
        table: scan.table.clone(),
        fields: scan.fields.iter().map(field).collect(),
        outputs: scan.outputs,
        filters: scan.conditions.iter().map(filter).collect(),
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

    fn rowids(&self) -> Option<RowidBounds<'_>> {
        self.rowids.map(|(first, last)| RowidBounds::Range(first, last))
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

/// The rowids outside of which a condition is not true, where it compares the rowid with an integer.
fn rowid_range(condition: &BoundExpr, is_rowid: &dyn Fn(ColumnId) -> bool) -> Option<(i64, i64)> {
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
