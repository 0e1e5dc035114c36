//! What both formats of the corpus are read into: set-up statements with their place, and queries with their answer.

use glue::value::Value;

/// A script that starts with three fresh, empty pools.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) name: String,
    pub(crate) actions: Vec<Action>,
}

#[derive(Debug)]
pub(crate) enum Action {
    SetUp { sql: String, place: Place },
    Query(Query),
}

/// Where a set-up statement runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On one pool's own file.
    Pool(usize),
    /// On a connection that attaches all three.
    All,
}

#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) sql: String,
    /// How many pools its tables live in.
    pub(crate) pools: usize,
    pub(crate) expected: Expected,
}

#[derive(Debug)]
pub(crate) enum Expected {
    /// The rows as values, and the names of the columns where they are comparable.
    Rows { columns: Option<Vec<String>>, ordered: bool, rows: Vec<Vec<Value>> },
    /// The rows as sqllogictest renders them.
    Rendered(super::sqllogictest::Rendered),
}
