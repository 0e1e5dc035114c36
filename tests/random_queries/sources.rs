//! WITH and FROM of a random query.

use super::generate::Generator;
use super::query::{From, Item, Select, from_sql};
use super::schema::Table;
use super::scope::{Scope, Visible};

impl<'a> Generator<'a> {
    /// Common tables of the columns `p` and `q`, with a blank behind them.
    pub(super) fn with(&mut self) -> String {
        if !self.random.percent(15) {
            return String::new();
        }
        let mut tables = Vec::new();
        let mut is_recursive = false;
        for _ in 0..self.random.between(1, 2) {
            let name = format!("cte{}", self.common.len());
            let (columns, sql) = match self.random.below(6) {
                0 => {
                    is_recursive = true;
                    let most = self.random.between(1, 9);
                    let union = *self.random.pick(&["UNION", "UNION ALL"]);
                    ("(p, q)", format!("SELECT 1, 'a' {union} SELECT p + 1, q || 'b' FROM {name} WHERE p < {most}"))
                }
                1 => {
                    is_recursive = true;
                    ("(p, q)", self.walk(&name))
                }
                2 => ("(p, q)", self.values(2)),
                _ => ("", self.derived_sql()),
            };
            let hint = *self.random.pick(&["", "", "", " MATERIALIZED", " NOT MATERIALIZED"]);
            let hint = hint.strip_prefix(' ').map(|hint| format!("{hint} ")).unwrap_or_default();
            tables.push(format!("{name}{columns} AS {hint}({sql})"));
            self.common.push(name);
        }
        let recursive = if is_recursive || self.random.percent(20) { "RECURSIVE " } else { "" };
        format!("WITH {recursive}{} ", tables.join(", "))
    }

    /// A recursion from rows of one table to rows of another, for a few steps.
    fn walk(&mut self, name: &str) -> String {
        let (first, first_scope) = self.table_source();
        let (next, next_scope) = self.table_source();
        let start = self.column(&first_scope);
        let (from, to) = (self.column(&next_scope), self.column(&next_scope));
        let (start, to) = (self.told_apart(&start), self.told_apart(&to));
        let condition =
            if self.random.percent(40) { format!(" WHERE {}", self.condition(&first_scope, 0)) } else { String::new() };
        let join = *self.random.pick(&["JOIN", "JOIN", "CROSS JOIN"]);
        format!(
            "SELECT {start}, 0 FROM {first}{condition} \
             UNION SELECT {to}, {name}.q + 1 FROM {name} {join} {next} ON {} = {name}.p WHERE {name}.q < {}",
            from.sql,
            self.random.between(1, 3)
        )
    }

    pub(super) fn from(&mut self, count: usize) -> (Vec<From>, Scope) {
        let mut from: Vec<From> = Vec::new();
        let mut scope = Scope::default();
        for index in 0..count {
            if index > 0 && self.random.percent(7) {
                let (source, added) = self.function_source(&scope);
                scope = scope.with(&added);
                let join = (*self.random.pick(&[",", ",", " JOIN", " LEFT JOIN"])).to_owned();
                from.push(From { join, source, constraint: String::new() });
                continue;
            }
            let (source, added) = self.source();
            let (join, constraint) = if index == 0 { (String::new(), String::new()) } else { self.join(&scope, &added) };
            scope = scope.with(&added);
            from.push(From { join, source, constraint });
        }
        (from, scope)
    }

    fn source(&mut self) -> (String, Scope) {
        if !self.common.is_empty() && self.random.percent(35) {
            let (alias, name) = (self.alias(), self.random.pick(&self.common).clone());
            return (format!("{name} AS {alias}"), Scope::of_names(&["p", "q"], &alias));
        }
        if self.may_nest() && self.random.percent(9) {
            let sql = self.derived_sql();
            let alias = self.alias();
            return (format!("({sql}) AS {alias}"), Scope::of_names(&["p", "q"], &alias));
        }
        if self.random.percent(3) {
            let (from, scope) = self.two_tables();
            return (format!("({})", from_sql(&from).trim_start()), scope);
        }
        self.table_source()
    }

