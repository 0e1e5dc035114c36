//! How long the two most used operators take, by hand: `cargo test --release --lib execution::tests::speed -- --ignored`.

use std::time::{Duration, Instant};

use crate::batch::{BATCH_ROWS, Batch, Column, ColumnBuilder};
use crate::bind::AggregateFunction;
use crate::cancel::CancelToken;
use crate::error::Result;
use crate::execution::computed::Computed;
use crate::execution::operator::{AggregateCall, Input, Key, Operator, Shape, Sort, SortTerm};
use crate::execution::tests::steps::{aggregation, ample, hash_join};
use crate::planner::{JoinMode, Side};
use crate::value::{Collation, ComparisonAffinity, ValueRef};

struct Rows(std::vec::IntoIter<Batch>);

impl Operator for Rows {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        Ok(self.0.next())
    }
}

/// Rows of a key that `key` gives, a number, and one of five texts.
fn rows(count: i64, key: impl Fn(i64) -> i64) -> Input {
    let texts: [&[u8]; 5] = [b"BUILDING", b"AUTOMOBILE", b"MACHINERY", b"HOUSEHOLD", b"FURNITURE"];
    let mut batches = Vec::new();
    for start in (0..count).step_by(BATCH_ROWS) {
        let numbers: Vec<i64> = (start..count.min(start + i64::try_from(BATCH_ROWS).unwrap())).collect();
        let mut text = ColumnBuilder::with_capacity(numbers.len());
        for &number in &numbers {
            text.push(ValueRef::Text(texts[usize::try_from(key(number) % 5).unwrap()]));
        }
        let keys: Vec<i64> = numbers.iter().map(|&number| key(number)).collect();
        let rows = numbers.len();
        batches.push(Batch::new(rows, vec![Column::Integer(keys.into()), Column::Integer(numbers.into()), text.finish()]));
    }
    Box::new(Rows(batches.into_iter()))
}

fn time(mut operator: impl Operator) -> (usize, Duration) {
    let since = Instant::now();
    let mut rows = 0;
    while let Some(batch) = operator.next_batch().unwrap() {
        rows += batch.rows();
    }
    (rows, since.elapsed())
}

#[expect(clippy::print_stderr, reason = "a measurement is there to be read")]
fn check(what: &str, elapsed: Duration) {
    eprintln!("{what}: {elapsed:?}");
    assert!(elapsed < Duration::from_millis(150), "{what} took {elapsed:?}");
}

#[test]
#[ignore = "measures; only a release build says anything"]
fn joins_and_groups_are_fast() {
    for (stride, name) in [(1, "dense"), (1_000_003, "sparse")] {
        let (affinity, collation) = (ComparisonAffinity::None, Collation::Binary);
        let keys = |_| vec![Key { expression: Computed::Column(0), affinity, collation, null_safe: false }];
        let mode = JoinMode::Inner;
        let shape = || Shape {
            mode,
            build: Side::Right,
            left_columns: 3,
            right_columns: 3,
            gives_late: false,
            residual: None,
            cancel: CancelToken::new(),
        };
        let left = rows(1_500_000, |row| row * 7919 % 150_000 * stride);
        let join = hash_join(&shape, vec![left], vec![rows(150_000, |row| row * stride)], &keys, &ample());
        let (count, elapsed) = time(join);
        assert_eq!(count, 1_500_000);
        check(&format!("{name} join"), elapsed);
    }
    for column in [0, 2] {
        let calls = || {
            let sum = AggregateCall::new(AggregateFunction::Sum, vec![Computed::Column(1)], None, false, Collation::Binary);
            vec![sum, AggregateCall::new(AggregateFunction::CountAll, Vec::new(), None, false, Collation::Binary)]
        };
        let input = rows(1_500_000, |row| row * 7919 % 150_000);
        let (_, elapsed) = time(aggregation(vec![input], &[(column, Collation::Binary)], &calls, &[], true, &ample()));
        check(&format!("grouping by column {column}"), elapsed);
    }
    let term = SortTerm { expression: Computed::Column(0), collation: Collation::Binary, descending: true, nulls_first: false };
    let (_, elapsed) = time(Sort::new(vec![(rows(1_500_000, |row| row * 7919 % 150_000), vec![term])], 3, Some(10), ample()));
    check("top 10", elapsed);
}
