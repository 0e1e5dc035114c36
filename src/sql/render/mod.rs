//! Statements to SQL that reads back to the same statement.
//!
//! What the parser makes reads back as it was, but for the spans and the texts of result columns. Of what only programs can
//! write, some forms read back as the parser's form of the same: `IS NULL` written as a comparison, NOT of EXISTS, a row of one,
//! a list of one subquery behind IN, OFFSET without LIMIT, a text with a NUL byte. A named
//! [`Version`](crate::statement::Version) has no SQL and is left out.

mod window;

use std::fmt::Write as _;

use super::names::quote_identifier;
use crate::statement::{
    BinaryOperator, CommonTable, Expr, FieldReference, FunctionCall, Identifier, IndexHint, JoinConstraint, JoinKind, JoinQuery,
    Literal, Materialization, NullsOrder, OrderTerm, PatternOperator, QueryStatement, SchemaReference, SelectItem, SetOperator,
    SortOrder, TableSource, UnaryOperator,
};
use crate::value::parse_real;

/// See [`super::render_query`].
pub(super) fn render_query(query: &QueryStatement) -> String {
    let mut sql = String::new();
    write_query(&mut sql, query);
    sql
}

/// See [`super::render_expr`].
pub(super) fn render_expr(expr: &Expr) -> String {
    let mut sql = String::new();
    write_expr(&mut sql, expr);
    sql
}

/// A name, in double quotes again where it was: SQLite may take such a word for text.
fn write_name(sql: &mut String, name: &Identifier) {
    if name.double_quoted {
        let _ = write!(sql, "\"{}\"", name.name.replace('"', "\"\""));
    } else {
        write_plain_name(sql, &name.name);
    }
}

/// A name that was not in double quotes. Where it needs quotes, backticks keep SQLite from taking it for text.
fn write_plain_name(sql: &mut String, name: &str) {
    let quoted = quote_identifier(name);
    if quoted.starts_with('"') {
        let _ = write!(sql, "`{}`", name.replace('`', "``"));
    } else {
        sql.push_str(&quoted);
    }
}

fn separated<T>(sql: &mut String, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            sql.push_str(", ");
        }
        write(sql, item);
    }
}

pub(super) fn write_query(sql: &mut String, query: &QueryStatement) {
    if !query.with.is_empty() {
        sql.push_str(if query.recursive { "WITH RECURSIVE " } else { "WITH " });
        separated(sql, &query.with, write_common_table);
        sql.push(' ');
    }
    write_select(sql, query);
    for part in &query.compound {
        sql.push_str(match part.operator {
            SetOperator::Union => " UNION ",
            SetOperator::UnionAll => " UNION ALL ",
            SetOperator::Intersect => " INTERSECT ",
            SetOperator::Except => " EXCEPT ",
        });
        write_part(sql, &part.query);
    }
    write_order_by(sql, &query.order_by);
    write_limit(sql, query.limit.as_ref(), query.offset.as_ref());
}

fn write_limit(sql: &mut String, limit: Option<&Expr>, offset: Option<&Expr>) {
    match (limit, offset) {
        // Parameters without a number count in the order of the text, so that `LIMIT ?, ?` has to keep it.
        (Some(limit), Some(offset)) if !offset.span().is_empty() && offset.span().start < limit.span().start => {
            write_clause(sql, " LIMIT ", offset);
            write_clause(sql, ", ", limit);
            return;
        }
        (Some(limit), _) => write_clause(sql, " LIMIT ", limit),
        // OFFSET needs a LIMIT; a negative one is none.
        (None, Some(_)) => sql.push_str(" LIMIT -1"),
        (None, None) => {}
    }
    if let Some(offset) = offset {
        write_clause(sql, " OFFSET ", offset);
    }
}

/// A part of a compound. One with clauses that only a whole statement has is a subquery of its part.
fn write_part(sql: &mut String, query: &QueryStatement) {
    if query.is_plain_select() {
        write_select(sql, query);
    } else {
        sql.push_str("SELECT * FROM ");
        write_bracketed_query(sql, query);
    }
}

fn write_clause(sql: &mut String, keyword: &str, expr: &Expr) {
    sql.push_str(keyword);
    write_expr(sql, expr);
}

