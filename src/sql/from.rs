//! FROM: tables, subqueries, table-valued functions, brackets and joins.

use super::reader::{Read, Reader};
use crate::statement::{
    Identifier, IndexHint, JoinConstraint, JoinKind, JoinQuery, JoinedTables, SchemaReference, TableFunction, TableSource,
};

/// The tables of a FROM: the first, and those joined to it.
type Tables = (TableSource, Vec<JoinQuery>);

/// What one place of a FROM holds.
enum Item {
    Table(TableSource),
    /// Brackets around tables, with the alias behind them.
    Brackets(Tables, Option<Identifier>),
}

/// The words that may stand before JOIN.
const JOIN_WORDS: [&str; 7] = ["NATURAL", "INNER", "CROSS", "OUTER", "LEFT", "RIGHT", "FULL"];

/// What the words before JOIN mean together, by the rules of `sqlite3JoinType`; None for those that contradict each other.
fn join_kind(words: &[&str]) -> Option<JoinKind> {
    let has = |word| words.contains(&word);
    let (left, right) = (has("LEFT") || has("FULL"), has("RIGHT") || has("FULL"));
    let inner = has("INNER") || has("CROSS");
    match (left, right) {
        (false, false) if has("OUTER") => None,
        (false, false) => Some(if has("CROSS") { JoinKind::Cross } else { JoinKind::Inner }),
        _ if inner => None,
        (true, true) => Some(JoinKind::Full),
        (true, false) => Some(JoinKind::Left),
        (false, true) => Some(JoinKind::Right),
    }
}

impl Reader<'_> {
    /// The tables behind FROM or an opening bracket.
    pub(super) fn tables(&mut self) -> Read<Tables> {
        let item = self.item()?;
        let constraint = self.constraint()?;
        if constraint != JoinConstraint::None {
            return Err("a JOIN clause is required before ON or USING".to_owned());
        }
        let (table, mut joins) = match item {
            Item::Table(table) => (table, Vec::new()),
            // Brackets at the beginning are only brackets (`seltablist ::= stl_prefix LP seltablist RP as on_using`).
            Item::Brackets(tables, None) => tables,
            Item::Brackets(tables, alias) => (bracketed(tables, alias), Vec::new()),
        };
        while let Some((kind, natural)) = self.join_operator()? {
            let table = match self.item()? {
                Item::Table(table) => table,
                Item::Brackets(tables, alias) => bracketed(tables, alias),
            };
            joins.push(JoinQuery { kind, natural, table, constraint: self.constraint()? });
        }
        Ok((table, joins))
    }

    /// The operator at the cursor with whether it is NATURAL; None at the end of a FROM.
    fn join_operator(&mut self) -> Read<Option<(JoinKind, bool)>> {
        if self.take_symbol(",") || self.take_word("JOIN") {
            return Ok(Some((JoinKind::Inner, false)));
        }
        // The grammar takes one of these words and up to two names, which then have to be such words as well.
        let mut words = Vec::new();
        while words.len() < 3
            && let Some(word) = JOIN_WORDS.into_iter().find(|word| self.take_word(word))
        {
            words.push(word);
        }
        if words.is_empty() {
            return Ok(None);
        }
        self.expect_word("JOIN")?;
        match join_kind(&words) {
            Some(kind) => Ok(Some((kind, words.contains(&"NATURAL")))),
            None => Err("a join that SQLite does not have".to_owned()),
        }
    }

    fn item(&mut self) -> Read<Item> {
        if self.take_symbol("(") {
            if self.starts_query() {
                let query = Box::new(self.bracketed_query()?);
                return Ok(Item::Table(TableSource::Query { query, alias: self.alias()? }));
            }
            let tables = self.deeper_query(Self::tables)?;
            self.expect_symbol(")")?;
            return Ok(Item::Brackets(tables, self.alias()?));
        }
        let first = self.at;
        let (pool, name) = self.qualified_name()?;
        let mut reference = SchemaReference::named(pool, name);
        if self.take_symbol("(") {
            let arguments = if self.symbol(")") { Vec::new() } else { self.expressions()? };
            self.expect_symbol(")")?;
            let span = self.source.span(first, self.at);
            reference.alias = self.alias()?;
            return Ok(Item::Table(TableSource::Function(TableFunction { reference, arguments, span })));
        }
        reference.alias = self.alias()?;
        reference.indexed = self.index_hint()?;
        Ok(Item::Table(TableSource::Schema(reference)))
    }

    /// `INDEXED BY name` or `NOT INDEXED`.
    fn index_hint(&mut self) -> Read<Option<IndexHint>> {
        if self.take_word("INDEXED") {
            self.expect_word("BY")?;
            return self.name().map(|name| Some(IndexHint::By(name)));
        }
        if self.take_word("NOT") {
            self.expect_word("INDEXED")?;
            return Ok(Some(IndexHint::Not));
        }
        Ok(None)
    }

    fn constraint(&mut self) -> Read<JoinConstraint> {
        if self.take_word("ON") {
            return self.expression().map(JoinConstraint::On);
        }
        if self.take_word("USING") {
            self.expect_symbol("(")?;
            let columns = self.separated(Self::name)?;
            self.expect_symbol(")")?;
            return Ok(JoinConstraint::Using(columns));
        }
        Ok(JoinConstraint::None)
    }

    /// Behind IN: `pool.table` or `pool.function(…)`, of which SQLite makes `SELECT * FROM …`.
    pub(super) fn table_of_in(&mut self) -> Read<TableSource> {
        let first = self.at;
        let (pool, name) = self.qualified_name()?;
        let reference = SchemaReference::named(pool, name);
        if !self.take_symbol("(") {
            return Ok(TableSource::Schema(reference));
        }
        // Here, unlike in FROM, empty brackets are as none (`paren_exprlist`).
        if self.take_symbol(")") {
            return Ok(TableSource::Schema(reference));
        }
        let arguments = self.expressions()?;
        self.expect_symbol(")")?;
        Ok(TableSource::Function(TableFunction { reference, arguments, span: self.source.span(first, self.at) }))
    }
}

/// Tables in brackets that stand behind another table, or have an alias. A single one loses its own alias and hint, as in SQLite.
fn bracketed((mut table, joins): Tables, alias: Option<Identifier>) -> TableSource {
    if !joins.is_empty() {
        return TableSource::Join(JoinedTables { table: Box::new(table), joins, alias });
    }
    match &mut table {
        TableSource::Schema(reference) | TableSource::Function(TableFunction { reference, .. }) => {
            reference.alias = alias;
            reference.indexed = None;
        }
        TableSource::Query { alias: own, .. } => *own = alias,
        TableSource::Join(join) => join.alias = alias,
    }
    table
}
