//! One statement's text to a [`Statement`].

use super::command::command;
use super::reader::Reader;
use super::reads_only::reads_only;
use super::source::Source;
use super::tokens::{TokenKind, tokenize};
use crate::statement::{QueryStatement, Statement};

/// Brackets and prefixes up to which the caller's stack is enough.
const SHALLOW: usize = 24;

/// The stack for statements that nest more deeply: the deepest that the reader takes on, with room to spare. Only what is used is
/// ever given memory.
const STACK: usize = 64 << 20;

/// See [`super::parse`].
pub(super) fn parse(text: &str) -> Statement {
    let mut source = Source { text: text.to_owned(), tokens: tokenize(text) };
    while let Some(last) = source.tokens.pop_if(|token| token.is_symbol(text, ";")) {
        source.text.truncate(last.start);
    }
    statement(source, 0)
}

/// The statement from the token at an index to the end.
fn statement(source: Source, first: usize) -> Statement {
    if source.is_word(first, "EXPLAIN") && !source.is_word(first + 1, "QUERY") && first == 0 {
        return explain(source);
    }
    let reads_only = reads_only(&source, first);
    if !reads_only && let Some(command) = command(&source, first) {
        return command;
    }
    match read(source, first) {
        Ok(query) => Statement::Query(Box::new(query)),
        Err(why) => Statement::Text { reads_only, why },
    }
}

/// EXPLAIN and EXPLAIN ANALYZE, which are glue's own.
fn explain(source: Source) -> Statement {
    let analyze = source.is_word(1, "ANALYZE");
    let first = if analyze { 2 } else { 1 };
    let span = source.span(first, source.tokens.len());
    if source.token(first).is_none() {
        return Statement::Text { reads_only: true, why: "incomplete input".to_owned() };
    }
    Statement::Explain { analyze, statement: Box::new(statement(source, first)), span }
}

/// A SELECT, or why it is none that glue reads.
fn read(source: Source, first: usize) -> Result<QueryStatement, String> {
    if !["SELECT", "VALUES", "WITH"].iter().any(|word| source.is_word(first, word)) {
        let word = source.token(first).map_or("", |token| token.of(&source.text));
        return Err(format!("{} is run by SQLite as text", word.to_ascii_uppercase()));
    }
    if source.text.contains('\0') {
        return Err("a NUL byte".to_owned());
    }
    if nesting(&source) <= SHALLOW {
        return read_here(&source, first);
    }
    let reader = std::thread::Builder::new().name("glue-parse".to_owned()).stack_size(STACK);
    match reader.spawn(move || read_here(&source, first)).map(std::thread::JoinHandle::join) {
        Ok(Ok(read)) => read,
        _ => Err("the statement is nested too deeply".to_owned()),
    }
}

fn read_here(source: &Source, first: usize) -> Result<QueryStatement, String> {
    let mut reader = Reader::new(source, first);
    let query = reader.query()?;
    match source.token(reader.at) {
        None => Ok(query),
        Some(_) => Err(source.unexpected(reader.at)),
    }
}

/// How deeply the reader can come to call itself: every open bracket, CASE, and prefix operator counts.
fn nesting(source: &Source) -> usize {
    let (mut open, mut deepest, mut prefixes) = (0_usize, 0, 0);
    for (index, token) in source.tokens.iter().enumerate() {
        match token.of(&source.text) {
            "(" => open += 1,
            ")" => open = open.saturating_sub(1),
            "-" | "+" | "~" => {
                let operand_before = index
                    .checked_sub(1)
                    .and_then(|before| source.token(before))
                    .is_some_and(|before| before.kind != TokenKind::Symbol || before.is_symbol(&source.text, ")"));
                prefixes += usize::from(!operand_before || source.is_word(index.saturating_sub(1), "NOT"));
            }
            _ => prefixes += usize::from(token.is_word(&source.text, "NOT") || token.is_word(&source.text, "CASE")),
        }
        deepest = deepest.max(open);
    }
    // A run of prefixes nests; scattered ones do not, and cost only a thread.
    deepest + prefixes / 2
}
