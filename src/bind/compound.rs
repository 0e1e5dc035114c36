//! Compounds: what several SELECTs make of their columns together.

use super::binder::{Binder, Bound, BoundSelect, Place, unsupported};
use super::scope::Scope;
use super::{
    ArithmeticOperator, BoundExpr, ColumnId, ColumnInfo, CompareOperator, FromItem, FromSource, OrderBy, Query, QueryBody, Select,
};
use crate::error::Error;
use crate::statement::{CompoundQuery, Expr, QueryStatement, SetOperator};
use crate::value::{Affinity, Collation, Value};

/// Storage classes that an expression may have, as far as SQLite tells from its form (`sqlite3ExprDataType`).
const NUMBER: u8 = 1;
const TEXT: u8 = 2;
const BLOB: u8 = 4;

impl<'a> Binder<'a> {
    /// Binds a compound that stands in `place`.
    pub(super) fn compound(&mut self, statement: &'a QueryStatement, parent: Option<&Scope>, place: Place) -> Bound<Query> {
        let (first, rest) = self.parts_of(statement, &statement.compound, parent)?;
        // SQLite makes a subquery of a compound that is sorted with a COLLATE (`convertCompoundSelectToSubquery`).
        let is_sorted_subquery = statement.order_by.iter().any(|term| matches!(term.expr, Expr::Collate { .. }))
            && statement.compound.iter().any(|part| part.operator != SetOperator::UnionAll);
        let is_table = place == Place::Table || is_sorted_subquery;
        let selects: Vec<&BoundSelect> = std::iter::once(&first).chain(&rest).collect();
        let output = self.compound_columns(&selects);
        let collations = self.compound_collations(&selects);
        // Each operator but UNION ALL tells rows apart by the collations that the SELECTs up to its own bring, while rows are merged in
        // the order of all of them (`multiSelectOrderBy`). The last one hides that where both of two are UNION.
        let operators = || statement.compound.iter().map(|part| part.operator);
        let is_hidden = operators().len() == 2 && operators().all(|operator| operator == SetOperator::Union);
        let tells_apart = operators().len() > 1 && operators().any(|operator| operator != SetOperator::UnionAll);
        if tells_apart && !is_hidden && self.differ_in_collation(&selects) {
            return unsupported("a compound of several operators whose SELECTs differ in collation");
        }
        let as_real = if is_table { self.open_affinities(&selects, &output) } else { Vec::new() };
        let order_by = self.compound_order(statement, &selects, &output, &collations)?;
        let (limit, offset) = self.limits(statement)?;
        self.output_names.clone_from(&first.names);
        if is_sorted_subquery {
            super::names::make_unique(&mut self.output_names);
        }
        let last_is_distinct = selects[selects.len() - 1].select.distinct;
        let last: Vec<ColumnId> = selects[selects.len() - 1].select.projection.iter().map(|(id, _)| *id).collect();
        let operators = statement.compound.iter().map(|part| part.operator);
        let rest = operators.zip(rest).map(|(operator, select)| (operator, select.select)).collect();
        let body = QueryBody::Compound { first: Box::new(first.select), rest, collations };
        let query = Query { body, order_by, limit, offset, output, limit_per: None };
        if place == Place::Expression {
            // In an expression SQLite asks the last SELECT alone what its value is and how that compares. (What it made a subquery of
            // has the collations of the first one, as any table.)
            for (column, last) in query.output.iter().zip(last) {
                let ColumnInfo { affinity, collation, collates, .. } = *self.columns.get(last);
                self.columns.set_affinity(*column, affinity);
                if !is_sorted_subquery {
                    self.columns.set_collation(*column, collation, collates);
                }
            }
        }
        let query = if is_sorted_subquery && last_is_distinct { self.made_distinct(query) } else { query };
        Ok(if as_real.contains(&true) { self.with_reals(query, &as_real) } else { query })
    }

