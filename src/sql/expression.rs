//! Expressions, read by precedence climbing with SQLite's precedences (`parse.y`).
//!
//! ```text
//! OR < AND < NOT < = == <> != IS IN LIKE GLOB MATCH REGEXP BETWEEN ISNULL NOTNULL < '<' <= > >=
//!    < & | << >> < + - < * / % < || -> ->> < COLLATE < ~ and the signs
//! ```

use super::reader::{EXPRESSION_DEPTH, Read, Reader};
use super::tokens::TokenKind;
use crate::statement::{BinaryOperator, Expr, Literal, PatternOperator, QueryStatement, SelectItem};

/// How tightly an operator binds.
type Level = u8;

pub(super) const ANY: Level = 0;
const OR: Level = 10;
const AND: Level = 20;
pub(super) const NOT: Level = 30;
/// `NOT LIKE`, `NOT IN` and their like begin with NOT, whose precedence the grammar compares; it is right-associative, so that
/// the operand of a NOT may hold them.
const NOT_BEHIND: Level = 35;
const EQUALITY: Level = 40;
const COMPARISON: Level = 50;
const BITS: Level = 70;
const SUM: Level = 80;
const PRODUCT: Level = 90;
const CONCAT: Level = 100;
const COLLATE: Level = 110;
pub(super) const SIGN: Level = 120;

/// An expression and the height of its tree.
pub(super) struct Tree {
    pub(super) expr: Expr,
    pub(super) height: usize,
}

impl Tree {
    pub(super) fn leaf(expr: Expr) -> Self {
        Self { expr, height: 1 }
    }

    fn binary(left: Self, operator: BinaryOperator, right: Self) -> Self {
        let height = left.height.max(right.height) + 1;
        Self { expr: Expr::Binary { left: Box::new(left.expr), operator, right: Box::new(right.expr) }, height }
    }

    fn is_null(operand: Self, negated: bool) -> Self {
        Self { height: operand.height + 1, expr: Expr::IsNull { operand: Box::new(operand.expr), negated } }
    }
}

