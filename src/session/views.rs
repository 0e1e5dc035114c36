//! The SELECTs of views that a statement names.

use std::collections::BTreeMap;

use super::names;
use crate::catalog::{Catalog, TableKind};
use crate::statement::{QueryStatement, Statement};

/// Adds the SELECT of a view, and of the views that it is made of; what cannot be read is left to SQLite.
pub(super) fn add(catalog: &Catalog, name: &str, views: &mut BTreeMap<(String, String), QueryStatement>) {
    let Some(view) = catalog.table(name).filter(|table| table.kind == TableKind::View) else { return };
    let key = (catalog.pool.clone(), view.name.to_ascii_lowercase());
    if views.contains_key(&key) {
        return;
    }
    let Some(query) = select_of(&view.sql) else { return };
    let named = names::of_query(&query).tables;
    views.insert(key, query);
    for table in named {
        add(catalog, &table.name.name, views);
    }
}

/// The SELECT behind the AS of `CREATE VIEW name (columns) AS SELECT …`.
fn select_of(definition: &str) -> Option<QueryStatement> {
    let lower = definition.to_ascii_lowercase();
    lower.match_indices("as").find_map(|(start, word)| match crate::sql::parse(&definition[start + word.len()..]) {
        Statement::Query(query) => Some(*query),
        _ => None,
    })
}
