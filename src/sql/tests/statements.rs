//! Statements chosen by hand.

use super::{database, problem};
use crate::sql::parse;
use crate::statement::Statement;

#[test]
fn statements_read_as_in_sqlite() {
    let connection = database();
    let statements = [
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
        "VALUES (1, 'a'), (x'00', NULL)",
        "SELECT 1 UNION VALUES (2), (3) EXCEPT SELECT 3",
        "SELECT * FROM (VALUES (1, 2)) AS v, (VALUES (3), (4)) WHERE v.column1 IN (VALUES (3)) AND EXISTS (VALUES (1))",
        "WITH v(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM v LIMIT 5) SELECT i, (VALUES (i)) FROM v",
        "SELECT * FROM (t, u)",
        "SELECT t.a, w.k FROM t LEFT JOIN (u AS w JOIN interval_table AS i ON w.a = i.top) ON t.a = w.a",
        "SELECT * FROM (t JOIN u USING (a)) AS q JOIN (u) AS r ON q.a = r.a",
        "SELECT * FROM ((t JOIN u USING (a)) LEFT JOIN interval_table ON top = e), (u2 AS dropped NOT INDEXED)",
        "SELECT * FROM t, u ON t.a = u.a, (u2) AS v USING (a)",
        "SELECT 1 FROM t NATURAL LEFT OUTER JOIN u2 LEFT NATURAL JOIN interval_table AS v CROSS INNER JOIN u AS w LEFT RIGHT JOIN u AS y ON 1",
        "SELECT * FROM t INDEXED BY t_b WHERE b = 1 AND EXISTS (SELECT 1 FROM u AS v NOT INDEXED)",
        "SELECT j.value, key FROM t, json_each(t.x, '$.a') AS j, generate_series(1, 3), main.pragma_table_info('t')",
        "SELECT a IN u2, a NOT IN main.u2, a IN u2(), a IN generate_series(1, b), a IN ((SELECT a FROM u)), a IN ((1)), a IN 'u2' FROM t",
        "SELECT (a, b) < (1, 2), (a, b) IN ((1, 2), (3, 4)), (a, b) IS NOT (SELECT 1, 2), (a, b) BETWEEN (1, 1) AND (2, 2) FROM t",
        "SELECT sum(a) OVER w, max(a) OVER (w ROWS 1 PRECEDING), rank() OVER (ORDER BY b) FROM t WINDOW w AS (PARTITION BY b ORDER BY x)",
        "SELECT count(*) OVER (RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE GROUP) FROM t",
        "SELECT sum(a) FILTER (WHERE b) OVER (ORDER BY a GROUPS BETWEEN 2 PRECEDING AND 1 FOLLOWING EXCLUDE NO OTHERS) FROM t",
        "SELECT lag(a, 1, 0) OVER w1, lead(a) OVER w2 FROM t WINDOW w1 AS (ORDER BY a), w2 AS (w1 RANGE CURRENT ROW) ORDER BY 1",
        "SELECT avg(a) OVER (ORDER BY a RANGE BETWEEN 1 + 1 FOLLOWING AND (2 + 2) FOLLOWING EXCLUDE CURRENT ROW) FROM t AS window",
        "SELECT group_concat(DISTINCT c ORDER BY c COLLATE NOCASE), count(ORDER BY a), random(DISTINCT) FROM t",
        "SELECT 't'.a, t.'b', 't'.*, t.\"c\" FROM 't'",
        "SELECT a AS left, b AS 'indexed', (c) over, (d) filter, x window FROM t AS right",
        "SELECT left.a, right.a FROM t AS left CROSS JOIN t AS right ORDER BY left.a",
        "SELECT CAST(a AS), CAST(a AS 'in' t), a COLLATE 'nocase', a COLLATE NOCASE COLLATE BINARY FROM t",
        "SELECT \"no such column\", replace(c, 'a', 'b'), like(a, b), if(a, b, c) FROM t",
        "SELECT a LIKE 'x%' ESCAPE '\\' AND b, a NOT LIKE b ESCAPE c OR d FROM t",
    ];
    let problems: Vec<String> = statements.into_iter().filter_map(|sql| problem(&connection, sql)).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    for sql in [
        "VALUES (1) ORDER BY 1",
        "SELECT * FROM (t, u) ON 1",
        "SELECT * FROM t LEFT INNER JOIN u",
        "SELECT * FROM t OUTER JOIN u",
        "SELECT * FROM (SELECT 1) over LEFT JOIN u",
        "SELECT current_date.a, current_date() FROM t",
        "SELECT 1 LIMIT ALL",
        "SELECT 'count'(a) FROM t",
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
