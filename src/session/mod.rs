//! A user's session: parse, plan, execute; what the shell and programs talk to.
//!
//! A statement's way: `names` collects what it names, `resolve` finds each name's pool with the catalogs that
//! `catalogs` reads, `choice` picks the route, and then either `worker` runs it on one SQLite connection (the pool
//! route and the attached one, the text changed by `splice` where a name would mean something else there, and by `saved_views` before all that) or
//! `federated` executes a plan on the same kind of thread. Rows come through `row_queue`. `text` is for reads that were not
//! read, `write`, `transaction`, `pragma` and `attach` for what their names say; what lives in a connection lives in the one
//! that `pinned` keeps. `explain` tells all this in words; `verify` runs both routes and compares.

mod attach;
mod catalogs;
mod changes;
mod choice;
mod copies;
mod deserialize;
mod explain;
mod federated;
mod from_row;
mod guard;
mod insertion;
mod names;
mod pinned;
mod pragma;
mod progress;
mod resolve;
mod result;
mod row_queue;
mod rows;
mod saved_views;
mod select;
mod splice;
mod sqlite;
mod sqlite_plan;
mod text;
mod transaction;
mod verify;
mod views;
mod worker;
mod write;

use std::sync::Arc;

use catalogs::Catalogs;
use changes::Changes;
pub use from_row::{FromRow, FromValue};
pub use insertion::{Insertion, RefusedRow};
use pinned::Pinned;
pub use progress::{PoolProgress, Progress};
pub use result::QueryResult;
#[cfg_attr(not(feature = "async"), expect(unused_imports, reason = "asynchronous readers cut batches into rows as well"))]
pub(crate) use rows::RowCursor;
pub use rows::{ColumnIndex, Row, Rows};
pub use transaction::Transaction;
pub use verify::Verdict;

pub use crate::planner::{Explanation, Measured, SqliteStatement, Step};

use crate::cancel::CancelToken;
use crate::catalog::Catalog;
use crate::connection::{ConnectionManager, PoolOptions};
use crate::error::{Error, Notice, Result, nearest};
use crate::sql::ParameterUse;
use crate::statement::{Parameters, QueryStatement, Statement};
use crate::value::Value;

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

/// Ways to carry out a plan that its size chooses, forced: with them few rows go where else only many do. For tests.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default)]
pub struct Lanes {
    /// Whether SQLite reads every table.
    pub only_sqlite_reads: bool,
    /// How many threads take each scan's rows; None: as many as its rows are worth.
    pub instances: Option<usize>,
}

/// A session over the pools of a manager: what the shell and programs talk to.
///
/// ```
/// # fn main() -> glue::error::Result<()> {
/// # let folder = tempfile::tempdir().expect("a temporary folder");
/// # let path = folder.path().join("people.sqlite");
/// # rusqlite::Connection::open(&path).and_then(|file| file.execute_batch(
/// #     "CREATE TABLE people(name TEXT, born INT); INSERT INTO people VALUES ('Ada', 1815), ('Grace', 1906)",
/// # )).expect("a file");
/// use glue::connection::{ConnectionManager, ConnectionPool};
/// use glue::session::Session;
///
/// let manager = ConnectionManager::new();
/// manager.register_connection_pool(ConnectionPool::sqlite(path).build()?, None)?;
/// let mut session = Session::new(manager);
/// let mut rows = session.query_with("SELECT name FROM people WHERE born > :year", [1900])?;
/// while let Some(batch) = rows.next_batch()? {
///     for row in 0..batch.rows() {
///         println!("{:?}", batch.column(0).value(row));
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Session {
    manager: ConnectionManager,
    route: Route,
    memory_limit: usize,
    cancel: CancelToken,
    catalogs: Catalogs,
    progress: Progress,
    notices: Vec<Notice>,
    /// The values of the running statement's parameters.
    arguments: Vec<(ParameterUse, Value)>,
    /// The connection that the session keeps, while something lives in it.
    pinned: Option<Pinned>,
    /// Whether a connection PRAGMA was set there.
    has_settings: bool,
    /// Databases in memory that were attached there, in lower case.
    memory_schemas: Vec<String>,
    /// Files that were attached, as pools of this session alone, in lower case.
    attached: Vec<String>,
    attach_options: PoolOptions,
    lanes: Lanes,
    /// What the writes of this session changed.
    changes: Changes,
}

