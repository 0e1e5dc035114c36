//! The asynchronous face under load: no executor thread blocks, nobody waits for ever, connections keep to their limit.
#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::Path;
use std::time::{Duration, Instant};

use glue::asynchronous::{AsyncConnectionManager, AsyncConnectionPool, AsyncSession};
use glue::connection::ConnectionPool;
use glue::error::{Error, ErrorKind};
use glue::session::Route;
use glue::value::Value;
use rusqlite::Connection;
use tempfile::TempDir;

const POOLS: usize = 20;
const LIMIT: u32 = 4;
const ROWS: i64 = 20_000;

/// Twenty pools, each with the same table but for its number, and few connections.
fn world(folder: &Path, idle_timeout: Duration) -> (AsyncConnectionManager, Vec<ConnectionPool>) {
    let manager = AsyncConnectionManager::new();
    let mut pools = Vec::new();
    for number in 0..POOLS {
        let path = folder.join(format!("p{number}.sqlite"));
        let sql = format!(
            "PRAGMA synchronous = OFF; CREATE TABLE t(k INTEGER PRIMARY KEY, v INT, note TEXT); \
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) \
             INSERT INTO t SELECT i, i * {number}, 'note ' || i FROM n"
        );
        Connection::open(&path).unwrap().execute_batch(&sql).unwrap();
        let pool = ConnectionPool::sqlite(path).max_connections(LIMIT).idle_timeout(idle_timeout).build().unwrap();
        manager.register_connection_pool(pool.clone().into(), Some(pool.name())).unwrap();
        pools.push(pool);
    }
    (manager, pools)
}

async fn first_cell(session: &AsyncSession, sql: &str) -> Result<Value, Error> {
    let mut rows = session.query(sql).await?;
    let row = rows.next_row().await?.expect("a row");
    let cell = row.value(0).to_owned();
    while rows.next_batch().await?.is_some() {}
    Ok(cell)
}

