//! The loops that every statement spends its time in: `cargo bench --bench kernels`.

use std::hint::black_box;
use std::sync::Arc;

use divan::{Bencher, counter::ItemsCount};
use glue::batch::{BATCH_ROWS, Batch, Column, ColumnBuilder};
use glue::bind::{ArithmeticOperator, BoundExpr, ColumnArena, ColumnId, ColumnInfo, CompareOperator, Comparison, SubqueryId};
use glue::error::{Error, Result};
use glue::expression::{Evaluator, SubqueryValues};
use glue::value::{Affinity, Collation, ComparisonAffinity, SumState, Value, ValueRef, append_key};

fn main() {
    divan::main();
}

/// A batch of an integer, a real and a short text.
fn batch() -> (Batch, Arc<ColumnArena>, Vec<ColumnId>) {
    let mut builders: Vec<ColumnBuilder> = (0..3).map(|_| ColumnBuilder::with_capacity(BATCH_ROWS)).collect();
    for row in 0..i64::try_from(BATCH_ROWS).expect("a batch is small") {
        let spread = row * 7919 % 10_007;
        builders[0].push(ValueRef::Integer(spread));
        builders[1].push(ValueRef::Real(f64::from(i32::try_from(spread).expect("small")) / 100.0));
        builders[2].push(ValueRef::Text(
            ["AIR", "MAIL", "SHIP", "TRUCK", "REG AIR"][usize::try_from(spread % 5).expect("small")].as_bytes(),
        ));
    }
    let mut arena = ColumnArena::default();
    let info = |affinity| ColumnInfo {
        name: "column".to_owned(),
        affinity,
        collation: Collation::Binary,
        collates: true,
        table: None,
        not_null: false,
    };
    let ids = [Affinity::Integer, Affinity::Real, Affinity::Text].map(|affinity| arena.add(info(affinity))).to_vec();
    (Batch::new(BATCH_ROWS, builders.iter_mut().map(ColumnBuilder::finish).collect()), Arc::new(arena), ids)
}

struct NoSubqueries;

impl SubqueryValues for NoSubqueries {
    fn scalar(&self, _: SubqueryId) -> Result<Value> {
        Err(Error::query("there is no subquery"))
    }
    fn values(&self, _: SubqueryId) -> Result<Arc<Vec<Value>>> {
        Err(Error::query("there is no subquery"))
    }
    fn exists(&self, _: SubqueryId) -> Result<bool> {
        Err(Error::query("there is no subquery"))
    }
}

fn evaluator(expr: &BoundExpr, arena: &Arc<ColumnArena>, ids: &[ColumnId]) -> Evaluator {
    let subqueries: Arc<dyn SubqueryValues> = Arc::new(NoSubqueries);
    Evaluator::new(expr, ids, arena, &subqueries).expect("the expression is made of the batch's columns")
}

fn less(column: ColumnId, value: Value) -> BoundExpr {
    BoundExpr::Compare(Box::new(Comparison {
        left: BoundExpr::Column(column),
        operator: CompareOperator::Less,
        right: BoundExpr::Literal(value),
        affinity: ComparisonAffinity::None,
        collation: Collation::Binary,
    }))
}

#[divan::bench(args = ["integer", "real", "text"])]
fn compare_with_a_constant(bencher: Bencher<'_, '_>, class: &str) {
    let (batch, arena, ids) = batch();
    let expr = match class {
        "integer" => less(ids[0], Value::Integer(5000)),
        "real" => less(ids[1], Value::Real(50.0)),
        _ => less(ids[2], Value::text("REG")),
    };
    let mut evaluator = evaluator(&expr, &arena, &ids);
    bencher.counter(ItemsCount::new(BATCH_ROWS)).bench_local(|| evaluator.matches(black_box(&batch)));
}

#[divan::bench]
fn multiply_reals(bencher: Bencher<'_, '_>) {
    let (batch, arena, ids) = batch();
    let (left, right) = (Box::new(BoundExpr::Column(ids[1])), Box::new(BoundExpr::Column(ids[1])));
    let expr = BoundExpr::Arithmetic { operator: ArithmeticOperator::Multiply, left, right };
    let mut evaluator = evaluator(&expr, &arena, &ids);
    bencher.counter(ItemsCount::new(BATCH_ROWS)).bench_local(|| evaluator.evaluate(black_box(&batch)));
}

#[divan::bench(args = [0, 1, 2])]
fn keys_as_bytes(bencher: Bencher<'_, '_>, column: usize) {
    let (batch, ..) = batch();
    let column: &Column = batch.column(column);
    let mut key = Vec::new();
    bencher.counter(ItemsCount::new(BATCH_ROWS)).bench_local(|| {
        for row in 0..column.len() {
            key.clear();
            append_key(&mut key, black_box(column.value(row)), Collation::Binary);
            black_box(&key);
        }
    });
}

#[divan::bench]
fn sum_reals(bencher: Bencher<'_, '_>) {
    let (batch, ..) = batch();
    let column = batch.column(1);
    bencher.counter(ItemsCount::new(BATCH_ROWS)).bench_local(|| {
        let mut sum = SumState::default();
        (0..column.len()).for_each(|row| sum.add(black_box(column.value(row))));
        sum.sum()
    });
}

#[divan::bench]
fn encode_and_decode_a_batch(bencher: Bencher<'_, '_>) {
    let (batch, ..) = batch();
    bencher.counter(ItemsCount::new(BATCH_ROWS)).bench_local(|| {
        let mut bytes = Vec::new();
        batch.write_to(&mut bytes).expect("memory takes all bytes");
        Batch::read_from(&mut bytes.as_slice())
    });
}
