//! What names mean at one place of a statement: the relations of a FROM, and those of the enclosing SELECTs.

use super::{BoundExpr, ColumnId};
use crate::statement::{FieldReference, Identifier, JoinKind};

/// A relation of a FROM as names see it.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    /// Its alias, or the table's name; empty for tables in brackets and for subqueries without one.
    pub(super) name: String,
    /// Its columns.
    pub(super) columns: Vec<RelationColumn>,
    /// Its rowids, by the table's name: one at most, but for tables in brackets.
    pub(super) rowids: Vec<Rowid>,
    /// How it is joined to what stands left of it.
    pub(super) kind: JoinKind,
    /// The names by which USING or NATURAL joins it.
    pub(super) using: Vec<String>,
}

/// A column as names see it.
#[derive(Debug, Clone)]
pub(super) struct RelationColumn {
    pub(super) table: TableName,
    pub(super) name: String,
    /// What it stands for: a column, or what USING within brackets made of several.
    pub(super) expr: BoundExpr,
    /// Left out of `*` and of NATURAL: a virtual table's hidden column.
    pub(super) hidden: bool,
    /// Left out of `*`: within brackets, a column that USING merged into another.
    pub(super) merged: bool,
    /// Within brackets, what USING made of several columns.
    pub(super) merges: bool,
    /// Within brackets, what a result is called that names it, where that is another name: two columns there have one name.
    pub(super) shown: Option<String>,
}

/// What may qualify a column: a table's name, and its pool's names unless an alias hides them.
#[derive(Debug, Clone, Default)]
pub(super) struct TableName {
    pub(super) name: String,
    pub(super) pools: Vec<String>,
}

/// A table's rowid.
#[derive(Debug, Clone)]
pub(super) struct Rowid {
    pub(super) table: TableName,
    pub(super) id: ColumnId,
}

/// The relations that names are looked up in, innermost SELECT first.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// The relations of this SELECT.
    pub(super) relations: Vec<Relation>,
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

    /// SQLite's `lookupName`: of columns that USING merged the leftmost counts, after a RIGHT JOIN the rightmost, and after a
    /// FULL JOIN the first of them that is not NULL.
    pub(super) fn find_here(&self, field: &FieldReference) -> Found {
        let mut count = 0;
        let mut alternatives: Vec<BoundExpr> = Vec::new();
        let mut found: Option<(usize, BoundExpr)> = None;
        for (index, relation) in self.relations.iter().enumerate() {
            for column in relation.columns.iter().filter(|column| relation.answers(column, field)) {
                if let Some((before, expr)) = found.as_ref().filter(|_| count > 0) {
                    let is_using = *before != index && relation.using.iter().any(|name| field.name.is(name));
                    match relation.kind {
                        _ if !is_using => alternatives.clear(),
                        JoinKind::Inner | JoinKind::Cross | JoinKind::Left => continue,
                        JoinKind::Right => {
                            count = 0;
                            alternatives.clear();
                        }
                        JoinKind::Full => alternatives.push(expr.clone()),
                    }
                }
                count += 1;
                found = Some((index, column.expr.clone()));
                if column.merges {
                    break;
                }
            }
        }
        match found {
            None => self.find_rowid(field),
            Some((_, expr)) if count == 1 => Found::Expr(expr, 0),
            Some((_, expr)) if alternatives.len() + 1 == count => {
                alternatives.push(expr);
                Found::Expr(BoundExpr::Merged(alternatives), 0)
            }
            Some(_) => Found::Ambiguous,
        }
    }

    fn find_rowid(&self, field: &FieldReference) -> Found {
        if !["rowid", "oid", "_rowid_"].iter().any(|name| field.name.is(name)) {
            return Found::Nothing;
        }
        let rowids = self.relations.iter().flat_map(|relation| &relation.rowids);
        let mut rowids = rowids.filter(|rowid| rowid.table.answers_to(field));
        match (rowids.next(), rowids.next()) {
            (Some(rowid), None) => Found::Expr(BoundExpr::Column(rowid.id), 0),
            (Some(_), Some(_)) => Found::Ambiguous,
            (None, _) => Found::Nothing,
        }
    }

    /// What a result is called that names a column behind brackets, where that is not the column's own name.
    pub(super) fn shown_name(&self, field: &FieldReference) -> Option<&str> {
        let columns = self.relations.iter().flat_map(|relation| relation.columns.iter().map(move |column| (relation, column)));
        let mut meant = columns.filter(|(relation, column)| relation.answers(column, field));
        meant.next().and_then(|(_, column)| column.shown.as_deref())
    }

    /// Whether a column belongs to one of the relations here.
    pub(super) fn holds(&self, column: &BoundExpr) -> bool {
        self.relations.iter().any(|relation| relation.holds(column))
    }

    /// Every column of that name in the relations before `end`, the leftmost of each relation, with its relation.
    pub(super) fn columns_before(&self, end: usize, name: &Identifier) -> Vec<(usize, BoundExpr)> {
        let first = |(index, relation): (usize, &Relation)| relation.column(name).map(|column| (index, column.expr.clone()));
        self.relations[..end].iter().enumerate().filter_map(first).collect()
    }

    /// The relations as one: what USING merges stands before the columns that it is made of.
    pub(super) fn in_brackets(&self, alias: &str) -> Relation {
        let mut columns = Vec::new();
        for (index, relation) in self.relations.iter().enumerate() {
            let next = self.relations.get(index + 1).map_or(&[][..], |next| &next.using);
            for name in next {
                let field = FieldReference { pool: None, table: None, name: Identifier::new(name.as_str()) };
                if let Found::Expr(expr, _) = self.find_here(&field) {
                    let is_known = |column: &RelationColumn| column.merges && column.name.eq_ignore_ascii_case(name);
                    let merged = columns.iter().any(is_known);
                    let (table, name) = (TableName::default(), name.clone());
                    columns.push(RelationColumn { table, name, expr, hidden: false, merged, merges: true, shown: None });
                }
            }
            for column in &relation.columns {
                let mut using = relation.using.iter().chain(next);
                let merged = column.merged || using.any(|name| name.eq_ignore_ascii_case(&column.name));
                columns.push(RelationColumn { merged, ..column.clone() });
            }
        }
        let mut names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        super::names::make_unique(&mut names);
        for (column, name) in columns.iter_mut().zip(names) {
            column.shown = Some(name).filter(|name| *name != column.name);
        }
        let rowids = self.relations.iter().flat_map(|relation| relation.rowids.clone()).collect();
        Relation { name: alias.to_owned(), columns, rowids, kind: JoinKind::Inner, using: Vec::new() }
    }

    /// The names of all columns in reach, for suggestions.
    pub(super) fn column_names(&self) -> Vec<&str> {
        let here = self.relations.iter().flat_map(|relation| relation.columns.iter().map(|column| column.name.as_str()));
        here.chain(self.parent.iter().flat_map(|parent| parent.column_names())).collect()
    }

    /// The names of all relations in reach, for suggestions.
    pub(super) fn relation_names(&self) -> Vec<&str> {
        let here = self.relations.iter().flat_map(|relation| {
            let tables = relation.columns.iter().map(|column| column.table.name.as_str());
            std::iter::once(relation.name.as_str()).chain(tables)
        });
        here.filter(|name| !name.is_empty()).chain(self.parent.iter().flat_map(|parent| parent.relation_names())).collect()
    }
}

