//! A cursor over a statement's tokens, from which each part of SQLite's grammar is read by recursive descent.
//!
//! The methods for the parts stand in `select.rs`, `from.rs`, `expression.rs`, `operand.rs`, `call.rs` and `window.rs`. Each takes its
//! tokens and leaves the cursor behind them. What SQLite's grammar does not have is an error, with which the whole statement
//! stays text, for SQLite to refuse in its own words.

use super::source::Source;
use crate::statement::Identifier;

/// What was read, or why nothing was.
pub(super) type Read<T> = Result<T, String>;

/// `SQLITE_LIMIT_EXPR_DEPTH`: SQLite itself refuses what is deeper.
pub(super) const EXPRESSION_DEPTH: usize = 1000;

/// How deeply SELECTs and brackets of a FROM may nest. SQLite's code generator gives up earlier or is no longer usable.
const QUERY_DEPTH: usize = 300;

/// The cursor.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    /// The index of the next token.
    pub(super) at: usize,
    /// How many expressions are open around the current one.
    expressions: usize,
    /// How many SELECTs and brackets of a FROM are.
    queries: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source, at: usize) -> Self {
        Self { source, at, expressions: 0, queries: 0 }
    }

    /// Reads an expression one level deeper.
    pub(super) fn deeper_expression<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.expressions == EXPRESSION_DEPTH {
            return Err("the expression is nested too deeply".to_owned());
        }
        self.expressions += 1;
        let result = read(self);
        self.expressions -= 1;
        result
    }

    /// Reads a SELECT or a bracket of a FROM one level deeper.
    pub(super) fn deeper_query<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.queries == QUERY_DEPTH {
            return Err("the statement is nested too deeply".to_owned());
        }
        self.queries += 1;
        let result = read(self);
        self.queries -= 1;
        result
    }

    pub(super) fn word(&self, word: &str) -> bool {
        self.source.is_word(self.at, word)
    }

    pub(super) fn symbol(&self, symbol: &str) -> bool {
        self.source.is_symbol(self.at, symbol)
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = self.word(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.symbol(symbol);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Read<()> {
        if self.take_word(word) { Ok(()) } else { self.unexpected() }
    }

    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Read<()> {
        if self.take_symbol(symbol) { Ok(()) } else { self.unexpected() }
    }

    pub(super) fn unexpected<T>(&self) -> Read<T> {
        Err(self.source.unexpected(self.at))
    }

    /// The text of the token at the cursor; empty at the end.
    pub(super) fn spelling(&self) -> &'a str {
        self.source.token(self.at).map_or("", |token| token.of(&self.source.text))
    }

    /// The grammar's `nm`: a name where nothing but a name can stand, text in single quotes included.
    pub(super) fn name(&mut self) -> Read<Identifier> {
        match self.source.token(self.at) {
            Some(token) if self.source.is_any_name(self.at) => {
                self.at += 1;
                Ok(self.source.identifier_of(token))
            }
            _ => self.unexpected(),
        }
    }

    /// `nm dbnm`: a name that a schema may stand before.
    pub(super) fn qualified_name(&mut self) -> Read<(Option<Identifier>, Identifier)> {
        let first = self.name()?;
        if self.take_symbol(".") { Ok((Some(first), self.name()?)) } else { Ok((None, first)) }
    }

    /// `AS alias` or an alias alone, which fewer words can be.
    pub(super) fn alias(&mut self) -> Read<Option<Identifier>> {
        if self.take_word("AS") {
            return self.name().map(Some);
        }
        if self.source.is_alias(self.at) { self.name().map(Some) } else { Ok(None) }
    }

    /// Things between commas.
    pub(super) fn separated<T>(&mut self, mut read: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut things = vec![read(self)?];
        while self.take_symbol(",") {
            things.push(read(self)?);
        }
        Ok(things)
    }
}
