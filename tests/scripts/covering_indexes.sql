-- Indexes that hold all columns of a query, and tables WITHOUT ROWID, are read natively in place of tables.
-- pool a
CREATE TABLE big(id INTEGER PRIMARY KEY, k INT, r REAL, t TEXT COLLATE NOCASE, filler TEXT);
INSERT INTO big SELECT value, value % 97, value / 2.0, 'Text ' || (value % 13), printf('%.*c', 300, 'x') FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 900) SELECT value FROM n);
INSERT INTO big(id, k, r, t) VALUES (-5, NULL, NULL, NULL), (5000, 'text', 'no real', x'00ff'), (5001, 3.5, 1e300, printf('%.*c', 5000, 'long')), (5002, 96, 7, 'TEXT 3');
CREATE INDEX big_k ON big(k);
CREATE INDEX big_r ON big(r DESC, k);
CREATE INDEX big_t ON big(t COLLATE BINARY, r);
CREATE INDEX big_some ON big(filler, k) WHERE k > 5;
CREATE INDEX big_expression ON big(k + 1, r);
-- pool b
CREATE TABLE keyed(v REAL, k INT, name TEXT, g AS (v * 2), later, PRIMARY KEY(name DESC, k)) WITHOUT ROWID;
INSERT INTO keyed(v, k, name, later) SELECT value, value % 50, 'name ' || value || printf('%.*c', value % 200, 'y'), value % 3 FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 300) SELECT value FROM n);
INSERT INTO keyed(v, k, name, later) VALUES (NULL, 7, 'Name', x'01'), (0.25, 8, '', NULL);
ALTER TABLE keyed ADD COLUMN last;
CREATE TABLE defaulted(k INT PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO defaulted SELECT k, name FROM keyed GROUP BY k;
ALTER TABLE defaulted ADD COLUMN w DEFAULT 'older';
-- pool c
CREATE TABLE small(id INTEGER PRIMARY KEY, k INT);
INSERT INTO small VALUES (1, 3), (2, 7), (3, NULL), (4, 96), (5, 500);
-- queries
SELECT b.id, b.k, s.id FROM a.big b JOIN c.small s ON b.k = s.k ORDER BY 1, 3;
SELECT count(*), count(b.k), min(b.id), max(b.rowid) FROM a.big b JOIN c.small s ON b.k >= s.k;
SELECT b.r, typeof(b.r), b.k, typeof(b.k) FROM a.big b LEFT JOIN c.small s ON b.k = s.k ORDER BY b.r, b.k, s.id;
SELECT b.r, s.id FROM a.big b JOIN c.small s ON b.r = s.k * 10 WHERE b.k < 90 ORDER BY 1, 2;
SELECT lower(b.t), count(*), sum(b.r), typeof(b.t) FROM a.big b JOIN c.small s ON b.r > s.k GROUP BY b.t ORDER BY 1, 2;
SELECT length(b.t), b.t FROM a.big b LEFT JOIN c.small s ON b.t = s.k WHERE b.t > 'text 5' ORDER BY 2 COLLATE BINARY, 1;
SELECT count(*) FROM a.big b WHERE NOT EXISTS (SELECT 1 FROM c.small s WHERE s.k = b.k);
SELECT s.id, count(b.id) FROM c.small s LEFT JOIN a.big b ON b.k = s.k GROUP BY s.id ORDER BY s.id;
SELECT b.id, b.k FROM a.big b JOIN c.small s ON b.k = s.k WHERE b.id > 400 AND b.id < 5002 ORDER BY b.id;
SELECT b.k + 1, b.r FROM a.big b JOIN c.small s ON b.k + 1 = s.k ORDER BY 1, 2;
SELECT b.filler IS NULL, count(*) FROM a.big b JOIN c.small s ON b.k = s.k GROUP BY 1 ORDER BY 1;
SELECT d.name, d.k, d.v, typeof(d.v) FROM b.keyed d JOIN c.small s ON d.k = s.k ORDER BY 1, 2;
SELECT d.later, count(*), sum(d.v), max(length(d.name)) FROM b.keyed d LEFT JOIN c.small s ON d.k = s.k GROUP BY d.later ORDER BY 1;
SELECT d.g, d.last, s.id FROM b.keyed d JOIN c.small s ON d.k = s.k WHERE d.v > 100 ORDER BY 1, 3;
SELECT d.k, d.v, d.w FROM b.defaulted d JOIN c.small s ON d.k >= s.k ORDER BY 1, s.id;
SELECT d.k, b.id, b.k FROM b.keyed d JOIN a.big b ON b.k = d.k WHERE d.v < 4 ORDER BY 1, 2;
