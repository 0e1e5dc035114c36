//! Random queries over a random schema, built so that SQL leaves as little open as possible.

use super::query::{From, Item, Query, Select, Term};
use super::schema::{Column, Schema, Table};
use crate::support::{Random, SortKey};

/// A column that an expression may name.
#[derive(Debug, Clone)]
struct Visible {
    sql: String,
    name: String,
    collation: &'static str,
    look_alikes: bool,
    numeric: bool,
}

#[derive(Debug)]
pub(crate) struct Generator<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) schema: &'a Schema,
    aliases: usize,
}

impl<'a> Generator<'a> {
    pub(crate) fn new(random: &'a mut Random, schema: &'a Schema) -> Self {
        Self { random, schema, aliases: 0 }
    }

    pub(crate) fn query(&mut self) -> Query {
        let with = if self.random.percent(10) { vec![("cte".to_owned(), self.derived_sql())] } else { Vec::new() };
        let compound = self.random.percent(12);
        let (first, mut keys) = self.select(!with.is_empty(), if compound { Some(0) } else { None });
        let mut more = Vec::new();
        if compound {
            for _ in 0..self.random.between(1, 2) {
                let operator = *self.random.pick(&["UNION ALL", "UNION", "INTERSECT", "EXCEPT", "UNION ALL"]);
                more.push((operator, self.select(false, Some(first.items.len())).0));
            }
            keys.fill(None);
        }
        let star = first.items.iter().any(|item| item.sql.ends_with('*'));
        // SQLite 3.53 loses a later arm's columns (`no such column`) when that arm has a GROUP BY and the compound an ORDER BY.
        let loses_columns = more.iter().any(|(_, select): &(_, Select)| !select.group.is_empty());
        let order =
            if star || loses_columns || !self.random.percent(45) { Vec::new() } else { self.order(&first, &keys, compound) };
        let total = order.len() == first.items.len();
        let limit = (total && self.random.percent(50)).then(|| self.limit());
        Query { with, first, more, order, limit }
    }

    fn limit(&mut self) -> String {
        let limit = self.random.below(12);
        match self.random.below(4) {
            0 => format!("LIMIT {limit} OFFSET {}", self.random.below(6)),
            1 => format!("LIMIT {} - 1", limit + 1),
            2 if self.random.percent(10) => "LIMIT -1 OFFSET 2".into(),
            _ => format!("LIMIT {limit}"),
        }
    }

