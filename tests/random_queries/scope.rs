//! What an expression may name at a place of a query.

use super::schema::{Column, Sort, Table};

/// A column that an expression may name.
#[derive(Debug, Clone)]
pub(crate) struct Visible {
    pub(crate) sql: String,
    pub(crate) name: String,
    /// Of the column, where it is known here.
    pub(crate) collation: Option<&'static str>,
    /// Whether equal values can differ in their bits: then which of them stands for a group is the plan's choice.
    pub(crate) look_alikes: bool,
    pub(crate) sort: Sort,
}

/// The columns of a FROM, and terms that tell its rows apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) columns: Vec<Visible>,
    /// Rows that are equal in all of these are equal in every column.
    pub(crate) key: Vec<String>,
}

impl Scope {
    /// The columns of a table, or of a view, under an alias.
    pub(crate) fn of_table(table: &Table, alias: &str) -> Self {
        let visible = |column: &Column| Visible {
            sql: format!("{alias}.{}", column.name),
            name: column.name.to_owned(),
            collation: column.collation,
            look_alikes: column.has_look_alikes(),
            sort: column.sort(),
        };
        let columns: Vec<Visible> = table.columns.iter().map(visible).collect();
        let unique: Vec<String> =
            table.columns.iter().filter(|column| column.is_key()).map(|column| format!("{alias}.{}", column.name)).collect();
        let all = || columns.iter().map(|column| format!("{} COLLATE BINARY", column.sql)).collect();
        let key = if unique.is_empty() { all() } else { unique };
        Self { columns, key }
    }

    /// Columns of which nothing is known but the name.
    pub(crate) fn of_names(names: &[&str], alias: &str) -> Self {
        let visible = |name: &&str| Visible {
            sql: format!("{alias}.{name}"),
            name: (*name).to_owned(),
            collation: None,
            look_alikes: true,
            sort: Sort::Any,
        };
        let columns: Vec<Visible> = names.iter().map(visible).collect();
        let key = columns.iter().map(|column| format!("{} COLLATE BINARY", column.sql)).collect();
        Self { columns, key }
    }

    /// Whole numbers of a table-valued function.
    pub(crate) fn of_numbers(name: &str, alias: &str) -> Self {
        let mut scope = Self::of_names(&[name], alias);
        for column in &mut scope.columns {
            (column.look_alikes, column.collation, column.sort) = (false, Some("BINARY"), Sort::Number);
        }
        scope
    }

    pub(crate) fn with(&self, other: &Self) -> Self {
        let columns = self.columns.iter().chain(&other.columns).cloned().collect();
        Self { columns, key: self.key.iter().chain(&other.key).cloned().collect() }
    }
}
