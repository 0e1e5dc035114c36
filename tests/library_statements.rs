//! Statements written by programs: what the builder makes, and that `to_string` reads back to the same statement.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

#[path = "library_statements/generate.rs"]
mod generate;
#[path = "library_statements/lookups.rs"]
mod lookups;

use glue::sql::parse;
use glue::statement::{
    CommonTable, CompoundQuery, Expr, FunctionCall, JoinKind, Literal, NullsOrder, OrderTerm, QueryStatement, SchemaReference,
    SelectItem, SetOperator, Statement, TableSource, UnaryOperator, field,
};
use support::Random;

fn read(sql: &str) -> QueryStatement {
    match parse(sql) {
        Statement::Query(query) => *query,
        other => panic!("not read: {sql}\n{other:?}"),
    }
}

/// The statement's shape as text, without spans, quotes of names and texts of result columns.
fn shape(query: &QueryStatement) -> String {
    let mut shape = format!("{query:?}").replace("text: None", "").replace("double_quoted: true", "double_quoted: false");
    shape = without(&shape, "Span {", |rest| rest.find('}').unwrap() + 1);
    without(&shape, "text: Some(\"", |rest| {
        let mut escaped = false;
        let is_end = |letter| {
            let ends = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            ends
        };
        rest.find(is_end).unwrap() + 2
    })
}

/// The text without what begins with `from` and ends where `end` says.
fn without(text: &str, from: &str, end: impl Fn(&str) -> usize) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        kept.push_str(&rest[..at]);
        rest = &rest[at + from.len()..];
        rest = &rest[end(rest)..];
    }
    kept + rest
}

fn assert_reads_back(query: &QueryStatement) {
    let sql = query.to_string();
    let again = read(&sql);
    assert_eq!(shape(query), shape(&again), "{sql}");
}

#[test]
fn generated_statements_read_back() {
    let mut shapes = std::collections::BTreeSet::new();
    for seed in 0..1500 {
        let mut random = Random::new(seed);
        let query = generate::query(&mut random, 3);
        assert_reads_back(&query);
        shapes.insert(shape(&query));
    }
    assert!(shapes.len() > 1400, "{} statements differ", shapes.len());
}

/// Forms that the parser never makes: they read back as another form of the same, which then stays as it is.
#[test]
fn other_forms_settle() {
    let null = || Expr::Literal(Literal::Null);
    let not = |operand| Expr::Unary { operator: UnaryOperator::Not, operand: Box::new(operand) };
    let only = |expr: Expr| QueryStatement::new().only([expr]);
    let statements = [
        QueryStatement::new().table("t").offset(3),
        only(Expr::Binary {
            left: Box::new(field("a")),
            operator: glue::statement::BinaryOperator::IsNot,
            right: Box::new(null()),
        }),
        only(not(Expr::exists(only(null())))),
        only(Expr::Row(vec![field("a")])),
        only("a\0b".into()),
        QueryStatement {
            compound: vec![CompoundQuery { operator: SetOperator::Union, query: QueryStatement::new().table("u").limit(1) }],
            ..QueryStatement::new().table("t")
        },
    ];
    for statement in statements {
        let once = read(&statement.to_string());
        assert_reads_back(&once);
    }
}

#[test]
fn reals_read_back_to_the_bit() {
    let mut random = Random::new(7);
    let special = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, f64::MAX, 5e-324, 0.1, 1e16, 123.456];
    for real in special.into_iter().chain((0..5000).map(|_| f64::from_bits(random.next()))).filter(|real| !real.is_nan()) {
        let sql = QueryStatement::new().only([Expr::from(real)]).to_string();
        let SelectItem::Expr { expr: Expr::Literal(Literal::Real(again)), .. } = &read(&sql).only[0] else { panic!("{sql}") };
        assert_eq!(real.to_bits(), again.to_bits(), "{sql}");
    }
    assert_eq!(Expr::from(2.5).to_string(), "2.5");
    assert_eq!(Expr::from(f64::NAN).to_string(), "NULL");
}

