//! The names of pools, tables, columns and functions, read in the background: nothing that is typed ever waits for a file.
//!
//! The catalogs are those of sessions of its own, so that a locked file or a slow disk holds up neither the line nor the
//! statement that runs. What is known when somebody presses Tab is offered; the next press finds more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use glue::cancel::CancelToken;
use glue::catalog::{Catalog, Table};
use glue::connection::{ConnectionManager, ConnectionPool};
use glue::session::Session;
use glue::value::ValueRef;

use super::scope::NamedTable;
use crate::command::tables::is_listed;

/// With more pools than this nothing is read before somebody asks for a name.
const EAGER_POOLS: usize = 64;
/// How many schemas are read side by side.
const READERS: usize = 4;
/// How old the names may be before Tab has them read again, behind its own answer.
const FRESH: Duration = Duration::from_secs(3);

/// Looks names up.
pub(super) struct Names {
    /// A session that attaches files gets a manager of its own then.
    manager: Mutex<ConnectionManager>,
    shared: Arc<Shared>,
    reader: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Shared {
    known: Mutex<Known>,
    changed: Condvar,
    /// What stops those who read.
    cancel: Mutex<Cancelled>,
}

#[derive(Default)]
struct Cancelled {
    is_over: bool,
    readers: Vec<CancelToken>,
}

#[derive(Default)]
struct Known {
    catalogs: BTreeMap<String, Arc<Catalog>>,
    functions: Vec<String>,
    pragmas: Vec<String>,
    /// Whether somebody is reading.
    reading: bool,
    /// When all was read last.
    read_at: Option<Instant>,
}

impl Shared {
    /// From now on `token` is cancelled when the names are no longer wanted.
    fn stopped_by(&self, token: CancelToken) {
        let mut cancel = self.cancel.lock().expect("nothing panics while it holds the tokens");
        if cancel.is_over {
            token.cancel();
        }
        cancel.readers.push(token);
    }

    fn stop(&self) {
        let mut cancel = self.cancel.lock().expect("nothing panics while it holds the tokens");
        cancel.is_over = true;
        for token in &cancel.readers {
            token.cancel();
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("nothing panics while it holds the names")
    }
}

impl Names {
    /// The names of a manager's pools; starts to read them.
    pub(super) fn new(manager: ConnectionManager) -> Self {
        let count = manager.pools().len();
        let names = Self { manager: Mutex::new(manager), shared: Arc::default(), reader: Mutex::default() };
        if count <= EAGER_POOLS {
            names.refresh();
        }
        names
    }

    /// Reads the names of this manager's pools from now on.
    pub(super) fn refresh_from(&self, manager: &ConnectionManager) {
        *self.manager.lock().expect("nothing panics while it holds the manager") = manager.clone();
        self.refresh();
    }

    fn manager(&self) -> ConnectionManager {
        self.manager.lock().expect("nothing panics while it holds the manager").clone()
    }

    /// Reads all names again, in the background.
    pub(super) fn refresh(&self) {
        {
            let mut known = self.shared.known();
            if known.reading {
                return;
            }
            known.reading = true;
        }
        let (manager, shared) = (self.manager(), Arc::clone(&self.shared));
        let started = std::thread::Builder::new().name("glue-names".to_owned()).spawn(move || read(&manager, &shared));
        match started {
            Ok(thread) => {
                let before = self.reader.lock().expect("nothing panics while it holds the thread").replace(thread);
                if let Some(before) = before {
                    // It has said that it is done.
                    let _ = before.join();
                }
            }
            Err(_) => self.shared.known().reading = false,
        }
    }

    /// Waits until all is read, but no longer than `patience`; says whether it is.
    pub(super) fn wait(&self, patience: Duration) -> bool {
        let waited = self.shared.changed.wait_timeout_while(self.shared.known(), patience, |known| known.reading);
        waited.is_ok_and(|(known, _)| !known.reading && known.read_at.is_some())
    }

    /// Before an answer: has what is missing or old read, and waits for what comes at once.
    pub(super) fn prepare(&self, patience: Duration) {
        let read_at = self.shared.known().read_at;
        if read_at.is_none_or(|read_at| read_at.elapsed() > FRESH) {
            self.refresh();
        }
        if read_at.is_none() {
            self.wait(patience);
        }
    }

    /// How many tables the pools have that could be read.
    pub(super) fn table_count(&self) -> usize {
        self.catalogs(None).iter().map(|catalog| listed(catalog).count()).sum()
    }

    /// How many pools could be read.
    pub(super) fn read_pools(&self) -> usize {
        self.shared.known().catalogs.len()
    }

    /// The names of all pools.
    pub(super) fn pools(&self) -> Vec<String> {
        self.manager().pools().iter().map(|pool| pool.name().to_owned()).collect()
    }

