//! FROM: tables, subqueries and joins become relations of a scope and items of a SELECT.

use super::binder::{Binder, Bound, unsupported};
use super::scope::{Found, Relation, RelationColumn, Scope};
use super::{BoundExpr, BoundTable, ColumnId, ColumnInfo, CompareOperator, FromItem, FromSource, Source, TableId};
use crate::catalog::TableKind;
use crate::error::Error;
use crate::statement::{
    FieldReference, Identifier, IndexHint, JoinConstraint, JoinKind, JoinQuery, QueryStatement, SchemaReference, TableSource,
    Version,
};
use crate::value::{Affinity, Collation};

impl Relation {
    /// The relation of a subquery or a common table.
    pub(super) fn of_columns(name: &str, names: &[String], ids: &[ColumnId]) -> Self {
        let column =
            |(name, id): (&String, &ColumnId)| RelationColumn { name: name.clone(), id: *id, hidden: false, merged: false };
        Self { name: name.to_owned(), pools: Vec::new(), columns: names.iter().zip(ids).map(column).collect(), rowid: None }
    }
}

impl<'a> Binder<'a> {
    /// Binds FROM and fills `scope` with its relations.
    pub(super) fn from(&mut self, statement: &'a QueryStatement, scope: &mut Scope) -> Bound<Vec<FromItem>> {
        let mut items = Vec::new();
        let Some(first) = &statement.table else { return Ok(items) };
        let (source, relation) = self.source(first, scope)?;
        scope.relations.push(relation);
        items.push(FromItem { source, kind: JoinKind::Inner, on: None });
        for join in &statement.joins {
            let (source, relation) = self.source(&join.table, scope)?;
            let left = scope.relations.len();
            scope.relations.push(relation);
            let on = self.join_condition(join, scope, left, &statement.joins)?;
            items.push(FromItem { source, kind: join.kind, on });
        }
        Ok(items)
    }

    fn source(&mut self, source: &'a TableSource, scope: &Scope) -> Bound<(FromSource, Relation)> {
        match source {
            TableSource::Schema(reference) => self.named_source(reference),
            TableSource::Query { query, alias } => {
                // A subquery in FROM sees what encloses the whole SELECT, not its neighbours.
                let query = self.nested_query(query, scope.parent.as_deref())?;
                let mut names = std::mem::take(&mut self.output_names);
                super::names::make_unique(&mut names);
                for (id, name) in query.output.iter().zip(&names) {
                    self.columns.rename(*id, name);
                }
                let alias = alias.as_ref().map_or("", |alias| &alias.name);
                let relation = Relation::of_columns(alias, &names, &query.output);
                Ok((FromSource::Query(Box::new(query)), relation))
            }
            TableSource::Function(_) => unsupported("a table-valued function"),
            TableSource::Join(_) => unsupported("a join in brackets"),
        }
    }

