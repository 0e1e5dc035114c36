//! Binding a whole SELECT: scopes are made from FROM, then every clause is resolved in the order SQLite resolves it.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::json::Json;
use super::open_affinity::OpenAffinity;
use super::recursive::Recursion;
use super::scope::{Found, Relation, RelationColumn, Scope};
use super::{
    Aggregate, BoundExpr, BoundQuery, BoundTable, ColumnArena, ColumnId, ColumnInfo, CommonQuery, CompareOperator,
    ComparisonRules, FromSource, Namespace, Query, QueryBody, Select, Subquery, SubqueryId, WindowCall,
};
use crate::error::{Error, Span};
use crate::statement::{CommonTable, Expr, FieldReference, Identifier, JoinKind, NamedWindow, QueryStatement, SelectItem};
use crate::value::Value;

/// Why a statement could not be bound.
#[derive(Debug, Clone)]
pub(crate) enum BindError {
    /// The statement is wrong, as far as glue can tell.
    Invalid(Box<Error>),
    /// The federated route does not do this; what it is, as a noun phrase.
    Unsupported(String),
}

impl From<Error> for BindError {
    fn from(error: Error) -> Self {
        Self::Invalid(Box::new(error))
    }
}

/// The result of binding anything.
pub(super) type Bound<T> = Result<T, BindError>;

/// An [`BindError::Unsupported`].
pub(super) fn unsupported<T>(what: impl Into<String>) -> Bound<T> {
    Err(BindError::Unsupported(what.into()))
}

/// Binds a SELECT against `namespace`.
pub(crate) fn bind(statement: &QueryStatement, namespace: &Namespace) -> Result<BoundQuery, BindError> {
    let mut binder = Binder::new(namespace);
    let query = binder.query(statement, None)?;
    binder.open.check()?;
    let names = binder.output_names.clone();
    let Binder { columns, tables, common, subqueries, .. } = binder;
    Ok(BoundQuery { columns, tables, common, subqueries, query, names })
}

/// Where a query stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the statement.
    Statement,
    /// It is read as a table.
    Table,
    /// It stands in an expression.
    Expression,
}

/// A common table in reach of the SELECT that is being bound.
#[derive(Debug, Clone)]
pub(super) struct CommonScope<'a> {
    pub(super) definition: &'a CommonTable,
    /// How many common tables are in reach of its own text: those of the WITHs around and all of its own.
    pub(super) reach: usize,
    pub(super) state: CommonState,
}

#[derive(Debug, Clone)]
pub(super) enum CommonState {
    Unbound,
    Binding,
    /// A SELECT of its own text that may read it is being bound.
    Recursing(Recursion),
    /// Its position in [`BoundQuery::common`] and its columns' names.
    Bound(usize, Vec<String>),
    /// It names columns of what surrounds the SELECT that reads it, so that each use is a subquery of its own.
    Correlated,
}

/// The state of binding one statement.
pub(super) struct Binder<'a> {
    pub(super) namespace: &'a Namespace,
    pub(super) columns: ColumnArena,
    pub(super) tables: Vec<BoundTable>,
    pub(super) common: Vec<CommonQuery>,
    pub(super) subqueries: Vec<Subquery>,
    pub(super) common_scopes: Vec<CommonScope<'a>>,
    /// One frame for each expression subquery being bound: the columns of enclosing SELECTs that it uses.
    pub(super) outer_frames: Vec<Vec<ColumnId>>,
    /// One list for each expression subquery being bound: where the aggregates of the SELECT around it go.
    pub(super) outer_aggregates: Vec<Option<Vec<(ColumnId, Aggregate)>>>,
    /// The pool of the view whose text is being bound, and how many views that stands in.
    pub(super) view: Option<(String, usize)>,
    /// How many subqueries of any kind the query that is being bound stands in.
    pub(super) nesting: usize,
    /// Where the query that is bound next stands.
    place: Place,
    /// How many recursive tables there are.
    pub(super) recursions: usize,
    /// The names of the columns of the query bound last.
    pub(super) output_names: Vec<String>,
    /// Columns whose values SQLite may know to be JSON.
    pub(super) json: BTreeMap<ColumnId, Json>,
    /// Columns of compounds whose SELECTs differ in affinity.
    pub(super) open: OpenAffinity,
    /// Whether the SELECT that is bound computes with what it reads row by row, without sorting it for groups first.
    pub(super) reads_directly: bool,
    /// Whether that SELECT marks what it so reads.
    pub(super) made_containers: Cell<bool>,
    /// The present moment, once somebody asked for it.
    pub(super) moment: Option<Value>,
}

