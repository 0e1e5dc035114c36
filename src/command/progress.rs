//! A line on standard error while a statement takes its time; gone before its rows come.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use glue::session::PoolProgress;

use super::amounts::{grouped, size};
use super::notices::is_quiet;

/// Nobody wonders what a statement does before this.
const DELAY: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_millis(200);

/// A display that shows itself after a second and goes when dropped.
pub(crate) struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts the clock. None where nobody looks, or the terminal cannot take a line back.
    pub(crate) fn start(statement: glue::session::Progress) -> Option<Self> {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if is_dumb || is_quiet() || !io::stderr().is_terminal() {
            return None;
        }
        let (stop, stopped) = channel();
        let start = Instant::now();
        let draw = move || {
            let mut pause = DELAY;
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = PERIOD;
                let line = line(start.elapsed(), &statement.pools());
                // Cut to the window: a line that wraps could not be taken back.
                let width = terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
                let line: String = line.chars().take(width.saturating_sub(1)).collect();
                let _ = write!(io::stderr(), "\r\u{1b}[K{line}");
            }
            if pause == PERIOD {
                let _ = write!(io::stderr(), "\r\u{1b}[K");
            }
        };
        let thread = std::thread::Builder::new().name("glue-progress".to_owned()).spawn(draw).ok()?;
        Some(Self { stop: Some(stop), thread: Some(thread) })
    }
}

/// `running for 12 s · crm 40 rows, 9 kB · sales 1 200 000 of ~6 000 000 rows, 45 MB · Ctrl-C cancels`.
fn line(time: Duration, pools: &[PoolProgress]) -> String {
    let pool = |pool: &PoolProgress| {
        let rows = usize::try_from(pool.rows).unwrap_or(usize::MAX);
        // An estimate that has been passed helps nobody any more.
        let expected = pool.expected.filter(|expected| *expected > pool.rows).and_then(|expected| usize::try_from(expected).ok());
        let of = expected.map_or_else(String::new, |expected| format!(" of ~{}", grouped(expected)));
        format!("{} {}{of} rows, {} · ", pool.pool, grouped(rows), size(pool.bytes))
    };
    let pools: String = pools.iter().filter(|pool| pool.rows > 0).map(pool).collect();
    format!("running for {} s · {pools}Ctrl-C cancels", time.as_secs())
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_what_each_pool_has_given() {
        let pool =
            |pool: &str, rows, expected| PoolProgress { pool: pool.to_owned(), rows, bytes: rows * 10, nanoseconds: 0, expected };
        let wanted = "running for 12 s · sales 1 200 000 of ~6 000 000 rows, 12 MB · Ctrl-C cancels";
        let sales = |expected| pool("sales", 1_200_000, expected);
        assert_eq!(line(Duration::from_secs(12), &[pool("crm", 0, Some(40)), sales(Some(6_000_000))]), wanted);
        for passed in [None, Some(1_000_000)] {
            let wanted = "running for 12 s · sales 1 200 000 rows, 12 MB · Ctrl-C cancels";
            assert_eq!(line(Duration::from_secs(12), &[sales(passed)]), wanted);
        }
    }
}