    /// The names of all tables, or of one pool's.
    pub(super) fn tables(&self, pool: Option<&str>) -> Vec<String> {
        let names = |catalog: Arc<Catalog>| listed(&catalog).map(|table| table.name.clone()).collect::<Vec<_>>();
        let views = if pool.is_none() { self.manager().views() } else { Vec::new() };
        self.catalogs(pool).into_iter().flat_map(names).chain(views.iter().map(|view| view.name.clone())).collect()
    }

    /// Every table with its pool.
    pub(super) fn tables_with_pools(&self) -> Vec<(String, String)> {
        let names =
            |catalog: Arc<Catalog>| listed(&catalog).map(|table| (catalog.pool.clone(), table.name.clone())).collect::<Vec<_>>();
        self.catalogs(None).into_iter().flat_map(names).collect()
    }

    /// The names of the columns of a table that a statement names.
    pub(super) fn columns(&self, named: &NamedTable) -> Vec<String> {
        let catalogs = self.catalogs(named.pool.as_deref());
        let tables = catalogs.iter().filter_map(|catalog| catalog.table(&named.table));
        distinct(tables.flat_map(visible))
    }

    /// The names of the columns of all tables.
    pub(super) fn all_columns(&self) -> Vec<String> {
        distinct(self.catalogs(None).iter().flat_map(|catalog| listed(catalog).flat_map(visible).collect::<Vec<_>>()))
    }

    /// The names of all functions.
    pub(super) fn functions(&self) -> Vec<String> {
        self.shared.known().functions.clone()
    }

    /// The names of all pragmas.
    pub(super) fn pragmas(&self) -> Vec<String> {
        self.shared.known().pragmas.clone()
    }

    fn catalogs(&self, pool: Option<&str>) -> Vec<Arc<Catalog>> {
        let known = self.shared.known();
        let wanted = |catalog: &&Arc<Catalog>| pool.is_none_or(|pool| pool.eq_ignore_ascii_case(&catalog.pool));
        known.catalogs.values().filter(wanted).cloned().collect()
    }
}

impl Drop for Names {
    /// Waits for the reader: a process that ends while a file is open leaves what SQLite would tidy up on closing it.
    fn drop(&mut self) {
        self.shared.stop();
        if let Some(thread) = self.reader.lock().ok().and_then(|mut reader| reader.take()) {
            let _ = thread.join();
        }
    }
}

fn listed(catalog: &Catalog) -> impl Iterator<Item = &Table> {
    catalog.tables.values().filter(|table| is_listed(table))
}

fn visible(table: &Table) -> impl Iterator<Item = String> {
    table.columns.iter().filter(|column| !column.hidden).map(|column| column.name.clone())
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.filter(|name| seen.insert(name.to_lowercase())).collect()
}

/// Reads everything, each pool as soon as it can be.
fn read(manager: &ConnectionManager, shared: &Shared) {
    let pools = manager.pools();
    let share = pools.len().div_ceil(READERS).max(1);
    std::thread::scope(|scope| {
        for pools in pools.chunks(share) {
            scope.spawn(move || read_pools(manager, pools, shared));
        }
        if shared.known().functions.is_empty() {
            read_functions(shared);
        }
    });
    shared.cancel.lock().expect("nothing panics while it holds the tokens").readers.clear();
    let mut known = shared.known();
    let is_there = |name: &String| pools.iter().any(|pool| pool.name() == name);
    known.catalogs.retain(|name, _| is_there(name));
    known.reading = false;
    known.read_at = Some(Instant::now());
    drop(known);
    shared.changed.notify_all();
}

fn read_pools(manager: &ConnectionManager, pools: &[ConnectionPool], shared: &Shared) {
    let mut session = Session::new(manager.clone());
    let token = session.cancel_token();
    shared.stopped_by(token);
    for pool in pools {
        let catalog = session.catalog(pool.name());
        let mut known = shared.known();
        // One that cannot be opened is no news here: the statement that needs it says so.
        match catalog {
            Ok(catalog) => known.catalogs.insert(pool.name().to_owned(), catalog),
            Err(_) => known.catalogs.remove(pool.name()),
        };
    }
}

/// What the SQLite that glue brings knows, asked of itself.
fn read_functions(shared: &Shared) {
    let mut session = Session::new(ConnectionManager::new());
    let mut names = |sql: &str| -> Vec<String> {
        let Ok(mut result) = session.query(sql) else { return Vec::new() };
        let mut names = Vec::new();
        while let Ok(Some(batch)) = result.next_batch() {
            for row in 0..batch.rows() {
                if let ValueRef::Text(name) = batch.column(0).value(row) {
                    names.push(String::from_utf8_lossy(name).into_owned());
                }
            }
        }
        names
    };
    // Operators are listed as functions too, under names that no one can call.
    let functions = names("SELECT DISTINCT name FROM pragma_function_list WHERE name GLOB '[a-z]*' ORDER BY name");
    let pragmas = names("SELECT DISTINCT name FROM pragma_pragma_list ORDER BY name");
    let mut known = shared.known();
    known.functions = functions;
    known.pragmas = pragmas;
}
