//! SELECT statements.

use super::{Expr, NamedWindow};
use crate::error::Span;

/// A name as written, without its quotes. Names compare as SQLite compares them: ASCII letters without their case.
#[derive(Debug, Clone, Eq, Default)]
pub struct Identifier {
    /// The name, unquoted.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// Whether it was written in double quotes (SQLite takes such a word for text where no column has the name).
    pub double_quoted: bool,
}

impl Identifier {
    /// A name that no text holds.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), span: Span::default(), double_quoted: false }
    }

    /// A name at a place of the text.
    pub fn at(name: impl Into<String>, span: Span) -> Self {
        Self { name: name.into(), span, double_quoted: false }
    }

    /// Whether both name the same thing.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

impl PartialEq for Identifier {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.name)
    }
}

impl From<&str> for Identifier {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// A SELECT: `WITH … SELECT only FROM table joins WHERE filter GROUP BY … HAVING … WINDOW … UNION … ORDER BY … LIMIT …`, or
/// VALUES instead of SELECT and its clauses. In a compound the first SELECT stands here and the others in `compound`, in the text's order (set operators bind
/// from the left, all alike); ORDER BY, LIMIT and WITH belong to the whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueryStatement {
    /// Common table expressions.
    pub with: Vec<CommonTable>,
    /// `WITH RECURSIVE` was written.
    pub recursive: bool,
    /// SELECT DISTINCT.
    pub distinct: bool,
    /// The rows of VALUES, all of one width unless the statement is wrong; empty for a SELECT. Where there are some, the columns
    /// are called `column1`, `column2`, …, and everything from `distinct` to `windows` is empty.
    pub values: Vec<Vec<Expr>>,
    /// The result columns; all where a statement by hand names none.
    pub only: Vec<SelectItem>,
    /// The first table of FROM.
    pub table: Option<TableSource>,
    /// The tables joined to it, from the left.
    pub joins: Vec<JoinQuery>,
    /// WHERE.
    pub filter: Option<Expr>,
    /// GROUP BY.
    pub group_by: Vec<Expr>,
    /// HAVING.
    pub having: Option<Expr>,
    /// WINDOW: the windows that OVER may name.
    pub windows: Vec<NamedWindow>,
    /// The further SELECTs of a compound; their own `with`, `order_by`, `limit`, `offset` and `compound` are empty.
    pub compound: Vec<CompoundQuery>,
    /// ORDER BY.
    pub order_by: Vec<OrderTerm>,
    /// LIMIT.
    pub limit: Option<Expr>,
    /// OFFSET.
    pub offset: Option<Expr>,
    /// The text of the SELECT.
    pub span: Span,
}

/// One `name (columns) AS (query)` of a WITH.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonTable {
    /// The name.
    pub name: Identifier,
    /// The names of its columns, where given.
    pub columns: Vec<Identifier>,
    /// MATERIALIZED, NOT MATERIALIZED or neither.
    pub materialization: Option<Materialization>,
    /// What it stands for.
    pub query: QueryStatement,
}

/// The hint after AS in a WITH.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Materialization {
    /// AS MATERIALIZED
    Materialized,
    /// AS NOT MATERIALIZED
    NotMaterialized,
}

/// A result column.
#[derive(Debug, Clone, PartialEq)]
pub enum SelectItem {
    /// `*`
    All {
        /// Where it stands.
        span: Span,
    },
    /// `table.*`
    AllOf {
        /// The table's name or alias.
        table: Identifier,
    },
    /// An expression.
    Expr {
        /// The expression.
        expr: Expr,
        /// `AS alias`
        alias: Option<Identifier>,
        /// The expression's text exactly as written, which SQLite makes the column's name where there is no alias and
        /// the expression is no column. None for a node written by hand.
        text: Option<String>,
    },
}

