//! Places, names, scripts, and texts that are no SELECT.

use super::{database, query};
use crate::sql::{parse, quote_identifier, render_query, split, table_names};
use crate::statement::{Expr, PragmaEffect, SelectItem, Statement};

#[test]
fn texts_of_columns_are_sqlites_names() {
    let connection = database();
    let sql = "SELECT count( * ) , a+ /* é */ 1 x9, a  ||\r\n'ü😀' , (b), - -1, max(b)over(), 'q' -- end\n FROM t";
    let names: Vec<String> = connection.prepare(sql).unwrap().column_names().into_iter().map(ToOwned::to_owned).collect();
    let read = query(sql).unwrap();
    let columns: Vec<String> = read
        .only
        .iter()
        .map(|item| match item {
            SelectItem::Expr { alias: Some(alias), .. } => alias.name.clone(),
            SelectItem::Expr { expr: Expr::Field(field), .. } => field.name.name.clone(),
            SelectItem::Expr { text: Some(text), .. } => text.clone(),
            _ => String::new(),
        })
        .collect();
    assert_eq!(names, columns);
    let sql = "SELECT 'é',\r\n  nö, f(😀, 'ß' ) FROM p.t";
    let read = query(sql).unwrap();
    let at = |index: usize| match &read.only[index] {
        SelectItem::Expr { expr, .. } => &sql[expr.span().start..expr.span().end],
        _ => "",
    };
    assert_eq!((at(1), at(2)), ("nö", "f(😀, 'ß' )"));
    assert_eq!(&sql[read.span.start..read.span.end], sql);
}

#[test]
fn scripts_split_as_sqlite_splits_them() {
    let script = "; SELECT ';' ; -- c;\n /* ; */ CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; SELECT [;] ; END; EXPLAIN CREATE TRIGGER h BEGIN SELECT 2; END ; select \"é;\"";
    let parts = split(script);
    assert_eq!(parts.len(), 4, "{parts:?}");
    assert!(parts.iter().all(|part| script[part.offset..].starts_with(part.text)));
    assert_eq!(parts.iter().map(|part| part.complete).collect::<Vec<_>>(), [true, true, true, false]);
    assert!(parts[1].text.ends_with("END") && parts[3].text == "select \"é;\"");
}

#[test]
fn other_statements_stay_text() {
    for (sql, expected) in [
        ("WITH q AS (VALUES (1)) SELECT * FROM q LIMIT", true),
        ("VALUES (1), (2,)", true),
        ("EXPLAIN QUERY PLAN SELECT 1", true),
        ("WITH replace AS (VALUES (1)) SELECT 1 LIMIT ALL", true),
    ] {
        assert!(matches!(parse(sql), Statement::Text { reads_only, .. } if reads_only == expected), "{sql}");
    }
    for (sql, expected) in [
        ("PRAGMA table_info(t)", PragmaEffect::Reads),
        ("PRAGMA user_version", PragmaEffect::Reads),
        ("PRAGMA user_version = 3", PragmaEffect::WritesFile),
        ("PRAGMA main.journal_mode(wal)", PragmaEffect::WritesFile),
        ("PRAGMA wal_checkpoint", PragmaEffect::WritesFile),
        ("PRAGMA foreign_keys = on", PragmaEffect::SetsConnection),
        ("PRAGMA table_list = 1", PragmaEffect::SetsConnection),
    ] {
        assert!(matches!(parse(sql), Statement::Pragma(pragma) if pragma.effect == expected), "{sql}");
    }
    let sql = "EXPLAIN ANALYZE  SELECT é FROM t ;";
    let Statement::Explain { analyze: true, statement, span } = parse(sql) else { panic!("{sql}") };
    assert_eq!(&sql[span.start..span.end], "SELECT é FROM t");
    assert!(matches!(*statement, Statement::Query(_)));
}

#[test]
fn names_of_tables_are_found() {
    let names = |sql: &str| {
        table_names(sql)
            .unwrap()
            .into_iter()
            .map(|name| match name.pool {
                Some(pool) => format!("{}.{}", pool.name, name.name.name),
                None => name.name.name,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names("WITH c AS (SELECT 1 FROM z) SELECT * FROM a, p.b AS q JOIN (d, e), c WHERE x IS DISTINCT FROM y"),
        ["z", "a", "p.b", "d", "e"]
    );
    assert_eq!(names("INSERT INTO p.t SELECT a, b FROM u"), ["p.t", "u"]);
    assert_eq!(names("CREATE INDEX i ON t (a)"), ["t"]);
    assert_eq!(names("UPDATE OR IGNORE t SET a = 1, b = 2 FROM u, v"), ["t", "u", "v"]);
    assert_eq!(names("DROP TABLE IF EXISTS p.t"), ["p.t"]);
}

#[test]
fn deep_and_damaged_texts_do_not_panic() {
    let nested = |depth: usize| format!("SELECT {}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(query(&nested(900)).is_some());
    assert!(query(&nested(100_000)).is_none());
    assert!(query(&format!("SELECT {}1", "-".to_owned() + &" ~".repeat(50_000))).is_none());
    assert!(query(&format!("SELECT 1{}", " + 1".repeat(900))).is_some());
    assert!(query(&format!("SELECT 1{}", " + 1".repeat(100_000))).is_none());
    assert!(query(&format!("{}SELECT 1{}", "SELECT * FROM (".repeat(5000), ")".repeat(5000))).is_none());
    let seeds = [
        "SELECT a, count(*) FILTER (WHERE b) FROM t AS é JOIN \"u\" USING (a) WHERE x LIKE '%' ESCAPE '\\' ORDER BY 1 DESC LIMIT 0x1F, .5e1",
        "WITH q(i) AS MATERIALIZED (SELECT CASE WHEN 1 THEN x'00' END) SELECT *, q.* FROM q, (SELECT 1) UNION SELECT sum(a) OVER (ORDER BY b) FROM [t😀]",
    ];
    let mut state = 42_u64;
    let mut random = move |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % limit
    };
    for round in 0..4000 {
        let mut characters: Vec<char> = seeds[round % 2].chars().collect();
        for _ in 0..=random(4) {
            if characters.is_empty() {
                break;
            }
            let at = random(characters.len().max(1));
            match random(4) {
                0 => drop(characters.remove(at)),
                1 => characters.insert(at, ['(', ')', '\'', '"', '.', ',', '$', '\0', '-', 'é'][random(10)]),
                2 => characters.truncate(at + 1),
                _ => {
                    let other = random(characters.len().max(1));
                    characters.swap(at, other);
                }
            }
        }
        let text: String = characters.into_iter().collect();
        if let Some(read) = query(&text) {
            let _ = render_query(&read);
        }
        let _ = (split(&text), table_names(&text));
    }
}

#[test]
fn names_are_quoted_where_needed() {
    assert_eq!(quote_identifier("abc_1"), "abc_1");
    assert_eq!(quote_identifier("select"), "\"select\"");
    assert_eq!(quote_identifier("a\"b"), "\"a\"\"b\"");
    assert_eq!(quote_identifier(""), "\"\"");
}