impl Relation {
    /// The relation of a subquery or a common table.
    pub(super) fn of_columns(name: &str, names: &[String], ids: &[ColumnId]) -> Self {
        let table = TableName { name: name.to_owned(), pools: Vec::new() };
        let columns = names.iter().zip(ids).map(|(name, id)| RelationColumn::new(table.clone(), name, *id));
        Self { name: name.to_owned(), columns: columns.collect(), rowids: Vec::new(), kind: JoinKind::Inner, using: Vec::new() }
    }

    /// Whether a column is one of its own.
    pub(super) fn holds(&self, column: &BoundExpr) -> bool {
        let is_rowid = self.rowids.iter().any(|rowid| *column == BoundExpr::Column(rowid.id));
        is_rowid || self.columns.iter().any(|own| own.expr == *column)
    }

    /// The first column of that name, as USING and NATURAL see it.
    pub(super) fn column(&self, name: &Identifier) -> Option<&RelationColumn> {
        self.columns.iter().find(|column| name.is(&column.name))
    }

    /// Whether a column is what a name means: by its own table, or by the alias of the brackets that it stands in.
    fn answers(&self, column: &RelationColumn, field: &FieldReference) -> bool {
        let by_alias = || {
            let is_alias = |table: &Identifier| !self.name.is_empty() && table.is(&self.name);
            field.pool.is_none() && field.table.as_ref().is_some_and(is_alias)
        };
        field.name.is(&column.name) && (column.table.answers_to(field) || by_alias())
    }

    /// Whether `table.*` means this relation's columns of that table.
    pub(super) fn columns_of<'a>(&'a self, table: &'a Identifier) -> impl Iterator<Item = &'a RelationColumn> {
        let is_whole = !self.name.is_empty() && table.is(&self.name);
        self.columns.iter().filter(move |column| !column.hidden && (is_whole && !column.merged || table.is(&column.table.name)))
    }
}

impl RelationColumn {
    /// What a result is called that names it.
    pub(super) fn shown_name(&self) -> &str {
        self.shown.as_deref().unwrap_or(&self.name)
    }

    /// A plain column.
    pub(super) fn new(table: TableName, name: &str, id: ColumnId) -> Self {
        Self {
            table,
            name: name.to_owned(),
            expr: BoundExpr::Column(id),
            hidden: false,
            merged: false,
            merges: false,
            shown: None,
        }
    }
}

impl TableName {
    fn answers_to(&self, field: &FieldReference) -> bool {
        let table = field.table.as_ref().is_none_or(|table| table.is(&self.name));
        let pool = field.pool.as_ref().is_none_or(|pool| self.pools.iter().any(|name| pool.is(name)));
        table && pool
    }
}
