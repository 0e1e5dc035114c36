//! Tables that one connection cannot attach, copied beside those that it can: past SQLite's limit of attached files, and
//! where text encodings differ, which SQLite refuses to attach together.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::catalogs::deadline;
use super::resolve::Resolved;
use super::splice::Splices;
use crate::batch::{BATCH_ROWS, Batch};
use crate::cancel::CancelToken;
use crate::catalog::{Table, TableKind};
use crate::connection::{AttachedConnection, ConnectionPool, Lease, RowReader, begin_snapshot, bind_value, quoted, sqlite_error};
use crate::error::{Error, Result, Span};
use crate::value::Affinity;

/// The columns that a statement may use.
#[derive(Debug, Clone, Default)]
pub(super) enum NeededColumns {
    /// The statement was not read: its tables cannot be replaced.
    #[default]
    Unknown,
    /// Every column of its tables.
    All,
    /// Those of these names, in lower case.
    Named(BTreeSet<String>),
}

/// Which pools are attached and which are copied from.
pub(super) struct Attachable {
    pub(super) attached: Vec<ConnectionPool>,
    pub(super) copied: Vec<ConnectionPool>,
}

/// Attaches the larger files and copies from the smaller ones.
pub(super) fn attachable(resolved: &Resolved) -> Result<Attachable> {
    let rows = |pool: &ConnectionPool| -> u64 {
        let tables = resolved.tables.iter().filter(|(_, named)| named == pool.name());
        let table = |name: &str| resolved.namespace.source_table(pool.name(), name);
        // Where nobody knows the size (a view), better not copy.
        tables.map(|(reference, _)| table(&reference.name.name).and_then(|table| table.rows).unwrap_or(u64::from(u32::MAX))).sum()
    };
    let is_utf8 = |pool: &ConnectionPool| resolved.namespace.catalogs.get(pool.name()).is_none_or(|catalog| catalog.utf8);
    let mut ordered: Vec<&ConnectionPool> = resolved.pools.iter().collect();
    ordered.sort_by_key(|pool| std::cmp::Reverse(rows(pool)));
    let encoding = ordered.first().is_none_or(|pool| is_utf8(pool));
    let (same, other): (Vec<&ConnectionPool>, Vec<_>) = ordered.into_iter().partition(|pool| is_utf8(pool) == encoding);
    let kept = same.len().min(AttachedConnection::limit());
    let copied: Vec<ConnectionPool> = same[kept..].iter().chain(&other).map(|pool| (*pool).clone()).collect();
    if !copied.is_empty() && matches!(resolved.needed, NeededColumns::Unknown) {
        let why =
            if other.is_empty() { "it names more files than SQLite can attach" } else { "its files differ in text encoding" };
        return Err(Error::query(format!("SQLite cannot run this statement on one connection: {why}")));
    }
    Ok(Attachable { attached: same[..kept].iter().map(|pool| (*pool).clone()).collect(), copied })
}

/// Copies the tables of `pools` that the statement names into temporary ones, and gives the text's changes. All files are
/// read in overlapping transactions: that of `attached` is begun here and stays open.
pub(super) fn copy(
    attached: &AttachedConnection,
    pools: &[ConnectionPool],
    resolved: &Resolved,
    cancel: &CancelToken,
) -> Result<Splices> {
    let mut leases = pools.iter().map(|pool| pool.lease(deadline(), cancel)).collect::<Result<Vec<_>>>()?;
    begin_snapshot(&mut leases, cancel)?;
    attached.begin()?;
    let mut splices = Splices::default();
    let mut copies: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut elsewhere = Resolved { tables: Vec::new(), qualifiers: Vec::new(), ..Resolved::default() };
    for (reference, pool) in &resolved.tables {
        let Some(lease) = leases.iter().find(|lease| lease.pool() == pool) else {
            elsewhere.tables.push((reference.clone(), pool.clone()));
            continue;
        };
        let key = (pool.clone(), reference.name.name.to_ascii_lowercase());
        let copy = if let Some(copy) = copies.get(&key) {
            copy.clone()
        } else {
            let copy = format!("glue_copy_{}", copies.len());
            let table = resolved
                .namespace
                .source_table(pool, &reference.name.name)
                .ok_or_else(|| Error::query(format!("no such table: {pool}.{}", reference.name.name)).at(reference.name.span))?;
            copy_table(lease, table, attached.connection(), &copy, &resolved.needed, cancel)?;
            copies.insert(key, copy.clone());
            copy
        };
        let start = reference.pool.as_ref().map_or(reference.name.span.start, |pool| pool.span.start);
        let alias = if reference.alias.is_some() { String::new() } else { format!(" AS {}", quoted(&reference.name.name)) };
        splices.replace(Span::new(start, reference.name.span.end), format!("temp.{}{alias}", quoted(&copy)));
    }
    for (identifier, pool) in &resolved.qualifiers {
        if leases.iter().any(|lease| lease.pool() == pool) {
            splices.replace(identifier.span, "temp");
        } else {
            elsewhere.qualifiers.push((identifier.clone(), pool.clone()));
        }
    }
    elsewhere.add_splices_for_attached(&mut splices);
    Ok(splices)
}

