//! Reading a schema from a connection.
//!
//! A few statements that join the pragma functions, rather than one per table: about a millisecond for ten tables.
//! Views and virtual tables are asked one by one, so that a broken one costs only itself.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use super::{Catalog, Column, Generated, Index, IndexColumn, Table, TableKind};
use crate::connection::{quoted, sqlite_error};
use crate::error::Result;
use crate::ffi::column_collation::column_collation;
use crate::value::{Affinity, Collation};

/// Tables whose rowids are asked for in one statement; well below SQLite's 500 terms of a compound SELECT.
const RANGES_PER_STATEMENT: usize = 100;

/// Reads the schema of the database that `connection` knows by the pool's name.
pub fn load(connection: &Connection, pool: &str) -> Result<Catalog> {
    // One transaction, so that the schema and its version belong together.
    let is_own = connection.is_autocommit();
    if is_own {
        connection.execute_batch("BEGIN").map_err(|error| sqlite_error(error, None).in_pool(pool))?;
    }
    let loaded = read(connection, pool).map_err(|error| sqlite_error(error, None).in_pool(pool));
    if is_own {
        let _ = connection.execute_batch("ROLLBACK");
    }
    loaded
}

fn read(connection: &Connection, pool: &str) -> rusqlite::Result<Catalog> {
    let schema = pool;
    let pragma = |name: &str| format!("PRAGMA {}.{name}", quoted(schema));
    let schema_version = connection.query_row(&pragma("schema_version"), [], |row| row.get(0))?;
    let encoding: String = connection.query_row("PRAGMA encoding", [], |row| row.get(0))?;
    let mut tables = read_tables(connection, schema)?;
    read_columns(connection, schema, &mut tables)?;
    for table in tables.values_mut() {
        fill_collations(connection, schema, table);
    }
    read_indexes(connection, schema, &mut tables)?;
    read_statistics(connection, schema, &mut tables);
    read_rowid_ranges(connection, schema, &mut tables);
    add_old_schema_name(&mut tables);
    Ok(Catalog { pool: pool.to_owned(), schema_version, utf8: encoding.eq_ignore_ascii_case("UTF-8"), tables })
}

type Tables = BTreeMap<String, Table>;

fn read_tables(connection: &Connection, schema: &str) -> rusqlite::Result<Tables> {
    let sql = format!(
        "SELECT l.name, l.type, l.wr, l.strict, coalesce(s.sql, '') FROM pragma_table_list AS l \
         LEFT JOIN {}.sqlite_schema AS s ON s.name = l.name AND s.type IN ('table', 'view') WHERE l.schema = ?1",
        quoted(schema)
    );
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([schema], |row| {
        let kind: String = row.get(1)?;
        let table = Table {
            name: row.get(0)?,
            kind: match kind.as_str() {
                "view" => TableKind::View,
                "virtual" => TableKind::Virtual,
                "shadow" => TableKind::Shadow,
                _ => TableKind::Table,
            },
            columns: Vec::new(),
            without_rowid: row.get(2)?,
            strict: row.get(3)?,
            rowid_alias: None,
            primary_key: Vec::new(),
            indexes: Vec::new(),
            rows: None,
            rowid_range: None,
            sql: row.get(4)?,
        };
        Ok((table.name.to_ascii_lowercase(), table))
    })?;
    rows.collect()
}

/// A row of `pragma_table_xinfo`.
struct ColumnRow {
    table: String,
    name: String,
    declared_type: String,
    is_not_null: bool,
    default: Option<String>,
    key_position: usize,
    hidden: i64,
}

impl ColumnRow {
    const COLUMNS: &'static str = "x.name, coalesce(x.type, ''), x.\"notnull\", x.dflt_value, x.pk, x.hidden";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            table: row.get(0)?,
            name: row.get(1)?,
            declared_type: row.get(2)?,
            is_not_null: row.get(3)?,
            default: row.get(4)?,
            key_position: usize::try_from(row.get::<_, i64>(5)?).unwrap_or(0),
            hidden: row.get(6)?,
        })
    }
}

