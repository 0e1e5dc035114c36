//! The names of pools, tables and columns, asked for when somebody presses Tab.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use glue::catalog::{Catalog, Table};
use glue::session::Session;

use super::scope::NamedTable;
use crate::command::tables::is_listed;

/// Looks names up in the session's catalogs.
pub(super) struct Names {
    session: Rc<RefCell<Session>>,
    /// Pools that could not be opened: asking a locked one again at every key would freeze the line.
    failed: RefCell<HashSet<String>>,
}

impl Names {
    pub(super) fn new(session: Rc<RefCell<Session>>) -> Self {
        Self { session, failed: RefCell::default() }
    }

    /// The names of all pools.
    pub(super) fn pools(&self) -> Vec<String> {
        self.session.borrow().manager().pools().iter().map(|pool| pool.name().to_owned()).collect()
    }

    /// The names of all tables, or of one pool's.
    pub(super) fn tables(&self, pool: Option<&str>) -> Vec<String> {
        let listed = |catalog: Arc<Catalog>| -> Vec<String> {
            catalog.tables.values().filter(|table| is_listed(table)).map(|table| table.name.clone()).collect()
        };
        self.catalogs(pool).into_iter().flat_map(listed).collect()
    }

    /// The names of the columns of a table that a statement names.
    pub(super) fn columns(&self, named: &NamedTable) -> Vec<String> {
        let visible = |table: &Table| -> Vec<String> {
            table.columns.iter().filter(|column| !column.hidden).map(|column| column.name.clone()).collect()
        };
        let catalogs = self.catalogs(named.pool.as_deref());
        catalogs.iter().filter_map(|catalog| catalog.table(&named.table)).flat_map(visible).collect()
    }

    fn catalogs(&self, pool: Option<&str>) -> Vec<Arc<Catalog>> {
        let wanted = |name: &String| pool.is_none_or(|pool| pool.eq_ignore_ascii_case(name));
        self.pools().into_iter().filter(wanted).filter_map(|name| self.catalog(&name)).collect()
    }

    fn catalog(&self, pool: &str) -> Option<Arc<Catalog>> {
        if self.failed.borrow().contains(pool) {
            return None;
        }
        let catalog = self.session.borrow_mut().catalog(pool).ok();
        if catalog.is_none() {
            self.failed.borrow_mut().insert(pool.to_owned());
        }
        catalog
    }
}
