//! Random queries over a random schema, built so that SQL leaves as little open as possible.

use super::query::{Item, Query, Select, Term, order_of, order_sql};
use super::schema::Schema;
use super::scope::{Scope, Visible};
use crate::support::{Random, SortKey};

/// How many SELECTs a query may hold before it gets no further subqueries.
const MOST_SELECTS: usize = 9;

#[derive(Debug)]
pub(crate) struct Generator<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) schema: &'a Schema,
    pub(super) aliases: usize,
    /// Names of the common tables, each with the columns `p` and `q`.
    pub(super) common: Vec<String>,
    pub(super) selects: usize,
    /// The column that was joined by last.
    pub(super) joined: Option<Visible>,
}

/// The collations of output columns where they are known.
type Collations = Vec<Option<&'static str>>;

impl<'a> Generator<'a> {
    pub(crate) fn new(random: &'a mut Random, schema: &'a Schema) -> Self {
        Self { random, schema, aliases: 0, common: Vec::new(), selects: 0, joined: None }
    }

    pub(crate) fn query(&mut self) -> Query {
        let common = self.with();
        if self.random.percent(12) {
            return self.compound(&common);
        }
        let (select, collations, scope) = self.select(None);
        let is_star = select.items.iter().any(|item| item.sql.ends_with('*'));
        let has_rows_of_scope = select.group.is_empty() && !select.distinct && !is_aggregated(&select);
        let mut terms = Vec::new();
        let mut is_total = false;
        match self.random.below(20) {
            0..=6 if !is_star => {
                terms = self.order(&select, &collations, false);
                is_total = terms.len() == select.items.len();
            }
            7..=9 if has_rows_of_scope => {
                terms = self.order_of_scope(&scope);
                is_total = true;
            }
            _ => {}
        }
        let limit = if is_total && self.random.percent(50) { self.limit() } else { String::new() };
        Query { sql: format!("{common}{}{}{limit}", select.sql(), order_sql(&terms)), order: order_of(&terms) }
    }

    fn compound(&mut self, common: &str) -> Query {
        let (first, collations, _) = self.select(Some(0));
        let width = first.items.len();
        let mut sql = first.sql();
        // SQLite 3.53 loses a later arm's columns (`no such column`) when that arm has a GROUP BY and the compound an ORDER BY.
        let mut takes_order = true;
        for _ in 0..self.random.between(1, 3) {
            let operator = *self.random.pick(&["UNION ALL", "UNION", "INTERSECT", "EXCEPT", "UNION ALL"]);
            let arm = if self.random.percent(8) {
                // Nor does a VALUES take one.
                takes_order = false;
                self.values(width)
            } else {
                let arm = self.select(Some(width)).0;
                takes_order &= arm.group.is_empty();
                arm.sql()
            };
            sql += &format!(" {operator} {arm}");
        }
        let terms = if !takes_order || !self.random.percent(45) {
            Vec::new()
        } else {
            self.order(&first, &vec![None; collations.len()], true)
        };
        let limit = if terms.len() == width && self.random.percent(50) { self.limit() } else { String::new() };
        Query { sql: format!("{common}{sql}{}{limit}", order_sql(&terms)), order: order_of(&terms) }
    }

    /// `VALUES` of so many columns.
    pub(super) fn values(&mut self, width: usize) -> String {
        let rows: Vec<String> = (0..self.random.between(1, 3))
            .map(|_| format!("({})", (0..width).map(|_| self.literal()).collect::<Vec<_>>().join(", ")))
            .collect();
        format!("VALUES {}", rows.join(", "))
    }

    /// With a blank before it.
    pub(super) fn limit(&mut self) -> String {
        let limit = self.random.below(12);
        match self.random.below(12) {
            0 | 1 => format!(" LIMIT {limit} OFFSET {}", self.random.below(6)),
            2 => format!(" LIMIT {}, {limit}", self.random.below(4)),
            3 => format!(" LIMIT {} - 1", limit + 1),
            4 => {
                let table = self.table();
                format!(" LIMIT (SELECT count(*) / 2 FROM {}.{})", table.pool, table.name)
            }
            5 => format!(" LIMIT {limit} + 1 OFFSET length('ab') - 1"),
            6 if self.random.percent(30) => " LIMIT -1 OFFSET 2".into(),
            _ => format!(" LIMIT {limit}"),
        }
    }

