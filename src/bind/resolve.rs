//! Expressions: every name becomes a column, every comparison learns its rules.

use super::binder::{Aliases, Binder, Bound, ExprContext, at, unsupported};
use super::scope::Found;
use super::{ArithmeticOperator, BoundExpr, CompareOperator};
use crate::error::Error;
use crate::statement::{BinaryOperator, Case, Expr, FieldReference, Literal, QueryStatement, SelectItem, UnaryOperator};
use crate::value::{Affinity, Collation, Value};

impl<'a> Binder<'a> {
    /// Binds an expression.
    pub(super) fn expr(&mut self, expr: &'a Expr, context: &mut ExprContext<'a, '_>) -> Bound<BoundExpr> {
        match expr {
            Expr::Literal(Literal::Boolean(truth)) if is_column(*truth, context) => {
                unsupported(format!("a column named {}", word_of(*truth)))
            }
            Expr::Literal(Literal::Now(word)) => Ok(self.current(word)),
            Expr::Literal(literal) => Ok(BoundExpr::Literal(literal_value(literal))),
            Expr::Field(field) => self.field(field, context),
            Expr::Parameter { name, span } => match self.namespace.parameters.get(&span.start) {
                Some(value) => Ok(BoundExpr::Literal(value.clone())),
                None => Err(Error::query(format!("the parameter {name} has no value")).at(*span).into()),
            },
            Expr::Unary { operator, operand } => self.unary(*operator, operand, context),
            Expr::Binary { left, operator, right } => self.binary(left, *operator, right, context),
            Expr::IsNull { operand, negated } => {
                Ok(BoundExpr::IsNull { operand: self.boxed(operand, context)?, negated: *negated })
            }
            Expr::Between { operand, low, high, negated } => {
                let operands = self.parts(operand, context)?;
                let (low, high) = (self.parts(low, context)?, self.parts(high, context)?);
                let both = BoundExpr::And(vec![
                    self.compare_parts(&operands, CompareOperator::GreaterOrEqual, &low, expr.span())?,
                    self.compare_parts(&operands, CompareOperator::LessOrEqual, &high, expr.span())?,
                ]);
                Ok(if *negated { BoundExpr::Not(Box::new(both)) } else { both })
            }
            Expr::Pattern { operand, operator, pattern, escape, negated } => Ok(BoundExpr::Pattern {
                operator: *operator,
                operand: self.boxed(operand, context)?,
                pattern: self.boxed(pattern, context)?,
                escape: escape.as_ref().map(|escape| self.boxed(escape, context)).transpose()?,
                negated: *negated,
            }),
            Expr::InList { operand, list, negated } => {
                // SQLite reads `IN ((SELECT …))` as `IN (SELECT …)`.
                if let [Expr::Subquery(query)] = list.as_slice() {
                    return self.in_query(operand, query, *negated, context);
                }
                if matches!(**operand, Expr::Row(_)) {
                    return self.in_rows_list(operand, list, *negated, context);
                }
                let operand = self.boxed(operand, context)?;
                let list = list.iter().map(|item| self.expr(item, context)).collect::<Bound<Vec<_>>>()?;
                self.note_compared(&operand);
                let (affinity, collation) = self.rules_with(|rules| {
                    let collation = match list.as_slice() {
                        // Of `x IN (constant)` SQLite makes `x = +constant`, where a COLLATE behind the constant counts.
                        [only] if is_constant(only) => rules.comparison_collation(&operand, only),
                        _ => rules.collation(&operand),
                    };
                    (rules.affinity(&operand).comparison_with(Affinity::None), collation)
                });
                Ok(BoundExpr::InList { operand, list, negated: *negated, affinity, collation })
            }
            Expr::InQuery { operand, query, negated } => self.in_query(operand, query, *negated, context),
            Expr::Exists { query, negated } => {
                let subquery = self.subquery(query, context)?;
                self.ask_for_any_row(subquery);
                Ok(BoundExpr::Exists { subquery, negated: *negated })
            }
            Expr::Subquery(query) => {
                let subquery = self.subquery(query, context)?;
                self.check_width(subquery, query.span)?;
                Ok(BoundExpr::Scalar(subquery))
            }
            Expr::Case(case) => self.case(case, context),
            Expr::Cast { operand, type_name } => {
                // Only for a column does no type mean that any value stays what it is.
                let affinity = if type_name.is_empty() { Affinity::Numeric } else { Affinity::of_declared_type(type_name) };
                Ok(BoundExpr::Cast { operand: self.boxed(operand, context)?, type_name: type_name.clone(), affinity })
            }
            Expr::Collate { operand, collation } => {
                let Some(known) = Collation::named(&collation.name) else {
                    return unsupported(format!("the collation {}", collation.name));
                };
                Ok(BoundExpr::Collate { operand: self.boxed(operand, context)?, collation: known })
            }
            Expr::Function(call) => self.function(call, context),
            Expr::Row(items) => {
                let span = items.iter().fold(crate::error::Span::default(), |span, item| span.to(item.span()));
                Err(at(Error::query("row value misused"), span).into())
            }
        }
    }

