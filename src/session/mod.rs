//! A user's session: parse, plan, execute; what the shell and programs talk to.
//!
//! A statement's way: `names` collects what it names, `resolve` finds each name's pool with the catalogs that
//! `catalogs` reads, `choice` picks the route, and then either `worker` runs it on one SQLite connection (the pool
//! route and the attached one, the text changed by `splice` where a name would mean something else there) or
//! `federated` executes a plan. `text` is for statements that were not read, `explain` tells all this in words.

mod catalogs;
mod choice;
mod copies;
mod explain;
mod federated;
mod guard;
mod insertion;
mod names;
mod resolve;
mod result;
mod select;
mod splice;
mod sqlite;
mod sqlite_plan;
mod text;
mod worker;

use std::sync::Arc;

use catalogs::Catalogs;
pub use insertion::{Insertion, RefusedRow};
pub use result::QueryResult;

use crate::cancel::CancelToken;
use crate::catalog::Catalog;
use crate::connection::ConnectionManager;
use crate::error::{Error, Notice, Result};
use crate::planner::Explanation;
use crate::statement::Statement;

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
    catalogs: Catalogs,
}

impl Session {
    /// A session over `manager`'s pools.
    pub fn new(manager: ConnectionManager) -> Self {
        Self { manager, route: Route::Auto, cancel: CancelToken::new(), catalogs: Catalogs::default() }
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
        self.during_statement(sql, |session, cancel| match crate::sql::parse(sql) {
            Statement::Explain { analyze, statement, span } => {
                let text = explain::without_prefix(sql, span);
                let plan = session.explain_statement(&text, &statement, analyze, cancel)?;
                Ok(QueryResult::of_lines("plan", &plan.to_string()))
            }
            statement => session.run_statement(sql, &statement, cancel),
        })
        .map(|result| result.unwrap_or_else(QueryResult::empty))
    }

    /// How one statement would be answered; prints itself as a tree.
    pub fn explain(&mut self, sql: &str) -> Result<Explanation> {
        self.during_statement(sql, |session, cancel| match crate::sql::parse(sql) {
            Statement::Explain { analyze, statement, span } => {
                let text = explain::without_prefix(sql, span);
                session.explain_statement(&text, &statement, analyze, cancel)
            }
            statement => session.explain_statement(sql, &statement, false, cancel),
        })
        .map(Option::unwrap_or_default)
    }

    /// What a pool holds; read once a session, and again when the file's schema changed.
    pub fn catalog(&mut self, pool: &str) -> Result<Arc<Catalog>> {
        let pool = self.manager.get_connection_pool(pool)?;
        let cancel = self.cancel.child();
        let catalog = self.catalogs.load(&pool, &cancel);
        self.catalogs.give_back();
        catalog
    }

    /// What was worth saying since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        let mut notices = std::mem::take(&mut self.catalogs.notices);
        notices.extend(crate::connection::take_notices(&self.manager));
        notices
    }

    /// What surrounds every statement; None for a text without one.
    fn during_statement<T>(&mut self, sql: &str, run: impl FnOnce(&mut Self, &CancelToken) -> Result<T>) -> Result<Option<T>> {
        self.cancel.reset();
        match crate::sql::split(sql).as_slice() {
            [] => return Ok(None),
            [_] => {}
            [_, second, ..] => {
                let span = crate::error::Span::new(second.offset, second.offset + second.text.len());
                return Err(Error::query("only one statement can run at a time").at(span));
            }
        }
        let cancel = self.cancel.child();
        let result = run(self, &cancel);
        self.catalogs.give_back();
        result.map(Some)
    }

    /// Runs any statement but EXPLAIN.
    fn run_statement(&mut self, sql: &str, statement: &Statement, cancel: &CancelToken) -> Result<QueryResult> {
        match statement {
            Statement::Query(query) => self.run_select(sql, query, cancel),
            Statement::Text { reads_only, why } => self.run_text(sql, *reads_only, why, cancel),
            Statement::Explain { .. } => Err(Error::query("EXPLAIN cannot explain itself")),
        }
    }
}