    /// ORDER BY of output columns; `keys` holds their collations, None where only an explicit COLLATE makes it known.
    fn order(&mut self, select: &Select, keys: &[Option<&'static str>], compound: bool) -> Vec<Term> {
        let mut columns: Vec<usize> = (0..select.items.len()).collect();
        for index in (1..columns.len()).rev() {
            let other = self.random.below(index + 1);
            columns.swap(index, other);
        }
        if self.random.percent(40) {
            columns.truncate(self.random.between(1, columns.len()));
        }
        columns.into_iter().map(|column| self.term(select, keys, compound, column)).collect()
    }

    fn term(&mut self, select: &Select, keys: &[Option<&'static str>], compound: bool, column: usize) -> Term {
        let item = &select.items[column];
        let mut sql = match (&item.alias, self.random.below(3)) {
            (Some(alias), 0) => alias.clone(),
            // A literal number would be a position, and an aggregate's text may hold what ORDER BY reads otherwise.
            (None, 1) if !compound && item.sql.contains('.') && !item.sql.contains('(') => item.sql.clone(),
            _ => (column + 1).to_string(),
        };
        let collation = match keys[column] {
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
        Term { sql, key: SortKey { column, collation, descending, nulls_first } }
    }

    /// A SELECT and its output columns' collations where known. `arms`: of a compound, with so many columns (0: as it likes).
    fn select(&mut self, with: bool, arms: Option<usize>) -> (Select, Vec<Option<&'static str>>) {
        let count = match self.random.below(10) {
            0 | 1 => 1,
            2..=6 => 2,
            7 | 8 => 3,
            _ => 4,
        };
        let (from, scope) = self.from(count, with);
        let condition_count = *self.random.pick(&[0, 0, 0, 1, 1, 1, 2]);
        let conditions = (0..condition_count).map(|_| self.condition(&scope, 2)).collect();
        let mut select = Select { from, conditions, ..Select::default() };
        let columns_wanted = match arms {
            Some(columns) if columns > 0 => columns,
            _ => self.random.between(1, 4),
        };
        let keys = if self.random.percent(35) {
            self.grouped(&mut select, &scope, columns_wanted)
        } else if arms.is_none() && self.random.percent(8) {
            let source = format!("{}.*", scope[0].sql.split('.').next().unwrap_or_default());
            let sql = if self.random.percent(50) || source.starts_with('(') { "*".into() } else { source };
            select.items.push(Item { sql, alias: None });
            vec![None]
        } else {
            select.distinct = self.random.percent(15);
            let merged = select.distinct || arms.is_some();
            (0..columns_wanted).map(|index| self.item(&mut select, &scope, merged, index)).collect()
        };
        (select, keys)
    }

    fn item(&mut self, select: &mut Select, scope: &[Visible], merged: bool, index: usize) -> Option<&'static str> {
        let (sql, collation) = if self.random.percent(65) {
            let column = self.random.pick(scope).clone();
            if merged { (self.told_apart(&column), None) } else { (column.sql, Some(column.collation)) }
        } else {
            (self.expression(scope, 2), None)
        };
        let alias = (collation.is_none() || self.random.percent(40)).then(|| format!("o{index}"));
        select.items.push(Item { sql, alias });
        collation
    }

    /// The column, mostly made so that equal values are equal to the bit, for places where one stands for all its equals.
    fn told_apart(&mut self, column: &Visible) -> String {
        match column.collation {
            _ if !column.look_alikes || self.random.percent(25) => column.sql.clone(),
            "NOCASE" => format!("lower({})", column.sql),
            "RTRIM" => format!("rtrim({})", column.sql),
            _ => format!("CAST({} AS TEXT)", column.sql),
        }
    }

    fn grouped(&mut self, select: &mut Select, scope: &[Visible], columns_wanted: usize) -> Vec<Option<&'static str>> {
        let group_count = self.random.below(3).min(columns_wanted);
        let mut keys = Vec::new();
        for index in 0..group_count {
            let column = self.random.pick(scope).clone();
            let group = if self.random.percent(75) { self.told_apart(&column) } else { self.expression(scope, 1) };
            // A number alone would be a position, and a constant says nothing.
            if group.contains('.') || group.contains('(') {
                select.items.push(Item { sql: group.clone(), alias: Some(format!("g{index}")) });
                select.group.push(group);
                keys.push(None);
            }
        }
        while select.items.len() < columns_wanted {
            let index = select.items.len();
            let sql = self.aggregate(scope);
            select.items.push(Item { sql, alias: Some(format!("n{index}")) });
            keys.push(None);
        }
        if !select.group.is_empty() && self.random.percent(25) {
            let aggregate = self.aggregate(scope);
            let value = self.literal();
            let operator = *self.random.pick(&["=", "<>", "<", ">=", ">"]);
            select.having = Some(format!("{aggregate} {operator} {value}"));
        }
        keys
    }

    fn aggregate(&mut self, scope: &[Visible]) -> String {
        let column = self.random.pick(scope).clone();
        let argument = if self.random.percent(75) { column.sql.clone() } else { self.expression(scope, 1) };
        let distinct = if self.random.percent(15) { "DISTINCT " } else { "" };
        let apart = if column.look_alikes { self.told_apart(&column) } else { column.sql.clone() };
        let filter =
            if self.random.percent(15) { format!(" FILTER (WHERE {})", self.condition(scope, 1)) } else { String::new() };
        // A sum over the distinct of 1 and '1' counts both, and one over look-alikes counts whichever came first.
        let number = if column.look_alikes && !distinct.is_empty() { apart.clone() } else { argument.clone() };
        let call = match self.random.below(12) {
            0 | 1 => "count(*)".to_owned(),
            2 | 3 => format!("count({distinct}{argument})"),
            4 | 5 => format!("sum({distinct}{number})"),
            6 => format!("total({distinct}{number})"),
            7 => format!("avg({distinct}{number})"),
            8 | 9 => format!("min({apart})"),
            10 => format!("max({apart})"),
            _ => format!("group_concat({apart}, '|' ORDER BY {apart}, typeof({apart}))"),
        };
        format!("{call}{filter}")
    }

    fn from(&mut self, count: usize, with: bool) -> (Vec<From>, Vec<Visible>) {
        let mut from = Vec::new();
        let mut scope: Vec<Visible> = Vec::new();
        for index in 0..count {
            let alias = self.alias();
            let (source, columns) = self.source(&alias, with && index == 0);
            let (join, constraint) = if index == 0 { ("", String::new()) } else { self.join(&scope, &columns) };
            scope.extend(columns);
            from.push(From { join, source, constraint });
        }
        (from, scope)
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("r{}", self.aliases)
    }

    fn source(&mut self, alias: &str, with: bool) -> (String, Vec<Visible>) {
        if with {
            return (format!("cte AS {alias}"), derived_columns(alias));
        }
        if self.random.percent(8) {
            return (format!("({}) AS {alias}", self.derived_sql()), derived_columns(alias));
        }
        let table = self.table();
        let name = self.table_name(table);
        (format!("{name} AS {alias}"), columns(table, alias))
    }

    fn table(&mut self) -> &'a Table {
        let tables = &self.schema.tables;
        &tables[self.random.below(tables.len())]
    }

