//! Which pool each name of a statement means.
//!
//! A bare name is looked for in the pool that is registered under that very name, then in the default pool, then in all
//! pools, of which only one may have it. `main` is the only pool in play.

use std::collections::BTreeMap;

use super::catalogs::Catalogs;
use super::copies::NeededColumns;
use super::names::Names;
use super::splice::Splices;
use crate::bind::Namespace;
use crate::cancel::CancelToken;
use crate::connection::{ConnectionManager, ConnectionPool, quoted};
use crate::error::{Error, Result, nearest};
use crate::sql::ParameterUse;
use crate::statement::{Expr, Identifier, Literal, SchemaReference, TableFunction, Version};
use crate::value::Value;

/// Tables that SQLite itself makes for whoever names them.
const TABLE_FUNCTIONS: &[&str] = &[
    "bytecode",
    "carray",
    "dbstat",
    "fts3tokenize",
    "generate_series",
    "json_each",
    "json_tree",
    "jsonb_each",
    "jsonb_tree",
    "rarray",
    "sqlite_dbpage",
    "sqlite_stmt",
    "sqlite_temp_master",
    "sqlite_temp_schema",
    "tables_used",
];

/// Whether SQLite makes a table of that name for whoever names it.
fn is_table_function(name: &str) -> bool {
    is_pragma(name) || TABLE_FUNCTIONS.iter().any(|function| function.eq_ignore_ascii_case(name))
}

/// Whether a table's name stands for the answer of a PRAGMA.
pub(super) fn is_pragma(name: &str) -> bool {
    name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("pragma_"))
}

/// A statement's names with the pools that they mean.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// The pools in play, each once, by name.
    pub(super) pools: Vec<ConnectionPool>,
    /// What binding needs.
    pub(super) namespace: Namespace,
    /// The tables that belong to a pool, with its name.
    pub(super) tables: Vec<(SchemaReference, String)>,
    /// Pools in front of columns, with the pool's own name.
    pub(super) qualifiers: Vec<(Identifier, String)>,
    /// The columns that may be used, should a table have to be copied.
    pub(super) needed: NeededColumns,
    /// The values of the statement's parameters, by their numbers.
    pub(super) parameters: Vec<(usize, Value)>,
    /// How many threads take each scan's rows; None: as many as its rows are worth.
    pub(super) instances: Option<usize>,
}

impl Resolved {
    /// The changes that make every name resolve on a connection whose main database is the only pool.
    pub(super) fn splices_for_pool(&self) -> Splices {
        let mut splices = Splices::default();
        for (identifier, pool) in self.written_qualifiers().filter(|(identifier, _)| !identifier.is("main")) {
            replace_other_name(&mut splices, identifier, pool);
        }
        splices
    }

    /// The changes that make every name resolve where each pool is attached under its own name.
    pub(super) fn splices_for_attached(&self) -> Splices {
        let mut splices = Splices::default();
        self.add_splices_for_attached(&mut splices);
        splices
    }

    /// The same changes beside others.
    pub(super) fn add_splices_for_attached(&self, splices: &mut Splices) {
        for (reference, pool) in self.tables.iter().filter(|(reference, _)| reference.pool.is_none()) {
            splices.insert(reference.name.span.start, format!("{}.", quoted(pool)));
        }
        for (identifier, pool) in self.written_qualifiers() {
            replace_other_name(splices, identifier, pool);
        }
    }

    /// Gives the parameters their values, for SQLite by number and for binding by place.
    pub(super) fn take_arguments(&mut self, arguments: &[(ParameterUse, Value)]) {
        for (parameter, value) in arguments {
            self.namespace.parameters.insert(parameter.span.start, value.clone());
            if !self.parameters.iter().any(|(number, _)| *number == parameter.number) {
                self.parameters.push((parameter.number, value.clone()));
            }
        }
    }

    /// Brings a pool into play.
    pub(super) fn add_pool(&mut self, pool: &ConnectionPool) {
        if !self.pools.iter().any(|other| other.name() == pool.name()) {
            self.pools.push(pool.clone());
            self.pools.sort_by(|left, right| left.name().cmp(right.name()));
        }
    }

    fn written_qualifiers(&self) -> impl Iterator<Item = (&Identifier, &String)> {
        let of_tables = self.tables.iter().filter_map(|(reference, pool)| Some((reference.pool.as_ref()?, pool)));
        of_tables.chain(self.qualifiers.iter().map(|(identifier, pool)| (identifier, pool)))
    }
}