    fn in_query(
        &mut self,
        operand: &'a Expr,
        query: &'a QueryStatement,
        negated: bool,
        context: &mut ExprContext<'a, '_>,
    ) -> Bound<BoundExpr> {
        let mut operands = self.parts(operand, context)?;
        if operands.len() > 1 {
            return self.in_rows(operands, query, negated, context);
        }
        let operand = Box::new(operands.remove(0));
        let subquery = self.subquery(query, context)?;
        self.check_width(subquery, query.span)?;
        let column = BoundExpr::Scalar(subquery);
        [&*operand, &column].into_iter().for_each(|side| self.note_compared(side));
        let (affinity, collation) = self.rules_with(|rules| {
            let output = self.subqueries[subquery.0 as usize].query.output[0];
            let right = BoundExpr::Column(output);
            (rules.comparison_affinity(&operand, &column), rules.comparison_collation(&operand, &right))
        });
        Ok(BoundExpr::InSubquery { operand, subquery, negated, affinity, collation })
    }

    fn boxed(&mut self, expr: &'a Expr, context: &mut ExprContext<'a, '_>) -> Bound<Box<BoundExpr>> {
        self.expr(expr, context).map(Box::new)
    }

    fn check_width(&self, subquery: super::SubqueryId, span: crate::error::Span) -> Bound<()> {
        let width = self.subqueries[subquery.0 as usize].query.output.len();
        if width == 1 {
            return Ok(());
        }
        Err(at(Error::query(format!("sub-select returns {width} columns - expected 1")), span).into())
    }

    fn field(&mut self, field: &'a FieldReference, context: &mut ExprContext<'a, '_>) -> Bound<BoundExpr> {
        match context.scope.find(field) {
            Found::Expr(expr, depth) => {
                self.note_outer(&expr, depth);
                return Ok(expr);
            }
            Found::Ambiguous => {
                let error = Error::query(format!("ambiguous column name: {}", written(field))).at(field.name.span);
                return Err(error.hint("several tables have it: write the table before it").into());
            }
            Found::Nothing => {}
        }
        if field.table.is_none() {
            if let Some(expr) = self.alias(field, context)? {
                return Ok(expr);
            }
            if field.name.double_quoted {
                return Ok(BoundExpr::Literal(Value::text(&field.name.name)));
            }
        }
        Err(Self::no_such_column(field, context).into())
    }

    /// The result column that a name is the alias of.
    pub(super) fn alias(&mut self, field: &FieldReference, context: &mut ExprContext<'a, '_>) -> Bound<Option<BoundExpr>> {
        match &context.aliases {
            Aliases::None => Ok(None),
            Aliases::Bound(aliases) => Ok(aliases.iter().find(|(alias, _)| field.name.is(alias)).map(|(_, expr)| expr.clone())),
            Aliases::Unbound(items) => {
                let named = items.iter().find_map(|item| match item {
                    SelectItem::Expr { expr, alias: Some(alias), .. } if *alias == field.name => Some(expr),
                    _ => None,
                });
                named.map(|expr| self.expr(expr, &mut ExprContext::new(context.scope))).transpose()
            }
        }
    }

