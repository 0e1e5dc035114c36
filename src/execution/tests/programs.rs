//! Whole programs over files: leases, threads, lookups, parts, subqueries, cancelling.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::bind::{
    Aggregate, AggregateFunction, BoundExpr, ColumnArena, ColumnId, ColumnInfo, CompareOperator, Comparison, SubqueryId,
};
use crate::cancel::CancelToken;
use crate::connection::{ConnectionPool, PoolOptions};
use crate::error::{ErrorKind, Result};
use crate::execution::{Execution, Program};
use crate::planner::{
    AggregateNode, HashJoin, JoinKey, JoinMode, Lookup, Node, NodeId, NodeKind, Partition, PoolParameter, PoolQuery, RowCount,
    SetNode, Side,
};
use crate::statement::SetOperator;
use crate::value::{Affinity, Collation, ComparisonAffinity, Value};

/// Two files: `a.t(x, y)` with 50,000 rows, `b.u(x, z)` with 100,000, `x` being their rowids.
struct Files {
    _folder: tempfile::TempDir,
    pools: Vec<ConnectionPool>,
}

impl Files {
    fn new(connections: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pool = |name: &str, sql: &str| {
            let path = folder.path().join(format!("{name}.db"));
            create(&path, sql);
            let options = PoolOptions { max_connections: connections, ..PoolOptions::default() };
            ConnectionPool::sqlite(path).name(name).options(options).build().unwrap()
        };
        let numbers = |rows: u32| format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})");
        let a = format!("CREATE TABLE t(x INTEGER PRIMARY KEY, y); INSERT INTO t {} SELECT i, i % 10 FROM n", numbers(50_000));
        let b = format!("CREATE TABLE u(x INTEGER PRIMARY KEY, z); INSERT INTO u {} SELECT i, 'z' || i FROM n", numbers(100_000));
        let pools = vec![pool("a", &a), pool("b", &b)];
        Self { _folder: folder, pools }
    }
}