    fn table_name(&mut self, table: &Table) -> String {
        if self.schema.is_unique_name(table.name) && self.random.percent(15) {
            table.name.to_owned()
        } else {
            format!("{}.{}", table.pool, table.name)
        }
    }

    /// A subquery of two columns, `p` and `q`.
    fn derived_sql(&mut self) -> String {
        let count = self.random.between(1, 2);
        let (from, scope) = self.from(count, false);
        let conditions = if self.random.percent(40) { vec![self.condition(&scope, 1)] } else { Vec::new() };
        let mut select = Select { from, conditions, ..Select::default() };
        let column = self.random.pick(&scope).clone();
        match self.random.below(3) {
            0 => {
                let group = self.told_apart(&column);
                select.items.push(Item { sql: group.clone(), alias: Some("p".into()) });
                let aggregate = self.aggregate(&scope);
                select.items.push(Item { sql: aggregate, alias: Some("q".into()) });
                select.group.push(group);
            }
            kind => {
                select.distinct = kind == 1;
                let second = self.random.pick(&scope).clone();
                for (column, alias) in [(column, "p"), (second, "q")] {
                    let sql = if select.distinct { self.told_apart(&column) } else { column.sql };
                    select.items.push(Item { sql, alias: Some(alias.into()) });
                }
            }
        }
        let mut sql = select.sql();
        if self.random.percent(8) {
            let (from, scope) = self.from(1, false);
            let (p, q) = (self.random.pick(&scope).sql.clone(), self.random.pick(&scope).sql.clone());
            let items = vec![Item { sql: p, alias: None }, Item { sql: q, alias: None }];
            sql = format!("{sql} UNION ALL {}", Select { items, from, ..Select::default() }.sql());
        }
        sql
    }

    /// How the next source is joined.
    fn join(&mut self, scope: &[Visible], columns: &[Visible]) -> (&'static str, String) {
        let shared: Vec<String> = columns
            .iter()
            .filter(|column| scope.iter().filter(|other| other.name == column.name).count() == 1)
            .map(|column| column.name.clone())
            .collect();
        let kind = *self.random.pick(&[
            " JOIN",
            " JOIN",
            " JOIN",
            " INNER JOIN",
            " LEFT JOIN",
            " LEFT JOIN",
            " LEFT OUTER JOIN",
            " RIGHT JOIN",
            " FULL JOIN",
            " FULL OUTER JOIN",
        ]);
        match self.random.below(20) {
            0 => (",", String::new()),
            1 => (" CROSS JOIN", String::new()),
            2 | 3 if !shared.is_empty() => {
                let name = self.random.pick(&shared).clone();
                (kind, format!(" USING ({name})"))
            }
            4 if !shared.is_empty() => {
                let natural = [" NATURAL JOIN", " NATURAL LEFT JOIN", " NATURAL INNER JOIN"];
                (*self.random.pick(&natural), String::new())
            }
            _ => {
                let left = self.random.pick(scope).clone();
                let right = self.random.pick(columns).clone();
                let (left, right) = self.comparable(scope, columns, left, right);
                let mut constraint = match self.random.below(12) {
                    0 => format!(" ON {} <= {}", left.sql, right.sql),
                    1 => format!(" ON {} IS {}", left.sql, right.sql),
                    2 => format!(" ON {} + 0 = {} + 0", left.sql, right.sql),
                    3 => format!(" ON {} = {} COLLATE NOCASE", left.sql, right.sql),
                    number if number % 2 == 0 => format!(" ON {} = {}", right.sql, left.sql),
                    _ => format!(" ON {} = {}", left.sql, right.sql),
                };
                if self.random.percent(25) {
                    let all: Vec<Visible> = scope.iter().chain(columns).cloned().collect();
                    let residual = self.condition(&all, 1);
                    constraint = format!("{constraint} AND {residual}");
                }
                (kind, constraint)
            }
        }
    }

