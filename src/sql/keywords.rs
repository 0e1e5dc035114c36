//! SQLite's keywords, by what they may stand for besides themselves.

/// Words that are never a name (those of SQLite's list that its grammar does not fall back to an identifier from).
const RESERVED: &[&str] = &[
    "ADD",
    "ALL",
    "ALTER",
    "AND",
    "AS",
    "AUTOINCREMENT",
    "BETWEEN",
    "CASE",
    "CHECK",
    "COLLATE",
    "COMMIT",
    "CONSTRAINT",
    "CREATE",
    "DEFAULT",
    "DEFERRABLE",
    "DELETE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "FOREIGN",
    "FROM",
    "GROUP",
    "HAVING",
    "IN",
    "INDEX",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "ISNULL",
    "JOIN",
    "LIMIT",
    "NOT",
    "NOTHING",
    "NOTNULL",
    "NULL",
    "ON",
    "OR",
    "ORDER",
    "PRIMARY",
    "REFERENCES",
    "RETURNING",
    "SELECT",
    "SET",
    "TABLE",
    "THEN",
    "TO",
    "TRANSACTION",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
];

/// Words of joins and INDEXED, which are a name everywhere but as an alias without AS, and as a type or a collation.
const JOIN: &[&str] = &["CROSS", "FULL", "INDEXED", "INNER", "LEFT", "NATURAL", "OUTER", "RIGHT"];

/// The other keywords, which SQLite takes for a name wherever they have no other meaning.
const SOFT: &[&str] = &[
    "ABORT",
    "ACTION",
    "AFTER",
    "ALWAYS",
    "ANALYZE",
    "ASC",
    "ATTACH",
    "BEFORE",
    "BEGIN",
    "BY",
    "CASCADE",
    "CAST",
    "COLUMN",
    "CONFLICT",
    "CURRENT",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "DATABASE",
    "DEFERRED",
    "DESC",
    "DETACH",
    "DO",
    "EACH",
    "END",
    "EXCLUDE",
    "EXCLUSIVE",
    "EXPLAIN",
    "FAIL",
    "FILTER",
    "FIRST",
    "FOLLOWING",
    "FOR",
    "GENERATED",
    "GLOB",
    "GROUPS",
    "IF",
    "IGNORE",
    "IMMEDIATE",
    "INITIALLY",
    "INSTEAD",
    "KEY",
    "LAST",
    "LIKE",
    "MATCH",
    "MATERIALIZED",
    "NO",
    "NULLS",
    "OF",
    "OFFSET",
    "OTHERS",
    "OVER",
    "PARTITION",
    "PLAN",
    "PRAGMA",
    "PRECEDING",
    "QUERY",
    "RAISE",
    "RANGE",
    "RECURSIVE",
    "REGEXP",
    "REINDEX",
    "RELEASE",
    "RENAME",
    "REPLACE",
    "RESTRICT",
    "ROLLBACK",
    "ROW",
    "ROWS",
    "SAVEPOINT",
    "TEMP",
    "TEMPORARY",
    "TIES",
    "TRIGGER",
    "UNBOUNDED",
    "VACUUM",
    "VIEW",
    "VIRTUAL",
    "WINDOW",
    "WITH",
    "WITHOUT",
];

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    RESERVED.iter().chain(JOIN).chain(SOFT).copied()
}

fn is_listed(list: &[&str], word: &str) -> bool {
    list.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// Whether the bare word cannot be a name.
pub(super) fn is_reserved(word: &str) -> bool {
    is_listed(RESERVED, word)
}

/// Whether the bare word is one of joins (or INDEXED).
pub(super) fn is_join_word(word: &str) -> bool {
    is_listed(JOIN, word)
}

/// Whether the word is a keyword of any kind, or would be read as something else than a name (TRUE, FALSE).
pub(super) fn is_keyword(word: &str) -> bool {
    is_reserved(word) || is_join_word(word) || is_listed(SOFT, word) || is_listed(&["TRUE", "FALSE"], word)
}
