//! Which tables an unfinished statement names, and what may stand at the cursor.
//!
//! Works on tokens alone: text that somebody is in the middle of typing rarely parses, and the FROM that decides what
//! columns there are usually stands behind the cursor.

use glue::sql::{StatementText, Token, TokenKind, split, tokens};

/// A table that a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedTable {
    /// The pool, if it was written.
    pub(super) pool: Option<String>,
    /// The table.
    pub(super) table: String,
    /// Its alias.
    pub(super) alias: Option<String>,
}

impl NamedTable {
    /// What its columns are qualified by.
    pub(super) fn qualifier(&self) -> &str {
        self.alias.as_ref().unwrap_or(&self.table)
    }
}

/// What may stand at the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first word of a statement.
    Start,
    /// A table or a pool.
    Table,
    /// Something of what the names before the dot mean: of an alias, a table or a pool, or of a pool's table.
    Member(Option<String>, String),
    /// The name of a pragma.
    Pragma,
    /// The columns that an INSERT fills.
    Column,
    /// Anything else: columns, functions, keywords.
    Expression,
    /// Within a text or a comment, where nothing is offered.
    Nothing,
}

/// The cursor within the statement around it.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    /// Where the word at the cursor starts in the whole text.
    pub(super) start: usize,
    /// The word, as far as it is typed, without quotes.
    pub(super) typed: &'a str,
    /// What may stand there.
    pub(super) place: Place,
    /// The tables that the statement names, in its order.
    pub(super) tables: Vec<NamedTable>,
    /// The names that its WITH gives.
    pub(super) common: Vec<String>,
}

/// A token with its text.
#[derive(Clone, Copy)]
struct Piece<'a> {
    token: Token,
    text: &'a str,
}

