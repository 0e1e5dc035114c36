-- LIMIT and OFFSET by expressions.
-- pool a
CREATE TABLE t(id INTEGER PRIMARY KEY, k INT);
INSERT INTO t VALUES (1, 1), (2, 2), (3, 1), (4, 3), (5, 2), (6, NULL);
-- pool b
CREATE TABLE u(k INT, v);
INSERT INTO u VALUES (1, 2), (2, 1), (2, 4), (3, '3'), (3, 2.0), (4, 2.5), (5, 'two'), (6, NULL), (7, -1);
-- queries
SELECT t.id, u.v FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1, 2 LIMIT (SELECT max(id) - 3 FROM a.t);
SELECT t.id, u.v FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1, 2 LIMIT 1 + 1 OFFSET (SELECT v FROM b.u WHERE k = 1);
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT (SELECT v FROM b.u WHERE v = '3');
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT (SELECT v FROM b.u WHERE k = 3 AND v = 2);
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT (SELECT v FROM b.u WHERE k = 4);
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT (SELECT v FROM b.u WHERE k = 5);
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT (SELECT v FROM b.u WHERE k = 6);
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT (SELECT v FROM b.u WHERE k = 7) OFFSET 1;
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT 3 OFFSET (SELECT v FROM b.u WHERE k = 7);
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT (SELECT v FROM b.u WHERE k = 99);
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT '2';
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT 2.0;
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT 2.5;
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT x'32';
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT NULL;
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY 1 LIMIT abs(-2) OFFSET length('x');
SELECT * FROM (SELECT id FROM a.t ORDER BY id LIMIT (SELECT min(v) + 3 FROM b.u WHERE v > 0)) AS first JOIN b.u ON u.k = first.id ORDER BY 1, 3;
SELECT k FROM a.t UNION SELECT k FROM b.u ORDER BY 1 LIMIT (SELECT count(*) FROM b.u) / 3 OFFSET (SELECT 1);
SELECT id, (SELECT v FROM b.u WHERE u.k >= t.k ORDER BY v LIMIT (SELECT max(id) FROM a.t)) FROM a.t ORDER BY id;
SELECT id, (SELECT v FROM b.u WHERE u.k >= t.k ORDER BY v LIMIT (SELECT 2) OFFSET (SELECT 1)) FROM a.t ORDER BY id;
SELECT id, (SELECT v FROM b.u WHERE u.k >= t.k ORDER BY v LIMIT (SELECT 0)) FROM a.t ORDER BY id;
SELECT id FROM a.t WHERE k IN (SELECT k FROM b.u WHERE u.v <> t.id ORDER BY v LIMIT (SELECT count(*) / 2 FROM a.t)) ORDER BY id;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT (SELECT count(*) FROM a.t)) SELECT i, u.v FROM n JOIN b.u ON u.k = i ORDER BY 1, 2;
