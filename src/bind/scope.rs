//! What names mean at one place of a statement: the relations of a FROM, and those of the enclosing SELECTs.

use super::{BoundExpr, ColumnId};
use crate::statement::FieldReference;

/// A relation of a FROM as names see it.
#[derive(Debug, Clone, Default)]
pub(super) struct Relation {
    /// Its alias, or the table's name.
    pub(super) name: String,
    /// Its pool's names that may qualify it (none for subqueries and where an alias hides them).
    pub(super) pools: Vec<String>,
    /// Its columns.
    pub(super) columns: Vec<RelationColumn>,
    /// Its rowid, where it has one.
    pub(super) rowid: Option<ColumnId>,
}

/// A column as names see it.
#[derive(Debug, Clone)]
pub(super) struct RelationColumn {
    pub(super) name: String,
    pub(super) id: ColumnId,
    /// Left out of `*`.
    pub(super) hidden: bool,
    /// Left out of the plain `*` and of unqualified names, since USING or NATURAL merged it into a column on the left.
    pub(super) merged: bool,
}

/// The relations that names are looked up in, innermost SELECT first.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// The relations of this SELECT.
    pub(super) relations: Vec<Relation>,
    /// What an unqualified name that USING or NATURAL merged stands for where it is not simply the left column.
    pub(super) merged: Vec<(String, BoundExpr)>,
    /// The scope around this SELECT.
    pub(super) parent: Option<Box<Scope>>,
}

/// What a name was found to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    /// A column, or what USING made of several; with how many SELECTs further out.
    Expr(BoundExpr, usize),
    /// Several columns have the name.
    Ambiguous,
    /// None has it.
    Nothing,
}

impl Scope {
    /// Looks a column up here, then in the scopes around.
    pub(super) fn find(&self, field: &FieldReference) -> Found {
        let mut scope = self;
        let mut depth = 0;
        loop {
            match scope.find_here(field) {
                Found::Nothing => {}
                Found::Expr(expr, _) => return Found::Expr(expr, depth),
                Found::Ambiguous => return Found::Ambiguous,
            }
            let Some(parent) = &scope.parent else { return Found::Nothing };
            scope = parent;
            depth += 1;
        }
    }

    fn find_here(&self, field: &FieldReference) -> Found {
        if field.table.is_none()
            && let Some((_, expr)) = self.merged.iter().find(|(name, _)| field.name.is(name))
        {
            return Found::Expr(expr.clone(), 0);
        }
        let matching = || self.relations.iter().filter(|relation| relation.answers_to(field));
        let mut found = matching()
            .flat_map(|relation| &relation.columns)
            .filter(|column| field.name.is(&column.name) && !(column.merged && field.table.is_none()));
        match (found.next(), found.next()) {
            (Some(column), None) => return Found::Expr(BoundExpr::Column(column.id), 0),
            (Some(_), Some(_)) => return Found::Ambiguous,
            (None, _) => {}
        }
        if !["rowid", "oid", "_rowid_"].iter().any(|name| field.name.is(name)) {
            return Found::Nothing;
        }
        let mut rowids = matching().filter_map(|relation| relation.rowid);
        match (rowids.next(), rowids.next()) {
            (Some(id), None) => Found::Expr(BoundExpr::Column(id), 0),
            (Some(_), Some(_)) => Found::Ambiguous,
            (None, _) => Found::Nothing,
        }
    }

    /// The names of all columns in reach, for suggestions.
    pub(super) fn column_names(&self) -> Vec<&str> {
        let here = self.relations.iter().flat_map(|relation| relation.columns.iter().map(|column| column.name.as_str()));
        here.chain(self.parent.iter().flat_map(|parent| parent.column_names())).collect()
    }

    /// The names of all relations in reach, for suggestions.
    pub(super) fn relation_names(&self) -> Vec<&str> {
        let here = self.relations.iter().map(|relation| relation.name.as_str());
        here.chain(self.parent.iter().flat_map(|parent| parent.relation_names())).collect()
    }
}

impl Relation {
    fn answers_to(&self, field: &FieldReference) -> bool {
        let table = field.table.as_ref().is_none_or(|table| table.is(&self.name));
        let pool = field.pool.as_ref().is_none_or(|pool| self.pools.iter().any(|name| pool.is(name)));
        table && pool
    }
}
