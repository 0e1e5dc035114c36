//! A SELECT with every name resolved.

use super::{BoundExpr, FunctionSource, WindowCall};
use crate::error::Span;
use crate::statement::{JoinKind, SetOperator};
use crate::value::{Affinity, Collation, Value};

/// A column of any relation of a statement: of a table, a subquery, or a result. Unique within the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnId(pub u32);

/// A table of a FROM, one for each time that a table is named. Unique within the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

/// A subquery within an expression. Unique within the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubqueryId(pub u32);

/// What is known of a column wherever it appears.
#[derive(Debug, Clone)]
pub struct ColumnInfo {
    /// Its name, for plans and for pool queries.
    pub name: String,
    /// Its affinity, `None` for an expression that has none.
    pub affinity: Affinity,
    /// Its collation.
    pub collation: Collation,
    /// Whether it brings that collation to a comparison: a rowid and its alias do not, so that the other side's counts.
    pub collates: bool,
    /// The table that it is a stored column of, and its position there; position None is the rowid.
    pub table: Option<(TableId, Option<usize>)>,
    /// Whether it can never be NULL in its own relation (an outer join may still make it NULL above).
    pub not_null: bool,
}

/// All columns of a statement, by their ids.
#[derive(Debug, Clone, Default)]
pub struct ColumnArena {
    columns: Vec<ColumnInfo>,
}

impl ColumnArena {
    /// Adds a column.
    pub fn add(&mut self, info: ColumnInfo) -> ColumnId {
        self.columns.push(info);
        ColumnId(u32::try_from(self.columns.len() - 1).expect("a statement has fewer than 2^32 columns"))
    }

    /// Gives a column another affinity.
    pub fn set_affinity(&mut self, id: ColumnId, affinity: Affinity) {
        self.columns[id.0 as usize].affinity = affinity;
    }

    /// Gives a column another name.
    pub fn rename(&mut self, id: ColumnId, name: &str) {
        name.clone_into(&mut self.columns[id.0 as usize].name);
    }

    /// Lets a column bring no collation to a comparison any more.
    pub fn forget_collation(&mut self, id: ColumnId) {
        let info = &mut self.columns[id.0 as usize];
        info.collation = Collation::Binary;
        info.collates = false;
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is no column.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// What is known of a column.
    pub fn get(&self, id: ColumnId) -> &ColumnInfo {
        &self.columns[id.0 as usize]
    }
}

/// Where a table's rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A table of a pool, by the pool's own name and the table's name as created.
    Pool {
        /// The pool.
        pool: String,
        /// The table.
        table: String,
    },
}

/// A table as named once in a FROM.
#[derive(Debug, Clone)]
pub struct BoundTable {
    /// Its alias, or its name.
    pub name: String,
    /// Its sources; several for files read as one.
    pub sources: Vec<Source>,
    /// The ids of all its columns, in the table's order.
    pub columns: Vec<ColumnId>,
    /// The id of its rowid, where it has one.
    pub rowid: Option<ColumnId>,
    /// Where it was named.
    pub span: Span,
}

/// A whole statement, bound.
#[derive(Debug, Clone)]
pub struct BoundQuery {
    /// All columns.
    pub columns: ColumnArena,
    /// All tables, by [`TableId`].
    pub tables: Vec<BoundTable>,
    /// Common tables that are used more than once or were asked to be materialised.
    pub common: Vec<CommonQuery>,
    /// Subqueries within expressions, by [`SubqueryId`].
    pub subqueries: Vec<Subquery>,
    /// The SELECT.
    pub query: Query,
    /// The names of the result's columns, duplicates included.
    pub names: Vec<String>,
}

/// A common table, computed once.
#[derive(Debug, Clone)]
pub struct CommonQuery {
    /// Its name.
    pub name: String,
    /// What it computes.
    pub query: Query,
}

/// A subquery within an expression.
#[derive(Debug, Clone)]
pub struct Subquery {
    /// The query.
    pub query: Query,
    /// The columns of enclosing queries that it uses; empty for one that runs once.
    pub outer: Vec<ColumnId>,
}

/// A SELECT or compound with its ORDER BY and LIMIT.
#[derive(Debug, Clone)]
pub struct Query {
    /// The SELECT, or several.
    pub body: QueryBody,
    /// ORDER BY. For a plain SELECT its expressions are in terms of what its projection is in terms of (aliases and
    /// positions already replaced); for a compound they are `output` columns.
    pub order_by: Vec<OrderBy>,
    /// LIMIT; evaluated once, without columns.
    pub limit: Option<BoundExpr>,
    /// OFFSET; evaluated once, without columns.
    pub offset: Option<BoundExpr>,
    /// The ids of the result's columns.
    pub output: Vec<ColumnId>,
    /// An output column for each of whose values LIMIT and OFFSET count anew; None: they count all rows.
    pub limit_per: Option<ColumnId>,
}

impl Query {
    /// A plain SELECT.
    pub fn of_select(select: Select) -> Self {
        let output = select.projection.iter().map(|(id, _)| *id).collect();
        let body = QueryBody::Select(Box::new(select));
        Self { body, order_by: Vec::new(), limit: None, offset: None, output, limit_per: None }
    }
}

/// One SELECT or a compound of them.
#[derive(Debug, Clone)]
pub enum QueryBody {
    /// A plain SELECT.
    Select(Box<Select>),
    /// `first op second op third`, from the left. Each SELECT's projection has ids of its own, matched by position.
    Compound {
        /// The first.
        first: Box<Select>,
        /// The others, each with the operator before it.
        rest: Vec<(SetOperator, Select)>,
        /// How texts of each column compare where rows are told apart.
        collations: Vec<Collation>,
    },
    /// A common table that reads itself.
    Recursive(Box<RecursiveQuery>),
}