    /// The SELECT that SQLite puts around a compound that is sorted with a COLLATE, which is DISTINCT if the compound's last SELECT is.
    fn made_distinct(&mut self, query: Query) -> Query {
        let Query { body, order_by, limit, offset, output, .. } = query;
        let inner = Query { body, order_by: Vec::new(), limit: None, offset: None, output: output.clone(), limit_per: None };
        let projection: Vec<(ColumnId, BoundExpr)> =
            output.iter().map(|column| (self.copied_column(*column), BoundExpr::Column(*column))).collect();
        let output = projection.iter().map(|(column, _)| *column).collect();
        let from = vec![FromItem::plain(FromSource::Query(Box::new(inner)))];
        let select = Select { distinct: true, ..Select::over(from, projection) };
        Query { body: QueryBody::Select(Box::new(select)), order_by, limit, offset, output, limit_per: None }
    }

    /// Binds the SELECTs of a compound.
    pub(super) fn parts_of(
        &mut self,
        first: &'a QueryStatement,
        rest: &'a [CompoundQuery],
        parent: Option<&Scope>,
    ) -> Bound<(BoundSelect, Vec<BoundSelect>)> {
        let first = self.select(first, parent, false)?;
        let mut selects = Vec::new();
        for part in rest {
            selects.push(self.part(part, first.names.len(), parent)?);
        }
        Ok((first, selects))
    }

    /// Binds a further SELECT of a compound of that many columns.
    pub(super) fn part(&mut self, part: &'a CompoundQuery, width: usize, parent: Option<&Scope>) -> Bound<BoundSelect> {
        let select = self.select(&part.query, parent, false)?;
        if select.names.len() == width {
            return Ok(select);
        }
        let message = "SELECTs to the left and right of a compound operator do not have the same number of result columns";
        Err(Error::query(message).at(part.query.span).into())
    }

    /// The columns that others read. Names and collations are the first SELECT's, and so are affinities where it has any.
    pub(super) fn compound_columns(&mut self, selects: &[&BoundSelect]) -> Vec<ColumnId> {
        let mut columns = Vec::new();
        for index in 0..selects[0].names.len() {
            let (id, _) = selects[0].select.projection[index];
            let first = self.columns.get(id).clone();
            let column = self.columns.add(ColumnInfo {
                affinity: self.compound_affinity(selects, index),
                collates: true,
                table: None,
                not_null: selects.iter().all(|select| self.columns.get(select.select.projection[index].0).not_null),
                ..first
            });
            for select in selects {
                self.open.copy(column, select.select.projection[index].0);
                self.note_computed(column, &BoundExpr::Column(select.select.projection[index].0));
            }
            columns.push(column);
        }
        columns
    }

    /// How rows are told apart and sorted: by the first collation that any of the SELECTs brings (`multiSelectCollSeq`).
    pub(super) fn compound_collations(&self, selects: &[&BoundSelect]) -> Vec<Collation> {
        let collation = |index: usize| {
            self.rules_with(|rules| {
                let mut exprs = selects.iter().map(|select| &select.select.projection[index].1);
                exprs.find(|expr| rules.brings_collation(expr)).map_or(Collation::Binary, |expr| rules.collation(expr))
            })
        };
        (0..selects[0].names.len()).map(collation).collect()
    }

    /// Whether some SELECT has other collations than the first.
    fn differ_in_collation(&self, selects: &[&BoundSelect]) -> bool {
        let collation = |select: &BoundSelect, index: usize| {
            let expr = &select.select.projection[index].1;
            self.rules_with(|rules| if rules.brings_collation(expr) { rules.collation(expr) } else { Collation::Binary })
        };
        let differs = |index: usize| selects[1..].iter().any(|select| collation(select, index) != collation(selects[0], index));
        (0..selects[0].names.len()).any(differs)
    }

    /// The affinity of a compound's column where it is read as a table's: that of the first SELECT that has any, or BLOB where
    /// the others may give what does not fit it (`sqlite3SubqueryColumnTypes`).
    pub(super) fn compound_affinity(&self, selects: &[&BoundSelect], index: usize) -> Affinity {
        let expr = |select: &&BoundSelect| as_written(&select.select, index);
        let affinity = |expr: &BoundExpr| self.rules_with(|rules| rules.affinity(expr));
        let exprs: Vec<BoundExpr> = selects.iter().map(expr).collect();
        let Some(found) = exprs.iter().position(|expr| affinity(expr) != Affinity::None) else { return Affinity::None };
        let result = affinity(&exprs[found]);
        let others = exprs.iter().enumerate().filter(|(position, _)| *position != found);
        let classes = others.fold(0, |classes, (_, expr)| classes | self.classes(expr));
        match result {
            Affinity::Text if classes & NUMBER != 0 => Affinity::Blob,
            numeric if numeric.is_numeric() && classes & TEXT != 0 => Affinity::Blob,
            // "Flexible numeric": compared as a number, never converted.
            numeric if numeric.is_numeric() && matches!(exprs[0], BoundExpr::Cast { .. }) => Affinity::Numeric,
            other => other,
        }
    }

