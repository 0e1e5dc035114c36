//! A SELECT with every name resolved.

use super::{BoundExpr, FunctionSource, WindowCall};
use crate::statement::{JoinKind, SetOperator};
use crate::value::{Affinity, Collation, Value};

/// A column of any relation of a statement: of a table, a subquery, or a result. Unique within the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ColumnId(pub u32);

/// A table of a FROM, one for each time that a table is named. Unique within the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TableId(pub u32);

/// A subquery within an expression. Unique within the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SubqueryId(pub u32);

/// What is known of a column wherever it appears.
#[derive(Debug, Clone)]
pub(crate) struct ColumnInfo {
    /// Its name, for plans and for pool queries.
    pub(crate) name: String,
    /// Its affinity, `None` for an expression that has none.
    pub(crate) affinity: Affinity,
    /// Its collation.
    pub(crate) collation: Collation,
    /// Whether it brings that collation to a comparison: a rowid and its alias do not, so that the other side's counts.
    pub(crate) collates: bool,
    /// The table that it is a stored column of, and its position there; position None is the rowid.
    pub(crate) table: Option<(TableId, Option<usize>)>,
    /// Whether it can never be NULL in its own relation (an outer join may still make it NULL above).
    pub(crate) not_null: bool,
}

/// All columns of a statement, by their ids.
#[derive(Debug, Clone, Default)]
pub(crate) struct ColumnArena {
    columns: Vec<ColumnInfo>,
}

impl ColumnArena {
    /// Adds a column.
    pub(crate) fn add(&mut self, info: ColumnInfo) -> ColumnId {
        self.columns.push(info);
        ColumnId(u32::try_from(self.columns.len() - 1).expect("a statement has fewer than 2^32 columns"))
    }

    /// Gives a column another affinity.
    pub(crate) fn set_affinity(&mut self, id: ColumnId, affinity: Affinity) {
        self.columns[id.0 as usize].affinity = affinity;
    }

    /// Gives a column another collation, which it `collates` by in comparisons or not.
    pub(crate) fn set_collation(&mut self, id: ColumnId, collation: Collation, collates: bool) {
        let info = &mut self.columns[id.0 as usize];
        (info.collation, info.collates) = (collation, collates);
    }

    /// Gives a column another name.
    pub(crate) fn rename(&mut self, id: ColumnId, name: &str) {
        name.clone_into(&mut self.columns[id.0 as usize].name);
    }

    /// Lets a column bring no collation to a comparison any more.
    pub(crate) fn forget_collation(&mut self, id: ColumnId) {
        let info = &mut self.columns[id.0 as usize];
        info.collation = Collation::Binary;
        info.collates = false;
    }

    /// What is known of a column.
    pub(crate) fn get(&self, id: ColumnId) -> &ColumnInfo {
        &self.columns[id.0 as usize]
    }
}

/// Where a table's rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
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
pub(crate) struct BoundTable {
    /// Its alias, or its name.
    pub(crate) name: String,
    /// Its sources; several for files read as one.
    pub(crate) sources: Vec<Source>,
    /// The ids of all its columns, in the table's order.
    pub(crate) columns: Vec<ColumnId>,
    /// The id of its rowid, where it has one.
    pub(crate) rowid: Option<ColumnId>,
}

/// A whole statement, bound.
#[derive(Debug, Clone)]
pub(crate) struct BoundQuery {
    /// All columns.
    pub(crate) columns: ColumnArena,
    /// All tables, by [`TableId`].
    pub(crate) tables: Vec<BoundTable>,
    /// Common tables that are used more than once or were asked to be materialised.
    pub(crate) common: Vec<CommonQuery>,
    /// Subqueries within expressions, by [`SubqueryId`].
    pub(crate) subqueries: Vec<Subquery>,
    /// The SELECT.
    pub(crate) query: Query,
    /// The names of the result's columns, duplicates included.
    pub(crate) names: Vec<String>,
}

/// A common table, computed once.
#[derive(Debug, Clone)]
pub(crate) struct CommonQuery {
    /// What it computes.
    pub(crate) query: Query,
}

/// A subquery within an expression.
#[derive(Debug, Clone)]
pub(crate) struct Subquery {
    /// The query.
    pub(crate) query: Query,
    /// The columns of enclosing queries that it uses; empty for one that runs once.
    pub(crate) outer: Vec<ColumnId>,
}

/// A SELECT or compound with its ORDER BY and LIMIT.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// The SELECT, or several.
    pub(crate) body: QueryBody,
    /// ORDER BY. For a plain SELECT its expressions are in terms of what its projection is in terms of (aliases and
    /// positions already replaced); for a compound they are `output` columns.
    pub(crate) order_by: Vec<OrderBy>,
    /// LIMIT; evaluated once, without columns.
    pub(crate) limit: Option<BoundExpr>,
    /// OFFSET; evaluated once, without columns.
    pub(crate) offset: Option<BoundExpr>,
    /// The ids of the result's columns.
    pub(crate) output: Vec<ColumnId>,
    /// An output column for each of whose values LIMIT and OFFSET count anew; None: they count all rows.
    pub(crate) limit_per: Option<ColumnId>,
}

impl Query {
    /// A plain SELECT.
    pub(crate) fn of_select(select: Select) -> Self {
        let output = select.projection.iter().map(|(id, _)| *id).collect();
        let body = QueryBody::Select(Box::new(select));
        Self { body, order_by: Vec::new(), limit: None, offset: None, output, limit_per: None }
    }

