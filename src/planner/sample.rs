//! Which share of a big table's rows conditions let through, as a few of its rows tell: a guess that is ten times wrong makes the
//! larger side of a join the one that is held.

use super::cluster::Cluster;
use super::condition::{all_of, has_subquery};
use super::{Planner, PoolParameter};
use crate::bind::{BoundExpr, TableId};
use crate::value::Value;

/// A smaller table is joined sooner than a plan for it is found.
const FROM_ROWS: f64 = 100_000.0;

/// Rows are looked at in so many places of the table, as what lies side by side is often alike.
const PLACES: u32 = 32;

/// So many rows of each place. All of them together take SQLite some tenths of a millisecond.
const ROWS_PER_PLACE: u32 = 16;

/// When fewer rows pass, the sample only tells that there are not many more.
const TELLING: u32 = 4;

/// A few rows of a table, and what is asked about each.
#[derive(Debug)]
pub(crate) struct SampleQuery {
    /// The pool.
    pub(crate) pool: String,
    /// Gives one cell for each row: 1 where the conditions are true, else 0. The last parameter is the rowid to begin at.
    pub(crate) sql: String,
    /// The other parameters.
    pub(crate) parameters: Vec<Value>,
    /// The rowids to begin at.
    pub(crate) starts: Vec<i64>,
}

/// What a sample told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampled {
    /// The rows looked at.
    pub(crate) rows: u32,
    /// Those for which the conditions are true.
    pub(crate) passed: u32,
}

/// Looks at rows for the planner, which opens nothing itself.
pub(crate) trait Sampler {
    /// The answer to `query`; None where none is to be had without waiting or without an error.
    fn sample(&self, query: &SampleQuery) -> Option<Sampled>;
}

impl Planner<'_> {
    /// About how many rows of a big table satisfy the conditions of `cluster`, which is that table alone. None where its rows are
    /// found by an index, whose statistics know better, and where no row can be asked yet.
    pub(super) fn sampled_rows(&self, cluster: &Cluster, table: TableId) -> Option<f64> {
        let all = self.table_rows(table);
        let (first, last) = self.table(table)?.rowid_range?;
        let is_found = |condition: &BoundExpr| self.is_search(condition);
        if all < FROM_ROWS || cluster.pushed.iter().any(is_found) {
            return None;
        }
        let (open, asked): (Vec<_>, Vec<_>) = cluster.pushed.iter().cloned().partition(has_subquery);
        let condition = all_of(asked)?;
        let mut parameters = Vec::new();
        let condition_sql = self.expr_sql(&condition, &mut parameters);
        let rowid = self.rowid_name(table);
        let sql = format!(
            "SELECT ({}) IS TRUE FROM {} WHERE t{}.{rowid} >= ?{} ORDER BY t{}.{rowid} LIMIT {ROWS_PER_PLACE}",
            condition_sql,
            self.table_sql(table),
            table.0,
            parameters.len() + 1,
            table.0,
        );
        let parameters = parameters.into_iter().filter_map(|parameter| match parameter {
            PoolParameter::Value(value) => Some(value),
            PoolParameter::Scalar(_) => None,
        });
        let span = i128::from(last) - i128::from(first);
        let start = |place: u32| i64::try_from(i128::from(first) + span * i128::from(place) / i128::from(PLACES));
        let starts = (0..PLACES).filter_map(|place| start(place).ok()).collect();
        let query = SampleQuery { pool: cluster.pool.clone(), sql, parameters: parameters.collect(), starts };
        let Sampled { rows, passed } = self.sampler.sample(&query)?;
        let share = if passed < TELLING {
            self.selectivity(&condition).min(f64::from(passed + 1) / f64::from(rows + 1))
        } else {
            f64::from(passed) / f64::from(rows)
        };
        let others = open.iter().chain(&cluster.kept).map(|condition| self.selectivity(condition)).product::<f64>();
        (rows > 0).then_some(all * share * others)
    }
}
