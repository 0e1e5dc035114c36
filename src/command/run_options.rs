//! What a run of statements is given along.

use std::io::{self, Write as _};
use std::time::Duration;

use glue::session::{PoolProgress, Route};
use glue::statement::Parameters;

use super::Consent;

/// What a run of statements is given along.
#[derive(Debug, Clone)]
pub(crate) struct RunOptions {
    /// The values of parameters.
    pub(crate) parameters: Parameters,
    /// The most that one statement may take.
    pub(crate) timeout: Option<Duration>,
    /// Whether each statement's figures go to standard error as JSON.
    pub(crate) stats: bool,
    /// Whether both routes answer and are compared.
    pub(crate) verify: bool,
    /// Whether the first error ends the run.
    pub(crate) bail: bool,
    /// Who says that what takes much away shall run.
    pub(crate) consent: Consent,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { parameters: Parameters::new(), timeout: None, stats: false, verify: false, bail: true, consent: Consent::Asked }
    }
}

/// What is known of a statement that ran.
#[derive(Debug)]
pub(crate) struct Stats {
    /// Rows given; none where the statement has no columns.
    pub(crate) rows: Option<usize>,
    /// The route that was taken.
    pub(crate) route: Route,
    /// What each pool gave.
    pub(crate) pools: Vec<PoolProgress>,
    /// Until the last row was written.
    pub(crate) time: Duration,
}

impl Stats {
    /// Writes the figures as an object of JSON on one line of standard error.
    pub(crate) fn tell(&self) {
        let route = match self.route {
            Route::Auto => None,
            Route::Pool => Some("pool"),
            Route::Federated => Some("federated"),
            Route::Attached => Some("attached"),
        };
        let milliseconds = |time: Duration| (time.as_secs_f64() * 1e6).round() / 1e3;
        let pool = |pool: &PoolProgress| {
            let waited = milliseconds(Duration::from_nanos(pool.nanoseconds));
            serde_json::json!({"pool": pool.pool, "rows": pool.rows, "bytes": pool.bytes, "ms": waited})
        };
        let pools: Vec<_> = self.pools.iter().map(pool).collect();
        let object =
            serde_json::json!({"rows": self.rows.unwrap_or(0), "ms": milliseconds(self.time), "route": route, "pools": pools});
        // Figures are no reason to fail where standard error is closed.
        let _ = writeln!(io::stderr(), "{object}");
    }
}
