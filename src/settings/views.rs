//! `[views]`: saved SELECTs.

use std::path::Path;

use glue::config::ViewConfig;
use glue::connection::{ConnectionManager, SavedView};
use glue::error::{Error, Result};
use glue::sql::{parameters, parse, split};
use glue::statement::Statement;

/// Registers the views of a configuration file. Whether their tables are there is found out where they are used.
pub(super) fn register(views: &[ViewConfig], file: &Path, manager: &ConnectionManager) -> Result<()> {
    for view in views {
        let (line, column) = view.position;
        let statements = split(&view.sql);
        let only = match statements.as_slice() {
            [only] if is_select(only.text) && parameters(only.text).is_empty() => only,
            [only] if is_select(only.text) => {
                let message = format!("{}:{line}:{column}: the view `{}` has parameters", file.display(), view.name);
                return Err(Error::configuration(message).hint("a view is one SELECT whose values stand in its text"));
            }
            _ => {
                let message = format!("{}:{line}:{column}: the view `{}` is not one SELECT", file.display(), view.name);
                return Err(Error::configuration(message));
            }
        };
        // Blanks in place of what stands before it, so that every place stays true.
        let before = view.sql[..only.offset].replace(|letter: char| letter != '\n', " ");
        let sql = format!("{before}{}", only.text.trim_end_matches([';', ' ', '\n', '\r', '\t']));
        manager.register_view(SavedView { name: view.name.clone(), sql, place: Some((file.to_path_buf(), line, column)) });
    }
    Ok(())
}

fn is_select(text: &str) -> bool {
    matches!(parse(text), Statement::Query(_))
}
