//! Readings checked against SQLite's own byte code: a text and glue's fully bracketed rendering of it must compile alike.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::{parse, quote_identifier, render_query, split, table_names};
use crate::statement::{Expr, PragmaEffect, QueryStatement, SelectItem, Statement};

fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t (a, b INTEGER, c TEXT COLLATE NOCASE, d REAL, x, y);
             CREATE TABLE u (a, b, e, f, k);
             CREATE TABLE interval_table (interval, top, sample, format);
             CREATE TABLE \"emoji😀\" (\"na me\", [br], w$x);",
        )
        .unwrap();
    connection
}

/// The byte code, without the comments; None where SQLite refuses the text.
fn code(connection: &Connection, sql: &str) -> Option<Vec<Vec<String>>> {
    let mut statement = connection.prepare(&format!("EXPLAIN {sql}")).ok()?;
    let width = statement.column_count() - 1;
    let mut rows = statement.raw_query();
    let mut code = Vec::new();
    while let Ok(Some(row)) = rows.next() {
        code.push((0..width).map(|column| readable(row.get_ref(column).unwrap())).collect());
    }
    Some(code)
}

/// A cell of EXPLAIN; some of its texts are no UTF-8.
fn readable(cell: ValueRef<'_>) -> String {
    match cell {
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => format!("{other:?}"),
    }
}

fn query(sql: &str) -> Option<QueryStatement> {
    match parse(sql) {
        Statement::Query(query) => Some(*query),
        _ => None,
    }
}

/// Checks one text; whether it was read.
fn check(connection: &Connection, sql: &str) -> bool {
    let Some(read) = query(sql) else { return false };
    let rendered = render_query(&read);
    let expected = code(connection, sql);
    assert!(expected.is_some(), "SQLite refuses what glue reads: {sql}\n{rendered}");
    let actual = code(connection, &rendered);
    assert_eq!(expected, actual, "{sql}\n{rendered}");
    let again = query(&rendered).unwrap_or_else(|| panic!("not read again: {rendered}: {:?}", parse(&rendered)));
    assert_eq!(without_places(&read), without_places(&again), "{sql}\n{rendered}");
    true
}

