//! Table-valued functions: tables that SQLite makes of arguments (<https://sqlite.org/vtab.html#tabfunc2>).

use std::collections::BTreeMap;

use super::binder::{Binder, Bound, ExprContext, unsupported};
use super::scope::{Relation, RelationColumn, Scope, TableName};
use super::{BoundExpr, ColumnId, ColumnInfo, FromItem, FromSource};
use crate::statement::{JoinKind, TableFunction, TableSource};
use crate::value::{Affinity, Collation, Value};

/// The functions that are known, by their names in lower case.
pub type TableFunctions = BTreeMap<String, FunctionShape>;

/// What a table-valued function gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionShape {
    /// Its columns.
    pub columns: Vec<FunctionColumn>,
    /// Whether it tells about a database, so that only a connection to that one can answer.
    pub is_of_pool: bool,
}

/// A column of a table-valued function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionColumn {
    /// Its name.
    pub name: String,
    /// Its affinity.
    pub affinity: Affinity,
    /// Whether it stands for an argument.
    pub hidden: bool,
}

/// A table-valued function in a FROM.
#[derive(Debug, Clone)]
pub struct FunctionSource {
    /// Its name.
    pub name: String,
    /// The pool that it tells about.
    pub pool: Option<String>,
    /// Its arguments; they may name columns of what stands beside it.
    pub arguments: Vec<BoundExpr>,
    /// Its columns with their names.
    pub columns: Vec<(ColumnId, String)>,
}

impl<'a> Binder<'a> {
    /// A function in FROM, its arguments not bound yet: they see what stands right of it as well.
    pub(super) fn table_function(&mut self, function: &'a TableFunction) -> Bound<(FromSource, Relation)> {
        let name = function.reference.name.name.to_ascii_lowercase();
        let Some(shape) = self.namespace.table_functions.get(&name) else {
            return unsupported(format!("the table-valued function {name}()"));
        };
        let pool = if shape.is_of_pool { Some(self.pool_of_function(function)?) } else { None };
        let hidden = shape.columns.iter().filter(|column| column.hidden).count();
        if function.arguments.len() > hidden {
            return unsupported(format!("too many arguments on {name}()"));
        }
        let mut columns = Vec::new();
        for column in &shape.columns {
            let id = self.columns.add(ColumnInfo {
                name: column.name.clone(),
                affinity: column.affinity,
                collation: Collation::Binary,
                collates: true,
                table: None,
                not_null: false,
            });
            self.note_of_function(&name, &column.name, id);
            columns.push((id, column.name.clone()));
        }
        let alias = function.reference.alias.as_ref().map_or(&function.reference.name.name, |alias| &alias.name);
        let table = TableName { name: alias.clone(), pools: Vec::new() };
        let as_named = |((id, name), column): (&(ColumnId, String), &FunctionColumn)| RelationColumn {
            hidden: column.hidden,
            ..RelationColumn::new(table.clone(), name, *id)
        };
        let relation = Relation {
            name: alias.clone(),
            columns: columns.iter().zip(&shape.columns).map(as_named).collect(),
            rowids: Vec::new(),
            kind: JoinKind::Inner,
            using: Vec::new(),
        };
        let source = FunctionSource { name, pool, arguments: Vec::new(), columns };
        Ok((FromSource::Function(Box::new(source)), relation))
    }

    /// Binds the arguments of a function, one of the items of a FROM whose relations `scope` begins with.
    pub(super) fn table_function_arguments(
        &mut self,
        source: &'a TableSource,
        items: &mut [FromItem],
        index: usize,
        scope: &Scope,
    ) -> Bound<()> {
        let TableSource::Function(function) = source else { return Ok(()) };
        let mut arguments = Vec::new();
        for argument in &function.arguments {
            arguments.push(self.expr(argument, &mut ExprContext::new(scope))?);
        }
        let is_inner = |item: &FromItem| matches!(item.kind, JoinKind::Inner | JoinKind::Cross);
        if !items.iter().all(is_inner) {
            let uses = |relations: &[Relation]| {
                arguments.iter().any(|argument| {
                    let mut uses = false;
                    argument.walk(&mut |part| uses |= relations.iter().any(|relation| relation.holds(part)));
                    uses
                })
            };
            let from_right = matches!(items[index].kind, JoinKind::Right | JoinKind::Full);
            if uses(&scope.relations[index..]) || (from_right && uses(&scope.relations[..index])) {
                return unsupported("a table-valued function of tables further right among outer joins");
            }
        }
        if let FromSource::Function(function) = &mut items[index].source {
            let is_constant = |argument: &BoundExpr| matches!(argument, BoundExpr::Literal(_));
            if function.pool.is_some() && !arguments.iter().all(is_constant) {
                return unsupported(format!("{}() of anything but constants", function.name));
            }
            if let (Some(pool), Some(last)) = (&function.pool, arguments.get_mut(1)) {
                // A pool goes by its own name within itself.
                *last = BoundExpr::Literal(Value::text(pool));
            }
            function.arguments = arguments;
        }
        Ok(())
    }

    /// The pool that the answer of a PRAGMA is about: that of its second argument, or the one that has the table of the first.
    fn pool_of_function(&self, function: &TableFunction) -> Bound<String> {
        use crate::statement::{Expr, Literal};
        let text = |index: usize| match function.arguments.get(index) {
            Some(Expr::Literal(Literal::Text(text))) => Some(text.to_ascii_lowercase()),
            _ => None,
        };
        let known = match (text(0), text(1)) {
            (_, Some(schema)) => self.namespace.qualifiers.get(&schema),
            (Some(table), None) if function.arguments.len() == 1 => {
                self.namespace.bare.get(&table).and_then(|found| found.as_ref().ok())
            }
            _ => None,
        };
        match known {
            Some(pool) => Ok(pool.clone()),
            None => unsupported(format!("{}() of a pool that it does not name", function.reference.name.name)),
        }
    }
}
