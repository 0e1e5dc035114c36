//! Steps whose rows do not fit into memory: whatever goes to the disk on the way, the answer is the same.

use super::grouping::call;
use super::joins::{MODES, first_column, residual, shape};
use super::tables::{Random, Table, as_keys, dealt, in_batches, input, input_of, read, sorted, table, with_keys};
use crate::bind::AggregateFunction;
use crate::cancel::CancelToken;
use crate::error::ErrorKind;
use crate::execution::computed::Computed;
use crate::execution::memory::StepMemory;
use crate::execution::operator::{
    Distinct, Exchange, Input, Key, Operator, SetOperation, Shape, Shared, SharedRows, Sort, SortTerm,
};
use crate::execution::spill::SpillFile;
use crate::execution::tests::steps::{aggregation, ample, hash_join, nested_loop, none};
use crate::planner::{JoinMode, Side};
use crate::statement::SetOperator;
use crate::value::{Collation, ComparisonAffinity, Value};

/// Whatever goes to the disk on the way, the answer is the same.
#[test]
fn nothing_changes_without_memory() {
    let mut random = Random(79);
    for classes in ["i", "in", "tn", "nirtbI"] {
        let (left, right) = (table(&mut random, 400, &[classes, "in"]), table(&mut random, 300, &[classes, "ir"]));
        for (mode, build) in MODES.into_iter().flat_map(|mode| [(mode, Side::Left), (mode, Side::Right)]) {
            let residual = || Some(Computed::Test(residual));
            let shape = || shape(mode, build, residual());
            let keys = |_| vec![first_column(ComparisonAffinity::None)];
            let expected = hash_join(&shape, vec![input(&left)], vec![input(&right)], &keys, &ample());
            let given = hash_join(&shape, dealt(&left), dealt(&right), &keys, &none());
            assert_eq!(sorted(read(given)), sorted(read(expected)), "{mode:?} build {build:?} {classes}");
        }
        let calls = || {
            let binary = Collation::Binary;
            vec![
                call(AggregateFunction::CountAll, None, false, false, binary),
                call(AggregateFunction::Count, Some(1), false, true, binary),
                call(AggregateFunction::Sum, Some(2), false, false, binary),
                call(AggregateFunction::GroupConcat, Some(2), false, false, binary),
            ]
        };
        let many: Table =
            (0..3000).map(|row| [&left[row % 400][..2], &[Value::Integer(i64::try_from(row % 700).unwrap())]].concat()).collect();
        for keys in [&[(2, Collation::Binary)][..], &[(0, Collation::Binary), (2, Collation::Binary)], &[]] {
            let expected = aggregation(vec![input(&many)], keys, &calls, &[], !keys.is_empty(), &ample());
            let given = aggregation(vec![input(&many)], keys, &calls, &[], !keys.is_empty(), &none());
            assert_eq!(sorted(read(given)), sorted(read(expected)), "{classes} grouped by {keys:?}");
            let calls = || vec![call(AggregateFunction::Sum, Some(2), false, false, Collation::Binary)];
            let expected = aggregation(vec![input(&many)], &keys[..keys.len().min(1)], &calls, &[], true, &ample());
            let given = aggregation(dealt(&many), &keys[..keys.len().min(1)], &calls, &[], true, &none());
            assert_eq!(with_keys(&read(given)), with_keys(&read(expected)), "{classes} in instances");
        }
        let distinct = |memory: &StepMemory| read(Distinct::new(input(&many), vec![Collation::Binary; 3], memory));
        assert_eq!(with_keys(&distinct(&none())), with_keys(&distinct(&ample())), "{classes}");
        for limit in [None, Some(900)] {
            let term = |index| SortTerm {
                expression: Computed::Column(index),
                collation: Collation::Binary,
                descending: index == 1,
                nulls_first: true,
            };
            let sort = |memory| read(Sort::new(vec![(input(&many), vec![term(0), term(1)])], 3, limit, memory));
            assert_eq!(sort(none()), sort(ample()), "{classes} {limit:?}");
        }
    }
}

/// Rows of which most have one key, each with a text by which they are many kilobytes together.
fn with_one_large_key(random: &mut Random, rows: usize) -> Table {
    let key = |random: &mut Random| {
        let other = i64::try_from(random.below(40)).unwrap();
        [Value::Integer(7), Value::Integer(7), Value::Integer(7), Value::Integer(other), Value::Null]
            [usize::try_from(random.below(5)).unwrap()]
        .clone()
    };
    let row = |number: usize, random: &mut Random| {
        vec![key(random), Value::text(&"text".repeat(1500)), Value::Integer(i64::try_from(number).unwrap())]
    };
    (0..rows).map(|number| row(number, random)).collect()
}

/// The rows without the long texts.
fn without_texts(table: Table) -> Vec<String> {
    let short = |row: Vec<Value>| row.into_iter().filter(|value| !matches!(value, Value::Text(_))).collect();
    sorted(table.into_iter().map(short).collect())
}

