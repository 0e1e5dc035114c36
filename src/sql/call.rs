//! Function calls: arguments, DISTINCT, ORDER BY, FILTER and OVER.

use super::expression::Tree;
use super::reader::{Read, Reader};
use crate::error::Span;
use crate::statement::{Expr, FunctionCall};

impl Reader<'_> {
    /// A call, with the cursor at its name.
    pub(super) fn call(&mut self) -> Read<Tree> {
        let first = self.at;
        let name = self.name()?;
        let mut call = FunctionCall {
            name,
            arguments: Vec::new(),
            star: false,
            distinct: false,
            order_by: Vec::new(),
            filter: None,
            over: None,
            span: Span::default(),
        };
        self.expect_symbol("(")?;
        let mut height = 0;
        if self.take_symbol("*") {
            call.star = true;
        } else {
            height = self.arguments(&mut call)?;
        }
        self.expect_symbol(")")?;
        if self.source.is_filter(self.at) {
            self.at += 2;
            self.expect_word("WHERE")?;
            call.filter = Some(Box::new(self.expression()?));
            self.expect_symbol(")")?;
        }
        if self.source.is_over(self.at) {
            self.at += 1;
            call.over = Some(self.over()?);
        }
        call.span = self.source.span(first, self.at);
        Ok(Tree { expr: Expr::Function(call), height: height + 1 })
    }

    /// Everything between the brackets but a star; the height of the highest argument.
    fn arguments(&mut self, call: &mut FunctionCall) -> Read<usize> {
        call.distinct = self.take_word("DISTINCT");
        let _ = !call.distinct && self.take_word("ALL");
        let mut height = 0;
        if !self.symbol(")") && !self.word("ORDER") {
            (call.arguments, height) = self.list()?;
        }
        if self.word("ORDER") {
            let order_by = self.order_by()?;
            // "Ignore ORDER BY on zero-argument aggregates" (`sqlite3ExprAddFunctionOrderBy`).
            if !call.arguments.is_empty() {
                call.order_by = order_by;
            }
        }
        Ok(height)
    }
}