fn write_common_table(sql: &mut String, table: &CommonTable) {
    write_name(sql, &table.name);
    if !table.columns.is_empty() {
        sql.push('(');
        separated(sql, &table.columns, write_name);
        sql.push(')');
    }
    sql.push_str(match table.materialization {
        None => " AS (",
        Some(Materialization::Materialized) => " AS MATERIALIZED (",
        Some(Materialization::NotMaterialized) => " AS NOT MATERIALIZED (",
    });
    write_query(sql, &table.query);
    sql.push(')');
}

fn write_select(sql: &mut String, query: &QueryStatement) {
    if !query.values.is_empty() {
        sql.push_str("VALUES ");
        separated(sql, &query.values, |sql, row| write_list(sql, row));
        return;
    }
    sql.push_str(if query.distinct { "SELECT DISTINCT " } else { "SELECT " });
    if query.only.is_empty() {
        sql.push('*');
    }
    separated(sql, &query.only, |sql, item| match item {
        SelectItem::All { .. } => sql.push('*'),
        SelectItem::AllOf { table } => {
            write_name(sql, table);
            sql.push_str(".*");
        }
        SelectItem::Expr { expr, alias, .. } => {
            write_expr(sql, expr);
            write_alias(sql, alias.as_ref());
        }
    });
    if let Some(table) = &query.table {
        sql.push_str(" FROM ");
        write_tables(sql, table, &query.joins);
    }
    if let Some(filter) = &query.filter {
        write_clause(sql, " WHERE ", filter);
    }
    if !query.group_by.is_empty() {
        sql.push_str(" GROUP BY ");
        separated(sql, &query.group_by, write_expr);
    }
    if let Some(having) = &query.having {
        write_clause(sql, " HAVING ", having);
    }
    if !query.windows.is_empty() {
        sql.push_str(" WINDOW ");
        separated(sql, &query.windows, |sql, named| {
            write_name(sql, &named.name);
            sql.push_str(" AS ");
            window::write_window(sql, &named.window);
        });
    }
}

fn write_alias(sql: &mut String, alias: Option<&Identifier>) {
    if let Some(alias) = alias {
        sql.push_str(" AS ");
        write_name(sql, alias);
    }
}

fn write_tables(sql: &mut String, table: &TableSource, joins: &[JoinQuery]) {
    write_table(sql, table);
    for join in joins {
        write_join(sql, join);
    }
}

fn write_table(sql: &mut String, table: &TableSource) {
    match table {
        TableSource::Schema(reference) => write_schema(sql, reference),
        TableSource::Query { query, alias } => {
            write_bracketed_query(sql, query);
            write_alias(sql, alias.as_ref());
        }
        TableSource::Function(function) => {
            write_reference(sql, &function.reference);
            write_list(sql, &function.arguments);
            write_alias(sql, function.reference.alias.as_ref());
        }
        TableSource::Join(join) => {
            sql.push('(');
            write_tables(sql, &join.table, &join.joins);
            sql.push(')');
            write_alias(sql, join.alias.as_ref());
        }
    }
}

/// A table with its alias and its hint.
pub(super) fn write_schema(sql: &mut String, reference: &SchemaReference) {
    write_reference(sql, reference);
    write_alias(sql, reference.alias.as_ref());
    match &reference.indexed {
        None => {}
        Some(IndexHint::By(index)) => {
            sql.push_str(" INDEXED BY ");
            write_name(sql, index);
        }
        Some(IndexHint::Not) => sql.push_str(" NOT INDEXED"),
    }
}

fn write_reference(sql: &mut String, reference: &SchemaReference) {
    if let Some(pool) = &reference.pool {
        write_name(sql, pool);
        sql.push('.');
    }
    write_name(sql, &reference.name);
}

pub(super) fn write_field(sql: &mut String, field: &FieldReference) {
    for qualifier in [&field.pool, &field.table].into_iter().flatten() {
        write_name(sql, qualifier);
        sql.push('.');
    }
    write_name(sql, &field.name);
}

fn write_join(sql: &mut String, join: &JoinQuery) {
    sql.push_str(if join.natural { " NATURAL" } else { "" });
    sql.push_str(match join.kind {
        JoinKind::Inner => " JOIN ",
        JoinKind::Cross => " CROSS JOIN ",
        JoinKind::Left => " LEFT JOIN ",
        JoinKind::Right => " RIGHT JOIN ",
        JoinKind::Full => " FULL JOIN ",
    });
    write_table(sql, &join.table);
    match &join.constraint {
        JoinConstraint::None => {}
        JoinConstraint::On(expr) => write_clause(sql, " ON ", expr),
        JoinConstraint::Using(columns) => {
            sql.push_str(" USING (");
            separated(sql, columns, write_name);
            sql.push(')');
        }
    }
}

