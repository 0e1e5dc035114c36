//! Where the configuration is: the flag, the environment, the folders upward, the user's own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The configuration file to read: `$GLUE_CONFIG`, the nearest `glue.toml` from `directory` upward, then
/// `glue/config.toml` in `$XDG_CONFIG_HOME` (or `~/.config`). The first is returned even where it is missing, because the
/// user named it; the others only where they exist.
pub fn discover(directory: &Path, environment: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let variable = |name: &str| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let upward = || discover_upward(directory);
    let own = || {
        // The XDG specification asks to ignore a value that is not an absolute path.
        let home = || variable("HOME").map(|home| home.join(".config"));
        let folder = variable("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute()).or_else(home)?;
        Some(folder.join("glue/config.toml")).filter(|path| path.is_file())
    };
    variable("GLUE_CONFIG").or_else(upward).or_else(own)
}

/// The nearest `glue.toml` from `directory` upward: whoever wrote it need not be the user.
pub fn discover_upward(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().map(|folder| folder.join("glue.toml")).find(|path| path.is_file())
}

/// `~` and `~/…` with the home folder in its place; any other path as it is.
pub fn expand_home(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_path_buf(),
        (Some(rest), Some(home)) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => PathBuf::from(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_upward_wins_over_the_users_own() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).expect("folders");
        let own = folder.path().join("xdg/glue");
        std::fs::create_dir_all(&own).expect("folders");
        std::fs::write(own.join("config.toml"), "").expect("a file");
        let environment = |name: &str| (name == "XDG_CONFIG_HOME").then(|| folder.path().join("xdg").into_os_string());
        assert_eq!(discover(&deep, environment), Some(own.join("config.toml")));
        std::fs::write(folder.path().join("a/glue.toml"), "").expect("a file");
        assert_eq!(discover(&deep, environment), Some(folder.path().join("a/glue.toml")));
        let named = |name: &str| (name == "GLUE_CONFIG").then(|| OsString::from("elsewhere.toml"));
        assert_eq!(discover(&deep, named), Some(PathBuf::from("elsewhere.toml")));
    }

    #[test]
    fn the_tilde_is_the_home_folder() {
        let home = Path::new("/home/ada");
        assert_eq!(expand_home("~/x.sqlite", Some(home)), PathBuf::from("/home/ada/x.sqlite"));
        assert_eq!(expand_home("~", Some(home)), PathBuf::from("/home/ada"));
        assert_eq!(expand_home("~other/x", Some(home)), PathBuf::from("~other/x"));
        assert_eq!(expand_home("x~", Some(home)), PathBuf::from("x~"));
        assert_eq!(expand_home("~/x", None), PathBuf::from("~/x"));
    }
}
