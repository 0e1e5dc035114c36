-- Compounds whose SELECTs differ in affinity and collation, read as tables, in expressions and alone.
-- pool a
CREATE TABLE t(i INTEGER, r REAL, x TEXT, n NUMERIC, b BLOB, c TEXT COLLATE NOCASE);
INSERT INTO t VALUES (1, 1, '1', 1, '1', 'abc'), (2, 2.5, '2', '2', 2, 'ABD'), (10, 10, '10', 10.0, x'31', 'Abe'), (NULL, NULL, NULL, NULL, NULL, NULL);
-- pool b
CREATE TABLE u(i INTEGER, r REAL, x TEXT, n NUMERIC, b BLOB, c TEXT COLLATE RTRIM);
INSERT INTO u VALUES (1, 1, '1', 1, '1', 'ABC'), (3, 3.5, '3.0', '3.0', 3, 'abd  '), (10, 1e1, '1e1', '1e1', 10, 'abe');
-- queries
-- not federated
SELECT v, typeof(v) FROM (SELECT i AS v FROM a.t UNION ALL SELECT x FROM b.u) WHERE v = '1' ORDER BY 1, 2;
-- not federated
SELECT v, typeof(v) FROM (SELECT x AS v FROM a.t UNION ALL SELECT i FROM b.u) WHERE v = 1 ORDER BY 1, 2;
-- not federated
SELECT v, typeof(v) FROM (SELECT x AS v FROM a.t UNION ALL SELECT b FROM b.u) WHERE v > 1 ORDER BY 1, 2;
-- not federated
SELECT v, typeof(v) FROM (SELECT r AS v FROM a.t UNION ALL SELECT i FROM b.u) ORDER BY 1, 2;
-- not federated
SELECT v, typeof(v) FROM (SELECT i AS v FROM a.t UNION ALL SELECT r FROM b.u) ORDER BY 1, 2;
-- not federated
SELECT v, typeof(v) FROM (SELECT r AS v FROM a.t UNION ALL SELECT 7 FROM b.u) ORDER BY 1, 2;
-- not federated
SELECT v, typeof(v) FROM (SELECT r AS v FROM a.t UNION ALL SELECT '7' FROM b.u) ORDER BY 1, 2;
-- not federated
SELECT v, typeof(v) FROM (SELECT 7 AS v UNION ALL SELECT r FROM b.u UNION ALL SELECT i FROM a.t) ORDER BY 1, 2;
-- not federated
SELECT v, typeof(v), v = '7', v < '8' FROM (SELECT CAST(7 AS REAL) AS v UNION ALL SELECT i FROM b.u UNION ALL SELECT i FROM a.t) ORDER BY 1, 2;
SELECT r, typeof(r) FROM a.t UNION ALL SELECT i, 'x' FROM b.u ORDER BY 1, 2;
-- not federated
SELECT r, typeof(r) FROM a.t UNION ALL SELECT i, 'x' FROM b.u ORDER BY 2 COLLATE NOCASE, 1;
-- not federated
SELECT v FROM (SELECT n AS v FROM a.t UNION SELECT x FROM b.u) WHERE v = '1' ORDER BY 1;
-- not federated
SELECT v FROM (SELECT i + 0 AS v FROM a.t UNION SELECT x FROM b.u) WHERE v = 1 ORDER BY 1;
-- not federated
SELECT v FROM (SELECT i + 0 AS v FROM a.t UNION SELECT n FROM b.u) WHERE v = '1' ORDER BY 1;
-- not federated
SELECT v FROM (SELECT i + 0 AS v FROM a.t UNION SELECT x || '' FROM b.u) WHERE v = '1' ORDER BY 1;
-- not federated
SELECT v FROM (SELECT CASE WHEN i > 1 THEN 2 ELSE 'z' END AS v FROM a.t UNION SELECT x FROM b.u) WHERE v = 2 ORDER BY 1;
-- not federated
SELECT v FROM (SELECT c AS v FROM a.t UNION ALL SELECT c FROM b.u) WHERE v = 'ABC' ORDER BY v;
-- not federated
SELECT v FROM (SELECT 'abc' AS v UNION ALL SELECT c FROM a.t UNION ALL SELECT c FROM b.u) WHERE v = 'ABC' ORDER BY v;
-- not federated
SELECT v FROM (SELECT CAST(c AS TEXT) || '' AS v FROM a.t UNION ALL SELECT c FROM b.u) WHERE v = 'abd' ORDER BY v;
SELECT c FROM a.t UNION SELECT c FROM b.u ORDER BY 1;
SELECT c || '' FROM a.t UNION SELECT c FROM b.u ORDER BY 1;
SELECT c FROM b.u INTERSECT SELECT c FROM a.t ORDER BY 1;
SELECT x FROM b.u EXCEPT SELECT c FROM a.t ORDER BY 1;
SELECT i, i IN (SELECT x FROM b.u UNION SELECT i FROM b.u), i IN (SELECT i FROM b.u UNION SELECT x FROM b.u) FROM a.t ORDER BY 1;
SELECT x, x IN (SELECT x FROM b.u UNION ALL SELECT i FROM b.u), x IN (SELECT i FROM b.u UNION ALL SELECT b FROM b.u) FROM a.t ORDER BY 1;
SELECT c, c IN (SELECT x FROM b.u UNION ALL SELECT c FROM b.u), c || '' IN (SELECT c FROM b.u UNION ALL SELECT x FROM b.u) FROM a.t ORDER BY i;
SELECT i, x = (SELECT i FROM b.u WHERE i = 1 UNION SELECT x FROM b.u WHERE x = '1'), i = (SELECT x FROM b.u WHERE i = 1 UNION SELECT i FROM b.u WHERE i = 1) FROM a.t ORDER BY 1;
-- not federated
WITH m(v) AS (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) SELECT p.v, typeof(p.v), q.v, typeof(q.v) FROM m p JOIN m q ON p.v = q.v ORDER BY 1, 3, 2, 4;
-- not federated
SELECT max(v), min(v), sum(v), group_concat(v ORDER BY v) FROM (SELECT r AS v FROM a.t UNION SELECT i FROM b.u);
SELECT v, count(*) FROM (SELECT x AS v FROM a.t UNION ALL SELECT n FROM b.u) GROUP BY v ORDER BY typeof(v), v;
SELECT v, typeof(v), v || '', v + 1 FROM (SELECT i AS v FROM a.t UNION ALL SELECT x FROM b.u) ORDER BY 1, 2;
SELECT * FROM (SELECT 'a' AS pool, x, i FROM a.t UNION ALL SELECT 'b', NULL, x FROM b.u) WHERE pool = 'b' OR x IS NULL ORDER BY 1, 2, 3;
SELECT max(v), min(v), count(DISTINCT v), group_concat(v ORDER BY v) FROM (SELECT i AS v FROM a.t UNION SELECT x FROM b.u);
SELECT * FROM (SELECT i AS v FROM a.t UNION SELECT x FROM b.u UNION ALL SELECT * FROM (SELECT n FROM a.t UNION SELECT b FROM b.u)) ORDER BY 1;
WITH m(v) AS (SELECT i FROM a.t UNION ALL SELECT x FROM b.u) SELECT p.v, q.v FROM m p, m q ORDER BY 1, 2 LIMIT 20;
SELECT v, row_number() OVER (PARTITION BY v ORDER BY typeof(v)) FROM (SELECT i AS v FROM a.t UNION ALL SELECT b FROM b.u) ORDER BY 1, 2;
-- not federated
SELECT w FROM (SELECT v AS w FROM (SELECT i AS v FROM a.t UNION ALL SELECT x FROM b.u)) WHERE w IN (1, '2') ORDER BY 1;
-- not federated
SELECT i FROM a.t WHERE i IN (SELECT v FROM (SELECT x AS v FROM a.t UNION ALL SELECT i FROM b.u)) ORDER BY 1;
-- not federated
SELECT i FROM a.t JOIN (SELECT x AS v FROM a.t UNION ALL SELECT i FROM b.u) ON v = i ORDER BY 1;
-- not federated
SELECT w.v, z.v FROM (SELECT i AS v FROM a.t UNION SELECT x FROM b.u) w JOIN (SELECT x AS v FROM a.t UNION SELECT i FROM b.u) z ON w.v = z.v ORDER BY 1, 2;
-- SQLite reads the left side of INTERSECT and EXCEPT to its end whatever the right one holds, so that a sum there overflows, but the right
-- side only where the left one has a row.
SELECT sum(9223372036854775807) FROM a.t INTERSECT SELECT i FROM b.u WHERE i = 77;
SELECT i FROM b.u WHERE i = 77 INTERSECT SELECT sum(9223372036854775807) FROM a.t;
SELECT sum(9223372036854775807) FROM a.t EXCEPT SELECT i FROM b.u WHERE i = 77;
SELECT i FROM b.u WHERE i = 77 EXCEPT SELECT sum(9223372036854775807) FROM a.t;
SELECT i FROM b.u WHERE i = 77 INTERSECT SELECT sum(t.i + 9223372036854775800) FROM a.t JOIN b.u AS s ON s.i < t.i;
SELECT i FROM b.u WHERE i = 77 EXCEPT SELECT sum(t.i + 9223372036854775800) FROM a.t JOIN b.u AS s ON s.i < t.i;
-- A grouping key brings a collation only where its expression does: else the next SELECT's counts.
SELECT 1 GROUP BY 1 UNION SELECT c FROM a.t UNION SELECT c FROM b.u ORDER BY 1;
SELECT x || '' FROM b.u GROUP BY 1 UNION SELECT CAST(c AS TEXT) FROM a.t UNION SELECT lower(c) FROM a.t;
SELECT x FROM b.u GROUP BY 1 UNION SELECT c FROM a.t UNION SELECT lower(c) FROM a.t;
SELECT x || '' COLLATE RTRIM FROM b.u GROUP BY 1 UNION SELECT c FROM a.t UNION SELECT c || ' ' FROM a.t;
-- The right side of INTERSECT and EXCEPT, which would take for ever, is not read where the left one has no row.
SELECT i FROM b.u WHERE i = 77 INTERSECT SELECT t.i FROM a.t JOIN generate_series(1, 1000000000000) AS s ON s.value > 0;
SELECT i FROM b.u WHERE i = 77 EXCEPT SELECT t.i + s.value FROM a.t JOIN generate_series(1, 1000000000000) AS s ON s.value > 0;
-- Of several rows VALUES makes a table, whose columns compare as BINARY ones; one row brings no collation.
VALUES ('b'), ('c') UNION SELECT c FROM a.t UNION SELECT lower(c) FROM b.u;
VALUES ('b') UNION SELECT upper(c) FROM a.t UNION SELECT c FROM a.t;
-- not federated
SELECT NULL EXCEPT VALUES ('b'), ('c') UNION SELECT c FROM a.t UNION SELECT lower(c) FROM a.t;
