-- Indexes that are read by their first column alone, whose equal entries are counted, or given once.
-- pool a
CREATE TABLE big(id INTEGER PRIMARY KEY, k INT, r REAL, t TEXT COLLATE NOCASE, m, filler TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
INSERT INTO big SELECT i, i % 40, CASE WHEN i % 3 THEN i % 20 ELSE (i % 20) + 0.5 END, CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 'abc' WHEN 2 THEN 'ABC' WHEN 3 THEN printf('%.40c', 'x') ELSE 'x' || (i % 7) END,
  CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN i % 5 WHEN 2 THEN (i % 5) * 1.0 WHEN 3 THEN '' || (i % 5) WHEN 4 THEN zeroblob(i % 3) WHEN 5 THEN 1e300 ELSE 9007199254740992 + i % 2 END, 'f' FROM n;
CREATE INDEX big_k ON big(k);
CREATE INDEX big_r ON big(r DESC);
CREATE INDEX big_t ON big(t);
CREATE INDEX big_m ON big(m, k);
CREATE TABLE vacant(k INT, a, b, c);
CREATE INDEX vacant_k ON vacant(k);
-- pool b
CREATE TABLE u(id INTEGER PRIMARY KEY, k INT, r REAL, t TEXT, m, name TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
INSERT INTO u SELECT i, i, i / 2.0, CASE i % 4 WHEN 0 THEN 'abc' WHEN 1 THEN 'x' || (i % 9) WHEN 2 THEN printf('%.40c', 'x') END, CASE i % 5 WHEN 0 THEN '' || (i % 5) WHEN 1 THEN i % 5 WHEN 2 THEN 9007199254740992.0 WHEN 3 THEN x'00' END, 'n' || (i % 3) FROM n;
-- pool c
CREATE TABLE v(n INT, tag TEXT);
INSERT INTO v VALUES (1, 'p'), (2, 'q'), (3, 'q'), (NULL, 'r');
-- queries
SELECT count(*) FROM a.big JOIN b.u ON big.k = u.k;
SELECT count(*), count(*) + 1 FROM a.big JOIN b.u ON big.k = u.id WHERE u.id > 10;
SELECT u.name, count(*) FROM a.big JOIN b.u ON big.k = u.k GROUP BY u.name ORDER BY 1;
SELECT big.k, count(*) FROM a.big JOIN b.u ON big.k = u.k GROUP BY big.k ORDER BY 1;
SELECT big.k, u.name, count(*) FROM a.big JOIN b.u ON big.k = u.k JOIN c.v ON v.n = big.k GROUP BY 1, 2 ORDER BY 1, 2;
SELECT v.tag, count(*) AS n FROM a.big JOIN b.u ON big.k = u.k JOIN c.v ON v.n = u.id GROUP BY 1 HAVING n > 1 ORDER BY n DESC;
SELECT count(*) FROM a.big JOIN b.u ON big.r = u.r;
SELECT big.r, typeof(big.r), count(*) FROM a.big JOIN b.u ON big.r = u.r GROUP BY big.r ORDER BY 1;
SELECT count(*) FROM a.big JOIN b.u ON big.t = u.t;
SELECT u.t, count(*) FROM a.big JOIN b.u ON big.t = u.t GROUP BY u.t ORDER BY 1;
SELECT count(*) FROM a.big JOIN b.u ON big.m = u.m;
SELECT u.m, typeof(u.m), count(*) FROM a.big JOIN b.u ON big.m IS u.m GROUP BY u.m, typeof(u.m) ORDER BY 1, 2, 3;
SELECT count(*) FROM a.big LEFT JOIN b.u ON big.k = u.k AND u.id > 20;
SELECT count(*) FROM b.u LEFT JOIN a.big ON big.k = u.k;
SELECT u.name, count(*) FROM b.u LEFT JOIN a.big ON big.k = u.k GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM a.big FULL JOIN b.u ON big.k = u.k;
SELECT count(*) FROM a.big WHERE k IN (SELECT id FROM b.u WHERE id % 2);
SELECT count(*) FROM a.big WHERE k NOT IN (SELECT id FROM b.u WHERE id % 2);
SELECT count(*) FROM a.big WHERE m IN (SELECT m FROM b.u);
SELECT count(*) FROM a.vacant JOIN b.u ON vacant.k = u.k;
SELECT u.name, count(*) FROM a.vacant JOIN b.u ON vacant.k = u.k GROUP BY 1;
SELECT count(*), max(u.id) FROM a.big JOIN b.u ON big.k = u.k;
SELECT count(*) FILTER (WHERE u.id > 5) FROM a.big JOIN b.u ON big.k = u.k;
SELECT count(*), count(u.t) FROM a.big JOIN b.u ON big.k = u.k;
SELECT count(*), u.name FROM a.big JOIN b.u ON big.k = u.k AND u.k = 3;
SELECT count(*) FROM a.big x JOIN a.big y ON x.k = y.k JOIN b.u ON u.id = y.k;
SELECT count(*) FROM a.big JOIN b.u ON big.k = u.k WHERE big.k BETWEEN 3 AND 17;
-- Where it does not matter how often an entry comes.
SELECT u.id FROM b.u WHERE EXISTS (SELECT 1 FROM a.big WHERE big.k = u.id) ORDER BY 1;
SELECT u.id FROM b.u WHERE NOT EXISTS (SELECT 1 FROM a.big WHERE big.k = u.id) ORDER BY 1;
SELECT u.id FROM b.u WHERE u.k IN (SELECT k FROM a.big) ORDER BY 1;
SELECT u.id FROM b.u WHERE u.k NOT IN (SELECT k FROM a.big) ORDER BY 1;
SELECT u.id FROM b.u WHERE u.m IN (SELECT m FROM a.big) ORDER BY 1;
SELECT u.id FROM b.u WHERE u.t NOT IN (SELECT t FROM a.big WHERE t IS NOT NULL) ORDER BY 1;
SELECT DISTINCT big.k FROM a.big JOIN b.u ON big.k = u.k ORDER BY 1;
SELECT DISTINCT t FROM a.big WHERE t < 'y' ORDER BY 1, hex(t);
SELECT k FROM a.big UNION SELECT id FROM b.u ORDER BY 1;
SELECT k FROM a.big EXCEPT SELECT id FROM b.u ORDER BY 1;
SELECT k FROM a.big INTERSECT SELECT id FROM b.u ORDER BY 1;
SELECT k FROM a.big UNION ALL SELECT id FROM b.u WHERE id > 58 ORDER BY 1 LIMIT 30;
SELECT count(DISTINCT big.k) FROM a.big JOIN b.u ON big.k = u.k;
