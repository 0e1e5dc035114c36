-- IN, EXISTS and scalar subqueries across files, with the NULL rules of NOT IN.
-- pool a
CREATE TABLE t(id INTEGER PRIMARY KEY, k INT, s TEXT);
INSERT INTO t VALUES (1, 1, 'x'), (2, 2, 'y'), (3, NULL, 'z'), (4, 2, NULL);
-- pool b
CREATE TABLE u(k TEXT, v INT);
INSERT INTO u VALUES ('1', 10), ('3', 30), (NULL, 5), ('02', 7);
CREATE TABLE filled(k INT NOT NULL, v INT);
INSERT INTO filled VALUES (1, 1), (5, 2), (2, 2);
CREATE TABLE vacant(k);
-- queries
SELECT id FROM a.t WHERE k IN (SELECT k FROM b.u) ORDER BY id;
SELECT id FROM a.t WHERE k NOT IN (SELECT k FROM b.u) ORDER BY id;
SELECT id FROM a.t WHERE k NOT IN (SELECT k FROM b.filled) ORDER BY id;
SELECT id FROM a.t WHERE k NOT IN (SELECT k FROM b.vacant) ORDER BY id;
SELECT id, k IN (SELECT k FROM b.u) FROM a.t ORDER BY id;
SELECT id, k NOT IN (SELECT k FROM b.filled) FROM a.t ORDER BY id;
SELECT id FROM a.t WHERE EXISTS (SELECT 1 FROM b.filled WHERE filled.k = t.k) ORDER BY id;
SELECT id FROM a.t WHERE NOT EXISTS (SELECT 1 FROM b.filled WHERE filled.k = t.k AND filled.v < 2) ORDER BY id;
SELECT id FROM a.t WHERE EXISTS (SELECT 1 FROM b.u WHERE u.k = t.k AND u.v > t.id) ORDER BY id;
SELECT id FROM a.t WHERE EXISTS (SELECT 1 FROM b.vacant) ORDER BY id;
SELECT id, (SELECT max(v) FROM b.u) FROM a.t ORDER BY id;
SELECT id FROM a.t WHERE k = (SELECT min(k) FROM b.filled) ORDER BY id;
SELECT id, (SELECT sum(v) FROM b.filled WHERE filled.k = t.k) FROM a.t ORDER BY id;
SELECT id, (SELECT count(*) FROM b.filled WHERE filled.k = t.k) FROM a.t ORDER BY id;
SELECT id FROM a.t WHERE k > (SELECT v FROM b.vacant LEFT JOIN b.filled ON 1 = 2) ORDER BY id;
WITH w AS (SELECT k, count(*) AS n FROM b.u GROUP BY k) SELECT t.id, w.n FROM a.t LEFT JOIN w ON w.k = t.k ORDER BY t.id;
WITH w(x) AS (SELECT k FROM a.t UNION SELECT k FROM b.filled) SELECT x, (SELECT count(*) FROM w) FROM w ORDER BY x;