/// What a SELECT's expressions may use beside columns.
pub(super) struct ExprContext<'a, 's> {
    pub(super) scope: &'s Scope,
    /// Where aggregates go; None where they are not allowed.
    pub(super) aggregates: Option<Vec<(ColumnId, Aggregate)>>,
    /// Where window functions go; None where they are not allowed.
    pub(super) windows: Option<Vec<(ColumnId, WindowCall)>>,
    /// The WINDOW clause.
    pub(super) named_windows: &'a [NamedWindow],
    pub(super) aliases: Aliases<'a>,
}

/// Result columns by alias, which SQLite lets ON, WHERE, GROUP BY, HAVING and ORDER BY use where no column has the name.
pub(super) enum Aliases<'a> {
    /// None is in reach.
    None,
    /// The result columns are not bound yet.
    Unbound(&'a [SelectItem]),
    /// Those with an alias.
    Bound(Vec<(String, BoundExpr)>),
}

impl<'s> ExprContext<'_, 's> {
    /// Columns alone.
    pub(super) fn new(scope: &'s Scope) -> Self {
        Self { scope, aggregates: None, windows: None, named_windows: &[], aliases: Aliases::None }
    }
}

/// A SELECT bound, with its names and with what ORDER BY is resolved against.
pub(super) struct BoundSelect {
    pub(super) select: Select,
    pub(super) names: Vec<String>,
    pub(super) order_by: Vec<super::OrderBy>,
}

impl<'a> Binder<'a> {
    fn new(namespace: &'a Namespace) -> Self {
        Self {
            namespace,
            columns: ColumnArena::default(),
            tables: Vec::new(),
            common: Vec::new(),
            subqueries: Vec::new(),
            common_scopes: Vec::new(),
            outer_frames: Vec::new(),
            outer_aggregates: Vec::new(),
            view: None,
            nesting: 0,
            place: Place::Statement,
            recursions: 0,
            output_names: Vec::new(),
            json: BTreeMap::new(),
            open: OpenAffinity::default(),
            reads_directly: true,
            made_containers: Cell::new(false),
            moment: None,
        }
    }

    /// Binds a query whose names may also mean what `parent` holds. Leaves its columns' names in `output_names`.
    pub(super) fn query(&mut self, statement: &'a QueryStatement, parent: Option<&Scope>) -> Bound<Query> {
        let place = std::mem::replace(&mut self.place, Place::Statement);
        self.with_common_tables(statement, |binder| match statement.compound[..] {
            [] => binder.plain(statement, parent),
            _ => binder.compound(statement, parent, place),
        })
    }

    /// Does something while the common tables of a statement's WITH are in reach.
    pub(super) fn with_common_tables<T>(
        &mut self,
        statement: &'a QueryStatement,
        bind: impl FnOnce(&mut Self) -> Bound<T>,
    ) -> Bound<T> {
        let depth = self.common_scopes.len();
        let reach = depth + statement.with.len();
        for definition in &statement.with {
            self.common_scopes.push(CommonScope { definition, reach, state: CommonState::Unbound });
        }
        let bound = bind(self);
        self.common_scopes.truncate(depth);
        bound
    }

    /// Binds a query that stands within another one.
    pub(super) fn nested_query(&mut self, statement: &'a QueryStatement, parent: Option<&Scope>, place: Place) -> Bound<Query> {
        self.nesting += 1;
        self.place = place;
        let bound = self.query(statement, parent);
        self.nesting -= 1;
        bound
    }

    fn plain(&mut self, statement: &'a QueryStatement, parent: Option<&Scope>) -> Bound<Query> {
        let BoundSelect { select, names, order_by } = self.select(statement, parent, true)?;
        let (limit, offset) = self.limits(statement)?;
        self.output_names = names;
        Ok(Query { order_by, limit, offset, ..Query::of_select(select) })
    }

    pub(super) fn limits(&mut self, statement: &'a QueryStatement) -> Bound<(Option<BoundExpr>, Option<BoundExpr>)> {
        let nothing = Scope::default();
        let mut context = ExprContext::new(&nothing);
        let limit = statement.limit.as_ref().map(|limit| self.expr(limit, &mut context)).transpose()?;
        let offset = statement.offset.as_ref().map(|offset| self.expr(offset, &mut context)).transpose()?;
        Ok((limit, offset))
    }

