//! Pool names from file names.

use std::path::Path;

use glue::config::{PoolConfig, reserved_name};
use glue::error::Notice;

/// The name of the pool for the file at `path`: its stem as an identifier, unlike every name in `taken`. A notice says
/// when that is not the stem itself, since the user has to write it.
pub(crate) fn of_file(path: &Path, taken: &[PoolConfig], notices: &mut Vec<Notice>) -> String {
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let cleaned = identifier(&stem);
    let is_free = |name: &str| reserved_name(name).is_none() && !taken.iter().any(|pool| pool.name.eq_ignore_ascii_case(name));
    let first = if reserved_name(&cleaned).is_some() { 1 } else { 2 };
    let numbered = |number: usize| format!("{cleaned}_{number}");
    let name = if is_free(&cleaned) {
        cleaned.clone()
    } else {
        // One number more than there are names is always enough.
        (first..=first + taken.len()).map(numbered).find(|name| is_free(name)).expect("fewer names than numbers are taken")
    };
    if name != stem {
        notices.push(Notice::new(format!("{} is the pool `{name}`", path.display())));
    }
    name
}

/// Letters, digits and underscores, not starting with a digit: what SQL reads as a name without quotes.
fn identifier(stem: &str) -> String {
    let cleaned: String = stem.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    match cleaned.chars().next() {
        None => "db".to_owned(),
        Some(first) if first.is_numeric() => format!("_{cleaned}"),
        Some(_) => cleaned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_become_names_that_sql_reads() {
        let mut taken = Vec::new();
        let mut notices = Vec::new();
        let files = ["crm.sqlite", "a/CRM.db", "my shop's.sqlite", "2024.db", "main.sqlite", "b/main.sqlite", "temp"];
        for file in files {
            let name = of_file(Path::new(file), &taken, &mut notices);
            taken.push(PoolConfig::new(name, file));
        }
        let names: Vec<&str> = taken.iter().map(|pool| pool.name.as_str()).collect();
        assert_eq!(names, ["crm", "CRM_2", "my_shop_s", "_2024", "main_1", "main_2", "temp_1"]);
        assert_eq!(notices.len(), 6);
        assert_eq!(notices[0].message, "a/CRM.db is the pool `CRM_2`");
    }
}
