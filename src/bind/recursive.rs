//! Common tables that read themselves (<https://sqlite.org/lang_with.html> 3).

use std::collections::BTreeMap;

use super::binder::{Binder, Bound, BoundSelect, CommonScope, CommonState, unsupported};
use super::json::Json;
use super::open_affinity::OpenAffinity;
use super::scope::Relation;
use super::{BoundTable, ColumnArena, ColumnId, ColumnInfo, CommonQuery, FromSource, Query, QueryBody, RecursiveQuery, Subquery};
use crate::error::Error;
use crate::statement::{CommonTable, CompoundQuery, QueryStatement, SetOperator, TableSource};
use crate::value::Affinity;

/// What a SELECT that may read its own common table knows of it.
#[derive(Debug, Clone)]
pub(super) struct Recursion {
    table: usize,
    columns: Vec<ColumnId>,
    names: Vec<String>,
    /// How many subqueries the SELECT itself stands in: further in, SQLite refuses to read it.
    nesting: usize,
    is_used: bool,
}

/// How many of the last SELECTs of a common table read it: those that name it in their FROM, all behind the last operator.
pub(super) fn parts(definition: &CommonTable) -> usize {
    let Some(last) = definition.query.compound.last().map(|part| part.operator) else { return 0 };
    if !matches!(last, SetOperator::Union | SetOperator::UnionAll) {
        return 0;
    }
    let names_it = |source: &TableSource| match source {
        TableSource::Schema(reference) => reference.pool.is_none() && reference.name == definition.name,
        _ => false,
    };
    let reads = |part: &&CompoundQuery| {
        let joined = part.query.joins.iter().map(|join| &join.table);
        part.operator == last && part.query.table.iter().chain(joined).any(names_it)
    };
    definition.query.compound.iter().rev().take_while(reads).count()
}

impl<'a> Binder<'a> {
    /// Binds the text of the common table at `position`, whose last `parts` SELECTs read it.
    pub(super) fn recursive(&mut self, position: usize, scope: &CommonScope<'a>, parts: usize) -> Bound<Query> {
        let statement = &scope.definition.query;
        self.nesting += 1;
        let query = self.with_common_tables(statement, |binder| binder.recursive_query(position, scope, statement, parts));
        self.nesting -= 1;
        query
    }