    /// Binds one SELECT; its ORDER BY only where it stands alone, not in a compound.
    pub(super) fn select(
        &mut self,
        statement: &'a QueryStatement,
        parent: Option<&Scope>,
        with_order: bool,
    ) -> Bound<BoundSelect> {
        if !statement.values.is_empty() {
            return self.values(statement, parent);
        }
        let (reads_directly, made_containers) = (self.reads_directly, self.made_containers.replace(false));
        let clause_around = self.begin_clause();
        let bound = self.plain_select(statement, parent, with_order);
        self.end_clause(clause_around);
        self.reads_directly = reads_directly;
        // SQLite hands what window functions see through a table, where a mark is lost.
        let is_open = self.made_containers.replace(made_containers);
        match bound {
            Ok(bound) if is_open && !bound.select.windows.is_empty() => unsupported("JSON beside a window function"),
            bound => bound,
        }
    }

    fn plain_select(&mut self, statement: &'a QueryStatement, parent: Option<&Scope>, with_order: bool) -> Bound<BoundSelect> {
        let mut scope = Scope { parent: parent.cloned().map(Box::new), ..Scope::default() };
        let from = self.from(statement, &mut scope)?;
        let scope = &scope;
        self.reads_directly &= statement.group_by.is_empty();
        let aggregates = Some(Vec::new());
        let windows = Some(Vec::new());
        let mut context = ExprContext { aggregates, windows, named_windows: &statement.windows, ..ExprContext::new(scope) };
        let (names, projection) = self.projection(&statement.only, &mut context)?;
        let compares_open = self.begin_clause();
        context.aliases = Aliases::Bound(aliases(&statement.only, &projection));
        let (collected, windows) = (context.aggregates.take(), context.windows.take());
        // WHERE and HAVING may name results by their aliases.
        self.end_clause(compares_open);
        let filter = statement.filter.as_ref().map(|filter| self.expr(filter, &mut context)).transpose()?;
        filter.iter().for_each(|filter| self.note_condition(filter, scope));
        if filter.as_ref().is_some_and(|filter| uses_any(filter, collected.as_deref().unwrap_or_default())) {
            return unsupported("an aggregate's alias in WHERE");
        }
        let group_by = self.group_by(statement, &projection, &mut context)?;
        context.aggregates = collected;
        self.end_clause(compares_open);
        let having = statement.having.as_ref().map(|having| self.expr(having, &mut context)).transpose()?;
        having.iter().for_each(|having| self.note_condition(having, scope));
        context.windows = windows;
        let order_by = if with_order { self.order_by(statement, &projection, &mut context)? } else { Vec::new() };
        let aggregates = context.aggregates.take().unwrap_or_default();
        let windows = context.windows.take().unwrap_or_default();
        let grouped = !group_by.is_empty() || !aggregates.is_empty();
        if having.is_some() && !grouped {
            let span = statement.having.as_ref().map_or(Span::default(), Expr::span);
            return Err(at(Error::query("HAVING clause on a non-aggregate query"), span).into());
        }
        let projection = projection.into_iter().map(|expr| (self.result_column(&expr), expr)).collect::<Vec<_>>();
        self.end_clause(compares_open);
        self.note_results(&projection);
        for ((id, _), name) in projection.iter().zip(&names) {
            self.columns.rename(*id, name);
        }
        let mut select = Select {
            from,
            filter,
            grouped,
            group_by,
            aggregates,
            bare: Vec::new(),
            having,
            windows,
            projection,
            distinct: statement.distinct,
            as_set: false,
        };
        let mut order_by = order_by;
        if grouped {
            self.above_grouping(&mut select, &mut order_by);
            let mut extremes = select.aggregates.iter().rev().filter(|(_, aggregate)| aggregate.is_extreme());
            let last_filters = extremes.next().is_some_and(|(_, last)| last.filter.is_some());
            if !select.bare.is_empty() && last_filters && extremes.next().is_some() {
                return unsupported("columns beside several extremes of which the last has a FILTER");
            }
        }
        Ok(BoundSelect { select, names, order_by })
    }