#[test]
fn a_key_with_more_rows_than_memory_is_joined_block_by_block() {
    let mut random = Random(80);
    let (left, right) = (with_one_large_key(&mut random, 90), with_one_large_key(&mut random, 70));
    let bytes = |table: &Table| table.len() * 6000;
    for (mode, build) in MODES.into_iter().flat_map(|mode| [(mode, Side::Left), (mode, Side::Right)]) {
        for (with_residual, null_safe) in [(false, false), (true, false), (true, true)] {
            let shape = || shape(mode, build, with_residual.then_some(Computed::Test(residual)));
            let keys = |_| vec![Key { null_safe, ..first_column(ComparisonAffinity::None) }];
            let expected = hash_join(&shape, vec![input(&left)], vec![input(&right)], &keys, &ample());
            let memory = none();
            let given = hash_join(&shape, vec![in_batches(&left, 5)], vec![in_batches(&right, 5)], &keys, &memory);
            assert_eq!(without_texts(read(given)), without_texts(read(expected)), "{mode:?} build {build:?} {with_residual}");
            // Three fifths of the rows have one key, and needed_memory says twice as much.
            let all_of_key = bytes(if build == Side::Left { &left } else { &right });
            assert!(memory.peak() < all_of_key, "{} bytes were held, not a part of {all_of_key}", memory.peak());
        }
    }
}

#[test]
fn not_in_a_set_larger_than_memory_knows_null() {
    let mut random = Random(81);
    for classes in ["i", "in"] {
        for right_classes in ["i", "in"] {
            for (left_rows, right_rows) in [(200, 3), (200, 60), (0, 60), (60, 0)] {
                let left = table(&mut random, left_rows, &[classes]);
                let right = table(&mut random, right_rows, &[right_classes]);
                // Some keys of the left side are in no row of the right one.
                let left: Table = left.into_iter().chain([vec![Value::Integer(100), Value::Integer(0)]]).collect();
                for build in [Side::Left, Side::Right] {
                    let shape = || Shape { left_columns: 2, right_columns: 2, ..shape(JoinMode::AntiNullAware, build, None) };
                    let keys = |_| vec![first_column(ComparisonAffinity::None)];
                    let expected = hash_join(&shape, vec![input_of(&left)], vec![input_of(&right)], &keys, &ample());
                    let given = hash_join(&shape, dealt(&left), dealt(&right), &keys, &none());
                    let what = format!("{classes} {right_classes} {left_rows} {right_rows} {build:?}");
                    assert_eq!(sorted(read(given)), sorted(read(expected)), "{what}");
                }
            }
        }
    }
}

#[test]
fn nested_loops_go_through_the_right_side_block_by_block() {
    let mut random = Random(82);
    let (left, right) = (with_one_large_key(&mut random, 40), with_one_large_key(&mut random, 70));
    for mode in MODES {
        for with_residual in [false, true] {
            let shape = || shape(mode, Side::Right, with_residual.then_some(Computed::Test(residual)));
            let expected = nested_loop(&shape, input(&left), vec![input(&right)], &ample());
            let memory = none();
            let given = nested_loop(&shape, in_batches(&left, 5), vec![in_batches(&right, 5)], &memory);
            assert_eq!(without_texts(read(given)), without_texts(read(expected)), "{mode:?} {with_residual}");
            assert!(memory.peak() < right.len() * 6000, "{} bytes were held", memory.peak());
        }
    }
}

#[test]
fn sets_are_the_same_without_memory() {
    let mut random = Random(83);
    for operator in [SetOperator::Union, SetOperator::UnionAll, SetOperator::Intersect, SetOperator::Except] {
        for classes in ["in", "tn", "nirtb"] {
            let (left, right) = (table(&mut random, 300, &[classes]), table(&mut random, 50, &[classes]));
            let cut = |table: &Table| -> Table { table.iter().map(|row| row[..1].to_vec()).collect() };
            let collations = || vec![Collation::NoCase];
            let set = |memory: &StepMemory| {
                read(SetOperation::new(operator, input(&cut(&left)), input(&cut(&right)), collations(), memory))
            };
            assert_eq!(as_keys(&set(&none()), Collation::NoCase), as_keys(&set(&ample()), Collation::NoCase), "{operator:?}");
        }
    }
}

#[test]
fn shared_rows_are_the_same_for_all_readers_without_memory() {
    let data: Table = (0..100_i64).map(|row| vec![Value::Integer(row)]).collect();
    let memory = none();
    let rows = SharedRows::new(in_batches(&data, 3), &memory);
    let (mut first, mut second) = (Shared::new(rows.clone()), Shared::new(rows.clone()));
    let mut given = (Table::new(), Table::new());
    for turn in 0..40 {
        let (reader, rows) = if turn % 3 == 0 { (&mut second, &mut given.1) } else { (&mut first, &mut given.0) };
        let batch = reader.next_batch().unwrap();
        rows.extend(batch.iter().flat_map(crate::execution::tests::tables::batch_rows));
    }
    given.0.extend(read(first));
    given.1.extend(read(second));
    assert_eq!((given.0, given.1), (data.clone(), data.clone()));
    assert_eq!(read(Shared::new(rows)), data);
    assert_eq!(memory.peak(), 0);
}

