//! SELECTs over several pools that have a name, beside the pools themselves.

use std::path::PathBuf;

/// A SELECT that statements name like a table, over whatever pools it names itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its name. A bare name means the view before any pool's table; `pool.table` is exact as ever.
    pub name: String,
    /// One SELECT, without a semicolon.
    pub sql: String,
    /// Where its text begins, for errors in it: the file, the line and the column, each from 1.
    pub place: Option<(PathBuf, usize, usize)>,
}

impl SavedView {
    /// A view that stands in no file.
    pub fn new(name: impl Into<String>, sql: impl Into<String>) -> Self {
        Self { name: name.into(), sql: sql.into(), place: None }
    }

    /// The line and column at an offset into its text, in its file where it stands in one.
    pub(crate) fn position(&self, offset: usize) -> String {
        let before = self.sql.get(..offset).unwrap_or(&self.sql);
        let lines = before.matches('\n').count();
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        match &self.place {
            // Only the first line begins somewhere in a line of the file.
            Some((file, line, first)) if lines == 0 => format!("{}:{line}:{}", file.display(), first + column - 1),
            Some((file, line, _)) => format!("{}:{}:{column}", file.display(), line + lines),
            None => format!("line {}, column {column}", lines + 1),
        }
    }
}
