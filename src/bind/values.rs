//! VALUES, as a table of constants or a compound of SELECTs.

use super::binder::{Binder, Bound, BoundSelect, ExprContext, at};
use super::scope::Scope;
use super::{BoundExpr, ColumnId, ColumnInfo, FromItem, FromSource, Query, QueryBody, Select};
use crate::error::Error;
use crate::statement::{QueryStatement, SetOperator};
use crate::value::{Affinity, Collation, Value};

impl<'a> Binder<'a> {
    /// VALUES as a SELECT: constants are a table of their own, other rows a compound of SELECTs without FROM.
    pub(super) fn values(&mut self, statement: &'a QueryStatement, parent: Option<&Scope>) -> Bound<BoundSelect> {
        let scope = Scope { relations: Vec::new(), parent: parent.cloned().map(Box::new) };
        let width = statement.values.first().map_or(0, Vec::len);
        let mut rows = Vec::new();
        for row in &statement.values {
            if row.len() != width {
                let error = Error::query("all VALUES must have the same number of terms");
                return Err(at(error, statement.span).into());
            }
            let mut context = ExprContext::new(&scope);
            rows.push(row.iter().map(|expr| self.expr(expr, &mut context)).collect::<Bound<Vec<_>>>()?);
        }
        let names: Vec<String> = (1..=width).map(|number| format!("column{number}")).collect();
        let constant = |expr: &BoundExpr| if let BoundExpr::Literal(value) = expr { Some(value.clone()) } else { None };
        let constants: Option<Vec<Vec<Value>>> = rows.iter().map(|row| row.iter().map(constant).collect()).collect();
        let select = match constants {
            Some(rows) => {
                let columns: Vec<ColumnId> = names.iter().map(|name| self.value_column(name, rows.len() > 1)).collect();
                self.over_source(FromSource::Values { columns: columns.clone(), rows }, &columns)
            }
            None if rows.len() == 1 => {
                let row = rows.pop().unwrap_or_default();
                Select::over(Vec::new(), row.into_iter().map(|expr| (self.result_column(&expr), expr)).collect())
            }
            None => {
                let mut selects: Vec<BoundSelect> = Vec::new();
                for row in rows {
                    let projection = row.into_iter().map(|expr| (self.result_column(&expr), expr)).collect();
                    let select = Select::over(Vec::new(), projection);
                    selects.push(BoundSelect { select, names: names.clone(), order_by: Vec::new() });
                }
                let query = self.union_all_of(selects);
                let columns = query.output.clone();
                self.over_source(FromSource::Query(Box::new(query)), &columns)
            }
        };
        for ((id, _), name) in select.projection.iter().zip(&names) {
            self.columns.rename(*id, name);
        }
        Ok(BoundSelect { select, names, order_by: Vec::new() })
    }

    /// What reads rows of several SELECTs as a table sees.
    fn union_all_of(&mut self, selects: Vec<BoundSelect>) -> Query {
        let all: Vec<&BoundSelect> = selects.iter().collect();
        let output = self.compound_columns(&all);
        let as_real = self.open_affinities(&all, &output);
        let collations = vec![Collation::Binary; output.len()];
        let mut selects = selects.into_iter().map(|bound| bound.select);
        let first = Box::new(selects.next().unwrap_or_default());
        let rest = selects.map(|select| (SetOperator::UnionAll, select)).collect();
        let body = QueryBody::Compound { first, rest, collations };
        let query = Query { body, order_by: Vec::new(), limit: None, offset: None, output, limit_per: None };
        if as_real.contains(&true) { self.with_reals(query, &as_real) } else { query }
    }

    fn over_source(&mut self, source: FromSource, columns: &[ColumnId]) -> Select {
        let exprs = columns.iter().map(|column| BoundExpr::Column(*column));
        let projection = exprs.map(|expr| (self.result_column(&expr), expr)).collect();
        Select::over(vec![FromItem::plain(source)], projection)
    }

    /// Several rows SQLite reads through a table, whose columns compare as BINARY ones do; a single one is a SELECT of literals, which bring no
    /// collation to a compound.
    fn value_column(&mut self, name: &str, collates: bool) -> ColumnId {
        self.columns.add(ColumnInfo {
            name: name.to_owned(),
            affinity: Affinity::None,
            collation: Collation::Binary,
            collates,
            table: None,
            not_null: false,
        })
    }
}
