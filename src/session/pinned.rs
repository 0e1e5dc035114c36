//! The connection that a session keeps for itself while something lives in it: a transaction, temporary tables, databases
//! in memory, settings.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::row_queue::Hurry;
use crate::connection::{AttachedConnection, quoted, sqlite_error};
use crate::error::Result;

/// A session's own connection. One statement at a time has it; rows of an earlier statement that nobody has taken yet go
/// to a temporary file when the next one needs it.
#[derive(Debug, Clone)]
pub(super) struct Pinned(Arc<Slot>);

#[derive(Debug)]
struct Slot {
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Debug)]
struct State {
    /// None while a statement has it.
    attached: Option<Box<AttachedConnection>>,
    /// How to ask the statement that has it.
    hurry: Option<Hurry>,
}

/// What a session has made on its own connection, in lower case.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnNames {
    /// Tables, views, indexes and triggers.
    pub(super) objects: Vec<String>,
    /// `temp`, and databases in memory that the user attached.
    pub(super) schemas: Vec<String>,
}

impl OwnNames {
    pub(super) fn has_object(&self, name: &str) -> bool {
        self.objects.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    pub(super) fn has_schema(&self, name: &str) -> bool {
        self.schemas.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

impl Pinned {
    pub(super) fn new(attached: AttachedConnection) -> Self {
        let state = State { attached: Some(Box::new(attached)), hurry: None };
        Self(Arc::new(Slot { state: Mutex::new(state), returned: Condvar::new() }))
    }

    /// The connection, once the statement before has given it back.
    pub(super) fn take(&self) -> Pin {
        let mut state = self.lock();
        loop {
            if let Some(attached) = state.attached.take() {
                state.hurry = None;
                return Pin { attached: Some(attached), home: self.clone() };
            }
            if let Some(hurry) = state.hurry.take() {
                hurry.ask();
            }
            state = self.0.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whose rows to ask for, should the connection be needed before they are read.
    pub(super) fn is_with(&self, hurry: Hurry) {
        let mut state = self.lock();
        // The statement may have ended already.
        if state.attached.is_none() {
            state.hurry = Some(hurry);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pinned connection in use; goes back when dropped.
#[derive(Debug)]
pub(super) struct Pin {
    attached: Option<Box<AttachedConnection>>,
    home: Pinned,
}

impl Pin {
    pub(super) fn attached(&self) -> &AttachedConnection {
        self.attached.as_ref().expect("the connection is there until it goes back")
    }

    pub(super) fn attached_mut(&mut self) -> &mut AttachedConnection {
        self.attached.as_mut().expect("the connection is there until it goes back")
    }

    /// Whether a transaction is open.
    pub(super) fn in_transaction(&self) -> bool {
        !self.attached().connection().is_autocommit()
    }

    /// What the session has made: in `temp`, and in `schemas` besides.
    pub(super) fn own_names(&self, schemas: &[String]) -> Result<OwnNames> {
        let mut own = OwnNames { objects: Vec::new(), schemas: schemas.to_vec() };
        own.schemas.push("temp".to_owned());
        for schema in &own.schemas {
            let sql = format!("SELECT lower(name) FROM {}.sqlite_schema", quoted(schema));
            let connection = self.attached().connection();
            let names = connection
                .prepare(&sql)
                .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>());
            own.objects.extend(names.map_err(|error| sqlite_error(error, None))?);
        }
        Ok(own)
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut state = self.home.lock();
        state.attached = self.attached.take();
        drop(state);
        self.home.0.returned.notify_all();
    }
}
