-- What random queries brought up, each as small as it could be made.
-- pool a
CREATE TABLE items(id INTEGER PRIMARY KEY, k INT, s TEXT COLLATE NOCASE);
INSERT INTO items VALUES (1, 2, 'abc'), (2, 3, 'ABC'), (3, 1, 'x'), (4, NULL, NULL);
CREATE TABLE t(id INTEGER PRIMARY KEY, x INT, s TEXT);
INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, NULL, 'c');
CREATE VIEW pairs AS SELECT r.id AS p, s.k AS q FROM items r JOIN items s ON r.id = s.k;
CREATE TABLE rough(k INTEGER UNIQUE, d TEXT COLLATE NOCASE);
INSERT INTO rough VALUES (3, ' 3');
CREATE TABLE words(p TEXT);
INSERT INTO words VALUES ('2.5'), ('x');
-- pool b
CREATE TABLE padded(d INTEGER PRIMARY KEY, y VARCHAR(10) COLLATE RTRIM) WITHOUT ROWID;
INSERT INTO padded VALUES (1, ' 3'), (29, ' 3');
CREATE INDEX padded_y ON padded(y);
CREATE TABLE loose(x);
INSERT INTO loose VALUES (x'37'), ('2.5'), (5), (-2), (2.5);
CREATE INDEX loose_x ON loose(x);
CREATE TABLE items(id INTEGER PRIMARY KEY, s TEXT, x);
INSERT INTO items VALUES (1, 'abc', 1), (2, 'q', '9007199254740993'), (3, 'x', -9e999);
CREATE TABLE u(id INTEGER PRIMARY KEY, k INT, d);
INSERT INTO u VALUES (1, 1, 10), (2, 2, '2'), (3, 3, 7), (5, NULL, NULL);
-- pool c
CREATE TABLE exact(z REAL);
INSERT INTO exact VALUES (2.5);
CREATE TABLE items(id, x);
INSERT INTO items VALUES (1, 3), (2, 4), ('abc', 5);
CREATE TABLE v(id INTEGER PRIMARY KEY, b INT);
INSERT INTO v VALUES (1, 3), (2, 2), (9, 1);
-- queries
-- Two files have a table of the name that stands in the view, or behind the alias of a group.
SELECT count(*) FROM a.pairs JOIN b.items;
SELECT i.s AS g, count(*) FROM a.items i JOIN b.u ON i.id = u.id JOIN c.v GROUP BY g ORDER BY 1;
SELECT i.s AS g, count(*) FROM b.items i LEFT JOIN a.t ON i.x = t.x JOIN c.items GROUP BY g ORDER BY g;
-- Conditions with subqueries in the ON of joins behind an outer one.
SELECT i.id, u.id FROM a.items i LEFT JOIN a.t ON i.k = t.x JOIN b.u ON (t.x, u.k) IN (VALUES (1, 1), (2, 2), (2, 3)) ORDER BY 1, 2;
SELECT i.id, u.id FROM a.items i LEFT JOIN a.t ON i.k = t.x JOIN b.u ON (i.k, u.id) NOT IN (SELECT id, b FROM c.v) ORDER BY 1, 2;
SELECT i.id, u.id FROM a.items i LEFT JOIN a.t ON i.k = t.x JOIN b.u ON u.k IN (SELECT v.id FROM c.v WHERE v.b = i.k) ORDER BY 1, 2;
SELECT i.id, u.id FROM a.items i FULL JOIN b.u ON i.k = u.k AND EXISTS (SELECT 1 FROM c.v WHERE v.b = u.k AND v.id < i.id) ORDER BY 1, 2;
SELECT i.id, u.id FROM a.items i FULL JOIN b.u ON u.d > (SELECT count(*) FROM c.v WHERE v.b = i.k) ORDER BY 1, 2;
SELECT d.id, u.id FROM (SELECT id, k FROM a.items ORDER BY id LIMIT 3) d JOIN b.u ON EXISTS (SELECT 1 FROM c.v WHERE v.b = u.k AND v.id = d.id) ORDER BY 1, 2;
-- A subquery whose own subquery names what is further out.
SELECT i.id FROM a.items i WHERE i.k <> (SELECT max(u.k) FROM b.u WHERE EXISTS (SELECT 1 FROM c.v WHERE v.id = i.id)) ORDER BY 1;
-- Names of results: behind brackets, and of compounds that are sorted with a COLLATE.
SELECT x.id, z.id, 1 FROM c.v JOIN (a.t x JOIN b.items z ON x.x = z.id) ON v.id = x.id ORDER BY 1;
SELECT t.s, y.s FROM c.v JOIN (a.t JOIN b.items y USING (s)) ON v.id = t.id;
SELECT * FROM c.v JOIN (a.t x JOIN b.items z ON x.x = z.id) ON v.id = x.id ORDER BY 1;
SELECT u.id, u.id FROM b.u UNION SELECT id, b FROM c.v ORDER BY 1, 2 COLLATE NOCASE;
SELECT u.id, u.id FROM b.u UNION ALL SELECT id, b FROM c.v ORDER BY 1, 2 COLLATE NOCASE;
SELECT * FROM c.v NATURAL JOIN (a.t x JOIN b.items z ON x.x = z.id);
SELECT * FROM c.v JOIN (a.t x JOIN b.items z ON x.x = z.id) USING (id);
-- Keys of groups come from the row of the extreme.
SELECT i.s, max(i.k) FROM a.items i JOIN b.u ON i.id = u.id GROUP BY i.s ORDER BY 2;
SELECT i.s, count(*) FROM a.items i JOIN b.u ON i.id = u.id GROUP BY i.s HAVING max(i.k) > 0 ORDER BY i.s;
-- A CAST without a type, where a column would keep what it is given.
SELECT CAST(i.x AS ), typeof(CAST(i.x AS )) FROM b.items i JOIN a.t ON i.id = t.id ORDER BY i.id;
-- Frames: offsets that are computed, and each looked at anew where EXCLUDE stands.
SELECT u.id, sum(u.d) OVER (ORDER BY u.id ROWS BETWEEN 1 + 1 PRECEDING AND CAST('1' AS INT) FOLLOWING) FROM b.u JOIN c.v USING (id) ORDER BY 1;
SELECT u.id, count(*) OVER (ORDER BY u.id ROWS u.k PRECEDING) FROM b.u JOIN c.v USING (id) ORDER BY 1;
SELECT i.id, sum(i.x) OVER (ORDER BY i.id DESC ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE NO OTHERS) FROM b.items i JOIN a.t USING (id) ORDER BY 1;
SELECT i.id, sum(i.x) OVER (ORDER BY i.id DESC ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM b.items i JOIN a.t USING (id) ORDER BY 1;
-- What SQLite's parser makes an integer of is a position.
SELECT u.id, u.d FROM b.u JOIN c.v USING (id) ORDER BY (3 IS NOT NULL) DESC, u.d;
SELECT u.id, u.d FROM b.u JOIN a.t USING (id) ORDER BY - -2 DESC, +1;
SELECT u.d, u.id FROM b.u JOIN a.t USING (id) ORDER BY -1;
SELECT u.d, u.id FROM b.u JOIN a.t USING (id) ORDER BY u.id IS NULL AND 0;
SELECT u.id > 1, count(*) FROM b.u JOIN a.t USING (id) GROUP BY x'00' NOTNULL ORDER BY 1;
SELECT count(*) FROM b.u JOIN a.t USING (id) GROUP BY 'x' IS NULL;
SELECT max(u.id) FROM b.u JOIN a.t USING (id) GROUP BY 'x';
SELECT max(u.id) FROM b.u JOIN a.t USING (id) GROUP BY 1 + 1, u.k IS NULL;
SELECT max(u.id) FROM b.u JOIN a.t USING (id) GROUP BY NULL, 2.5;
-- A compound that is sorted with a COLLATE is a subquery, and DISTINCT if its last SELECT is.
SELECT k FROM b.u UNION SELECT b FROM c.v UNION ALL SELECT DISTINCT x FROM a.t ORDER BY 1 COLLATE BINARY;
SELECT k FROM b.u UNION SELECT b FROM c.v UNION ALL SELECT DISTINCT x FROM a.t ORDER BY 1;
SELECT k, 1 FROM b.u EXCEPT SELECT b, 2 FROM c.v UNION ALL SELECT DISTINCT x, 1 FROM a.t ORDER BY 1 COLLATE NOCASE DESC LIMIT 2 OFFSET 1;
SELECT count(*), max(u.d) FROM b.u JOIN a.items i ON i.id = u.id GROUP BY 1 + 1 COLLATE NOCASE;
SELECT i.s, count(*) FROM b.u JOIN a.t i ON i.id = u.id GROUP BY 1 COLLATE NOCASE ORDER BY 1;
-- What `--verify` brought up.
SELECT (SELECT max(x) FROM a.t) IN (format('%d', u.k), '2') FROM b.u JOIN c.v USING (id) ORDER BY u.id;
SELECT likely(i.id) <= '0', unlikely(i.s) = 'ABC', likelihood(i.s, 0.5) = 'abc', 1 < likely(i.k) FROM a.items i JOIN b.u USING (id) ORDER BY i.id;
SELECT i.id FROM a.items i JOIN b.u USING (id) WHERE likely(u.k) > '0' OR unlikely(i.s) = 'X' ORDER BY 1;
SELECT max(i.s COLLATE RTRIM) IN (SELECT 'X '), group_concat(t.s COLLATE NOCASE) = 'A,B,C' FROM a.items i JOIN a.t ON t.id = i.id JOIN b.u ON u.id = i.id;
SELECT max(t.s COLLATE NOCASE) OVER () = 'C' FROM a.t JOIN b.u ON u.id = t.id;
SELECT u.id, sum(u.d) OVER (w ORDER BY u.id) FROM b.u JOIN c.v USING (id) WINDOW w AS (PARTITION BY u.k), w AS (PARTITION BY 1) ORDER BY 1;
SELECT u.id, sum(u.d) OVER w FROM b.u JOIN c.v USING (id) WINDOW w AS (x ORDER BY u.id), x AS (PARTITION BY u.k) ORDER BY 1;
SELECT u.id, sum(u.d) OVER w FROM b.u JOIN c.v USING (id) WINDOW v AS (ORDER BY u.id), w AS (x ORDER BY u.id), x AS (PARTITION BY u.k) ORDER BY 1;
SELECT u.id, count(*) OVER (ORDER BY u.id ROWS '1' PRECEDING), count(*) OVER (ORDER BY u.id RANGE '1.5' PRECEDING) FROM b.u JOIN a.t USING (id) ORDER BY 1;
SELECT u.id, count(*) OVER (ORDER BY u.k DESC RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING), count(*) OVER (ORDER BY u.k RANGE BETWEEN 2 PRECEDING AND 1 PRECEDING) FROM b.u LEFT JOIN a.t USING (id) ORDER BY 1;
SELECT EXISTS (SELECT u.id FROM b.u JOIN a.t USING (id) ORDER BY abs(-9223372036854775807 - 1));
SELECT EXISTS (SELECT DISTINCT 1 FROM b.u JOIN a.t USING (id) LIMIT 5 OFFSET 2);
SELECT i.id, max(i.k), min(i.k) FROM a.items i JOIN b.u USING (id);
SELECT i.id, min(i.k), max(i.k), count(*) FROM a.items i JOIN b.u USING (id);
-- An aggregate whose argument reaches further out by a subquery alone is the outer SELECT's.
SELECT (SELECT sum((SELECT i.k)) FROM c.v LIMIT 1) FROM a.items i JOIN b.u ON i.id = u.id;
SELECT (SELECT max((SELECT i.k + u.k)) FROM c.v ORDER BY v.id LIMIT 1) FROM a.items i JOIN b.u ON i.id = u.id WHERE i.id > 99;
SELECT (SELECT sum((SELECT i.k + v.b)) FROM c.v) FROM a.items i JOIN b.u ON i.id = u.id ORDER BY i.id;
SELECT sum(u.k) OVER (ORDER BY (SELECT max(u.k) OVER (ORDER BY sum((SELECT i.k AS n UNION SELECT 1234 ORDER BY n))) AS e ORDER BY e)) FROM a.items i JOIN b.u ON i.id = u.id WHERE i.id > 99;
-- RANGE where the offset is less than the distance between two reals.
SELECT n, total(n) OVER (ORDER BY n RANGE BETWEEN 0.3 PRECEDING AND 0.1 PRECEDING) FROM (SELECT 3578824042033200656 + i.id AS n FROM a.items i JOIN b.u ON i.id = u.id) ORDER BY n;
SELECT n, total(n) OVER (ORDER BY n DESC RANGE BETWEEN 300.5 PRECEDING AND 0.3 PRECEDING) FROM (SELECT 3029012920382354029 - 200 * i.id AS n FROM a.items i JOIN b.u ON i.id = u.id) ORDER BY n;
SELECT n, count(*) OVER (ORDER BY n RANGE BETWEEN 1.0 PRECEDING AND 2.0 PRECEDING) FROM (SELECT 3029012920382354029 + i.id AS n FROM a.items i JOIN b.u ON i.id = u.id) ORDER BY n;
SELECT n, count(*) OVER (ORDER BY n RANGE BETWEEN 2 PRECEDING AND 1 PRECEDING) FROM (SELECT 9223372036854775800 + i.id AS n FROM a.items i JOIN b.u ON i.id = u.id) ORDER BY n;
SELECT k, padded.d FROM a.rough LEFT JOIN b.padded ON y = k AND y = rough.d ORDER BY 2;
SELECT p, x, z FROM a.words JOIN b.loose ON p = x JOIN c.exact ON x = z ORDER BY 1, 2;
SELECT x FROM b.loose WHERE x IN (SELECT p FROM a.words) AND x IN (SELECT z FROM c.exact) ORDER BY 1;
-- What constants leave nothing of is not read, and does not fail.
SELECT i.id FROM a.items i JOIN b.u ON i.id = u.id WHERE coalesce(i.k, u.k) = (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v) AND NULL;
SELECT i.id FROM a.items i JOIN (SELECT k FROM b.u WHERE NULL <> NULL) r ON r.k = i.k, (SELECT v.b > 100, sum(9223372036854775800 + v.id % 7) FROM c.v GROUP BY 1);
-- A subquery is asked only where a row needs it: beside a NULL, behind what is decided, in a branch that is taken.
SELECT i.id FROM a.items i JOIN b.u ON i.id = u.id WHERE nullif(i.id + u.id, i.id + u.id) = (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v);
SELECT i.id FROM a.items i JOIN b.u ON i.id = u.id WHERE (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v) < nullif(i.id + u.id, i.id + u.id);
SELECT nullif(i.k, i.k) + (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v) FROM a.items i JOIN b.u ON i.id = u.id ORDER BY i.id;
SELECT i.id + u.id < 0 AND (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v), i.id + u.id > 0 OR (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v) FROM a.items i JOIN b.u ON i.id = u.id ORDER BY i.id;
SELECT CASE WHEN i.id + u.id < 0 THEN (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v) ELSE 'none' END FROM a.items i JOIN b.u ON i.id = u.id ORDER BY i.id;
SELECT coalesce(i.id + u.id, (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v)) FROM a.items i JOIN b.u ON i.id = u.id ORDER BY i.id;
SELECT coalesce(nullif(i.id, u.id), (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v)) FROM a.items i JOIN b.u ON i.id = u.id;
-- Of a product, one side's failure counts only where the other side has a row.
SELECT g.q, w.id FROM b.u JOIN (SELECT t.id AS n FROM a.t JOIN c.v ON v.id = t.x WHERE NULL <> (SELECT max(k) FROM a.items)) r ON r.n = u.id, (SELECT v.b > 100 AS p, sum(9223372036854775800 + v.id % 7) AS q FROM c.v GROUP BY 1) g JOIN a.items AS w;
SELECT w.s FROM b.u JOIN (SELECT t.id AS n FROM a.t JOIN c.v ON v.id = t.x WHERE NULL <> (SELECT max(k) FROM a.items)) r ON r.n = u.id, (SELECT v.b > 100 AS p, sum(9223372036854775800 + v.id % 7) AS q FROM c.v GROUP BY 1) g JOIN a.items AS w ORDER BY g.q;
-- So it is where the condition is asked in the pool itself: by its statement, part for part, and with the keys of a join.
SELECT i.id FROM a.items i JOIN b.u ON i.id = u.id WHERE nullif(i.k, i.k) = (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v);
SELECT i.id FROM a.items i JOIN b.u ON i.id = u.id WHERE i.id < 0 AND i.s = (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v);
SELECT count(*), i.s FROM a.items i WHERE nullif(i.k, i.k) < (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v) GROUP BY 2;
SELECT i.id FROM a.items i WHERE coalesce(i.id, (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v)) > (SELECT min(k) FROM b.u) ORDER BY 1 LIMIT 3;
SELECT i.id FROM a.items i JOIN b.u ON i.id = u.id WHERE i.s <> '?1' || (SELECT sum(9223372036854775800 + v.id % 7) FROM c.v);
-- What a compound's column may hold SQLite tells from the form of what is grouped by, too.
SELECT i.s IS 2, 1 FROM a.items i GROUP BY 1 UNION SELECT z, 1 FROM c.exact UNION SELECT u.k, 2 FROM b.u ORDER BY 1 COLLATE BINARY, 2;
SELECT CAST(i.k AS INTEGER), 1 FROM a.items i GROUP BY 1 UNION SELECT z, 1 FROM c.exact UNION SELECT u.k, 2 FROM b.u ORDER BY 1 COLLATE BINARY, 2;
SELECT CASE WHEN i.k IS 2 THEN i.k IS 2 END, count(*) FROM a.items i GROUP BY i.k IS 2 UNION SELECT z, 1 FROM c.exact UNION SELECT u.k, 2 FROM b.u ORDER BY 1 COLLATE BINARY, 2;
SELECT max(i.k), 1 FROM a.items i UNION SELECT z, 1 FROM c.exact UNION SELECT u.k, 2 FROM b.u ORDER BY 1 COLLATE BINARY, 2;
-- Where the SELECTs of a longer compound differ in collation, each operator has its own.
-- not federated
SELECT t.s || '' FROM a.t UNION SELECT upper(t.s) FROM a.t UNION ALL SELECT i.s FROM a.items i ORDER BY 1;
-- not federated
SELECT t.s || '' FROM a.t EXCEPT SELECT upper(t.s) FROM a.t UNION SELECT i.s FROM a.items i UNION SELECT 'B' FROM b.u ORDER BY 1;
SELECT t.s || '' FROM a.t UNION SELECT i.s FROM a.items i ORDER BY 1;
SELECT id FROM b.items WHERE upper(s) IN (SELECT s FROM a.items UNION SELECT d FROM b.u) ORDER BY id;
SELECT id FROM b.items WHERE upper(s) IN (SELECT d FROM b.u UNION SELECT s FROM a.items) ORDER BY id;
SELECT id FROM b.items WHERE upper(s) IN (SELECT d FROM b.u UNION ALL SELECT s FROM a.items) ORDER BY id;
SELECT id FROM b.items WHERE upper(s) IN (SELECT s FROM a.items UNION ALL SELECT 'z') ORDER BY id;
SELECT id FROM b.items WHERE upper(s) NOT IN (SELECT s FROM a.items WHERE s IS NOT NULL UNION ALL VALUES ('z')) ORDER BY id;
SELECT id FROM b.items WHERE (upper(s), id) IN (SELECT s, id FROM a.items UNION SELECT 'X', 3) ORDER BY id;
SELECT id FROM b.items WHERE (upper(s), id) IN (SELECT 'z', 3 UNION SELECT s, id FROM a.items) ORDER BY id;
SELECT id FROM b.items WHERE upper(s) IN (SELECT d FROM b.u UNION SELECT s FROM a.items ORDER BY 1 COLLATE BINARY) ORDER BY id;
SELECT id FROM b.items WHERE upper(s) IN (SELECT s FROM a.items UNION SELECT d FROM b.u ORDER BY 1 COLLATE BINARY) ORDER BY id;
SELECT id FROM b.items WHERE upper(s) = (SELECT s FROM a.items WHERE id = 3 UNION ALL SELECT d FROM b.u WHERE 0) ORDER BY id;