fn replace_other_name(splices: &mut Splices, identifier: &Identifier, pool: &str) {
    if !identifier.is(pool) {
        splices.replace(identifier.span, quoted(pool));
    }
}

/// What a name that no pool has means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// An error: the statement was read, and the name is a table's.
    IsError,
    /// Left to SQLite: in text that was not read it may be a new table's name, or no table's at all.
    IsLeft,
}

/// Resolves `names`, reading the catalogs that this needs.
pub(super) fn resolve(
    names: &Names,
    unknown: Unknown,
    manager: &ConnectionManager,
    catalogs: &mut Catalogs,
    cancel: &CancelToken,
) -> Result<Resolved> {
    let mut resolver = Resolver {
        manager,
        catalogs,
        cancel,
        unknown,
        resolved: Resolved::default(),
        in_play: BTreeMap::new(),
        bare: BTreeMap::new(),
    };
    let is_main = |reference: &&SchemaReference| reference.pool.as_ref().is_some_and(|pool| pool.is("main"));
    for reference in names.tables.iter().filter(|reference| !is_main(reference)) {
        resolver.table(reference)?;
    }
    for reference in names.tables.iter().filter(is_main) {
        resolver.main_table(reference)?;
    }
    for function in &names.functions {
        resolver.function(function)?;
    }
    for qualifier in &names.qualifiers {
        resolver.qualifier(qualifier);
    }
    resolver.pool_of_pragmas(names)?;
    let Resolver { mut resolved, in_play, .. } = resolver;
    if !names.functions.is_empty() || !resolved.namespace.views.is_empty() {
        resolved.namespace.table_functions = crate::expression::table_functions();
    }
    resolved.pools = in_play.into_values().collect();
    resolved.needed = match unknown {
        Unknown::IsLeft => NeededColumns::Unknown,
        Unknown::IsError if names.uses_all_columns => NeededColumns::All,
        Unknown::IsError => NeededColumns::Named(names.columns.clone()),
    };
    Ok(resolved)
}

struct Resolver<'a> {
    manager: &'a ConnectionManager,
    catalogs: &'a mut Catalogs,
    cancel: &'a CancelToken,
    unknown: Unknown,
    resolved: Resolved,
    /// By the pool's name in lower case.
    in_play: BTreeMap<String, ConnectionPool>,
    /// What bare names meant before, by the name in lower case.
    bare: BTreeMap<String, Option<ConnectionPool>>,
}

