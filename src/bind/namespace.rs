//! The pools and catalogs that a statement's names are looked up in: data that the session has collected before.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::TableFunctions;
use crate::catalog::{Catalog, Table};
use crate::error::{Error, Result};
use crate::statement::{QueryStatement, SchemaReference};
use crate::value::Value;

/// What each name of one statement means. Names are in ASCII lower case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Namespace {
    /// The pool that each qualifier names.
    pub(crate) qualifiers: BTreeMap<String, String>,
    /// The pool that has the table of each bare name, or why none or several have it.
    pub(crate) bare: BTreeMap<String, Result<String, Error>>,
    /// The catalogs of those pools, by the pool's own name.
    pub(crate) catalogs: BTreeMap<String, Arc<Catalog>>,
    /// The SELECTs of those pools' views that are named, by pool and name.
    pub(crate) views: BTreeMap<(String, String), QueryStatement>,
    /// The table-valued functions.
    pub(crate) table_functions: Arc<TableFunctions>,
    /// The values of the statement's parameters, by the byte at which each stands in the text.
    pub(crate) parameters: BTreeMap<usize, Value>,
    /// Whether SQLite reads every table.
    pub(crate) only_sqlite_reads: bool,
}

impl Namespace {
    /// The pool and the table that a name in a FROM means.
    pub(crate) fn table(&self, reference: &SchemaReference) -> Result<(&Arc<Catalog>, &Table)> {
        let span = reference.name.span;
        let pool = match &reference.pool {
            Some(qualifier) => self.qualifiers.get(&qualifier.name.to_ascii_lowercase()).ok_or_else(|| {
                Error::query(format!("no such table: {}.{}", qualifier.name, reference.name.name)).at(qualifier.span)
            })?,
            None => match self.bare.get(&reference.name.name.to_ascii_lowercase()) {
                Some(Ok(pool)) => pool,
                Some(Err(error)) => return Err(error.clone().at(span)),
                None => return Err(Error::query(format!("no such table: {}", reference.name.name)).at(span)),
            },
        };
        let catalog = self.catalogs.get(pool).ok_or_else(|| Error::query(format!("no catalog of pool `{pool}`")).at(span))?;
        let table = catalog.table(&reference.name.name).ok_or_else(|| {
            let error = Error::query(format!("no such table: {pool}.{}", reference.name.name)).at(span);
            let near = crate::error::nearest(&reference.name.name, catalog.tables.values().map(|table| table.name.as_str()));
            near.map_or(error.clone(), |near| error.hint(format!("did you mean `{pool}.{near}`?")))
        })?;
        Ok((catalog, table))
    }

    /// The table that a name in a view's text means: one of the view's own pool.
    pub(crate) fn table_of_pool(&self, pool: &str, reference: &SchemaReference) -> Result<(&Arc<Catalog>, &Table)> {
        let missing = || Error::query(format!("no such table: {pool}.{}", reference.name.name));
        let catalog = self.catalogs.get(pool).ok_or_else(missing)?;
        Ok((catalog, catalog.table(&reference.name.name).ok_or_else(missing)?))
    }

    /// The table that a [`Source`](super::Source) names.
    pub(crate) fn source_table(&self, pool: &str, table: &str) -> Option<&Table> {
        self.catalogs.get(pool)?.table(table)
    }
}
