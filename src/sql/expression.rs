//! Expressions, read by precedence climbing with SQLite's precedences (`parse.y`).
//!
//! ```text
//! OR < AND < NOT < = == <> != IS IN LIKE GLOB MATCH REGEXP BETWEEN ISNULL NOTNULL < '<' <= > >=
//!    < & | << >> < + - < * / % < || -> ->> < COLLATE < ~ and the signs
//! ```
//!
//! What this reader refuses is an error, with which the whole statement stays text.

use sqlparser::parser::Parser;

use super::convert;
use super::dialect::SqliteLanguage;
use super::literal;
use super::source::Source;
use super::tokens::TokenKind;
use crate::error::Span;
use crate::statement::{
    BinaryOperator, Case, Expr, FieldReference, FunctionCall, Literal, NullsOrder, OrderTerm, PatternOperator, QueryStatement,
    SchemaReference, SelectItem, SortOrder, TableSource, UnaryOperator, Version,
};

/// How tightly an operator binds.
type Level = u8;

const ANY: Level = 0;
const OR: Level = 10;
const AND: Level = 20;
const NOT: Level = 30;
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
const SIGN: Level = 120;

/// `SQLITE_LIMIT_EXPR_DEPTH`: SQLite itself refuses what is deeper.
const DEPTH: usize = 1000;

/// An expression and the height of its tree.
struct Tree {
    expr: Expr,
    height: usize,
}

impl Tree {
    fn leaf(expr: Expr) -> Self {
        Self { expr, height: 1 }
    }
}

type Read<T> = Result<T, String>;

/// Reads one expression from the tokens, and hands subqueries back to sqlparser.
pub(super) struct Reader<'a, 'parser, 'tokens> {
    language: &'a SqliteLanguage,
    source: &'a Source,
    parser: &'parser mut Parser<'tokens>,
    at: usize,
}

impl<'a, 'parser, 'tokens> Reader<'a, 'parser, 'tokens> {
    pub(super) fn new(language: &'a SqliteLanguage, parser: &'parser mut Parser<'tokens>, at: usize) -> Self {
        Self { language, source: &language.source, parser, at }
    }

    /// The whole expression, and the index of the token behind it.
    pub(super) fn expression(mut self) -> Read<(Expr, usize)> {
        let tree = self.tree(ANY)?;
        Ok((tree.expr, self.at))
    }

    // ---- tokens ----

    fn word(&self, word: &str) -> bool {
        self.source.is_word(self.at, word)
    }

    fn symbol(&self, symbol: &str) -> bool {
        self.source.is_symbol(self.at, symbol)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.word(word);
        self.at += usize::from(found);
        found
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.symbol(symbol);
        self.at += usize::from(found);
        found
    }

    fn expect_word(&mut self, word: &str) -> Read<()> {
        if self.take_word(word) { Ok(()) } else { self.unexpected() }
    }

    fn expect_symbol(&mut self, symbol: &str) -> Read<()> {
        if self.take_symbol(symbol) { Ok(()) } else { self.unexpected() }
    }

    fn unexpected<T>(&self) -> Read<T> {
        Err(self.source.unexpected(self.at))
    }

