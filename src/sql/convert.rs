//! sqlparser's tree of clauses to a [`QueryStatement`].
//!
//! What the statement types cannot hold is refused, and so is whatever sqlparser accepts but SQLite does not.

use sqlparser::ast::{
    Cte, Distinct, GroupByExpr, Join, JoinConstraint as ParserConstraint, JoinOperator, LimitClause, OrderByKind, OrderBySort,
    Query, Select, SelectItem as ParserItem, SelectItemQualifiedWildcardKind, SetExpr, SetOperator as ParserSetOperator,
    SetQuantifier, TableFactor, TableWithJoins,
};
use sqlparser::parser::ParserError;

use super::dialect::SqliteLanguage;
use super::source::Source;
use crate::error::Span;
use crate::statement::{
    CommonTable, CompoundQuery, Expr, Identifier, JoinConstraint, JoinKind, JoinQuery, Materialization, NullsOrder, OrderTerm,
    QueryStatement, SchemaReference, SelectItem, SetOperator, SortOrder, TableSource, Version,
};

type Read<T> = Result<T, String>;

/// sqlparser's error without its label, and without its place, which is a byte offset in disguise (see [`Source::location`]).
pub(super) fn message(error: ParserError) -> String {
    match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => match message.rfind(" at Line: ") {
            Some(place) => message[..place].to_owned(),
            None => message,
        },
        ParserError::RecursionLimitExceeded => "the statement is nested too deeply".to_owned(),
    }
}

/// A SELECT whose first token is at an index.
pub(super) fn query(language: &SqliteLanguage, query: &Query, first: usize) -> Read<QueryStatement> {
    let mut branches = Vec::new();
    flatten(&query.body, None, &mut branches)?;
    let mut branches = branches.into_iter();
    let Some((_, select)) = branches.next() else { return Err("no SELECT".to_owned()) };
    // WITH comes first in the text, and expressions are kept apart, so that the order of reading does not matter.
    let mut statement = self::select(language, select)?;
    for (operator, select) in branches {
        let Some(operator) = operator else { return Err("no set operator".to_owned()) };
        statement.compound.push(CompoundQuery { operator, query: self::select(language, select)? });
    }
    if let Some(with) = &query.with {
        statement.recursive = with.recursive;
        statement.with = with.cte_tables.iter().map(|table| common_table(language, table)).collect::<Read<_>>()?;
    }
    if let Some(order_by) = &query.order_by {
        let OrderByKind::Expressions(terms) = &order_by.kind else { return Err("ORDER BY ALL".to_owned()) };
        for term in terms {
            let order = match &term.options.sort {
                None | Some(OrderBySort::Asc) => SortOrder::Ascending,
                Some(OrderBySort::Desc) => SortOrder::Descending,
                Some(OrderBySort::Using(_)) => return Err("ORDER BY … USING".to_owned()),
            };
            let nulls = term.options.nulls_first.map(|first| if first { NullsOrder::First } else { NullsOrder::Last });
            statement.order_by.push(OrderTerm { expr: language.take(&term.expr)?.expr, order, nulls });
        }
    }
    (statement.limit, statement.offset) = limit(language, query.limit_clause.as_ref())?;
    statement.span = query_span(&language.source, first);
    Ok(statement)
}

/// The text of a SELECT: to the bracket that closes around it, or to the end.
fn query_span(source: &Source, first: usize) -> Span {
    let mut depth = 0_usize;
    let mut behind = first;
    while source.token(behind).is_some() {
        if source.is_symbol(behind, "(") {
            depth += 1;
        } else if source.is_symbol(behind, ")") {
            if depth == 0 {
                break;
            }
            depth -= 1;
        }
        behind += 1;
    }
    source.span(first, behind)
}

