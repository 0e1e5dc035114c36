//! Whether a statement that stays text can change a database, judged by its words.

use super::source::Source;
use crate::statement::PragmaEffect;

/// Pragmas that only answer, with or without an argument in brackets.
const ANSWERING: &[&str] = &[
    "collation_list",
    "compile_options",
    "data_version",
    "database_list",
    "foreign_key_check",
    "foreign_key_list",
    "freelist_count",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "module_list",
    "page_count",
    "pragma_list",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// Pragmas whose setting is kept in the file, or that rewrite it.
const IN_FILE: &[&str] =
    &["application_id", "auto_vacuum", "incremental_vacuum", "journal_mode", "optimize", "user_version", "wal_checkpoint"];

/// Whether the statement from the token at an index only reads.
pub(super) fn reads_only(source: &Source, first: usize) -> bool {
    if source.is_word(first, "WITH") {
        return matches!(verb_behind_with(source, first), Some((_, "SELECT" | "VALUES")));
    }
    ["SELECT", "VALUES", "EXPLAIN"].iter().any(|word| source.is_word(first, word))
}

/// The first verb outside all brackets, with its index.
pub(super) fn verb_behind_with(source: &Source, first: usize) -> Option<(usize, &'static str)> {
    let mut depth = 0_usize;
    for index in first..source.tokens.len() {
        if source.is_symbol(index, "(") {
            depth += 1;
        } else if source.is_symbol(index, ")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            let verbs = ["SELECT", "VALUES", "INSERT", "UPDATE", "DELETE", "REPLACE"];
            // A common table may be called `replace`: then AS or its columns follow.
            let named = source.is_word(index + 1, "AS") || source.is_symbol(index + 1, "(");
            let verb = verbs.into_iter().find(|verb| source.is_word(index, verb) && !(named && *verb == "REPLACE"));
            if let Some(verb) = verb {
                return Some((index, verb));
            }
        }
    }
    None
}

/// What the pragma whose name (or pool) stands at an index does.
pub(super) fn pragma_effect(source: &Source, first: usize) -> PragmaEffect {
    let name_at = if source.is_symbol(first + 1, ".") { first + 2 } else { first };
    let Some(name) = source.token(name_at).map(|token| token.name(&source.text)) else { return PragmaEffect::Reads };
    let listed = |list: &[&str]| list.iter().any(|pragma| pragma.eq_ignore_ascii_case(&name));
    let argument = source.token(name_at + 1).is_some();
    // Some of those act without an argument as well.
    let acts_alone = ["incremental_vacuum", "optimize", "wal_checkpoint"].contains(&name.to_ascii_lowercase().as_str());
    if listed(IN_FILE) && (argument || acts_alone) {
        PragmaEffect::WritesFile
    } else if listed(ANSWERING) && !source.is_symbol(name_at + 1, "=") || !argument {
        PragmaEffect::Reads
    } else {
        PragmaEffect::SetsConnection
    }
}
