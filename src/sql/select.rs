//! SELECTs: WITH, the SELECTs and VALUES of a compound, their clauses, ORDER BY and LIMIT.

use super::reader::{Read, Reader};
use super::source::Source;
use crate::statement::{
    CommonTable, CompoundQuery, Expr, Materialization, NullsOrder, OrderTerm, QueryStatement, SelectItem, SetOperator, SortOrder,
};

impl Reader<'_> {
    /// Whether a SELECT, VALUES or WITH begins at the cursor.
    pub(super) fn starts_query(&self) -> bool {
        ["SELECT", "VALUES", "WITH"].iter().any(|word| self.word(word))
    }

    /// `WITH … SELECT … UNION … ORDER BY … LIMIT …`
    pub(super) fn query(&mut self) -> Read<QueryStatement> {
        self.deeper_query(Self::whole_query)
    }

    /// `SELECT … )`, behind the opening bracket.
    pub(super) fn bracketed_query(&mut self) -> Read<QueryStatement> {
        let query = self.query()?;
        self.expect_symbol(")")?;
        Ok(query)
    }

    fn whole_query(&mut self) -> Read<QueryStatement> {
        let first = self.at;
        let with = self.take_word("WITH");
        let recursive = with && self.take_word("RECURSIVE");
        let tables = if with { self.separated(Self::common_table)? } else { Vec::new() };
        let mut statement = self.core()?;
        statement.with = tables;
        statement.recursive = recursive;
        let mut sorts = statement.values.is_empty();
        while let Some(operator) = self.set_operator() {
            let query = self.core()?;
            sorts = query.values.is_empty();
            statement.compound.push(CompoundQuery { operator, query });
        }
        // ORDER BY and LIMIT belong to the last SELECT in the grammar, and VALUES cannot have them.
        if sorts {
            if self.word("ORDER") {
                statement.order_by = self.order_by()?;
            }
            if self.take_word("LIMIT") {
                (statement.limit, statement.offset) = self.limit()?;
            }
        }
        statement.span = self.source.span(first, self.at);
        Ok(statement)
    }

    /// `name (columns) AS [NOT] MATERIALIZED (SELECT …)`
    fn common_table(&mut self) -> Read<CommonTable> {
        let name = self.name()?;
        let mut columns = Vec::new();
        if self.take_symbol("(") {
            columns = self.separated(Self::name)?;
            self.expect_symbol(")")?;
        }
        self.expect_word("AS")?;
        let materialization = if self.take_word("NOT") {
            self.expect_word("MATERIALIZED")?;
            Some(Materialization::NotMaterialized)
        } else {
            self.take_word("MATERIALIZED").then_some(Materialization::Materialized)
        };
        self.expect_symbol("(")?;
        Ok(CommonTable { name, columns, materialization, query: self.bracketed_query()? })
    }

    fn set_operator(&mut self) -> Option<SetOperator> {
        if self.take_word("UNION") {
            return Some(if self.take_word("ALL") { SetOperator::UnionAll } else { SetOperator::Union });
        }
        if self.take_word("INTERSECT") {
            return Some(SetOperator::Intersect);
        }
        self.take_word("EXCEPT").then_some(SetOperator::Except)
    }

    /// One SELECT or VALUES of a compound, without ORDER BY and LIMIT.
    fn core(&mut self) -> Read<QueryStatement> {
        let first = self.at;
        let mut statement = if self.take_word("VALUES") {
            let values = self.separated(Self::row_of_values)?;
            QueryStatement { values, ..QueryStatement::default() }
        } else {
            self.expect_word("SELECT")?;
            self.clauses()?
        };
        statement.span = self.source.span(first, self.at);
        Ok(statement)
    }

    fn row_of_values(&mut self) -> Read<Vec<Expr>> {
        self.expect_symbol("(")?;
        let row = self.expressions()?;
        self.expect_symbol(")")?;
        Ok(row)
    }

    /// Everything behind SELECT up to WINDOW.
    fn clauses(&mut self) -> Read<QueryStatement> {
        let distinct = self.take_word("DISTINCT");
        let _ = !distinct && self.take_word("ALL");
        let only = self.separated(Self::result_column)?;
        let mut statement = QueryStatement { distinct, only, ..QueryStatement::default() };
        if self.take_word("FROM") {
            let (table, joins) = self.tables()?;
            statement.table = Some(table);
            statement.joins = joins;
        }
        if self.take_word("WHERE") {
            statement.filter = Some(self.expression()?);
        }
        if self.take_word("GROUP") {
            self.expect_word("BY")?;
            statement.group_by = self.expressions()?;
        }
        if self.take_word("HAVING") {
            statement.having = Some(self.expression()?);
        }
        if self.source.is_window(self.at) {
            self.at += 1;
            statement.windows = self.separated(Self::named_window)?;
        }
        Ok(statement)
    }

    fn result_column(&mut self) -> Read<SelectItem> {
        let first = self.at;
        if self.take_symbol("*") {
            return Ok(SelectItem::All { span: self.source.span(first, self.at) });
        }
        if self.source.is_symbol(first + 1, ".") && self.source.is_symbol(first + 2, "*") {
            let table = self.name()?;
            self.at += 2;
            return Ok(SelectItem::AllOf { table });
        }
        let expr = self.expression()?;
        let text = self.text_of_column(first);
        Ok(SelectItem::Expr { expr, alias: self.alias()?, text: Some(text) })
    }

    /// SQLite's text of a column runs to the next token, with the comments behind the expression, but not the blanks.
    fn text_of_column(&self, first: usize) -> String {
        let Source { text, .. } = self.source;
        let place = |index: usize| self.source.token(index).map_or(text.len(), |token| token.start);
        text[place(first)..place(self.at)].trim_end_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']).to_owned()
    }

    /// `ORDER BY …`, also that of a window or an aggregate.
    pub(super) fn order_by(&mut self) -> Read<Vec<OrderTerm>> {
        self.expect_word("ORDER")?;
        self.expect_word("BY")?;
        self.separated(Self::order_term)
    }

    fn order_term(&mut self) -> Read<OrderTerm> {
        let expr = self.expression()?;
        let order = if self.take_word("DESC") {
            SortOrder::Descending
        } else {
            let _ = self.take_word("ASC");
            SortOrder::Ascending
        };
        let nulls = if !self.take_word("NULLS") {
            None
        } else if self.take_word("FIRST") {
            Some(NullsOrder::First)
        } else {
            self.expect_word("LAST")?;
            Some(NullsOrder::Last)
        };
        Ok(OrderTerm { expr, order, nulls })
    }

    /// LIMIT and OFFSET; in `LIMIT a, b` the first is the offset.
    fn limit(&mut self) -> Read<(Option<Expr>, Option<Expr>)> {
        let first = self.expression()?;
        if self.take_word("OFFSET") {
            return Ok((Some(first), Some(self.expression()?)));
        }
        if self.take_symbol(",") {
            return Ok((Some(self.expression()?), Some(first)));
        }
        Ok((Some(first), None))
    }
}