    /// Mostly columns of one sort, since those of different sorts seldom meet.
    fn comparable(&mut self, scope: &[Visible], columns: &[Visible], left: Visible, right: Visible) -> (Visible, Visible) {
        if left.numeric == right.numeric || self.random.percent(20) {
            return (left, right);
        }
        let fitting: Vec<&Visible> = columns.iter().filter(|column| column.numeric == left.numeric).collect();
        if !fitting.is_empty() {
            let right = (*self.random.pick(&fitting)).clone();
            return (left, right);
        }
        let fitting: Vec<&Visible> = scope.iter().filter(|column| column.numeric == right.numeric).collect();
        if fitting.is_empty() { (left, right) } else { ((*self.random.pick(&fitting)).clone(), right) }
    }

    fn condition(&mut self, scope: &[Visible], depth: usize) -> String {
        let column = self.random.pick(scope).clone();
        let operand = if self.random.percent(70) { column.sql } else { self.expression(scope, depth.min(1)) };
        let not = if self.random.percent(25) { "NOT " } else { "" };
        match self.random.below(if depth == 0 { 11 } else { 17 }) {
            0..=3 => {
                let operator = *self.random.pick(&["=", "<>", "<", "<=", ">", ">=", "!=", "==", "IS", "IS NOT"]);
                let other = match self.random.below(3) {
                    0 => self.random.pick(scope).sql.clone(),
                    1 => self.expression(scope, depth.min(1)),
                    _ => self.literal(),
                };
                let collate = if self.random.percent(6) { " COLLATE NOCASE" } else { "" };
                format!("{operand} {operator} {other}{collate}")
            }
            4 => {
                let list: Vec<String> = (0..self.random.between(1, 5)).map(|_| self.literal()).collect();
                format!("{operand} {not}IN ({})", list.join(", "))
            }
            5 => format!("{operand} {not}BETWEEN {} AND {}", self.literal(), self.literal()),
            6 => {
                let pattern = *self.random.pick(&["'a%'", "'%b%'", "'_'", "'%'", "'x\\%y' ESCAPE '\\'", "'abc'", "'%5%'"]);
                format!("{operand} {not}LIKE {pattern}")
            }
            7 => format!("{operand} IS {not}NULL"),
            8 => format!("{operand} {not}GLOB {}", self.random.pick(&["'a*'", "'*b*'", "'?'", "'[a-c]*'"])),
            9 => format!("{not}{operand}"),
            10 => format!("CASE WHEN {operand} > {} THEN 1 ELSE {} END", self.literal(), self.literal()),
            11 | 12 => format!("({} OR {})", self.condition(scope, depth - 1), self.condition(scope, depth - 1)),
            13 => format!("NOT ({} AND {})", self.condition(scope, depth - 1), self.condition(scope, depth - 1)),
            14 => self.in_subquery(scope, &operand, not),
            15 => self.exists(scope, not),
            _ => {
                let operator = *self.random.pick(&["=", "<", ">=", "<>"]);
                format!("{operand} {operator} {}", self.scalar_subquery(scope))
            }
        }
    }

    fn in_subquery(&mut self, scope: &[Visible], operand: &str, not: &str) -> String {
        let table = self.table();
        let alias = self.alias();
        let inner = columns(table, &alias);
        let name = self.table_name(table);
        let column = self.random.pick(&inner).sql.clone();
        let condition = if self.random.percent(40) { format!(" WHERE {}", self.condition(&inner, 0)) } else { String::new() };
        let correlated = if self.random.percent(20) {
            let word = if condition.is_empty() { "WHERE" } else { "AND" };
            format!(" {word} {} = {}", self.random.pick(&inner).sql, self.random.pick(scope).sql)
        } else {
            String::new()
        };
        format!("{operand} {not}IN (SELECT {column} FROM {name} AS {alias}{condition}{correlated})")
    }

    fn exists(&mut self, scope: &[Visible], not: &str) -> String {
        let table = self.table();
        let alias = self.alias();
        let inner = columns(table, &alias);
        let name = self.table_name(table);
        let outer = self.random.pick(scope).clone();
        let column = self.random.pick(&inner).clone();
        let (outer, column) = self.comparable(scope, &inner, outer, column);
        let mut condition = format!("{} = {}", column.sql, outer.sql);
        if self.random.percent(10) {
            condition = self.condition(&inner, 0);
        }
        if self.random.percent(35) {
            let all: Vec<Visible> = scope.iter().chain(&inner).cloned().collect();
            condition = format!("{condition} AND {}", self.condition(&all, 0));
        }
        format!("{not}EXISTS (SELECT 1 FROM {name} AS {alias} WHERE {condition})")
    }

