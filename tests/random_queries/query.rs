//! A random query as parts, and its text.

use crate::support::{Order, SortKey};

#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(crate) sql: String,
    pub(crate) order: Order,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Select {
    pub(crate) distinct: bool,
    pub(crate) items: Vec<Item>,
    /// What stands before each source, the source, and how it is joined.
    pub(crate) from: Vec<From>,
    pub(crate) conditions: Vec<String>,
    pub(crate) group: Vec<String>,
    pub(crate) having: Option<String>,
    /// Named windows.
    pub(crate) windows: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) sql: String,
    pub(crate) alias: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct From {
    /// What stands before it: empty for the first, else `,` or a kind of join.
    pub(crate) join: String,
    pub(crate) source: String,
    /// ` ON ...`, ` USING (...)` or nothing.
    pub(crate) constraint: String,
}

/// A term of ORDER BY.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) sql: String,
    /// Where the term is an output column, so that the sequence can be checked on the answer alone.
    pub(crate) key: Option<SortKey>,
}

impl Select {
    pub(crate) fn sql(&self) -> String {
        let item = |item: &Item| match &item.alias {
            Some(alias) => format!("{} AS {alias}", item.sql),
            None => item.sql.clone(),
        };
        let items: Vec<String> = self.items.iter().map(item).collect();
        let mut sql = format!("SELECT {}{}", if self.distinct { "DISTINCT " } else { "" }, items.join(", "));
        if !self.from.is_empty() {
            sql += &format!(" FROM{}", from_sql(&self.from));
        }
        for (index, condition) in self.conditions.iter().enumerate() {
            sql.push_str(if index == 0 { " WHERE " } else { " AND " });
            sql.push_str(condition);
        }
        if !self.group.is_empty() {
            sql += &format!(" GROUP BY {}", self.group.join(", "));
        }
        if let Some(having) = &self.having {
            sql += &format!(" HAVING {having}");
        }
        if !self.windows.is_empty() {
            sql += &format!(" WINDOW {}", self.windows.join(", "));
        }
        sql
    }
}

/// With a blank before it.
pub(crate) fn from_sql(from: &[From]) -> String {
    let parts: Vec<String> = from.iter().map(|from| format!("{} {}{}", from.join, from.source, from.constraint)).collect();
    parts.concat()
}

/// ` ORDER BY …`, or nothing.
pub(crate) fn order_sql(terms: &[Term]) -> String {
    let texts: Vec<&str> = terms.iter().map(|term| term.sql.as_str()).collect();
    if texts.is_empty() { String::new() } else { format!(" ORDER BY {}", texts.join(", ")) }
}

/// What the terms say about the sequence of rows.
pub(crate) fn order_of(terms: &[Term]) -> Order {
    match terms.iter().map(|term| term.key.clone()).collect::<Option<Vec<_>>>() {
        Some(keys) if keys.is_empty() => Order::Free,
        Some(keys) => Order::By(keys),
        None => Order::Unknown,
    }
}