impl Session {
    /// A session over `manager`'s pools.
    pub fn new(manager: ConnectionManager) -> Self {
        Self {
            manager,
            route: Route::Auto,
            memory_limit: crate::config::default_memory_limit(),
            cancel: CancelToken::new(),
            catalogs: Catalogs::default(),
            progress: Progress::default(),
            notices: Vec::new(),
            arguments: Vec::new(),
            pinned: None,
            has_settings: false,
            memory_schemas: Vec::new(),
            attached: Vec::new(),
            attach_options: PoolOptions::default(),
            lanes: Lanes::default(),
            changes: Changes::default(),
        }
    }

    /// The pools, those that ATTACH has added to this session included.
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

    /// Sets how many bytes the steps of the statements to come may hold; rows beyond that go to temporary files.
    pub fn set_memory_limit(&mut self, bytes: usize) {
        self.memory_limit = bytes;
    }

    /// Forces how plans are carried out.
    #[doc(hidden)]
    pub fn set_lanes(&mut self, lanes: Lanes) {
        self.lanes = lanes;
    }

    /// How files are opened that SQL attaches (`ATTACH 'file' AS name`): by default for reading only.
    pub fn set_attach_options(&mut self, options: PoolOptions) {
        self.attach_options = options;
    }

    /// Cancels the statement that runs; each statement resets it when it starts.
    pub fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// Tells how far the statement is that runs.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Runs one statement. Spans of errors count from the start of `sql`.
    pub fn query(&mut self, sql: &str) -> Result<QueryResult> {
        self.query_with(sql, Parameters::new())
    }

    /// Runs one statement with values for its parameters.
    pub fn query_with(&mut self, sql: &str, parameters: impl Into<Parameters>) -> Result<QueryResult> {
        let cancel = self.fresh_token();
        self.query_under(sql, &parameters.into(), &cancel)
    }

    /// Runs a statement that was written as objects. It travels as its text, which reads back as the same statement: there is
    /// one way for both.
    pub fn query_statement(&mut self, statement: &QueryStatement) -> Result<QueryResult> {
        self.query_statement_with(statement, Parameters::new())
    }

    /// The same with values for its parameters.
    pub fn query_statement_with(&mut self, statement: &QueryStatement, parameters: impl Into<Parameters>) -> Result<QueryResult> {
        // Its text no longer tells of versions.
        resolve::check_versions(&names::of_query(statement))?;
        let sql = statement.to_string();
        self.query_with(&sql, parameters).map_err(|error| error.with_pool_sql(sql))
    }

    /// Runs one statement to its end; gives the number of rows that it inserted, changed or deleted itself.
    pub fn execute(&mut self, sql: &str) -> Result<u64> {
        self.execute_with(sql, Parameters::new())
    }

    /// The same with values for its parameters.
    pub fn execute_with(&mut self, sql: &str, parameters: impl Into<Parameters>) -> Result<u64> {
        let mut result = self.query_with(sql, parameters)?;
        while result.next_batch()?.is_some() {}
        Ok(result.changed_rows())
    }

    /// How one statement would be answered; prints itself as a tree.
    pub fn explain(&mut self, sql: &str) -> Result<Explanation> {
        self.explain_with(sql, Parameters::new())
    }

    /// The plan of one statement with values for its parameters.
    pub fn explain_with(&mut self, sql: &str, parameters: impl Into<Parameters>) -> Result<Explanation> {
        if let Some(expansion) = self.expand(sql)? {
            let explanation = self.explain_expanded(&expansion.text, &parameters.into());
            return explanation.map_err(|error| expansion.restore(error));
        }
        self.explain_expanded(sql, &parameters.into())
    }

