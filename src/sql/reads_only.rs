//! Whether a statement that stays text can change a database, judged by its words.

use super::source::Source;

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

/// Pragmas that answer without an argument and set something with one.
const SETTINGS: &[&str] = &[
    "analysis_limit",
    "application_id",
    "auto_vacuum",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "case_sensitive_like",
    "cell_size_check",
    "checkpoint_fullfsync",
    "defer_foreign_keys",
    "encoding",
    "foreign_keys",
    "fullfsync",
    "hard_heap_limit",
    "ignore_check_constraints",
    "journal_mode",
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "page_size",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "schema_version",
    "secure_delete",
    "soft_heap_limit",
    "synchronous",
    "temp_store",
    "threads",
    "trusted_schema",
    "user_version",
    "wal_autocheckpoint",
    "writable_schema",
];

/// Whether the statement from the token at an index only reads.
pub(super) fn reads_only(source: &Source, first: usize) -> bool {
    if source.is_word(first, "WITH") {
        return matches!(verb_behind_with(source, first), Some("SELECT" | "VALUES"));
    }
    if source.is_word(first, "PRAGMA") {
        return pragma_reads(source, first + 1);
    }
    ["SELECT", "VALUES", "EXPLAIN"].iter().any(|word| source.is_word(first, word))
}

/// The first verb outside all brackets.
fn verb_behind_with(source: &Source, first: usize) -> Option<&'static str> {
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
            if verb.is_some() {
                return verb;
            }
        }
    }
    None
}

fn pragma_reads(source: &Source, first: usize) -> bool {
    let name_at = if source.is_symbol(first + 1, ".") { first + 2 } else { first };
    let Some(name) = source.token(name_at).map(|token| token.name(&source.text)) else { return false };
    let listed = |list: &[&str]| list.iter().any(|pragma| pragma.eq_ignore_ascii_case(&name));
    let argument = source.token(name_at + 1).is_some();
    listed(ANSWERING) && !source.is_symbol(name_at + 1, "=") || listed(SETTINGS) && !argument
}
