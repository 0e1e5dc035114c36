//! File and folder arguments.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use glue::config::{Config, PoolConfig};
use glue::error::{Error, ErrorKind, Notice, Result};

use super::{Origin, pool_name};

/// The first bytes of every SQLite file that holds anything (<https://sqlite.org/fileformat2.html#the_database_header>).
pub(super) const HEADER: &[u8; 16] = b"SQLite format 3\0";

/// Adds a pool for each file, and for each SQLite file in each folder.
pub(super) fn add(
    files: &[PathBuf],
    config: &mut Config,
    notices: &mut Vec<Notice>,
    given: &mut BTreeMap<String, Origin>,
) -> Result<()> {
    for file in files {
        let found = if file.is_dir() { databases_in(file, |_| false, notices)? } else { vec![existing(file)?] };
        for path in found {
            let name = pool_name::of_file(&path, &config.pools, notices);
            given.insert(name.clone(), Origin::Argument);
            config.pools.push(PoolConfig::new(name, path));
        }
    }
    Ok(())
}

/// Whether an argument of a command that also takes SQL can only mean a database: it is there.
pub(crate) fn is_database_path(argument: &Path) -> bool {
    argument.exists()
}

fn existing(path: &Path) -> Result<PathBuf> {
    match std::fs::metadata(path) {
        Ok(_) => Ok(path.to_path_buf()),
        Err(error) => Err(Error::new(ErrorKind::Open, format!("cannot open the database {}: {error}", path.display()))),
    }
}

/// The SQLite files in a folder, by name. They are known by their header, whatever their ending; so side files and empty
/// files are left out. Files that are `open` already are left out as well: opening and closing a descriptor of our own would
/// drop the locks that SQLite holds on them.
pub(super) fn databases_in(folder: &Path, open: impl Fn(&Path) -> bool, notices: &mut Vec<Notice>) -> Result<Vec<PathBuf>> {
    let unreadable =
        |error: std::io::Error| Error::new(ErrorKind::Open, format!("cannot read the folder {}: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        // Looked at before it is opened: opening a named pipe would wait for its other end.
        if !path.is_file() || open(&path) {
            continue;
        }
        match has_header(&path) {
            Ok(true) => found.push(path),
            Ok(false) => {}
            Err(error) => notices.push(Notice::new(format!("{} was left out: {error}", path.display()))),
        }
    }
    if found.is_empty() {
        return Err(Error::configuration(format!("no SQLite file lies in the folder {}", folder.display())));
    }
    found.sort();
    Ok(found)
}

/// A database that lies about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nearby {
    /// Its path below the folder that was searched.
    pub(crate) path: PathBuf,
    /// Its size.
    pub(crate) bytes: u64,
}

/// How many entries a search looks at before it gives up: somebody may stand in the root of a disk.
const SEARCHED_ENTRIES: usize = 20_000;

/// The SQLite files of a folder and `depth` levels of folders below it, by path. Hidden folders are left out, and so is
/// whatever cannot be read.
pub(crate) fn databases_below(folder: &Path, depth: usize) -> Vec<Nearby> {
    let mut found = Vec::new();
    let mut left = SEARCHED_ENTRIES;
    search(folder, Path::new(""), depth, &mut left, &mut found);
    found.sort_by(|one: &Nearby, other| one.path.cmp(&other.path));
    found
}

/// The SQLite files of the working directory.
pub(crate) fn nearby() -> Vec<Nearby> {
    databases_below(Path::new("."), 0)
}

fn search(folder: &Path, below: &Path, depth: usize, left: &mut usize, found: &mut Vec<Nearby>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let (path, name) = (entry.path(), entry.file_name());
        // Neither links to folders, which may lead round in a circle, nor pipes, which would block.
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && depth > 0 && !name.to_string_lossy().starts_with('.') {
            search(&path, &below.join(&name), depth - 1, left, found);
        } else if path.is_file() && has_header(&path).unwrap_or(false) {
            let bytes = path.metadata().map_or(0, |metadata| metadata.len());
            found.push(Nearby { path: below.join(name), bytes });
        }
    }
}

/// Whether the file begins as a SQLite database does.
pub(super) fn has_header(path: &Path) -> std::io::Result<bool> {
    let mut start = Vec::with_capacity(HEADER.len());
    File::open(path)?.take(HEADER.len() as u64).read_to_end(&mut start)?;
    Ok(start == HEADER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_databases_by_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = [&HEADER[..], &[0; 100]].concat();
        for (name, content) in [("b.data", &database[..]), ("a.sqlite", &database), ("empty.sqlite", &[]), ("x.sqlite", b"text")]
        {
            std::fs::write(folder.path().join(name), content).expect("a file");
        }
        let mut config = Config::default();
        add(&[folder.path().to_path_buf()], &mut config, &mut Vec::new(), &mut BTreeMap::new()).expect("a folder with databases");
        let names: Vec<&str> = config.pools.iter().map(|pool| pool.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn a_missing_file_and_an_empty_folder_are_errors() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let kind = |path: &Path| {
            add(&[path.to_path_buf()], &mut Config::default(), &mut Vec::new(), &mut BTreeMap::new()).expect_err("an error").kind
        };
        assert_eq!(kind(&folder.path().join("nothing.sqlite")), ErrorKind::Open);
        assert_eq!(kind(folder.path()), ErrorKind::Configuration);
    }
}