#[test]
fn every_clause_has_a_method() {
    let numbers = QueryStatement::new()
        .only([Expr::from(1)])
        .union_all(QueryStatement::new().only([field("i") + 1]).table("n").filter(field("i").lt(5)));
    let spent = QueryStatement::new()
        .only(["customer_id"])
        .aggregate("total", FunctionCall::new("sum", ["amount"]))
        .table("sales.orders")
        .group_by(["customer_id"]);
    let statement = QueryStatement::new()
        .with("best", spent.clone().order_by([OrderTerm::descending("total")]).limit(3))
        .with_recursive("n", ["i"], numbers)
        .distinct()
        .only(["c.*"])
        .only([SelectItem::aliased("b.total", "spent")])
        .annotate("half", field("b.total") / 2)
        .annotate("newest", QueryStatement::new().only([Expr::from(FunctionCall::new("max", ["day"]))]).table("days"))
        .table("crm.customers AS c")
        .join("best AS b")
        .on(field("b.customer_id").eq(field("c.id")))
        .left_join(spent.alias("s"))
        .using(["customer_id"])
        .right_join("r")
        .on(true)
        .full_join("f")
        .on(field("f.a").eq(field("r.a")) & field("f.b").gt(1))
        .cross_join("n")
        .natural_join(JoinKind::Left, "z")
        .filter(field("c.id").is_in(QueryStatement::new().only(["id"]).table("active")))
        .filter(!Expr::exists(QueryStatement::new().only(["*"]).table("blocked")))
        .having(FunctionCall::count_all().gt(Expr::parameter(":least")))
        .order_by(["c.name"])
        .order_by([OrderTerm::descending(field("b.total")).nulls(NullsOrder::Last)])
        .limit(10)
        .offset(20);
    assert_eq!(
        statement.to_string(),
        "WITH RECURSIVE best AS (SELECT customer_id, sum(amount) AS total FROM sales.orders GROUP BY customer_id \
         ORDER BY total DESC LIMIT 3), n(i) AS (SELECT 1 UNION ALL SELECT (i + 1) FROM n WHERE (i < 5)) \
         SELECT DISTINCT c.*, b.total AS spent, (b.total / 2) AS half, (SELECT max(day) FROM days) AS newest \
         FROM crm.customers AS c JOIN best AS b ON (b.customer_id = c.id) \
         LEFT JOIN (SELECT customer_id, sum(amount) AS total FROM sales.orders GROUP BY customer_id) AS s USING (customer_id) \
         RIGHT JOIN r ON TRUE FULL JOIN f ON ((f.a = r.a) AND (f.b > 1)) CROSS JOIN n NATURAL LEFT JOIN z \
         WHERE ((c.id IN (SELECT id FROM active)) AND (NOT EXISTS (SELECT * FROM blocked))) \
         HAVING (count(*) > :least) ORDER BY c.name, b.total DESC NULLS LAST LIMIT 10 OFFSET 20"
    );
    assert_reads_back(&statement);
    let compound = QueryStatement::new()
        .table("a")
        .union(QueryStatement::new().table("b").limit(2))
        .intersect(QueryStatement::new().only(["*"]).table("c"))
        .except(QueryStatement::new().only(["*"]).table("d").union_all(QueryStatement::new().table("e")));
    assert_eq!(
        compound.to_string(),
        "SELECT * FROM a UNION SELECT * FROM (SELECT * FROM b LIMIT 2) INTERSECT SELECT * FROM c \
         EXCEPT SELECT * FROM (SELECT * FROM d UNION ALL SELECT * FROM e)"
    );
}

#[test]
fn strings_name_tables_and_columns() {
    let with_alias = SchemaReference { name: "orders".into(), alias: Some("o".into()), ..Default::default() };
    assert_eq!(SchemaReference::from("orders as o"), with_alias);
    assert_eq!(TableSource::from(with_alias), TableSource::from("orders AS o"));
    assert_eq!(field("sales.orders.id").to_string(), "sales.orders.id");
    assert_eq!(SchemaReference::new("my.table").to_string(), "`my.table`");
    assert_eq!(SelectItem::from("*"), SelectItem::All { span: glue::error::Span::default() });
    let common = CommonTable {
        name: "n".into(),
        columns: vec![],
        materialization: Some(glue::statement::Materialization::Materialized),
        query: QueryStatement::new().only([Expr::from(-1)]),
    };
    let statement = QueryStatement { with: vec![common], table: Some("n".into()), ..Default::default() };
    assert_eq!(statement.to_string(), "WITH n AS MATERIALIZED (SELECT (-1)) SELECT * FROM n");
}