fn write_order_by(sql: &mut String, terms: &[OrderTerm]) {
    if terms.is_empty() {
        return;
    }
    sql.push_str(" ORDER BY ");
    separated(sql, terms, |sql, term| {
        write_expr(sql, &term.expr);
        sql.push_str(match term.order {
            SortOrder::Ascending => "",
            SortOrder::Descending => " DESC",
        });
        sql.push_str(match term.nulls {
            None => "",
            Some(NullsOrder::First) => " NULLS FIRST",
            Some(NullsOrder::Last) => " NULLS LAST",
        });
    });
}

/// The spelling of an operator.
pub(super) fn operator(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Or => "OR",
        BinaryOperator::And => "AND",
        BinaryOperator::Equal => "=",
        BinaryOperator::NotEqual => "<>",
        BinaryOperator::Is => "IS",
        BinaryOperator::IsNot => "IS NOT",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::BitAnd => "&",
        BinaryOperator::BitOr => "|",
        BinaryOperator::ShiftLeft => "<<",
        BinaryOperator::ShiftRight => ">>",
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Remainder => "%",
        BinaryOperator::Concat => "||",
        BinaryOperator::JsonArrow => "->",
        BinaryOperator::JsonLongArrow => "->>",
    }
}

/// An expression; all but names, constants, calls and what has brackets of its own stands in brackets.
pub(super) fn write_expr(sql: &mut String, expr: &Expr) {
    match expr {
        Expr::Literal(literal) => write_literal(sql, literal),
        Expr::Field(field) => write_field(sql, field),
        Expr::Parameter { name, .. } => sql.push_str(name),
        Expr::Subquery(query) => write_bracketed_query(sql, query),
        Expr::Exists { query, negated: false } => {
            sql.push_str("EXISTS ");
            write_bracketed_query(sql, query);
        }
        Expr::Cast { operand, type_name } => {
            write_clause(sql, "CAST(", operand);
            let _ = write!(sql, " AS {type_name})");
        }
        Expr::Case(case) => {
            sql.push_str("CASE");
            if let Some(operand) = &case.operand {
                write_clause(sql, " ", operand);
            }
            for (when, then) in &case.branches {
                write_clause(sql, " WHEN ", when);
                write_clause(sql, " THEN ", then);
            }
            if let Some(otherwise) = &case.otherwise {
                write_clause(sql, " ELSE ", otherwise);
            }
            sql.push_str(" END");
        }
        Expr::Function(call) => write_call(sql, call),
        Expr::Row(items) => write_list(sql, items),
        _ => {
            sql.push('(');
            write_operation(sql, expr);
            sql.push(')');
        }
    }
}

/// `(a, b, …)`
fn write_list(sql: &mut String, items: &[Expr]) {
    sql.push('(');
    separated(sql, items, write_expr);
    sql.push(')');
}

fn write_bracketed_query(sql: &mut String, query: &QueryStatement) {
    sql.push('(');
    write_query(sql, query);
    sql.push(')');
}

