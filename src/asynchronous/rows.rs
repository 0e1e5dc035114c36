//! The rows of a statement as a stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::batch::Batch;
use crate::error::Result;
use crate::session::{PoolProgress, QueryResult, Route};

/// The rows of a statement, batch by batch, as they come. The work waits where nobody takes them; dropping it cancels the
/// work, without waiting for its end.
#[derive(Debug)]
pub struct AsyncRows(Option<QueryResult>);

impl AsyncRows {
    pub(super) fn new(result: QueryResult) -> Self {
        Self(Some(result))
    }

    /// The names of the columns, duplicates included; none for a statement without rows.
    pub fn columns(&self) -> &[String] {
        self.result().columns()
    }

    /// The route that was taken; `Auto` where no pool was asked.
    pub fn route(&self) -> Route {
        self.result().route()
    }

    /// What each pool has given so far.
    pub fn pools(&self) -> Vec<PoolProgress> {
        self.result().pools()
    }

    /// The next rows; none when all are given.
    pub async fn next_batch(&mut self) -> Result<Option<Batch>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn result(&self) -> &QueryResult {
        self.0.as_ref().expect("the rows are there until they are dropped")
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Batch>>> {
        self.0.as_mut().expect("the rows are there until they are dropped").poll_batch(context)
    }
}

impl Stream for AsyncRows {
    type Item = Result<Batch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context).map(Result::transpose)
    }
}

impl Drop for AsyncRows {
    fn drop(&mut self) {
        if let Some(mut result) = self.0.take() {
            result.abandon();
        }
    }
}
