-- Parts of SQLite's grammar that are easily read wrongly; what is not done in memory yet goes to SQLite.
-- pool a
CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT COLLATE NOCASE, "true");
INSERT INTO t VALUES (1, 1, 'x', 0), (2, 2, 'Y', 1), (3, 2, 'y', NULL), (4, NULL, '{"a":[1,2]}', 2);
CREATE INDEX t_a ON t(a);
-- pool b
CREATE TABLE u(id INTEGER PRIMARY KEY, a INT, k);
INSERT INTO u VALUES (1, 1, '1'), (2, 2, 'two'), (3, 3, NULL), (5, 2, x'00');
CREATE TABLE one(a);
INSERT INTO one VALUES (1), (NULL);
-- queries
SELECT t.id, 2 * t.id || u.id, ~t.id | 4 & 5, t.b LIKE 'y' = 1, 0x1F, 1_000, t.a ISNULL FROM a.t JOIN b.u ON t.id = u.id ORDER BY 1;
SELECT t.id, 'A' IN ('a' COLLATE NOCASE), 'A' IN ('a' COLLATE NOCASE, 'b'), t.b IN ('X'), t.a IN ('1') FROM a.t JOIN b.u ON t.id = u.id;
-- not federated
SELECT t.id, true, t.a IS TRUE, NOT true FROM a.t JOIN b.u ON t.id = u.id ORDER BY t.id;
SELECT u.id, TRUE, u.a IS NOT TRUE FROM b.u JOIN b.one ON u.a = one.a ORDER BY 1;
-- not federated
SELECT t.id, sum(u.a) OVER (ORDER BY t.id ROWS 1 PRECEDING) FROM a.t JOIN b.u ON t.id = u.id ORDER BY 1;
-- not federated
SELECT t.id, rank() OVER w, count(*) OVER (w GROUPS 1 PRECEDING) FROM a.t JOIN b.u ON t.a = u.a WINDOW w AS (ORDER BY u.a) ORDER BY 1, 2, 3;
-- not federated
SELECT v.column1, t.b FROM (VALUES (1), (3)) AS v JOIN a.t ON t.id = v.column1 JOIN b.u ON u.id = t.id ORDER BY 1;
-- not federated
VALUES ((SELECT max(a) FROM a.t), (SELECT max(a) FROM b.u)), (1, 2);
-- not federated
SELECT a FROM a.t UNION VALUES (7), (8) EXCEPT SELECT a FROM b.u ORDER BY 1;
-- not federated
SELECT t.id, j.value FROM a.t, json_each(iif(json_valid(t.b), t.b, '[]'), '$.a') AS j, b.one WHERE one.a IS NOT NULL ORDER BY 2;
-- not federated
SELECT t.id, value FROM a.t, generate_series(1, t.id) JOIN b.one AS o ON o.a = t.id ORDER BY 1, 2;
-- not federated
SELECT name FROM pragma_table_info('one');
-- not federated
SELECT name FROM pragma_table_info('t', 'a') ORDER BY cid;
-- not federated
SELECT t.id, u.k FROM a.t LEFT JOIN (b.u JOIN b.one ON one.a = u.a) ON u.id = t.id ORDER BY 1;
-- not federated
SELECT q.id, q.k FROM (a.t JOIN b.u USING (id)) AS q ORDER BY 1;
SELECT t.id, u.k FROM (a.t JOIN b.u USING (id)) ORDER BY 1;
-- not federated
SELECT t.id, one.a FROM (a.t), b.u ON t.id = u.id, (b.one) USING (a) ORDER BY 1;
SELECT t.id FROM a.t NOT INDEXED JOIN b.u ON t.a = u.a ORDER BY 1;
-- not federated
SELECT t.id FROM a.t INDEXED BY t_a JOIN b.u ON t.a = u.a WHERE t.a > 0 ORDER BY 1;
SELECT t.id, t.a IN b.one, t.a NOT IN b.one, t.id IN (((SELECT a FROM b.one))) FROM a.t ORDER BY 1;
-- not federated
SELECT t.id, t.id IN generate_series(2, 3) FROM a.t JOIN b.u ON t.id = u.id ORDER BY 1;
-- not federated
SELECT t.id, (t.id, t.a) = (u.id, u.a), (t.id, t.a) < (2, u.a), (t.id, t.a) IN (SELECT id, a FROM b.u) FROM a.t JOIN b.u ON t.id = u.id ORDER BY 1;
-- not federated
SELECT (t.id, t.a) IN ((1, 1), (3, 2)) FROM a.t JOIN b.u ON t.id = u.id ORDER BY t.id;
-- not federated
SELECT group_concat(t.b, '-' ORDER BY u.id DESC) FROM a.t JOIN b.u ON t.id = u.id;
SELECT t.id AS "left", u.k AS 'window' FROM a.t AS left JOIN b.u AS full, a.t ON left.id = t.id AND full.id = t.id ORDER BY 1;
SELECT t.id FROM a.t LEFT OUTER JOIN b.u ON t.id = u.id AND u.a BETWEEN 1 AND 1 + 1 AND t.a NOT NULL ORDER BY 1 DESC NULLS LAST LIMIT 1, 2;
WITH c AS NOT MATERIALIZED (SELECT id FROM a.t), d(x) AS MATERIALIZED (SELECT id FROM b.u) SELECT c.id FROM c JOIN d ON c.id = d.x ORDER BY 1;
