//! What a run of statements is given along.

use std::io::{self, Write as _};
use std::time::Duration;

use glue::session::Route;

/// What a run of statements is given along.
#[derive(Debug, Clone)]
pub(crate) struct RunOptions {
    /// The most that one statement may take.
    pub(crate) timeout: Option<Duration>,
    /// Whether each statement's figures go to standard error as JSON.
    pub(crate) stats: bool,
    /// Whether the first error ends the run.
    pub(crate) bail: bool,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { timeout: None, stats: false, bail: true }
    }
}

/// What is known of a statement that ran.
#[derive(Debug)]
pub(super) struct Stats {
    /// Rows given.
    pub(super) rows: usize,
    /// The route that was taken.
    pub(super) route: Route,
    /// Until the last row was written.
    pub(super) time: Duration,
}

impl Stats {
    /// Writes the figures as an object of JSON on one line of standard error.
    pub(super) fn tell(&self) {
        let route = match self.route {
            Route::Auto => None,
            Route::Pool => Some("pool"),
            Route::Federated => Some("federated"),
            Route::Attached => Some("attached"),
        };
        let milliseconds = (self.time.as_secs_f64() * 1e6).round() / 1e3;
        let object = serde_json::json!({"rows": self.rows, "ms": milliseconds, "route": route});
        // Figures are no reason to fail where standard error is closed.
        let _ = writeln!(io::stderr(), "{object}");
    }
}
