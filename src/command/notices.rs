//! Notices, on standard error.

use std::io::{self, Write as _};

use glue::error::Notice;
use glue::output::escape_controls;

/// Shows what was worth saying.
pub(crate) fn say(notices: &[Notice]) {
    for notice in notices {
        // A notice is no reason to fail where standard error is closed.
        let _ = writeln!(io::stderr(), "note: {}", escape_controls(&notice.message));
    }
}