impl Resolver<'_> {
    fn table(&mut self, reference: &SchemaReference) -> Result<()> {
        match &reference.pool {
            Some(qualifier) if qualifier.is("temp") || self.catalogs.own.has_schema(&qualifier.name) => Ok(()),
            Some(qualifier) => {
                let pool = self.manager.pool(&qualifier.name).ok_or_else(|| self.no_pool(qualifier, &reference.name))?;
                self.add(reference, pool)
            }
            None => {
                let key = reference.name.name.to_ascii_lowercase();
                let found = match self.bare.get(&key) {
                    Some(found) => found.clone(),
                    None => self.bare_name(&reference.name)?,
                };
                self.bare.insert(key, found.clone());
                match found {
                    Some(pool) => self.add(reference, pool),
                    None => Ok(()),
                }
            }
        }
    }

    fn add(&mut self, reference: &SchemaReference, pool: ConnectionPool) -> Result<()> {
        let catalog = self.catalogs.load(&pool, self.cancel).map_err(|error| match &reference.pool {
            Some(qualifier) => error.at(qualifier.span),
            None => error.at(reference.name.span),
        })?;
        let name = pool.name().to_owned();
        let namespace = &mut self.resolved.namespace;
        super::views::add(&catalog, &reference.name.name, &mut namespace.views);
        namespace.catalogs.insert(name.clone(), catalog);
        namespace.qualifiers.insert(name.to_ascii_lowercase(), name.clone());
        match &reference.pool {
            Some(qualifier) => namespace.qualifiers.insert(qualifier.name.to_ascii_lowercase(), name.clone()),
            None => namespace.bare.insert(reference.name.name.to_ascii_lowercase(), Ok(name.clone())).and_then(Result::ok),
        };
        self.in_play.insert(name.to_ascii_lowercase(), pool);
        self.resolved.tables.push((reference.clone(), name));
        Ok(())
    }

    fn main_table(&mut self, reference: &SchemaReference) -> Result<()> {
        let mut in_play = self.in_play.values();
        let pool = match (in_play.next(), in_play.next()) {
            (Some(only), None) => Some(only.clone()),
            (None, _) => default_or_only_pool(self.manager),
            _ => None,
        };
        let span = reference.pool.as_ref().map_or(reference.name.span, |pool| pool.span);
        let pool = pool.ok_or_else(|| {
            Error::query("`main` may be any of several pools here").at(span).hint("write the pool's name instead")
        })?;
        self.add(reference, pool)
    }

    /// What stands in a FROM with arguments. The functions that answer for a PRAGMA read the pool that has the table of their first
    /// argument, or the pool that their second names.
    fn function(&mut self, function: &TableFunction) -> Result<()> {
        let reference = &function.reference;
        if !is_table_function(&reference.name.name) {
            return self.table(reference);
        }
        if !is_pragma(&reference.name.name) {
            return Ok(());
        }
        let text = |index: usize| match function.arguments.get(index) {
            Some(Expr::Literal(Literal::Text(text))) => Some(Identifier::at(text.as_str(), function.span)),
            _ => None,
        };
        let namespace = &mut self.resolved.namespace;
        let pool = match (text(0), text(1)) {
            (_, Some(schema)) => {
                let pool = self.manager.pool(&schema.name);
                namespace.qualifiers.extend(pool.iter().map(|pool| (schema.name.to_ascii_lowercase(), pool.name().to_owned())));
                pool
            }
            (Some(table), None) => {
                let unknown = std::mem::replace(&mut self.unknown, Unknown::IsLeft);
                let pool = self.bare_name(&table);
                self.unknown = unknown;
                let (pool, bare) = (pool?, &mut self.resolved.namespace.bare);
                bare.extend(pool.iter().map(|pool| (table.name.to_ascii_lowercase(), Ok(pool.name().to_owned()))));
                pool
            }
            (None, None) => None,
        };
        if let Some(pool) = pool {
            let catalog = self.catalogs.load(&pool, self.cancel)?;
            self.resolved.namespace.catalogs.insert(pool.name().to_owned(), catalog);
            self.in_play.insert(pool.name().to_ascii_lowercase(), pool);
        }
        Ok(())
    }

    /// A statement that asks a PRAGMA and names no pool asks the default one, or the only one.
    fn pool_of_pragmas(&mut self, names: &Names) -> Result<()> {
        let Some(span) = names.pragma() else { return Ok(()) };
        if self.in_play.is_empty() {
            let pool = default_or_only_pool(self.manager).ok_or_else(|| {
                Error::query("the statement does not say which pool it is about")
                    .at(span)
                    .hint("name the pool behind the table: `pragma_table_info('table', 'pool')`")
            })?;
            self.in_play.insert(pool.name().to_ascii_lowercase(), pool);
        }
        Ok(())
    }

    /// A pool in front of a column: only its other names matter, and a wrong one is for binding to find.
    fn qualifier(&mut self, qualifier: &Identifier) {
        let is_in_play = |pool: &ConnectionPool| self.in_play.contains_key(&pool.name().to_ascii_lowercase());
        let pool = if qualifier.is("main") {
            let mut in_play = self.in_play.values();
            in_play.next().filter(|_| in_play.next().is_none()).cloned()
        } else {
            self.manager.pool(&qualifier.name).filter(is_in_play)
        };
        if let Some(pool) = pool {
            let name = pool.name().to_owned();
            self.resolved.namespace.qualifiers.insert(qualifier.name.to_ascii_lowercase(), name.clone());
            self.resolved.qualifiers.push((qualifier.clone(), name));
        }
    }

    /// The pool that a bare name means; None where it is left to SQLite.
    fn bare_name(&mut self, name: &Identifier) -> Result<Option<ConnectionPool>> {
        let key = name.name.to_ascii_lowercase();
        if self.catalogs.own.has_object(&key) {
            return Ok(None);
        }
        for pool in self.manager.pool(&key).into_iter().chain(self.manager.default_pool()) {
            let catalog = self.catalogs.load(&pool, self.cancel).map_err(|error| error.at(name.span))?;
            if catalog.table(&key).is_some() {
                return Ok(Some(pool));
            }
        }
        if is_table_function(&key) {
            return Ok(None);
        }
        let pools = self.manager.pools();
        let was_read = self.catalogs.all_read();
        self.catalogs.load_all(&pools, false, self.cancel)?;
        let mut candidates = self.candidates(&key, &pools);
        if candidates.is_empty() && was_read {
            // Another process may have made it since.
            self.catalogs.load_all(&pools, true, self.cancel)?;
            candidates = self.candidates(&key, &pools);
        }
        match candidates.as_slice() {
            [only] => Ok(Some(only.clone())),
            [] if self.unknown == Unknown::IsLeft => Ok(None),
            [] => Err(self.no_table(name)),
            several => Err(ambiguous(name, several)),
        }
    }

    /// The pools that have a table, each file once.
    fn candidates(&self, key: &str, pools: &[ConnectionPool]) -> Vec<ConnectionPool> {
        let mut candidates: Vec<ConnectionPool> = Vec::new();
        for pool in pools {
            let has_table = self.catalogs.known(pool.name()).is_some_and(|catalog| catalog.table(key).is_some());
            if has_table && !candidates.iter().any(|other| other.is_same_source(pool)) {
                candidates.push(pool.clone());
            }
        }
        candidates
    }

    /// In SQLite's words, since to it a pool is a schema like any other.
    fn no_pool(&self, qualifier: &Identifier, table: &Identifier) -> Error {
        let error = Error::query(format!("no such table: {}.{}", qualifier.name, table.name)).at(qualifier.span);
        let pools = self.manager.pools();
        let advice = match nearest(&qualifier.name, pools.iter().map(ConnectionPool::name)) {
            Some(near) => format!("; did you mean `{near}`?"),
            None if pools.is_empty() => ": none is configured".to_owned(),
            None if pools.len() <= 10 => {
                let names: Vec<String> = pools.iter().map(|pool| format!("`{}`", pool.name())).collect();
                format!("; the pools are {}", names.join(", "))
            }
            None => String::new(),
        };
        error.hint(format!("there is no pool `{}`{advice}", qualifier.name))
    }

    fn no_table(&self, name: &Identifier) -> Error {
        // Nobody knows what a pool holds that cannot be read; where that is all there is, it is the reason.
        let left_out: Vec<(&str, &Error)> = self.catalogs.unopenable().collect();
        if let [(pool, reason)] = left_out.as_slice()
            && self.manager.pools().len() == 1
        {
            let error = (*reason).clone().at(name.span).in_pool(*pool);
            return self.manager.pool(pool).map_or(error.clone(), |pool| error.on_path(pool.path()));
        }
        let error = Error::query(format!("no such table: {}", name.name)).at(name.span);
        let views = self.manager.views();
        let known = self.catalogs.all_tables().map(|(_, table)| table).chain(views.iter().map(|view| view.name.as_str()));
        let Some(near) = nearest(&name.name, known) else {
            return match left_out.first() {
                Some((pool, reason)) => error.hint(format!("it may be in `{pool}`, which cannot be read: {reason}")),
                None => error,
            };
        };
        let pools: Vec<&str> = self.catalogs.all_tables().filter(|(_, table)| *table == near).map(|(pool, _)| pool).collect();
        match pools.as_slice() {
            [pool] => error.hint(format!("did you mean `{near}` (in `{pool}`)?")),
            _ => error.hint(format!("did you mean `{near}`?")),
        }
    }
}