fn create(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

fn columns(count: u32) -> (Arc<ColumnArena>, Vec<ColumnId>) {
    let mut arena = ColumnArena::default();
    let info = |index: u32| ColumnInfo {
        name: format!("c{index}"),
        affinity: Affinity::None,
        collation: Collation::Binary,
        collates: true,
        table: None,
        not_null: false,
    };
    let ids = (0..count).map(|index| arena.add(info(index))).collect();
    (Arc::new(arena), ids)
}

fn pool_query(pool: &str, sql: &str) -> PoolQuery {
    PoolQuery::of_sql(pool, sql)
}

fn node(id: usize, kind: NodeKind, columns: &[ColumnId]) -> Node {
    Node { id: NodeId(id), kind, columns: columns.to_vec(), rows: 1.0 }
}

fn scan(id: usize, query: PoolQuery, columns: &[ColumnId]) -> Node {
    node(id, NodeKind::PoolQuery(Box::new(query)), columns)
}

fn program(columns: Arc<ColumnArena>, root: Node) -> Program {
    Program { columns, root, shared: Vec::new(), subqueries: Vec::new(), instances: None }
}

fn rows(execution: &mut Execution) -> Result<Vec<Vec<Value>>> {
    let mut rows = Vec::new();
    while let Some(batch) = execution.next_batch()? {
        for row in 0..batch.rows() {
            rows.push(batch.columns().iter().map(|column| column.value(row).to_owned()).collect());
        }
    }
    Ok(rows)
}

/// `t JOIN u USING (x) WHERE y < limit`, with the keys of `t` looked up in `u`.
fn join(limit: i64, most_keys: u64) -> Program {
    let (arena, ids) = columns(4);
    let mut left = pool_query("a", "SELECT x, y FROM t WHERE x <= ?1");
    left.parameters = vec![PoolParameter::Value(Value::Integer(limit))];
    let mut right = pool_query("b", "SELECT x, z FROM u");
    right.lookup = Some(Lookup {
        sql: "SELECT x, z FROM u WHERE x IN rarray(?1)".to_owned(),
        column: ids[2],
        affinity: Affinity::Integer,
        comparison: ComparisonAffinity::Numeric,
        collation: Collation::Binary,
        most_keys,
        native: None,
        expected_keys: 10.0,
    });
    right.partition = Some(Partition {
        sql: "SELECT x, z FROM u WHERE rowid BETWEEN ?1 AND ?2".to_owned(),
        ranges: (0..10).map(|part| (part * 10_000 + 1, part * 10_000 + 10_000)).collect(),
    });
    let join = HashJoin {
        mode: JoinMode::Inner,
        left: scan(1, left, &ids[..2]),
        right: scan(2, right, &ids[2..]),
        keys: vec![JoinKey {
            left: BoundExpr::Column(ids[0]),
            right: BoundExpr::Column(ids[2]),
            affinity: ComparisonAffinity::Numeric,
            collation: Collation::Binary,
            null_safe: false,
        }],
        residual: None,
        build: Side::Left,
    };
    program(arena, node(0, NodeKind::HashJoin(Box::new(join)), &ids))
}

#[test]
fn few_keys_are_looked_up_and_many_are_not() {
    for connections in [1, 10] {
        let files = Files::new(connections);
        for (limit, remark, read) in [
            (0, "not read: no keys", 0),
            (1, "1 key looked up", 1),
            (2000, "2,000 keys looked up", 2000),
            (2001, "full scan: more than 2,000 keys", 100_000),
            (50_000, "full scan: more than 2,000 keys", 100_000),
        ] {
            let mut execution =
                Execution::start(Arc::new(join(limit, 2000)), &files.pools, usize::MAX, &CancelToken::new()).unwrap();
            let rows = rows(&mut execution).unwrap();
            assert_eq!(rows.len() as u64, limit.cast_unsigned());
            assert!(rows.iter().all(|row| row[0] == row[2]));
            let metrics = execution.metrics().all();
            let of_scan = metrics.iter().find(|(id, _)| *id == 2).map(|(_, metrics)| metrics.clone()).unwrap();
            assert_eq!(of_scan.remark.as_deref(), Some(remark));
            assert_eq!(of_scan.rows, read, "{remark}");
        }
    }
}

#[test]
fn one_connection_serves_several_queries() {
    let files = Files::new(1);
    let (arena, ids) = columns(4);
    let join = HashJoin {
        mode: JoinMode::Inner,
        left: scan(1, pool_query("b", "SELECT x, z FROM u"), &ids[..2]),
        right: scan(2, pool_query("b", "SELECT x + 1, z FROM u"), &ids[2..]),
        keys: vec![JoinKey {
            left: BoundExpr::Column(ids[0]),
            right: BoundExpr::Column(ids[2]),
            affinity: ComparisonAffinity::Numeric,
            collation: Collation::Binary,
            null_safe: false,
        }],
        residual: None,
        build: Side::Right,
    };
    let program = program(arena, node(0, NodeKind::HashJoin(Box::new(join)), &ids));
    let mut execution = Execution::start(Arc::new(program), &files.pools, usize::MAX, &CancelToken::new()).unwrap();
    assert_eq!(rows(&mut execution).unwrap().len(), 99_999);
}

#[test]
fn subqueries_run_before_what_needs_them() {
    let files = Files::new(10);
    let (arena, ids) = columns(4);
    let (first, second) = (SubqueryId(0), SubqueryId(1));
    let mut largest = pool_query("b", "SELECT max(x) FROM u WHERE x <= ?1");
    largest.parameters = vec![PoolParameter::Scalar(first)];
    let mut query = pool_query("a", "SELECT x FROM t WHERE x <= ?1");
    query.parameters = vec![PoolParameter::Scalar(second)];
    let predicate = BoundExpr::Compare(Box::new(Comparison {
        left: BoundExpr::Column(ids[0]),
        operator: CompareOperator::Less,
        right: BoundExpr::Scalar(first),
        affinity: ComparisonAffinity::Numeric,
        collation: Collation::Binary,
    }));
    let input = Box::new(scan(1, query, &ids[..1]));
    let mut program = program(arena, node(0, NodeKind::Filter { input, predicate }, &ids[..1]));
    program.subqueries =
        vec![(second, scan(2, largest, &ids[1..2])), (first, scan(3, pool_query("a", "SELECT 5 FROM t LIMIT 1"), &ids[2..3]))];
    let mut execution = Execution::start(Arc::new(program), &files.pools, usize::MAX, &CancelToken::new()).unwrap();
    assert_eq!(rows(&mut execution).unwrap(), (1..5).map(|x| vec![Value::Integer(x)]).collect::<Vec<_>>());
}

#[test]
fn shared_steps_and_limits_stop_below() {
    let files = Files::new(2);
    let (arena, ids) = columns(4);
    let shared = |id| node(id, NodeKind::Shared(0), &ids[..1]);
    let limited = node(
        1,
        NodeKind::Limit { input: Box::new(shared(2)), limit: Some(RowCount::Known(3)), offset: RowCount::Known(10) },
        &ids[..1],
    );
    let mut program = program(arena, limited);
    program.shared = vec![scan(3, pool_query("b", "SELECT x FROM u"), &ids[..1])];
    let mut execution = Execution::start(Arc::new(program), &files.pools, usize::MAX, &CancelToken::new()).unwrap();
    let since = Instant::now();
    assert_eq!(rows(&mut execution).unwrap().len(), 3);
    drop(execution);
    assert!(since.elapsed() < Duration::from_secs(5));
}

#[test]
fn counting_counts_what_all_parts_give() {
    let files = Files::new(4);
    let (arena, ids) = columns(2);
    let mut query = pool_query("b", "SELECT x FROM u");
    let sql = "SELECT x FROM u WHERE rowid BETWEEN ?1 AND ?2".to_owned();
    query.partition = Some(Partition { sql, ranges: (0..7).map(|part| (part * 15_000, part * 15_000 + 14_999)).collect() });
    let count = Aggregate::plain(AggregateFunction::CountAll, Vec::new());
    let aggregate = AggregateNode {
        input: scan(1, query, &ids[..1]),
        keys: Vec::new(),
        aggregates: vec![count],
        bare: Vec::new(),
        grouped: false,
    };
    let program = program(arena, node(0, NodeKind::Aggregate(Box::new(aggregate)), &ids[1..]));
    let mut execution = Execution::start(Arc::new(program), &files.pools, usize::MAX, &CancelToken::new()).unwrap();
    assert_eq!(rows(&mut execution).unwrap(), [[Value::Integer(100_000)]]);
}

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0";

#[test]
fn cancelling_and_dropping_interrupt_a_query_that_gives_no_rows() {
    let files = Files::new(2);
    for cancels in [true, false] {
        let (arena, ids) = columns(1);
        let cancel = CancelToken::new();
        let program = program(arena, scan(0, pool_query("a", ENDLESS), &ids));
        let mut execution = Execution::start(Arc::new(program), &files.pools, usize::MAX, &cancel).unwrap();
        let since = Instant::now();
        if cancels {
            let canceller = cancel.clone();
            let thread = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(50));
                canceller.cancel();
            });
            assert_eq!(rows(&mut execution).unwrap_err().kind, ErrorKind::Interrupted);
            thread.join().unwrap();
        }
        drop(execution);
        assert!(since.elapsed() < Duration::from_secs(5));
        // The connections are back.
        let leases: Vec<_> =
            (0..2).map(|_| files.pools[0].lease(Instant::now() + Duration::from_secs(5), &CancelToken::new())).collect();
        assert!(leases.iter().all(Result::is_ok));
    }
}