/// What one of many users does; every kind of use comes up.
async fn visit(manager: AsyncConnectionManager, number: usize) -> Result<(), Error> {
    let (a, b) = (number % POOLS, (number * 7 + 3) % POOLS);
    let session = AsyncSession::new(&manager);
    session.set_route([Route::Auto, Route::Federated, Route::Attached][number % 3]).await?;
    match number % 5 {
        // A then B, and B then A.
        0 | 1 => {
            let (first, second) = if number.is_multiple_of(2) { (a, b) } else { (b, a) };
            let sql = format!("SELECT sum(x.k + y.v) FROM p{first}.t AS x JOIN p{second}.t AS y ON y.k = x.k");
            let sum = (ROWS * (ROWS + 1) / 2) * (1 + i64::try_from(second).unwrap());
            assert_eq!(first_cell(&session, &sql).await?, Value::Integer(sum));
        }
        // A reader that stops half-way and holds on to its rows for longer than others have patience.
        2 => {
            let mut rows = session.query(format!("SELECT x.k, y.note FROM p{a}.t AS x JOIN p{b}.t AS y ON y.k = x.k")).await?;
            assert!(rows.next_batch().await?.is_some());
            tokio::time::sleep(Duration::from_secs(3)).await;
            let mut rest = 0;
            while let Some(batch) = rows.next_batch().await? {
                rest += batch.rows();
            }
            assert!(rest > 10_000, "{rest}");
        }
        // A future that is dropped before its end, and rows that are.
        3 => {
            let endless = format!("SELECT count(*) FROM p{a}.t, p{b}.t AS u WHERE t.v + u.v < 0");
            let dropped = tokio::time::timeout(Duration::from_millis(30), first_cell(&session, &endless)).await;
            assert!(dropped.is_err(), "400 million pairs take longer");
            assert_eq!(first_cell(&session, &format!("SELECT count(*) FROM p{a}.t")).await?, Value::Integer(ROWS));
        }
        _ => {
            let lookup = format!("SELECT y.v FROM p{a}.t AS x JOIN p{b}.t AS y ON y.k = x.k WHERE x.k = 5");
            assert_eq!(first_cell(&session, &lookup).await?, Value::Integer(5 * i64::try_from(b).unwrap()));
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_queries_over_twenty_pools_all_finish() {
    let folder = TempDir::new().unwrap();
    let (manager, pools) = world(folder.path(), Duration::from_millis(1));
    let watched = pools.clone();
    let limits = tokio::spawn(async move {
        loop {
            for pool in &watched {
                let state = pool.state();
                assert!(state.in_use + state.idle <= LIMIT, "{}: {state:?}", pool.name());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let visits: Vec<_> = (0..200).map(|number| tokio::spawn(visit(manager.clone(), number))).collect();
    for (number, visit) in visits.into_iter().enumerate() {
        let finished = tokio::time::timeout(Duration::from_secs(240), visit).await;
        finished.expect("nobody waits for ever").unwrap().unwrap_or_else(|error| panic!("visit {number}: {error:?}"));
    }
    assert!(!limits.is_finished(), "the limit was kept");
    limits.abort();
    // Idle connections go when their time is over and r2d2 has looked, every 30 s.
    let begun = Instant::now();
    while pools.iter().any(|pool| pool.state().idle + pool.state().in_use > 0) {
        assert!(begun.elapsed() < Duration::from_secs(90), "idle connections stay open");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_single_threaded_runtime_stays_responsive_during_a_long_join() {
    let folder = TempDir::new().unwrap();
    let (manager, _pools) = world(folder.path(), Duration::from_secs(60));
    let session = AsyncSession::new(&manager);
    let join = "SELECT count(*) FROM p1.t AS a JOIN p2.t AS b ON a.k % 50 = b.k % 50 WHERE a.v + b.v >= 0";
    let begun = Instant::now();
    let work = tokio::spawn(async move { first_cell(&session, join).await });
    let (mut ticks, mut longest, mut last) = (0, Duration::ZERO, Instant::now());
    while !work.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
        longest = longest.max(last.elapsed());
        (ticks, last) = (ticks + 1, Instant::now());
    }
    assert_eq!(work.await.unwrap().unwrap(), Value::Integer(ROWS * ROWS / 50));
    // Were the executor blocked, its clock would have stood still for most of the time.
    assert!(longest < begun.elapsed() / 2 && ticks > 10, "{ticks} ticks, the longest {longest:?} of {:?}", begun.elapsed());
}

#[tokio::test(flavor = "current_thread")]
async fn dropping_a_future_cancels_the_work_and_gives_the_connections_back() {
    let folder = TempDir::new().unwrap();
    let (manager, pools) = world(folder.path(), Duration::from_secs(60));
    for route in [Route::Attached, Route::Federated] {
        let session = AsyncSession::new(&manager);
        session.set_route(route).await.unwrap();
        let endless = "SELECT count(*) FROM p1.t, p2.t AS u, p3.t AS w WHERE t.v + u.v + w.v < 0";
        assert!(tokio::time::timeout(Duration::from_millis(100), first_cell(&session, endless)).await.is_err());
        let begun = Instant::now();
        while pools.iter().any(|pool| pool.state().in_use > 0) {
            assert!(begun.elapsed() < Duration::from_secs(20), "{route:?}: the work goes on");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn transactions_and_cancelling_work_as_in_the_other_face() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notes.sqlite");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE note(x)").unwrap();
    let manager = AsyncConnectionManager::new();
    let pool = AsyncConnectionPool::from(AsyncConnectionPool::sqlite(path).read_only(false).build().unwrap());
    pool.check().await.unwrap();
    manager.register_connection_pool(pool, None).unwrap();
    let session = AsyncSession::new(&manager);
    let transaction = session.transaction().await.unwrap();
    assert_eq!(transaction.execute_with("INSERT INTO note VALUES (?), (?)", [1, 2]).await.unwrap(), 2);
    drop(transaction);
    assert_eq!(first_cell(&session, "SELECT count(*) FROM note").await.unwrap(), Value::Integer(0));
    let transaction = session.transaction().await.unwrap();
    transaction.execute("INSERT INTO note VALUES (7)").await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(first_cell(&session, "SELECT x FROM note").await.unwrap(), Value::Integer(7));
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n, note";
    let canceller = session.clone();
    let (answer, ()) = tokio::join!(first_cell(&session, endless), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        canceller.cancel();
    });
    assert_eq!(answer.unwrap_err().kind, ErrorKind::Interrupted);
}