fn read_columns(connection: &Connection, schema: &str, tables: &mut Tables) -> rusqlite::Result<()> {
    // The first statement covers all that SQLite knows without running other people's code.
    let all = format!(
        "SELECT l.name, {} FROM pragma_table_list AS l, pragma_table_xinfo(l.name, ?1) AS x \
         WHERE l.schema = ?1 AND l.type IN ('table', 'shadow') ORDER BY l.name, x.cid",
        ColumnRow::COLUMNS
    );
    let one = format!("SELECT ?2, {} FROM pragma_table_xinfo(?2, ?1) AS x ORDER BY x.cid", ColumnRow::COLUMNS);
    let mut rows: Vec<ColumnRow> =
        connection.prepare(&all)?.query_map([schema], ColumnRow::read)?.collect::<rusqlite::Result<_>>()?;
    let mut statement = connection.prepare(&one)?;
    for table in tables.values().filter(|table| matches!(table.kind, TableKind::View | TableKind::Virtual)) {
        // A broken view, or a virtual table whose module is missing, has no columns; using it gives SQLite's own error.
        let own = statement.query_map([schema, &table.name], ColumnRow::read).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        rows.extend(own.unwrap_or_default());
    }
    let mut keys: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    for row in rows {
        let key = row.table.to_ascii_lowercase();
        let Some(table) = tables.get_mut(&key) else { continue };
        if row.key_position > 0 {
            keys.entry(key).or_default().push((row.key_position, table.columns.len()));
        }
        let column = column(row, table);
        table.columns.push(column);
    }
    for (name, mut key) in keys {
        key.sort_unstable();
        if let Some(table) = tables.get_mut(&name) {
            table.primary_key = key.into_iter().map(|(_, column)| column).collect();
        }
    }
    Ok(())
}

fn column(row: ColumnRow, table: &Table) -> Column {
    let is_any = table.strict && row.declared_type.eq_ignore_ascii_case("ANY");
    Column {
        affinity: if is_any { Affinity::Blob } else { Affinity::of_declared_type(&row.declared_type) },
        name: row.name,
        declared_type: row.declared_type,
        collation: None,
        // The columns of a WITHOUT ROWID table's key are NOT NULL whatever was declared (withoutrowid.html 2.0).
        not_null: row.is_not_null || (table.without_rowid && row.key_position > 0),
        generated: match row.hidden {
            2 => Some(Generated::Virtual),
            3 => Some(Generated::Stored),
            _ => None,
        },
        hidden: row.hidden == 1,
        default: row.default,
    }
}

fn fill_collations(connection: &Connection, schema: &str, table: &mut Table) {
    let name = table.name.clone();
    if table.kind == TableKind::View {
        let collations = view_collations(connection, schema, &name, table.columns.len());
        for (column, collation) in table.columns.iter_mut().zip(collations) {
            column.collation = Collation::named(&collation);
        }
        return;
    }
    for column in &mut table.columns {
        let collation = column_collation(connection, schema, &name, &column.name);
        column.collation = collation.and_then(|collation| Collation::named(&collation));
    }
}

/// The collations of a view's columns, which SQLite tells nowhere but in the program of a compound: its last comparison,
/// after those of the view's own query, merges both sides by all columns (`k(3,B,NOCASE,B)`;
/// <https://sqlite.org/opcode.html>). None known where that reads otherwise.
fn view_collations(connection: &Connection, schema: &str, view: &str, columns: usize) -> Vec<String> {
    let name = format!("{}.{}", quoted(schema), quoted(view));
    let sql = format!("EXPLAIN SELECT * FROM {name} EXCEPT SELECT * FROM {name}");
    let Ok(mut statement) = connection.prepare(&sql) else { return Vec::new() };
    let operations = statement
        .query_map([], |row| Ok((row.get::<_, String>(1)?, row.get::<_, Option<String>>(5)?)))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>);
    let operations = operations.unwrap_or_default();
    let key = operations.iter().rfind(|(opcode, _)| opcode == "Compare").and_then(|(_, key)| key.as_deref());
    let Some(key) = key.and_then(|key| key.strip_prefix("k(")?.strip_suffix(')')) else { return Vec::new() };
    let names: Vec<&str> = key.split(',').skip(1).collect();
    if names.len() < columns {
        return Vec::new();
    }
    let full = |name: &str| if matches!(name, "B" | "") { "BINARY".to_owned() } else { name.to_owned() };
    names[..columns].iter().map(|name| full(name)).collect()
}

fn read_indexes(connection: &Connection, schema: &str, tables: &mut Tables) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(
        "SELECT l.name, i.name, i.\"unique\", i.origin, i.partial, x.cid, x.\"desc\", x.coll \
         FROM pragma_table_list AS l, pragma_index_list(l.name, ?1) AS i, pragma_index_xinfo(i.name, ?1) AS x \
         WHERE l.schema = ?1 AND l.type IN ('table', 'shadow') AND x.key ORDER BY l.name, i.seq, x.seqno",
    )?;
    let mut rows = statement.query([schema])?;
    let mut keyed_by_index: Vec<String> = Vec::new();
    while let Some(row) = rows.next()? {
        let key = row.get::<_, String>(0)?.to_ascii_lowercase();
        let Some(table) = tables.get_mut(&key) else { continue };
        let name: String = row.get(1)?;
        let is_primary_key = row.get::<_, String>(3)? == "pk";
        if is_primary_key && !keyed_by_index.contains(&key) {
            keyed_by_index.push(key);
        }
        if table.indexes.last().is_none_or(|last| last.name != name) {
            let (unique, partial) = (row.get(2)?, row.get(4)?);
            table.indexes.push(Index { name, columns: Vec::new(), unique, is_primary_key, partial, rows_per_key: Vec::new() });
        }
        let collation: Option<String> = row.get(7)?;
        let column = IndexColumn {
            // -1 is the rowid, -2 an expression.
            column: usize::try_from(row.get::<_, i64>(5)?).ok(),
            collation: collation.and_then(|collation| Collation::named(&collation)),
            descending: row.get(6)?,
        };
        table.indexes.last_mut().expect("pushed above").columns.push(column);
    }
    for (key, table) in tables.iter_mut() {
        let has_key_index = keyed_by_index.contains(key);
        mark_rowid_alias(table, has_key_index);
    }
    Ok(())
}

