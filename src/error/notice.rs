//! Something worth saying that is no error.

use std::fmt;

/// A remark for the user, handed to the session's caller, which decides whether and where to show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// One sentence without a full stop at the end.
    pub message: String,
}

impl Notice {
    /// A notice that says `message`.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}
