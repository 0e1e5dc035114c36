-- Joins of every kind, their NULLs, and what USING and NATURAL make of shared columns.
-- pool a
CREATE TABLE t(id INTEGER PRIMARY KEY, k INT, s TEXT);
INSERT INTO t VALUES (1, 1, 'x'), (2, 2, 'y'), (3, NULL, 'z'), (4, 2, NULL), (5, 9, 'X');
CREATE TABLE only_a(id INTEGER PRIMARY KEY, note TEXT);
INSERT INTO only_a VALUES (1, 'one'), (3, 'three');
-- pool b
CREATE TABLE t(id INTEGER PRIMARY KEY, k TEXT, s TEXT COLLATE NOCASE);
INSERT INTO t VALUES (1, '1', 'x'), (2, '02', 'Y'), (3, NULL, NULL), (4, '2', 'q'), (6, '2', 'x');
CREATE TABLE vacant(id, k);
-- pool c
CREATE TABLE u(k REAL, v);
INSERT INTO u VALUES (1.0, 'one'), (2.0, 2), (2.5, NULL), (NULL, x'00');
-- queries
SELECT a.t.id, b.t.id FROM a.t JOIN b.t ON a.t.id = b.t.id ORDER BY 1;
SELECT x.id, y.id FROM a.t AS x JOIN b.t AS y ON x.k = y.k ORDER BY 1, 2;
SELECT x.id, y.id FROM a.t AS x JOIN b.t AS y ON x.s = y.s ORDER BY 1, 2;
SELECT x.id, y.id FROM a.t AS x JOIN b.t AS y ON y.s = x.s ORDER BY 1, 2;
SELECT x.id, y.id FROM a.t AS x LEFT JOIN b.t AS y ON x.k = y.k AND y.id > 3 ORDER BY 1, 2;
SELECT x.id, y.id FROM a.t AS x RIGHT JOIN b.t AS y ON x.k = y.k ORDER BY 2, 1;
SELECT x.id, y.id FROM a.t AS x FULL JOIN b.t AS y ON x.k = y.k ORDER BY 1, 2;
SELECT x.id, y.id FROM a.t AS x FULL OUTER JOIN b.t AS y ON x.k = y.k WHERE x.id IS NULL OR y.id IS NULL ORDER BY 1, 2;
SELECT * FROM a.t JOIN b.t USING (id) ORDER BY id;
SELECT * FROM a.t LEFT JOIN b.t USING (id, s) ORDER BY id;
-- not federated
SELECT id, u.v FROM a.t FULL JOIN b.t USING (id) LEFT JOIN c.u ON u.k = a.t.k ORDER BY id, u.v;
SELECT * FROM a.t NATURAL JOIN b.t;
SELECT * FROM a.t NATURAL LEFT JOIN b.vacant ORDER BY id;
SELECT count(*) FROM a.t, b.t, c.u;
SELECT count(*) FROM a.t CROSS JOIN b.vacant;
SELECT x.id, u.v FROM a.t AS x LEFT JOIN c.u ON u.k = x.k LEFT JOIN b.t AS y ON y.k = u.k ORDER BY x.id, u.v, y.id;
SELECT x.id, y.id FROM a.t AS x LEFT JOIN b.t AS y ON x.id = y.id AND x.k = 2 WHERE y.id IS NULL ORDER BY 1;
SELECT x.id, y.id FROM a.t AS x JOIN b.t AS y ON x.k IS y.k ORDER BY 1, 2;
SELECT x.id, y.id FROM a.t AS x JOIN b.t AS y ON x.k < y.k ORDER BY 1, 2;
SELECT * FROM a.t AS x, c.u WHERE x.k = u.k ORDER BY x.id;
SELECT n.id, t.id FROM b.vacant AS n RIGHT JOIN a.t AS t ON n.id = t.id ORDER BY 2;
SELECT x.id FROM a.t AS x LEFT JOIN (SELECT k, count(*) AS n FROM c.u GROUP BY k) AS q ON q.k = x.k WHERE q.n IS NULL ORDER BY 1;
-- What says the same of all rows is asked before any is read: all combinations would take for ever.
SELECT count(*), max(x.k) FROM a.t AS x JOIN b.t ON x.id = t.id, generate_series(1, 3000000) AS m, generate_series(1, 3000000) AS n WHERE CAST(-1 AS NUMERIC) BETWEEN 'b' AND 9223372036854775808;
