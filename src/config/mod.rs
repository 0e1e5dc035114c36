//! glue.toml: where it is found, what it may say, and errors that point at the line.

mod discover;
pub mod keys;
mod memory;
mod places;
mod read;

use std::path::PathBuf;
use std::time::Duration;

pub use discover::{discover, discover_upward, expand_home};
pub use memory::{NoAmount, default_memory_limit, memory_text};
pub use places::Places;
pub use read::{parse, read};

/// What a glue.toml says, checked, with every default filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// The pool that answers bare table names that nothing else claims.
    pub default: Option<String>,
    /// How many bytes the steps of a statement may hold; None for the default.
    pub memory_limit: Option<usize>,
    /// The pools in the order of the file.
    pub pools: Vec<PoolConfig>,
    /// `[views]`, in the order of the file.
    pub views: Vec<ViewConfig>,
    /// `[shell]`.
    pub shell: ShellConfig,
    /// Where in the file each value stands.
    pub places: Places,
}

/// One key of `[views]`: a saved SELECT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewConfig {
    /// Its name.
    pub name: String,
    /// Its SELECT.
    pub sql: String,
    /// The line and the column of the file where the SELECT begins, from 1.
    pub position: (usize, usize),
}

/// `[shell]`: what the interactive shell starts with; None for what the file does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShellConfig {
    /// The name of the format that rows are printed in.
    pub format: Option<String>,
    /// The text for NULL.
    pub null: Option<String>,
    /// Whether the shell says how long statements take.
    pub timer: Option<bool>,
    /// The program that shows long answers.
    pub pager: Option<String>,
    /// The program that edits statements.
    pub editor: Option<String>,
}

/// One `[pools.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolConfig {
    /// The name behind `pools.`.
    pub name: String,
    /// The database file, absolute if the configuration file's path is.
    pub path: PathBuf,
    /// Bare table names that this pool serves.
    pub schemas: Vec<String>,
    /// Whether the file may only be read.
    pub read_only: bool,
    /// How many connections may be open at once.
    pub max_connections: u32,
    /// How long an unused connection stays open.
    pub idle_timeout: Duration,
    /// How long to wait for another program's lock.
    pub busy_timeout: Duration,
    /// Whether to read without any lock.
    pub immutable: bool,
    /// SQL that every connection runs when it is opened.
    pub init: Option<String>,
    /// Extensions that every connection loads.
    pub extensions: Vec<PathBuf>,
}

impl PoolConfig {
    /// A pool with the default for every key but its path.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            path: path.into(),
            schemas: Vec::new(),
            read_only: true,
            max_connections: 10,
            idle_timeout: Duration::from_secs(60),
            busy_timeout: Duration::from_secs(5),
            immutable: false,
            init: None,
            extensions: Vec::new(),
        }
    }
}

/// Why `name` cannot name a pool, if it cannot: SQLite gives `main` and `temp` a meaning of their own.
pub fn reserved_name(name: &str) -> Option<&'static str> {
    if name.eq_ignore_ascii_case("main") || name.eq_ignore_ascii_case("temp") {
        Some("`main` and `temp` mean something else in SQLite")
    } else if name.is_empty() {
        Some("a name cannot be empty")
    } else if name.contains('\0') {
        Some("a name cannot hold a NUL character")
    } else {
        None
    }
}

/// The candidate that `name` was probably meant to be: a prefix of one, or at most a third of the letters wrong.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let distance = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let is_prefix = name.len() >= 3 && candidate.starts_with(&name);
        if is_prefix { 1 } else { strsim::damerau_levenshtein(&name, &candidate) }
    };
    candidates
        .into_iter()
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1.max(candidate.chars().count().max(name.chars().count()) / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let keys = ["path", "schemas", "read_only"];
        assert_eq!(nearest("pth", keys), Some("path"));
        assert_eq!(nearest("readonly", keys), Some("read_only"));
        assert_eq!(nearest("SCHEMA", keys), Some("schemas"));
        assert_eq!(nearest("colour", keys), None);
    }

    #[test]
    fn names_with_a_meaning_of_their_own_are_reserved() {
        assert!(reserved_name("Main").is_some());
        assert!(reserved_name("temp").is_some());
        assert!(reserved_name("").is_some());
        assert!(reserved_name("select").is_none());
    }
}
