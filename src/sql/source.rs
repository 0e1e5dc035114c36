//! The text that is being read, its tokens, and the place in them.

use super::keywords::{is_join_word, is_reserved};
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

    /// The grammar's `ids`: an alias without AS, a collation or a word of a type. A quoted word, text in single quotes, or a bare word
    /// that is neither reserved nor one of a join.
    pub(super) fn is_alias(&self, index: usize) -> bool {
        self.is_any_name(index) && !self.token(index).is_some_and(|token| self.is_bare(token, is_join_word))
    }

    /// The grammar's `nm`: the same, and the words of joins.
    pub(super) fn is_any_name(&self, index: usize) -> bool {
        self.token(index).is_some_and(|token| match token.kind {
            TokenKind::Quoted | TokenKind::Text => true,
            TokenKind::Word => {
                let keyword = self.is_window(index) || self.is_over(index) || self.is_filter(index);
                !keyword && !is_reserved(token.of(&self.text))
            }
            _ => false,
        })
    }

    /// Whether WINDOW at an index is the keyword: it is where a name and AS follow (`analyzeWindowKeyword`).
    pub(super) fn is_window(&self, index: usize) -> bool {
        self.is_word(index, "WINDOW") && self.may_be_name(index + 1) && self.is_word(index + 2, "AS")
    }

    /// Whether OVER at an index is the keyword: it is between `)` and a bracket or a name (`analyzeOverKeyword`).
    pub(super) fn is_over(&self, index: usize) -> bool {
        self.is_word(index, "OVER")
            && self.is_behind_bracket(index)
            && (self.is_symbol(index + 1, "(") || self.may_be_name(index + 1))
    }

    /// Whether FILTER at an index is the keyword: it is between `)` and `(` (`analyzeFilterKeyword`).
    pub(super) fn is_filter(&self, index: usize) -> bool {
        self.is_word(index, "FILTER") && self.is_behind_bracket(index) && self.is_symbol(index + 1, "(")
    }

    fn is_behind_bracket(&self, index: usize) -> bool {
        index.checked_sub(1).is_some_and(|before| self.is_symbol(before, ")"))
    }

    /// What SQLite's look ahead takes for a name.
    fn may_be_name(&self, index: usize) -> bool {
        self.token(index).is_some_and(|token| match token.kind {
            TokenKind::Quoted | TokenKind::Text => true,
            TokenKind::Word => !is_reserved(token.of(&self.text)) && !token.is_word(&self.text, "INDEXED"),
            _ => false,
        })
    }

    fn is_bare(&self, token: &Token, listed: fn(&str) -> bool) -> bool {
        token.kind == TokenKind::Word && listed(token.of(&self.text))
    }

    /// The name that a token writes, text in single quotes included.
    pub(super) fn identifier_of(&self, token: &Token) -> Identifier {
        Identifier {
            name: token.name(&self.text),
            span: Span::new(token.start, token.end),
            double_quoted: token.of(&self.text).starts_with('"'),
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
