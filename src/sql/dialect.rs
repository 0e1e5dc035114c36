//! How sqlparser is made to read SQLite's language.
//!
//! sqlparser reads the clauses (WITH, SELECT, FROM, joins, GROUP BY, compounds, ORDER BY, LIMIT); three things are taken out of its
//! hands, because its answers differ from SQLite's without an error (`2 * 3 || 4`, `x LIKE 'a' = 1`, `0x1F`, `a ISNULL`):
//!
//! * **tokens** come from [`super::tokens`], and a word is a keyword to it only if SQLite has that keyword in that place, so that
//!   `interval`, `top`, `sample` or `qualify` are names;
//! * **expressions** are read by [`super::expression`] from the prefix hook: whole ones, so that sqlparser's own precedence never
//!   comes into play. They are kept here, and a number takes their place in sqlparser's tree;
//! * **aliases** are any word that SQLite does not reserve.

use std::cell::{Cell, RefCell};

use sqlparser::ast::{Expr as ParserExpr, Value, ValueWithSpan};
use sqlparser::dialect::Dialect;
use sqlparser::keywords::{ALL_KEYWORDS, ALL_KEYWORDS_INDEX, Keyword};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token as ParserToken, TokenWithSpan, Word};

use super::expression::Reader;
use super::source::Source;
use super::tokens::{Token, TokenKind};
use crate::error::Span;
use crate::statement::Expr;

/// The keywords that sqlparser may see. All others are names to it, or stand in expressions, which it does not read.
const CLAUSES: &[&str] = &[
    "ALL",
    "AS",
    "ASC",
    "BY",
    "CROSS",
    "DESC",
    "DISTINCT",
    "EXCEPT",
    "FIRST",
    "FROM",
    "FULL",
    "GROUP",
    "HAVING",
    "INNER",
    "INTERSECT",
    "JOIN",
    "LAST",
    "LEFT",
    "LIMIT",
    "NATURAL",
    "NULLS",
    "OFFSET",
    "ON",
    "ORDER",
    "OUTER",
    "RECURSIVE",
    "RIGHT",
    "SELECT",
    "UNION",
    "USING",
    "VALUES",
    "WHERE",
    "WITH",
];

/// An expression with its text.
#[derive(Debug)]
pub(super) struct ReadExpression {
    pub(super) expr: Expr,
    pub(super) span: Span,
}

/// SQLite's language, over one text.
#[derive(Debug)]
pub(super) struct SqliteLanguage {
    pub(super) source: Source,
    /// The expressions read so far; sqlparser's tree holds their indices.
    expressions: RefCell<Vec<Option<ReadExpression>>>,
    /// How many expressions are open around the current one.
    pub(super) depth: Cell<usize>,
}

impl SqliteLanguage {
    pub(super) fn new(source: Source) -> Self {
        Self { source, expressions: RefCell::new(Vec::new()), depth: Cell::new(0) }
    }

    /// The tokens for sqlparser. `[NOT] MATERIALIZED` behind AS is left out, since it knows it for PostgreSQL only; the reading
    /// of WITH looks for it in the source.
    pub(super) fn parser_tokens(&self, from: usize) -> Vec<TokenWithSpan> {
        let source = &self.source;
        (from..source.tokens.len())
            .filter(|&index| !is_materialization(source, index))
            .filter_map(|index| source.token(index))
            .map(|token| TokenWithSpan { token: parser_token(token, &source.text), span: Source::parser_span(token) })
            .collect()
    }

    /// The expression that a placeholder stands for. Each is taken once.
    pub(super) fn take(&self, placeholder: &ParserExpr) -> Result<ReadExpression, String> {
        let ParserExpr::Value(ValueWithSpan { value: Value::Number(index, _), .. }) = placeholder else {
            return Err(format!("near \"{placeholder}\""));
        };
        let read = index.parse::<usize>().ok().and_then(|index| self.expressions.borrow_mut().get_mut(index)?.take());
        read.ok_or_else(|| "an expression was read twice".to_owned())
    }

    /// The index of the token that sqlparser reads next.
    pub(super) fn position(&self, parser: &Parser<'_>) -> usize {
        let next = parser.peek_token_ref();
        match next.token {
            ParserToken::EOF => self.source.tokens.len(),
            _ => Source::offset(next.span.start).map_or(self.source.tokens.len(), |offset| self.source.index_at(offset)),
        }
    }

