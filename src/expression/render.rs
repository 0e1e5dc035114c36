//! Bound expressions as SQL that SQLite reads back as the same expression.

use crate::bind::{ArithmeticOperator, BoundExpr, ColumnId, CompareOperator};
use crate::statement::PatternOperator;
use crate::value::{Value, format_real, parse_real};

/// The SQL of `expr` in SQLite's syntax, fully parenthesised, each column as `name(id)`, values that have no exact
/// literal form and scalar subqueries through `parameter`. `parameter` is also asked for EXISTS, and with the whole
/// `x IN (SELECT …)` for what stands after IN.
pub(crate) fn render_expr(
    expr: &BoundExpr,
    name: &dyn Fn(ColumnId) -> String,
    parameter: &mut dyn FnMut(&BoundExpr) -> String,
) -> String {
    Renderer { name, parameter }.render(expr)
}

struct Renderer<'a> {
    name: &'a dyn Fn(ColumnId) -> String,
    parameter: &'a mut dyn FnMut(&BoundExpr) -> String,
}

impl Renderer<'_> {
    fn render(&mut self, expr: &BoundExpr) -> String {
        match expr {
            BoundExpr::Literal(value) => literal(value).unwrap_or_else(|| (self.parameter)(expr)),
            BoundExpr::Column(id) => (self.name)(*id),
            BoundExpr::Scalar(_) | BoundExpr::Exists { .. } => (self.parameter)(expr),
            BoundExpr::Not(operand) => format!("(NOT {})", self.render(operand)),
            BoundExpr::Negate(operand) => format!("(- {})", self.render(operand)),
            BoundExpr::Plus(operand) => format!("(+ {})", self.render(operand)),
            BoundExpr::BitNot(operand) => format!("(~ {})", self.render(operand)),
            BoundExpr::And(items) if items.is_empty() => "1".to_owned(),
            BoundExpr::Or(items) if items.is_empty() => "0".to_owned(),
            BoundExpr::And(items) => format!("({})", self.list(items, " AND ")),
            BoundExpr::Or(items) => format!("({})", self.list(items, " OR ")),
            BoundExpr::Compare(comparison) => {
                let left = self.render(&comparison.left);
                format!("({left} {} {})", comparison_symbol(comparison.operator), self.render(&comparison.right))
            }
            BoundExpr::Arithmetic { operator, left, right } => {
                let left = self.render(left);
                format!("({left} {} {})", arithmetic_symbol(*operator), self.render(right))
            }
            BoundExpr::IsNull { operand, negated } => {
                format!("({} {})", self.render(operand), if *negated { "NOTNULL" } else { "ISNULL" })
            }
            BoundExpr::IsTruth { operand, truth, negated } => {
                let truth = if *truth { "TRUE" } else { "FALSE" };
                format!("({} IS {}{truth})", self.render(operand), not(*negated))
            }
            BoundExpr::InList { operand, list, negated, .. } => {
                let operand = self.render(operand);
                format!("({operand} {}IN ({}))", not(*negated), self.list(list, ", "))
            }
            BoundExpr::Pattern { operator, operand, pattern, escape, negated } => {
                let (operand, pattern) = (self.render(operand), self.render(pattern));
                let escape = escape.as_ref().map_or_else(String::new, |escape| format!(" ESCAPE {}", self.render(escape)));
                format!("({operand} {}{} {pattern}{escape})", not(*negated), pattern_symbol(*operator))
            }
            BoundExpr::Case { branches, otherwise } => self.case(branches, otherwise.as_deref()),
            BoundExpr::Cast { operand, type_name, .. } => format!("CAST({} AS {type_name})", self.render(operand)),
            BoundExpr::Collate { operand, collation } => format!("({} COLLATE {})", self.render(operand), collation.name()),
            BoundExpr::Function { name, arguments } => self.function(name, arguments),
            BoundExpr::Merged(items) => self.function("coalesce", items),
            BoundExpr::InRows { operands, negated, .. } => {
                let operands: Vec<String> = operands.iter().map(|operand| self.render(&operand.expr)).collect();
                format!("(({}) {}IN {})", operands.join(", "), not(*negated), (self.parameter)(expr))
            }
            BoundExpr::InSubquery { operand, negated, .. } => {
                let operand = self.render(operand);
                format!("({operand} {}IN {})", not(*negated), (self.parameter)(expr))
            }
        }
    }

    fn list(&mut self, items: &[BoundExpr], separator: &str) -> String {
        items.iter().map(|item| self.render(item)).collect::<Vec<_>>().join(separator)
    }

    fn case(&mut self, branches: &[(BoundExpr, BoundExpr)], otherwise: Option<&BoundExpr>) -> String {
        if branches.is_empty() {
            return otherwise.map_or_else(|| "NULL".to_owned(), |otherwise| format!("(+ {})", self.render(otherwise)));
        }
        let mut text = "(CASE".to_owned();
        for (when, then) in branches {
            text.push_str(" WHEN ");
            text.push_str(&self.render(when));
            text.push_str(" THEN ");
            text.push_str(&self.render(then));
        }
        if let Some(otherwise) = otherwise {
            text.push_str(" ELSE ");
            text.push_str(&self.render(otherwise));
        }
        text + " END)"
    }

    fn function(&mut self, name: &str, arguments: &[BoundExpr]) -> String {
        if arguments.is_empty() && matches!(name, "current_date" | "current_time" | "current_timestamp") {
            return name.to_owned();
        }
        let quoted = if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            name.to_owned()
        } else {
            format!("\"{}\"", name.replace('"', "\"\""))
        };
        format!("{quoted}({})", self.list(arguments, ", "))
    }
}