    /// A column of a subquery, a result or a grouping key that holds the value of `expr`.
    pub(super) fn result_column(&mut self, expr: &BoundExpr) -> ColumnId {
        let (affinity, collation) = self.rules_with(|rules| (rules.affinity(expr), rules.collation(expr)));
        let not_null = match expr {
            BoundExpr::Column(id) => self.columns.get(*id).not_null,
            BoundExpr::Literal(value) => *value != Value::Null,
            _ => false,
        };
        let info = ColumnInfo { name: String::new(), affinity, collation, collates: true, table: None, not_null };
        let id = self.columns.add(info);
        self.note_computed(id, expr);
        if self.has_open_affinity(expr) {
            self.open.insert(id);
        }
        id
    }

    /// A column of its own that is as another one.
    pub(super) fn copied_column(&mut self, id: ColumnId) -> ColumnId {
        let info = self.columns.get(id).clone();
        let copy = self.columns.add(ColumnInfo { table: None, ..info });
        self.note_same_json(copy, id);
        self.open.copy(copy, id);
        copy
    }

    /// `left operator right` with its rules.
    pub(super) fn compare(&self, left: BoundExpr, operator: CompareOperator, right: BoundExpr) -> BoundExpr {
        [&left, &right].into_iter().for_each(|side| self.note_compared(side));
        self.rules_with(|rules| rules.compare(left, operator, right))
    }