/// `setup UNION [ALL] steps`, whose steps read the rows found before. ORDER BY, LIMIT and OFFSET of the [`Query`] are about the queue
/// of found rows that the steps have not seen yet.
#[derive(Debug, Clone)]
pub struct RecursiveQuery {
    /// Its number, by which the steps name it.
    pub table: usize,
    /// The first rows.
    pub setup: Query,
    /// The SELECTs that make further rows of each row.
    pub steps: Vec<Select>,
    /// UNION: a row that was found before is not found again.
    pub distinct: bool,
    /// How texts of each column compare then.
    pub collations: Vec<Collation>,
}

/// One SELECT.
#[derive(Debug, Clone, Default)]
pub struct Select {
    /// FROM; empty for a SELECT without one (a single row).
    pub from: Vec<FromItem>,
    /// WHERE.
    pub filter: Option<BoundExpr>,
    /// Whether it aggregates: GROUP BY was written or an aggregate used.
    pub grouped: bool,
    /// GROUP BY: above the grouping, each key is known by its id.
    pub group_by: Vec<(ColumnId, BoundExpr)>,
    /// The aggregates of projection, HAVING and ORDER BY, each known by its id above the grouping.
    pub aggregates: Vec<(ColumnId, Aggregate)>,
    /// Columns used above the grouping that are no key: each takes its value from one row of the group.
    pub bare: Vec<(ColumnId, BoundExpr)>,
    /// HAVING, in terms of keys, aggregates and bare columns.
    pub having: Option<BoundExpr>,
    /// The window functions of projection and ORDER BY, each known by its id there; in terms of keys, aggregates and bare columns
    /// where `grouped`.
    pub windows: Vec<(ColumnId, WindowCall)>,
    /// The result columns, in terms of keys, aggregates and bare columns where `grouped`.
    pub projection: Vec<(ColumnId, BoundExpr)>,
    /// DISTINCT.
    pub distinct: bool,
}

impl Select {
    /// `SELECT projection FROM from`
    pub fn over(from: Vec<FromItem>, projection: Vec<(ColumnId, BoundExpr)>) -> Self {
        Self { from, projection, ..Self::default() }
    }
}

impl FromItem {
    /// A relation without a condition of its own.
    pub fn plain(source: FromSource) -> Self {
        Self { source, kind: JoinKind::Inner, on: None }
    }
}

/// A table of a FROM with how it joins what stands left of it.
#[derive(Debug, Clone)]
pub struct FromItem {
    /// What is read.
    pub source: FromSource,
    /// How it is joined (`Inner` for the first).
    pub kind: JoinKind,
    /// ON, USING and NATURAL as one predicate.
    pub on: Option<BoundExpr>,
}

/// What a FROM item reads.
#[derive(Debug, Clone)]
pub enum FromSource {
    /// A table.
    Table(TableId),
    /// A subquery, or a common table used once; its output ids are the columns.
    Query(Box<Query>),
    /// A common table by its position in [`BoundQuery::common`], under ids of this use's own.
    Common {
        /// Which.
        index: usize,
        /// Its columns here.
        columns: Vec<ColumnId>,
    },
    /// The row of a recursive table that its step is about.
    Recursion {
        /// The number of the recursive table.
        table: usize,
        /// Its columns here.
        columns: Vec<ColumnId>,
    },
    /// Tables joined in brackets.
    Joined(Vec<FromItem>),
    /// A table-valued function.
    Function(Box<FunctionSource>),
    /// VALUES of constants.
    Values {
        /// The columns.
        columns: Vec<ColumnId>,
        /// The rows.
        rows: Vec<Vec<Value>>,
    },
}

/// A term of ORDER BY.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderBy {
    /// What is sorted by.
    pub expr: BoundExpr,
    /// How texts compare.
    pub collation: Collation,
    /// DESC.
    pub descending: bool,
    /// Whether NULLs come first (by default they do where ascending, not where descending).
    pub nulls_first: bool,
}

/// An aggregate call.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// Which.
    pub function: AggregateFunction,
    /// Its arguments; none for `count(*)`.
    pub arguments: Vec<BoundExpr>,
    /// DISTINCT.
    pub distinct: bool,
    /// FILTER (WHERE …).
    pub filter: Option<BoundExpr>,
    /// How its argument's texts compare (min, max, DISTINCT).
    pub collation: Collation,
    /// ORDER BY: the order in which it is given the rows; empty: in any.
    pub order_by: Vec<OrderBy>,
}

impl Aggregate {
    /// A call without any further clause.
    pub fn plain(function: AggregateFunction, arguments: Vec<BoundExpr>) -> Self {
        Self { function, arguments, distinct: false, filter: None, collation: Collation::Binary, order_by: Vec::new() }
    }

    /// Its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &BoundExpr> {
        self.arguments.iter().chain(&self.filter).chain(self.order_by.iter().map(|term| &term.expr))
    }

    /// Its expressions, to be changed.
    pub fn expressions_mut(&mut self) -> impl Iterator<Item = &mut BoundExpr> {
        self.arguments.iter_mut().chain(&mut self.filter).chain(self.order_by.iter_mut().map(|term| &mut term.expr))
    }
}

/// SQLite's plain aggregates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is its own name")]
pub enum AggregateFunction {
    /// `count(*)`
    CountAll,
    Count,
    Sum,
    Total,
    Average,
    Minimum,
    Maximum,
    /// `group_concat(x [, separator])`, `string_agg(x, separator)`
    GroupConcat,
    /// Any other, of that name: SQLite computes it from the group's rows.
    BySqlite(&'static str),
}
