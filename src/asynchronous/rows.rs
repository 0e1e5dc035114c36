//! The rows of a statement as a stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::batch::Batch;
use crate::error::Result;
use crate::session::{PoolProgress, QueryResult, Route, Row, RowCursor};

/// The rows of a statement, batch by batch, as they come. The work waits where nobody takes them; dropping it cancels the
/// work, without waiting for its end.
#[derive(Debug)]
pub struct AsyncRows {
    /// None only while it is dropped.
    result: Option<QueryResult>,
    cursor: RowCursor,
}

impl AsyncRows {
    pub(super) fn new(result: QueryResult) -> Self {
        let cursor = RowCursor::new(result.columns());
        Self { result: Some(result), cursor }
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

    /// The next row; none when all are given.
    pub async fn next_row(&mut self) -> Result<Option<Row>> {
        loop {
            if let Some(row) = self.cursor.next() {
                return Ok(Some(row));
            }
            match self.next_batch().await? {
                Some(batch) => self.cursor.take(batch),
                None => return Ok(None),
            }
        }
    }

    /// The next rows; none when all are given. Rows of a batch that [`AsyncRows::next_row`] has begun are not given again.
    pub async fn next_batch(&mut self) -> Result<Option<Batch>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn result(&self) -> &QueryResult {
        self.result.as_ref().expect("the rows are there until they are dropped")
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Batch>>> {
        self.result.as_mut().expect("the rows are there until they are dropped").poll_batch(context)
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
        if let Some(mut result) = self.result.take() {
            result.abandon();
        }
    }
}
