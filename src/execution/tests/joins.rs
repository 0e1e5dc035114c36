//! Joins of random cells, held against SQLite over the same cells in tables without declared types.

use super::tables::{CLASSES, Random, dealt, input, input_of, query, read, sorted, sqlite, table};
use crate::batch::{Batch, Column, ColumnBuilder};
use crate::cancel::CancelToken;
use crate::error::ErrorKind;
use crate::execution::computed::Computed;
use crate::execution::operator::{Key, Operator as _, Shape};
use crate::execution::tests::steps::{ample, hash_join, nested_loop};
use crate::planner::{JoinMode, Side};
use crate::value::{Collation, ComparisonAffinity, Value, ValueRef};

pub(super) fn residual(batch: &Batch) -> Column {
    // Over l0, l1, l2, r0, r1, r2: l2 + r2 is no multiple of 3.
    let mut builder = ColumnBuilder::with_capacity(batch.rows());
    for row in 0..batch.rows() {
        let (ValueRef::Integer(left), ValueRef::Integer(right)) = (batch.column(2).value(row), batch.column(5).value(row)) else {
            builder.push(ValueRef::Null);
            continue;
        };
        builder.push(ValueRef::Integer((left + right) % 3));
    }
    builder.finish()
}

fn join_sql(mode: JoinMode, condition: &str) -> String {
    match mode {
        JoinMode::Inner => format!("SELECT l.*, r.* FROM l JOIN r ON {condition}"),
        JoinMode::Left => format!("SELECT l.*, r.* FROM l LEFT JOIN r ON {condition}"),
        JoinMode::Full => format!("SELECT l.*, r.* FROM l FULL JOIN r ON {condition}"),
        JoinMode::Semi => format!("SELECT * FROM l WHERE EXISTS (SELECT 1 FROM r WHERE {condition})"),
        JoinMode::Anti => format!("SELECT * FROM l WHERE NOT EXISTS (SELECT 1 FROM r WHERE {condition})"),
        JoinMode::AntiNullAware => "SELECT * FROM l WHERE l0 NOT IN (SELECT r0 FROM r)".to_owned(),
    }
}

pub(super) const MODES: [JoinMode; 5] = [JoinMode::Inner, JoinMode::Left, JoinMode::Full, JoinMode::Semi, JoinMode::Anti];

/// A join of two tables of three columns.
pub(super) fn shape(mode: JoinMode, build: Side, residual: Option<Computed>) -> Shape {
    Shape { mode, build, left_columns: 3, right_columns: 3, residual, cancel: CancelToken::new() }
}

#[test]
fn hash_joins_pair_as_sqlite_does() {
    let mut random = Random(11);
    let mut checks = 0;
    for left_classes in CLASSES {
        for right_classes in CLASSES {
            let sizes = [(0, 5), (5, 0), (40, 60)][usize::try_from(random.below(8)).unwrap().min(2)];
            let left = table(&mut random, sizes.0, &[left_classes, "in"]);
            let right = table(&mut random, sizes.1, &[right_classes, "ir"]);
            let connection = sqlite(&[("l", &left, 3), ("r", &right, 3)]);
            for (mode, build) in MODES.into_iter().flat_map(|mode| [(mode, Side::Left), (mode, Side::Right)]) {
                for variant in 0..8 {
                    let (two_keys, with_residual, null_safe) = (variant & 1 > 0, variant & 2 > 0, variant & 4 > 0);
                    let collation = random.below(3);
                    let collation =
                        [Collation::Binary, Collation::NoCase, Collation::RightTrim][usize::try_from(collation).unwrap()];
                    let operator = if null_safe { "IS" } else { "=" };
                    let mut condition = format!("l0 COLLATE {} {operator} r0", collation.name());
                    let key = |index, null_safe, collation| Key {
                        expression: Computed::Column(index),
                        affinity: ComparisonAffinity::None,
                        collation,
                        null_safe,
                    };
                    let keys = |_| {
                        let first = key(0, null_safe, collation);
                        if two_keys { vec![first, key(1, false, Collation::Binary)] } else { vec![first] }
                    };
                    if two_keys {
                        condition += " AND l1 = r1";
                    }
                    if with_residual {
                        condition += " AND (l2 + r2) % 3";
                    }
                    let shape = || Shape {
                        mode,
                        build,
                        left_columns: 3,
                        right_columns: 3,
                        residual: with_residual.then_some(Computed::Test(residual)),
                        cancel: CancelToken::new(),
                    };
                    let expected = sorted(query(&connection, &join_sql(mode, &condition)));
                    let whole = hash_join(&shape, vec![input_of(&left)], vec![input_of(&right)], &keys, &ample());
                    let what = format!("{mode:?} build {build:?} {condition} {left_classes} {right_classes}");
                    assert_eq!(sorted(read(whole)), expected, "{what}");
                    let dealt = hash_join(&shape, dealt(&left), dealt(&right), &keys, &ample());
                    assert_eq!(sorted(read(dealt)), expected, "{what} in instances");
                    checks += 1;
                }
            }
        }
    }
    assert_eq!(checks, 64 * 10 * 8);
}

