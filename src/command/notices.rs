//! Notices, on standard error.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use glue::error::Notice;
use glue::output::escape_controls;

/// Whether nobody wants to hear them; set once, from the command line.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Says nothing from now on but errors.
pub(crate) fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// Whether nobody wants to hear anything but errors.
pub(super) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Shows what was worth saying.
pub(crate) fn say(notices: &[Notice]) {
    if is_quiet() {
        return;
    }
    for notice in notices {
        // A notice is no reason to fail where standard error is closed.
        let _ = writeln!(io::stderr(), "note: {}", escape_controls(&notice.message));
    }
}
