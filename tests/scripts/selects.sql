-- What a SELECT may say of groups, order and results besides the plain forms.
-- pool a
CREATE TABLE t(id INTEGER PRIMARY KEY, k INT, s TEXT COLLATE NOCASE, doc TEXT);
INSERT INTO t VALUES (1, 1, 'a', '{"n":1,"tags":["x","y"]}'), (2, 2, 'B', '{"n":2.5}'), (3, 1, 'A', '[1,{"n":"t"}]'), (4, NULL, 'b', 'null'), (5, 3, NULL, NULL), (6, 2, 'c', '{"n":null}');
-- pool b
CREATE TABLE u(k INT, v INT, w TEXT);
INSERT INTO u VALUES (1, 10, 'one'), (1, 30, 'eins'), (2, 20, 'two'), (2, NULL, 'zwei'), (3, 5, 'three'), (9, 99, 'nine');
-- pool c
CREATE TABLE p(low INT, high INT, name TEXT);
INSERT INTO p VALUES (0, 10, 'small'), (10, 25, 'middle'), (25, 100, 'large');
-- queries
SELECT t.k AS kind, count(*) FROM a.t JOIN b.u USING (k) GROUP BY 1 ORDER BY 1;
SELECT t.k + 1 AS kind, sum(v) FROM a.t JOIN b.u ON t.k = u.k GROUP BY kind ORDER BY kind;
SELECT s AS w, count(*) FROM a.t JOIN b.u ON t.k = u.k GROUP BY w ORDER BY 1;
SELECT lower(s) AS letter, k FROM (SELECT s, t.k FROM a.t JOIN b.u ON t.k = u.k) GROUP BY letter, 2 ORDER BY 1, 2;
SELECT t.k, max(v), w FROM a.t JOIN b.u ON t.k = u.k GROUP BY t.k ORDER BY 1;
SELECT t.k, w, min(v), w || '!' FROM a.t JOIN b.u ON t.k = u.k GROUP BY t.k ORDER BY 1;
SELECT max(v), w, t.id FROM a.t JOIN b.u ON t.k = u.k AND t.id > 1;
SELECT count(*) FROM a.t JOIN b.u ON t.k = u.k HAVING count(*) > 5;
SELECT count(*) FROM a.t JOIN b.u ON t.k = u.k HAVING count(*) > 500;
SELECT max(v) FROM a.t JOIN b.u ON t.k = u.k HAVING min(w) > 'e' AND sum(v) IS NOT NULL;
SELECT 1 FROM a.t JOIN b.u ON t.k = u.k HAVING sum(v) > 0;
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY u.v DESC NULLS LAST, t.id + 1 DESC;
SELECT t.id FROM a.t JOIN b.u ON t.k = u.k ORDER BY abs(u.v - 18), length(w), id;
SELECT DISTINCT t.k FROM a.t JOIN b.u ON t.k = u.k ORDER BY -t.k;
SELECT t.k FROM a.t JOIN b.u ON t.k = u.k GROUP BY t.k ORDER BY sum(v) DESC, count(*);
SELECT t.k, group_concat(w, '/' ORDER BY v DESC, w) FROM a.t JOIN b.u ON t.k = u.k GROUP BY t.k ORDER BY max(v);
SELECT id, doc -> '$.n', doc ->> 'n', json_extract(doc, '$.tags[0]') FROM a.t JOIN b.u ON t.k = u.k WHERE id < 3 ORDER BY 1, v;
SELECT id, typeof(doc ->> '$.n'), v FROM a.t JOIN b.u ON (t.doc ->> '$.n') = u.k ORDER BY 1, v;
SELECT t.k, json_group_array(w ORDER BY w), json_group_object(w, v) FROM a.t JOIN b.u ON t.k = u.k WHERE t.id IN (1, 6) GROUP BY t.k ORDER BY 1;
SELECT json_group_array(json_object('k', t.k, 'w', w) ORDER BY w) FROM a.t JOIN b.u ON t.k = u.k WHERE t.id < 3;
SELECT json_array(t.k, json(doc), w) FROM a.t JOIN b.u ON t.k = u.k WHERE t.id = 1 ORDER BY w;
SELECT json_group_array(v) FILTER (WHERE v > 10) FROM a.t JOIN b.u ON t.k = u.k WHERE t.id = 1;
SELECT w, (SELECT name FROM c.p WHERE u.v >= low AND u.v < high) FROM b.u JOIN a.t ON t.k = u.k ORDER BY 1, t.id;
SELECT w FROM b.u WHERE EXISTS (SELECT 1 FROM a.t WHERE t.k > u.k AND t.s > u.w) ORDER BY 1;
SELECT w FROM b.u WHERE NOT EXISTS (SELECT 1 FROM a.t WHERE t.k BETWEEN u.k AND u.k + 1 OR t.id = u.v / 10) ORDER BY 1;
SELECT name, (SELECT count(*) FROM b.u WHERE v BETWEEN low AND high), (SELECT max(w) FROM b.u WHERE v <> low AND v < high) FROM c.p ORDER BY 1;
SELECT id, (SELECT count(*) FROM b.u WHERE u.v > t.id * 10 AND EXISTS (SELECT 1 FROM c.p WHERE u.v < high AND t.id >= low)) FROM a.t ORDER BY 1;
SELECT name FROM c.p WHERE high > (SELECT avg(v) FROM b.u WHERE v >= low AND (SELECT count(*) FROM a.t WHERE t.k <= u.k AND t.id * 10 > p.low) > 0) ORDER BY 1;
SELECT id, k IN (SELECT v / 10 FROM b.u WHERE u.k <> t.k), k NOT IN (SELECT v / 10 FROM b.u WHERE u.k < t.id) FROM a.t ORDER BY 1;
SELECT id, (k, 10) IN (SELECT k, v FROM b.u WHERE w > t.s) FROM a.t ORDER BY 1;
SELECT p.name, d.total FROM c.p LEFT JOIN (SELECT k, sum(v) AS total FROM b.u GROUP BY k) AS d ON d.total BETWEEN p.low AND p.high ORDER BY 1, 2;
SELECT id, (WITH n(i) AS (SELECT t.k) SELECT sum(v) FROM n JOIN b.u ON u.k = i) FROM a.t ORDER BY 1;
SELECT id, (WITH n(i, x) AS (SELECT t.k, v FROM b.u WHERE v > t.id) SELECT max(m.x) FROM n JOIN n AS m ON n.i = m.i WHERE n.x < m.x) FROM a.t ORDER BY 1;
SELECT id, (WITH n(i) AS (SELECT t.k), m AS (SELECT i + 1 AS j FROM n) SELECT group_concat(w) FROM m JOIN b.u ON u.k = j) FROM a.t ORDER BY 1;
SELECT id, (WITH n(i) AS (SELECT t.k) SELECT (SELECT sum(v) FROM n JOIN b.u ON u.k = i) FROM c.p LIMIT 1) FROM a.t ORDER BY 1;
SELECT id FROM a.t WHERE EXISTS (WITH n AS (SELECT * FROM b.u WHERE u.k = t.k) SELECT 1 FROM n WHERE v > 15) ORDER BY 1;
WITH q AS (SELECT k, s FROM a.t) SELECT w, (WITH r AS (SELECT * FROM q WHERE q.k >= u.k) SELECT count(*) FROM r) FROM b.u ORDER BY 1;
SELECT json_array(value, t.id) FROM a.t, json_each(iif(json_valid(doc), doc, '[]')) JOIN b.u ON u.k = t.k ORDER BY t.id, v, key;
SELECT json_object('v', value) FROM a.t JOIN json_tree(iif(json_valid(doc), doc, '[]')) AS j LEFT JOIN b.u ON u.k = t.k ORDER BY t.id, v, j.id;
SELECT json_group_array(value ORDER BY t.id, v, key) FROM a.t, json_each(iif(json_valid(doc), doc, '[]')) JOIN b.u ON u.k = t.k;
SELECT w, (SELECT json_group_array(value) FROM a.t, json_each(doc) WHERE t.id = u.k) FROM b.u WHERE u.k < 4 ORDER BY 1;
SELECT w, (SELECT json_group_array(json_array(value, w)) FROM a.t, json_each(doc) WHERE t.id = u.k) FROM b.u WHERE u.k < 4 ORDER BY 1;
SELECT w, json_array(value) FROM b.u, json_each('[[1],"x",{"a":[2]},null,"[3]"]') JOIN a.t ON t.id = u.k WHERE json_array(value) <> '["x"]' ORDER BY 1, 2;
SELECT k, k IS TRUE COLLATE NOCASE, k IS NOT TRUE COLLATE RTRIM, k IS NOT DISTINCT FROM FALSE COLLATE NOCASE, k IS NULL COLLATE NOCASE, k IS (TRUE), k IS (TRUE COLLATE NOCASE) FROM a.t JOIN c.p ON t.k > p.low ORDER BY 1, 2;