/// The statement's shape as text, without spans and without the texts of result columns.
fn without_places(query: &QueryStatement) -> String {
    let shape = format!("{query:?}");
    let mut kept = String::new();
    let mut rest = shape.as_str();
    while let Some(at) = rest.find("Span {") {
        kept.push_str(&rest[..at]);
        rest = &rest[at + rest[at..].find('}').unwrap() + 1..];
    }
    kept.push_str(rest);
    // Texts of result columns hold brackets in the rendering.
    let mut shape = String::new();
    let mut rest = kept.as_str();
    while let Some(at) = rest.find("text: Some(\"") {
        shape.push_str(&rest[..at]);
        rest = &rest[at + 12..];
        let mut escaped = false;
        let end = rest.find(|c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        rest = &rest[end.unwrap() + 1..];
    }
    shape.push_str(rest);
    shape
}

#[test]
fn operator_pairs_bind_as_in_sqlite() {
    let connection = database();
    let binary = [
        "OR",
        "AND",
        "=",
        "==",
        "<>",
        "!=",
        "IS",
        "IS NOT",
        "IS DISTINCT FROM",
        "IS NOT DISTINCT FROM",
        "<",
        "<=",
        ">",
        ">=",
        "&",
        "|",
        "<<",
        ">>",
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        "->",
        "->>",
        "LIKE",
        "NOT LIKE",
        "GLOB",
        "NOT GLOB",
    ];
    let mut read = 0;
    for one in binary {
        for two in binary {
            for sql in [
                format!("SELECT a {one} b {two} x FROM t"),
                format!("SELECT NOT a {one} - b {two} ~x FROM t"),
                format!("SELECT a {one} NOT b {two} x FROM t"),
                format!("SELECT a {one} b BETWEEN x {two} y AND d FROM t"),
                format!("SELECT a BETWEEN b AND x {one} y {two} d FROM t"),
                format!("SELECT a {one} b {two} x COLLATE NOCASE FROM t"),
                format!("SELECT a {one} b IN (1, 2) {two} x FROM t"),
                format!("SELECT a {one} b ISNULL {two} x NOT NULL FROM t"),
                format!("SELECT a {one} b NOT IN (SELECT a FROM u) {two} x NOTNULL FROM t"),
                format!("SELECT a LIKE b {one} x ESCAPE 'c' {two} y FROM t"),
            ] {
                if code(&connection, &sql).is_some() {
                    assert!(check(&connection, &sql), "not read: {sql}: {:?}", parse(&sql));
                    read += 1;
                }
            }
        }
    }
    assert!(read > 5000, "{read}");
}

#[test]
fn statements_read_as_in_sqlite() {
    let connection = database();
    for sql in [
        "SELECT 2 * 3 || 4, 4 | 2 & 1, ~a || 1, b LIKE 'x' = 1, b GLOB 'x*' = 1 FROM t",
        "SELECT x ->> 'k' + 1, x ->> 'k' || 'z', 2 * x ->> 'k', 0x1F, 0xff, 0XAB FROM t",
        "SELECT d ISNULL, a + 1 ISNULL, interval, top, sample FROM t, interval_table",
        "SELECT a << 1 >> 2, a IS b, a IS NOT b, a IS NULL, a IS NOT TRUE, a NOT GLOB 'x' FROM t",
        "SELECT * FROM t CROSS JOIN u ON t.a = u.a",
        "SELECT CAST(a AS UNSIGNED BIG INT), CAST(b AS NATIVE CHARACTER(70)), CAST(b AS DECIMAL(10, -2)) FROM t",
        "SELECT a top, b sample, c offset, d fetch, x window, y pivot FROM t qualify",
        "SELECT a AS \"q\", b AS [w], c AS `v`, d 'text', x AS 'more' FROM t AS \"T\"",
        "SELECT \"na me\", [br], w$x FROM \"emoji😀\", t AS emoji😀",
        "SELECT 9223372036854775807, 9223372036854775808, -9223372036854775808, 1_000, 0x7fffffffffffffff, 0x8000000000000000",
        "SELECT -(9223372036854775808), - -9223372036854775808, 1e999, -1e999, 1.5e-3, .5, 5., x'00FF', 'it''s'",
        "SELECT TRUE, FALSE, a IS TRUE, a IS NOT FALSE, CURRENT_DATE, current_timestamp FROM t",
        "SELECT count(*), count( DISTINCT a ), sum(a) FILTER (WHERE b > 1), group_concat(c, ',' ORDER BY b DESC NULLS LAST) FROM t",
        "SELECT sum(a) OVER (PARTITION BY b ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES), max(a) over FROM t",
        "SELECT CASE a WHEN 1 THEN 'x' WHEN 2 THEN b ELSE c END, CASE WHEN a THEN b END FROM t",
        "SELECT (a, b) = (1, 2), (a, b) IN (SELECT a, b FROM u), a IN (), a NOT IN (1) FROM t",
        "SELECT * FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a) AND NOT EXISTS (SELECT 1 FROM u) = 1",
        "SELECT t.*, u.k FROM t LEFT JOIN u USING (a, b) NATURAL JOIN interval_table",
        "SELECT * FROM t RIGHT OUTER JOIN u ON t.a = u.a FULL JOIN interval_table AS i ON i.top = u.a, t AS z JOIN u AS w ON 1",
        "SELECT a FROM t UNION SELECT a FROM u INTERSECT SELECT b FROM u EXCEPT SELECT 1 UNION ALL SELECT 2 ORDER BY 1 DESC LIMIT 3",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n LIMIT 2, 3",
        "WITH n AS MATERIALIZED (SELECT 1 AS i), m AS NOT MATERIALIZED (SELECT 2 AS j) SELECT * FROM n, m LIMIT 3 OFFSET 1",
        "SELECT a, b FROM t GROUP BY a, b HAVING count(*) > 1 ORDER BY a COLLATE NOCASE NULLS LAST, 2 DESC NULLS FIRST",
        "SELECT DISTINCT ?, ?3, :n, @m, $o, x -> '$.a' ->> 'b' FROM t WHERE a BETWEEN 1 AND 2 AND b NOT BETWEEN 3 AND 4",
        "SELECT ALL a FROM (SELECT * FROM (SELECT a FROM t) AS q WHERE a IN (SELECT a FROM u)) z",
        "SELECT \"no such column\", replace(c, 'a', 'b'), like(a, b), if(a, b, c) FROM t",
        "SELECT a LIKE 'x%' ESCAPE '\\' AND b, a NOT LIKE b ESCAPE c OR d FROM t",
    ] {
        assert!(check(&connection, sql), "not read: {sql}: {:?}", parse(sql));
    }
    for sql in [
        "VALUES (1)",
        "SELECT * FROM (t, u)",
        "SELECT * FROM t INDEXED BY i",
        "SELECT 1 LIMIT ALL",
        "SELECT * FROM json_each('[]')",
        "SELECT (*) FROM t",
        "SELECT 1;2",
        "SELECT 'x",
        "SELECT select FROM t",
        "SELECT 123abc",
        "",
        "SELECT",
    ] {
        assert!(matches!(parse(sql), Statement::Text { .. }), "{sql}");
    }
}

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
        ("SELEC 1", false),
        ("WITH q AS (VALUES (1)) SELECT * FROM q", true),
        ("VALUES (1)", true),
        ("EXPLAIN QUERY PLAN SELECT 1", true),
        ("WITH replace AS (VALUES (1)) SELECT 1", true),
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

/// The benchmark's queries beside the corpus, where they are at hand.
#[test]
fn the_benchmark_is_read() {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/bench");
    for folder in ["tpch", "federated"] {
        let Ok(files) = std::fs::read_dir(format!("{shared}/{folder}")) else { continue };
        for path in files.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        {
            let sql = std::fs::read_to_string(&path).unwrap();
            for statement in split(&sql) {
                assert!(query(statement.text).is_some(), "{}: {:?}", path.display(), parse(statement.text));
            }
        }
    }
}

#[test]
fn the_corpus_reads_as_in_sqlite() {
    let folder =
        std::env::var("GLUE_CORPUS").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus").to_owned());
    let Ok(files) = std::fs::read_dir(format!("{folder}/steps")) else { return };
    let (mut selects, mut read) = (0_usize, 0_usize);
    let mut reasons = std::collections::BTreeMap::<String, usize>::new();
    let mut wrong = Vec::new();
    for file in files.flatten().filter(|file| file.path().extension().is_some_and(|ending| ending == "jsonl")) {
        for line in std::fs::read_to_string(file.path()).unwrap().lines() {
            let script: serde_json::Value = serde_json::from_str(line).unwrap();
            let connection = Connection::open_in_memory().unwrap();
            for pool in 0..3 {
                connection.execute_batch(&format!("ATTACH ':memory:' AS p{pool}")).unwrap();
            }
            for step in script["steps"].as_array().unwrap() {
                let sql = step["sql"].as_str().unwrap();
                if step.get("rows").is_none() {
                    let _ = connection.execute_batch(sql);
                    continue;
                }
                selects += 1;
                match parse(sql) {
                    Statement::Query(found) => {
                        read += 1;
                        let rendered = render_query(&found);
                        if code(&connection, sql) != code(&connection, &rendered) {
                            wrong.push(format!("{sql}\n   {rendered}"));
                        }
                    }
                    Statement::Text { why, .. } => *reasons.entry(why).or_default() += 1,
                    _ => {}
                }
            }
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    reasons.truncate(20);
    let report =
        format!("{read} of {selects} read; {} wrong; {reasons:#?}\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(wrong.is_empty() && read * 10 > selects * 8, "{report}");
}
