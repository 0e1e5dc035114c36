//! The tables and columns that a statement names, before anything is known of them.

use std::collections::BTreeSet;

use super::resolve::is_pragma;
use crate::error::Span;
use crate::statement::{
    CommonTable, Expr, Identifier, JoinConstraint, JoinQuery, Literal, OrderTerm, Over, QueryStatement, SchemaReference,
    SelectItem, TableFunction, TableSource, Window,
};

/// What a statement names.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The tables, common table expressions left out where they are in reach.
    pub(super) tables: Vec<SchemaReference>,
    /// The common tables that any WITH defines.
    pub(super) common: Vec<Identifier>,
    /// What stands in a FROM with arguments: table-valued functions, and virtual tables used like one.
    pub(super) functions: Vec<TableFunction>,
    /// The pools in front of columns (`sales.orders.id`).
    pub(super) qualifiers: Vec<Identifier>,
    /// The names of columns in ASCII lower case.
    pub(super) columns: BTreeSet<String>,
    /// Whether `*` or NATURAL may use columns that are not named.
    pub(super) uses_all_columns: bool,
}

/// Pragmas whose answer is the same for every pool.
const PRAGMAS_OF_NO_POOL: &[&str] =
    &["pragma_collation_list", "pragma_compile_options", "pragma_function_list", "pragma_module_list", "pragma_pragma_list"];

impl Names {
    /// The place of the first table that stands for the answer of a PRAGMA about a whole pool.
    pub(super) fn pragma(&self) -> Option<Span> {
        let without_arguments = self.functions.iter().filter(|function| function.arguments.is_empty());
        let mut names = self.tables.iter().chain(without_arguments.map(|function| &function.reference)).map(|table| &table.name);
        let about_pool = |name: &Identifier| is_pragma(&name.name) && !PRAGMAS_OF_NO_POOL.iter().any(|other| name.is(other));
        names.find(|name| about_pool(name)).map(|name| name.span)
    }
}

/// The names of a SELECT.
pub(super) fn of_query(query: &QueryStatement) -> Names {
    let mut walk = Walk { names: Names::default(), common: Vec::new() };
    walk.query(query);
    walk.names
}

/// The names of a text that was not read, from its tokens.
pub(super) fn of_text(text: &str) -> Names {
    let tables = crate::sql::table_names(text).unwrap_or_default();
    Names { tables, uses_all_columns: true, ..Names::default() }
}

/// A common table in reach.
#[derive(Clone, Copy)]
struct Common<'a> {
    table: &'a CommonTable,
    /// How many common tables its own query sees: every table of a WITH sees all of them, itself and later ones included; SQLite
    /// judges circles.
    sees: usize,
    /// Whether its query was walked. Before its first use it is not: SQLite never looks at a common table that is not used.
    walked: bool,
}

struct Walk<'a> {
    names: Names,
    common: Vec<Common<'a>>,
}

impl<'a> Walk<'a> {
    fn query(&mut self, query: &'a QueryStatement) {
        let outer = self.common.len();
        let sees = outer + query.with.len();
        self.names.common.extend(query.with.iter().map(|table| table.name.clone()));
        self.common.extend(query.with.iter().map(|table| Common { table, sees, walked: false }));
        self.select(query);
        for part in &query.compound {
            self.query(&part.query);
        }
        self.order_by(&query.order_by);
        for bound in query.limit.iter().chain(&query.offset) {
            self.expr(bound);
        }
        self.common.truncate(outer);
    }

    fn common_table(&mut self, position: usize) {
        let Common { table, sees, walked } = self.common[position];
        if !walked {
            self.common[position].walked = true;
            let inner = self.common.split_off(sees);
            self.query(&table.query);
            self.common.extend(inner);
        }
    }

    /// FROM comes first, as SQLite looks for the tables of a SELECT before anything else.
    fn select(&mut self, query: &'a QueryStatement) {
        if let Some(table) = &query.table {
            self.table(table);
        }
        self.joins(&query.joins);
        for item in &query.only {
            match item {
                SelectItem::All { .. } | SelectItem::AllOf { .. } => self.names.uses_all_columns = true,
                SelectItem::Expr { expr, .. } => self.expr(expr),
            }
        }
        for row in &query.values {
            self.exprs(row);
        }
        for expr in query.filter.iter().chain(&query.group_by).chain(&query.having) {
            self.expr(expr);
        }
        for named in &query.windows {
            self.exprs(named.window.expressions());
        }
    }

    fn joins(&mut self, joins: &'a [JoinQuery]) {
        for join in joins {
            self.table(&join.table);
            self.names.uses_all_columns |= join.natural;
            match &join.constraint {
                JoinConstraint::On(on) => self.expr(on),
                JoinConstraint::Using(columns) => {
                    self.names.columns.extend(columns.iter().map(|column| column.name.to_ascii_lowercase()));
                }
                JoinConstraint::None => {}
            }
        }
    }

    fn table(&mut self, source: &'a TableSource) {
        match source {
            TableSource::Schema(reference) => {
                let is_meant = |common: &Common<'_>| reference.pool.is_none() && common.table.name == reference.name;
                match self.common.iter().rposition(is_meant) {
                    Some(position) => self.common_table(position),
                    None => self.names.tables.push(reference.clone()),
                }
            }
            TableSource::Query { query, .. } => self.query(query),
            TableSource::Function(function) => {
                self.exprs(&function.arguments);
                self.names.functions.push(function.clone());
            }
            TableSource::Join(join) => {
                self.table(&join.table);
                self.joins(&join.joins);
            }
        }
    }

    fn order_by(&mut self, terms: &'a [OrderTerm]) {
        for term in terms {
            self.expr(&term.expr);
        }
    }

    fn exprs(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match expr {
            // A column may be called so.
            Expr::Literal(Literal::Boolean(truth)) => drop(self.names.columns.insert(truth.to_string())),
            Expr::Literal(_) | Expr::Parameter { .. } => {}
            Expr::Field(field) => {
                self.names.columns.insert(field.name.name.to_ascii_lowercase());
                self.names.qualifiers.extend(field.pool.clone());
            }
            Expr::Unary { operand, .. }
            | Expr::IsNull { operand, .. }
            | Expr::Cast { operand, .. }
            | Expr::Collate { operand, .. } => self.expr(operand),
            Expr::Binary { left, right, .. } => self.exprs([&**left, &**right]),
            Expr::Between { operand, low, high, .. } => self.exprs([&**operand, &**low, &**high]),
            Expr::Pattern { operand, pattern, escape, .. } => {
                self.exprs([&**operand, &**pattern]);
                self.exprs(escape.as_deref());
            }
            Expr::InList { operand, list, .. } => {
                self.expr(operand);
                self.exprs(list);
            }
            Expr::InQuery { operand, query, .. } => {
                self.expr(operand);
                self.query(query);
            }
            Expr::Exists { query, .. } | Expr::Subquery(query) => self.query(query),
            Expr::Case(case) => {
                self.exprs(case.operand.as_deref());
                for (when, then) in &case.branches {
                    self.exprs([when, then]);
                }
                self.exprs(case.otherwise.as_deref());
            }
            Expr::Function(call) => {
                self.exprs(&call.arguments);
                self.order_by(&call.order_by);
                self.exprs(call.filter.as_deref());
                self.exprs(call.over.iter().filter_map(Over::window).flat_map(Window::expressions));
            }
            Expr::Row(items) => self.exprs(items),
        }
    }
}