    fn scalar_subquery(&mut self, scope: &[Visible]) -> String {
        let table = self.table();
        let alias = self.alias();
        let inner = columns(table, &alias);
        let name = self.table_name(table);
        let aggregate = self.aggregate(&inner);
        let condition = match self.random.below(3) {
            0 => String::new(),
            1 => format!(" WHERE {}", self.condition(&inner, 0)),
            _ => format!(" WHERE {} = {}", self.random.pick(&inner).sql, self.random.pick(scope).sql),
        };
        format!("(SELECT {aggregate} FROM {name} AS {alias}{condition})")
    }

    fn expression(&mut self, scope: &[Visible], depth: usize) -> String {
        if depth == 0 {
            return if self.random.percent(75) { self.random.pick(scope).sql.clone() } else { self.literal() };
        }
        let one = self.expression(scope, depth - 1);
        let two = self.expression(scope, depth - 1);
        match self.random.below(24) {
            0..=3 => format!("({one} {} {two})", self.random.pick(&["+", "-", "*", "/", "%"])),
            4 | 5 => format!("({one} || {two})"),
            6 => format!("({one} {} {two})", self.random.pick(&["=", "<", ">=", "IS", "<>", "AND", "OR"])),
            7 => format!("({one} {} {two})", self.random.pick(&["&", "|", "<<", ">>"])),
            8 => format!("CASE WHEN {} THEN {one} ELSE {two} END", self.condition(scope, 0)),
            9 => format!("CASE {one} WHEN {} THEN {two} END", self.literal()),
            10 => format!("coalesce({one}, {two})"),
            11 => format!("CAST({one} AS {})", self.random.pick(&["INTEGER", "TEXT", "REAL", "NUMERIC", "BLOB"])),
            12 => format!("length({one})"),
            13 => {
                format!("{}({one})", self.random.pick(&["upper", "lower", "trim", "hex", "quote", "typeof", "unicode", "sign"]))
            }
            14 => format!("substr({one}, {}, {})", self.random.between(1, 3), self.random.below(4)),
            15 => format!("{}({one}, {two})", self.random.pick(&["nullif", "ifnull", "max", "min", "instr"])),
            16 => format!("round({one}, 1)"),
            17 => format!("replace({one}, 'a', {two})"),
            18 => format!("-{one}"),
            19 => format!("+{one}"),
            20 => format!("({one} IS {}NULL)", self.random.pick(&["", "NOT "])),
            21 => format!("({one} IN ({two}, {}))", self.literal()),
            22 if self.random.percent(30) => self.scalar_subquery(scope),
            _ => one,
        }
    }

    fn literal(&mut self) -> String {
        const USUAL: [&str; 20] = [
            "0",
            "1",
            "2",
            "3",
            "5",
            "7",
            "10",
            "-1",
            "2.5",
            "1.0",
            "0.5",
            "'abc'",
            "'ABC'",
            "'b'",
            "'5'",
            "'007'",
            "'2.5'",
            "''",
            "x'616263'",
            "NULL",
        ];
        const RARE: [&str; 8] =
            ["9007199254740993", "9007199254740992.0", "9223372036854775807", "0x1F", "'1e1'", "-0.0", "1e999", "'abc '"];
        (*if self.random.percent(6) { self.random.pick(&RARE) } else { self.random.pick(&USUAL) }).to_owned()
    }
}

fn columns(table: &Table, alias: &str) -> Vec<Visible> {
    let visible = |column: &Column| Visible {
        sql: format!("{alias}.{}", column.name),
        name: column.name.to_owned(),
        collation: column.collation,
        look_alikes: column.has_look_alikes(),
        numeric: matches!(column.declared, "INTEGER" | "INT" | "REAL" | "NUMERIC"),
    };
    table.columns.iter().map(visible).collect()
}

fn derived_columns(alias: &str) -> Vec<Visible> {
    let visible = |name: &str| Visible {
        sql: format!("{alias}.{name}"),
        name: name.to_owned(),
        // The collation of a subquery's column is that of what it holds; not known here, so never relied on.
        collation: "UNKNOWN",
        look_alikes: true,
        numeric: true,
    };
    vec![visible("p"), visible("q")]
}