    /// Two tables, joined within brackets.
    fn two_tables(&mut self) -> (Vec<From>, Scope) {
        let (first, scope) = self.table_source();
        let (second, added) = self.table_source();
        let (join, constraint) = self.join(&scope, &added);
        let from = vec![
            From { join: String::new(), source: first, constraint: String::new() },
            From { join, source: second, constraint },
        ];
        (from, scope.with(&added))
    }

    pub(super) fn table_source(&mut self) -> (String, Scope) {
        let alias = self.alias();
        let table = self.table();
        let name = self.table_name(table);
        let hint = if !table.is_view() && self.random.percent(2) { " NOT INDEXED" } else { "" };
        (format!("{name} AS {alias}{hint}"), Scope::of_table(table, &alias))
    }

    /// A table-valued function, over what stands before it or alone.
    fn function_source(&mut self, scope: &Scope) -> (String, Scope) {
        let alias = self.alias();
        let column = self.column(scope).sql;
        let (call, names): (String, &[&str]) = match self.random.below(6) {
            0 => (format!("generate_series({}, {})", self.random.below(3), self.random.between(2, 6)), &[]),
            1 => (format!("generate_series(1, coalesce(length({column}), 0) % 5)"), &[]),
            2 => ("json_each('[1, \"a\", null, 2.5, \"abc\", {\"b\":[1]}]')".to_owned(), &["value", "type"]),
            3 => (format!("json_each(json_array(quote({column}), length({column}), 'abc'))"), &["key", "value"]),
            4 => ("json_tree('{\"a\":[1,{\"b\":2}],\"c\":\"abc\"}', '$.a')".to_owned(), &["atom", "fullkey"]),
            _ => {
                let table = self.table();
                (format!("pragma_table_xinfo('{}', '{}')", table.name, table.pool), &["cid", "name"])
            }
        };
        let scope = if names.is_empty() { Scope::of_numbers("value", &alias) } else { Scope::of_names(names, &alias) };
        (format!("{call} AS {alias}"), scope)
    }