fn write_operation(sql: &mut String, expr: &Expr) {
    let not = |negated: bool| if negated { " NOT" } else { "" };
    match expr {
        // A minus in front of a number is the number's own sign.
        Expr::Unary { operator: UnaryOperator::Minus, operand }
            if matches!(**operand, Expr::Literal(Literal::Integer(_) | Literal::Real(_))) =>
        {
            write_clause(sql, "- (", operand);
            sql.push(')');
        }
        Expr::Unary { operator, operand } => {
            let spelling = match operator {
                UnaryOperator::Minus => "- ",
                UnaryOperator::Plus => "+ ",
                UnaryOperator::BitNot => "~ ",
                UnaryOperator::Not => "NOT ",
            };
            write_clause(sql, spelling, operand);
        }
        Expr::Binary { left, operator, right } => {
            write_expr(sql, left);
            let _ = write!(sql, " {} ", self::operator(*operator));
            write_expr(sql, right);
        }
        Expr::IsNull { operand, negated } => {
            write_expr(sql, operand);
            sql.push_str(if *negated { " NOTNULL" } else { " ISNULL" });
        }
        Expr::Between { operand, low, high, negated } => {
            write_expr(sql, operand);
            sql.push_str(not(*negated));
            write_clause(sql, " BETWEEN ", low);
            write_clause(sql, " AND ", high);
        }
        Expr::Pattern { operand, operator, pattern, escape, negated } => {
            write_expr(sql, operand);
            sql.push_str(not(*negated));
            let spelling = match operator {
                PatternOperator::Like => " LIKE ",
                PatternOperator::Glob => " GLOB ",
                PatternOperator::Regexp => " REGEXP ",
                PatternOperator::Match => " MATCH ",
            };
            write_clause(sql, spelling, pattern);
            if let Some(escape) = escape {
                write_clause(sql, " ESCAPE ", escape);
            }
        }
        Expr::InList { operand, list, negated } => {
            write_expr(sql, operand);
            let _ = write!(sql, "{} IN ", not(*negated));
            write_list(sql, list);
        }
        Expr::InQuery { operand, query, negated } => {
            write_expr(sql, operand);
            let _ = write!(sql, "{} IN ", not(*negated));
            write_bracketed_query(sql, query);
        }
        Expr::Exists { query, .. } => {
            sql.push_str("NOT EXISTS ");
            write_bracketed_query(sql, query);
        }
        Expr::Collate { operand, collation } => {
            write_expr(sql, operand);
            sql.push_str(" COLLATE ");
            write_name(sql, collation);
        }
        other => write_expr(sql, other),
    }
}

/// Keywords that SQLite has as functions, too.
const FUNCTION_WORDS: [&str; 4] = ["glob", "if", "like", "replace"];

fn write_call(sql: &mut String, call: &FunctionCall) {
    if FUNCTION_WORDS.iter().any(|word| call.name.is(word)) {
        sql.push_str(&call.name.name);
    } else {
        write_name(sql, &call.name);
    }
    sql.push('(');
    if call.star {
        sql.push('*');
    }
    if call.distinct {
        sql.push_str("DISTINCT ");
    }
    separated(sql, &call.arguments, write_expr);
    write_order_by(sql, &call.order_by);
    sql.push(')');
    if let Some(filter) = &call.filter {
        write_clause(sql, " FILTER (WHERE ", filter);
        sql.push(')');
    }
    if let Some(over) = &call.over {
        sql.push_str(" OVER ");
        window::write_over(sql, over);
    }
}

fn write_literal(sql: &mut String, literal: &Literal) {
    let _ = match literal {
        Literal::Null => write!(sql, "NULL"),
        Literal::Integer(integer) if *integer < 0 => write!(sql, "({integer})"),
        Literal::Integer(integer) => write!(sql, "{integer}"),
        Literal::Real(real) => {
            write_real(sql, *real);
            Ok(())
        }
        Literal::Text(text) => {
            write_text(sql, text);
            Ok(())
        }
        Literal::Blob(bytes) => {
            sql.push_str("x'");
            for byte in bytes {
                let _ = write!(sql, "{byte:02x}");
            }
            write!(sql, "'")
        }
        Literal::Boolean(true) => write!(sql, "TRUE"),
        Literal::Boolean(false) => write!(sql, "FALSE"),
        Literal::Now(word) => write!(sql, "{word}"),
    };
}

/// The fewest digits from which SQLite reads the same bits again: mostly Rust's own, else 17 significant ones. Not-a-number is
/// NULL in SQLite.
fn write_real(sql: &mut String, real: f64) {
    let _ = if real.is_nan() {
        write!(sql, "NULL")
    } else if real.is_sign_negative() {
        write!(sql, "(-{})", positive_real(-real))
    } else {
        write!(sql, "{}", positive_real(real))
    };
}

fn positive_real(real: f64) -> String {
    if real.is_infinite() {
        return "9e999".to_owned();
    }
    let shortest = format!("{real:?}");
    if parse_real(&shortest).to_bits() == real.to_bits() { shortest } else { format!("{real:.16e}") }
}

/// A text; SQL ends at a NUL byte, so that a text with one is put together by `char(0)`.
fn write_text(sql: &mut String, text: &str) {
    if text.contains('\0') {
        let parts: Vec<String> = text.split('\0').map(|part| format!("'{}'", part.replace('\'', "''"))).collect();
        let _ = write!(sql, "({})", parts.join(" || char(0) || "));
    } else {
        let _ = write!(sql, "'{}'", text.replace('\'', "''"));
    }
}
