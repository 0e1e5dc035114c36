//! A busy handler that sees cancellation, since `busy_timeout` sleeps through `sqlite3_interrupt`.
#![expect(unsafe_code, reason = "rusqlite's busy handlers are plain functions without state")]

use std::ffi::{c_int, c_void};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ffi};

use crate::cancel::CancelToken;

/// How long an impatient handler waits. A commit without a sync takes less, and beside a writer that commits all the time several
/// connections would hardly ever all come between two commits; one that waits for us is kept waiting no longer than this.
const BRIEFLY: Duration = Duration::from_millis(4);

/// What a connection's busy handler looks at. Must live as long as the connection it is installed on.
#[derive(Debug)]
pub(crate) struct BusyHandler {
    timeout: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    cancel: Option<CancelToken>,
    is_impatient: bool,
    waiting_since: Option<Instant>,
}

impl BusyHandler {
    /// A handler that gives up after `timeout`.
    pub(crate) fn new(timeout: Duration) -> Arc<Self> {
        Arc::new(Self { timeout, state: Mutex::default() })
    }

    /// Ends waiting at once when `cancel` is cancelled; None for nobody.
    pub(crate) fn set_cancel(&self, cancel: Option<CancelToken>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).cancel = cancel;
    }

    /// What ends its waiting; a token that nobody cancels where there is none.
    pub(crate) fn cancel(&self) -> CancelToken {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).cancel.clone().unwrap_or_default()
    }

    /// How long it waits before it gives up.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Makes it give up after [`BRIEFLY`], for whoever holds a lock that the other side may be waiting for; or wait again.
    pub(crate) fn set_impatient(&self, is_impatient: bool) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_impatient = is_impatient;
    }

    /// Installs the handler. The caller drops the connection before the handler.
    pub(crate) fn install(self: &Arc<Self>, connection: &Connection) {
        // SAFETY: the connection is open; the pointer stays valid because whoever owns the connection owns a clone of
        // this Arc and drops it after the connection.
        unsafe {
            ffi::sqlite3_busy_handler(connection.handle(), Some(on_busy), Arc::as_ptr(self).cast_mut().cast::<c_void>());
        }
    }

    fn wait(&self, calls: c_int) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.cancel.as_ref().is_some_and(CancelToken::is_cancelled) {
            return false;
        }
        let now = Instant::now();
        let since = if calls == 0 { now } else { state.waiting_since.unwrap_or(now) };
        state.waiting_since = Some(since);
        let patience = if state.is_impatient { self.timeout.min(BRIEFLY) } else { self.timeout };
        drop(state);
        if now.duration_since(since) >= patience {
            return false;
        }
        // Short first sleeps for short transactions; never long, so that cancelling is felt at once.
        std::thread::sleep(Duration::from_micros(if calls < 10 { 500 } else { 10_000 }));
        true
    }
}

unsafe extern "C" fn on_busy(handler: *mut c_void, calls: c_int) -> c_int {
    // SAFETY: `install` passed a pointer to a BusyHandler that outlives the connection; it is only read through &self.
    let handler = unsafe { &*handler.cast::<BusyHandler>() };
    c_int::from(handler.wait(calls))
}
