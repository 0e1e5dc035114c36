//! Random statements in the forms that the parser makes.

use glue::error::Span;
use glue::statement::{
    BinaryOperator, Case, CommonTable, CompoundQuery, Expr, FieldReference, FunctionCall, Identifier, JoinConstraint, JoinKind,
    JoinQuery, Literal, Materialization, NullsOrder, OrderTerm, PatternOperator, QueryStatement, SchemaReference, SelectItem,
    SetOperator, SortOrder, TableSource, UnaryOperator, Version,
};

use crate::support::Random;

const NAMES: [&str; 14] =
    ["a", "b", "c2", "T_x", "select", "order", "group", "my table", "ünï", "quo\"te", "back`tick", "[br]", "filter", "true"];
const TEXTS: [&str; 9] = ["", "x", "it's", "50%", "a_b", "--", "/*", "\"q\"", "ü😀\n"];

pub(crate) fn query(random: &mut Random, depth: usize) -> QueryStatement {
    let mut query = select(random, depth);
    if depth > 0 && random.percent(20) {
        query.recursive = random.percent(30);
        query.with = several(random, 1, 2, |random| CommonTable {
            name: name(random),
            columns: several(random, 0, 2, name),
            materialization: *random.pick(&[None, Some(Materialization::Materialized), Some(Materialization::NotMaterialized)]),
            query: self::query(random, depth - 1),
        });
    }
    if random.percent(20) {
        query.compound = several(random, 1, 3, |random| CompoundQuery {
            operator: *random.pick(&[SetOperator::Union, SetOperator::UnionAll, SetOperator::Intersect, SetOperator::Except]),
            query: select(random, depth.saturating_sub(1)),
        });
    }
    query.order_by = several(random, 0, 2, |random| order_term(random, depth));
    if random.percent(30) {
        query.limit = Some(expr(random, depth.min(1)));
        query.offset = random.percent(50).then(|| expr(random, 0));
    }
    query
}

fn select(random: &mut Random, depth: usize) -> QueryStatement {
    let table = random.percent(80).then(|| table(random, depth));
    let joins = if table.is_some() { several(random, 0, 3, |random| join(random, depth)) } else { Vec::new() };
    let mut query = QueryStatement {
        distinct: random.percent(20),
        only: several(random, 1, 3, |random| item(random, depth)),
        joins,
        filter: random.percent(50).then(|| expr(random, depth)),
        group_by: several(random, 0, 2, |random| expr(random, depth.min(1))),
        having: random.percent(20).then(|| expr(random, depth.min(1))),
        ..QueryStatement::default()
    };
    if table.is_none() {
        query.only.retain(|item| matches!(item, SelectItem::Expr { .. }));
        query.only.push(expr(random, 0).into());
    }
    query.table = table;
    query
}

fn several<T>(random: &mut Random, least: usize, most: usize, mut make: impl FnMut(&mut Random) -> T) -> Vec<T> {
    (0..random.between(least, most)).map(|_| make(random)).collect()
}

fn name(random: &mut Random) -> Identifier {
    Identifier { name: (*random.pick(&NAMES)).to_owned(), span: Span::default(), double_quoted: random.percent(20) }
}

fn optional_name(random: &mut Random) -> Option<Identifier> {
    random.percent(40).then(|| name(random))
}

fn item(random: &mut Random, depth: usize) -> SelectItem {
    match random.below(10) {
        0 => SelectItem::All { span: Span::default() },
        1 => SelectItem::AllOf { table: name(random) },
        _ => SelectItem::Expr { expr: expr(random, depth), alias: optional_name(random), text: None },
    }
}

fn table(random: &mut Random, depth: usize) -> TableSource {
    if depth > 0 && random.percent(20) {
        return TableSource::Query { query: Box::new(query(random, depth - 1)), alias: optional_name(random) };
    }
    TableSource::Schema(SchemaReference {
        pool: optional_name(random),
        name: name(random),
        alias: optional_name(random),
        indexed: None,
        version: Version::Latest,
    })
}

fn join(random: &mut Random, depth: usize) -> JoinQuery {
    let natural = random.percent(15);
    let constraint = match random.below(4) {
        _ if natural => JoinConstraint::None,
        0 => JoinConstraint::None,
        1 => JoinConstraint::Using(several(random, 1, 2, name)),
        _ => JoinConstraint::On(expr(random, depth.min(1))),
    };
    let kind = *random.pick(&[JoinKind::Inner, JoinKind::Left, JoinKind::Right, JoinKind::Full, JoinKind::Cross]);
    // SQLite has NATURAL CROSS JOIN, sqlparser does not.
    let kind = if natural && kind == JoinKind::Cross { JoinKind::Inner } else { kind };
    JoinQuery { kind, natural, table: table(random, depth), constraint }
}

fn order_term(random: &mut Random, depth: usize) -> OrderTerm {
    OrderTerm {
        expr: expr(random, depth.min(1)),
        order: *random.pick(&[SortOrder::Ascending, SortOrder::Descending]),
        nulls: *random.pick(&[None, Some(NullsOrder::First), Some(NullsOrder::Last)]),
    }
}

fn literal(random: &mut Random) -> Literal {
    let number = random.next().cast_signed();
    match random.below(10) {
        0 => Literal::Null,
        1 => Literal::Integer(number >> random.below(64)),
        2 => Literal::Integer(*random.pick(&[0, -1, i64::MIN, i64::MAX])),
        3 => Literal::Real(number as f64 / 1024.0),
        4 => {
            Literal::Real(*random.pick(&[0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, 1e-300, 1e16, 9_223_372_036_854_775_808.0]))
        }
        5 | 6 => Literal::Text((*random.pick(&TEXTS)).to_owned()),
        7 => Literal::Blob(number.to_le_bytes()[..random.below(9)].to_vec()),
        8 => Literal::Boolean(random.percent(50)),
        _ => Literal::Now((*random.pick(&["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"])).to_owned()),
    }
}

