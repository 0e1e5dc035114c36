//! The text that is being read, its tokens, and the place in them.

use sqlparser::ast::Ident;
use sqlparser::tokenizer::{Location, Span as ParserSpan};

use super::keywords::is_reserved;
use super::tokens::{Token, TokenKind};
use crate::error::Span;
use crate::statement::Identifier;

/// A statement's text with its tokens.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
}

impl Source {
    /// The location that stands for a byte offset: everything is on line 1, and the column is the offset plus 1. sqlparser only
    /// carries locations along, so that no line has to be counted and every span comes back exact.
    pub(super) fn location(offset: usize) -> Location {
        Location { line: 1, column: offset as u64 + 1 }
    }

    /// The span of a token for sqlparser.
    pub(super) fn parser_span(token: &Token) -> ParserSpan {
        ParserSpan { start: Self::location(token.start), end: Self::location(token.end) }
    }

    /// The byte offset that a location stands for; none for a node that no token made.
    pub(super) fn offset(location: Location) -> Option<usize> {
        usize::try_from(location.column).ok()?.checked_sub(1)
    }

    /// The index of the first token at or behind a byte offset.
    pub(super) fn index_at(&self, offset: usize) -> usize {
        self.tokens.partition_point(|token| token.start < offset)
    }

    /// The token at an index.
    pub(super) fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    /// Whether the token at an index is this bare word.
    pub(super) fn is_word(&self, index: usize, word: &str) -> bool {
        self.token(index).is_some_and(|token| token.is_word(&self.text, word))
    }

    /// Whether the token at an index is this operator or punctuation.
    pub(super) fn is_symbol(&self, index: usize, symbol: &str) -> bool {
        self.token(index).is_some_and(|token| token.is_symbol(&self.text, symbol))
    }

    /// Whether the token at an index is a name: a quoted word, or a bare one that is not reserved.
    pub(super) fn is_name(&self, index: usize) -> bool {
        self.token(index).is_some_and(|token| match token.kind {
            TokenKind::Quoted => true,
            TokenKind::Word => !is_reserved(token.of(&self.text)),
            _ => false,
        })
    }

    /// The name at an index.
    pub(super) fn identifier(&self, index: usize) -> Result<Identifier, String> {
        match self.token(index) {
            Some(token) if self.is_name(index) => Ok(self.identifier_of(token)),
            _ => Err(self.unexpected(index)),
        }
    }

    /// The name that a token writes, text in single quotes included.
    pub(super) fn identifier_of(&self, token: &Token) -> Identifier {
        Identifier {
            name: token.name(&self.text),
            span: Span::new(token.start, token.end),
            double_quoted: token.of(&self.text).starts_with('"'),
        }
    }

    /// The name that sqlparser read somewhere; refused where SQLite takes the word for a keyword.
    pub(super) fn name_of(&self, ident: &Ident) -> Result<Identifier, String> {
        match Self::offset(ident.span.start) {
            Some(offset) => self.identifier(self.index_at(offset)),
            None => Err(format!("text in single quotes as a name: '{}'", ident.value)),
        }
    }

    /// The index of the `)` that closes the `(` at an index.
    pub(super) fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for index in open..self.tokens.len() {
            if self.is_symbol(index, "(") {
                depth += 1;
            } else if self.is_symbol(index, ")") {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(index);
                }
            }
        }
        None
    }

    /// The bytes from one token to behind another.
    pub(super) fn span(&self, first: usize, behind: usize) -> Span {
        match (self.token(first), behind.checked_sub(1).and_then(|last| self.token(last))) {
            (Some(first), Some(last)) => Span::new(first.start, last.end),
            _ => Span::default(),
        }
    }

    /// What to say of a token that fits nowhere.
    pub(super) fn unexpected(&self, index: usize) -> String {
        self.token(index).map_or_else(|| "incomplete input".to_owned(), |token| format!("near \"{}\"", token.of(&self.text)))
    }
}