/// One connection serves both: the second query is only reached when the first one, of which nobody wants more, has ended.
#[test]
fn a_query_that_nobody_wants_more_of_is_interrupted() {
    let files = Files::new(1);
    let (arena, ids) = columns(2);
    let endless = ENDLESS.replace("i < 0", "i <= 5000");
    let first = NodeKind::Limit {
        input: Box::new(scan(1, pool_query("a", &endless), &ids[..1])),
        limit: Some(RowCount::Known(2)),
        offset: RowCount::Known(0),
    };
    let both = SetNode {
        operator: SetOperator::UnionAll,
        left: node(2, first, &ids[..1]),
        right: scan(3, pool_query("a", "SELECT x FROM t WHERE x > 49998"), &ids[1..]),
        collations: vec![Collation::Binary],
    };
    let program = program(arena, node(0, NodeKind::Set(Box::new(both)), &ids[..1]));
    let mut execution = Execution::start(Arc::new(program), &files.pools, usize::MAX, &CancelToken::new()).unwrap();
    assert_eq!(rows(&mut execution).unwrap(), [1, 2, 49_999, 50_000].map(|x| vec![Value::Integer(x)]));
}

/// Several threads take the rows: whichever learns of the error first, it is the pool's own.
#[test]
fn an_error_is_the_same_for_all_threads_that_take_the_rows() {
    let files = Files::new(4);
    for _ in 0..20 {
        let (arena, ids) = columns(2);
        let sql = "SELECT CASE WHEN x > 40000 THEN abs(-9223372036854775807 - 1) ELSE x END FROM u";
        let mut query = pool_query("b", sql);
        query.visited_rows = 100_000.0;
        let sql = format!("{sql} WHERE x BETWEEN ?1 AND ?2");
        query.partition = Some(Partition { sql, ranges: (0..7).map(|part| (part * 15_000, part * 15_000 + 14_999)).collect() });
        let count = Aggregate::plain(AggregateFunction::CountAll, Vec::new());
        let input = scan(1, query, &ids[..1]);
        let aggregate = AggregateNode { input, keys: Vec::new(), aggregates: vec![count], bare: Vec::new(), grouped: false };
        let program = program(arena, node(0, NodeKind::Aggregate(Box::new(aggregate)), &ids[1..]));
        let mut execution = Execution::start(Arc::new(program), &files.pools, usize::MAX, &CancelToken::new()).unwrap();
        let error = rows(&mut execution).unwrap_err();
        assert!(error.message.contains("integer overflow"), "{error}");
    }
}

#[test]
fn an_error_in_a_pool_names_the_pool_and_its_sql() {
    let files = Files::new(2);
    let (arena, ids) = columns(1);
    let sql = "SELECT CASE WHEN x > 40000 THEN abs(-9223372036854775807 - 1) ELSE x END FROM t";
    let mut execution = Execution::start(
        Arc::new(program(arena, scan(0, pool_query("a", sql), &ids))),
        &files.pools,
        usize::MAX,
        &CancelToken::new(),
    )
    .unwrap();
    let error = rows(&mut execution).unwrap_err();
    assert_eq!((error.pool.as_deref(), error.pool_sql.as_deref()), (Some("a"), Some(sql)));
    assert!(error.message.contains("integer overflow"), "{error}");
    assert!(execution.next_batch().unwrap().is_none());
}
