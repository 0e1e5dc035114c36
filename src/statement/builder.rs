//! SELECTs written as SQL reads: every method adds its clause to the statement and gives it back.

use super::{
    BinaryOperator, CommonTable, CompoundQuery, Condition, Conditions, Expr, FunctionCall, Identifier, IntoColumn,
    JoinConstraint, JoinKind, JoinQuery, OrderTerm, QueryStatement, SelectItem, SetOperator, TableSource,
};

/// A method for each clause.
///
/// ```
/// use glue::statement::{FunctionCall, OrderTerm, QueryStatement, field};
///
/// let statement = QueryStatement::new()
///     .only(["c.name"])
///     .aggregate("spent", FunctionCall::new("sum", ["o.amount"]))
///     .table("customers AS c")
///     .join("orders AS o")
///     .on(field("o.customer_id").eq(field("c.id")))
///     .filter(field("c.country").is_in(["Japan", "Peru"]))
///     .group_by(["c.id"])
///     .having(FunctionCall::count_all().gt(1))
///     .order_by([OrderTerm::descending("spent")])
///     .limit(10);
/// assert_eq!(
///     statement.to_string(),
///     "SELECT c.name, sum(o.amount) AS spent FROM customers AS c JOIN orders AS o ON (o.customer_id = c.id) \
///      WHERE (c.country IN ('Japan', 'Peru')) GROUP BY c.id HAVING (count(*) > 1) ORDER BY spent DESC LIMIT 10"
/// );
/// ```
impl QueryStatement {
    /// A statement without any clause; an empty `only` stands for all columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Result columns: names, `*`, `table.*`, or [`SelectItem`]s and expressions.
    #[must_use]
    pub fn only(mut self, items: impl IntoIterator<Item = impl Into<SelectItem>>) -> Self {
        self.only.extend(items.into_iter().map(Into::into));
        self
    }

    /// A computed result column under a name.
    #[must_use]
    pub fn annotate(mut self, alias: impl Into<Identifier>, expr: impl Into<Expr>) -> Self {
        self.only.push(SelectItem::Expr { expr: expr.into(), alias: Some(alias.into()), text: None });
        self
    }

    /// An aggregate as a result column under a name.
    #[must_use]
    pub fn aggregate(self, alias: impl Into<Identifier>, call: FunctionCall) -> Self {
        self.annotate(alias, call)
    }

    /// Each row once.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    /// The first table of FROM: a name (`pool.name AS alias`), a [`SchemaReference`](super::SchemaReference) or a subquery.
    #[must_use]
    pub fn table(mut self, table: impl Into<TableSource>) -> Self {
        self.table = Some(table.into());
        self
    }

    /// The statement as a subquery in FROM.
    pub fn alias(self, alias: impl Into<Identifier>) -> TableSource {
        TableSource::Query { query: Box::new(self), alias: Some(alias.into()) }
    }

    /// JOIN.
    pub fn join(self, table: impl Into<TableSource>) -> PendingJoin {
        self.pending(JoinKind::Inner, table)
    }

    /// LEFT JOIN.
    pub fn left_join(self, table: impl Into<TableSource>) -> PendingJoin {
        self.pending(JoinKind::Left, table)
    }

    /// RIGHT JOIN.
    pub fn right_join(self, table: impl Into<TableSource>) -> PendingJoin {
        self.pending(JoinKind::Right, table)
    }

    /// FULL JOIN.
    pub fn full_join(self, table: impl Into<TableSource>) -> PendingJoin {
        self.pending(JoinKind::Full, table)
    }

    /// CROSS JOIN: all rows with all. SQLite reads its left side first.
    #[must_use]
    pub fn cross_join(self, table: impl Into<TableSource>) -> Self {
        self.pending(JoinKind::Cross, table).constraint(JoinConstraint::None)
    }

    /// NATURAL JOIN of a kind: on all columns that both sides have.
    #[must_use]
    pub fn natural_join(mut self, kind: JoinKind, table: impl Into<TableSource>) -> Self {
        self.joins.push(JoinQuery { kind, natural: true, table: table.into(), constraint: JoinConstraint::None });
        self
    }

    fn pending(self, kind: JoinKind, table: impl Into<TableSource>) -> PendingJoin {
        PendingJoin { statement: self, kind, table: table.into() }
    }

    /// WHERE. Several conditions must all hold.
    #[must_use]
    pub fn filter(mut self, condition: impl Into<Expr>) -> Self {
        self.filter = Some(both(self.filter.take(), condition.into()));
        self
    }

    /// GROUP BY.
    #[must_use]
    pub fn group_by(mut self, columns: impl IntoIterator<Item = impl IntoColumn>) -> Self {
        self.group_by.extend(columns.into_iter().map(IntoColumn::into_column));
        self
    }

