//! Operators made for tests, each input in one instance or in several.

use crate::cancel::CancelToken;
use crate::execution::computed::Computed;
use crate::execution::memory::{MemoryBudget, StepMemory};
use crate::execution::operator::{
    AggregateCall, AggregateResult, Aggregation, Exchange, GroupRules, HashJoin, Input, JoinBuild, JoinSource, Key, Shape,
};
use crate::planner::Side;
use crate::value::Collation;

/// Memory for everything.
pub(super) fn ample() -> StepMemory {
    MemoryBudget::of_test(usize::MAX, 0)
}

/// Memory for nothing: what is collected goes to the disk batch by batch.
pub(super) fn none() -> StepMemory {
    MemoryBudget::of_test(0, 0)
}

/// A join without keys, the right side held.
pub(super) fn nested_loop(shape: &dyn Fn() -> Shape, left: Input, right: Vec<Input>, memory: &StepMemory) -> Input {
    hash_join(shape, vec![left], right, &|_| Vec::new(), memory)
}

/// A hash join of all instances of both sides. `keys` makes one side's.
pub(super) fn hash_join(
    shape: &dyn Fn() -> Shape,
    left: Vec<Input>,
    right: Vec<Input>,
    keys: &dyn Fn(Side) -> Vec<Key>,
    memory: &StepMemory,
) -> Input {
    let first = shape();
    let (build, probes, other) = if first.build == Side::Left { (left, right, Side::Right) } else { (right, left, Side::Left) };
    let source = JoinSource {
        inputs: build,
        columns: first.build_columns(),
        keys: keys(first.build),
        mode: first.mode,
        side: first.build,
        is_empty_without_rows: first.is_empty_without_held_rows(),
        gives_held_rows: first.held_rows_given().is_some(),
        is_probed_again: false,
        memory: memory.clone(),
        cancel: first.cancel,
    };
    let held = JoinBuild::new(source);
    held.set_instances(probes.len());
    let join = |probe| -> Input { Box::new(HashJoin::new(shape(), held.clone(), probe, keys(other))) };
    Exchange::of(probes.into_iter().map(join).collect(), CancelToken::new())
}

/// A grouping of all instances of an input by columns.
pub(super) fn aggregation(
    inputs: Vec<Input>,
    keys: &[(usize, Collation)],
    calls: &dyn Fn() -> Vec<AggregateCall>,
    bare: &[usize],
    is_grouped: bool,
    memory: &StepMemory,
) -> Aggregation {
    let rules = || {
        let calls = calls();
        let extremes: Vec<usize> = (0..calls.len()).filter(|&call| calls[call].is_extreme()).collect();
        GroupRules {
            keys: keys.iter().map(|&(column, collation)| (Computed::Column(column), collation)).collect(),
            calls,
            bare: bare.iter().map(|&column| Computed::Column(column)).collect(),
            leader: extremes.first().copied().filter(|_| extremes.len() == 1 && !bare.is_empty()),
        }
    };
    let results = calls().into_iter().enumerate().map(|(call, made)| AggregateResult { call, function: made.function() });
    let results = results.collect();
    Aggregation::new(inputs.into_iter().map(|input| (input, rules())).collect(), results, is_grouped, memory.clone())
}