    fn classes(&self, expr: &BoundExpr) -> u8 {
        match expr {
            BoundExpr::Literal(value) => match value {
                Value::Null => 0,
                Value::Integer(_) | Value::Real(_) => NUMBER,
                Value::Text(_) => TEXT,
                Value::Blob(_) => BLOB,
            },
            BoundExpr::Collate { operand, .. } | BoundExpr::Plus(operand) => self.classes(operand),
            BoundExpr::Arithmetic { operator: ArithmeticOperator::Concat, .. } => TEXT | BLOB,
            BoundExpr::Arithmetic { operator: ArithmeticOperator::JsonArrow | ArithmeticOperator::JsonLongArrow, .. }
            | BoundExpr::Function { .. }
            | BoundExpr::Pattern { .. } => NUMBER | TEXT | BLOB,
            BoundExpr::Column(_) | BoundExpr::Scalar(_) | BoundExpr::Cast { .. } | BoundExpr::Merged(_) => {
                match self.rules_with(|rules| rules.affinity(expr)) {
                    affinity if affinity.is_numeric() => NUMBER | BLOB,
                    Affinity::Text => TEXT | BLOB,
                    _ => NUMBER | TEXT | BLOB,
                }
            }
            BoundExpr::Case { branches, otherwise } => {
                let results = branches.iter().map(|(_, then)| then).chain(otherwise.as_deref());
                results.fold(0, |classes, result| classes | self.classes(result))
            }
            _ => NUMBER,
        }
    }

    /// The compound as a subquery, of whose columns some have their integers made real.
    pub(super) fn with_reals(&mut self, query: Query, as_real: &[bool]) -> Query {
        let columns = query.output.clone();
        let mut projection = Vec::new();
        for (column, as_real) in columns.into_iter().zip(as_real) {
            let value = BoundExpr::Column(column);
            let expr = if *as_real { self.real(value) } else { value };
            projection.push((self.copied_column(column), expr));
        }
        let source = FromSource::Query(Box::new(query));
        Query::of_select(Select::over(vec![FromItem::plain(source)], projection))
    }

    pub(super) fn real(&self, value: BoundExpr) -> BoundExpr {
        let class = BoundExpr::Function { name: "typeof".to_owned(), arguments: vec![value.clone()] };
        let integer = BoundExpr::Literal(Value::text("integer"));
        let is_integer = self.rules_with(|rules| rules.compare(class, CompareOperator::Equal, integer));
        let operand = Box::new(value.clone());
        let real = BoundExpr::Cast { operand, type_name: "REAL".to_owned(), affinity: Affinity::Real };
        BoundExpr::Case { branches: vec![(is_integer, real)], otherwise: Some(Box::new(value)) }
    }

    /// ORDER BY, whose terms are columns and compare as the compound's rows do unless a COLLATE says otherwise.
    pub(super) fn compound_order(
        &mut self,
        statement: &'a QueryStatement,
        selects: &[&BoundSelect],
        output: &[ColumnId],
        collations: &[Collation],
    ) -> Bound<Vec<OrderBy>> {
        let mut terms = Vec::new();
        for term in &statement.order_by {
            let (index, collate) = Self::compound_term(&term.expr, selects, output.len())?;
            let bound = self.order_term(term, BoundExpr::Column(output[index]), collate)?;
            terms.push(if collate.is_none() { OrderBy { collation: collations[index], ..bound } } else { bound });
        }
        Ok(terms)
    }
}

/// The expression of a result column, in which what is grouped by stands for itself: SQLite tells by its form what it may be.
fn as_written(select: &Select, index: usize) -> BoundExpr {
    select.projection[index].1.clone().map(&mut |part| match part {
        BoundExpr::Column(id) => match select.group_by.iter().find(|(key, _)| *key == id) {
            Some((_, key)) => key.clone(),
            None => BoundExpr::Column(id),
        },
        part => part,
    })
}
