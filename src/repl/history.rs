//! Where the history of the shell is kept.

use std::ffi::OsString;
use std::path::PathBuf;

/// `$GLUE_HISTORY`, else `glue/history` in `$XDG_STATE_HOME` or `~/.local/state`. None where no home is known, or where
/// the variable is empty: then the history lives as long as the shell.
pub(super) fn history_file(environment: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(named) = environment("GLUE_HISTORY") {
        return Some(PathBuf::from(named)).filter(|path| !path.as_os_str().is_empty());
    }
    let folder = |name: &str| environment(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(state.join("glue/history"))
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
