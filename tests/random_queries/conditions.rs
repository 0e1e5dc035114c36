//! Random conditions, and the subqueries in them.

use super::generate::Generator;
use super::scope::Scope;

impl Generator<'_> {
    pub(super) fn condition(&mut self, scope: &Scope, depth: usize) -> String {
        let column = self.column(scope);
        let operand = if self.random.percent(70) { column.sql } else { self.expression(scope, depth.min(1)) };
        let not = if self.random.percent(25) { "NOT " } else { "" };
        match self.random.below(if depth == 0 { 14 } else { 21 }) {
            0..=3 => {
                const OPERATORS: [&str; 12] =
                    ["=", "<>", "<", "<=", ">", ">=", "!=", "==", "IS", "IS NOT", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"];
                let operator = *self.random.pick(&OPERATORS);
                let other = match self.random.below(3) {
                    0 => self.column(scope).sql,
                    1 => self.expression(scope, depth.min(1)),
                    _ => self.literal(),
                };
                let collate = if self.random.percent(6) { self.random.pick(&[" COLLATE NOCASE", " COLLATE RTRIM"]) } else { "" };
                format!("{operand} {operator} {other}{collate}")
            }
            4 => {
                let list: Vec<String> = (0..self.random.below(6)).map(|_| self.literal()).collect();
                format!("{operand} {not}IN ({})", list.join(", "))
            }
            5 => {
                let low = if self.random.percent(30) { self.column(scope).sql } else { self.literal() };
                format!("{operand} {not}BETWEEN {low} AND {}", self.literal())
            }
            6 => {
                const PATTERNS: [&str; 8] = ["'a%'", "'%b%'", "'_'", "'%'", "'x\\%y' ESCAPE '\\'", "'abc'", "'%5%'", "'A_C%'"];
                format!("{operand} {not}LIKE {}", self.random.pick(&PATTERNS))
            }
            7 => {
                let tests = [" IS NULL", " IS NOT NULL", " ISNULL", " NOTNULL", " NOT NULL"];
                format!("{operand}{}", self.random.pick(&tests))
            }
            8 => format!("{operand} {not}GLOB {}", self.random.pick(&["'a*'", "'*b*'", "'?'", "'[a-c]*'", "'[^a]*'"])),
            9 => format!("{not}{operand}"),
            10 => format!("CASE WHEN {operand} > {} THEN 1 ELSE {} END", self.literal(), self.literal()),
            11 => format!("{operand} IS {not}{}", self.random.pick(&["TRUE", "FALSE"])),
            12 => self.row_comparison(scope),
            13 => format!("{operand} {not}IN ({}, {})", self.column(scope).sql, self.literal()),
            14 | 15 => format!("({} OR {})", self.condition(scope, depth - 1), self.condition(scope, depth - 1)),
            16 => format!("NOT ({} AND {})", self.condition(scope, depth - 1), self.condition(scope, depth - 1)),
            _ if !self.may_nest() => format!("{operand} IS {not}NULL"),
            17 | 18 => self.in_subquery(scope, &operand, not),
            19 => format!("{not}{}", self.exists(scope)),
            _ => {
                let operator = *self.random.pick(&["=", "<", ">=", "<>"]);
                format!("{operand} {operator} {}", self.scalar_subquery(scope))
            }
        }
    }

    fn row_comparison(&mut self, scope: &Scope) -> String {
        let (one, two, other) = (self.column(scope).sql, self.column(scope).sql, self.column(scope).sql);
        let (value, second) = (self.literal(), self.literal());
        match self.random.below(6) {
            0 => format!("({one}, {two}) = ({other}, {value})"),
            1 => format!("({one}, {two}) < ({value}, {other})"),
            2 => format!("({one}, {two}) >= ({value}, {second})"),
            3 => format!("({one}, {two}) IS ({value}, {other})"),
            4 => format!("({one}, {two}) IN (VALUES ({value}, {second}), ({}, {}))", self.literal(), self.literal()),
            _ if self.may_nest() => {
                let not = *self.random.pick(&["", "NOT "]);
                let (source, inner) = self.table_source();
                let (first, second) = (self.column(&inner).sql, self.column(&inner).sql);
                format!("({one}, {two}) {not}IN (SELECT {first}, {second} FROM {source})")
            }
            _ => format!("({one}, {two}) <> ({value}, {second})"),
        }
    }

    fn in_subquery(&mut self, scope: &Scope, operand: &str, not: &str) -> String {
        self.selects += 1;
        let (source, inner) = self.inner_source();
        let column = self.column(&inner).sql;
        if self.random.percent(10) {
            let (second, other) = self.table_source();
            let (operator, other) = (*self.random.pick(&["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]), self.column(&other).sql);
            return format!("{operand} {not}IN (SELECT {column} FROM {source} {operator} SELECT {other} FROM {second})");
        }
        if self.random.percent(8) {
            return format!(
                "{operand} {not}IN (SELECT {column} FROM {source} ORDER BY {}{})",
                inner.key.join(", "),
                self.limit()
            );
        }
        let mut conditions = Vec::new();
        if self.random.percent(40) {
            conditions.push(self.condition(&inner, 0));
        }
        if self.random.percent(25) {
            conditions.push(self.correlation(scope, &inner));
        }
        format!("{operand} {not}IN (SELECT {column} FROM {source}{})", where_sql(&conditions))
    }

    fn exists(&mut self, scope: &Scope) -> String {
        self.selects += 1;
        let (source, inner) = self.inner_source();
        let mut conditions =
            vec![if self.random.percent(10) { self.condition(&inner, 0) } else { self.correlation(scope, &inner) }];
        if self.random.percent(35) {
            conditions.push(self.condition(&scope.with(&inner), 0));
        }
        if self.random.percent(12) && self.may_nest() {
            let both = scope.with(&inner);
            conditions.push(self.exists(&both));
        }
        format!("EXISTS (SELECT 1 FROM {source}{})", where_sql(&conditions))
    }

    pub(super) fn scalar_subquery(&mut self, scope: &Scope) -> String {
        self.selects += 1;
        match self.random.below(8) {
            0 => self.looked_up(scope),
            1 => {
                let (source, inner) = self.inner_source();
                let conditions: Vec<String> =
                    if scope.columns.is_empty() { Vec::new() } else { vec![self.correlation(scope, &inner)] };
                let item = self.expression(&inner, 1);
                let limit = *self.random.pick(&[" LIMIT 1", "", " LIMIT 1 OFFSET 1"]);
                format!("(SELECT {item} FROM {source}{} ORDER BY {}{limit})", where_sql(&conditions), inner.key.join(", "))
            }
            2 if !scope.columns.is_empty() => format!("({})", self.exists(scope)),
            _ => {
                let (source, inner) = self.inner_source();
                let aggregate = self.aggregate(&inner);
                let mut conditions = Vec::new();
                if self.random.percent(35) {
                    conditions.push(self.condition(&inner, 0));
                }
                if !scope.columns.is_empty() && self.random.percent(50) {
                    conditions.push(self.correlation(scope, &inner));
                }
                if !scope.columns.is_empty() && self.may_nest() && self.random.percent(8) {
                    let both = scope.with(&inner);
                    conditions.push(self.exists(&both));
                }
                format!("(SELECT {aggregate} FROM {source}{})", where_sql(&conditions))
            }
        }
    }

    /// The row of a table that a key finds.
    fn looked_up(&mut self, scope: &Scope) -> String {
        let keyed: Vec<_> = self.schema.tables.iter().filter(|table| table.primary_key().is_some()).collect();
        if keyed.is_empty() || scope.columns.is_empty() {
            return "(SELECT 1)".to_owned();
        }
        let table = *self.random.pick(&keyed);
        let (alias, name) = (self.alias(), self.table_name(table));
        let inner = Scope::of_table(table, &alias);
        let key = table.primary_key().expect("only such tables were kept");
        format!("(SELECT {} FROM {name} AS {alias} WHERE {alias}.{key} = {})", self.expression(&inner, 1), self.column(scope).sql)
    }

    fn inner_source(&mut self) -> (String, Scope) {
        if self.random.percent(20) {
            let (from, scope) = self.from(2);
            return (super::query::from_sql(&from).trim_start().to_owned(), scope);
        }
        self.table_source()
    }

    /// How an inner row depends on an outer one.
    fn correlation(&mut self, outer: &Scope, inner: &Scope) -> String {
        let (outer, inner) = self.comparable(outer, inner);
        let (outer, inner) = (outer.sql, inner.sql);
        match self.random.below(12) {
            0 => format!("{inner} < {outer}"),
            1 => format!("{inner} IS {outer}"),
            2 => format!("{inner} >= {outer} + 1"),
            3 => format!("{outer} = {inner} || ''"),
            4 => format!("{inner} <> {outer}"),
            5 => format!("{outer} = {inner}"),
            6 => format!("coalesce({inner}, 0) = {outer}"),
            _ => format!("{inner} = {outer}"),
        }
    }
}

fn where_sql(conditions: &[String]) -> String {
    if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) }
}