/// An input that cancels the step above it when it has given so many batches, and gives batches for ever.
struct Cancelling {
    batch: crate::batch::Batch,
    given: usize,
    cancelled_after: usize,
    cancel: CancelToken,
}

impl Operator for Cancelling {
    fn next_batch(&mut self) -> crate::error::Result<Option<crate::batch::Batch>> {
        self.given += 1;
        if self.given == self.cancelled_after {
            self.cancel.cancel();
        }
        assert!(self.given < self.cancelled_after + 10, "the step goes on although it was cancelled");
        Ok(Some(self.batch.clone()))
    }
}

/// The inputs know nothing of the token: only what reads and writes files can look at it.
#[test]
fn a_step_that_writes_to_the_disk_ends_when_it_is_cancelled() {
    let memory = none();
    let endless = || -> Input {
        let table: Table = (0..2000).map(|row| vec![Value::Integer(row), Value::text("text"), Value::Integer(row)]).collect();
        let batch = in_batches(&table, 2000).next_batch().unwrap().unwrap();
        Box::new(Cancelling { batch, given: 0, cancelled_after: 50, cancel: memory.cancel().clone() })
    };
    let interrupted = |mut step: Input| step.next_batch().unwrap_err().kind == ErrorKind::Interrupted;
    let term = || SortTerm { expression: Computed::Column(0), collation: Collation::Binary, descending: true, nulls_first: true };
    assert!(interrupted(Box::new(Sort::new(vec![(endless(), vec![term()])], 3, None, memory.clone()))));
    let shape = || shape(JoinMode::Inner, Side::Left, None);
    let keys = |_| vec![first_column(ComparisonAffinity::None)];
    assert!(interrupted(hash_join(&shape, vec![endless()], vec![endless()], &keys, &memory)));
}

#[test]
fn spilled_rows_come_to_no_end_when_they_are_cancelled() {
    let memory = none();
    let mut file = SpillFile::create(&memory).unwrap();
    let mut rows = in_batches(&vec![vec![Value::Integer(1)]; 10], 1);
    while let Some(batch) = rows.next_batch().unwrap() {
        file.write(&batch).unwrap();
    }
    let mut read = file.read();
    assert!(read.next_batch().unwrap().is_some());
    memory.cancel().cancel();
    assert_eq!(read.next_batch().unwrap_err().kind, ErrorKind::Interrupted);
}

#[test]
fn groups_are_not_put_together_and_rows_not_sorted_when_that_is_cancelled() {
    let memory = ample();
    memory.cancel().cancel();
    let data: Table = (0..100_i64).map(|row| vec![Value::Integer(row)]).collect();
    let calls = || vec![call(AggregateFunction::CountAll, None, false, false, Collation::Binary)];
    let mut groups = aggregation(dealt(&data), &[(0, Collation::Binary)], &calls, &[], true, &memory);
    assert_eq!(groups.next_batch().unwrap_err().kind, ErrorKind::Interrupted);
    let term = SortTerm { expression: Computed::Column(0), collation: Collation::Binary, descending: true, nulls_first: true };
    let mut sorted = Sort::new(vec![(input(&data), vec![term])], 1, None, memory);
    assert_eq!(sorted.next_batch().unwrap_err().kind, ErrorKind::Interrupted);
}

/// One batch, then none until it is cancelled.
struct Waiting {
    batch: Option<crate::batch::Batch>,
    cancel: CancelToken,
    _is_alive: std::sync::Arc<()>,
}

impl Operator for Waiting {
    fn next_batch(&mut self) -> crate::error::Result<Option<crate::batch::Batch>> {
        if let Some(batch) = self.batch.take() {
            return Ok(Some(batch));
        }
        loop {
            self.cancel.check()?;
            std::thread::yield_now();
        }
    }
}

#[test]
fn threads_end_with_the_step_that_takes_their_rows() {
    let (statement, is_alive) = (CancelToken::new(), std::sync::Arc::new(()));
    let own = statement.child();
    let instance = || -> Input {
        let batch = in_batches(&vec![vec![Value::Integer(1)]], 1).next_batch().unwrap();
        Box::new(Waiting { batch, cancel: own.clone(), _is_alive: std::sync::Arc::clone(&is_alive) })
    };
    let mut exchange = Exchange::of(vec![instance(), instance()], own.clone());
    assert!(exchange.next_batch().unwrap().is_some());
    drop(exchange);
    assert_eq!(std::sync::Arc::strong_count(&is_alive), 1, "a thread still has an instance");
    assert!(!statement.is_cancelled());
}
