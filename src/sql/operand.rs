//! Operands: constants, names, brackets, CASE, CAST, EXISTS and the operators that stand before them.

use super::expression::{ANY, NOT, SIGN, Tree};
use super::literal;
use super::reader::{Read, Reader};
use super::tokens::{Token, TokenKind};
use crate::error::Span;
use crate::statement::{Case, Expr, FieldReference, Literal, UnaryOperator};

impl Reader<'_> {
    pub(super) fn prefix(&mut self) -> Read<Tree> {
        let Some(token) = self.source.token(self.at) else { return self.unexpected() };
        let spelling = self.spelling();
        match token.kind {
            TokenKind::Text if self.source.is_symbol(self.at + 1, ".") => self.column(),
            TokenKind::Text => Ok(self.constant(Literal::Text(token.name(&self.source.text)))),
            TokenKind::Blob => Ok(self.constant(Literal::Blob(literal::blob(spelling)))),
            TokenKind::Number => {
                let number = literal::number(spelling)?;
                Ok(self.constant(number))
            }
            TokenKind::Parameter => {
                self.at += 1;
                let span = Span::new(token.start, token.end);
                Ok(Tree::leaf(Expr::Parameter { name: spelling.to_owned(), span }))
            }
            TokenKind::Symbol => match spelling {
                "(" => self.brackets(),
                "-" => self.minus(),
                "+" => self.sign(UnaryOperator::Plus),
                "~" => self.sign(UnaryOperator::BitNot),
                _ => self.unexpected(),
            },
            TokenKind::Quoted => self.column_or_call(),
            TokenKind::Word => self.prefix_word(&spelling.to_ascii_uppercase()),
            TokenKind::Illegal => Err(format!("unrecognized token: \"{spelling}\"")),
        }
    }

    fn prefix_word(&mut self, word: &str) -> Read<Tree> {
        let called = self.source.is_symbol(self.at + 1, "(");
        let qualified = self.source.is_symbol(self.at + 1, ".");
        match word {
            "NULL" => Ok(self.constant(Literal::Null)),
            "TRUE" | "FALSE" if !called && !qualified => Ok(self.constant(Literal::Boolean(word == "TRUE"))),
            // Where an operand begins these are keywords whatever follows; elsewhere they may be names.
            "CURRENT_DATE" | "CURRENT_TIME" | "CURRENT_TIMESTAMP" => Ok(self.constant(Literal::Now(word.to_owned()))),
            "NOT" => self.not(),
            "CASE" => self.case(),
            "CAST" if called => self.cast(),
            "RAISE" if called => Err("RAISE".to_owned()),
            "EXISTS" if called => {
                self.at += 2;
                if !self.starts_query() {
                    return self.unexpected();
                }
                Ok(Tree::leaf(Expr::Exists { query: Box::new(self.bracketed_query()?), negated: false }))
            }
            _ => self.column_or_call(),
        }
    }

    fn constant(&mut self, literal: Literal) -> Tree {
        self.at += 1;
        Tree::leaf(Expr::Literal(literal))
    }

    fn sign(&mut self, operator: UnaryOperator) -> Read<Tree> {
        self.at += 1;
        let operand = self.tree(SIGN)?;
        Ok(unary(operator, operand))
    }

    /// A minus. In front of a number it is the number's sign. 9223372036854775808 is a real by itself, but an integer behind a
    /// minus (`sqlite3ExprCodeTarget`, `TK_UMINUS`), brackets or not, and 0x8000000000000000 behind one is an error.
    fn minus(&mut self) -> Read<Tree> {
        let first = self.at + 1;
        let is_number = |token: &Token| token.kind == TokenKind::Number;
        let is_sign = self.source.token(first).is_some_and(is_number);
        let tree = self.sign(UnaryOperator::Minus)?;
        let Expr::Unary { operand, .. } = &tree.expr else { return Ok(tree) };
        let number = (first..self.at).filter_map(|index| self.source.token(index)).find(|token| is_number(token));
        let spelling = number.map_or_else(String::new, |token| token.of(&self.source.text).replace('_', ""));
        let is_hexadecimal = spelling.starts_with("0x") || spelling.starts_with("0X");
        match **operand {
            Expr::Literal(Literal::Real(_)) if spelling.trim_start_matches('0') == "9223372036854775808" => {
                Ok(Tree::leaf(Expr::Literal(Literal::Integer(i64::MIN))))
            }
            Expr::Literal(Literal::Integer(i64::MIN)) if is_hexadecimal => Err(format!("hex literal too big: -{spelling}")),
            // Zero has no sign to keep, and SQLite's code tells the two forms apart.
            Expr::Literal(Literal::Integer(number)) if is_sign && !is_hexadecimal && number != 0 => {
                Ok(Tree::leaf(Expr::Literal(Literal::Integer(-number))))
            }
            Expr::Literal(Literal::Real(real)) if is_sign => Ok(Tree::leaf(Expr::Literal(Literal::Real(-real)))),
            _ => Ok(tree),
        }
    }

    fn not(&mut self) -> Read<Tree> {
        self.at += 1;
        let operand = self.tree(NOT)?;
        match operand.expr {
            Expr::Exists { query, negated: false } => {
                Ok(Tree { expr: Expr::Exists { query, negated: true }, height: operand.height + 1 })
            }
            _ => Ok(unary(UnaryOperator::Not, operand)),
        }
    }

    /// `(expression)`, `(a, b)` or `(SELECT …)`.
    fn brackets(&mut self) -> Read<Tree> {
        self.at += 1;
        if self.starts_query() {
            return Ok(Tree::leaf(Expr::Subquery(Box::new(self.bracketed_query()?))));
        }
        let (mut items, height) = self.list()?;
        self.expect_symbol(")")?;
        match (items.len(), items.pop()) {
            (1, Some(expr)) => Ok(Tree { expr, height }),
            (_, last) => {
                items.extend(last);
                Ok(Tree { expr: Expr::Row(items), height: height + 1 })
            }
        }
    }

    fn case(&mut self) -> Read<Tree> {
        self.at += 1;
        let mut height = 0;
        let mut part = |reader: &mut Self| -> Read<Expr> {
            let tree = reader.tree(ANY)?;
            height = height.max(tree.height);
            Ok(tree.expr)
        };
        let operand = if self.word("WHEN") { None } else { Some(Box::new(part(self)?)) };
        let mut branches = Vec::new();
        while self.take_word("WHEN") {
            let when = part(self)?;
            self.expect_word("THEN")?;
            branches.push((when, part(self)?));
        }
        let otherwise = if self.take_word("ELSE") { Some(Box::new(part(self)?)) } else { None };
        self.expect_word("END")?;
        if branches.is_empty() {
            return Err("CASE without WHEN".to_owned());
        }
        Ok(Tree { expr: Expr::Case(Case { operand, branches, otherwise }), height: height + 1 })
    }

    fn cast(&mut self) -> Read<Tree> {
        self.at += 2;
        let operand = self.tree(ANY)?;
        self.expect_word("AS")?;
        let first = self.at;
        while self.source.is_alias(self.at) {
            self.at += 1;
        }
        if self.at > first && self.take_symbol("(") {
            self.type_number()?;
            if self.take_symbol(",") {
                self.type_number()?;
            }
            self.expect_symbol(")")?;
        }
        let span = if self.at > first { self.source.span(first, self.at) } else { Span::default() };
        self.expect_symbol(")")?;
        let type_name = self.source.text[span.start..span.end].to_owned();
        Ok(Tree { height: operand.height + 1, expr: Expr::Cast { operand: Box::new(operand.expr), type_name } })
    }

    /// A number of a type's brackets, with or without a sign.
    fn type_number(&mut self) -> Read<()> {
        let _ = self.take_symbol("+") || self.take_symbol("-");
        match self.source.token(self.at) {
            Some(token) if token.kind == TokenKind::Number => {
                self.at += 1;
                Ok(())
            }
            _ => self.unexpected(),
        }
    }

    fn column_or_call(&mut self) -> Read<Tree> {
        if self.source.is_symbol(self.at + 1, "(") { self.call() } else { self.column() }
    }

    /// `name`, `table.name` or `pool.table.name`.
    fn column(&mut self) -> Read<Tree> {
        let mut parts = vec![self.name()?];
        while parts.len() < 3 && self.take_symbol(".") {
            parts.push(self.name()?);
        }
        let mut parts = parts.into_iter().rev();
        let Some(name) = parts.next() else { return self.unexpected() };
        Ok(Tree::leaf(Expr::Field(FieldReference { name, table: parts.next(), pool: parts.next() })))
    }
}

fn unary(operator: UnaryOperator, operand: Tree) -> Tree {
    Tree { height: operand.height + 1, expr: Expr::Unary { operator, operand: Box::new(operand.expr) } }
}
