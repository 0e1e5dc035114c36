//! SQL text to and from [`Statement`]s.
//!
//! A text's way: [`split`] cuts a script by `split.rs`, [`parse`] makes tokens (`tokens.rs`) and reads a SELECT from them by recursive
//! descent (`reader.rs` and what it names). `render` goes the other way, also for `to_string` (`display.rs`).
//!
//! No SQL parser from elsewhere is used: sqlparser, tried first, differs from SQLite in tokens, names, precedences and most of FROM,
//! partly without an error, so that nearly all of it had to be replaced. The tests hold this reader to SQLite's own byte code.

mod call;
mod command;
mod display;
mod expression;
mod from;
mod keywords;
mod literal;
mod names;
mod operand;
mod parameters;
mod read;
mod reader;
mod reads_only;
mod render;
mod select;
mod source;
mod split;
mod table_names;
mod tokens;
mod window;

#[cfg(test)]
mod tests;

pub use parameters::ParameterUse;
pub use tokens::{Token, TokenKind};

use crate::error::Result;
use crate::statement::{Expr, QueryStatement, Statement};

/// A statement's text within a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementText<'a> {
    /// The text, without the semicolon and without blanks and comments around it.
    pub text: &'a str,
    /// Where it starts in the script.
    pub offset: usize,
    /// Whether a semicolon ended it; if not, it is the last one and may be unfinished.
    pub complete: bool,
}

/// Splits a script into its statements by SQLite's rules (trigger bodies hold semicolons); empty ones are left out.
pub fn split(script: &str) -> Vec<StatementText<'_>> {
    split::split(script)
}

/// The tokens of a text that may be unfinished, for whoever draws or completes it; comments are the gaps between them. What
/// is not closed at the end is one `Illegal` token.
pub fn tokens(text: &str) -> Vec<Token> {
    tokens::tokenize(text)
}

/// Whether a comment that nothing closes stands behind the last token of a text.
pub fn has_open_comment(text: &str) -> bool {
    tokens::has_open_comment(text)
}

/// Every keyword of SQLite's, in capitals.
pub fn keywords() -> impl Iterator<Item = &'static str> {
    keywords::all()
}

/// Whether the word is a keyword.
pub fn is_keyword(word: &str) -> bool {
    keywords::is_keyword(word)
}

/// Reads one statement. What is no SELECT of SQLite's grammar becomes `Statement::Text`; never an error for that reason. Spans count from the start of `text`.
pub fn parse(text: &str) -> Statement {
    read::parse(text)
}

/// The SQL of a SELECT, which reads back to the same statement.
pub fn render_query(query: &QueryStatement) -> String {
    render::render_query(query)
}

/// The SQL of an expression, fully parenthesised.
pub fn render_expr(expr: &Expr) -> String {
    render::render_expr(expr)
}

/// A name in double quotes where it needs them (keywords, anything but ASCII letters, digits and underscores).
pub fn quote_identifier(name: &str) -> String {
    names::quote_identifier(name)
}

/// The parameters of a statement's text, each use with the number that SQLite gives it.
pub fn parameters(text: &str) -> Vec<ParameterUse> {
    parameters::parameters(text)
}

/// The names that a text may be naming tables by, found from its tokens alone: `(schema, table)` pairs and bare words
/// behind FROM, JOIN, INTO, UPDATE, TABLE and commas of a FROM, each with its place. Used for text that was not read.
pub fn table_names(text: &str) -> Result<Vec<crate::statement::SchemaReference>> {
    Ok(table_names::table_names(text))
}
