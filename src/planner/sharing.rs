//! What several SELECTs of a statement read alike is read once: the FROM and WHERE that a subquery repeats (TPC-H's Q11) become a
//! common table.

use std::collections::BTreeSet;

use super::condition::{columns_of, has_subquery};
use super::{Planner, Unsupported};
use crate::bind::{
    BoundExpr, ColumnId, CommonQuery, FromItem, FromSource, Query, QueryBody, Select, Substituter, Substitution, TableId,
};

/// Rows are kept for the second reader: so many that reading them again would cost more than keeping them.
const MOST_ROWS: f64 = 1_000_000.0;

/// A query whose SELECT is looked at.
#[derive(Debug, Clone, Copy)]
enum Place {
    Statement,
    Subquery(usize),
}

impl Planner<'_> {
    /// Lets the statement and its uncorrelated subqueries share the first join that several of them read.
    pub(super) fn share_readings(&mut self) {
        let runs_once = |index: &usize| self.bound.subqueries[*index].outer.is_empty();
        let subqueries = (0..self.bound.subqueries.len()).filter(runs_once).map(Place::Subquery);
        let places: Vec<Place> = std::iter::once(Place::Statement).chain(subqueries).collect();
        for (position, &first) in places[..places.len() - 1].iter().enumerate() {
            let Some(select) = self.shareable(first) else { continue };
            let same = |other: &Place| Some((*other, self.same_reading(&select, &self.shareable(*other)?)?));
            let readers: Vec<(Place, Substitution)> = places[position..].iter().filter_map(same).collect();
            if readers.len() > 1 && self.share(&select, readers).is_ok() {
                return;
            }
        }
    }

    fn query_at(&self, place: Place) -> &Query {
        match place {
            Place::Statement => &self.bound.query,
            Place::Subquery(index) => &self.bound.subqueries[index].query,
        }
    }

    /// The SELECT there, if it joins tables by conditions that say the same however often they are asked.
    fn shareable(&self, place: Place) -> Option<Select> {
        let QueryBody::Select(select) = &self.query_at(place).body else { return None };
        let joins_tables = select.from.len() > 1 && select.from.iter().all(|item| matches!(item.source, FromSource::Table(_)));
        let conditions = || select.filter.iter().chain(select.from.iter().filter_map(|item| item.on.as_ref()));
        let is_sound =
            joins_tables && !select.as_set && !conditions().any(|condition| has_subquery(condition) || varies(condition));
        is_sound.then(|| (**select).clone())
    }

    /// The columns of `other`'s tables as those of `one`, where both read the same rows.
    fn same_reading(&self, one: &Select, other: &Select) -> Option<Substitution> {
        let mut columns = Substitution::new();
        if one.from.len() != other.from.len() {
            return None;
        }
        for (one, other) in one.from.iter().zip(&other.from) {
            let (FromSource::Table(one_table), FromSource::Table(other_table)) = (&one.source, &other.source) else {
                return None;
            };
            let table = |id: &TableId| &self.bound.tables[id.0 as usize];
            let (one_table, other_table) = (table(one_table), table(other_table));
            if one.kind != other.kind || one_table.sources != other_table.sources {
                return None;
            }
            columns.extend(other_table.columns.iter().copied().zip(one_table.columns.iter().copied()));
            columns.extend(other_table.rowid.zip(one_table.rowid));
        }
        let moved = |condition: &Option<BoundExpr>| {
            condition.clone().map(|condition| {
                condition.map(&mut |part| match part {
                    BoundExpr::Column(id) => BoundExpr::Column(columns.get(&id).copied().unwrap_or(id)),
                    part => part,
                })
            })
        };
        let is_same =
            moved(&other.filter) == one.filter && one.from.iter().zip(&other.from).all(|(one, other)| moved(&other.on) == one.on);
        is_same.then_some(columns)
    }

    /// Makes a common table of what `select` reads, and reads it in all `readers`, whose columns they give as those of `select`.
    fn share(&mut self, select: &Select, readers: Vec<(Place, Substitution)>) -> Result<(), Unsupported> {
        let mut needed = BTreeSet::new();
        for (place, columns) in &readers {
            let query = self.query_at(*place);
            let QueryBody::Select(select) = &query.body else { continue };
            let of_reader = self.needed_above(select, &query.order_by);
            needed.extend(of_reader.iter().filter_map(|column| columns.get(column)));
        }
        if needed.is_empty() {
            return Err("rows of which no column is used".to_owned());
        }
        let given: Vec<(ColumnId, BoundExpr)> =
            needed.iter().map(|column| (self.copied_column(*column), BoundExpr::Column(*column))).collect();
        let reading = Select { filter: select.filter.clone(), ..Select::over(select.from.clone(), given) };
        let index = self.bound.common.len();
        self.bound.common.push(CommonQuery { query: Query::of_select(reading) });
        self.uses.push(readers.len());
        let planned = self.attempt(|planner| {
            let node = planner.shared_step(index, Vec::new())?;
            if node.rows > MOST_ROWS { Err("more rows than are worth keeping".to_owned()) } else { Ok(()) }
        });
        if planned.is_err() {
            self.bound.common.pop();
            self.uses.pop();
            return planned;
        }
        for (place, columns) in readers {
            self.read_shared(place, index, &needed, &columns);
        }
        Ok(())
    }

    /// Reads the common table `index`, which gives the columns `needed`, in place of the same FROM and WHERE.
    fn read_shared(&mut self, place: Place, index: usize, needed: &BTreeSet<ColumnId>, columns: &Substitution) {
        let here: Vec<ColumnId> = needed.iter().map(|column| self.copied_column(*column)).collect();
        let replaced = columns.iter().filter_map(|(own, first)| {
            let position = needed.iter().position(|column| column == first)?;
            Some((*own, here[position]))
        });
        let replaced: Substitution = replaced.collect();
        let mut query = self.query_at(place).clone();
        if let QueryBody::Select(select) = &mut query.body {
            select.from = vec![FromItem::plain(FromSource::Common { index, columns: here })];
            select.filter = None;
        }
        let query = Substituter::new(&mut self.bound.subqueries, &replaced).query(query);
        match place {
            Place::Statement => self.bound.query = query,
            Place::Subquery(subquery) => self.bound.subqueries[subquery].query = query,
        }
    }
}

/// Whether a condition can say something else of the same row.
fn varies(condition: &BoundExpr) -> bool {
    let mut varies = columns_of(condition).is_empty();
    condition.walk(&mut |part| {
        if let BoundExpr::Function { name, arguments } = part {
            varies |= crate::expression::is_deterministic(name, arguments.len()) != Some(true);
        }
    });
    varies
}