impl Reader<'_> {
    /// A whole expression.
    pub(super) fn expression(&mut self) -> Read<Expr> {
        self.tree(ANY).map(|tree| tree.expr)
    }

    /// Whole expressions between commas.
    pub(super) fn expressions(&mut self) -> Read<Vec<Expr>> {
        self.separated(Self::expression)
    }

    /// An expression of operators that bind more tightly than `least`.
    pub(super) fn tree(&mut self, least: Level) -> Read<Tree> {
        self.deeper_expression(|reader| reader.climb(least))
    }

    fn climb(&mut self, least: Level) -> Read<Tree> {
        let mut tree = self.prefix()?;
        while let Some(level) = self.next_level()
            && level > least
        {
            tree = self.infix(tree)?;
            if tree.height > EXPRESSION_DEPTH {
                return Err("the expression is nested too deeply".to_owned());
            }
        }
        Ok(tree)
    }

    /// The precedence of the operator at the cursor, if one is there.
    fn next_level(&self) -> Option<Level> {
        let token = self.source.token(self.at)?;
        let spelling = self.spelling();
        match token.kind {
            TokenKind::Symbol => match spelling {
                "=" | "==" | "<>" | "!=" => Some(EQUALITY),
                "<" | "<=" | ">" | ">=" => Some(COMPARISON),
                "&" | "|" | "<<" | ">>" => Some(BITS),
                "+" | "-" => Some(SUM),
                "*" | "/" | "%" => Some(PRODUCT),
                "||" | "->" | "->>" => Some(CONCAT),
                _ => None,
            },
            TokenKind::Word => match spelling.to_ascii_uppercase().as_str() {
                "OR" => Some(OR),
                "AND" => Some(AND),
                "NOT" => Some(NOT_BEHIND),
                "IS" | "IN" | "LIKE" | "GLOB" | "MATCH" | "REGEXP" | "BETWEEN" | "ISNULL" | "NOTNULL" => Some(EQUALITY),
                "COLLATE" => Some(COLLATE),
                _ => None,
            },
            _ => None,
        }
    }

    fn infix(&mut self, left: Tree) -> Read<Tree> {
        let spelling = self.spelling().to_ascii_uppercase();
        let (operator, level) = match spelling.as_str() {
            "OR" => (BinaryOperator::Or, OR),
            "AND" => (BinaryOperator::And, AND),
            "=" | "==" => (BinaryOperator::Equal, EQUALITY),
            "<>" | "!=" => (BinaryOperator::NotEqual, EQUALITY),
            "<" => (BinaryOperator::Less, COMPARISON),
            "<=" => (BinaryOperator::LessOrEqual, COMPARISON),
            ">" => (BinaryOperator::Greater, COMPARISON),
            ">=" => (BinaryOperator::GreaterOrEqual, COMPARISON),
            "&" => (BinaryOperator::BitAnd, BITS),
            "|" => (BinaryOperator::BitOr, BITS),
            "<<" => (BinaryOperator::ShiftLeft, BITS),
            ">>" => (BinaryOperator::ShiftRight, BITS),
            "+" => (BinaryOperator::Add, SUM),
            "-" => (BinaryOperator::Subtract, SUM),
            "*" => (BinaryOperator::Multiply, PRODUCT),
            "/" => (BinaryOperator::Divide, PRODUCT),
            "%" => (BinaryOperator::Remainder, PRODUCT),
            "||" => (BinaryOperator::Concat, CONCAT),
            "->" => (BinaryOperator::JsonArrow, CONCAT),
            "->>" => (BinaryOperator::JsonLongArrow, CONCAT),
            _ => return self.infix_word(left),
        };
        self.at += 1;
        let right = self.tree(level)?;
        Ok(Tree::binary(left, operator, right))
    }

    fn infix_word(&mut self, left: Tree) -> Read<Tree> {
        if self.take_word("COLLATE") {
            if !self.source.is_alias(self.at) {
                return self.unexpected();
            }
            let collation = self.name()?;
            return Ok(Tree { height: left.height + 1, expr: Expr::Collate { operand: Box::new(left.expr), collation } });
        }
        if self.take_word("ISNULL") {
            return Ok(Tree::is_null(left, false));
        }
        if self.take_word("NOTNULL") {
            return Ok(Tree::is_null(left, true));
        }
        if self.take_word("IS") {
            return self.is_operator(left);
        }
        let negated = self.take_word("NOT");
        if negated && self.take_word("NULL") {
            return Ok(Tree::is_null(left, true));
        }
        if self.take_word("BETWEEN") {
            return self.between(left, negated);
        }
        if self.take_word("IN") {
            return self.membership(left, negated);
        }
        self.pattern(left, negated)
    }

    /// Behind IS. Comparing with the word NULL is a test for NULL, however it is put (`binaryToUnaryIfNull`).
    fn is_operator(&mut self, left: Tree) -> Read<Tree> {
        let not = self.take_word("NOT");
        let distinct = self.word("DISTINCT") && self.source.is_word(self.at + 1, "FROM");
        self.at += if distinct { 2 } else { 0 };
        let negated = not != distinct;
        let right = self.tree(EQUALITY)?;
        if right.expr == Expr::Literal(Literal::Null) {
            return Ok(Tree::is_null(left, negated));
        }
        Ok(Tree::binary(left, if negated { BinaryOperator::IsNot } else { BinaryOperator::Is }, right))
    }

    fn between(&mut self, left: Tree, negated: bool) -> Read<Tree> {
        // The lower bound ends at the first AND: of the two ways to read it, the grammar prefers BETWEEN's.
        let low = self.tree(AND)?;
        self.expect_word("AND")?;
        let high = self.tree(EQUALITY)?;
        let height = left.height.max(low.height).max(high.height) + 1;
        let expr = Expr::Between { operand: Box::new(left.expr), low: Box::new(low.expr), high: Box::new(high.expr), negated };
        Ok(Tree { expr, height })
    }

    fn pattern(&mut self, left: Tree, negated: bool) -> Read<Tree> {
        let operator = match self.spelling().to_ascii_uppercase().as_str() {
            "LIKE" => PatternOperator::Like,
            "GLOB" => PatternOperator::Glob,
            "REGEXP" => PatternOperator::Regexp,
            "MATCH" => PatternOperator::Match,
            _ => return self.unexpected(),
        };
        self.at += 1;
        let pattern = self.tree(EQUALITY)?;
        let escape = if self.take_word("ESCAPE") { Some(self.tree(EQUALITY)?) } else { None };
        let height = left.height.max(pattern.height).max(escape.as_ref().map_or(0, |escape| escape.height)) + 1;
        let expr = Expr::Pattern {
            operand: Box::new(left.expr),
            operator,
            pattern: Box::new(pattern.expr),
            escape: escape.map(|escape| Box::new(escape.expr)),
            negated,
        };
        Ok(Tree { expr, height })
    }

    fn membership(&mut self, left: Tree, negated: bool) -> Read<Tree> {
        let operand = Box::new(left.expr);
        if !self.take_symbol("(") {
            let query = Box::new(self.table_as_query()?);
            return Ok(Tree { expr: Expr::InQuery { operand, query, negated }, height: left.height + 1 });
        }
        if self.starts_query() {
            let query = Box::new(self.bracketed_query()?);
            return Ok(Tree { expr: Expr::InQuery { operand, query, negated }, height: left.height + 1 });
        }
        let (mut list, height) = if self.symbol(")") { (Vec::new(), 0) } else { self.list()? };
        self.expect_symbol(")")?;
        let height = left.height.max(height) + 1;
        let expr = match list.pop() {
            Some(Expr::Subquery(query)) if list.is_empty() => Expr::InQuery { operand, query, negated },
            item => {
                list.extend(item);
                Expr::InList { operand, list, negated }
            }
        };
        Ok(Tree { expr, height })
    }

    /// `IN pool.table`
    fn table_as_query(&mut self) -> Read<QueryStatement> {
        let first = self.at;
        let table = Some(self.table_of_in()?);
        let span = self.source.span(first, self.at);
        Ok(QueryStatement { only: vec![SelectItem::All { span }], table, span, ..QueryStatement::default() })
    }

    /// Expressions between commas, and the height of the highest.
    pub(super) fn list(&mut self) -> Read<(Vec<Expr>, usize)> {
        let trees = self.separated(|reader| reader.tree(ANY))?;
        let height = trees.iter().map(|tree| tree.height).max().unwrap_or(0);
        Ok((trees.into_iter().map(|tree| tree.expr).collect(), height))
    }
}
