//! The folder that glue keeps between two runs: the shell's history, and which folders the user allowed.

use std::ffi::OsString;
use std::path::PathBuf;

/// `glue` in `$XDG_STATE_HOME`, or in `~/.local/state`; None where no home is known.
pub(crate) fn state_folder(environment: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| environment(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(state.join("glue"))
}

/// `$GLUE_HISTORY`, else `history` in the state folder. None where no home is known, or where the variable is empty: then
/// the history lives as long as the shell.
pub(crate) fn history_file(environment: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    match environment("GLUE_HISTORY") {
        Some(named) => Some(PathBuf::from(named)).filter(|path| !path.as_os_str().is_empty()),
        None => state_folder(environment).map(|folder| folder.join("history")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_wins_and_no_home_is_no_error() {
        let of = |pairs: &'static [(&str, &str)]| {
            history_file(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value)))
        };
        assert_eq!(of(&[("GLUE_HISTORY", "/x"), ("HOME", "/home/ada")]), Some("/x".into()));
        assert_eq!(of(&[("GLUE_HISTORY", ""), ("HOME", "/home/ada")]), None);
        assert_eq!(of(&[("XDG_STATE_HOME", "/s"), ("HOME", "/home/ada")]), Some("/s/glue/history".into()));
        assert_eq!(of(&[("HOME", "/home/ada")]), Some("/home/ada/.local/state/glue/history".into()));
        assert_eq!(of(&[]), None);
    }
}
