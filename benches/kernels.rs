//! The loops that every statement spends its time in: `cargo bench --bench kernels`.

use std::hint::black_box;

use divan::{Bencher, counter::ItemsCount};
use glue::batch::{BATCH_ROWS, Batch, Column, ColumnBuilder};
use glue::connection::{ConnectionManager, ConnectionPool};
use glue::session::{Route, Session};
use glue::value::{Collation, SumState, ValueRef, append_key};
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// A batch of an integer, a real and a short text.
fn batch() -> Batch {
    let mut builders: Vec<ColumnBuilder> = (0..3).map(|_| ColumnBuilder::with_capacity(BATCH_ROWS)).collect();
    for row in 0..i64::try_from(BATCH_ROWS).expect("a batch is small") {
        let spread = row * 7919 % 10_007;
        builders[0].push(ValueRef::Integer(spread));
        builders[1].push(ValueRef::Real(f64::from(i32::try_from(spread).expect("small")) / 100.0));
        builders[2].push(ValueRef::Text(
            ["AIR", "MAIL", "SHIP", "TRUCK", "REG AIR"][usize::try_from(spread % 5).expect("small")].as_bytes(),
        ));
    }
    Batch::new(BATCH_ROWS, builders.iter_mut().map(ColumnBuilder::finish).collect())
}

/// A table of 100,000 rows like the batch's, and a session that reads it by the steps in memory.
struct Table {
    session: Session,
    _directory: TempDir,
}

const ROWS: usize = 100_000;

impl Table {
    fn new() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let path = directory.path().join("kernels.sqlite");
        let connection = rusqlite::Connection::open(&path).expect("the directory is writable");
        let script = format!(
            "CREATE TABLE t(i INTEGER, r REAL, s TEXT);
             WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n LIMIT {ROWS})
             INSERT INTO t SELECT k * 7919 % 10007, k * 7919 % 10007 / 100.0,
                 substr('AIR    MAIL   SHIP   TRUCK  REG AIR', k * 7919 % 10007 % 5 * 7 + 1, 7) FROM n;"
        );
        connection.execute_batch(&script).expect("the script is right");
        let manager = ConnectionManager::new();
        let pool = ConnectionPool::sqlite(&path).build().expect("the file is there");
        manager.register_connection_pool(pool, Some("t")).expect("a free name");
        let mut session = Session::new(manager);
        session.set_route(Route::Federated);
        Self { session, _directory: directory }
    }

    fn run(&mut self, sql: &str) -> Option<Batch> {
        let mut result = self.session.query(sql).expect("the statement is right");
        result.next_batch().expect("the file is sound")
    }
}

fn statement(bencher: Bencher<'_, '_>, sql: &str) {
    let mut table = Table::new();
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| black_box(table.run(black_box(sql))));
}

#[divan::bench(args = ["i", "r", "s"])]
fn decode(bencher: Bencher<'_, '_>, column: &str) {
    statement(bencher, &format!("SELECT count({column}) FROM t"));
}

#[divan::bench(args = ["i < 5000", "r < 50.0", "s < 'REG'"])]
fn compare_with_a_constant(bencher: Bencher<'_, '_>, condition: &str) {
    statement(bencher, &format!("SELECT count(*) FROM t WHERE {condition}"));
}

#[divan::bench]
fn multiply_and_sum_reals(bencher: Bencher<'_, '_>) {
    statement(bencher, "SELECT sum(r * r) FROM t");
}

#[divan::bench(args = ["i", "s"])]
fn group(bencher: Bencher<'_, '_>, key: &str) {
    statement(bencher, &format!("SELECT {key}, count(*), sum(r) FROM t GROUP BY {key}"));
}

#[divan::bench]
fn hash_join(bencher: Bencher<'_, '_>) {
    statement(bencher, "SELECT count(*) FROM t AS a JOIN t AS b ON b.rowid = a.i");
}

#[divan::bench(args = [0, 1, 2])]
fn keys_as_bytes(bencher: Bencher<'_, '_>, column: usize) {
    let batch = batch();
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
    let batch = batch();
    let column = batch.column(1);
    bencher.counter(ItemsCount::new(BATCH_ROWS)).bench_local(|| {
        let mut sum = SumState::default();
        (0..column.len()).for_each(|row| sum.add(black_box(column.value(row))));
        sum.sum()
    });
}

#[divan::bench]
fn encode_and_decode_a_batch(bencher: Bencher<'_, '_>) {
    let batch = batch();
    bencher.counter(ItemsCount::new(BATCH_ROWS)).bench_local(|| {
        let mut bytes = Vec::new();
        batch.write_to(&mut bytes).expect("memory takes all bytes");
        Batch::read_from(&mut bytes.as_slice())
    });
}
