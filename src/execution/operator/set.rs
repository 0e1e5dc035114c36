//! UNION, INTERSECT, EXCEPT and UNION ALL.

use super::{Distinct, HashJoin, Input, JoinBuild, JoinSource, Key, Operator, Shape};
use crate::batch::Batch;
use crate::error::Result;
use crate::execution::computed::Computed;
use crate::execution::memory::StepMemory;
use crate::planner::{JoinMode, Side};
use crate::statement::SetOperator;
use crate::value::{Collation, ComparisonAffinity};

/// A set operation on two inputs.
pub(crate) struct SetOperation {
    rows: Input,
}

impl SetOperation {
    /// `left operator right`, whose columns' texts compare by `collations`.
    pub(crate) fn new(operator: SetOperator, left: Input, right: Input, collations: Vec<Collation>, memory: &StepMemory) -> Self {
        let rows: Input = match operator {
            SetOperator::UnionAll => Box::new(Concatenation { first: Some(left), second: right }),
            // Of rows that are equal but not the same (1 and 1.0) SQLite, which merges both sides, gives the right one.
            SetOperator::Union => {
                Box::new(Distinct::new(Box::new(Concatenation { first: Some(right), second: left }), collations, memory))
            }
            SetOperator::Intersect | SetOperator::Except => {
                let mode = if operator == SetOperator::Intersect { JoinMode::Semi } else { JoinMode::Anti };
                Box::new(Members { mode, collations, memory: memory.clone(), state: Some(State::Start { left, right }) })
            }
        };
        Self { rows }
    }
}

impl Operator for SetOperation {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        self.rows.next_batch()
    }
}

/// The distinct rows of one input that are, or are not, among those of another, which is read only where the first has a row: so does
/// SQLite, and what is never read does not fail.
struct Members {
    mode: JoinMode,
    collations: Vec<Collation>,
    memory: StepMemory,
    state: Option<State>,
}

enum State {
    Start { left: Input, right: Input },
    Rows(Box<Distinct>),
}

impl Operator for Members {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        let mut rows = match self.state.take() {
            None => return Ok(None),
            Some(State::Rows(rows)) => rows,
            Some(State::Start { mut left, right }) => {
                let Some(first) = left.next_batch()? else { return Ok(None) };
                let left = Box::new(Concatenation { first: Some(Box::new(Read(Some(first)))), second: left });
                let members = Box::new(members(self.mode, left, right, &self.collations, &self.memory));
                Box::new(Distinct::new(members, self.collations.clone(), &self.memory))
            }
        };
        let batch = rows.next_batch()?;
        self.state = Some(State::Rows(rows));
        Ok(batch)
    }
}

/// A batch that was read before.
struct Read(Option<Batch>);

impl Operator for Read {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        Ok(self.0.take())
    }
}

/// The rows of one input, then those of another.
struct Concatenation {
    first: Option<Input>,
    second: Input,
}

impl Operator for Concatenation {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        if let Some(first) = &mut self.first {
            if let Some(batch) = first.next_batch()? {
                return Ok(Some(batch));
            }
            self.first = None;
        }
        self.second.next_batch()
    }
}

/// The rows of `left` that equal one of `right` (a semi join by all columns, NULL being the same as NULL), or none of them.
fn members(mode: JoinMode, left: Input, right: Input, collations: &[Collation], memory: &StepMemory) -> HashJoin {
    let key = |(column, &collation): (usize, &Collation)| Key {
        expression: Computed::Column(column),
        affinity: ComparisonAffinity::None,
        collation,
        null_safe: true,
    };
    let keys = || collations.iter().enumerate().map(key).collect::<Vec<Key>>();
    let columns = collations.len();
    let cancel = memory.cancel().clone();
    let shape = Shape {
        mode,
        build: Side::Right,
        left_columns: columns,
        right_columns: columns,
        gives_late: false,
        residual: None,
        cancel: cancel.clone(),
    };
    let source = JoinSource {
        inputs: vec![right],
        columns,
        keys: keys(),
        mode,
        side: Side::Right,
        // SQLite reads the left side before the right one: what fails there fails whatever the right one holds.
        is_empty_without_rows: false,
        gives_held_rows: shape.held_rows_given().is_some(),
        is_probed_again: false,
        memory: memory.clone(),
        cancel,
    };
    HashJoin::new(shape, JoinBuild::new(source), left, keys())
}