    fn no_such_column(field: &FieldReference, context: &ExprContext<'_, '_>) -> Error {
        let error = Error::query(format!("no such column: {}", written(field))).at(Expr::Field(field.clone()).span());
        if let Some(table) = &field.table
            && !context.scope.relation_names().iter().any(|name| table.is(name))
        {
            let near = crate::error::nearest(&table.name, context.scope.relation_names());
            return match near {
                Some(near) => error.hint(format!("no table `{}` in FROM; did you mean `{near}`?", table.name)),
                None => error.hint(format!("no table `{}` in FROM", table.name)),
            };
        }
        match crate::error::nearest(&field.name.name, context.scope.column_names()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        }
    }

    /// Notes that the innermost `depth` subqueries depend on the columns of `expr`.
    pub(super) fn note_outer(&mut self, expr: &BoundExpr, depth: usize) {
        let frames = self.outer_frames.len();
        for frame in &mut self.outer_frames[frames.saturating_sub(depth)..] {
            expr.walk(&mut |part| {
                if let BoundExpr::Column(id) = part {
                    frame.push(*id);
                }
            });
        }
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &'a Expr, context: &mut ExprContext<'a, '_>) -> Bound<BoundExpr> {
        if operator == UnaryOperator::Minus
            && let Expr::Literal(Literal::Integer(number)) = operand
        {
            return Ok(BoundExpr::Literal(number.checked_neg().map_or(Value::Real(-(*number as f64)), Value::Integer)));
        }
        let operand = self.boxed(operand, context)?;
        Ok(match operator {
            UnaryOperator::Minus => match *operand {
                BoundExpr::Literal(Value::Real(real)) => BoundExpr::Literal(Value::Real(-real)),
                _ => BoundExpr::Negate(operand),
            },
            UnaryOperator::Plus => BoundExpr::Plus(operand),
            UnaryOperator::BitNot => BoundExpr::BitNot(operand),
            UnaryOperator::Not => BoundExpr::Not(operand),
        })
    }

    fn binary(
        &mut self,
        left: &'a Expr,
        operator: BinaryOperator,
        right: &'a Expr,
        context: &mut ExprContext<'a, '_>,
    ) -> Bound<BoundExpr> {
        use BinaryOperator as Op;
        if matches!(operator, Op::Is | Op::IsNot) {
            let negated = operator == Op::IsNot;
            if let Expr::Literal(Literal::Null) = right {
                return Ok(BoundExpr::IsNull { operand: self.boxed(left, context)?, negated });
            }
            // `sqlite3ExprSkipCollateAndLikely`: `x IS TRUE COLLATE NOCASE` asks for truth as well.
            if let Expr::Literal(Literal::Boolean(truth)) = without_collate(right)
                && !is_column(*truth, context)
            {
                return Ok(BoundExpr::IsTruth { operand: self.boxed(left, context)?, truth: *truth, negated });
            }
        }
        if let Some(comparison) = super::row::comparison(operator) {
            if super::row::may_be_row(left) || super::row::may_be_row(right) {
                let span = left.span().to(right.span());
                let (left, right) = (self.parts(left, context)?, self.parts(right, context)?);
                return self.compare_parts(&left, comparison, &right, span);
            }
            let (left, right) = (self.expr(left, context)?, self.expr(right, context)?);
            return Ok(self.compare(left, comparison, right));
        }
        let (left, right) = (self.expr(left, context)?, self.expr(right, context)?);
        Ok(match operator {
            Op::And => BoundExpr::And(flattened(left, right, |expr| matches!(expr, BoundExpr::And(_)))),
            Op::Or => BoundExpr::Or(flattened(left, right, |expr| matches!(expr, BoundExpr::Or(_)))),
            _ => {
                let operator = arithmetic(operator);
                BoundExpr::Arithmetic { operator, left: Box::new(left), right: Box::new(right) }
            }
        })
    }

