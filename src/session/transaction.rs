//! BEGIN, COMMIT and what belongs to them, and a transaction as a guard for programs.

use rusqlite::TransactionState;

use super::catalogs::deadline;
use super::pinned::{OwnNames, Pin, Pinned};
use super::worker::{Connected, Job};
use super::{QueryResult, Route, Session};
use crate::cancel::CancelToken;
use crate::connection::{AttachedConnection, quoted};
use crate::error::{Error, Notice, Result};
use crate::statement::{Parameters, QueryStatement, TransactionCommand};

impl Session {
    /// Runs BEGIN, COMMIT, ROLLBACK, SAVEPOINT or RELEASE on the session's own connection.
    pub(super) fn run_transaction(
        &mut self,
        sql: &str,
        command: TransactionCommand,
        cancel: &CancelToken,
    ) -> Result<QueryResult> {
        if self.route == Route::Federated {
            return Err(Error::route("the federated route has no transactions"));
        }
        let begins = matches!(command, TransactionCommand::Begin | TransactionCommand::Savepoint);
        let pin = if begins { self.pin(cancel)? } else { self.pinned_or_anchor(cancel)? };
        if command == TransactionCommand::Commit && pin.in_transaction() {
            self.notices.extend(not_atomic(&pin));
        }
        let job = Job::new(Connected::Pinned(pin), sql);
        let result = Self::run_whole(job, Route::Attached, cancel);
        if matches!(command, TransactionCommand::Rollback | TransactionCommand::RollbackTo) {
            self.catalogs.forget();
        }
        result
    }

    /// The session's own connection, opened if there is none: on the first pool that may be written, so that a commit over
    /// several files can be atomic.
    pub(super) fn pin(&mut self, cancel: &CancelToken) -> Result<Pin> {
        if let Some(pinned) = &self.pinned {
            return Ok(pinned.take());
        }
        self.catalogs.give_back();
        let writable = self.manager.pools().into_iter().find(|pool| !pool.options().read_only);
        let attached = match &writable {
            Some(main) => AttachedConnection::open_on(main, deadline(), cancel)?,
            None => AttachedConnection::open(&[], deadline(), cancel)?,
        };
        let pinned = Pinned::new(attached);
        let pin = pinned.take();
        self.pinned = Some(pinned.clone());
        self.catalogs.pinned = Some(pinned);
        Ok(pin)
    }

    /// Where there is no transaction, SQLite says so itself.
    fn pinned_or_anchor(&self, cancel: &CancelToken) -> Result<Pin> {
        match &self.pinned {
            Some(pinned) => Ok(pinned.take()),
            None => Ok(Pinned::new(AttachedConnection::open(&[], deadline(), cancel)?).take()),
        }
    }

    /// Gives the own connection up where nothing lives in it any more, and takes note of what lives there otherwise.
    pub(super) fn settle_pinned(&mut self, cancel: &CancelToken) -> Result<()> {
        let Some(pinned) = &self.pinned else { return Ok(()) };
        let pin = pinned.take();
        pin.attached().set_cancel(cancel);
        let own = pin.own_names(&self.memory_schemas)?;
        if pin.in_transaction() || !own.objects.is_empty() || !self.memory_schemas.is_empty() || self.has_settings {
            self.catalogs.own = own;
            return Ok(());
        }
        drop(pin);
        self.pinned = None;
        self.catalogs.pinned = None;
        self.catalogs.own = OwnNames::default();
        self.catalogs.forget();
        Ok(())
    }

    /// Begins a transaction; dropped without [`Transaction::commit`] it is rolled back.
    ///
    /// ```
    /// # fn main() -> glue::error::Result<()> {
    /// # let folder = tempfile::tempdir().expect("a temporary folder");
    /// # let path = folder.path().join("accounts.sqlite");
    /// # rusqlite::Connection::open(&path).and_then(|file| file.execute_batch(
    /// #     "CREATE TABLE account(id INTEGER PRIMARY KEY, balance INT); INSERT INTO account VALUES (1, 10), (2, 0)",
    /// # )).expect("a file");
    /// use glue::connection::{ConnectionManager, ConnectionPool};
    /// use glue::session::Session;
    ///
    /// let manager = ConnectionManager::new();
    /// manager.register_connection_pool(ConnectionPool::sqlite(path).read_only(false).build()?, None)?;
    /// let mut session = Session::new(manager);
    /// let mut transaction = session.transaction()?;
    /// transaction.execute("UPDATE account SET balance = balance - 5 WHERE id = 1")?;
    /// transaction.execute_with("UPDATE account SET balance = balance + ? WHERE id = 2", [5])?;
    /// transaction.commit()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn transaction(&mut self) -> Result<Transaction<'_>> {
        self.query("BEGIN")?;
        Ok(Transaction { session: self, is_over: false })
    }
}

