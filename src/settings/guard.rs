//! Which files are databases, so that nothing writes over one, or reads one as a script.
//!
//! A pool's file is recognised by its metadata alone. Opening and closing a descriptor on a file that SQLite has open in
//! this process would drop SQLite's locks (<https://sqlite.org/howtocorrupt.html>, section 2.2).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use glue::connection::ConnectionManager;

use super::files::has_header;

/// The pool whose file, or side file, `path` is, under whatever name or link.
pub(crate) fn pool_file(path: &Path, manager: &ConnectionManager) -> Option<String> {
    let is_the_same = |database: &Path| {
        same_file(path, database) || ["-wal", "-shm", "-journal"].iter().any(|end| same_file(path, &with_end(database, end)))
    };
    manager.pools().into_iter().find(|pool| is_the_same(pool.path())).map(|pool| pool.name().to_owned())
}

/// Whether any SQLite database is at `path`. To be asked of files that are no pool's.
pub(crate) fn is_database(path: &Path) -> bool {
    path.is_file() && has_header(path).unwrap_or(false)
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}

#[cfg(unix)]
fn same_file(left: &Path, right: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (std::fs::metadata(left), std::fs::metadata(right)) {
        (Ok(left), Ok(right)) => left.dev() == right.dev() && left.ino() == right.ino(),
        // What is not there yet can only be the same by its name.
        _ => absolute(left) == absolute(right),
    }
}

#[cfg(not(unix))]
fn same_file(left: &Path, right: &Path) -> bool {
    match (std::fs::canonicalize(left), std::fs::canonicalize(right)) {
        (Ok(left), Ok(right)) => left == right,
        _ => absolute(left) == absolute(right),
    }
}

/// The path with its folder's links resolved, as far as the folder is there.
fn absolute(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    match (whole.parent().and_then(|folder| folder.canonicalize().ok()), whole.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => whole,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn links_and_detours_lead_to_the_same_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (file, link) = (folder.path().join("a.sqlite"), folder.path().join("link"));
        std::fs::write(&file, "x").expect("a file");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        assert!(same_file(&file, &link));
        assert!(same_file(&folder.path().join("new"), &folder.path().join("./new")));
        assert!(!same_file(&folder.path().join("new"), &file));
    }
}
