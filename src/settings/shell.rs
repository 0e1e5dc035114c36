//! What the interactive shell starts with.

use std::path::Path;
use std::str::FromStr as _;

use glue::config::{Config, nearest};
use glue::error::{Error, Result};
use glue::output::Format;

use super::Origin;

/// The pager where nobody named one: colours kept, lines not wrapped, nothing paged that fits.
const PAGER: &str = "less -SRFX";

/// What the interactive shell starts with.
#[derive(Debug, Clone)]
pub(crate) struct ShellSettings {
    /// The format of rows.
    pub(crate) format: Option<Format>,
    /// The text for NULL.
    pub(crate) null: Option<String>,
    /// Whether to say how long statements take.
    pub(crate) timer: bool,
    /// The command that shows long answers, and who named it; empty for none.
    pub(crate) pager: (String, Origin),
    /// The command that edits statements, and who named it.
    pub(crate) editor: (String, Origin),
}

/// Puts the environment over the file over the defaults.
pub(super) fn resolve(config: &Config, file: Option<&Path>) -> Result<ShellSettings> {
    let shell = &config.shell;
    let origin = |key: &str| match (file, config.places.line(&["shell", key])) {
        (Some(file), Some(line)) => Origin::File(file.to_path_buf(), line),
        _ => Origin::Default,
    };
    let format = shell.format.as_deref().map(|name| Format::from_str(name).map_err(|()| unknown_format(name, &origin("format"))));
    let program = |variables: &[&'static str], key: &str, configured: &Option<String>, default: &str| {
        let set = |name: &&'static str| std::env::var(name).ok().map(|value| (value, Origin::Variable(name)));
        // An empty $PAGER says that there shall be none; an empty $EDITOR says nothing.
        let named = variables.iter().find_map(set).filter(|(value, _)| key == "pager" || !value.is_empty());
        let from_file = || configured.clone().map(|value| (value, origin(key)));
        named.or_else(from_file).unwrap_or_else(|| (default.to_owned(), Origin::Default))
    };
    Ok(ShellSettings {
        format: format.transpose()?,
        null: shell.null.clone(),
        timer: shell.timer.unwrap_or(true),
        pager: program(&["GLUE_PAGER", "PAGER"], "pager", &shell.pager, PAGER),
        editor: program(&["GLUE_EDITOR", "VISUAL", "EDITOR"], "editor", &shell.editor, "vi"),
    })
}

fn unknown_format(name: &str, origin: &Origin) -> Error {
    let names = || Format::ALL.into_iter().map(Format::name);
    let error = Error::configuration(format!("{origin}: no format `{name}`"));
    match nearest(name, names()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(format!("one of {}", names().collect::<Vec<_>>().join(", "))),
    }
}
