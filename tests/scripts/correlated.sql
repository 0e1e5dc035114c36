-- Correlated subqueries of every kind: as values, under OR, several levels deep, with LIMIT, grouping, set operations and windows.
-- pool a
CREATE TABLE t(id INTEGER PRIMARY KEY, k, s TEXT COLLATE NOCASE);
INSERT INTO t VALUES (1, 1, 'x'), (2, 2.0, 'Y'), (3, NULL, 'z'), (4, 2, NULL), (5, '2', 'y'), (6, 1, 'x');
-- pool b
CREATE TABLE u(k INT, v INT, s TEXT);
INSERT INTO u VALUES (1, 10, 'X'), (1, 20, 'y'), (2, 30, 'y'), (2, NULL, 'z'), (NULL, 5, 'x'), (3, 7, NULL);
-- pool c
CREATE TABLE w(k INT, n INT);
INSERT INTO w VALUES (1, 1), (2, 2), (2, 3), (5, 4);
CREATE TABLE big(k INT, n INT);
INSERT INTO big VALUES (1, 9223372036854775807), (9, 9223372036854775807), (9, 1);
-- queries
SELECT id, (SELECT sum(v) FROM b.u WHERE u.k = t.k), (SELECT count(*) FROM b.u WHERE u.k = t.k) FROM a.t ORDER BY id;
SELECT id, (SELECT coalesce(max(v), -1) + count(*) FROM b.u WHERE u.k < t.k) FROM a.t ORDER BY id;
SELECT id, (SELECT v FROM b.u WHERE u.k = t.k ORDER BY v DESC LIMIT 1) FROM a.t ORDER BY id;
SELECT id, (SELECT v FROM b.u WHERE u.k >= t.k ORDER BY v, u.k LIMIT 1 OFFSET 1) FROM a.t ORDER BY id;
SELECT id, EXISTS (SELECT 1 FROM b.u WHERE u.k = t.k), NOT EXISTS (SELECT 1 FROM b.u WHERE u.v > t.id * 5) FROM a.t ORDER BY id;
SELECT id, k IN (SELECT u.k FROM b.u WHERE u.v > t.id), k NOT IN (SELECT u.k FROM b.u WHERE u.v > t.id) FROM a.t ORDER BY id;
SELECT id FROM a.t WHERE k IS NULL OR EXISTS (SELECT 1 FROM b.u WHERE u.k = t.k AND u.v > 15) ORDER BY id;
SELECT id FROM a.t WHERE NOT (k IS NULL OR EXISTS (SELECT 1 FROM b.u WHERE u.s = t.s)) ORDER BY id;
SELECT id FROM a.t WHERE k NOT IN (SELECT u.k FROM b.u WHERE u.v = t.id * 10) ORDER BY id;
SELECT id FROM a.t WHERE EXISTS (SELECT 1 FROM b.u WHERE u.k = t.k AND EXISTS (SELECT 1 FROM c.w WHERE w.k = u.k AND w.n = t.id)) ORDER BY id;
SELECT id, (SELECT (SELECT count(*) FROM c.w WHERE w.k = t.k AND w.n < u.v) FROM b.u WHERE u.k = t.k ORDER BY u.v LIMIT 1) FROM a.t ORDER BY id;
SELECT id, (SELECT typeof(t.k)), (SELECT t.k + count(*) FROM b.u WHERE 0) FROM a.t ORDER BY id;
SELECT id, (SELECT v FROM b.u WHERE u.k = t.k UNION SELECT n FROM c.w WHERE w.k = t.k ORDER BY 1 DESC LIMIT 1) FROM a.t ORDER BY id;
SELECT id, (SELECT group_concat(x) FROM (SELECT u.s AS x FROM b.u WHERE u.k = t.k ORDER BY u.v)) FROM a.t ORDER BY id;
SELECT id, (SELECT count(*) FROM (SELECT DISTINCT u.k FROM b.u WHERE u.v > t.id) AS d JOIN c.w ON w.k = d.k) FROM a.t ORDER BY id;
SELECT id, (SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY v) AS n FROM b.u WHERE u.k = t.k)) FROM a.t ORDER BY id;
SELECT t.k, count(*), (SELECT max(v) FROM b.u WHERE u.k = t.k) FROM a.t GROUP BY t.k ORDER BY 1, 2;
SELECT t.k FROM a.t GROUP BY t.k HAVING count(*) > (SELECT count(*) FROM c.w WHERE w.k = t.k) ORDER BY 1;
SELECT sum((SELECT count(*) FROM b.u WHERE u.k = t.k)) FROM a.t;
SELECT t.id, u.v FROM a.t LEFT JOIN b.u ON u.k = t.k AND EXISTS (SELECT 1 FROM c.w WHERE w.n = t.id AND w.k = u.k) ORDER BY 1, 2;
SELECT id FROM a.t ORDER BY (SELECT max(v) FROM b.u WHERE u.k = t.k), id;
SELECT id FROM a.t WHERE (SELECT sum(n) FROM c.big WHERE big.k = t.k) > 5 ORDER BY id;
SELECT (SELECT count(t.id) FROM b.u LIMIT 1) FROM a.t;
SELECT (SELECT sum(t.id) + count(*) FROM b.u) FROM a.t;
SELECT id, CASE WHEN k = 1 THEN (SELECT min(v) FROM b.u WHERE u.k = t.k) ELSE s END FROM a.t ORDER BY id;
SELECT id, (SELECT a2.id FROM a.t AS a2 RIGHT JOIN b.u ON u.k = a2.k WHERE u.v = t.id * 10 ORDER BY 1 LIMIT 1) FROM a.t ORDER BY id;
SELECT t.id, u.v FROM a.t LEFT JOIN b.u ON u.k = t.k WHERE EXISTS (SELECT 1 FROM c.w WHERE w.n = t.id AND EXISTS (SELECT 1 FROM c.big WHERE big.k = t.k)) ORDER BY t.id, u.v;
SELECT t.id, u.v, j.value FROM a.t LEFT JOIN json_each('[1,2]') AS j ON j.value = t.id LEFT JOIN b.u ON u.k <> t.k WHERE EXISTS (SELECT 1 FROM c.w WHERE w.n = t.id AND (w.k = j.value OR EXISTS (SELECT 1 FROM c.big WHERE big.k = t.k))) ORDER BY t.id, u.v, j.value;
SELECT t.id, u.v FROM a.t LEFT JOIN b.u ON u.k = t.k WHERE t.id IN (SELECT n FROM c.w WHERE w.k = t.k) AND u.v IS NULL AND (SELECT count(*) FROM c.w) > 2 ORDER BY t.id, u.v;
SELECT t.id, u.v FROM b.u RIGHT JOIN a.t ON u.k = t.k WHERE t.k IN (SELECT k FROM c.w) AND t.id NOT IN (SELECT n FROM c.w WHERE w.k = t.k LIMIT 1) ORDER BY t.id, u.v;
SELECT t.id, u.v FROM a.t FULL JOIN b.u ON u.k = t.k WHERE EXISTS (SELECT 1 FROM c.w WHERE w.n = t.id OR w.k = t.k) ORDER BY t.id, u.v;
SELECT t.id, u.v, w.n FROM a.t LEFT JOIN b.u ON u.k = t.k LEFT JOIN c.w ON w.k = u.k WHERE EXISTS (SELECT 1 FROM c.big WHERE big.k = u.k OR (big.n > t.id AND u.k IS NULL)) ORDER BY t.id, u.v, w.n;
SELECT t.id, x.s FROM a.t LEFT JOIN (SELECT k, sum(n) AS s FROM c.big GROUP BY k) AS x ON x.k = t.k WHERE t.id > 100;
SELECT t.id, x.s FROM a.t LEFT JOIN (SELECT k, sum(n) AS s FROM c.big GROUP BY k EXCEPT SELECT k, v FROM b.u) AS x ON x.k > t.k WHERE t.id > 100;
SELECT t.id, x.s FROM a.t LEFT JOIN (SELECT k, sum(n) AS s FROM c.big GROUP BY k EXCEPT SELECT k, v FROM b.u) AS x ON x.k = t.k;
-- What has only to be there is not paired with each row: all pairs would take for ever.
WITH many(n) AS (WITH RECURSIVE m(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM m LIMIT 20000) SELECT n FROM m) SELECT id FROM a.t WHERE NOT EXISTS (SELECT 1 FROM many AS x JOIN many AS y ON x.n <= y.n JOIN b.u ON u.v <= x.n WHERE y.n = t.id * 20) ORDER BY id;
WITH many(n) AS (WITH RECURSIVE m(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM m LIMIT 60) SELECT n FROM m) SELECT id, k FROM a.t WHERE id NOT IN (SELECT x.n FROM many AS x, many AS y, many AS z, b.u WHERE z.n < u.v AND y.n > x.n AND x.n < u.k) ORDER BY id;
WITH many(n) AS (WITH RECURSIVE m(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM m LIMIT 60) SELECT n FROM m) SELECT id, k FROM a.t WHERE (id, k) IN (SELECT x.n, u.k FROM many AS x, many AS y, b.u WHERE u.v > x.n) ORDER BY id;
SELECT id FROM a.t WHERE id IN (SELECT u.k FROM b.u, c.w WHERE w.n > 100) OR k IN (SELECT u.k FROM b.u, c.w WHERE w.n <= u.k) ORDER BY id;
SELECT id FROM a.t WHERE EXISTS (SELECT 1 FROM b.u JOIN c.w ON w.n <> u.v WHERE u.k = t.k OR u.s = t.s) ORDER BY id;
SELECT DISTINCT t.k FROM a.t, b.u, c.w WHERE u.v > w.n ORDER BY 1;
SELECT DISTINCT t.k, u.k FROM a.t, b.u, c.w WHERE u.v > w.n AND t.k <= w.k ORDER BY 1, 2;
SELECT count(*) FROM (SELECT DISTINCT abs(random() % 1000000000) FROM b.u, c.w) HAVING count(*) < 2;
SELECT t.k FROM a.t, b.u UNION SELECT w.k FROM c.w, c.w AS w2 UNION ALL SELECT u.k FROM b.u, c.w ORDER BY 1;
SELECT t.k FROM a.t, b.u INTERSECT SELECT w.k FROM c.w, b.u AS w2 ON w2.v > w.n EXCEPT SELECT u.k FROM b.u, a.t WHERE u.k > t.id ORDER BY 1;
SELECT DISTINCT t.k FROM a.t JOIN b.u ON json_extract(t.s, '$.a') = u.k;
