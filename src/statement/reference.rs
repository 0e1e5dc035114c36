//! Tables and columns named by strings, as programs write them.
//!
//! A string is cut at its dots and, for a table, at ` AS `; nothing is unquoted. A name that holds a dot or such a word has
//! the constructors, which take every name as it is.

use super::{
    Expr, FieldReference, FunctionCall, Identifier, NullsOrder, OrderTerm, QueryStatement, SchemaReference, SelectItem,
    SortOrder, TableSource, Version,
};
use crate::error::Span;

impl From<String> for Identifier {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl FieldReference {
    /// A column by its name alone.
    pub fn new(name: impl Into<Identifier>) -> Self {
        Self { pool: None, table: None, name: name.into() }
    }

    /// A column of a table, which goes by its alias where it has one.
    pub fn of(table: impl Into<Identifier>, name: impl Into<Identifier>) -> Self {
        Self { pool: None, table: Some(table.into()), name: name.into() }
    }
}

/// `name`, `table.name` or `pool.table.name`.
///
/// ```
/// use glue::statement::FieldReference;
///
/// assert_eq!(FieldReference::from("c.name"), FieldReference::of("c", "name"));
/// ```
impl From<&str> for FieldReference {
    fn from(text: &str) -> Self {
        let mut parts: Vec<&str> = text.splitn(3, '.').collect();
        let name = parts.pop().unwrap_or_default().into();
        let table = parts.pop().map(Identifier::from);
        Self { pool: parts.pop().map(Identifier::from), table, name }
    }
}

impl SchemaReference {
    /// A table by its name, in its latest version.
    pub fn new(name: impl Into<Identifier>) -> Self {
        Self::named(None, name)
    }

    /// A table by its name, and that of its pool where there is one.
    pub(crate) fn named(pool: Option<Identifier>, name: impl Into<Identifier>) -> Self {
        Self { pool, name: name.into(), alias: None, indexed: None, version: Version::Latest }
    }

    /// The same table under another name within the statement.
    #[must_use]
    pub fn alias(mut self, alias: impl Into<Identifier>) -> Self {
        self.alias = Some(alias.into());
        self
    }

    /// The table of that pool, whatever a bare name would mean.
    #[must_use]
    pub fn pool(mut self, pool: impl Into<Identifier>) -> Self {
        self.pool = Some(pool.into());
        self
    }

    /// The table in a version. SQLite files know [`Version::Latest`] only; another is an error when the statement runs.
    #[must_use]
    pub fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }
}

/// `name`, `pool.name`, and either with ` AS alias` behind it.
///
/// ```
/// use glue::statement::SchemaReference;
///
/// let orders = SchemaReference::new("orders").pool("sales").alias("o");
/// assert_eq!(SchemaReference::from("sales.orders AS o"), orders);
/// ```
impl From<&str> for SchemaReference {
    fn from(text: &str) -> Self {
        let behind_name = text.to_ascii_uppercase().rfind(" AS ");
        let (name, alias) = match behind_name {
            Some(at) => (text[..at].trim(), Some(text[at + 4..].trim().into())),
            None => (text.trim(), None),
        };
        let (pool, name) = match name.split_once('.') {
            Some((pool, name)) => (Some(pool.into()), name),
            None => (None, name),
        };
        Self { alias, ..Self::named(pool, name) }
    }
}

impl From<&str> for TableSource {
    fn from(text: &str) -> Self {
        Self::Schema(text.into())
    }
}

impl From<SchemaReference> for TableSource {
    fn from(reference: SchemaReference) -> Self {
        Self::Schema(reference)
    }
}

/// A subquery without an alias; [`QueryStatement::alias`] gives it one.
impl From<QueryStatement> for TableSource {
    fn from(query: QueryStatement) -> Self {
        Self::Query { query: Box::new(query), alias: None }
    }
}

/// What may stand where a string names a column: in GROUP BY, ORDER BY, the arguments of a function. (Where a value is
/// expected, as to the right of a lookup, a string is a text.)
pub trait IntoColumn {
    /// The expression.
    fn into_column(self) -> Expr;
}

impl IntoColumn for &str {
    fn into_column(self) -> Expr {
        Expr::Field(self.into())
    }
}

impl IntoColumn for FieldReference {
    fn into_column(self) -> Expr {
        Expr::Field(self)
    }
}

impl IntoColumn for Expr {
    fn into_column(self) -> Expr {
        self
    }
}

impl IntoColumn for FunctionCall {
    fn into_column(self) -> Expr {
        Expr::Function(self)
    }
}

/// A column as an expression, to compare and to compute with; see [`FieldReference`] for what a string means.
///
/// ```
/// use glue::statement::field;
///
/// assert_eq!(field("o.amount").gte(10).to_string(), "(o.amount >= 10)");
/// ```
pub fn field(name: impl Into<FieldReference>) -> Expr {
    Expr::Field(name.into())
}

impl SelectItem {
    /// An expression under a name.
    pub fn aliased(expr: impl IntoColumn, alias: impl Into<Identifier>) -> Self {
        Self::Expr { expr: expr.into_column(), alias: Some(alias.into()), text: None }
    }
}

/// `*`, `table.*`, or a column as [`FieldReference`] reads it.
impl From<&str> for SelectItem {
    fn from(text: &str) -> Self {
        match text.strip_suffix(".*") {
            Some(table) => Self::AllOf { table: table.into() },
            None if text == "*" => Self::All { span: Span::default() },
            None => FieldReference::from(text).into(),
        }
    }
}

impl From<FieldReference> for SelectItem {
    fn from(field: FieldReference) -> Self {
        Expr::Field(field).into()
    }
}

impl From<Expr> for SelectItem {
    fn from(expr: Expr) -> Self {
        Self::Expr { expr, alias: None, text: None }
    }
}

impl OrderTerm {
    /// Smallest first.
    pub fn ascending(by: impl IntoColumn) -> Self {
        Self { expr: by.into_column(), order: SortOrder::Ascending, nulls: None }
    }

    /// Largest first.
    pub fn descending(by: impl IntoColumn) -> Self {
        Self { expr: by.into_column(), order: SortOrder::Descending, nulls: None }
    }

    /// The same order with NULLs at an end (SQLite takes them for smaller than anything else).
    #[must_use]
    pub fn nulls(mut self, nulls: NullsOrder) -> Self {
        self.nulls = Some(nulls);
        self
    }
}

impl From<&str> for OrderTerm {
    fn from(name: &str) -> Self {
        Self::ascending(name)
    }
}

impl From<Expr> for OrderTerm {
    fn from(expr: Expr) -> Self {
        Self::ascending(expr)
    }
}
