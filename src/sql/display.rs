//! `to_string` of statements and their parts.

use std::fmt;

use super::render::{write_expr, write_field, write_query, write_schema};
use crate::statement::{Condition, Conditions, Expr, FieldReference, QueryStatement, SchemaReference};

macro_rules! display {
    ($($type:ty => $write:ident;)*) => {$(
        /// The SQL that reads back to the same.
        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut sql = String::new();
                $write(&mut sql, self);
                formatter.write_str(&sql)
            }
        }
    )*};
}

display! {
    QueryStatement => write_query;
    Expr => write_expr;
    FieldReference => write_field;
    SchemaReference => write_schema;
}

/// The SQL of the expression that it turns into.
impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expr::from(self.clone()).fmt(formatter)
    }
}

/// The SQL of the expression that they turn into.
impl fmt::Display for Conditions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expr::from(self.clone()).fmt(formatter)
    }
}
