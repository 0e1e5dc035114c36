//! Ctrl-C: the first press cancels the running statement, further ones end the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use glue::cancel::CancelToken;
use glue::error::Error;

use super::Exit;

/// The press that ends the program at once: a statement may be stuck where nothing looks at the token, as in writing to a
/// pipe that nobody reads. Not the second, which is an impatient user's way to say the same again.
const LAST_PRESS: usize = 3;

/// Counts presses; shared with the signal's thread.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupts(Arc<Presses>);

#[derive(Debug, Default)]
struct Presses {
    count: AtomicUsize,
    /// Whether they are meant for another program, which shares the terminal.
    ignored: AtomicBool,
}

impl Interrupts {
    /// Watches for Ctrl-C (and termination) from now on.
    pub(crate) fn watch(token: CancelToken) -> Self {
        let interrupts = Self::default();
        let presses = Arc::clone(&interrupts.0);
        let watching = ctrlc::set_handler(move || {
            if presses.ignored.load(Ordering::SeqCst) {
                return;
            }
            token.cancel();
            if presses.count.fetch_add(1, Ordering::SeqCst) + 1 >= LAST_PRESS {
                // The main thread may be stuck, so nobody can return from it.
                std::process::exit(Exit::Interrupted as i32);
            }
        });
        // Where no handler can be set the signal does what it does without one: it ends the program.
        drop(watching);
        interrupts
    }

    /// Forgets earlier presses, before the next statement of a shell.
    pub(crate) fn reset(&self) {
        self.0.count.store(0, Ordering::SeqCst);
    }

    /// Lets another program have the terminal, and its presses.
    pub(crate) fn ignored_while<T>(&self, run: impl FnOnce() -> T) -> T {
        self.0.ignored.store(true, Ordering::SeqCst);
        let result = run();
        self.0.ignored.store(false, Ordering::SeqCst);
        result
    }

    /// An error if there was a press. A statement resets the token when it starts, so a press between two is seen here.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0.count.load(Ordering::SeqCst) == 0 { Ok(()) } else { Err(Error::interrupted()) }
    }
}