    /// The same for one that does not ask how often a row comes.
    pub(crate) fn read_as_set(mut self) -> Self {
        // Repeats count among the rows that a LIMIT takes.
        if self.limit.is_some() || self.offset.is_some() || self.limit_per.is_some() {
            return self;
        }
        match &mut self.body {
            QueryBody::Select(select) => select.as_set = true,
            QueryBody::Compound { first, rest, .. } => {
                let all = std::iter::once(first.as_mut()).chain(rest.iter_mut().map(|(_, select)| select));
                all.for_each(|select| select.as_set = true);
            }
            QueryBody::Recursive(_) => {}
        }
        self
    }
}

/// One SELECT or a compound of them.
#[derive(Debug, Clone)]
pub(crate) enum QueryBody {
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
pub(crate) struct RecursiveQuery {
    /// Its number, by which the steps name it.
    pub(crate) table: usize,
    /// The first rows.
    pub(crate) setup: Query,
    /// The SELECTs that make further rows of each row.
    pub(crate) steps: Vec<Select>,
    /// UNION: a row that was found before is not found again.
    pub(crate) distinct: bool,
    /// How texts of each column compare then.
    pub(crate) collations: Vec<Collation>,
}

/// One SELECT.
#[derive(Debug, Clone, Default)]
pub(crate) struct Select {
    /// FROM; empty for a SELECT without one (a single row).
    pub(crate) from: Vec<FromItem>,
    /// WHERE.
    pub(crate) filter: Option<BoundExpr>,
    /// Whether it aggregates: GROUP BY was written or an aggregate used.
    pub(crate) grouped: bool,
    /// GROUP BY: above the grouping, each key is known by its id.
    pub(crate) group_by: Vec<(ColumnId, BoundExpr)>,
    /// The aggregates of projection, HAVING and ORDER BY, each known by its id above the grouping.
    pub(crate) aggregates: Vec<(ColumnId, Aggregate)>,
    /// Columns used above the grouping that are no key: each takes its value from one row of the group.
    pub(crate) bare: Vec<(ColumnId, BoundExpr)>,
    /// HAVING, in terms of keys, aggregates and bare columns.
    pub(crate) having: Option<BoundExpr>,
    /// The window functions of projection and ORDER BY, each known by its id there; in terms of keys, aggregates and bare columns
    /// where `grouped`.
    pub(crate) windows: Vec<(ColumnId, WindowCall)>,
    /// The result columns, in terms of keys, aggregates and bare columns where `grouped`.
    pub(crate) projection: Vec<(ColumnId, BoundExpr)>,
    /// DISTINCT.
    pub(crate) distinct: bool,
    /// Whether only which rows there are matters to whoever asks, not how often each comes.
    pub(crate) as_set: bool,
}

impl Select {
    /// `SELECT projection FROM from`
    pub(crate) fn over(from: Vec<FromItem>, projection: Vec<(ColumnId, BoundExpr)>) -> Self {
        Self { from, projection, ..Self::default() }
    }
}

impl FromItem {
    /// A relation without a condition of its own.
    pub(crate) fn plain(source: FromSource) -> Self {
        Self { source, kind: JoinKind::Inner, on: None }
    }
}

/// A table of a FROM with how it joins what stands left of it.
#[derive(Debug, Clone)]
pub(crate) struct FromItem {
    /// What is read.
    pub(crate) source: FromSource,
    /// How it is joined (`Inner` for the first).
    pub(crate) kind: JoinKind,
    /// ON, USING and NATURAL as one predicate.
    pub(crate) on: Option<BoundExpr>,
}

/// What a FROM item reads.
#[derive(Debug, Clone)]
pub(crate) enum FromSource {
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
pub(crate) struct OrderBy {
    /// What is sorted by.
    pub(crate) expr: BoundExpr,
    /// How texts compare.
    pub(crate) collation: Collation,
    /// DESC.
    pub(crate) descending: bool,
    /// Whether NULLs come first (by default they do where ascending, not where descending).
    pub(crate) nulls_first: bool,
}

/// An aggregate call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Aggregate {
    /// Which.
    pub(crate) function: AggregateFunction,
    /// Its arguments; none for `count(*)`.
    pub(crate) arguments: Vec<BoundExpr>,
    /// DISTINCT.
    pub(crate) distinct: bool,
    /// FILTER (WHERE …).
    pub(crate) filter: Option<BoundExpr>,
    /// How its argument's texts compare (min, max, DISTINCT).
    pub(crate) collation: Collation,
    /// ORDER BY: the order in which it is given the rows; empty: in any.
    pub(crate) order_by: Vec<OrderBy>,
}

impl Aggregate {
    /// A call without any further clause.
    pub(crate) fn plain(function: AggregateFunction, arguments: Vec<BoundExpr>) -> Self {
        Self { function, arguments, distinct: false, filter: None, collation: Collation::Binary, order_by: Vec::new() }
    }

    /// Whether bare columns come from the row that it gives the value of.
    pub(crate) fn is_extreme(&self) -> bool {
        matches!(self.function, AggregateFunction::Minimum | AggregateFunction::Maximum)
    }

    /// Its expressions.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &BoundExpr> {
        self.arguments.iter().chain(&self.filter).chain(self.order_by.iter().map(|term| &term.expr))
    }

    /// Its expressions, to be changed.
    pub(crate) fn expressions_mut(&mut self) -> impl Iterator<Item = &mut BoundExpr> {
        self.arguments.iter_mut().chain(&mut self.filter).chain(self.order_by.iter_mut().map(|term| &mut term.expr))
    }
}

/// SQLite's plain aggregates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum AggregateFunction {
    /// `count(*)`
    CountAll,
    /// `count(*)` of rows that each stand for as many as its argument says. The planner's alone: no SQL means it.
    CountOf,
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