pub(super) fn first_column(affinity: ComparisonAffinity) -> Key {
    Key { expression: Computed::Column(0), affinity, collation: Collation::Binary, null_safe: false }
}

#[test]
fn not_in_knows_null() {
    let mut random = Random(5);
    for classes in ["i", "in", "t", "nirtb"] {
        for right_classes in ["i", "in", "t", "irt"] {
            for (left_rows, right_rows) in [(30, 3), (30, 0), (0, 3), (30, 1)] {
                let left = table(&mut random, left_rows, &[classes]);
                let right = table(&mut random, right_rows, &[right_classes]);
                let connection = sqlite(&[("l", &left, 2), ("r", &right, 2)]);
                for build in [Side::Left, Side::Right] {
                    let keys = |_| vec![first_column(ComparisonAffinity::None)];
                    let mode = JoinMode::AntiNullAware;
                    let shape =
                        || Shape { mode, build, left_columns: 2, right_columns: 2, residual: None, cancel: CancelToken::new() };
                    let expected = sorted(query(&connection, &join_sql(mode, "")));
                    let whole = hash_join(&shape, vec![input_of(&left)], vec![input_of(&right)], &keys, &ample());
                    let what = format!("{classes} {right_classes} {left_rows} {right_rows} {build:?}");
                    assert_eq!(sorted(read(whole)), expected, "{what}");
                    let dealt = hash_join(&shape, dealt(&left), dealt(&right), &keys, &ample());
                    assert_eq!(sorted(read(dealt)), expected, "{what} in instances");
                }
            }
        }
    }
}

#[test]
fn keys_are_converted_before_they_are_compared() {
    let left = vec![vec![Value::text("1")], vec![Value::text("01")], vec![Value::text("x")], vec![Value::Real(2.0)]];
    let right = vec![vec![Value::Integer(1)], vec![Value::Integer(2)]];
    for (affinity, pairs) in [(ComparisonAffinity::None, 1), (ComparisonAffinity::Numeric, 3), (ComparisonAffinity::Text, 1)] {
        for build in [Side::Left, Side::Right] {
            let shape = || Shape {
                mode: JoinMode::Inner,
                build,
                left_columns: 1,
                right_columns: 1,
                residual: None,
                cancel: CancelToken::new(),
            };
            let join = hash_join(&shape, vec![input(&left)], vec![input(&right)], &|_| vec![first_column(affinity)], &ample());
            assert_eq!(read(join).len(), pairs, "{affinity:?}");
        }
    }
}

#[test]
fn nested_loops_pair_as_sqlite_does() {
    let mut random = Random(3);
    for (left_rows, right_rows) in [(0, 3), (3, 0), (30, 200), (1, 6000)] {
        let left = table(&mut random, left_rows, &["nirt", "i"]);
        let right = table(&mut random, right_rows, &["nirt", "i"]);
        let connection = sqlite(&[("l", &left, 3), ("r", &right, 3)]);
        for mode in MODES {
            for with_residual in [false, true] {
                let residual = || with_residual.then_some(Computed::Test(residual));
                let shape = || shape(mode, Side::Right, residual());
                let join = nested_loop(&shape, input_of(&left), dealt(&right), &ample());
                let condition = if with_residual { "(l2 + r2) % 3" } else { "1" };
                let expected = query(&connection, &join_sql(mode, condition));
                assert_eq!(sorted(read(join)), sorted(expected), "{mode:?} {condition} {left_rows} {right_rows}");
            }
        }
    }
}

#[test]
fn a_join_whose_pairs_are_never_given_can_be_cancelled() {
    let rows = vec![vec![Value::Integer(0); 3]; 10];
    let cancel = CancelToken::new();
    cancel.cancel();
    let residual = || Some(Computed::Test(residual));
    let shape = || Shape { cancel: cancel.clone(), ..shape(JoinMode::Inner, Side::Right, residual()) };
    // The inputs know nothing of the token: only the join itself can look at it.
    let error = nested_loop(&shape, input(&rows), vec![input(&rows)], &ample()).next_batch().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Interrupted);
}
