//! A glue.toml for the databases of a folder, and a first question that joins two of them.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use glue::catalog::{Catalog, Table, TableKind};
use glue::config::PoolConfig;
use glue::error::{Error, ErrorKind};
use glue::session::Session;
use glue::sql::quote_identifier;

use super::tables::{catalogs, is_listed};
use super::{Failure, Printer, say};
use crate::settings::{Nearby, databases_below, manager_of, pool_name};

/// How many levels of folders are searched below the named one.
const DEPTH: usize = 3;

/// Writes `folder/glue.toml`, or prints it, and says what to ask first.
pub(crate) fn init(folder: &Path, dry_run: bool, force: bool, printer: &mut Printer) -> Result<(), Failure> {
    let path = folder.join("glue.toml");
    if !dry_run && !force && path.exists() {
        let error = Error::configuration(format!("{} is there already", path.display()));
        return Err(error.hint("--force writes over it, --dry-run shows what would be written").into());
    }
    let found = databases_below(folder, DEPTH);
    if found.is_empty() {
        let error = Error::configuration(format!("no SQLite file lies in {} or below it", folder.display()));
        return Err(error.hint("name another folder: glue init DIR; `glue demo` writes some databases to try").into());
    }
    let pools = named(&found);
    let text = configuration(&pools);
    if dry_run {
        printer.print_text(&text)?;
    } else {
        let unwritable = |error| Error::new(ErrorKind::Io, format!("cannot write {}: {error}", path.display()));
        write_whole(&path, &text).map_err(unwritable)?;
    }
    let question = first_question(folder, &pools)?;
    let mut out = io::stderr();
    if !dry_run {
        let databases = if pools.len() == 1 { "database" } else { "databases" };
        writeln!(out, "wrote {} with {} {databases}", path.display(), pools.len())?;
    }
    if let Some(question) = question {
        let place = if folder == Path::new(".") {
            String::new()
        } else {
            format!("cd {} && ", super::shell_word(&folder.to_string_lossy()))
        };
        writeln!(out, "try: {place}glue query \"{question}\"")?;
    }
    Ok(())
}

/// All of it or nothing: half a configuration would be an error at every later start.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, path)).inspect_err(|_| {
        // Nobody asked for the half that was written.
        let _ = std::fs::remove_file(&new);
    })
}

fn named(found: &[Nearby]) -> Vec<PoolConfig> {
    let mut pools = Vec::with_capacity(found.len());
    for file in found {
        let name = pool_name::of_file(&file.path, &pools, &mut Vec::new());
        pools.push(PoolConfig::new(name, &file.path));
    }
    pools
}

fn configuration(pools: &[PoolConfig]) -> String {
    let mut text = String::from(
        "# The databases that glue joins. Written by `glue init`; every key: `glue config schema`.\n\
         # A pool is only read unless it says read_only = false.\n\n\
         # The pool that answers a bare table name before the others are searched:\n",
    );
    text = format!("{text}# default = {}\n", quoted(&pools[0].name));
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let table = |pool: &PoolConfig| {
        let key = if pool.name.chars().all(is_bare) { pool.name.clone() } else { quoted(&pool.name) };
        format!("\n[pools.{key}]\npath = {}\n", quoted(&pool.path.to_string_lossy()))
    };
    text.extend(pools.iter().map(table));
    text
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A query over two pools that was run and found to answer; over one, where there is but one.
fn first_question(folder: &Path, pools: &[PoolConfig]) -> Result<Option<String>, Failure> {
    let found = pools.iter().map(|pool| PoolConfig { path: folder.join(&pool.path), ..pool.clone() }).collect();
    let mut session = Session::new(manager_of(found)?);
    let (catalogs, failed) = catalogs(&mut session);
    for error in failed {
        say(&[glue::error::Notice::new(error.to_string())]);
    }
    let tables: Vec<(&Catalog, &Table)> = catalogs
        .iter()
        .flat_map(|catalog| catalog.tables.values().map(move |table| (&**catalog, table)))
        .filter(|(_, table)| is_listed(table) && table.kind == TableKind::Table)
        .collect();
    let joins = pairs(&tables).filter_map(|(one, other)| join(one, other));
    let counts = pairs(&tables).map(|(one, other)| counted(&[one, other]));
    let single = tables.first().map(|table| counted(&[*table]));
    // A few of each are enough: a folder of a thousand files must not take minutes.
    let candidates: Vec<String> = joins.take(5).chain(counts.take(5)).chain(single).collect();
    Ok(candidates.into_iter().find(|sql| answers(&mut session, sql)))
}

/// Two tables of different pools.
fn pairs<'t>(
    tables: &'t [(&'t Catalog, &'t Table)],
) -> impl Iterator<Item = ((&'t Catalog, &'t Table), (&'t Catalog, &'t Table))> + 't {
    let others = move |one: &'t (&'t Catalog, &'t Table)| {
        tables.iter().filter(move |other| other.0.pool != one.0.pool).map(move |other| (*one, *other))
    };
    tables.iter().flat_map(others).take(100_000)
}

/// A join on `other.one_id = one.id`, under the usual ways to spell that.
fn join(one: (&Catalog, &Table), other: (&Catalog, &Table)) -> Option<String> {
    let key = one.1.columns.get(one.1.rowid_alias?)?;
    let name = one.1.name.to_ascii_lowercase();
    let singular = name.strip_suffix("ies").map(|stem| format!("{stem}y")).or_else(|| name.strip_suffix('s').map(str::to_owned));
    let fits = |column: &str| {
        let column = column.to_ascii_lowercase();
        [Some(&name), singular.as_ref()].into_iter().flatten().any(|name| {
            column == format!("{name}_id")
                || column == format!("{name}id")
                || (key.name.len() > 2 && column == key.name.to_ascii_lowercase())
        })
    };
    let reference = other.1.columns.iter().find(|column| !column.hidden && fits(&column.name))?;
    Some(format!(
        "SELECT * FROM {} AS a JOIN {} AS b ON b.{} = a.{} LIMIT 5",
        whole_name(one),
        whole_name(other),
        quote_identifier(&reference.name),
        quote_identifier(&key.name)
    ))
}

fn counted(tables: &[(&Catalog, &Table)]) -> String {
    let parts = tables.iter().map(|table| format!("SELECT count(*) FROM {}", whole_name(*table)));
    parts.collect::<Vec<_>>().join(" UNION ALL ")
}

fn whole_name((catalog, table): (&Catalog, &Table)) -> String {
    format!("{}.{}", quote_identifier(&catalog.pool), quote_identifier(&table.name))
}

/// Whether the query runs, and would still mean the same between a shell's double quotes.
fn answers(session: &mut Session, sql: &str) -> bool {
    let is_quotable = !sql.contains(['"', '$', '`', '\\', '!']);
    is_quotable && session.query(sql).and_then(|mut result| result.next_batch()).is_ok_and(|batch| batch.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_reads_back() {
        let found = ["a b/it's.db", "crm.sqlite", "CRM.db", "größe.db"].map(|path| Nearby { path: path.into(), bytes: 0 });
        let pools = named(&found);
        let config = glue::config::parse(&configuration(&pools), Path::new("/x/glue.toml"), None).expect("a right configuration");
        let of = |pools: &[PoolConfig]| pools.iter().map(|pool| pool.name.clone()).collect::<Vec<_>>();
        assert_eq!(of(&config.pools), of(&pools));
        assert_eq!(config.pools[0].path, Path::new("/x/a b/it's.db"));
        assert!(config.pools.iter().all(|pool| pool.read_only));
    }
}
