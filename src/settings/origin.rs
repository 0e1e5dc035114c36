//! Where a setting's value came from.

use std::fmt;
use std::path::PathBuf;

/// Where a setting's value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody said anything.
    Default,
    /// A line of the configuration file.
    File(PathBuf, usize),
    /// A flag of the command line.
    Flag(&'static str),
    /// A file or folder argument.
    Argument,
    /// An environment variable.
    Variable(&'static str),
    /// The configuration file says otherwise, but was not allowed to.
    NotAllowed(PathBuf, usize),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File(path, line) => write!(formatter, "{}:{line}", path.display()),
            Self::Flag(flag) => formatter.write_str(flag),
            Self::Argument => formatter.write_str("argument"),
            Self::Variable(name) => write!(formatter, "${name}"),
            Self::NotAllowed(path, line) => write!(formatter, "default ({}:{line} is not allowed)", path.display()),
        }
    }
}