fn boxed(random: &mut Random, depth: usize) -> Box<Expr> {
    Box::new(expr(random, depth - 1))
}

fn expr(random: &mut Random, depth: usize) -> Expr {
    if depth == 0 || random.percent(20) {
        return leaf(random);
    }
    let negated = random.percent(40);
    match random.below(14) {
        0 => unary(random, depth),
        1..=3 => binary(random, depth),
        4 => Expr::IsNull { operand: boxed(random, depth), negated },
        5 => Expr::Between { operand: boxed(random, depth), low: boxed(random, depth), high: boxed(random, depth), negated },
        6 => Expr::Pattern {
            operand: boxed(random, depth),
            operator: *random.pick(&[
                PatternOperator::Like,
                PatternOperator::Glob,
                PatternOperator::Regexp,
                PatternOperator::Match,
            ]),
            pattern: boxed(random, depth),
            escape: random.percent(30).then(|| boxed(random, depth)),
            negated,
        },
        7 => {
            let mut list = several(random, 0, 3, |random| expr(random, depth - 1));
            // SQLite takes `IN ((SELECT …))` for `IN (SELECT …)`.
            if let [Expr::Subquery(_)] = list.as_slice() {
                list.clear();
            }
            Expr::InList { operand: boxed(random, depth), list, negated }
        }
        8 => Expr::InQuery { operand: boxed(random, depth), query: Box::new(query(random, depth - 1)), negated },
        9 => Expr::Exists { query: Box::new(query(random, depth - 1)), negated },
        10 => Expr::Subquery(Box::new(query(random, depth - 1))),
        11 => Expr::Case(Case {
            operand: random.percent(50).then(|| boxed(random, depth)),
            branches: several(random, 1, 2, |random| (expr(random, depth - 1), expr(random, depth - 1))),
            otherwise: random.percent(50).then(|| boxed(random, depth)),
        }),
        12 => Expr::Function(call(random, depth)),
        _ => match random.below(3) {
            0 => Expr::Cast {
                operand: boxed(random, depth),
                type_name: (*random.pick(&["TEXT", "decimal(10, -2)", "", "UNSIGNED BIG INT"])).to_owned(),
            },
            1 => Expr::Collate { operand: boxed(random, depth), collation: name(random) },
            _ => Expr::Row(several(random, 2, 3, |random| expr(random, depth - 1))),
        },
    }
}

fn leaf(random: &mut Random) -> Expr {
    match random.below(5) {
        0 | 1 => Expr::Literal(literal(random)),
        2 => Expr::Parameter { name: (*random.pick(&["?", "?7", ":name", "@at", "$dollar"])).to_owned(), span: Span::default() },
        _ => {
            let table = optional_name(random);
            let pool = table.is_some().then(|| optional_name(random)).flatten();
            Expr::Field(FieldReference { pool, table, name: name(random) })
        }
    }
}

fn unary(random: &mut Random, depth: usize) -> Expr {
    let operator = *random.pick(&[UnaryOperator::Minus, UnaryOperator::Plus, UnaryOperator::BitNot, UnaryOperator::Not]);
    match expr(random, depth - 1) {
        // NOT EXISTS is one node, and the least integer is its own.
        Expr::Exists { query, negated: false } if operator == UnaryOperator::Not => Expr::Exists { query, negated: true },
        operand => Expr::Unary { operator, operand: Box::new(operand) },
    }
}

fn binary(random: &mut Random, depth: usize) -> Expr {
    use BinaryOperator as Op;
    let operator = *random.pick(&[
        Op::Or,
        Op::And,
        Op::Equal,
        Op::NotEqual,
        Op::Is,
        Op::IsNot,
        Op::Less,
        Op::LessOrEqual,
        Op::Greater,
        Op::GreaterOrEqual,
        Op::BitAnd,
        Op::BitOr,
        Op::ShiftLeft,
        Op::ShiftRight,
        Op::Add,
        Op::Subtract,
        Op::Multiply,
        Op::Divide,
        Op::Remainder,
        Op::Concat,
        Op::JsonArrow,
        Op::JsonLongArrow,
    ]);
    let (left, right) = (boxed(random, depth), boxed(random, depth));
    if matches!(operator, Op::Is | Op::IsNot) && *right == Expr::Literal(Literal::Null) {
        return Expr::IsNull { operand: left, negated: operator == Op::IsNot };
    }
    Expr::Binary { left, operator, right }
}

fn call(random: &mut Random, depth: usize) -> FunctionCall {
    let name = (*random.pick(&["count", "sum", "replace", "IF", "filter", "my fn", "ünï"])).to_owned();
    let star = random.percent(15);
    let arguments = if star { Vec::new() } else { several(random, 0, 3, |random| expr(random, depth - 1)) };
    let has_arguments = !arguments.is_empty();
    let mut call = FunctionCall::new(name, arguments);
    call.star = star;
    call.distinct = has_arguments && random.percent(20);
    if has_arguments && random.percent(20) {
        call.order_by = several(random, 1, 2, |random| order_term(random, depth - 1));
    }
    call.filter = random.percent(15).then(|| boxed(random, depth));
    call
}