/// `INTEGER PRIMARY KEY` is the rowid (<https://sqlite.org/lang_createtable.html#rowid>), unless SQLite keeps an index for
/// it, as for `INTEGER PRIMARY KEY DESC` and `INT PRIMARY KEY`.
fn mark_rowid_alias(table: &mut Table, has_key_index: bool) {
    let is_plain = matches!(table.kind, TableKind::Table | TableKind::Shadow) && !table.without_rowid && !has_key_index;
    if let ([column], true) = (table.primary_key.as_slice(), is_plain)
        && table.columns[*column].declared_type.eq_ignore_ascii_case("INTEGER")
    {
        table.columns[*column].not_null = true;
        table.rowid_alias = Some(*column);
    }
}

/// Reads `sqlite_stat1`; whatever is wrong with it only costs estimates.
fn read_statistics(connection: &Connection, schema: &str, tables: &mut Tables) {
    if !tables.contains_key("sqlite_stat1") {
        return;
    }
    let sql = format!("SELECT tbl, idx, stat FROM {}.sqlite_stat1 WHERE tbl IS NOT NULL AND stat IS NOT NULL", quoted(schema));
    let Ok(mut statement) = connection.prepare(&sql) else { return };
    let Ok(rows) =
        statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, String>(2)?)))
    else {
        return;
    };
    for (table, index, statistics) in rows.flatten() {
        let Some(table) = tables.get_mut(&table.to_ascii_lowercase()) else { continue };
        // Words such as `unordered` and `sz=100` may stand behind the numbers.
        let mut numbers = statistics.split(' ').map_while(|word| word.parse::<u64>().ok());
        let Some(rows) = numbers.next() else { continue };
        let wanted = index.as_deref();
        let index = table.indexes.iter_mut().find(|index| wanted.is_some_and(|name| index.name.eq_ignore_ascii_case(name)));
        let is_partial = index.as_ref().is_some_and(|index| index.partial);
        if let Some(index) = index {
            index.rows_per_key = numbers.collect();
        }
        if !is_partial {
            table.rows = Some(rows);
        }
    }
}

/// The smallest and the largest rowid of each plain table: two searches each, as separate subqueries (both in one SELECT
/// would read the whole table).
fn read_rowid_ranges(connection: &Connection, schema: &str, tables: &mut Tables) {
    let names: Vec<(String, String)> = tables
        .iter()
        .filter_map(|(key, table)| {
            let is_plain = matches!(table.kind, TableKind::Table | TableKind::Shadow) && !table.without_rowid;
            let rowid = ["rowid", "oid", "_rowid_"].into_iter().find(|name| table.column(name).is_none())?;
            let name = format!("{}.{}", quoted(schema), quoted(&table.name));
            is_plain.then(|| (key.clone(), format!("(SELECT min({rowid}) FROM {name}), (SELECT max({rowid}) FROM {name})")))
        })
        .collect();
    for chunk in names.chunks(RANGES_PER_STATEMENT) {
        if read_ranges(connection, chunk, tables).is_err() {
            // A damaged table must not cost the others their estimates.
            for one in chunk {
                let _ = read_ranges(connection, std::slice::from_ref(one), tables);
            }
        }
    }
}

fn read_ranges(connection: &Connection, chunk: &[(String, String)], tables: &mut Tables) -> rusqlite::Result<()> {
    let terms: Vec<String> = chunk.iter().enumerate().map(|(index, (_, range))| format!("SELECT {index}, {range}")).collect();
    let mut statement = connection.prepare(&terms.join(" UNION ALL "))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let position = usize::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
        let Some(table) = chunk.get(position).and_then(|(key, _)| tables.get_mut(key)) else { continue };
        table.rowid_range = row.get::<_, Option<i64>>(1)?.zip(row.get::<_, Option<i64>>(2)?);
        let span = table.rowid_range.map_or(0, |(first, last)| last.abs_diff(first).saturating_add(1));
        table.rows.get_or_insert(span);
    }
    Ok(())
}

/// `sqlite_master` is the old name of `sqlite_schema` (<https://sqlite.org/schematab.html> 2), which the list leaves out.
fn add_old_schema_name(tables: &mut Tables) {
    if let Some(table) = tables.get("sqlite_schema").cloned() {
        tables.insert("sqlite_master".to_owned(), Table { name: "sqlite_master".to_owned(), ..table });
    }
}