    /// The text of the token at the cursor.
    fn spelling(&self) -> &'a str {
        self.source.token(self.at).map_or("", |token| token.of(&self.source.text))
    }

    // ---- operators ----

    /// An expression of operators that bind more tightly than `least`.
    fn tree(&mut self, least: Level) -> Read<Tree> {
        let depth = self.language.depth.get() + 1;
        if depth > DEPTH {
            return Err("the expression is nested too deeply".to_owned());
        }
        self.language.depth.set(depth);
        let tree = self.climb(least);
        self.language.depth.set(depth - 1);
        tree
    }

    fn climb(&mut self, least: Level) -> Read<Tree> {
        let mut tree = self.prefix()?;
        while let Some(level) = self.next_level()
            && level > least
        {
            tree = self.infix(tree)?;
            if tree.height > DEPTH {
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
        Ok(binary(left, operator, right))
    }

    fn infix_word(&mut self, left: Tree) -> Read<Tree> {
        if self.take_word("COLLATE") {
            let collation = self.source.identifier(self.at)?;
            self.at += 1;
            return Ok(Tree { height: left.height + 1, expr: Expr::Collate { operand: Box::new(left.expr), collation } });
        }
        if self.take_word("ISNULL") {
            return Ok(is_null(left, false));
        }
        if self.take_word("NOTNULL") {
            return Ok(is_null(left, true));
        }
        if self.take_word("IS") {
            return self.is_operator(left);
        }
        let negated = self.take_word("NOT");
        if negated && self.take_word("NULL") {
            return Ok(is_null(left, true));
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
            return Ok(is_null(left, negated));
        }
        Ok(binary(left, if negated { BinaryOperator::IsNot } else { BinaryOperator::Is }, right))
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
        if self.take_symbol("(") {
            if self.word("SELECT") || self.word("WITH") {
                let query = Box::new(self.subquery()?);
                return Ok(Tree { expr: Expr::InQuery { operand, query, negated }, height: left.height + 1 });
            }
            let (list, height) = if self.symbol(")") { (Vec::new(), 0) } else { self.list()? };
            self.expect_symbol(")")?;
            return Ok(Tree { expr: Expr::InList { operand, list, negated }, height: left.height.max(height) + 1 });
        }
        let query = Box::new(self.table_as_query()?);
        Ok(Tree { expr: Expr::InQuery { operand, query, negated }, height: left.height + 1 })
    }

    /// `IN pool.table`, which SQLite itself turns into `IN (SELECT * FROM pool.table)`.
    fn table_as_query(&mut self) -> Read<QueryStatement> {
        let first = self.at;
        let mut name = self.source.identifier(self.at)?;
        self.at += 1;
        let mut pool = None;
        if self.take_symbol(".") {
            pool = Some(name);
            name = self.source.identifier(self.at)?;
            self.at += 1;
        }
        if self.symbol("(") {
            return Err("IN with a table-valued function".to_owned());
        }
        let span = self.source.span(first, self.at);
        let table = SchemaReference { pool, name, alias: None, version: Version::Latest };
        Ok(QueryStatement {
            only: vec![SelectItem::All { span }],
            table: Some(TableSource::Schema(table)),
            span,
            ..QueryStatement::default()
        })
    }

    /// `(SELECT …)` from SELECT to behind the bracket.
    fn subquery(&mut self) -> Read<QueryStatement> {
        self.language.advance(self.parser, self.at);
        let query = self.parser.parse_query().map_err(convert::message)?;
        let query = convert::query(self.language, &query, self.at)?;
        self.at = self.language.position(self.parser);
        self.expect_symbol(")")?;
        Ok(query)
    }

    /// Expressions between commas, and the height of the highest.
    fn list(&mut self) -> Read<(Vec<Expr>, usize)> {
        let mut list = Vec::new();
        let mut height = 0;
        loop {
            let item = self.tree(ANY)?;
            height = height.max(item.height);
            list.push(item.expr);
            if !self.take_symbol(",") {
                return Ok((list, height));
            }
        }
    }

    // ---- operands ----

    fn prefix(&mut self) -> Read<Tree> {
        let Some(token) = self.source.token(self.at) else { return self.unexpected() };
        let spelling = self.spelling();
        match token.kind {
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
            TokenKind::Quoted => self.name(),
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
            "CURRENT_DATE" | "CURRENT_TIME" | "CURRENT_TIMESTAMP" if !called && !qualified => {
                Ok(self.constant(Literal::Now(word.to_owned())))
            }
            "NOT" => self.not(),
            "CASE" => self.case(),
            "CAST" if called => self.cast(),
            "RAISE" if called => Err("RAISE".to_owned()),
            "EXISTS" if called => {
                self.at += 2;
                if !self.word("SELECT") && !self.word("WITH") {
                    return self.unexpected();
                }
                Ok(Tree::leaf(Expr::Exists { query: Box::new(self.subquery()?), negated: false }))
            }
            _ => self.name(),
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
        let is_number = |token: &super::tokens::Token| token.kind == TokenKind::Number;
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
            Expr::Literal(Literal::Integer(number)) if is_sign && !is_hexadecimal => {
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
        if self.word("SELECT") || self.word("WITH") {
            return Ok(Tree::leaf(Expr::Subquery(Box::new(self.subquery()?))));
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
        while self.source.is_name(self.at) {
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

    /// A column or a function call.
    fn name(&mut self) -> Read<Tree> {
        let first = self.at;
        let mut parts = vec![self.source.identifier(self.at)?];
        self.at += 1;
        if self.symbol("(") {
            return self.call(first);
        }
        while parts.len() < 3 && self.take_symbol(".") {
            parts.push(self.source.identifier(self.at)?);
            self.at += 1;
        }
        let word = self.source.token(first).map_or("", |token| token.of(&self.source.text));
        if parts.len() == 1 && word.to_ascii_uppercase().starts_with("CURRENT_") && super::keywords::is_keyword(word) {
            return self.unexpected();
        }
        let mut parts = parts.into_iter().rev();
        let Some(name) = parts.next() else { return self.unexpected() };
        Ok(Tree::leaf(Expr::Field(FieldReference { name, table: parts.next(), pool: parts.next() })))
    }

    fn call(&mut self, first: usize) -> Read<Tree> {
        let name = self.source.identifier(first)?;
        if self.source.token(first).is_some_and(|token| {
            ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"].iter().any(|word| token.is_word(&self.source.text, word))
        }) {
            return self.unexpected();
        }
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
        let mut height = 0;
        self.at += 1;
        if self.take_symbol("*") {
            call.star = true;
        } else if !self.symbol(")") {
            call.distinct = self.take_word("DISTINCT");
            if !call.distinct {
                let _ = self.take_word("ALL");
            }
            (call.arguments, height) = self.list()?;
            if self.word("ORDER") {
                call.order_by = self.order_by()?;
            }
        }
        self.expect_symbol(")")?;
        // FILTER and OVER are keywords only where what follows fits, else they are an alias.
        if self.word("FILTER") && self.source.is_symbol(self.at + 1, "(") {
            self.at += 2;
            self.expect_word("WHERE")?;
            let filter = self.tree(ANY)?;
            height = height.max(filter.height);
            call.filter = Some(Box::new(filter.expr));
            self.expect_symbol(")")?;
        }
        if self.word("OVER") && (self.source.is_symbol(self.at + 1, "(") || self.source.is_name(self.at + 1)) {
            call.over = Some(self.over()?);
        }
        call.span = self.source.span(first, self.at);
        Ok(Tree { expr: Expr::Function(call), height: height + 1 })
    }

    fn order_by(&mut self) -> Read<Vec<OrderTerm>> {
        self.at += 1;
        self.expect_word("BY")?;
        let mut terms = Vec::new();
        loop {
            let expr = self.tree(ANY)?.expr;
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
            terms.push(OrderTerm { expr, order, nulls });
            if !self.take_symbol(",") {
                return Ok(terms);
            }
        }
    }

    /// OVER and its window as text. A subquery or parameter in there would be lost to the binder.
    fn over(&mut self) -> Read<String> {
        let first = self.at;
        if self.source.is_name(first + 1) {
            return Err("a named window".to_owned());
        }
        let Some(last) = self.source.closing(first + 1) else { return self.unexpected() };
        let hidden = |index: usize| {
            self.source.is_word(index, "SELECT")
                || self.source.token(index).is_some_and(|token| matches!(token.kind, TokenKind::Parameter | TokenKind::Illegal))
        };
        if (first..last).any(hidden) {
            return Err("a window with a subquery or a parameter".to_owned());
        }
        self.at = last + 1;
        let span = self.source.span(first, self.at);
        Ok(self.source.text[span.start..span.end].to_owned())
    }
}

fn binary(left: Tree, operator: BinaryOperator, right: Tree) -> Tree {
    let height = left.height.max(right.height) + 1;
    Tree { expr: Expr::Binary { left: Box::new(left.expr), operator, right: Box::new(right.expr) }, height }
}

fn unary(operator: UnaryOperator, operand: Tree) -> Tree {
    Tree { height: operand.height + 1, expr: Expr::Unary { operator, operand: Box::new(operand.expr) } }
}

fn is_null(operand: Tree, negated: bool) -> Tree {
    Tree { height: operand.height + 1, expr: Expr::IsNull { operand: Box::new(operand.expr), negated } }
}
