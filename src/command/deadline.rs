//! The time that a statement may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use glue::cancel::CancelToken;
use glue::error::{Error, ErrorKind};

/// How long it takes at most until a statement that began meanwhile is cancelled as well.
const AGAIN: Duration = Duration::from_millis(20);

/// Cancels what runs when its time is over, unless it is dropped before.
pub(super) struct Deadline {
    limit: Duration,
    is_over: Arc<AtomicBool>,
    /// Dropping it ends the thread.
    _done: Sender<()>,
}

impl Deadline {
    /// Starts the clock.
    pub(super) fn start(limit: Duration, token: CancelToken) -> Self {
        let (done, ended) = channel();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        std::thread::spawn(move || {
            let mut wait = limit;
            // A statement takes earlier cancellations back when it starts, so this one is said again until it is over.
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                over.store(true, Ordering::SeqCst);
                token.cancel();
                wait = AGAIN;
            }
        });
        Self { limit, is_over, _done: done }
    }

    /// The error as it is told: an interruption by this clock is a timeout.
    pub(super) fn explain(&self, error: Error) -> Error {
        if error.kind != ErrorKind::Interrupted || !self.is_over.load(Ordering::SeqCst) {
            return error;
        }
        Error::new(ErrorKind::Timeout, format!("timed out after {}", shown(self.limit))).hint("give it more time: --timeout")
    }
}

/// Reads `2`, `2s`, `1.5m`, `500ms` or `1h`; a bare number counts seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let seconds = match &text[digits.len()..] {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("a time is a number with ms, s, m or h behind it".to_owned()),
    };
    let number: f64 = digits.parse().map_err(|_| "a time is a number with ms, s, m or h behind it".to_owned())?;
    Duration::try_from_secs_f64(number * seconds)
        .ok()
        .filter(|limit| !limit.is_zero())
        .ok_or_else(|| "a time is more than 0".to_owned())
}

fn shown(limit: Duration) -> String {
    let seconds = limit.as_secs_f64();
    if seconds < 1.0 { format!("{} ms", limit.as_millis()) } else { format!("{seconds} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2"), Ok(Duration::from_secs(2)));
        assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
        assert!(duration("0").is_err() && duration("-1s").is_err() && duration("soon").is_err() && duration("3 d").is_err());
    }
}