    /// Makes sqlparser go on at the token at an index.
    pub(super) fn advance(&self, parser: &mut Parser<'_>, to: usize) {
        while self.position(parser) < to {
            parser.advance_token();
        }
    }

    /// Whether the word that sqlparser has just taken may be an alias; behind AS the rules are the same here.
    fn is_alias(&self, parser: &Parser<'_>) -> bool {
        Source::offset(parser.get_current_token().span.start)
            .is_some_and(|offset| self.source.is_name(self.source.index_at(offset)))
    }
}

impl Dialect for SqliteLanguage {
    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        matches!(ch, '`' | '"' | '[')
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_ascii_alphabetic() || ch == '_' || !ch.is_ascii()
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        self.is_identifier_start(ch) || ch.is_ascii_digit() || ch == '$'
    }

    fn supports_limit_comma(&self) -> bool {
        true
    }

    fn supports_cross_join_constraint(&self) -> bool {
        true
    }

    fn is_select_item_alias(&self, _explicit: bool, _keyword: &Keyword, parser: &mut Parser<'_>) -> bool {
        self.is_alias(parser)
    }

    fn is_table_factor_alias(&self, _explicit: bool, _keyword: &Keyword, parser: &mut Parser<'_>) -> bool {
        self.is_alias(parser)
    }

    fn parse_prefix(&self, parser: &mut Parser<'_>) -> Option<Result<ParserExpr, ParserError>> {
        let first = self.position(parser);
        let read = Reader::new(self, parser, first).expression();
        Some(read.map_err(ParserError::ParserError).map(|(expr, behind)| {
            self.advance(parser, behind);
            let mut expressions = self.expressions.borrow_mut();
            expressions.push(Some(ReadExpression { expr, span: self.source.span(first, behind) }));
            let placeholder = Value::Number((expressions.len() - 1).to_string(), false);
            ParserExpr::Value(ValueWithSpan { value: placeholder, span: sqlparser::tokenizer::Span::empty() })
        }))
    }

    /// No operator ever follows: the prefix hook has taken the whole expression.
    fn get_next_precedence(&self, _parser: &Parser<'_>) -> Option<Result<u8, ParserError>> {
        Some(Ok(0))
    }
}

/// Whether the token at an index belongs to `AS [NOT] MATERIALIZED (`.
fn is_materialization(source: &Source, index: usize) -> bool {
    let behind_as = |index: usize| index.checked_sub(1).is_some_and(|before| source.is_word(before, "AS"));
    let word = |index: usize| source.is_word(index, "MATERIALIZED") && source.is_symbol(index + 1, "(");
    let negated = |index: usize| source.is_word(index, "NOT") && word(index + 1) && behind_as(index);
    negated(index) || (word(index) && (behind_as(index) || index.checked_sub(1).is_some_and(negated)))
}

/// A token in sqlparser's words. Operators, which stand in expressions only, need no exact counterpart.
fn parser_token(token: &Token, text: &str) -> ParserToken {
    let spelling = token.of(text);
    match token.kind {
        TokenKind::Word => {
            ParserToken::Word(Word { value: spelling.to_owned(), quote_style: None, keyword: clause_keyword(spelling) })
        }
        TokenKind::Quoted => {
            ParserToken::Word(Word { value: token.name(text), quote_style: spelling.chars().next(), keyword: Keyword::NoKeyword })
        }
        TokenKind::Text => ParserToken::SingleQuotedString(token.name(text)),
        TokenKind::Blob => ParserToken::HexStringLiteral(spelling.to_owned()),
        TokenKind::Number => ParserToken::Number(spelling.to_owned(), false),
        TokenKind::Parameter => ParserToken::Placeholder(spelling.to_owned()),
        TokenKind::Symbol => match spelling {
            "(" => ParserToken::LParen,
            ")" => ParserToken::RParen,
            "," => ParserToken::Comma,
            "." => ParserToken::Period,
            "*" => ParserToken::Mul,
            _ => ParserToken::CustomBinaryOperator(spelling.to_owned()),
        },
        TokenKind::Illegal => ParserToken::CustomBinaryOperator(spelling.to_owned()),
    }
}

fn clause_keyword(word: &str) -> Keyword {
    if !CLAUSES.iter().any(|clause| clause.eq_ignore_ascii_case(word)) {
        return Keyword::NoKeyword;
    }
    // sqlparser's own list is sorted for this search.
    ALL_KEYWORDS.binary_search(&word.to_ascii_uppercase().as_str()).map_or(Keyword::NoKeyword, |index| ALL_KEYWORDS_INDEX[index])
}