/// A literal that is read back as exactly the value, if there is one.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("NULL".to_owned()),
        Value::Integer(number) if *number < 0 => Some(format!("({number})")),
        Value::Integer(number) => Some(number.to_string()),
        Value::Real(real) if real.is_infinite() => Some(if *real > 0.0 { "9e999" } else { "(-9e999)" }.to_owned()),
        Value::Real(real) => {
            let text = format_real(real.abs());
            (parse_real(&text).to_bits() == real.abs().to_bits())
                .then(|| if real.is_sign_negative() { format!("(-{text})") } else { text })
        }
        Value::Text(bytes) if bytes.contains(&0) => None,
        Value::Text(bytes) => std::str::from_utf8(bytes).ok().map(|text| format!("'{}'", text.replace('\'', "''"))),
        Value::Blob(bytes) => {
            let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            Some(format!("x'{}'", digits.concat()))
        }
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

fn comparison_symbol(operator: CompareOperator) -> &'static str {
    match operator {
        CompareOperator::Equal => "=",
        CompareOperator::NotEqual => "<>",
        CompareOperator::Less => "<",
        CompareOperator::LessOrEqual => "<=",
        CompareOperator::Greater => ">",
        CompareOperator::GreaterOrEqual => ">=",
        CompareOperator::Is => "IS",
        CompareOperator::IsNot => "IS NOT",
    }
}

fn arithmetic_symbol(operator: ArithmeticOperator) -> &'static str {
    match operator {
        ArithmeticOperator::Add => "+",
        ArithmeticOperator::Subtract => "-",
        ArithmeticOperator::Multiply => "*",
        ArithmeticOperator::Divide => "/",
        ArithmeticOperator::Remainder => "%",
        ArithmeticOperator::BitAnd => "&",
        ArithmeticOperator::BitOr => "|",
        ArithmeticOperator::ShiftLeft => "<<",
        ArithmeticOperator::ShiftRight => ">>",
        ArithmeticOperator::Concat => "||",
        ArithmeticOperator::JsonArrow => "->",
        ArithmeticOperator::JsonLongArrow => "->>",
    }
}

fn pattern_symbol(operator: PatternOperator) -> &'static str {
    match operator {
        PatternOperator::Like => "LIKE",
        PatternOperator::Glob => "GLOB",
        PatternOperator::Regexp => "REGEXP",
        PatternOperator::Match => "MATCH",
    }
}
