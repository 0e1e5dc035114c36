-- Row values, VALUES, joins in brackets, USING and NATURAL beside RIGHT and FULL, and views of a pool.
-- pool a
CREATE TABLE t(a INT, b TEXT, c);
INSERT INTO t VALUES (1, 'x', 10), (2, 'y', 20), (NULL, 'z', 30), (3, NULL, 40), (2, 'Y', 50);
CREATE VIEW doubled AS SELECT a * 2 AS a2, b FROM t WHERE a IS NOT NULL;
CREATE VIEW named(n, m) AS SELECT b, count(*) FROM doubled GROUP BY b COLLATE NOCASE;
-- pool b
CREATE TABLE u(a INT, b TEXT COLLATE NOCASE, d);
INSERT INTO u VALUES (1, 'X', 'p'), (2, 'y', 'q'), (2, 'z', 'r'), (4, NULL, 's'), (NULL, 'z', 't');
-- pool c
CREATE TABLE w(a INT, e);
INSERT INTO w VALUES (2, 'e2'), (4, 'e4'), (9, 'e9');
CREATE TABLE vacant(a, b);
-- queries
SELECT * FROM a.t WHERE (a, b) IN (SELECT a, b FROM b.u) ORDER BY c;
SELECT * FROM a.t WHERE (a, b) NOT IN (SELECT a, b FROM b.u) ORDER BY c;
SELECT c, (a, b) IN (SELECT a, b FROM b.u), (a, b) NOT IN (SELECT a, b FROM c.vacant) FROM a.t ORDER BY c;
SELECT t.c, u.d FROM a.t JOIN b.u ON (t.a, t.b) = (u.a, u.b) ORDER BY 1, 2;
SELECT t.c, u.d FROM a.t JOIN b.u ON (t.a, t.b) < (u.a, u.b) ORDER BY 1, 2;
SELECT t.c, u.d, (t.a, t.b) IS (u.a, u.b), (t.a, t.b) >= (u.a, u.b), (t.a, t.b) <> (u.a, u.b) FROM a.t, b.u ORDER BY 1, 2;
SELECT c FROM a.t WHERE (a, b) = (SELECT a, b FROM b.u WHERE u.a = t.a ORDER BY d LIMIT 1) ORDER BY c;
SELECT c FROM a.t WHERE (a, b) BETWEEN (SELECT min(a), 'a' FROM b.u) AND (2, 'y') ORDER BY c;
SELECT c FROM a.t WHERE (a, b) IN ((1, 'x'), (2, (SELECT min(b) FROM b.u WHERE a = 2))) ORDER BY c;
SELECT * FROM (VALUES (1, 'one'), (2, 'two')) AS v JOIN b.u ON u.a = v.column1 JOIN a.t ON t.a = u.a ORDER BY 1, d, c;
SELECT c FROM a.t WHERE a IN (VALUES (1), (3)) AND EXISTS (SELECT 1 FROM b.u) ORDER BY c;
SELECT c, (SELECT max(column1) FROM (VALUES (t.a), (u.a))) FROM a.t JOIN b.u ON t.b = u.b ORDER BY 1;
VALUES (1, 2), (3, 4) UNION SELECT a, c FROM a.t UNION SELECT a, 0 FROM b.u ORDER BY 1, 2;
SELECT * FROM a.t JOIN (b.u JOIN c.w USING (a)) USING (a) ORDER BY c, d;
SELECT a, t.a, u.a AS ua, w.a AS wa, c, d, e FROM a.t LEFT JOIN (b.u FULL JOIN c.w USING (a)) USING (a) ORDER BY c, d, e;
SELECT a, t.a, u.a, w.a FROM a.t FULL JOIN b.u USING (a) RIGHT JOIN c.w USING (a) ORDER BY 1, 2, 3;
SELECT a, t.a, u.a, w.a FROM a.t RIGHT JOIN b.u USING (a) FULL JOIN c.w USING (a) ORDER BY 1, 2, 3, 4;
SELECT * FROM a.t NATURAL FULL JOIN b.u NATURAL LEFT JOIN c.w ORDER BY a, b, c, d;
SELECT * FROM (a.t NATURAL JOIN b.u) AS q FULL JOIN c.w ON q.c = w.a ORDER BY c, e;
SELECT t.c, alias FROM (SELECT t.c, t.a + 1 AS alias FROM a.t LEFT JOIN b.u ON u.a = alias) AS t ORDER BY 1, 2;
SELECT * FROM a.doubled JOIN b.u ON u.a = a2 ORDER BY a2, d;
SELECT * FROM a.named LEFT JOIN b.u ON u.b = n ORDER BY n, d;
SELECT DISTINCT t.b FROM a.t JOIN b.u USING (a) ORDER BY t.c;
SELECT a, b FROM a.t UNION SELECT a, b FROM b.u LIMIT 2;
SELECT a, b FROM a.t EXCEPT SELECT a, b FROM b.u ORDER BY 1 LIMIT 3;
SELECT t.a FROM a.t JOIN b.u USING (a) HAVING t.a > 1;
