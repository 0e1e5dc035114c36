//! FROM: tables, subqueries and joins become relations of a scope and items of a SELECT.

use super::binder::{Aliases, Binder, Bound, ExprContext, Place, unsupported};
use super::scope::{Relation, RelationColumn, Rowid, Scope, TableName};
use super::{BoundExpr, BoundTable, ColumnId, ColumnInfo, CompareOperator, FromItem, FromSource, Source, TableId};
use crate::catalog::TableKind;
use crate::error::Error;
use crate::statement::{
    Identifier, JoinConstraint, JoinKind, JoinQuery, JoinedTables, QueryStatement, SchemaReference, SelectItem, TableSource,
    Version,
};
use crate::value::{Affinity, Collation};

impl<'a> Binder<'a> {
    /// Binds FROM and fills `scope` with its relations.
    pub(super) fn from(&mut self, statement: &'a QueryStatement, scope: &mut Scope) -> Bound<Vec<FromItem>> {
        match &statement.table {
            Some(first) => self.joined(first, &statement.joins, &statement.only, scope),
            None => Ok(Vec::new()),
        }
    }

    /// Binds tables that are joined from the left, each becoming a relation of `scope`. An ON sees all of them, and the aliases of
    /// the result columns.
    fn joined(
        &mut self,
        first: &'a TableSource,
        joins: &'a [JoinQuery],
        aliases: &'a [SelectItem],
        scope: &mut Scope,
    ) -> Bound<Vec<FromItem>> {
        let (source, relation) = self.source(first, scope)?;
        scope.relations.push(relation);
        let mut items = vec![FromItem { source, kind: JoinKind::Inner, on: None }];
        let has_right = joins.iter().any(|join| matches!(join.kind, JoinKind::Right | JoinKind::Full));
        for join in joins {
            let (source, mut relation) = self.source(&join.table, scope)?;
            relation.kind = join.kind;
            scope.relations.push(relation);
            let on = self.using_conditions(join, scope, has_right)?;
            on.iter().for_each(|on| self.note_condition(on, scope));
            items.push(FromItem { source, kind: join.kind, on });
        }
        for (index, source) in std::iter::once(first).chain(joins.iter().map(|join| &join.table)).enumerate() {
            self.table_function_arguments(source, &mut items, index, scope)?;
        }
        for (index, join) in joins.iter().enumerate() {
            if let JoinConstraint::On(on) = &join.constraint {
                let mut context = ExprContext { aliases: Aliases::Unbound(aliases), ..ExprContext::new(scope) };
                let on = self.expr(on, &mut context)?;
                self.note_condition(&on, scope);
                Self::check_reach(&on, &scope.relations[index + 2..], joins)?;
                items[index + 1].on = Some(on);
            }
        }
        Ok(items)
    }

    /// An ON that names tables further right says nothing about where among outer joins it belongs.
    fn check_reach(on: &BoundExpr, further: &[Relation], joins: &[JoinQuery]) -> Bound<()> {
        if joins.iter().all(|join| matches!(join.kind, JoinKind::Inner | JoinKind::Cross)) {
            return Ok(());
        }
        let mut reaches = false;
        on.walk(&mut |part| {
            reaches |= further.iter().any(|relation| {
                relation.columns.iter().any(|column| column.expr == *part)
                    || relation.rowids.iter().any(|rowid| *part == BoundExpr::Column(rowid.id))
            });
        });
        if reaches { unsupported("ON naming a table further right among outer joins") } else { Ok(()) }
    }

    fn source(&mut self, source: &'a TableSource, scope: &Scope) -> Bound<(FromSource, Relation)> {
        match source {
            TableSource::Schema(reference) => self.named_source(reference, scope.parent.as_deref()),
            TableSource::Query { query, alias } => {
                // A subquery in FROM sees what encloses the whole SELECT, not its neighbours.
                let query = self.nested_query(query, scope.parent.as_deref(), Place::Table)?;
                let mut names = std::mem::take(&mut self.output_names);
                super::names::make_unique(&mut names);
                for (id, name) in query.output.iter().zip(&names) {
                    self.columns.rename(*id, name);
                }
                let alias = alias.as_ref().map_or("", |alias| &alias.name);
                let relation = Relation::of_columns(alias, &names, &query.output);
                Ok((FromSource::Query(Box::new(query)), relation))
            }
            TableSource::Function(function) => self.table_function(function),
            TableSource::Join(joined) => self.in_brackets(joined, scope),
        }
    }

