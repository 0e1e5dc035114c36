//! The first lines of the shell: what is open, and what to type next.

use std::time::Duration;

use super::names::Names;
use crate::command::amounts::{grouped, size};
use crate::command::shell_word;
use crate::settings::{Nearby, nearby};

/// How long the first prompt waits for the number of tables: a locked file must not hold it up.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many files nearby are listed.
const LISTED: usize = 10;

/// The banner.
pub(super) fn banner(names: &Names, width: usize) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let pools = names.pools().len();
    if pools == 0 {
        return format!("glue {version}: no database was named\n{}", advice(&nearby()));
    }
    let all = names.wait(PATIENCE);
    let mut text = format!("glue {version}: {}", counted(pools, "database", "databases"));
    // Of what could not be read in time nobody knows how much it holds.
    if all {
        text = format!("{text}, {}", counted(names.table_count(), "table", "tables"));
        let failed = pools - names.read_pools().min(pools);
        if failed > 0 {
            text = format!("{text} ({failed} cannot be opened: glue check says why)");
        }
    }
    let next = "try .tables, or .help";
    let gap = if text.chars().count() + next.len() + 2 > width { "\n" } else { "; " };
    format!("{text}{gap}{next}\n")
}

fn advice(nearby: &[Nearby]) -> String {
    let Some(first) = nearby.first() else {
        return "try: glue FILES…     opens SQLite files, or all in a folder\n     \
                glue demo       writes three small databases to try\n"
            .to_owned();
    };
    let mut text = String::from("SQLite files here:\n");
    let widest = nearby.iter().take(LISTED).map(|file| file.path.to_string_lossy().chars().count()).max().unwrap_or(0);
    let line = |file: &Nearby| format!("  {:widest$}  {}\n", file.path.to_string_lossy(), size(file.bytes));
    text.extend(nearby.iter().take(LISTED).map(line));
    if nearby.len() > LISTED {
        text = format!("{text}  and {} more\n", nearby.len() - LISTED);
    }
    text = format!("{text}next time, or by .open here:\n  glue {}\n", shell_word(&first.path.to_string_lossy()));
    if nearby.len() > 1 {
        text += "  glue .       opens all of them\n  glue init    writes a glue.toml that names them\n";
    }
    text
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_nearby_come_with_the_commands_that_open_them() {
        let files = ["a b.sqlite", "crm.sqlite"].map(|path| Nearby { path: path.into(), bytes: 12_345 });
        let wanted = "SQLite files here:\n  a b.sqlite  12 kB\n  crm.sqlite  12 kB\nnext time, or by .open here:\n  glue 'a b.sqlite'\n  \
                      glue .       opens all of them\n  glue init    writes a glue.toml that names them\n";
        assert_eq!(advice(&files), wanted);
        assert!(advice(&[]).contains("glue demo"));
    }
}