/// The SELECTs of a compound in the order of the text. sqlparser lets INTERSECT bind more tightly; in SQLite all set operators
/// bind alike, from the left, so that the order of the text says everything.
fn flatten<'a>(
    body: &'a SetExpr,
    operator: Option<SetOperator>,
    branches: &mut Vec<(Option<SetOperator>, &'a Select)>,
) -> Read<()> {
    match body {
        SetExpr::Select(select) => {
            branches.push((operator, select));
            Ok(())
        }
        SetExpr::SetOperation { left, op, set_quantifier, right } => {
            flatten(left, operator, branches)?;
            let own = match (op, set_quantifier) {
                (ParserSetOperator::Union, SetQuantifier::None) => SetOperator::Union,
                (ParserSetOperator::Union, SetQuantifier::All) => SetOperator::UnionAll,
                (ParserSetOperator::Intersect, SetQuantifier::None) => SetOperator::Intersect,
                (ParserSetOperator::Except, SetQuantifier::None) => SetOperator::Except,
                _ => return Err(format!("near \"{set_quantifier}\"")),
            };
            flatten(right, Some(own), branches)
        }
        SetExpr::Values(_) => Err("VALUES".to_owned()),
        _ => Err("a SELECT in brackets as part of a compound".to_owned()),
    }
}

fn select(language: &SqliteLanguage, select: &Select) -> Read<QueryStatement> {
    let distinct = match &select.distinct {
        None | Some(Distinct::All) => false,
        Some(Distinct::Distinct) => true,
        Some(Distinct::On(_)) => return Err("DISTINCT ON".to_owned()),
    };
    let only = select.projection.iter().map(|item| result_column(language, item)).collect::<Read<_>>()?;
    let mut statement = QueryStatement { distinct, only, ..QueryStatement::default() };
    from(language, &select.from, &mut statement)?;
    let optional = |expr: &Option<sqlparser::ast::Expr>| -> Read<Option<Expr>> {
        expr.as_ref().map(|expr| Ok(language.take(expr)?.expr)).transpose()
    };
    statement.filter = optional(&select.selection)?;
    statement.having = optional(&select.having)?;
    let GroupByExpr::Expressions(groups, _) = &select.group_by else { return Err("GROUP BY ALL".to_owned()) };
    statement.group_by = groups.iter().map(|group| Ok(language.take(group)?.expr)).collect::<Read<_>>()?;
    let source = &language.source;
    if let Some(start) = Source::offset(select.select_token.0.span.start) {
        let first = source.index_at(start);
        statement.span = source.span(first, select_end(source, first));
    }
    Ok(statement)
}

/// The index behind one SELECT of a compound: its bracket's end, a set operator, ORDER BY or LIMIT.
fn select_end(source: &Source, first: usize) -> usize {
    let mut depth = 0_usize;
    let mut behind = first;
    while source.token(behind).is_some() {
        if source.is_symbol(behind, "(") {
            depth += 1;
        } else if source.is_symbol(behind, ")") {
            if depth == 0 {
                break;
            }
            depth -= 1;
        } else if depth == 0 && ["UNION", "INTERSECT", "EXCEPT", "ORDER", "LIMIT"].iter().any(|word| source.is_word(behind, word))
        {
            break;
        }
        behind += 1;
    }
    behind
}

fn result_column(language: &SqliteLanguage, item: &ParserItem) -> Read<SelectItem> {
    let source = &language.source;
    match item {
        ParserItem::Wildcard(options) => {
            let offset = Source::offset(options.wildcard_token.0.span.start).unwrap_or_default();
            let index = source.index_at(offset);
            // sqlparser takes `(*)` for a star.
            if source.is_symbol(index + 1, ")") && index.checked_sub(1).is_some_and(|before| source.is_symbol(before, "(")) {
                let starts_select = index.checked_sub(2).is_some_and(|before| {
                    ["SELECT", "DISTINCT", "ALL"].iter().any(|word| source.is_word(before, word)) || source.is_symbol(before, ",")
                });
                if starts_select {
                    return Err(source.unexpected(index));
                }
            }
            Ok(SelectItem::All { span: source.span(index, index + 1) })
        }
        ParserItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => match &name.0[..] {
            [part] => match part.as_ident() {
                Some(ident) => Ok(SelectItem::AllOf { table: source.name_of(ident)? }),
                None => Err(format!("near \"{name}\"")),
            },
            _ => Err(format!("near \"{name}.*\"")),
        },
        ParserItem::UnnamedExpr(expr) => expression_column(language, expr, false),
        ParserItem::ExprWithAlias { expr, .. } => expression_column(language, expr, true),
        _ => Err(format!("near \"{item}\"")),
    }
}