    /// Tables joined in brackets are a relation that keeps their names (SQLite's `SF_NestedFrom`).
    fn in_brackets(&mut self, joined: &'a JoinedTables, scope: &Scope) -> Bound<(FromSource, Relation)> {
        let mut inner = Scope { relations: Vec::new(), parent: scope.parent.clone() };
        let items = self.joined(&joined.table, &joined.joins, &[], &mut inner)?;
        for rowid in inner.relations.iter().flat_map(|relation| &relation.rowids) {
            // Behind brackets SQLite names a rowid, as a result, by the first of its names that is free.
            if self.columns.get(rowid.id).table.is_some_and(|(_, position)| position.is_none()) {
                let relation = inner.relations.iter().find(|relation| relation.rowids.iter().any(|own| own.id == rowid.id));
                let is_taken = |name: &&str| {
                    let mut columns = relation.into_iter().flat_map(|relation| &relation.columns);
                    columns.any(|column| column.name.eq_ignore_ascii_case(name))
                };
                let free = ["_ROWID_", "ROWID", "OID"].into_iter().find(|name| !is_taken(name)).unwrap_or("_ROWID_");
                self.columns.rename(rowid.id, free);
            }
        }
        let alias = joined.alias.as_ref().map_or("", |alias| &alias.name);
        Ok((FromSource::Joined(items), inner.in_brackets(alias)))
    }

    fn named_source(&mut self, reference: &'a SchemaReference, parent: Option<&Scope>) -> Bound<(FromSource, Relation)> {
        let alias = reference.alias.as_ref().unwrap_or(&reference.name);
        if let Version::Named(version) = &reference.version {
            let message = format!("SQLite pools know only the latest version of a table, not `{version}`");
            return Err(Error::query(message).at(reference.name.span).into());
        }
        if reference.pool.is_none()
            && let Some(found) = self.common_table(&reference.name.name, &alias.name, parent)?
        {
            return Ok(found);
        }
        // INDEXED BY changes no answer: whether that index can be used, SQLite says, which sees the statement first.
        let namespace = self.namespace;
        let (catalog, table) = match &self.view {
            Some((pool, _)) => namespace.table_of_pool(pool, reference)?,
            None => namespace.table(reference)?,
        };
        if table.kind == TableKind::View {
            return self.view(catalog, table, &alias.name);
        }
        if !catalog.utf8 {
            return unsupported(format!("`{}`, whose file stores text as UTF-16", catalog.pool));
        }
        let table_id = TableId(u32::try_from(self.tables.len()).expect("a statement has fewer than 2^32 tables"));
        let mut columns = Vec::new();
        for (position, column) in table.columns.iter().enumerate() {
            // What a virtual table tells of its columns holds no collation.
            let is_virtual = table.kind == TableKind::Virtual;
            let Some(collation) = column.collation.or(is_virtual.then_some(Collation::Binary)) else {
                return unsupported(format!("a collation of its own on `{}.{}`", table.name, column.name));
            };
            columns.push(self.columns.add(ColumnInfo {
                name: column.name.clone(),
                affinity: column.affinity,
                collation,
                collates: table.rowid_alias != Some(position),
                table: Some((table_id, Some(position))),
                not_null: column.not_null || table.rowid_alias == Some(position),
            }));
        }
        let rowid =
            (!table.without_rowid).then(|| table.rowid_alias.map_or_else(|| self.rowid(table_id), |alias| columns[alias]));
        let pools = if reference.alias.is_some() { Vec::new() } else { self.qualifiers_of(&catalog.pool) };
        let named = TableName { name: alias.name.clone(), pools };
        let as_named = |(column, id): (&crate::catalog::Column, &ColumnId)| RelationColumn {
            hidden: column.hidden,
            ..RelationColumn::new(named.clone(), &column.name, *id)
        };
        let relation = Relation {
            name: alias.name.clone(),
            columns: table.columns.iter().zip(&columns).map(as_named).collect(),
            rowids: rowid.iter().map(|id| Rowid { table: named.clone(), id: *id }).collect(),
            kind: JoinKind::Inner,
            using: Vec::new(),
        };
        let sources = vec![Source::Pool { pool: catalog.pool.clone(), table: table.name.clone() }];
        self.tables.push(BoundTable { name: alias.name.clone(), sources, columns, rowid });
        Ok((FromSource::Table(table_id), relation))
    }