    /// HAVING. Several conditions must all hold.
    #[must_use]
    pub fn having(mut self, condition: impl Into<Expr>) -> Self {
        self.having = Some(both(self.having.take(), condition.into()));
        self
    }

    /// ORDER BY, of the whole compound where there is one.
    #[must_use]
    pub fn order_by(mut self, terms: impl IntoIterator<Item = impl Into<OrderTerm>>) -> Self {
        self.order_by.extend(terms.into_iter().map(Into::into));
        self
    }

    /// LIMIT.
    #[must_use]
    pub fn limit(mut self, rows: impl Into<Expr>) -> Self {
        self.limit = Some(rows.into());
        self
    }

    /// OFFSET.
    #[must_use]
    pub fn offset(mut self, rows: impl Into<Expr>) -> Self {
        self.offset = Some(rows.into());
        self
    }

    /// `WITH name AS (query)`; see [`CommonTable`] for the names of its columns and the hints.
    #[must_use]
    pub fn with(mut self, name: impl Into<Identifier>, query: QueryStatement) -> Self {
        self.with.push(CommonTable { name: name.into(), columns: Vec::new(), materialization: None, query });
        self
    }

    /// `WITH RECURSIVE name (columns) AS (query)`.
    #[must_use]
    pub fn with_recursive<I: Into<Identifier>>(
        mut self,
        name: impl Into<Identifier>,
        columns: impl IntoIterator<Item = I>,
        query: QueryStatement,
    ) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        self.with.push(CommonTable { name: name.into(), columns, materialization: None, query });
        self.recursive = true;
        self
    }

    /// UNION with another SELECT.
    #[must_use]
    pub fn union(self, query: QueryStatement) -> Self {
        self.compounded(SetOperator::Union, query)
    }

    /// UNION ALL with another SELECT.
    #[must_use]
    pub fn union_all(self, query: QueryStatement) -> Self {
        self.compounded(SetOperator::UnionAll, query)
    }

    /// INTERSECT with another SELECT.
    #[must_use]
    pub fn intersect(self, query: QueryStatement) -> Self {
        self.compounded(SetOperator::Intersect, query)
    }

    /// EXCEPT another SELECT.
    #[must_use]
    pub fn except(self, query: QueryStatement) -> Self {
        self.compounded(SetOperator::Except, query)
    }

    /// The parts of a compound have neither WITH nor ORDER BY, LIMIT or further parts of their own: a query that has becomes a
    /// subquery of its part.
    fn compounded(mut self, operator: SetOperator, query: QueryStatement) -> Self {
        let query = if query.is_plain_select() { query } else { Self::new().only(["*"]).table(query) };
        self.compound.push(CompoundQuery { operator, query });
        self
    }

    /// Whether the statement may stand as a part of a compound as it is.
    pub(crate) fn is_plain_select(&self) -> bool {
        self.with.is_empty()
            && self.compound.is_empty()
            && self.order_by.is_empty()
            && self.limit.is_none()
            && self.offset.is_none()
    }
}

fn both(first: Option<Expr>, second: Expr) -> Expr {
    match first {
        None => second,
        Some(first) => Expr::Binary { left: Box::new(first), operator: BinaryOperator::And, right: Box::new(second) },
    }
}

/// A join that lacks what rows it pairs.
#[derive(Debug, Clone)]
#[must_use = "a join is part of the statement once `on` or `using` was called"]
pub struct PendingJoin {
    statement: QueryStatement,
    kind: JoinKind,
    table: TableSource,
}

impl PendingJoin {
    /// ON: the pairs for which the condition holds.
    #[must_use]
    pub fn on(self, condition: impl Into<Expr>) -> QueryStatement {
        self.constraint(JoinConstraint::On(condition.into()))
    }

    /// USING: the pairs that agree in these columns.
    #[must_use]
    pub fn using<I: Into<Identifier>>(self, columns: impl IntoIterator<Item = I>) -> QueryStatement {
        self.constraint(JoinConstraint::Using(columns.into_iter().map(Into::into).collect()))
    }

    fn constraint(self, constraint: JoinConstraint) -> QueryStatement {
        let Self { mut statement, kind, table } = self;
        statement.joins.push(JoinQuery { kind, natural: false, table, constraint });
        statement
    }
}

impl From<Expr> for JoinConstraint {
    fn from(condition: Expr) -> Self {
        Self::On(condition)
    }
}

impl From<Condition> for JoinConstraint {
    fn from(condition: Condition) -> Self {
        Self::On(condition.into())
    }
}

impl From<Conditions> for JoinConstraint {
    fn from(conditions: Conditions) -> Self {
        Self::On(conditions.into())
    }
}

impl JoinQuery {
    /// A join by hand, on a condition or whatever else a [`JoinConstraint`] is.
    pub fn new(kind: JoinKind, table: impl Into<TableSource>, on: impl Into<JoinConstraint>) -> Self {
        Self { kind, natural: false, table: table.into(), constraint: on.into() }
    }
}