/// A result column that is an expression. The alias is read from the tokens, since sqlparser does not say where a text in
/// single quotes stands.
fn expression_column(language: &SqliteLanguage, expr: &sqlparser::ast::Expr, aliased: bool) -> Read<SelectItem> {
    let source = &language.source;
    let read = language.take(expr)?;
    let alias = if aliased { Some(alias_at(source, source.index_at(read.span.end))?) } else { None };
    // SQLite's text of a column runs to the next token, with the comments behind the expression, but not the blanks.
    let end = source.token(source.index_at(read.span.end)).map_or(source.text.len(), |token| token.start);
    let text = source.text[read.span.start..end].trim_end_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    Ok(SelectItem::Expr { expr: read.expr, alias, text: Some(text.to_owned()) })
}

/// The alias behind an expression or table, with or without AS, in any quotes.
fn alias_at(source: &Source, index: usize) -> Read<Identifier> {
    let index = index + usize::from(source.is_word(index, "AS"));
    match source.token(index) {
        Some(token) if source.is_name(index) || token.kind == super::tokens::TokenKind::Text => Ok(source.identifier_of(token)),
        _ => Err(source.unexpected(index)),
    }
}

fn from(language: &SqliteLanguage, from: &[TableWithJoins], statement: &mut QueryStatement) -> Read<()> {
    for tables in from {
        let table = table_source(language, &tables.relation)?;
        if statement.table.is_none() {
            statement.table = Some(table);
        } else {
            // Joins and commas bind alike, from the left: `a, b JOIN c` joins c to a and b.
            let constraint = JoinConstraint::None;
            statement.joins.push(JoinQuery { kind: JoinKind::Inner, natural: false, table, constraint });
        }
        for join in &tables.joins {
            statement.joins.push(self::join(language, join)?);
        }
    }
    Ok(())
}

fn join(language: &SqliteLanguage, join: &Join) -> Read<JoinQuery> {
    let table = table_source(language, &join.relation)?;
    let (kind, constraint) = match &join.join_operator {
        JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => (JoinKind::Inner, constraint),
        JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => (JoinKind::Left, constraint),
        JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => (JoinKind::Right, constraint),
        JoinOperator::FullOuter(constraint) => (JoinKind::Full, constraint),
        JoinOperator::CrossJoin(constraint) => (JoinKind::Cross, constraint),
        _ => return Err("a join that SQLite does not have".to_owned()),
    };
    let natural = matches!(constraint, ParserConstraint::Natural);
    let constraint = match constraint {
        ParserConstraint::None | ParserConstraint::Natural => JoinConstraint::None,
        ParserConstraint::On(expr) => JoinConstraint::On(language.take(expr)?.expr),
        ParserConstraint::Using(columns) => {
            let column = |name: &sqlparser::ast::ObjectName| match &name.0[..] {
                [part] => part.as_ident().map_or_else(|| Err(name.to_string()), |ident| language.source.name_of(ident)),
                _ => Err(format!("near \"{name}\"")),
            };
            JoinConstraint::Using(columns.iter().map(column).collect::<Read<_>>()?)
        }
    };
    Ok(JoinQuery { kind, natural, table, constraint })
}