    fn explain_expanded(&mut self, sql: &str, parameters: &Parameters) -> Result<Explanation> {
        let cancel = self.fresh_token();
        self.during_statement(sql, parameters, &cancel, |session, cancel| match crate::sql::parse(sql) {
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

    /// Forgets the pool of that name; says whether there was one. Another may take its name then.
    pub fn close_pool(&mut self, pool: &str) -> bool {
        let Some(known) = self.manager.pool(pool) else { return false };
        self.catalogs.forget_pool(known.name());
        self.manager.remove_connection_pool(pool)
    }

    /// Whether a transaction is open.
    pub fn in_transaction(&self) -> bool {
        self.pinned.as_ref().is_some_and(|pinned| pinned.take().in_transaction())
    }

    /// What was worth saying since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        let mut notices = std::mem::take(&mut self.notices);
        notices.append(&mut self.catalogs.notices);
        notices.extend(crate::connection::take_notices(&self.manager));
        notices
    }

    /// Runs one statement under a token of the caller's, a child of the session's.
    pub(crate) fn query_under(&mut self, sql: &str, parameters: &Parameters, cancel: &CancelToken) -> Result<QueryResult> {
        let Some(expansion) = self.expand(sql)? else { return self.query_expanded(sql, parameters, cancel) };
        let result = self.query_expanded(&expansion.text, parameters, cancel).map_err(|error| expansion.restore(error))?;
        Ok(expansion.named_as_written(sql, result))
    }

    fn query_expanded(&mut self, sql: &str, parameters: &Parameters, cancel: &CancelToken) -> Result<QueryResult> {
        self.during_statement(sql, parameters, cancel, |session, cancel| match crate::sql::parse(sql) {
            Statement::Explain { analyze, statement, span } => {
                let text = explain::without_prefix(sql, span);
                let plan = session.explain_statement(&text, &statement, analyze, cancel)?;
                Ok(QueryResult::of_lines("plan", &plan.to_string()))
            }
            statement => session.run_statement(sql, &statement, cancel),
        })
        .map(|result| result.unwrap_or_else(QueryResult::empty))
    }

    fn fresh_token(&self) -> CancelToken {
        self.cancel.reset();
        self.cancel.child()
    }

    /// What surrounds every statement; None for a text without one.
    fn during_statement<T>(
        &mut self,
        sql: &str,
        parameters: &Parameters,
        cancel: &CancelToken,
        run: impl FnOnce(&mut Self, &CancelToken) -> Result<T>,
    ) -> Result<Option<T>> {
        match crate::sql::split(sql).as_slice() {
            [] => return Ok(None),
            [_] => {}
            [_, second, ..] => {
                let span = crate::error::Span::new(second.offset, second.offset + second.text.len());
                return Err(Error::query("only one statement can run at a time").at(span));
            }
        }
        self.arguments = arguments(sql, parameters)?;
        self.progress.clear();
        self.settle_pinned(cancel)?;
        let result = run(self, cancel);
        self.catalogs.give_back();
        result.map(Some)
    }

    /// Runs any statement but EXPLAIN.
    fn run_statement(&mut self, sql: &str, statement: &Statement, cancel: &CancelToken) -> Result<QueryResult> {
        match statement {
            Statement::Query(query) => self.run_select(sql, query, cancel),
            Statement::Write(write) => self.run_write(sql, write, cancel),
            Statement::Transaction(command) => self.run_transaction(sql, *command, cancel),
            Statement::Pragma(pragma) => self.run_pragma(sql, pragma, cancel),
            Statement::Attach(command) => self.run_attach(sql, command, cancel),
            Statement::Text { why, .. } => self.run_text(sql, why, cancel),
            Statement::Explain { .. } => Err(Error::query("EXPLAIN cannot explain itself")),
        }
    }
}

/// The value of each parameter of a text, or an error that points at the one without.
fn arguments(sql: &str, parameters: &Parameters) -> Result<Vec<(ParameterUse, Value)>> {
    let value = |parameter: ParameterUse| {
        if let Some(value) = parameters.value(&parameter.spelling, parameter.number) {
            return Ok((parameter, value.clone()));
        }
        let error = Error::query(format!("the parameter {} has no value", parameter.spelling)).at(parameter.span);
        let name = parameter.spelling.trim_start_matches([':', '@', '$', '?']);
        Err(match nearest(name, parameters.names()) {
            Some(near) => error.hint(format!("there is a value for `{near}`")),
            None => error,
        })
    };
    crate::sql::parameters(sql).into_iter().map(value).collect()
}
