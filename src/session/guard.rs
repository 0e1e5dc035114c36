//! What an attached connection's statement may read: a bare name must never reach another file's table unnoticed.

use std::collections::BTreeSet;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::resolve::Resolved;

/// The tables that were resolved, and the names that more than one file has.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard {
    allowed: BTreeSet<(String, String)>,
    shared: BTreeSet<String>,
}

impl Guard {
    /// The guard of a statement.
    pub(super) fn of(resolved: &Resolved) -> Self {
        let mut guard = Self::default();
        for (reference, pool) in &resolved.tables {
            guard.allowed.insert((pool.to_ascii_lowercase(), reference.name.name.to_ascii_lowercase()));
        }
        let mut seen = BTreeSet::new();
        for name in resolved.namespace.catalogs.values().flat_map(|catalog| catalog.tables.keys()) {
            if !seen.insert(name) {
                guard.shared.insert(name.clone());
            }
        }
        guard
    }

    /// Whether SQLite may do what it asks for while it prepares. Inside views and triggers names mean their own file's.
    pub(super) fn judge(&self, context: &AuthContext<'_>) -> Authorization {
        let (AuthAction::Read { table_name, .. }, Some(schema), None) = (context.action, context.database_name, context.accessor)
        else {
            return Authorization::Allow;
        };
        let table = table_name.to_ascii_lowercase();
        let is_expected = !self.shared.contains(&table)
            || schema.eq_ignore_ascii_case("temp")
            || self.allowed.contains(&(schema.to_ascii_lowercase(), table));
        if is_expected { Authorization::Allow } else { Authorization::Deny }
    }
}