    pub(super) fn table(&mut self) -> &'a Table {
        let tables = &self.schema.tables;
        &tables[self.random.below(tables.len())]
    }

    pub(super) fn table_name(&mut self, table: &Table) -> String {
        if self.schema.is_unique_name(&table.name) && self.random.percent(15) {
            table.name.clone()
        } else {
            format!("{}.{}", table.pool, table.name)
        }
    }

    /// A subquery of two columns, `p` and `q`.
    pub(super) fn derived_sql(&mut self) -> String {
        self.selects += 1;
        let count = self.random.between(1, 2);
        let (from, scope) = self.from(count);
        let conditions = if self.random.percent(40) { vec![self.condition(&scope, 1)] } else { Vec::new() };
        let mut select = Select { from, conditions, ..Select::default() };
        let column = self.column(&scope);
        let named = |sql: String, alias: &str| Item { sql, alias: Some(alias.into()) };
        match self.random.below(8) {
            0 | 1 => {
                let group = self.told_apart(&column);
                let aggregate = self.aggregate(&scope);
                select.items = vec![named(group.clone(), "p"), named(aggregate, "q")];
                select.group.push(group);
            }
            2 => {
                let window = self.window_call(&scope);
                select.items = vec![named(column.sql, "p"), named(window, "q")];
            }
            kind => {
                select.distinct = kind < 5;
                for (column, alias) in [(column, "p"), (self.column(&scope), "q")] {
                    let sql = if select.distinct { self.told_apart(&column) } else { column.sql };
                    select.items.push(named(sql, alias));
                }
                if kind == 7 {
                    return format!("{} ORDER BY {}{}", select.sql(), scope.key.join(", "), self.limit());
                }
            }
        }
        let mut sql = select.sql();
        while self.random.percent(12) {
            let operator = *self.random.pick(&["UNION ALL", "UNION ALL", "UNION", "EXCEPT", "INTERSECT"]);
            let (source, scope) = self.table_source();
            let (p, q) = (self.column(&scope), self.column(&scope));
            let (p, q) = if operator == "UNION ALL" { (p.sql, q.sql) } else { (self.told_apart(&p), self.told_apart(&q)) };
            sql = format!("{sql} {operator} SELECT {p}, {q} FROM {source}");
        }
        sql
    }

    /// How the next source is joined.
    fn join(&mut self, scope: &Scope, added: &Scope) -> (String, String) {
        let shared: Vec<String> = added
            .columns
            .iter()
            .filter(|column| scope.columns.iter().filter(|other| other.name == column.name).count() == 1)
            .map(|column| column.name.clone())
            .collect();
        let kind = *self.random.pick(&["", "", "", "INNER ", "LEFT ", "LEFT ", "LEFT OUTER ", "RIGHT ", "FULL ", "FULL OUTER "]);
        match self.random.below(20) {
            0 => (",".into(), String::new()),
            1 => (" CROSS JOIN".into(), String::new()),
            2 | 3 if !shared.is_empty() => {
                let mut names = vec![self.random.pick(&shared).clone()];
                let second = self.random.pick(&shared).clone();
                if second != names[0] && self.random.percent(40) {
                    names.push(second);
                }
                (format!(" {kind}JOIN"), format!(" USING ({})", names.join(", ")))
            }
            4 if !shared.is_empty() => (format!(" NATURAL {kind}JOIN"), String::new()),
            _ => (format!(" {kind}JOIN"), format!(" ON {}", self.join_condition(scope, added))),
        }
    }

    fn join_condition(&mut self, scope: &Scope, added: &Scope) -> String {
        let (left, right) = self.joined_columns(scope, added);
        self.joined = Some(if self.random.percent(50) { left.clone() } else { right.clone() });
        let (left, right) = (left.sql, right.sql);
        let mut condition = match self.random.below(14) {
            0 => format!("{left} <= {right}"),
            1 => format!("{left} IS {right}"),
            2 => format!("{left} + 0 = {right} + 0"),
            3 => format!("{left} = {right} COLLATE NOCASE"),
            4 => format!("{left} BETWEEN {right} - 1 AND {right} + 1"),
            5 => format!("{left} IN ({right}, {})", self.literal()),
            number if number % 2 == 0 => format!("{right} = {left}"),
            _ => format!("{left} = {right}"),
        };
        if self.random.percent(15) {
            let (left, right) = self.comparable(scope, added);
            condition = format!("{condition} AND {} = {}", right.sql, left.sql);
        }
        if self.random.percent(25) {
            condition = format!("{condition} AND {}", self.condition(&scope.with(added), 1));
        }
        condition
    }

    /// A column of each; now and then the one that was joined by last, so that columns are equal to each other by way of a third.
    fn joined_columns(&mut self, scope: &Scope, added: &Scope) -> (Visible, Visible) {
        let last = self.joined.clone().filter(|last| scope.columns.iter().any(|column| column.sql == last.sql));
        match last.filter(|_| self.random.percent(40)) {
            Some(last) => self.comparable(&Scope { columns: vec![last], key: Vec::new() }, added),
            None => self.comparable(scope, added),
        }
    }

    /// A column of each, mostly of one sort, since those of different sorts seldom meet.
    pub(super) fn comparable(&mut self, left: &Scope, right: &Scope) -> (Visible, Visible) {
        let (one, other) = (self.column(left), self.column(right));
        if one.sort == other.sort || self.random.percent(20) {
            return (one, other);
        }
        let fitting: Vec<&Visible> = right.columns.iter().filter(|column| column.sort == one.sort).collect();
        if !fitting.is_empty() {
            return (one, (*self.random.pick(&fitting)).clone());
        }
        let fitting: Vec<&Visible> = left.columns.iter().filter(|column| column.sort == other.sort).collect();
        if fitting.is_empty() { (one, other) } else { ((*self.random.pick(&fitting)).clone(), other) }
    }
}