    /// ORDER BY of output columns.
    fn order(&mut self, select: &Select, collations: &[Option<&'static str>], compound: bool) -> Vec<Term> {
        let mut columns: Vec<usize> = (0..select.items.len()).collect();
        for index in (1..columns.len()).rev() {
            let other = self.random.below(index + 1);
            columns.swap(index, other);
        }
        if self.random.percent(40) {
            columns.truncate(self.random.between(1, columns.len()));
        }
        columns.into_iter().map(|column| self.term(select, collations, compound, column)).collect()
    }

    fn term(&mut self, select: &Select, collations: &[Option<&'static str>], compound: bool, column: usize) -> Term {
        let item = &select.items[column];
        let mut sql = match (&item.alias, self.random.below(3)) {
            (Some(alias), 0) => alias.clone(),
            // A literal number would be a position, and an aggregate's text may hold what ORDER BY reads otherwise.
            (None, 1) if !compound && item.sql.contains('.') && !item.sql.contains('(') => item.sql.clone(),
            _ => (column + 1).to_string(),
        };
        let collation = match collations[column] {
            Some(collation) if !self.random.percent(20) => collation,
            _ => {
                let collation = *self.random.pick(&["BINARY", "BINARY", "NOCASE", "RTRIM"]);
                sql.push_str(" COLLATE ");
                sql.push_str(collation);
                collation
            }
        };
        let descending = self.random.percent(35);
        let ascending = *self.random.pick(&["", "", " ASC"]);
        sql.push_str(if descending { " DESC" } else { ascending });
        let nulls_first = if self.random.percent(20) { Some(self.random.percent(50)) } else { None };
        match nulls_first {
            Some(true) => sql.push_str(" NULLS FIRST"),
            Some(false) => sql.push_str(" NULLS LAST"),
            None => {}
        }
        Term { sql, key: Some(SortKey { column, collation, descending, nulls_first }) }
    }

    /// ORDER BY of whatever the rows hold, to the last row.
    fn order_of_scope(&mut self, scope: &Scope) -> Vec<Term> {
        let mut terms = Vec::new();
        if self.random.percent(70) {
            let sql = format!("({}){}", self.expression(scope, 1), self.random.pick(&["", " DESC", " NULLS LAST"]));
            terms.push(Term { sql, key: None });
        }
        terms.extend(scope.key.iter().map(|sql| Term { sql: sql.clone(), key: None }));
        terms
    }

    /// A SELECT, its output columns' collations where known, and what its FROM gives. `arm`: of a compound, with so many columns (0: as
    /// it likes).
    pub(super) fn select(&mut self, arm: Option<usize>) -> (Select, Collations, Scope) {
        self.selects += 1;
        let count = match self.random.below(20) {
            0..=3 => 1,
            4..=13 => 2,
            14..=16 => 3,
            17 | 18 => 4,
            _ => 5,
        };
        let (from, scope) = self.from(count);
        let condition_count = *self.random.pick(&[0, 0, 0, 0, 1, 1, 2]);
        let conditions = (0..condition_count).map(|_| self.condition(&scope, 2)).collect();
        let mut select = Select { from, conditions, ..Select::default() };
        let width = match arm {
            Some(columns) if columns > 0 => columns,
            _ => self.random.between(1, 4),
        };
        let collations = match self.random.below(100) {
            0..=32 => self.grouped(&mut select, &scope, width),
            33..=42 if arm.is_none() => self.windowed(&mut select, &scope, width),
            43..=48 if arm.is_none() => {
                let source = format!("{}.*", scope.columns[0].sql.split('.').next().unwrap_or_default());
                let sql = if self.random.percent(50) || source.starts_with('(') { "*".into() } else { source };
                select.items.push(Item { sql, alias: None });
                vec![None]
            }
            _ => {
                select.distinct = self.random.percent(15);
                let merged = select.distinct || arm.is_some();
                (0..width).map(|index| self.item(&mut select, &scope, merged, index)).collect()
            }
        };
        (select, collations, scope)
    }

    pub(super) fn item(&mut self, select: &mut Select, scope: &Scope, merged: bool, index: usize) -> Option<&'static str> {
        let (sql, collation) = if self.random.percent(65) {
            let column = self.column(scope);
            if merged { (self.told_apart(&column), None) } else { (column.sql, column.collation) }
        } else {
            (self.expression(scope, 2), None)
        };
        let alias = (collation.is_none() || self.random.percent(40)).then(|| format!("o{index}"));
        select.items.push(Item { sql, alias });
        collation
    }

    /// The column, mostly made so that equal values are equal to the bit, for places where one stands for all its equals.
    pub(super) fn told_apart(&mut self, column: &Visible) -> String {
        match column.collation {
            _ if !column.look_alikes || self.random.percent(12) => column.sql.clone(),
            Some("NOCASE") => format!("lower({})", column.sql),
            Some("RTRIM") => format!("rtrim({})", column.sql),
            _ => format!("CAST({} AS TEXT)", column.sql),
        }
    }

    fn grouped(&mut self, select: &mut Select, scope: &Scope, width: usize) -> Collations {
        let group_count = self.random.below(3).min(width);
        for index in 0..group_count {
            let column = self.column(scope);
            let group = if self.random.percent(75) { self.told_apart(&column) } else { self.expression(scope, 1) };
            // A number alone would be a position, and a constant says nothing.
            if group.contains('.') || group.contains('(') {
                let alias = format!("g{index}");
                let by = match self.random.below(10) {
                    0 => alias.clone(),
                    1 => (select.items.len() + 1).to_string(),
                    _ => group.clone(),
                };
                select.items.push(Item { sql: group, alias: Some(alias) });
                select.group.push(by);
            }
        }
        while select.items.len() < width {
            let index = select.items.len();
            let sql = self.aggregate(scope);
            select.items.push(Item { sql, alias: Some(format!("n{index}")) });
        }
        let wanted = if select.group.is_empty() { 5 } else { 25 };
        if self.random.percent(wanted) {
            let aggregate = self.aggregate(scope);
            let value = if self.selects < MOST_SELECTS && self.random.percent(15) {
                self.scalar_subquery(&Scope::default())
            } else {
                self.literal()
            };
            let operator = *self.random.pick(&["=", "<>", "<", ">=", ">"]);
            select.having = Some(format!("{aggregate} {operator} {value}"));
        }
        // Every item may be a group: then HAVING must not make the SELECT an aggregate of rows.
        if select.group.is_empty() && !is_aggregated(select) {
            select.having = None;
        }
        vec![None; select.items.len()]
    }

    pub(super) fn aggregate(&mut self, scope: &Scope) -> String {
        let column = self.column(scope);
        let argument = if self.random.percent(75) { column.sql.clone() } else { self.expression(scope, 1) };
        let distinct = if self.random.percent(15) { "DISTINCT " } else { "" };
        let apart = if column.look_alikes { self.told_apart(&column) } else { column.sql.clone() };
        let filter =
            if self.random.percent(15) { format!(" FILTER (WHERE {})", self.condition(scope, 1)) } else { String::new() };
        // A sum over the distinct of 1 and '1' counts both, and one over look-alikes counts whichever came first.
        let number = if column.look_alikes && !distinct.is_empty() { apart.clone() } else { argument.clone() };
        let order = format!("ORDER BY {apart}{}, typeof({apart})", self.random.pick(&["", " DESC", " COLLATE NOCASE, 1"]));
        let order = order.replace(", 1,", &format!(", {apart},"));
        let call = match self.random.below(17) {
            0 | 1 => "count(*)".to_owned(),
            2 | 3 => format!("count({distinct}{argument})"),
            4 | 5 => format!("sum({distinct}{number})"),
            6 => format!("total({distinct}{number})"),
            7 => format!("avg({distinct}{number})"),
            8 | 9 => format!("min({apart})"),
            10 => format!("max({apart})"),
            11 => format!("string_agg(quote({apart}), ';' {order})"),
            12 => format!("json_group_array(quote({apart}) {order})"),
            13 => format!("count({distinct}{argument}) + count(*)"),
            14 => format!("coalesce(max({apart}), min({apart}), 'none')"),
            // Of infinities there is no median, which is an error that only some plans come to.
            15 => format!("median(length({argument}))"),
            _ => format!("group_concat({apart}, '|' {order})"),
        };
        // Only a call takes a FILTER.
        if call.contains(" + ") || call.starts_with("coalesce") { call } else { format!("{call}{filter}") }
    }

    pub(super) fn column(&mut self, scope: &Scope) -> Visible {
        self.random.pick(&scope.columns).clone()
    }

    pub(super) fn may_nest(&self) -> bool {
        self.selects < MOST_SELECTS
    }

    pub(super) fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("r{}", self.aliases)
    }
}

fn is_aggregated(select: &Select) -> bool {
    select.items.iter().any(|item| item.alias.as_ref().is_some_and(|alias| alias.starts_with('n')))
}