    fn case(&mut self, case: &'a Case, context: &mut ExprContext<'a, '_>) -> Bound<BoundExpr> {
        let operand = case.operand.as_ref().map(|operand| self.parts(operand, context)).transpose()?;
        let mut branches = Vec::new();
        for (when, then) in &case.branches {
            let when = match &operand {
                Some(operand) => {
                    let parts = self.parts(when, context)?;
                    self.compare_parts(operand, CompareOperator::Equal, &parts, when.span())?
                }
                None => self.expr(when, context)?,
            };
            branches.push((when, self.expr(then, context)?));
        }
        let otherwise = case.otherwise.as_ref().map(|otherwise| self.boxed(otherwise, context)).transpose()?;
        Ok(BoundExpr::Case { branches, otherwise })
    }
}

fn written(field: &FieldReference) -> String {
    let parts = [field.pool.as_ref(), field.table.as_ref(), Some(&field.name)];
    parts.into_iter().flatten().map(|name| name.name.as_str()).collect::<Vec<_>>().join(".")
}

fn flattened(left: BoundExpr, right: BoundExpr, is_same: fn(&BoundExpr) -> bool) -> Vec<BoundExpr> {
    let items = |expr: BoundExpr| match expr {
        BoundExpr::And(items) | BoundExpr::Or(items) if !items.is_empty() => items,
        other => vec![other],
    };
    let one = |expr: BoundExpr| if is_same(&expr) { items(expr) } else { vec![expr] };
    let mut all = one(left);
    all.extend(one(right));
    all
}

fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Null | Literal::Now(_) => Value::Null,
        Literal::Integer(number) => Value::Integer(*number),
        Literal::Real(number) => Value::real(*number),
        Literal::Text(text) => Value::text(text),
        Literal::Blob(bytes) => Value::Blob(bytes.as_slice().into()),
        Literal::Boolean(truth) => Value::Integer(i64::from(*truth)),
    }
}

fn arithmetic(operator: BinaryOperator) -> ArithmeticOperator {
    use BinaryOperator as Op;
    match operator {
        Op::Add => ArithmeticOperator::Add,
        Op::Subtract => ArithmeticOperator::Subtract,
        Op::Multiply => ArithmeticOperator::Multiply,
        Op::Divide => ArithmeticOperator::Divide,
        Op::Remainder => ArithmeticOperator::Remainder,
        Op::BitAnd => ArithmeticOperator::BitAnd,
        Op::BitOr => ArithmeticOperator::BitOr,
        Op::ShiftLeft => ArithmeticOperator::ShiftLeft,
        Op::ShiftRight => ArithmeticOperator::ShiftRight,
        Op::Concat => ArithmeticOperator::Concat,
        Op::JsonArrow => ArithmeticOperator::JsonArrow,
        Op::JsonLongArrow => ArithmeticOperator::JsonLongArrow,
        Op::Or
        | Op::And
        | Op::Equal
        | Op::NotEqual
        | Op::Is
        | Op::IsNot
        | Op::Less
        | Op::LessOrEqual
        | Op::Greater
        | Op::GreaterOrEqual => unreachable!("logic and comparisons are bound before"),
    }
}

fn without_collate(expr: &Expr) -> &Expr {
    match expr {
        Expr::Collate { operand, .. } => without_collate(operand),
        other => other,
    }
}

/// TRUE and FALSE are what they seem only where no column has the name.
fn is_column(truth: bool, context: &ExprContext<'_, '_>) -> bool {
    let field = FieldReference { pool: None, table: None, name: word_of(truth).into() };
    context.scope.find(&field) != Found::Nothing
}

fn word_of(truth: bool) -> &'static str {
    if truth { "TRUE" } else { "FALSE" }
}

/// What SQLite's parser takes for a constant: no column, subquery or function, of which LIKE is one, in it.
fn is_constant(expr: &BoundExpr) -> bool {
    let mut constant = true;
    expr.walk(&mut |part| {
        constant &= !matches!(
            part,
            BoundExpr::Column(_)
                | BoundExpr::Scalar(_)
                | BoundExpr::Exists { .. }
                | BoundExpr::InSubquery { .. }
                | BoundExpr::Function { .. }
                | BoundExpr::Pattern { .. }
        );
    });
    constant
}