fn table_source(language: &SqliteLanguage, factor: &TableFactor) -> Read<TableSource> {
    let source = &language.source;
    let alias_of = |alias: &Option<sqlparser::ast::TableAlias>| match alias {
        None => Ok(None),
        Some(alias) if !alias.columns.is_empty() => Err("column names behind a table's alias".to_owned()),
        Some(alias) => source.name_of(&alias.name).map(Some),
    };
    match factor {
        TableFactor::Table { args: Some(_), .. } => Err("a table-valued function".to_owned()),
        TableFactor::Table { name, alias, .. } => {
            let parts = name.0.iter().map(|part| match part.as_ident() {
                Some(ident) => source.name_of(ident),
                None => Err(format!("near \"{name}\"")),
            });
            let mut parts = parts.collect::<Read<Vec<_>>>()?;
            let (Some(name), pool, None) = (parts.pop(), parts.pop(), parts.pop()) else {
                return Err(format!("near \"{name}\""));
            };
            let reference = SchemaReference { pool, name, alias: alias_of(alias)?, version: Version::Latest };
            Ok(TableSource::Schema(reference))
        }
        TableFactor::Derived { lateral: false, subquery, alias, .. } => {
            let first = query_start(source, subquery).ok_or("a subquery without SELECT")?;
            let query = Box::new(query(language, subquery, first)?);
            Ok(TableSource::Query { query, alias: alias_of(alias)? })
        }
        TableFactor::NestedJoin { .. } => Err("joins in brackets".to_owned()),
        _ => Err(format!("near \"{factor}\"")),
    }
}

/// The index of a query's first token, WITH or SELECT.
fn query_start(source: &Source, query: &Query) -> Option<usize> {
    let token = match (&query.with, &*query.body) {
        (Some(with), _) => &with.with_token,
        (None, body) => first_select(body)?,
    };
    Source::offset(token.0.span.start).map(|offset| source.index_at(offset))
}

fn first_select(body: &SetExpr) -> Option<&sqlparser::ast::helpers::attached_token::AttachedToken> {
    match body {
        SetExpr::Select(select) => Some(&select.select_token),
        SetExpr::SetOperation { left, .. } => first_select(left),
        _ => None,
    }
}

fn common_table(language: &SqliteLanguage, table: &Cte) -> Read<CommonTable> {
    let source = &language.source;
    let column = |column: &sqlparser::ast::TableAliasColumnDef| match &column.data_type {
        None => source.name_of(&column.name),
        Some(_) => Err("a type behind a column of WITH".to_owned()),
    };
    let columns = table.alias.columns.iter().map(column).collect::<Read<_>>()?;
    let first = query_start(source, &table.query).ok_or("VALUES in WITH")?;
    // Before the query stands its bracket, and before that the hint, which sqlparser has not seen.
    let materialization = match first.checked_sub(2) {
        Some(hint) if source.is_word(hint, "MATERIALIZED") => match hint.checked_sub(1) {
            Some(before) if source.is_word(before, "NOT") => Some(Materialization::NotMaterialized),
            _ => Some(Materialization::Materialized),
        },
        _ => None,
    };
    Ok(CommonTable {
        name: source.name_of(&table.alias.name)?,
        columns,
        materialization,
        query: query(language, &table.query, first)?,
    })
}

/// LIMIT and OFFSET; in `LIMIT a, b` the first is the offset.
fn limit(language: &SqliteLanguage, clause: Option<&LimitClause>) -> Read<(Option<Expr>, Option<Expr>)> {
    match clause {
        None => Ok((None, None)),
        Some(LimitClause::LimitOffset { limit: Some(limit), offset, .. }) => {
            let limit = language.take(limit)?.expr;
            let offset = offset.as_ref().map(|offset| Ok::<_, String>(language.take(&offset.value)?.expr)).transpose()?;
            Ok((Some(limit), offset))
        }
        Some(LimitClause::LimitOffset { limit: None, .. }) => Err("near \"OFFSET\"".to_owned()),
        Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
            Ok((Some(language.take(limit)?.expr), Some(language.take(offset)?.expr)))
        }
    }
}