/// The pool that a statement without any name is about: the default one, or the only one.
pub(super) fn default_or_only_pool(manager: &ConnectionManager) -> Option<ConnectionPool> {
    manager.default_pool().or_else(|| {
        let mut pools = manager.pools();
        pools.pop().filter(|_| pools.is_empty())
    })
}

/// An error for the first table that is not asked for in its latest version, the only one that SQLite files know.
pub(super) fn check_versions(names: &Names) -> Result<()> {
    let found = names.tables.iter().find_map(|table| match &table.version {
        Version::Latest => None,
        Version::Named(version) => Some((table, version)),
    });
    let Some((table, version)) = found else { return Ok(()) };
    Err(Error::query(format!("there is no version `{version}` of table `{}`", table.name.name))
        .at(table.name.span)
        .hint("SQLite files know only `Version::Latest`"))
}

fn ambiguous(name: &Identifier, candidates: &[ConnectionPool]) -> Error {
    let pools: Vec<String> = candidates.iter().map(|pool| format!("`{}`", pool.name())).collect();
    let listed = match pools.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    };
    let table = crate::sql::quote_identifier(&name.name);
    let pool = candidates.first().map_or_else(String::new, |pool| crate::sql::quote_identifier(pool.name()));
    Error::query(format!("ambiguous table name: `{}` is in {listed}", name.name))
        .at(name.span)
        .hint(format!("write `{pool}.{table}`"))
}
