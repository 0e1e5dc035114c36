//! `--db NAME=PATH`: a pool that the command line adds or puts in another's place.

use std::collections::BTreeMap;
use std::path::Path;

use glue::config::{Config, PoolConfig, expand_home, reserved_name};
use glue::error::{Error, Notice, Result};

use super::{Origin, pool_name};

/// Adds each `--db` to the configuration. A name that the configuration has keeps its `schemas` and loses the rest: what
/// was allowed for one file says nothing about another.
pub(super) fn add(
    databases: &[String],
    home: Option<&Path>,
    config: &mut Config,
    notices: &mut Vec<Notice>,
    given: &mut BTreeMap<String, Origin>,
) -> Result<()> {
    for database in databases {
        // Without a name the file's stem serves, as it does for a file argument.
        let Some((name, path)) = database.split_once('=') else {
            let path = expand_home(database, home);
            let name = pool_name::of_file(&path, &config.pools, notices);
            given.insert(name.clone(), Origin::Flag("--db"));
            config.pools.push(PoolConfig::new(name, path));
            continue;
        };
        if let Some(why) = reserved_name(name) {
            return Err(Error::configuration(format!("--db {database}: a pool cannot be named `{name}`: {why}")));
        }
        if path.is_empty() {
            return Err(Error::configuration(format!("--db {database}: no path behind the `=`")));
        }
        if given.keys().any(|other| other.eq_ignore_ascii_case(name)) {
            return Err(Error::configuration(format!("--db names the pool `{name}` twice")));
        }
        given.insert(name.to_owned(), Origin::Flag("--db"));
        let pool = PoolConfig::new(name, expand_home(path, home));
        match config.pools.iter_mut().find(|pool| pool.name.eq_ignore_ascii_case(name)) {
            Some(replaced) => {
                config.places.forget(&["pools", &replaced.name], &["schemas"]);
                *replaced = PoolConfig { schemas: std::mem::take(&mut replaced.schemas), ..pool };
            }
            None => config.pools.push(pool),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(databases: &[&str], config: &mut Config) -> Result<()> {
        let databases: Vec<String> = databases.iter().map(|text| (*text).to_owned()).collect();
        add(&databases, Some(Path::new("/home/ada")), config, &mut Vec::new(), &mut BTreeMap::new())
    }

    #[test]
    fn a_database_is_added_or_takes_anothers_place() {
        let mut config = Config::default();
        config.pools.push(PoolConfig { schemas: vec!["t".into()], read_only: false, ..PoolConfig::new("crm", "old") });
        added(&["CRM=~/new=1.sqlite", "x=y", "folder/shop.db"], &mut config).expect("right arguments");
        let names: Vec<&str> = config.pools.iter().map(|pool| pool.name.as_str()).collect();
        assert_eq!(names, ["CRM", "x", "shop"]);
        assert_eq!(config.pools[0].path, Path::new("/home/ada/new=1.sqlite"));
        assert!(config.pools[0].read_only && config.pools[0].schemas == ["t"]);
    }

    #[test]
    fn wrong_arguments_are_errors() {
        for wrong in [&["main=x"][..], &["=x"], &["a="], &["a=x", "A=y"]] {
            assert!(added(wrong, &mut Config::default()).is_err(), "{wrong:?}");
        }
    }
}
