-- Compounds read as tables whose SELECTs differ in affinity, compared in every place that SQLite does not move into them.
-- pool a
CREATE TABLE t(id INTEGER PRIMARY KEY, i INT, r REAL, s TEXT, n NUMERIC, b);
INSERT INTO t VALUES (1, 1, 1.0, '1', 1, '1'), (2, 2, 2.5, '02', '2', 2), (3, NULL, 3, 'x', 2.5, x'31'), (4, 4, NULL, '4.0', 'y', 4.0);
CREATE VIEW mixed AS SELECT i AS p, 1 AS q FROM t UNION ALL SELECT s, 2 FROM t;
-- pool b
CREATE TABLE u(id INTEGER PRIMARY KEY, i INT, r REAL, s TEXT, b);
INSERT INTO u VALUES (1, 1, 1.0, '1', 1), (2, 2, 2.5, '2', '02'), (3, 4, NULL, 'x', '4.0'), (4, NULL, 4.0, '4', x'31');
-- queries
-- each SELECT i AS p FROM a.t UNION ALL SELECT s FROM b.u
-- each SELECT s AS p FROM a.t UNION ALL SELECT i FROM b.u
-- each SELECT r AS p FROM a.t UNION ALL SELECT i FROM b.u
-- each SELECT i AS p FROM a.t UNION SELECT r FROM b.u
-- each SELECT r AS p FROM a.t UNION SELECT i FROM b.u
-- each SELECT b AS p FROM a.t UNION ALL SELECT r FROM b.u
-- each SELECT 1 AS p UNION ALL SELECT r FROM a.t UNION ALL SELECT i FROM b.u
-- each SELECT i + 0 AS p FROM a.t UNION ALL SELECT s FROM b.u
-- each SELECT '2' AS p UNION ALL SELECT n FROM a.t UNION ALL SELECT b FROM b.u
-- each SELECT r AS p FROM a.t UNION ALL SELECT s FROM b.u
-- each SELECT i AS p FROM a.t UNION ALL SELECT r FROM b.u ORDER BY 1 LIMIT 6
SELECT p, typeof(p) FROM ({}) AS c ORDER BY 1, 2;
SELECT p, typeof(p), p = 2, p = '2', p < 3, p IN (1, '4', 2.5), p BETWEEN '1' AND 3, CASE p WHEN '1' THEN 'a' WHEN 4 THEN 'b' END, p = b FROM ({}) AS c, (SELECT '02' AS b) ORDER BY 1, 2;
SELECT c.p, typeof(c.p), t.id FROM ({}) AS c JOIN a.t ON c.p = t.s ORDER BY 1, 2, 3;
SELECT c.p, typeof(c.p), t.id FROM ({}) AS c JOIN a.t ON c.p = t.i ORDER BY 1, 2, 3;
SELECT c.p, typeof(c.p), u.id FROM ({}) AS c LEFT JOIN b.u ON c.p = u.b ORDER BY 1, 2, 3;
SELECT u.id, u.b IN (SELECT p FROM ({}) AS c), u.s IN (SELECT p FROM ({}) AS c), u.i IN (SELECT p FROM ({}) AS c), EXISTS (SELECT 1 FROM ({}) AS c WHERE c.p = u.b) FROM b.u ORDER BY 1;
SELECT max(p), min(p), typeof(max(p)), sum(p), count(DISTINCT p), total(p) FROM ({}) AS c;
SELECT p, count(*), typeof(p) FROM ({}) AS c GROUP BY p, typeof(p) ORDER BY 1, 3;
WITH c AS ({}) SELECT x.p, typeof(x.p), y.p, typeof(y.p) FROM c AS x JOIN c AS y ON x.p = y.p ORDER BY 1, 2, 3, 4;
-- not federated
SELECT p FROM ({}) AS c WHERE p = '2' ORDER BY 1;
-- not federated
SELECT p FROM ({}) AS c WHERE p IN (1, '2') OR p < 1 ORDER BY 1;
-- not federated
SELECT * FROM (SELECT p = '1' AS k, p FROM ({}) AS c) WHERE k ORDER BY 1, 2;
-- not federated
SELECT c.p, u.id FROM ({}) AS c JOIN b.u ON c.p = u.b AND u.b = '02' ORDER BY 1, 2;
-- not federated
SELECT p, count(*) FROM ({}) AS c GROUP BY p HAVING p > '1' ORDER BY 1;
-- not federated
SELECT p = '1' AS k FROM ({}) AS c WHERE k ORDER BY 1;
-- not federated
SELECT t.id FROM a.t WHERE EXISTS (SELECT 1 FROM ({}) AS c WHERE c.p = '2') ORDER BY 1;
SELECT p, typeof(p) FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c ORDER BY 1, 2;
SELECT p, typeof(p), p = 2, p = '2', p < 3, p IN (1, '4', 2.5), p BETWEEN '1' AND 3, CASE p WHEN '1' THEN 'a' WHEN 4 THEN 'b' END, p = b FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c, (SELECT '02' AS b) ORDER BY 1, 2;
SELECT c.p, typeof(c.p), t.id FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c JOIN a.t ON c.p = t.s ORDER BY 1, 2, 3;
SELECT c.p, typeof(c.p), t.id FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c JOIN a.t ON c.p = t.i ORDER BY 1, 2, 3;
SELECT c.p, typeof(c.p), u.id FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c LEFT JOIN b.u ON c.p = u.b ORDER BY 1, 2, 3;
SELECT u.id, u.b IN (SELECT p FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c), u.s IN (SELECT p FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c), u.i IN (SELECT p FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c), EXISTS (SELECT 1 FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c WHERE c.p = u.b) FROM b.u ORDER BY 1;
SELECT max(p), min(p), typeof(max(p)), sum(p), count(DISTINCT p), total(p) FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c;
SELECT p, count(*), typeof(p) FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c GROUP BY p, typeof(p) ORDER BY 1, 3;
WITH c AS (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) SELECT x.p, typeof(x.p), y.p, typeof(y.p) FROM c AS x JOIN c AS y ON x.p = y.p ORDER BY 1, 2, 3, 4;
-- not federated
SELECT p FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c WHERE p = '2' ORDER BY 1;
-- not federated
SELECT p FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c WHERE p IN (1, '2') OR p < 1 ORDER BY 1;
-- not federated
SELECT * FROM (SELECT p = '1' AS k, p FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c) WHERE k ORDER BY 1, 2;
-- not federated
SELECT c.p, u.id FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c JOIN b.u ON c.p = u.b AND u.b = '02' ORDER BY 1, 2;
-- not federated
SELECT p, count(*) FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c GROUP BY p HAVING p > '1' ORDER BY 1;
-- not federated
SELECT p = '1' AS k FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c WHERE k ORDER BY 1;
-- not federated
SELECT t.id FROM a.t WHERE EXISTS (SELECT 1 FROM (SELECT r AS p FROM (SELECT r FROM a.t UNION ALL SELECT i FROM b.u) UNION ALL SELECT i FROM b.u) AS c WHERE c.p = '2') ORDER BY 1;
SELECT p, typeof(p) FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c ORDER BY 1, 2;
SELECT p, typeof(p), p = 2, p = '2', p < 3, p IN (1, '4', 2.5), p BETWEEN '1' AND 3, CASE p WHEN '1' THEN 'a' WHEN 4 THEN 'b' END, p = b FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c, (SELECT '02' AS b) ORDER BY 1, 2;
SELECT c.p, typeof(c.p), t.id FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c JOIN a.t ON c.p = t.s ORDER BY 1, 2, 3;
SELECT c.p, typeof(c.p), t.id FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c JOIN a.t ON c.p = t.i ORDER BY 1, 2, 3;
SELECT c.p, typeof(c.p), u.id FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c LEFT JOIN b.u ON c.p = u.b ORDER BY 1, 2, 3;
SELECT u.id, u.b IN (SELECT p FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c), u.s IN (SELECT p FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c), u.i IN (SELECT p FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c), EXISTS (SELECT 1 FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c WHERE c.p = u.b) FROM b.u ORDER BY 1;
SELECT max(p), min(p), typeof(max(p)), sum(p), count(DISTINCT p), total(p) FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c;
SELECT p, count(*), typeof(p) FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c GROUP BY p, typeof(p) ORDER BY 1, 3;
WITH c AS (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) SELECT x.p, typeof(x.p), y.p, typeof(y.p) FROM c AS x JOIN c AS y ON x.p = y.p ORDER BY 1, 2, 3, 4;
-- not federated
SELECT p FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c WHERE p = '2' ORDER BY 1;
-- not federated
SELECT p FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c WHERE p IN (1, '2') OR p < 1 ORDER BY 1;
-- not federated
SELECT * FROM (SELECT p = '1' AS k, p FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c) WHERE k ORDER BY 1, 2;
-- not federated
SELECT c.p, u.id FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c JOIN b.u ON c.p = u.b AND u.b = '02' ORDER BY 1, 2;
-- not federated
SELECT p, count(*) FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c GROUP BY p HAVING p > '1' ORDER BY 1;
-- not federated
SELECT p = '1' AS k FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c WHERE k ORDER BY 1;
-- not federated
SELECT t.id FROM a.t WHERE EXISTS (SELECT 1 FROM (SELECT CAST(s AS REAL) AS p FROM a.t UNION ALL SELECT i FROM b.u) AS c WHERE c.p = '2') ORDER BY 1;
SELECT p, typeof(p) FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c ORDER BY 1, 2;
SELECT p, typeof(p), p = 2, p = '2', p < 3, p IN (1, '4', 2.5), p BETWEEN '1' AND 3, CASE p WHEN '1' THEN 'a' WHEN 4 THEN 'b' END, p = b FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c, (SELECT '02' AS b) ORDER BY 1, 2;
SELECT c.p, typeof(c.p), t.id FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c JOIN a.t ON c.p = t.s ORDER BY 1, 2, 3;
SELECT c.p, typeof(c.p), t.id FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c JOIN a.t ON c.p = t.i ORDER BY 1, 2, 3;
SELECT c.p, typeof(c.p), u.id FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c LEFT JOIN b.u ON c.p = u.b ORDER BY 1, 2, 3;
SELECT u.id, u.b IN (SELECT p FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c), u.s IN (SELECT p FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c), u.i IN (SELECT p FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c), EXISTS (SELECT 1 FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c WHERE c.p = u.b) FROM b.u ORDER BY 1;
SELECT max(p), min(p), typeof(max(p)), sum(p), count(DISTINCT p), total(p) FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c;
SELECT p, count(*), typeof(p) FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c GROUP BY p, typeof(p) ORDER BY 1, 3;
WITH c AS (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) SELECT x.p, typeof(x.p), y.p, typeof(y.p) FROM c AS x JOIN c AS y ON x.p = y.p ORDER BY 1, 2, 3, 4;
-- not federated
SELECT p FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c WHERE p = '2' ORDER BY 1;
-- not federated
SELECT p FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c WHERE p IN (1, '2') OR p < 1 ORDER BY 1;
-- not federated
SELECT * FROM (SELECT p = '1' AS k, p FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c) WHERE k ORDER BY 1, 2;
-- not federated
SELECT c.p, u.id FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c JOIN b.u ON c.p = u.b AND u.b = '02' ORDER BY 1, 2;
-- not federated
SELECT p, count(*) FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c GROUP BY p HAVING p > '1' ORDER BY 1;
-- not federated
SELECT p = '1' AS k FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c WHERE k ORDER BY 1;
-- not federated
SELECT t.id FROM a.t WHERE EXISTS (SELECT 1 FROM (SELECT r AS p FROM a.t INTERSECT SELECT i FROM b.u) AS c WHERE c.p = '2') ORDER BY 1;
SELECT p, typeof(p) FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c ORDER BY 1, 2;
SELECT p, typeof(p), p = 2, p = '2', p < 3, p IN (1, '4', 2.5), p BETWEEN '1' AND 3, CASE p WHEN '1' THEN 'a' WHEN 4 THEN 'b' END, p = b FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c, (SELECT '02' AS b) ORDER BY 1, 2;
SELECT c.p, typeof(c.p), t.id FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c JOIN a.t ON c.p = t.s ORDER BY 1, 2, 3;
SELECT c.p, typeof(c.p), t.id FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c JOIN a.t ON c.p = t.i ORDER BY 1, 2, 3;
SELECT c.p, typeof(c.p), u.id FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c LEFT JOIN b.u ON c.p = u.b ORDER BY 1, 2, 3;
SELECT u.id, u.b IN (SELECT p FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c), u.s IN (SELECT p FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c), u.i IN (SELECT p FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c), EXISTS (SELECT 1 FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c WHERE c.p = u.b) FROM b.u ORDER BY 1;
SELECT max(p), min(p), typeof(max(p)), sum(p), count(DISTINCT p), total(p) FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c;
SELECT p, count(*), typeof(p) FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c GROUP BY p, typeof(p) ORDER BY 1, 3;
WITH c AS (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) SELECT x.p, typeof(x.p), y.p, typeof(y.p) FROM c AS x JOIN c AS y ON x.p = y.p ORDER BY 1, 2, 3, 4;
-- not federated
SELECT p FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c WHERE p = '2' ORDER BY 1;
-- not federated
SELECT p FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c WHERE p IN (1, '2') OR p < 1 ORDER BY 1;
-- not federated
SELECT * FROM (SELECT p = '1' AS k, p FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c) WHERE k ORDER BY 1, 2;
-- not federated
SELECT c.p, u.id FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c JOIN b.u ON c.p = u.b AND u.b = '02' ORDER BY 1, 2;
-- not federated
SELECT p, count(*) FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c GROUP BY p HAVING p > '1' ORDER BY 1;
-- not federated
SELECT p = '1' AS k FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c WHERE k ORDER BY 1;
-- not federated
SELECT t.id FROM a.t WHERE EXISTS (SELECT 1 FROM (SELECT n AS p FROM a.t EXCEPT SELECT s FROM b.u) AS c WHERE c.p = '2') ORDER BY 1;
SELECT m.p, typeof(m.p), m.q, u.id FROM a.mixed AS m JOIN b.u ON m.p = u.s ORDER BY 1, 2, 3, 4;
WITH c(p, q) AS (VALUES (-1, 7), (2.5, CAST(x'61' AS TEXT)), (3, '1')) SELECT p, q, t.id, typeof(q) FROM c JOIN a.t ON t.s = q ORDER BY 1, 3;
WITH c(p, q) AS (VALUES (-1, 7), (2.5, CAST(1 AS REAL)), (3, '1')) SELECT p, q, t.id, typeof(q) FROM c FULL JOIN a.t ON t.s = q ORDER BY 1, 3;
WITH c(q) AS (VALUES (CAST(1 AS REAL)), (2), ('02')) SELECT q, u.id, typeof(q) FROM c JOIN b.u ON u.s = q ORDER BY 1, 2;
WITH c(q) AS (VALUES (CAST(1 AS INT)), (CAST('02' AS TEXT)), (2.0)) SELECT q, u.id, typeof(q) FROM c JOIN b.u ON u.b = q ORDER BY 1, 2;
SELECT u.id, typeof(CAST(u.s AS )), CAST(u.s AS ) = '2', u.s = CAST(2 AS ), CAST(u.b AS ) FROM b.u JOIN a.t USING (id) ORDER BY 1;
WITH c(q) AS (VALUES (7), (CAST('1' AS )), ('02')) SELECT q, u.id, typeof(q) FROM c JOIN b.u ON u.s = q ORDER BY 1, 2;