fn copy_table(
    lease: &Lease,
    table: &Table,
    target: &Connection,
    copy: &str,
    needed: &NeededColumns,
    cancel: &CancelToken,
) -> Result<()> {
    let is_needed = |name: &str| match needed {
        NeededColumns::Named(names) => names.contains(&name.to_ascii_lowercase()),
        NeededColumns::All | NeededColumns::Unknown => true,
    };
    let visible = || table.columns.iter().enumerate().filter(|(_, column)| !column.hidden);
    let mut columns: Vec<usize> = visible().filter(|(_, column)| is_needed(&column.name)).map(|(index, _)| index).collect();
    if columns.is_empty() {
        // The rows count even where no column does.
        columns.extend(visible().map(|(index, _)| index).next());
    }
    let definitions: Vec<String> = columns.iter().map(|index| definition(table, *index)).collect::<Result<_>>()?;
    let mut names: Vec<String> = columns.iter().map(|index| quoted(&table.columns[*index].name)).collect();
    let rowid = ["rowid", "oid", "_rowid_"].into_iter().find(|name| table.is_rowid_name(name));
    if let (Some(rowid), None) = (rowid, table.rowid_alias) {
        names.push(rowid.to_owned());
    }
    let target_error = |error: rusqlite::Error| sqlite_error(error, None);
    let name = format!("temp.{}", quoted(copy));
    target.execute_batch(&format!("CREATE TEMP TABLE {}({})", quoted(copy), definitions.join(", "))).map_err(target_error)?;
    let marks = vec!["?"; names.len()].join(", ");
    let mut insert =
        target.prepare(&format!("INSERT INTO {name}({}) VALUES ({marks})", names.join(", "))).map_err(target_error)?;
    let source = format!("SELECT {} FROM {}", names.join(", "), quoted(&table.name));
    let source_error = |error: rusqlite::Error| sqlite_error(error, None).in_pool(lease.pool()).with_pool_sql(source.as_str());
    let mut select = lease.connection().prepare(&source).map_err(source_error)?;
    let mut reader = RowReader::new(&mut select, cancel);
    while let Some(batch) = reader.next_batch(BATCH_ROWS)? {
        insert_rows(&mut insert, &batch)?;
    }
    lease.check_unchanged()
}

fn insert_rows(insert: &mut rusqlite::Statement<'_>, batch: &Batch) -> Result<()> {
    for row in 0..batch.rows() {
        for (index, column) in batch.columns().iter().enumerate() {
            bind_value(insert, index + 1, column.value(row))?;
        }
        insert.raw_execute().map_err(|error| sqlite_error(error, None))?;
    }
    Ok(())
}

/// A column of the copy: the same affinity and collation, which decide about comparisons; no constraint.
fn definition(table: &Table, index: usize) -> Result<String> {
    let column = &table.columns[index];
    let name = quoted(&column.name);
    if table.rowid_alias == Some(index) {
        return Ok(format!("{name} INTEGER PRIMARY KEY"));
    }
    let declared = match column.affinity {
        Affinity::Integer => "INT",
        Affinity::Real => "REAL",
        Affinity::Numeric => "NUMERIC",
        Affinity::Text => "TEXT",
        Affinity::Blob | Affinity::None => "BLOB",
    };
    let collation = match column.collation {
        Some(collation) => collation.name(),
        // The columns of a view or virtual table whose collation nobody tells compare as bytes, which is what most do.
        None if table.kind != TableKind::Table => "BINARY",
        None => {
            let message = format!("`{}.{}` has a collation of its own, which a copy would not have", table.name, column.name);
            return Err(Error::query(message));
        }
    };
    Ok(format!("{name} {declared} COLLATE {collation}"))
}