/// What to say before a commit over several files that SQLite does not make atomic: each is in rollback mode, with
/// `synchronous` not OFF, or a crash may leave some with the transaction and some without.
fn not_atomic(pin: &Pin) -> Option<Notice> {
    let connection = pin.attached().connection();
    let written: Vec<&str> = pin
        .attached()
        .pools()
        .iter()
        .map(crate::connection::ConnectionPool::name)
        .filter(|pool| connection.transaction_state(Some(*pool)).is_ok_and(|state| state == TransactionState::Write))
        .collect();
    if written.len() < 2 {
        return None;
    }
    let setting = |pool: &str, pragma: &str| {
        let sql = format!("PRAGMA {}.{pragma}", quoted(pool));
        connection.query_row(&sql, [], |row| row.get::<_, rusqlite::types::Value>(0)).ok()
    };
    let is_text = |value: Option<rusqlite::types::Value>, expected: &[&str]| match value {
        Some(rusqlite::types::Value::Text(text)) => expected.iter().any(|mode| mode.eq_ignore_ascii_case(&text)),
        _ => false,
    };
    let why = written.iter().find_map(|pool| {
        if is_text(setting(pool, "journal_mode"), &["wal"]) {
            Some(format!("`{pool}` is in WAL mode"))
        } else if is_text(setting(pool, "journal_mode"), &["memory", "off"]) {
            Some(format!("`{pool}` has no journal on disk"))
        } else if setting(pool, "synchronous") == Some(rusqlite::types::Value::Integer(0)) {
            Some(format!("`{pool}` has synchronous = OFF"))
        } else {
            None
        }
    })?;
    let names: Vec<String> = written.iter().map(|pool| format!("`{pool}`")).collect();
    Some(Notice::new(format!("the commit over {} is not atomic if the machine fails: {why}", names.join(", "))))
}

/// A transaction over the session's pools. What it runs sees its own changes; dropped without a commit it is rolled back.
#[derive(Debug)]
pub struct Transaction<'session> {
    session: &'session mut Session,
    is_over: bool,
}

impl Transaction<'_> {
    /// As [`Session::query`].
    pub fn query(&mut self, sql: &str) -> Result<QueryResult> {
        self.session.query(sql)
    }

    /// As [`Session::query_with`].
    pub fn query_with(&mut self, sql: &str, parameters: impl Into<Parameters>) -> Result<QueryResult> {
        self.session.query_with(sql, parameters)
    }

    /// As [`Session::query_statement`].
    pub fn query_statement(&mut self, statement: &QueryStatement) -> Result<QueryResult> {
        self.session.query_statement(statement)
    }

    /// As [`Session::execute`].
    pub fn execute(&mut self, sql: &str) -> Result<u64> {
        self.session.execute(sql)
    }

    /// As [`Session::execute_with`].
    pub fn execute_with(&mut self, sql: &str, parameters: impl Into<Parameters>) -> Result<u64> {
        self.session.execute_with(sql, parameters)
    }

    /// Makes the changes last. On an error (another process holds a lock) the transaction is rolled back.
    pub fn commit(mut self) -> Result<()> {
        self.session.query("COMMIT")?;
        self.is_over = true;
        Ok(())
    }

    /// Takes the changes back.
    pub fn rollback(mut self) -> Result<()> {
        self.is_over = true;
        self.session.query("ROLLBACK").map(|_| ())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            // SQLite may have rolled back by itself (a full disk, a deadlock): then there is nothing left to do.
            let _ = self.session.query("ROLLBACK");
        }
    }
}