    /// Calls `ask` with the comparison rules of the columns bound so far.
    pub(super) fn rules_with<T>(&self, ask: impl FnOnce(&ComparisonRules<'_>) -> T) -> T {
        let subquery_column = |id: SubqueryId| self.subqueries[id.0 as usize].query.output[0];
        ask(&ComparisonRules { columns: &self.columns, subquery_column: &subquery_column })
    }

    /// The common table of that name in reach, and this use's relation; `parent` surrounds the SELECT that uses it.
    pub(super) fn common_table(
        &mut self,
        name: &str,
        alias: &str,
        parent: Option<&Scope>,
    ) -> Bound<Option<(FromSource, Relation)>> {
        let Some(position) = self.common_scopes.iter().rposition(|scope| scope.definition.name.is(name)) else { return Ok(None) };
        let scope = self.common_scopes[position].clone();
        let (index, names, first_use) = match scope.state {
            CommonState::Binding => return unsupported("a common table that reads itself in this place"),
            CommonState::Recursing(recursion) => return self.recursive_use(position, recursion, alias).map(Some),
            CommonState::Bound(index, names) => (index, names, false),
            CommonState::Correlated => return self.correlated_common(position, &scope, alias, parent).map(Some),
            CommonState::Unbound => {
                let before = parent.map(|_| self.state());
                match self.bind_common(position, &scope) {
                    Ok((index, names)) => (index, names, true),
                    Err(BindError::Invalid(_)) if before.is_some() && super::recursive::parts(scope.definition) == 0 => {
                        before.into_iter().for_each(|state| self.restore(state));
                        return self.correlated_common(position, &scope, alias, parent).map(Some);
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        let output = self.common[index].query.output.clone();
        // The first use has the query's own ids, so that a table used once can be planned in place.
        let ids: Vec<ColumnId> = if first_use { output } else { output.into_iter().map(|id| self.copied_column(id)).collect() };
        for (id, name) in ids.iter().zip(&names) {
            self.columns.rename(*id, name);
        }
        let relation = Relation::of_columns(alias, &names, &ids);
        Ok(Some((FromSource::Common { index, columns: ids }, relation)))
    }

    fn bind_common(&mut self, position: usize, scope: &CommonScope<'a>) -> Bound<(usize, Vec<String>)> {
        self.common_scopes[position].state = CommonState::Binding;
        let query = match super::recursive::parts(scope.definition) {
            0 => self.independent(scope.reach, &scope.definition.query)?,
            parts => self.apart(scope.reach, |binder| binder.recursive(position, scope, parts))?,
        };
        let names = self.common_names(scope.definition)?;
        let index = self.common.len();
        self.common.push(CommonQuery { query });
        self.common_scopes[position].state = CommonState::Bound(index, names.clone());
        Ok((index, names))
    }

    /// The names of the columns of a common table whose query was bound last.
    fn common_names(&mut self, definition: &CommonTable) -> Bound<Vec<String>> {
        let mut names = std::mem::take(&mut self.output_names);
        let given = &definition.columns;
        if !given.is_empty() && given.len() != names.len() {
            let message = format!("table {} has {} values for {} columns", definition.name.name, names.len(), given.len());
            return Err(Error::query(message).at(definition.name.span).into());
        }
        if given.is_empty() {
            super::names::make_unique(&mut names);
        } else {
            names = given.iter().map(|name| name.name.clone()).collect();
        }
        Ok(names)
    }

    /// A use of a common table that names outer columns: those of what surrounds the SELECT that uses it, as if its text stood there.
    fn correlated_common(
        &mut self,
        position: usize,
        scope: &CommonScope<'a>,
        alias: &str,
        parent: Option<&Scope>,
    ) -> Bound<(FromSource, Relation)> {
        self.common_scopes[position].state = CommonState::Binding;
        let out_of_reach = self.common_scopes.split_off(scope.reach);
        let query = self.nested_query(&scope.definition.query, parent, Place::Table);
        self.common_scopes.truncate(scope.reach);
        self.common_scopes.extend(out_of_reach);
        self.common_scopes[position].state = CommonState::Correlated;
        let query = query?;
        let names = self.common_names(scope.definition)?;
        for (id, name) in query.output.iter().zip(&names) {
            self.columns.rename(*id, name);
        }
        let relation = Relation::of_columns(alias, &names, &query.output);
        Ok((FromSource::Query(Box::new(query)), relation))
    }

    /// Binds a query that sees nothing of what stands around it but the first common tables in reach.
    pub(super) fn independent(&mut self, reach: usize, statement: &'a QueryStatement) -> Bound<Query> {
        self.apart(reach, |binder| binder.nested_query(statement, None, Place::Table))
    }

    /// Does something that sees nothing of what stands around it but the first common tables in reach.
    fn apart<T>(&mut self, reach: usize, bind: impl FnOnce(&mut Self) -> Bound<T>) -> Bound<T> {
        let frames = std::mem::take(&mut self.outer_frames);
        let aggregates = std::mem::take(&mut self.outer_aggregates);
        let out_of_reach = self.common_scopes.split_off(reach);
        let bound = bind(self);
        self.common_scopes.truncate(reach);
        self.common_scopes.extend(out_of_reach);
        (self.outer_frames, self.outer_aggregates) = (frames, aggregates);
        bound
    }

    /// The result columns: their names as SQLite names them, and their expressions.
    fn projection(&mut self, items: &'a [SelectItem], context: &mut ExprContext<'a, '_>) -> Bound<(Vec<String>, Vec<BoundExpr>)> {
        let (mut names, mut exprs) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                SelectItem::All { span } => {
                    if context.scope.relations.is_empty() {
                        return Err(Error::query("no tables specified").at(*span).into());
                    }
                    for (name, expr) in Self::all_columns(context.scope, *span)? {
                        names.push(name);
                        exprs.push(expr);
                    }
                }
                SelectItem::AllOf { table } => {
                    let before = exprs.len();
                    for (index, relation) in context.scope.relations.iter().enumerate() {
                        for column in relation.columns_of(table) {
                            exprs.push(Self::starred(context.scope, index, column, table.span)?);
                            names.push(column.shown_name().to_owned());
                        }
                    }
                    if exprs.len() == before {
                        return Err(Self::no_such_table(table, context.scope).into());
                    }
                }
                SelectItem::Expr { expr, alias, text } => {
                    let bound = self.expr(expr, context)?;
                    let shown = match (alias, expr) {
                        (None, Expr::Field(field)) => context.scope.shown_name(field).map(str::to_owned),
                        _ => None,
                    };
                    let name = shown.unwrap_or_else(|| self.result_name(expr, alias.as_ref(), text.as_deref(), &bound));
                    names.push(name);
                    exprs.push(bound);
                }
            }
        }
        Ok((names, exprs))
    }

    /// The columns of `*`: those that USING merges stand for themselves on the left, and are left out on the right.
    fn all_columns(scope: &Scope, span: Span) -> Bound<Vec<(String, BoundExpr)>> {
        let mut columns = Vec::new();
        for (index, relation) in scope.relations.iter().enumerate() {
            let is_merged = |name: &str| relation.using.iter().any(|using| using.eq_ignore_ascii_case(name));
            let shown =
                relation.columns.iter().filter(|column| !column.hidden && !column.merged && !is_merged(column.shown_name()));
            for column in shown {
                columns.push((column.shown_name().to_owned(), Self::starred(scope, index, column, span)?));
            }
        }
        Ok(columns)
    }

    /// What a star makes of a column. Left of a RIGHT or FULL JOIN, one that USING joins further right is looked up by its bare
    /// name, as if it had been written so.
    fn starred(scope: &Scope, index: usize, column: &RelationColumn, span: Span) -> Bound<BoundExpr> {
        let further = &scope.relations[index + 1..];
        let is_left = further.iter().any(|relation| matches!(relation.kind, JoinKind::Right | JoinKind::Full));
        let mut using = further.iter().flat_map(|relation| &relation.using);
        if !is_left || !using.any(|name| name.eq_ignore_ascii_case(&column.name)) {
            return Ok(column.expr.clone());
        }
        let name = Identifier::new(column.name.clone());
        match scope.find_here(&FieldReference { pool: None, table: None, name }) {
            Found::Expr(expr, _) => Ok(expr),
            _ => Err(at(Error::query(format!("ambiguous column name: {}", column.name)), span).into()),
        }
    }

    fn no_such_table(table: &Identifier, scope: &Scope) -> Error {
        let error = Error::query(format!("no such table: {}", table.name)).at(table.span);
        let near = crate::error::nearest(&table.name, scope.relation_names()).map(|near| format!("did you mean `{near}`?"));
        match near {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    /// Of what EXISTS asks for, SQLite drops ORDER BY and DISTINCT (`IgnorableDistinct`), which shows where they fail or OFFSET counts rows.
    pub(super) fn ask_for_any_row(&mut self, subquery: SubqueryId) {
        let query = &mut self.subqueries[subquery.0 as usize].query;
        query.order_by.clear();
        if let QueryBody::Select(select) = &mut query.body {
            select.distinct = false;
        }
    }

    /// Binds a subquery of an expression. Aggregates in it that are all about `context`'s columns belong to that.
    pub(super) fn subquery(&mut self, statement: &'a QueryStatement, context: &mut ExprContext<'a, '_>) -> Bound<SubqueryId> {
        self.outer_frames.push(Vec::new());
        self.outer_aggregates.push(context.aggregates.take());
        let names = std::mem::take(&mut self.output_names);
        let bound = self.nested_query(statement, Some(context.scope), Place::Expression);
        self.output_names = names;
        context.aggregates = self.outer_aggregates.pop().expect("the list pushed above is there");
        let mut outer = self.outer_frames.pop().expect("the frame pushed above is there");
        outer.sort_unstable();
        outer.dedup();
        self.subqueries.push(Subquery { query: bound?, outer });
        Ok(self.last_subquery())
    }

    /// The subquery added last.
    pub(super) fn last_subquery(&self) -> SubqueryId {
        SubqueryId(u32::try_from(self.subqueries.len() - 1).expect("a statement has fewer than 2^32 subqueries"))
    }
}

/// The result columns that ORDER BY and its like may name by alias.
fn aliases(items: &[SelectItem], projection: &[BoundExpr]) -> Vec<(String, BoundExpr)> {
    if items.len() != projection.len() {
        // A star expanded: positions no longer match one to one, so walk with the aliased ones from the back alone.
        return expanded_aliases(items, projection);
    }
    let named = items.iter().zip(projection).filter_map(|(item, expr)| match item {
        SelectItem::Expr { alias: Some(alias), .. } => Some((alias.name.clone(), expr.clone())),
        _ => None,
    });
    named.collect()
}

fn expanded_aliases(items: &[SelectItem], projection: &[BoundExpr]) -> Vec<(String, BoundExpr)> {
    let is_expr = |item: &&SelectItem| matches!(item, SelectItem::Expr { .. });
    let before = items.iter().take_while(is_expr).count();
    let after = items.iter().rev().take_while(is_expr).count();
    let mut named = aliases(&items[..before], &projection[..before]);
    named.extend(aliases(&items[items.len() - after..], &projection[projection.len() - after..]));
    named
}

fn uses_any(expr: &BoundExpr, aggregates: &[(ColumnId, Aggregate)]) -> bool {
    let mut uses = false;
    expr.walk(&mut |part| {
        if let BoundExpr::Column(id) = part {
            uses |= aggregates.iter().any(|(aggregate, _)| aggregate == id);
        }
    });
    uses
}

/// The place of an expression, where it has one.
pub(super) fn at(error: Error, span: Span) -> Error {
    if span.is_empty() { error } else { error.at(span) }
}
