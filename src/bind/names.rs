//! How SQLite names the columns of a result and of a subquery.

use super::BoundExpr;
use super::binder::Binder;
use crate::statement::{Expr, Identifier};

impl Binder<'_> {
    /// The name of a result column: its alias, else the column's own name as created, else the text as written.
    pub(super) fn result_name(&self, expr: &Expr, alias: Option<&Identifier>, text: Option<&str>, bound: &BoundExpr) -> String {
        if let Some(alias) = alias {
            return alias.name.clone();
        }
        match (expr, bound) {
            (Expr::Field(field), BoundExpr::Column(id)) => {
                let info = self.columns.get(*id);
                if info.name.is_empty() { field.name.name.clone() } else { info.name.clone() }
            }
            (Expr::Field(field), _) => field.name.name.clone(),
            _ => text.unwrap_or_default().to_owned(),
        }
    }
}

/// Tells a subquery's columns of one name apart as SQLite does: `x`, `x:1`, `x:2`.
pub(super) fn make_unique(names: &mut [String]) {
    for index in 1..names.len() {
        let (before, rest) = names.split_at_mut(index);
        let taken = |name: &str| before.iter().any(|other| other.eq_ignore_ascii_case(name));
        if taken(&rest[0]) {
            let free = (1..=index).map(|count| format!("{}:{count}", rest[0])).find(|name| !taken(name));
            rest[0] = free.expect("of as many numbers as there are names before, and the plain name, one is free");
        }
    }
}
