//! A random query as parts that can be taken away one by one while a failure is made smaller.

use crate::support::{Order, SortKey};

#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// Common tables: name and text.
    pub(crate) with: Vec<(String, String)>,
    pub(crate) first: Select,
    /// Set operator and SELECT.
    pub(crate) more: Vec<(&'static str, Select)>,
    pub(crate) order: Vec<Term>,
    pub(crate) limit: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Select {
    pub(crate) distinct: bool,
    pub(crate) items: Vec<Item>,
    pub(crate) from: Vec<From>,
    pub(crate) conditions: Vec<String>,
    pub(crate) group: Vec<String>,
    pub(crate) having: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) sql: String,
    pub(crate) alias: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct From {
    /// What stands before it: empty for the first, else `,` or a kind of join.
    pub(crate) join: &'static str,
    pub(crate) source: String,
    /// ` ON ...`, ` USING (...)` or nothing.
    pub(crate) constraint: String,
}

/// A term of ORDER BY; all name an output column, so that the sequence can be checked on the answer alone.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) sql: String,
    pub(crate) key: SortKey,
}

impl Query {
    pub(crate) fn sql(&self) -> String {
        let mut sql = String::new();
        if !self.with.is_empty() {
            let tables: Vec<String> = self.with.iter().map(|(name, text)| format!("{name} AS ({text})")).collect();
            sql = format!("WITH {} ", tables.join(", "));
        }
        sql.push_str(&self.first.sql());
        for (operator, select) in &self.more {
            sql += &format!(" {operator} {}", select.sql());
        }
        if !self.order.is_empty() {
            let terms: Vec<&str> = self.order.iter().map(|term| term.sql.as_str()).collect();
            sql += &format!(" ORDER BY {}", terms.join(", "));
        }
        if let Some(limit) = &self.limit {
            sql.push(' ');
            sql.push_str(limit);
        }
        sql
    }

    pub(crate) fn order(&self) -> Order {
        if self.order.is_empty() { Order::Free } else { Order::By(self.order.iter().map(|term| term.key.clone()).collect()) }
    }

    /// The query with one part less, in every way. Those that are no longer valid SQL are left to the oracle to refuse.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let mut smaller = Vec::new();
        let mut without = |change: &dyn Fn(&mut Self)| {
            let mut query = self.clone();
            change(&mut query);
            smaller.push(query);
        };
        for index in 0..self.with.len() {
            without(&|query| drop(query.with.remove(index)));
        }
        if !self.more.is_empty() {
            without(&|query| query.first = query.more.remove(0).1);
        }
        for index in 0..self.more.len() {
            without(&|query| drop(query.more.remove(index)));
        }
        if self.limit.is_some() {
            without(&|query| query.limit = None);
        } else if !self.order.is_empty() {
            without(&|query| query.order.clear());
            for index in 0..self.order.len() {
                without(&|query| drop(query.order.remove(index)));
            }
        }
        for index in 0..self.first.smaller().len() {
            without(&|query| query.first = query.first.smaller().swap_remove(index));
        }
        if self.order.is_empty() && self.more.is_empty() && self.first.items.len() > 1 {
            for index in 0..self.first.items.len() {
                without(&|query| drop(query.first.items.remove(index)));
            }
        }
        smaller
    }
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
            sql.push_str(" FROM");
        }
        for from in &self.from {
            sql += &format!("{} {}{}", from.join, from.source, from.constraint);
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
        sql
    }

    fn smaller(&self) -> Vec<Self> {
        let mut smaller = Vec::new();
        let mut without = |change: &dyn Fn(&mut Self)| {
            let mut select = self.clone();
            change(&mut select);
            smaller.push(select);
        };
        for index in 1..self.from.len() {
            without(&|select| drop(select.from.remove(index)));
        }
        if self.from.len() > 1 {
            without(&|select| {
                select.from.remove(0);
                select.from[0].join = "";
                select.from[0].constraint.clear();
            });
        }
        for index in 0..self.conditions.len() {
            without(&|select| drop(select.conditions.remove(index)));
        }
        if self.having.is_some() {
            without(&|select| select.having = None);
        }
        for index in 0..self.group.len() {
            without(&|select| drop(select.group.remove(index)));
        }
        if self.distinct {
            without(&|select| select.distinct = false);
        }
        for (index, from) in self.from.iter().enumerate() {
            if !from.join.is_empty() && from.constraint.starts_with(" ON") && from.join != " JOIN" {
                without(&|select| select.from[index].join = " JOIN");
            }
        }
        smaller
    }
}
