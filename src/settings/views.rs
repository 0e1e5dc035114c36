//! `[views]`: saved SELECTs.

use std::path::Path;

use glue::config::ViewConfig;
use glue::connection::{ConnectionManager, SavedView};
use glue::error::{Error, Result};
use glue::sql::split;

/// Registers the views of a configuration file. Whether their tables are there is found out where they are used.
pub(super) fn register(views: &[ViewConfig], file: &Path, manager: &ConnectionManager) -> Result<()> {
    for view in views {
        let (line, column) = view.position;
        let statements = split(&view.sql);
        let only = match statements.as_slice() {
            [only] if is_select(only.text) => only,
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
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    ["SELECT", "WITH", "VALUES"].iter().any(|first| word.eq_ignore_ascii_case(first))
}
