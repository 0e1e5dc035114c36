//! Views of a pool: their text is bound in place of their name.

use super::binder::{Binder, Bound, unsupported};
use super::scope::Relation;
use super::{ColumnId, FromSource};
use crate::catalog::{Catalog, Table};

/// Views may be made of views; SQLite refuses circles, which no file should hold.
const DEEPEST: usize = 50;

impl<'a> Binder<'a> {
    /// A view as a subquery, whose names mean tables of the view's own pool.
    pub(super) fn view(&mut self, catalog: &'a Catalog, table: &'a Table, alias: &str) -> Bound<(FromSource, Relation)> {
        let key = (catalog.pool.clone(), table.name.to_ascii_lowercase());
        let depth = self.view.as_ref().map_or(0, |(_, depth)| *depth);
        let Some(statement) = self.namespace.views.get(&key).filter(|_| depth < DEEPEST) else {
            return unsupported(format!("the view `{}`", table.name));
        };
        let around = self.view.replace((catalog.pool.clone(), depth + 1));
        let query = self.independent(0, statement);
        self.view = around;
        let query = query?;
        if query.output.len() != table.columns.len() {
            return unsupported(format!("the view `{}`, whose columns are not those of its text", table.name));
        }
        let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let ids: Vec<ColumnId> = query.output.clone();
        for (id, name) in ids.iter().zip(&names) {
            self.columns.rename(*id, name);
        }
        Ok((FromSource::Query(Box::new(query)), Relation::of_columns(alias, &names, &ids)))
    }
}
