//! What an attached connection's statement may touch: a bare name must never reach another file's table unnoticed.

use std::collections::BTreeSet;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::catalogs::Catalogs;
use super::resolve::Resolved;
use crate::catalog::TableKind;
use crate::connection::ConnectionPool;

/// The tables that were resolved, and the names that more than one of the attached files has.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard {
    allowed: BTreeSet<(String, String)>,
    shared: BTreeSet<String>,
    /// Whether one of the tables is a view.
    has_view: bool,
}

impl Guard {
    /// The guard of a statement on a connection with `attached` files.
    pub(super) fn of(resolved: &Resolved, catalogs: &Catalogs, attached: &[ConnectionPool]) -> Self {
        let mut guard = Self::default();
        for (reference, pool) in &resolved.tables {
            guard.allowed.insert((pool.to_ascii_lowercase(), reference.name.name.to_ascii_lowercase()));
            let table = resolved.namespace.catalogs.get(pool).and_then(|catalog| catalog.table(&reference.name.name));
            guard.has_view |= table.is_some_and(|table| table.kind == TableKind::View);
        }
        let mut seen = BTreeSet::new();
        let known = attached
            .iter()
            .filter_map(|pool| resolved.namespace.catalogs.get(pool.name()).or_else(|| catalogs.known(pool.name())));
        for name in known.flat_map(|catalog| catalog.tables.keys()) {
            if !seen.insert(name) {
                guard.shared.insert(name.clone());
            }
        }
        guard
    }

    /// Whether SQLite may do what it asks for while it prepares. Inside views and triggers names mean their own file's.
    pub(super) fn judge(&self, context: &AuthContext<'_>) -> Authorization {
        if let AuthAction::Read { table_name, column_name } = context.action
            && self.is_named_loosely(table_name, column_name)
        {
            return Authorization::Allow;
        }
        let (table, schema) = match (context.action, context.database_name, context.accessor) {
            (
                AuthAction::Read { table_name, .. }
                | AuthAction::Insert { table_name }
                | AuthAction::Update { table_name, .. }
                | AuthAction::Delete { table_name },
                Some(schema),
                None,
            ) => (table_name.to_ascii_lowercase(), schema),
            _ => return Authorization::Allow,
        };
        // SQLite's own tables are read and written on behalf of whatever is created or dropped.
        let is_expected = !self.shared.contains(&table)
            || table.starts_with("sqlite_")
            || schema.eq_ignore_ascii_case("temp")
            || self.allowed.contains(&(schema.to_ascii_lowercase(), table));
        if is_expected { Authorization::Allow } else { Authorization::Deny }
    }

    /// Whether SQLite may say something untrue about where it reads. Of a column that GROUP BY or ORDER BY names by its alias it tells the
    /// schema of another table; a table in a view of which no column is used, it calls the statement's own.
    fn is_named_loosely(&self, table: &str, column: &str) -> bool {
        let is_resolved = || self.allowed.iter().any(|(_, name)| name.eq_ignore_ascii_case(table));
        if column.is_empty() { self.has_view } else { is_resolved() }
    }
}