impl<'a> Cursor<'a> {
    /// What stands around `position`.
    pub(super) fn at(text: &'a str, position: usize) -> Self {
        let (before, after) = text.split_at(position);
        // Its own statement alone: the columns of the one before it are none of its.
        let first = split(before).last().filter(|last| !last.complete).map_or(position, |last| last.offset);
        let pieces = pieces(&before[first..]);
        let (start, typed, is_open_text) = word(before, &pieces, first);
        let head: Vec<Piece<'_>> = pieces.into_iter().filter(|piece| first + piece.token.start < start).collect();
        let place = if is_open_text || in_comment(before, first) { Place::Nothing } else { place(&head) };
        let behind =
            split(after).first().map_or("", |statement: &StatementText<'_>| &after[..statement.offset + statement.text.len()]);
        // Where the statement ends right behind the cursor, what follows belongs to the next one.
        let behind = if after.trim_start().starts_with(';') { "" } else { behind };
        let whole = format!("{}{behind}", &before[first..]);
        let all = self::pieces(&whole);
        Self { start, typed, place, tables: named_tables(&all), common: common_names(&all) }
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    tokens(text).into_iter().map(|token| Piece { token, text: token.of(text) }).collect()
}

/// Where the word at the end of `before` starts, the word without its quote, and whether it is an open text.
fn word<'a>(before: &'a str, pieces: &[Piece<'_>], first: usize) -> (usize, &'a str, bool) {
    let nothing = (before.len(), "", false);
    let Some(last) = pieces.last().filter(|piece| first + piece.token.end == before.len()) else { return nothing };
    let start = first + last.token.start;
    match last.token.kind {
        TokenKind::Word => (start, &before[start..], false),
        TokenKind::Illegal if last.text.starts_with(['"', '`', '[']) => (start, &before[start + 1..], false),
        TokenKind::Illegal if last.text.starts_with('\'') => (before.len(), "", true),
        TokenKind::Text => (before.len(), "", true),
        _ => nothing,
    }
}

/// Whether the end of `before` lies in a comment: behind the last token there is one that does not end.
fn in_comment(before: &str, first: usize) -> bool {
    let behind = first + tokens(&before[first..]).last().map_or(0, |token| token.end);
    let gap = &before[behind..];
    let line = gap.rsplit('\n').next().unwrap_or_default();
    line.contains("--") || gap.rfind("/*").is_some_and(|open| !gap[open..].contains("*/"))
}

fn place(head: &[Piece<'_>]) -> Place {
    match head {
        [] => Place::Start,
        [.., pool, dot, table, second] if pool.is_name() && dot.is_symbol(".") && table.is_name() && second.is_symbol(".") => {
            Place::Member(Some(pool.name()), table.name())
        }
        [.., name, dot] if name.is_name() && dot.is_symbol(".") => Place::Member(None, name.name()),
        [.., last] if last.is_any(&TABLE_FOLLOWS) => Place::Table,
        [.., last] if last.is_word("PRAGMA") => Place::Pragma,
        [rest @ .., last] if last.is_symbol(",") && in_from(rest) => Place::Table,
        _ if in_insert_columns(head) => Place::Column,
        [.., last] if last.is_word("EXPLAIN") => Place::Start,
        _ => Place::Expression,
    }
}

const TABLE_FOLLOWS: [&str; 5] = ["FROM", "JOIN", "INTO", "UPDATE", "TABLE"];
const CLAUSES: [&str; 11] = ["SELECT", "FROM", "JOIN", "ON", "USING", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "SET"];
/// Words that follow a table's name without being its alias.
const BEHIND_TABLE: [&str; 17] = [
    "AS",
    "CROSS",
    "FULL",
    "INDEXED",
    "INNER",
    "LEFT",
    "NATURAL",
    "NOT",
    "OUTER",
    "RIGHT",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "VALUES",
    "WINDOW",
    "RETURNING",
    "DEFAULT",
];

impl Piece<'_> {
    fn is_name(&self) -> bool {
        matches!(self.token.kind, TokenKind::Word | TokenKind::Quoted)
    }

    fn name(&self) -> String {
        match self.token.kind {
            TokenKind::Quoted => Token { start: 0, end: self.text.len(), ..self.token }.name(self.text),
            _ => self.text.to_owned(),
        }
    }

    fn is_word(&self, word: &str) -> bool {
        self.token.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(word))
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        self.token.kind == TokenKind::Symbol && self.text == symbol
    }
}

/// Whether the last clause that started is a FROM.
fn in_from(head: &[Piece<'_>]) -> bool {
    head.iter().rev().find(|piece| piece.is_any(&CLAUSES)).is_some_and(|clause| clause.is_any(&["FROM", "JOIN"]))
}

/// Whether the text ends within `INSERT INTO table (…`.
fn in_insert_columns(head: &[Piece<'_>]) -> bool {
    let Some(open) = head.iter().rposition(|piece| piece.is_symbol("(") || piece.is_symbol(")")) else { return false };
    let before = &head[..open];
    let into = before.iter().rposition(|piece| piece.is_word("INTO"));
    head[open].is_symbol("(") && into.is_some_and(|into| (2..=4).contains(&(before.len() - into)) && before[into + 1].is_name())
}

fn named_tables(pieces: &[Piece<'_>]) -> Vec<NamedTable> {
    let starts = |position: usize| {
        let piece = &pieces[position];
        piece.is_any(&TABLE_FOLLOWS) || piece.is_symbol(",") && in_from(&pieces[..position])
    };
    (0..pieces.len()).filter(|position| starts(*position)).filter_map(|position| table_at(&pieces[position + 1..])).collect()
}

fn table_at(pieces: &[Piece<'_>]) -> Option<NamedTable> {
    let is_keyword = |piece: &Piece<'_>| piece.is_any(&CLAUSES) || piece.is_any(&TABLE_FOLLOWS) || piece.is_any(&BEHIND_TABLE);
    let name = |position: usize| pieces.get(position).filter(|piece| piece.is_name() && !is_keyword(piece)).map(Piece::name);
    let first = name(0)?;
    let has_pool = pieces.get(1).is_some_and(|piece| piece.is_symbol("."));
    let (pool, table, mut next) = if has_pool { (Some(first), name(2)?, 3) } else { (None, first, 1) };
    if pieces.get(next).is_some_and(|piece| piece.is_word("AS")) {
        next += 1;
    }
    Some(NamedTable { pool, table, alias: name(next) })
}

/// `name AS (` and `name (columns) AS (`, as only WITH has them before a query.
fn common_names(pieces: &[Piece<'_>]) -> Vec<String> {
    if !pieces.iter().any(|piece| piece.is_word("WITH")) {
        return Vec::new();
    }
    let starts = |position: usize| {
        position > 0 && (pieces[position - 1].is_any(&["WITH", "RECURSIVE"]) || pieces[position - 1].is_symbol(","))
    };
    let is_defined = |position: usize| {
        let mut rest = pieces[position + 1..].iter().peekable();
        if rest.peek().is_some_and(|piece| piece.is_symbol("(")) {
            rest.by_ref().find(|piece| piece.is_symbol(")"));
        }
        rest.next().is_some_and(|piece| piece.is_word("AS"))
    };
    let defined = |position: &usize| starts(*position) && pieces[*position].is_name() && is_defined(*position);
    (0..pieces.len()).filter(defined).map(|position| pieces[position].name()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(pool: Option<&str>, table: &str, alias: Option<&str>) -> NamedTable {
        NamedTable { pool: pool.map(str::to_owned), table: table.to_owned(), alias: alias.map(str::to_owned) }
    }

    /// The cursor stands at the `|`.
    fn place_at(marked: &str) -> Place {
        let position = marked.find('|').expect("a mark");
        Cursor::at(&marked.replacen('|', "", 1), position).place
    }

    #[test]
    fn tables_are_found_behind_the_cursor_too() {
        let text = "SELECT * FROM before; SELECT c. , 'FROM x' FROM crm.customers AS c, orders o JOIN \"my table\" USING (id) WHERE 1; \
                    SELECT 2 FROM t";
        let cursor = Cursor::at(text, text.find("c. ").expect("the place") + 2);
        let wanted =
            [named(Some("crm"), "customers", Some("c")), named(None, "orders", Some("o")), named(None, "my table", None)];
        assert_eq!(cursor.tables, wanted);
        assert_eq!(cursor.place, Place::Member(None, "c".into()));
    }

    #[test]
    fn the_place_follows_from_what_stands_before() {
        assert_eq!(place_at("SEL|"), Place::Start);
        assert_eq!(place_at("SELECT 1; |"), Place::Start);
        assert_eq!(place_at("SELECT |"), Place::Expression);
        assert_eq!(place_at("SELECT a, | FROM t"), Place::Expression);
        assert_eq!(place_at("SELECT a FROM |"), Place::Table);
        assert_eq!(place_at("SELECT a FROM cust|omers"), Place::Table);
        assert_eq!(place_at("SELECT a FROM \"my t|"), Place::Table);
        assert_eq!(place_at("SELECT a FROM t, |"), Place::Table);
        assert_eq!(place_at("SELECT a FROM t LEFT JOIN |"), Place::Table);
        assert_eq!(place_at("SELECT a FROM t WHERE f(a, |"), Place::Expression);
        assert_eq!(place_at("SELECT crm.|"), Place::Member(None, "crm".into()));
        assert_eq!(place_at("SELECT crm.customers.na|"), Place::Member(Some("crm".into()), "customers".into()));
        assert_eq!(place_at("INSERT INTO t (a, |"), Place::Column);
        assert_eq!(place_at("INSERT INTO p.t (|"), Place::Column);
        assert_eq!(place_at("INSERT INTO t (a) VALUES (|"), Place::Expression);
        assert_eq!(place_at("PRAGMA |"), Place::Pragma);
        assert_eq!(place_at("SELECT 'FROM |"), Place::Nothing);
        assert_eq!(place_at("SELECT 1 -- FROM |"), Place::Nothing);
        assert_eq!(place_at("SELECT 1 /* FROM |"), Place::Nothing);
    }

    #[test]
    fn names_of_with_are_tables() {
        let text = "WITH a AS (SELECT 1), b (x, y) AS (SELECT 2) SELECT * FROM ";
        assert_eq!(Cursor::at(text, text.len()).common, ["a", "b"]);
    }
}
