//! Which tables an unfinished statement names, and what may stand at the cursor.
//!
//! Works on words alone: text that somebody is in the middle of typing rarely parses, and the FROM that decides what
//! columns there are usually stands behind the cursor.

/// A table that a statement names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedTable {
    /// The pool, if it was written.
    pub(super) pool: Option<String>,
    /// The table.
    pub(super) table: String,
    /// Its alias.
    pub(super) alias: Option<String>,
}

/// What may stand at the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A table or a pool.
    Table,
    /// Something of what the name before the dot means.
    Member(String),
    /// Anything else: columns, functions, keywords.
    Expression,
}

/// A word or a mark of the text, unquoted.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    Name { text: String, quoted: bool },
    Mark(char),
}

/// Where the word that ends at `position` starts.
pub(super) fn word_start(text: &str, position: usize) -> usize {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    text[..position].char_indices().rev().take_while(|(_, letter)| is_part(*letter)).last().map_or(position, |(at, _)| at)
}

/// What may stand behind `before`, which ends where the word at the cursor starts.
pub(super) fn place(before: &str) -> Place {
    let tokens = tokens(before);
    match tokens.as_slice() {
        [.., Token::Name { text, .. }, Token::Mark('.')] => Place::Member(text.clone()),
        [.., Token::Name { text, quoted: false }] if introduces_table(text) => Place::Table,
        [head @ .., Token::Mark(',')] if in_from(head) => Place::Table,
        _ => Place::Expression,
    }
}

/// The tables that the statement around the cursor names, in its order.
pub(super) fn named_tables(before: &str, after: &str) -> Vec<NamedTable> {
    let after = after.split(';').next().unwrap_or_default();
    let tokens = tokens(&format!("{before}{after}"));
    let mut found = Vec::new();
    for position in 0..tokens.len() {
        let starts = match &tokens[position] {
            Token::Name { text, quoted: false } => introduces_table(text),
            Token::Mark(',') => in_from(&tokens[..position]),
            _ => false,
        };
        if starts {
            found.extend(table_at(&tokens[position + 1..]));
        }
    }
    found
}

fn introduces_table(word: &str) -> bool {
    ["FROM", "JOIN", "INTO", "UPDATE", "TABLE"].iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// Whether the last clause that started is a FROM.
fn in_from(tokens: &[Token]) -> bool {
    let clause = tokens.iter().rev().find_map(|token| match token {
        Token::Name { text, quoted: false } if is_clause(text) => Some(text),
        _ => None,
    });
    clause.is_some_and(|clause| clause.eq_ignore_ascii_case("FROM") || clause.eq_ignore_ascii_case("JOIN"))
}

fn is_clause(word: &str) -> bool {
    const CLAUSES: [&str; 11] = ["SELECT", "FROM", "JOIN", "ON", "USING", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "SET"];
    CLAUSES.iter().any(|clause| clause.eq_ignore_ascii_case(word))
}

fn table_at(tokens: &[Token]) -> Option<NamedTable> {
    let name = |position: usize| match tokens.get(position) {
        Some(Token::Name { text, quoted }) if *quoted || !is_keyword_behind_table(text) => Some(text.clone()),
        _ => None,
    };
    let first = name(0)?;
    let has_pool = tokens.get(1) == Some(&Token::Mark('.'));
    let (pool, table, mut next) = if has_pool { (Some(first), name(2)?, 3) } else { (None, first, 1) };
    if matches!(tokens.get(next), Some(Token::Name { text, quoted: false }) if text.eq_ignore_ascii_case("AS")) {
        next += 1;
    }
    Some(NamedTable { pool, table, alias: name(next) })
}

/// Words that follow a table's name without being its alias.
fn is_keyword_behind_table(word: &str) -> bool {
    const WORDS: [&str; 16] = [
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
    ];
    is_clause(word) || introduces_table(word) || WORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// The tokens of the last statement; strings and comments are left out.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => drop(until(&mut letters, '\'')),
            '"' | '`' => tokens.push(Token::Name { text: until(&mut letters, letter), quoted: true }),
            '[' => tokens.push(Token::Name { text: until(&mut letters, ']'), quoted: true }),
            '-' if letters.peek() == Some(&'-') => drop(until(&mut letters, '\n')),
            ';' => tokens.clear(),
            _ if letter.is_alphanumeric() || letter == '_' => {
                let mut word = String::from(letter);
                while let Some(next) = letters.next_if(|next| next.is_alphanumeric() || matches!(next, '_' | '$')) {
                    word.push(next);
                }
                tokens.push(Token::Name { text: word, quoted: false });
            }
            _ if letter.is_whitespace() => {}
            _ => tokens.push(Token::Mark(letter)),
        }
    }
    tokens
}

fn until(letters: &mut impl Iterator<Item = char>, end: char) -> String {
    letters.take_while(|letter| *letter != end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(pool: Option<&str>, table: &str, alias: Option<&str>) -> NamedTable {
        NamedTable { pool: pool.map(str::to_owned), table: table.to_owned(), alias: alias.map(str::to_owned) }
    }

    #[test]
    fn tables_are_found_behind_the_cursor_too() {
        let before = "SELECT 1; SELECT c.";
        let after = ", 'FROM x' FROM crm.customers AS c, orders o JOIN \"my table\" USING (id) WHERE 1; SELECT 2 FROM t";
        let wanted =
            [named(Some("crm"), "customers", Some("c")), named(None, "orders", Some("o")), named(None, "my table", None)];
        assert_eq!(named_tables(before, after), wanted);
    }

    #[test]
    fn the_place_follows_from_what_stands_before() {
        assert_eq!(place("SELECT "), Place::Expression);
        assert_eq!(place("SELECT a, "), Place::Expression);
        assert_eq!(place("SELECT a FROM "), Place::Table);
        assert_eq!(place("SELECT a FROM t, "), Place::Table);
        assert_eq!(place("SELECT a FROM t LEFT JOIN "), Place::Table);
        assert_eq!(place("SELECT a FROM t WHERE f(a, "), Place::Expression);
        assert_eq!(place("SELECT c."), Place::Member("c".into()));
        assert_eq!(word_start("SELECT c.na", 11), 9);
    }
}