    fn rowid(&mut self, table: TableId) -> ColumnId {
        self.columns.add(ColumnInfo {
            name: "rowid".to_owned(),
            affinity: Affinity::Integer,
            collation: Collation::Binary,
            collates: false,
            table: Some((table, None)),
            not_null: true,
        })
    }

    fn qualifiers_of(&self, pool: &str) -> Vec<String> {
        let named = self.namespace.qualifiers.iter().filter(|(_, named)| named.as_str() == pool);
        named.map(|(qualifier, _)| qualifier.clone()).collect()
    }

    /// What USING and NATURAL ask of the join whose right relation is the last one.
    fn using_conditions(&mut self, join: &'a JoinQuery, scope: &mut Scope, has_right: bool) -> Bound<Option<BoundExpr>> {
        let right = scope.relations.len() - 1;
        let using: Vec<Identifier> = match (&join.constraint, join.natural) {
            (JoinConstraint::Using(columns), false) => columns.clone(),
            (JoinConstraint::On(_) | JoinConstraint::None, false) => return Ok(None),
            (JoinConstraint::None, true) => common_columns(scope, right),
            (_, true) => return Err(Error::query("a NATURAL join may not have an ON or USING clause").into()),
        };
        let mut conditions = Vec::new();
        for name in &using {
            conditions.push(self.using_condition(scope, right, name, has_right)?);
        }
        scope.relations[right].using = using.into_iter().map(|name| name.name).collect();
        Ok(match conditions.len() {
            0 => None,
            1 => conditions.pop(),
            _ => Some(BoundExpr::And(conditions)),
        })
    }

    /// `left.name = right.name`. Where a RIGHT or FULL JOIN stands in the same FROM, several tables on the left may have the column,
    /// all but the first by USING, and the first of their values that is not NULL counts (`sqlite3ProcessJoin`).
    fn using_condition(&mut self, scope: &Scope, right: usize, name: &Identifier, has_right: bool) -> Bound<BoundExpr> {
        let missing =
            || Error::query(format!("cannot join using column {} - column not present in both tables", name.name)).at(name.span);
        let right_column = scope.relations[right].column(name).ok_or_else(missing)?.expr.clone();
        let mut left = scope.columns_before(right, name);
        if left.is_empty() {
            return Err(missing().into());
        }
        if !has_right {
            left.truncate(1);
        }
        let is_unmerged = |(index, _): &(usize, BoundExpr)| !scope.relations[*index].using.iter().any(|using| name.is(using));
        if left.iter().skip(1).any(is_unmerged) {
            return Err(Error::query(format!("ambiguous reference to {} in USING()", name.name)).at(name.span).into());
        }
        let mut values: Vec<BoundExpr> = left.into_iter().map(|(_, expr)| expr).collect();
        let left = if values.len() > 1 { BoundExpr::Merged(values) } else { values.remove(0) };
        Ok(self.compare(left, CompareOperator::Equal, right_column))
    }
}

/// The columns that NATURAL joins by: those of the right relation that one on the left has too.
fn common_columns(scope: &Scope, right: usize) -> Vec<Identifier> {
    let on_left = |name: &str| {
        let mut columns = scope.relations[..right].iter().flat_map(|relation| &relation.columns);
        columns.any(|column| !column.hidden && column.name.eq_ignore_ascii_case(name))
    };
    let mut names: Vec<Identifier> = Vec::new();
    for column in scope.relations[right].columns.iter().filter(|column| !column.hidden && on_left(&column.name)) {
        if !names.iter().any(|name| name.is(&column.name)) {
            names.push(Identifier::new(column.name.clone()));
        }
    }
    names
}
