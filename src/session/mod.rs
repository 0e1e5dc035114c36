//! A user's session: parse, plan, execute; what the shell and programs talk to. (contract; bodies follow)

use std::sync::Arc;

use crate::batch::Batch;
use crate::cancel::CancelToken;
use crate::catalog::Catalog;
use crate::connection::ConnectionManager;
use crate::error::{Notice, Result};

/// How a statement is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Route {
    /// glue chooses.
    #[default]
    Auto,
    /// The whole statement in one pool.
    Pool,
    /// Split into pool queries, joined in memory.
    Federated,
    /// By one SQLite connection with the files attached.
    Attached,
}

/// A session over the pools of a manager.
#[derive(Debug)]
pub struct Session {
    manager: ConnectionManager,
    route: Route,
    cancel: CancelToken,
}

/// The rows of a statement, as they come. Dropping it stops the work. Owns its connections.
pub struct QueryResult(());

impl Session {
    /// A session over `manager`'s pools.
    pub fn new(manager: ConnectionManager) -> Self {
        Self { manager, route: Route::Auto, cancel: CancelToken::new() }
    }
    /// The pools.
    pub fn manager(&self) -> &ConnectionManager {
        &self.manager
    }
    /// Forces a route for the statements to come.
    pub fn set_route(&mut self, route: Route) {
        self.route = route;
    }
    /// The forced route.
    pub fn route(&self) -> Route {
        self.route
    }
    /// Cancels the statement that runs; each statement resets it when it starts.
    pub fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
    /// Runs one statement. Spans of errors count from the start of `sql`.
    pub fn query(&mut self, sql: &str) -> Result<QueryResult> {
        let _ = sql;
        todo!()
    }
    /// The plan of one statement as text.
    pub fn explain(&mut self, sql: &str) -> Result<String> {
        let _ = sql;
        todo!()
    }
    /// What a pool holds; read once a session, and again when the file's schema changed.
    pub fn catalog(&mut self, pool: &str) -> Result<Arc<Catalog>> {
        let _ = pool;
        todo!()
    }
    /// What was worth saying since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        Vec::new()
    }
}

impl QueryResult {
    /// The names of the columns, duplicates included; none for a statement without rows.
    pub fn columns(&self) -> &[String] {
        todo!()
    }
    /// The next rows; none when all are given.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        todo!()
    }
}