/// What a FROM reads.
#[derive(Debug, Clone, PartialEq)]
pub enum TableSource {
    /// A table or view by name.
    Schema(SchemaReference),
    /// `(SELECT …) AS alias`
    Query {
        /// The subquery.
        query: Box<QueryStatement>,
        /// Its alias.
        alias: Option<Identifier>,
    },
    /// `json_each(x, '$.a') AS alias`: a table-valued function, or a virtual table that takes arguments so.
    Function(TableFunction),
    /// `(table JOIN …) AS alias`
    Join(JoinedTables),
}

/// A table-valued function: `json_each(x, '$.a') AS alias`.
#[derive(Debug, Clone, PartialEq)]
pub struct TableFunction {
    /// The function's name; a pool where it is qualified.
    pub reference: SchemaReference,
    /// The arguments, which may use the columns of the tables before it.
    pub arguments: Vec<Expr>,
    /// The text of the call.
    pub span: Span,
}

/// Several tables in brackets. Their own names stay usable outside where the whole has no alias. A single table in brackets, and
/// brackets around the beginning of a FROM, leave no trace.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinedTables {
    /// The first table.
    pub table: Box<TableSource>,
    /// The tables joined to it, from the left; at least one.
    pub joins: Vec<JoinQuery>,
    /// The alias of the whole.
    pub alias: Option<Identifier>,
}

/// A table by name: `pool.name AS alias`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SchemaReference {
    /// The pool, where the name is qualified.
    pub pool: Option<Identifier>,
    /// The table's name.
    pub name: Identifier,
    /// Its alias.
    pub alias: Option<Identifier>,
    /// INDEXED BY or NOT INDEXED.
    pub indexed: Option<IndexHint>,
    /// Which version of the table's schema.
    pub version: Version,
}

/// What the text says about the indexes that may be used to read a table.
#[derive(Debug, Clone, PartialEq)]
pub enum IndexHint {
    /// `INDEXED BY name`: that index, or the statement fails.
    By(Identifier),
    /// NOT INDEXED: none, the rowid excepted.
    Not,
}

/// Which version of a table is meant; SQLite files know only the latest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Version {
    /// The one that is in the file now.
    #[default]
    Latest,
    /// A version by name.
    Named(String),
}

/// A further table of a FROM.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinQuery {
    /// How it is joined to what stands left of it.
    pub kind: JoinKind,
    /// The NATURAL keyword was written.
    pub natural: bool,
    /// The table.
    pub table: TableSource,
    /// ON or USING.
    pub constraint: JoinConstraint,
}

/// The kinds of join. A comma and plain JOIN are `Inner`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// `,`, JOIN, INNER JOIN
    Inner,
    /// CROSS JOIN, which in SQLite also fixes the order of its two sides
    Cross,
    /// LEFT JOIN
    Left,
    /// RIGHT JOIN
    Right,
    /// FULL JOIN
    Full,
}

/// What rows a join pairs.
#[derive(Debug, Clone, PartialEq)]
pub enum JoinConstraint {
    /// All with all (or by NATURAL).
    None,
    /// ON expression
    On(Expr),
    /// USING (columns)
    Using(Vec<Identifier>),
}

/// Another SELECT of a compound.
#[derive(Debug, Clone, PartialEq)]
pub struct CompoundQuery {
    /// How it is combined with everything left of it.
    pub operator: SetOperator,
    /// The SELECT.
    pub query: QueryStatement,
}

/// The operators of compound SELECTs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOperator {
    /// UNION
    Union,
    /// UNION ALL
    UnionAll,
    /// INTERSECT
    Intersect,
    /// EXCEPT
    Except,
}

/// A term of ORDER BY.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderTerm {
    /// What is sorted by.
    pub expr: Expr,
    /// ASC or DESC.
    pub order: SortOrder,
    /// NULLS FIRST or NULLS LAST, where written.
    pub nulls: Option<NullsOrder>,
}

/// Direction of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// Where NULLs stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullsOrder {
    /// NULLS FIRST
    First,
    /// NULLS LAST
    Last,
}
