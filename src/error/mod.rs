//! What can go wrong, whose fault it is, where, and what to do next.

mod nearest;
mod notice;
mod span;

use std::path::PathBuf;

pub use nearest::nearest;
pub use notice::Notice;
pub use span::Span;

/// The result of everything in glue that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Whose fault an error is; the binary derives its exit code from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The SQL is wrong, or failed while it ran.
    Query,
    /// The configuration, a flag or an argument is wrong.
    Configuration,
    /// A pool cannot be opened: missing, no database, encrypted, no permission, damaged.
    Open,
    /// Another process holds a lock, or every connection of the pool is in use.
    Busy,
    /// A forced route cannot answer the statement.
    Route,
    /// The database file's content is damaged.
    Corrupt,
    /// Two routes give different answers.
    Difference,
    /// A row does not fit the type that a program wants it as.
    Conversion,
    /// The user cancelled.
    Interrupted,
    /// The time that the caller gave is over.
    Timeout,
    /// Reading or writing outside a database failed.
    Io,
}

/// An error with everything that a caller needs to show it well.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Whose fault it is.
    pub kind: ErrorKind,
    /// One sentence that names the culprit, without a full stop at the end.
    pub message: String,
    /// Where in the SQL text, if it is about a place there.
    pub span: Option<Span>,
    /// What to do next.
    pub hint: Option<String>,
    /// The pool concerned.
    pub pool: Option<String>,
    /// The file concerned.
    pub path: Option<PathBuf>,
    /// The SQL that a pool was given, where it is not the user's own text.
    pub pool_sql: Option<String>,
}

impl ErrorKind {
    /// One word for programs, which stays as it is.
    pub fn code(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Configuration => "configuration",
            Self::Open => "open",
            Self::Busy => "busy",
            Self::Route => "route",
            Self::Corrupt => "corrupt",
            Self::Difference => "difference",
            Self::Conversion => "conversion",
            Self::Interrupted => "interrupted",
            Self::Timeout => "timeout",
            Self::Io => "io",
        }
    }
}

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), span: None, hint: None, pool: None, path: None, pool_sql: None }
    }

    /// An error in the SQL.
    pub fn query(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Query, message)
    }

    /// An error in the configuration or the arguments.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// A value that does not fit a program's type.
    pub fn conversion(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conversion, message)
    }

    /// A forced route that cannot answer.
    pub fn route(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Route, message)
    }

    /// The statement was cancelled.
    pub fn interrupted() -> Self {
        Self::new(ErrorKind::Interrupted, "interrupted")
    }

    /// The same error at a place of the SQL text.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    /// The same error with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error, naming the pool it came from.
    #[must_use]
    pub fn in_pool(mut self, pool: impl Into<String>) -> Self {
        self.pool.get_or_insert(pool.into());
        self
    }

    /// The same error, naming the file it is about.
    #[must_use]
    pub fn on_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path.get_or_insert(path.into());
        self
    }

    /// The same error with the SQL text that a pool was given.
    #[must_use]
    pub fn with_pool_sql(mut self, sql: impl Into<String>) -> Self {
        self.pool_sql.get_or_insert(sql.into());
        self
    }
}
