//! The tables that a text may be naming, from its tokens alone.

use super::source::Source;
use super::tokens::tokenize;
use crate::statement::{Identifier, SchemaReference};

/// Words behind which a table's name stands.
const BEFORE: &[&str] = &["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "VIEW", "INDEXES", "REFERENCES"];

/// Words between such a word and the name.
const SKIPPED: &[&str] = &["IF", "NOT", "EXISTS", "OR", "ROLLBACK", "ABORT", "REPLACE", "FAIL", "IGNORE"];

/// Words that end a FROM at the depth of its brackets.
const AFTER: &[&str] =
    &["WHERE", "GROUP", "ORDER", "LIMIT", "HAVING", "UNION", "EXCEPT", "INTERSECT", "SELECT", "SET", "RETURNING", "WINDOW"];

/// See [`super::table_names`].
pub(super) fn table_names(text: &str) -> Vec<SchemaReference> {
    let source = Source { text: text.to_owned(), tokens: tokenize(text) };
    let common = common_tables(&source);
    let mut names: Vec<SchemaReference> = Vec::new();
    // For every open bracket, whether a FROM is being read in it.
    let mut froms = vec![false];
    let indexed = ["INDEX", "TRIGGER"].iter().any(|word| (1..5).any(|index| source.is_word(index, word)));
    for index in 0..source.tokens.len() {
        let listed = |words: &[&str]| words.iter().any(|word| source.is_word(index, word));
        let from = froms.last().copied().unwrap_or(false);
        let mut names_follow = false;
        if source.is_symbol(index, "(") {
            // `FROM (t, u)`: what stands in the bracket continues the FROM.
            let continues = from && starts_table(&source, index);
            froms.push(continues);
            names_follow = continues;
        } else if source.is_symbol(index, ")") {
            froms.pop();
            if froms.is_empty() {
                froms.push(false);
            }
        } else if source.is_symbol(index, ",") {
            names_follow = from;
        } else if listed(AFTER) {
            if let Some(last) = froms.last_mut() {
                *last = false;
            }
        } else if listed(&["FROM", "JOIN"]) && !is_distinct_from(&source, index) {
            if let Some(last) = froms.last_mut() {
                *last = true;
            }
            names_follow = true;
        } else if listed(BEFORE) {
            names_follow = !source.is_word(index, "FROM");
        } else if source.is_word(index, "ON") {
            names_follow = indexed && index < 12 && !from;
        } else if source.is_word(index, "IN") && !source.is_symbol(index + 1, "(") {
            names_follow = true;
        }
        if names_follow {
            names.extend(
                name_behind(&source, index + 1)
                    .filter(|name| name.pool.is_some() || !common.iter().any(|table| name.name.is(table))),
            );
        }
    }
    names
}

/// Whether a bracket stands where a table would: behind FROM, JOIN, a comma or another bracket.
fn starts_table(source: &Source, index: usize) -> bool {
    index.checked_sub(1).is_some_and(|before| {
        source.is_word(before, "FROM")
            || source.is_word(before, "JOIN")
            || source.is_symbol(before, ",")
            || source.is_symbol(before, "(")
    })
}

fn is_distinct_from(source: &Source, index: usize) -> bool {
    index.checked_sub(2).is_some_and(|before| {
        source.is_word(before + 1, "DISTINCT") && (source.is_word(before, "IS") || source.is_word(before, "NOT"))
    })
}

/// The name at an index: `name` or `pool.name`, no function.
fn name_behind(source: &Source, mut index: usize) -> Option<SchemaReference> {
    while SKIPPED.iter().any(|word| source.is_word(index, word))
        && (source.is_any_name(index + 1)
            || !source.is_any_name(index)
            || source.is_word(index + 1, "NOT")
            || source.is_word(index + 1, "EXISTS"))
    {
        index += 1;
    }
    let name = |index: usize| -> Option<Identifier> {
        let token = source.token(index)?;
        source.is_any_name(index).then(|| source.identifier_of(token))
    };
    let first = name(index)?;
    let (pool, name) = if source.is_symbol(index + 1, ".") { (Some(first), name(index + 2)?) } else { (None, first) };
    Some(SchemaReference::named(pool, name))
}

/// The names that WITH gives: a name with AS and a bracket behind it, or with columns between.
fn common_tables(source: &Source) -> Vec<String> {
    let mut names = Vec::new();
    for index in 0..source.tokens.len() {
        let opens = index.checked_sub(1).is_some_and(|before| {
            ["WITH", "RECURSIVE"].iter().any(|word| source.is_word(before, word)) || source.is_symbol(before, ",")
        });
        if !opens || !source.is_any_name(index) {
            continue;
        }
        let mut behind = index + 1;
        if source.is_symbol(behind, "(") {
            let Some(close) = source.closing(behind) else { continue };
            behind = close + 1;
        }
        if !source.is_word(behind, "AS") {
            continue;
        }
        behind += 1;
        behind += usize::from(source.is_word(behind, "NOT"));
        behind += usize::from(source.is_word(behind, "MATERIALIZED"));
        if source.is_symbol(behind, "(") {
            names.extend(source.token(index).map(|token| token.name(&source.text)));
        }
    }
    names
}
