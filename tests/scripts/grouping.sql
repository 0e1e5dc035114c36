-- Grouping, aggregates with DISTINCT and FILTER, DISTINCT, set operations, and orders, over rows of two files.
-- pool a
CREATE TABLE t(id INTEGER PRIMARY KEY, g TEXT COLLATE NOCASE, n);
INSERT INTO t VALUES (1, 'a', 1), (2, 'A', 2.5), (3, 'b', '7'), (4, NULL, NULL), (5, 'b', x'31'), (6, 'c', 'abc'), (7, 'c', 3);
-- pool b
CREATE TABLE u(id INT, w INT);
INSERT INTO u VALUES (1, 10), (1, 20), (2, 10), (3, NULL), (5, 5), (6, 7), (7, 7), (9, 1);
CREATE TABLE big(x); INSERT INTO big VALUES (9223372036854775807), (1), (9007199254740993), (9007199254740992.0);
-- queries
SELECT lower(g), count(*), sum(w), avg(w), total(w), min(w), max(w) FROM a.t JOIN b.u USING (id) GROUP BY g ORDER BY 1;
SELECT count(*), count(w), sum(w), total(w), avg(w), max(n) FROM a.t JOIN b.u USING (id) WHERE w > 1000;
SELECT g, count(DISTINCT w) FROM a.t LEFT JOIN b.u ON u.id = t.id GROUP BY lower(g) HAVING count(w) > 1 ORDER BY 2;
SELECT w, sum(n) FILTER (WHERE g = 'A'), count(*) FILTER (WHERE n > 2) FROM a.t JOIN b.u ON u.id = t.id GROUP BY w ORDER BY w;
SELECT DISTINCT w FROM a.t JOIN b.u ON u.id = t.id ORDER BY w DESC NULLS LAST;
SELECT sum(n), avg(n), total(n), min(n), max(n) FROM a.t JOIN b.u ON u.id = t.id;
SELECT sum(x) FROM b.big, a.t WHERE t.id = 1 AND x < 9223372036854775807;
SELECT sum(x) FROM b.big, a.t WHERE t.id = 1 AND typeof(x) = 'integer';
SELECT x, t.id FROM b.big JOIN a.t ON t.id = 1 ORDER BY x, typeof(x);
SELECT id FROM a.t UNION SELECT id FROM b.u ORDER BY 1;
SELECT id FROM a.t INTERSECT SELECT w FROM b.u ORDER BY 1;
SELECT id FROM a.t EXCEPT SELECT id FROM b.u ORDER BY 1 DESC;
SELECT g, id FROM a.t UNION ALL SELECT id, w FROM b.u ORDER BY 2, 1;
SELECT t.id, u.w FROM a.t JOIN b.u ON u.id = t.id ORDER BY u.w DESC, t.id LIMIT 3 OFFSET 1;
SELECT t.id, u.w FROM a.t JOIN b.u ON u.id = t.id ORDER BY u.w NULLS LAST, t.id;
SELECT g FROM a.t JOIN b.u ON u.id = t.id ORDER BY g COLLATE BINARY DESC, w LIMIT 4;
SELECT w % 2 AS odd, count(*) AS n FROM a.t JOIN b.u ON u.id = t.id GROUP BY odd ORDER BY n DESC, odd;
SELECT count(*) FROM (SELECT DISTINCT g FROM a.t JOIN b.u ON u.id = t.id);
SELECT group_concat(w, ',' ORDER BY w) FROM a.t JOIN b.u ON u.id = t.id WHERE w <> 10;
SELECT lower(g), count(u.w), sum(u.w) FROM a.t LEFT JOIN b.u ON u.id = t.id GROUP BY g ORDER BY 1;
SELECT lower(g), t.n IS NULL, count(*), total(u.w) FROM b.u LEFT JOIN a.t ON u.id = t.id GROUP BY g, t.n IS NULL ORDER BY 1, 2, 3;
SELECT upper(g), n, count(*), max(u.w) FROM a.t FULL JOIN b.u ON u.id = t.id GROUP BY t.g, t.n ORDER BY 1, 2, 3;
SELECT u.w, u.w + 1, count(*), min(t.n) FROM a.t JOIN b.u ON u.id = t.id GROUP BY u.w, u.w + 1 ORDER BY 1;
