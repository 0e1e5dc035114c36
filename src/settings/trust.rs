//! Which folders the user has allowed: a glue.toml that merely lies on the way upward may come from anywhere, so until
//! then it can neither make glue write nor name a program, an extension or SQL for it to run.

use std::path::{Path, PathBuf};

use glue::config::{Config, PoolConfig};
use glue::error::{Error, ErrorKind, Notice, Result};

use super::state::state_folder;

/// The folders that the user has allowed, one a line of a file in the state folder.
pub(crate) struct Allowed {
    file: PathBuf,
    folders: Vec<PathBuf>,
}

impl Allowed {
    /// What was allowed so far; an error where there is no home to keep it in.
    pub(crate) fn load() -> Result<Self> {
        let folder = state_folder(|name| std::env::var_os(name));
        let no_home = || Error::configuration("no home is known to keep it in").hint("set HOME or XDG_STATE_HOME");
        let file = folder.ok_or_else(no_home)?.join("allowed");
        let text = match std::fs::read_to_string(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| unusable(&file, &error))?,
        };
        let folders = text.lines().filter(|line| !line.is_empty()).map(PathBuf::from).collect();
        Ok(Self { file, folders })
    }

    /// The folders, one a line.
    pub(crate) fn lines(&self) -> String {
        let line = |folder: &PathBuf| format!("{}\n", folder.display());
        self.folders.iter().map(line).collect()
    }

    /// Whether the folder itself was allowed. One below an allowed one was not: it may be somebody else's.
    fn contains(&self, folder: &Path) -> bool {
        folder.canonicalize().is_ok_and(|folder| self.folders.contains(&folder))
    }

    /// Allows a folder, or takes that back; returns the folder's whole path.
    pub(crate) fn set(&mut self, folder: &Path, allowed: bool) -> Result<PathBuf> {
        let missing = |error| Error::configuration(format!("cannot find the folder {}: {error}", folder.display()));
        let folder = folder.canonicalize().map_err(missing)?;
        if folder.to_str().is_none_or(|name| name.contains('\n')) {
            return Err(Error::configuration(format!("the path {} is no line of UTF-8 text", folder.display())));
        }
        self.folders.retain(|other| *other != folder);
        if allowed {
            self.folders.push(folder.clone());
        }
        let parent = self.file.parent().expect("the file lies in the state folder");
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&self.file, self.lines()))
            .map_err(|error| unusable(&self.file, &error))?;
        Ok(folder)
    }
}

fn unusable(file: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot use {}: {error}", file.display()))
}

/// Takes from the configuration of a file that was found upward what only an allowed one may say. Returns the keys taken.
pub(super) fn restrain(config: &mut Config, file: &Path, notices: &mut Vec<Notice>) -> Vec<Vec<String>> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let asks_more = |pool: &PoolConfig| !pool.read_only || pool.init.is_some() || !pool.extensions.is_empty();
    let asks = config.pools.iter().any(asks_more) || config.shell.pager.is_some() || config.shell.editor.is_some();
    if !asks || Allowed::load().is_ok_and(|allowed| allowed.contains(folder)) {
        return Vec::new();
    }
    let mut taken = Vec::new();
    let mut asked = Vec::new();
    for pool in &mut config.pools {
        let name = pool.name.clone();
        let mut take = |what: String, key: &str| {
            asked.push(what);
            taken.push(vec!["pools".to_owned(), name.clone(), key.to_owned()]);
        };
        if !pool.read_only {
            pool.read_only = true;
            take(format!("to write to `{name}`"), "read_only");
        }
        if pool.init.take().is_some() {
            take(format!("to run `init` on every connection of `{name}`"), "init");
        }
        for library in std::mem::take(&mut pool.extensions) {
            take(format!("to load {} of the `extensions` of `{name}`", library.display()), "extensions");
        }
    }
    let programs = [("pager", &mut config.shell.pager), ("editor", &mut config.shell.editor)];
    for (name, program) in programs {
        if let Some(program) = program.take() {
            asked.push(format!("to run `{program}`"));
            taken.push(vec!["shell".to_owned(), name.to_owned()]);
        }
    }
    let message =
        format!("{} asks {}, which it may not yet: `glue allow {}` allows it", file.display(), list(&asked), folder.display());
    notices.push(Notice::new(message));
    taken
}

fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
