//! A transaction as a guard, for asynchronous programs.

use super::{AsyncRows, AsyncSession};
use crate::error::Result;
use crate::statement::{Parameters, QueryStatement};

/// A transaction over the session's pools; dropped without a commit it is rolled back, before the session's next statement.
/// While it lives, whatever else uses the session runs within it.
#[derive(Debug)]
pub struct AsyncTransaction {
    session: AsyncSession,
    is_over: bool,
}

impl AsyncTransaction {
    pub(super) fn new(session: AsyncSession) -> Self {
        Self { session, is_over: false }
    }

    /// As [`AsyncSession::query`].
    pub async fn query(&self, sql: impl Into<String>) -> Result<AsyncRows> {
        self.session.query(sql).await
    }

    /// As [`AsyncSession::query_with`].
    pub async fn query_with(&self, sql: impl Into<String>, parameters: impl Into<Parameters>) -> Result<AsyncRows> {
        self.session.query_with(sql, parameters).await
    }

    /// As [`AsyncSession::query_statement`].
    pub async fn query_statement(&self, statement: &QueryStatement) -> Result<AsyncRows> {
        self.session.query_statement(statement).await
    }

    /// As [`AsyncSession::execute`].
    pub async fn execute(&self, sql: impl Into<String>) -> Result<u64> {
        self.session.execute(sql).await
    }

    /// As [`AsyncSession::execute_with`].
    pub async fn execute_with(&self, sql: impl Into<String>, parameters: impl Into<Parameters>) -> Result<u64> {
        self.session.execute_with(sql, parameters).await
    }

    /// Makes the changes last. On an error the transaction is rolled back.
    pub async fn commit(mut self) -> Result<()> {
        self.session.execute("COMMIT").await?;
        self.is_over = true;
        Ok(())
    }

    /// Takes the changes back.
    pub async fn rollback(mut self) -> Result<()> {
        self.is_over = true;
        self.session.execute("ROLLBACK").await.map(|_| ())
    }
}

impl Drop for AsyncTransaction {
    fn drop(&mut self) {
        if !self.is_over {
            self.session.start(|session| {
                // SQLite may have rolled back by itself: then there is nothing left to do.
                let _ = session.query("ROLLBACK");
            });
        }
    }
}