    fn named_source(&mut self, reference: &'a SchemaReference) -> Bound<(FromSource, Relation)> {
        let alias = reference.alias.as_ref().unwrap_or(&reference.name);
        if let Version::Named(version) = &reference.version {
            let message = format!("SQLite pools know only the latest version of a table, not `{version}`");
            return Err(Error::query(message).at(reference.name.span).into());
        }
        if matches!(reference.indexed, Some(IndexHint::By(_))) {
            // Whether that index can be used is SQLite's to say.
            return unsupported("INDEXED BY");
        }
        if reference.pool.is_none()
            && let Some((index, columns, relation)) = self.common_table(&reference.name.name, &alias.name)?
        {
            return Ok((FromSource::Common { index, columns }, relation));
        }
        let (catalog, table) = self.namespace.table(reference)?;
        if table.kind != TableKind::Table {
            return unsupported(format!("the view or virtual table `{}`", table.name));
        }
        if !catalog.utf8 {
            return unsupported(format!("`{}`, whose file stores text as UTF-16", catalog.pool));
        }
        let table_id = TableId(u32::try_from(self.tables.len()).expect("a statement has fewer than 2^32 tables"));
        let mut columns = Vec::new();
        for (position, column) in table.columns.iter().enumerate() {
            let Some(collation) = column.collation else {
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
        let relation = Relation {
            name: alias.name.clone(),
            pools: if reference.alias.is_some() { Vec::new() } else { self.qualifiers_of(&catalog.pool) },
            columns: table
                .columns
                .iter()
                .zip(&columns)
                .map(|(column, id)| RelationColumn { name: column.name.clone(), id: *id, hidden: column.hidden, merged: false })
                .collect(),
            rowid,
        };
        let sources = vec![Source::Pool { pool: catalog.pool.clone(), table: table.name.clone() }];
        self.tables.push(BoundTable { name: alias.name.clone(), sources, columns, rowid, span: reference.name.span });
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

    /// ON, USING and NATURAL of the join whose right relation is `scope.relations[right]`.
    fn join_condition(
        &mut self,
        join: &'a JoinQuery,
        scope: &mut Scope,
        right: usize,
        all: &[JoinQuery],
    ) -> Bound<Option<BoundExpr>> {
        let using: Vec<Identifier> = match (&join.constraint, join.natural) {
            (JoinConstraint::On(on), false) => {
                let mut context = super::binder::ExprContext { scope, aggregates: None, aliases: Vec::new() };
                return self.expr(on, &mut context).map(Some);
            }
            (JoinConstraint::Using(columns), false) => columns.clone(),
            (JoinConstraint::None, false) => return Ok(None),
            (JoinConstraint::None, true) => common_columns(scope, right),
            (_, true) => return Err(Error::query("a NATURAL join may not have an ON or USING clause").into()),
        };
        let outer_right = |join: &JoinQuery| matches!(join.kind, JoinKind::Right | JoinKind::Full);
        if all.len() > 1 && all.iter().any(outer_right) {
            return unsupported("USING or NATURAL among several joins with a RIGHT or FULL one");
        }
        let mut conditions = Vec::new();
        for name in using {
            conditions.push(self.merge_column(join.kind, scope, right, &name)?);
        }
        Ok(match conditions.len() {
            0 => None,
            1 => conditions.pop(),
            _ => Some(BoundExpr::And(conditions)),
        })
    }

    /// `left.name = right.name`, after which the unqualified name means the left one (or whichever is there in a RIGHT or
    /// FULL join).
    fn merge_column(&mut self, kind: JoinKind, scope: &mut Scope, right: usize, name: &Identifier) -> Bound<BoundExpr> {
        let mut left_scope = Scope { relations: scope.relations[..right].to_vec(), ..Scope::default() };
        left_scope.merged.clone_from(&scope.merged);
        let field = FieldReference { pool: None, table: None, name: name.clone() };
        let position = scope.relations[right].columns.iter().position(|column| name.is(&column.name));
        let missing =
            || Error::query(format!("cannot join using column {} - column not present in both tables", name.name)).at(name.span);
        let left = match left_scope.find(&field) {
            Found::Expr(expr, 0) => expr,
            Found::Ambiguous => return unsupported("USING with a column that several tables on the left have"),
            Found::Expr(..) | Found::Nothing => return Err(missing().into()),
        };
        let position = position.ok_or_else(missing)?;
        let column = &mut scope.relations[right].columns[position];
        column.merged = true;
        let right_column = BoundExpr::Column(column.id);
        if matches!(kind, JoinKind::Right | JoinKind::Full) {
            let arguments = vec![left.clone(), right_column.clone()];
            scope.merged.push((name.name.clone(), BoundExpr::Function { name: "coalesce".to_owned(), arguments }));
        }
        Ok(self.rules_with(|rules| rules.compare(left, CompareOperator::Equal, right_column)))
    }
}

/// The columns that NATURAL joins by: those of the right relation that one on the left has too.
fn common_columns(scope: &Scope, right: usize) -> Vec<Identifier> {
    let on_left = |name: &str| {
        let mut columns = scope.relations[..right].iter().flat_map(|relation| &relation.columns);
        columns.any(|column| !column.hidden && column.name.eq_ignore_ascii_case(name))
    };
    let columns = scope.relations[right].columns.iter().filter(|column| !column.hidden && on_left(&column.name));
    columns.map(|column| Identifier::new(column.name.clone())).collect()
}
