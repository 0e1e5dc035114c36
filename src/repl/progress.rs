//! A line on standard error while a statement takes its time; gone before its rows come.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Nobody wonders what a statement does before this.
const DELAY: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_millis(200);

/// A display that shows itself after a second and goes when dropped.
pub(super) struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts the clock. None where nobody looks, or the terminal cannot take a line back.
    pub(super) fn start() -> Option<Self> {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if is_dumb || !io::stderr().is_terminal() {
            return None;
        }
        let (stop, stopped) = channel();
        let start = Instant::now();
        let draw = move || {
            let mut pause = DELAY;
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = PERIOD;
                let line = format!("running for {} s; Ctrl-C cancels", start.elapsed().as_secs());
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

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
