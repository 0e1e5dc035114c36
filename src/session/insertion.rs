//! Rows into a table: many at once, in one transaction, all or none.

use rusqlite::params_from_iter;

use super::Session;
use super::catalogs::deadline;
use super::write::writable;
use crate::batch::Batch;
use crate::cancel::CancelToken;
use crate::connection::{Lease, sqlite_error};
use crate::error::{Error, Result};
use crate::ffi::rows::Cell;
use crate::sql::quote_identifier;

/// A transaction that inserts rows into one table. Dropping it takes all of them back.
///
/// It has a connection of its own and does not wait for the session, whose other statements see the rows once they are
/// committed.
#[derive(Debug)]
pub struct Insertion {
    lease: Lease,
    cancel: CancelToken,
    sql: String,
    rows: u64,
    committed: bool,
}

/// A row that was refused.
#[derive(Debug)]
pub struct RefusedRow {
    /// Its position in the batch.
    pub row: usize,
    /// Why.
    pub error: Error,
}

impl Session {
    /// An error unless a pool may be written: for whoever has long work to do before it writes.
    pub fn check_writable(&self, pool: &str) -> Result<()> {
        writable(&self.manager.get_connection_pool(pool)?)
    }

    /// Begins to insert rows of these columns into a table of a pool; `create` is run before, in the same transaction.
    pub fn begin_insertion(&mut self, pool: &str, create: Option<&str>, table: &str, columns: &[String]) -> Result<Insertion> {
        let pool = self.manager.get_connection_pool(pool)?;
        writable(&pool)?;
        self.cancel.reset();
        let cancel = self.cancel.child();
        let lease = pool.lease(deadline(), &cancel)?;
        lease.set_cancel(&cancel);
        let quoted: Vec<String> = columns.iter().map(|column| quote_identifier(column)).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let sql = format!("INSERT INTO {}({}) VALUES({marks})", quote_identifier(table), quoted.join(", "));
        let run = |sql: &str| {
            let outcome = lease.connection().execute_batch(sql);
            outcome.map_err(|error| sqlite_error(error, None).with_pool_sql(sql).in_pool(pool.name()).on_path(pool.path()))
        };
        run("BEGIN IMMEDIATE")?;
        let insertion = Insertion { lease, cancel, sql, rows: 0, committed: false };
        if let Some(create) = create {
            let outcome = insertion.lease.connection().execute_batch(create);
            outcome.map_err(|error| sqlite_error(error, None).with_pool_sql(create).in_pool(pool.name()))?;
        }
        Ok(insertion)
    }
}

impl Insertion {
    /// Inserts the rows of a batch.
    pub fn insert(&mut self, batch: &Batch) -> Result<(), RefusedRow> {
        let at = |row: usize| move |error| RefusedRow { row, error };
        let failed = |error| sqlite_error(error, None);
        let mut statement =
            self.lease.connection().prepare_cached(&self.sql).map_err(|error| at(0)(sqlite_error(error, Some(&self.sql))))?;
        for row in 0..batch.rows() {
            self.cancel.check().map_err(at(row))?;
            let cells = batch.columns().iter().map(|column| Cell(column.value(row)));
            statement.execute(params_from_iter(cells)).map_err(|error| at(row)(failed(error)))?;
        }
        self.rows += batch.rows() as u64;
        Ok(())
    }

    /// Keeps the rows; gives their number.
    pub fn commit(mut self) -> Result<u64> {
        self.lease.connection().execute_batch("COMMIT").map_err(|error| sqlite_error(error, None).in_pool(self.lease.pool()))?;
        self.committed = true;
        Ok(self.rows)
    }
}

impl Drop for Insertion {
    fn drop(&mut self) {
        if !self.committed {
            // SQLite has already rolled back where an error demanded it; a connection that cannot is closed by its pool.
            let _ = self.lease.connection().execute_batch("ROLLBACK");
        }
    }
}