    fn recursive_query(
        &mut self,
        position: usize,
        scope: &CommonScope<'a>,
        statement: &'a QueryStatement,
        parts: usize,
    ) -> Bound<Query> {
        let (before, steps) = statement.compound.split_at(statement.compound.len() - parts);
        let (first, further) = self.parts_of(statement, before, None)?;
        let names = Self::recursive_names(scope.definition, &first)?;
        let table = self.recursions;
        self.recursions += 1;
        let columns = self.recursive_columns(&first);
        let recursion = Recursion { table, columns: columns.clone(), names, nesting: self.nesting, is_used: false };
        // What a step compares depends on the columns' affinities, which depend on all SELECTs: these are bound once for that alone.
        let before_steps = self.state();
        let bound = self.recursive_steps(position, steps, first.names.len(), &recursion)?;
        let selects: Vec<&BoundSelect> = std::iter::once(&first).chain(&further).chain(&bound).collect();
        let mut affinities = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            // While SQLite looks at a column, its own affinity is the first SELECT's already.
            let own = self.columns.get(first.select.projection[index].0).affinity;
            self.columns.set_affinity(*column, own);
            let affinity = self.compound_affinity(&selects, index);
            self.columns.set_affinity(*column, affinity);
            affinities.push(affinity);
        }
        self.restore(before_steps);
        for (column, affinity) in columns.iter().zip(&affinities) {
            self.columns.set_affinity(*column, *affinity);
        }
        let mut bound = self.recursive_steps(position, steps, first.names.len(), &recursion)?;
        let selects: Vec<&BoundSelect> = std::iter::once(&first).chain(&further).chain(&bound).collect();
        let output: Vec<ColumnId> = columns.iter().map(|column| self.copied_column(*column)).collect();
        let collations = self.compound_collations(&selects);
        let order_by = self.compound_order(statement, &selects, &output, &collations)?;
        let (limit, offset) = self.limits(statement)?;
        let before_selects: Vec<&BoundSelect> = std::iter::once(&first).chain(&further).collect();
        let setup_collations = self.compound_collations(&before_selects);
        self.output_names.clone_from(&first.names);
        let setup = if before.is_empty() {
            Query::of_select(first.select)
        } else {
            let output = columns.iter().map(|column| self.copied_column(*column)).collect();
            let operators = before.iter().map(|part| part.operator);
            let rest = operators.zip(further).map(|(operator, select)| (operator, select.select)).collect();
            let body = QueryBody::Compound { first: Box::new(first.select), rest, collations: setup_collations };
            Query { body, order_by: Vec::new(), limit: None, offset: None, output, limit_per: None }
        };
        // Of all affinities only REAL converts what is read; no reader comes before the queue.
        let as_real: Vec<bool> = affinities.iter().map(|affinity| *affinity == Affinity::Real).collect();
        let setup = if as_real.contains(&true) { self.with_reals(setup, &as_real) } else { setup };
        for step in &mut bound {
            for ((_, expr), _) in step.select.projection.iter_mut().zip(&as_real).filter(|(_, as_real)| **as_real) {
                *expr = self.real(expr.clone());
            }
        }
        let distinct = steps.iter().all(|part| part.operator == SetOperator::Union);
        let steps = bound.into_iter().map(|bound| bound.select).collect();
        let body = QueryBody::Recursive(Box::new(RecursiveQuery { table, setup, steps, distinct, collations }));
        Ok(Query { body, order_by, limit, offset, output, limit_per: None })
    }

    fn recursive_names(definition: &CommonTable, first: &BoundSelect) -> Bound<Vec<String>> {
        let given = &definition.columns;
        if given.is_empty() {
            let mut names = first.names.clone();
            super::names::make_unique(&mut names);
            return Ok(names);
        }
        if given.len() != first.names.len() {
            let (name, values) = (&definition.name.name, first.names.len());
            let message = format!("table {name} has {values} values for {} columns", given.len());
            return Err(Error::query(message).at(definition.name.span).into());
        }
        Ok(given.iter().map(|name| name.name.clone()).collect())
    }

    /// The columns as the steps read them, without affinity as yet.
    fn recursive_columns(&mut self, first: &BoundSelect) -> Vec<ColumnId> {
        let infos = first.select.projection.iter().map(|(id, _)| ColumnInfo {
            affinity: Affinity::None,
            collates: true,
            table: None,
            not_null: false,
            ..self.columns.get(*id).clone()
        });
        let infos: Vec<ColumnInfo> = infos.collect();
        infos.into_iter().map(|info| self.columns.add(info)).collect()
    }

    fn recursive_steps(
        &mut self,
        position: usize,
        steps: &'a [CompoundQuery],
        width: usize,
        recursion: &Recursion,
    ) -> Bound<Vec<BoundSelect>> {
        let mut bound = Vec::new();
        for part in steps {
            self.common_scopes[position].state = CommonState::Recursing(recursion.clone());
            let mut step = self.part(part, width, None)?;
            let select = &mut step.select;
            if select.grouped || !select.windows.is_empty() {
                return unsupported("an aggregate or window function in a recursive SELECT");
            }
            // UNION does all that DISTINCT does.
            select.distinct &= part.operator != SetOperator::Union;
            if select.distinct {
                return unsupported("DISTINCT in a recursive SELECT");
            }
            bound.push(step);
        }
        self.common_scopes[position].state = CommonState::Binding;
        Ok(bound)
    }

    /// A use of the recursive table at `position` in its own text.
    pub(super) fn recursive_use(&mut self, position: usize, recursion: Recursion, alias: &str) -> Bound<(FromSource, Relation)> {
        if recursion.is_used || self.nesting != recursion.nesting {
            return unsupported("a common table that reads itself in this place");
        }
        let columns: Vec<ColumnId> = recursion.columns.iter().map(|column| self.copied_column(*column)).collect();
        for (column, name) in columns.iter().zip(&recursion.names) {
            self.columns.rename(*column, name);
        }
        let relation = Relation::of_columns(alias, &recursion.names, &columns);
        let source = FromSource::Recursion { table: recursion.table, columns };
        self.common_scopes[position].state = CommonState::Recursing(Recursion { is_used: true, ..recursion });
        Ok((source, relation))
    }
}

/// What binding a SELECT adds to.
pub(super) struct State<'a> {
    columns: ColumnArena,
    tables: Vec<BoundTable>,
    common: Vec<CommonQuery>,
    subqueries: Vec<Subquery>,
    common_scopes: Vec<CommonScope<'a>>,
    json: BTreeMap<ColumnId, Json>,
    recursions: usize,
    open: OpenAffinity,
}

impl<'a> Binder<'a> {
    pub(super) fn state(&self) -> State<'a> {
        State {
            columns: self.columns.clone(),
            tables: self.tables.clone(),
            common: self.common.clone(),
            subqueries: self.subqueries.clone(),
            common_scopes: self.common_scopes.clone(),
            json: self.json.clone(),
            recursions: self.recursions,
            open: self.open.clone(),
        }
    }

    pub(super) fn restore(&mut self, state: State<'a>) {
        let State { columns, tables, common, subqueries, common_scopes, json, recursions, .. } = state;
        (self.columns, self.tables, self.common, self.subqueries) = (columns, tables, common, subqueries);
        (self.common_scopes, self.json, self.recursions) = (common_scopes, json, recursions);
        self.open = state.open;
    }
}
