//! Every lookup, with every kind of value, gives in SQLite what the same question gives in Rust.

use std::cmp::Ordering;

use glue::statement::{Condition, Expr, FieldLookup, Literal, QueryStatement, field};
use rusqlite::Connection;

const TEXTS: [&str; 16] =
    ["", "a", "A", "ab", "aB", "b", "a%b", "a_b", "axb", "a*b", "[a]", "a?", "a\\b", "Straße", "STRASSE", "it's"];

fn in_rust(lookup: FieldLookup, text: &str, value: &str) -> bool {
    let (small_text, small_value) = (text.to_ascii_lowercase(), value.to_ascii_lowercase());
    let order = text.cmp(value);
    match lookup {
        FieldLookup::Eq | FieldLookup::In => order == Ordering::Equal,
        FieldLookup::Neq => order != Ordering::Equal,
        FieldLookup::Gt => order == Ordering::Greater,
        FieldLookup::Gte => order != Ordering::Less,
        FieldLookup::Lt => order == Ordering::Less,
        FieldLookup::Lte => order != Ordering::Greater,
        FieldLookup::Contains => text.contains(value),
        FieldLookup::IContains => small_text.contains(&small_value),
        FieldLookup::StartsWith => text.starts_with(value),
        FieldLookup::IStartsWith => small_text.starts_with(&small_value),
        FieldLookup::EndsWith => text.ends_with(value),
        FieldLookup::IEndsWith => small_text.ends_with(&small_value),
        FieldLookup::IsNull | FieldLookup::Regex | FieldLookup::IRegex => unreachable!("not compared here"),
    }
}

const COMPARED: [FieldLookup; 13] = [
    FieldLookup::Eq,
    FieldLookup::Neq,
    FieldLookup::Gt,
    FieldLookup::Gte,
    FieldLookup::Lt,
    FieldLookup::Lte,
    FieldLookup::In,
    FieldLookup::Contains,
    FieldLookup::IContains,
    FieldLookup::StartsWith,
    FieldLookup::IStartsWith,
    FieldLookup::EndsWith,
    FieldLookup::IEndsWith,
];

fn ask(connection: &Connection, condition: &Condition, value: &str) -> Option<bool> {
    let sql = QueryStatement::new().only([Expr::from(condition.clone())]).table("pair").to_string();
    let mut statement = connection.prepare(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let parameters: &[&dyn rusqlite::ToSql] = if statement.parameter_count() == 0 { &[] } else { &[&value] };
    statement.query_row(parameters, |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[test]
fn lookups_in_texts_are_those_of_rust() {
    let connection = Connection::open_in_memory().unwrap();
    // The value's column has what could spoil a comparison of texts.
    connection.execute_batch("CREATE TABLE pair(t TEXT, v TEXT COLLATE NOCASE)").unwrap();
    for text in TEXTS {
        for value in TEXTS {
            connection.execute("DELETE FROM pair", []).unwrap();
            connection.execute("INSERT INTO pair VALUES (?1, ?2)", [text, value]).unwrap();
            let values: [Expr; 4] =
                [value.into(), Expr::parameter("?1"), field("v"), QueryStatement::new().only(["v"]).table("pair").into()];
            for lookup in COMPARED {
                for value_expr in &values {
                    let condition = Condition::new(field("t"), lookup, value_expr.clone());
                    let expected = Some(in_rust(lookup, text, value));
                    assert_eq!(ask(&connection, &condition, value), expected, "{text:?} {lookup:?} {value:?}: {condition}");
                    let opposite = !condition;
                    assert_eq!(ask(&connection, &opposite, value), expected.map(|holds| !holds), "{opposite}");
                }
            }
        }
    }
    connection.execute_batch("DELETE FROM pair; INSERT INTO pair VALUES (NULL, 'a')").unwrap();
    for lookup in COMPARED {
        let condition = Condition::new(field("t"), lookup, "a");
        assert_eq!(ask(&connection, &condition, "a"), None, "{condition}");
        assert_eq!(ask(&connection, &!condition, "a"), None);
    }
}

#[test]
fn null_is_found_by_constants_and_parameters() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("CREATE TABLE pair(t, v); INSERT INTO pair VALUES (NULL, 5)").unwrap();
    for (name, is_null) in [("t", true), ("v", false)] {
        for wanted in [true, false] {
            let values: [Expr; 4] =
                [wanted.into(), i64::from(wanted).into(), Expr::parameter("?1"), Expr::from(i64::from(wanted)) + 0];
            for value in values {
                let condition = field(name).isnull(value);
                let parameter = if wanted { "1" } else { "0" };
                assert_eq!(ask(&connection, &condition, parameter), Some(is_null == wanted), "{condition}");
                assert_eq!(ask(&connection, &!condition, parameter), Some(is_null != wanted));
            }
        }
    }
}

#[test]
fn lists_and_patterns_are_short_sql() {
    for (condition, sql) in [
        (field("a").is_in([1, 2]), "(a IN (1, 2))"),
        (!field("a").is_in([[1, 2], [3, 4]]), "(a NOT IN ((1, 2), (3, 4)))"),
        (field("a").is_in(Vec::<i64>::new()), "(a IN ())"),
        (field("a").is_in("x"), "(a IN ('x'))"),
        (field("a").contains("50%"), "(instr(a, '50%') > 0)"),
        (field("a").icontains("x"), "(a LIKE '%x%')"),
        (!field("a").icontains("50%"), "(a NOT LIKE '%50\\%%' ESCAPE '\\')"),
        (field("a").startswith("x*"), "(a GLOB 'x[*]*')"),
        (field("a").endswith(field("b")), "(a GLOB ('*' || replace(replace(replace(b, '[', '[[]'), '*', '[*]'), '?', '[?]')))"),
        (field("a").isnull(false), "(a NOTNULL)"),
        (field("a").regex("^x"), "(a REGEXP '^x')"),
        (!field("a").iregex("^x"), "(a NOT REGEXP '(?i)^x')"),
        (field("a").iregex(field("b")), "(a REGEXP ('(?i)' || b))"),
        (field("a").eq(None::<i64>), "(a = NULL)"),
        (!field("a").lte(2.5), "(a > 2.5)"),
    ] {
        assert_eq!(condition.to_string(), sql);
        super::assert_reads_back(&QueryStatement::new().only([Expr::from(condition)]));
    }
    let all = glue::statement::Conditions::All(vec![]);
    assert_eq!(Expr::from(all), Expr::Literal(Literal::Boolean(true)));
}
