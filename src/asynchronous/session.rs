//! A session, for asynchronous programs.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::spawn_blocking;

use super::{AsyncConnectionManager, AsyncRows, AsyncTransaction};
use crate::cancel::CancelToken;
use crate::error::{Error, Notice, Result};
use crate::session::{Explanation, Progress, QueryResult, Route, Session};
use crate::statement::{Parameters, QueryStatement};

/// A session over a manager's pools. Cheap to clone; clones are one session, whose statements start one after the other.
/// Must be used within a tokio runtime.
#[derive(Debug, Clone)]
pub struct AsyncSession {
    session: Arc<Mutex<Session>>,
    cancel: CancelToken,
    progress: Progress,
}

impl AsyncSession {
    /// A session over `manager`'s pools.
    pub fn new(manager: &AsyncConnectionManager) -> Self {
        let session = Session::new(manager.0.clone());
        let (cancel, progress) = (session.cancel_token(), session.progress());
        Self { session: Arc::new(Mutex::new(session)), cancel, progress }
    }

    /// Runs one statement, as [`Session::query`].
    pub async fn query(&self, sql: impl Into<String>) -> Result<AsyncRows> {
        self.query_with(sql, Parameters::new()).await
    }

    /// Runs one statement with values for its parameters.
    pub async fn query_with(&self, sql: impl Into<String>, parameters: impl Into<Parameters>) -> Result<AsyncRows> {
        let (sql, parameters) = (sql.into(), parameters.into());
        let result = self.run(move |session, cancel| session.query_under(&sql, &parameters, cancel)).await?;
        Ok(AsyncRows::new(result))
    }

    /// Runs a statement that was written as objects.
    pub async fn query_statement(&self, statement: &QueryStatement) -> Result<AsyncRows> {
        self.query(crate::sql::render_query(statement)).await
    }

    /// Runs one statement to its end; gives the number of rows that it inserted, changed or deleted itself.
    pub async fn execute(&self, sql: impl Into<String>) -> Result<u64> {
        self.execute_with(sql, Parameters::new()).await
    }

    /// The same with values for its parameters.
    pub async fn execute_with(&self, sql: impl Into<String>, parameters: impl Into<Parameters>) -> Result<u64> {
        let (sql, parameters) = (sql.into(), parameters.into());
        self.run(move |session, cancel| {
            let mut result: QueryResult = session.query_under(&sql, &parameters, cancel)?;
            while result.next_batch()?.is_some() {}
            Ok(result.changed_rows())
        })
        .await
    }

    /// The plan of one statement as text.
    pub async fn explain(&self, sql: impl Into<String>) -> Result<Explanation> {
        let sql = sql.into();
        self.run(move |session, _| session.explain(&sql)).await
    }

    /// Begins a transaction; dropped without a commit it is rolled back.
    pub async fn transaction(&self) -> Result<AsyncTransaction> {
        self.execute("BEGIN").await?;
        Ok(AsyncTransaction::new(self.clone()))
    }

    /// Forces a route for the statements to come.
    pub async fn set_route(&self, route: Route) -> Result<()> {
        self.run(move |session, _| {
            session.set_route(route);
            Ok(())
        })
        .await
    }

    /// What was worth saying since the last call.
    pub async fn take_notices(&self) -> Result<Vec<Notice>> {
        self.run(|session, _| Ok(session.take_notices())).await
    }

    /// Cancels every statement that runs.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Tells how far the statement is that runs.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Runs `work` on a thread that may wait, under a token that is cancelled when the future is dropped before its end.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session, &CancelToken) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.cancel.reset();
        let cancel = self.cancel.child();
        let mut guard = CancelOnDrop { cancel: cancel.clone(), is_done: false };
        let session = Arc::clone(&self.session);
        let outcome = blocking(move || {
            // What a panicking statement leaves behind is an open connection at most, which the next one settles.
            let mut session = session.lock().unwrap_or_else(PoisonError::into_inner);
            cancel.check()?;
            work(&mut session, &cancel)
        })
        .await;
        guard.is_done = true;
        outcome?
    }

    /// Starts `work` on a thread that may wait, without waiting for it.
    pub(super) fn start(&self, work: impl FnOnce(&mut Session) + Send + 'static) {
        let session = Arc::clone(&self.session);
        let run = move || work(&mut session.lock().unwrap_or_else(PoisonError::into_inner));
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(run)),
            // Without a runtime nothing else runs here that could be held up.
            Err(_) => run(),
        }
    }
}

/// Cancels the work of a future that nobody waits for any more.
struct CancelOnDrop {
    cancel: CancelToken,
    is_done: bool,
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if !self.is_done {
            self.cancel.cancel();
        }
    }
}

/// Runs `work` on one of tokio's threads for what may wait.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.map_err(|error| {
        if error.is_cancelled() { Error::interrupted() } else { Error::query(format!("the statement's thread failed: {error}")) }
    })
}
