-- What is equal to the same: conditions that follow from others, and those that need not be asked any more.
-- pool a
CREATE TABLE parts(id INTEGER PRIMARY KEY, name TEXT, code TEXT COLLATE NOCASE);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
INSERT INTO parts SELECT i, 'part ' || (i % 19), CASE WHEN i % 2 THEN 'Code ' ELSE 'cODE ' END || (i / 3) FROM n;
CREATE INDEX parts_code ON parts(code);
CREATE TABLE stock(part INTEGER, supplier INTEGER, price REAL, PRIMARY KEY(part, supplier));
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5999)
INSERT INTO stock SELECT i / 4 + 1, (i / 4 + i % 4 * 13) % 100, i / 8.0 FROM n;
CREATE TABLE makers(id INTEGER PRIMARY KEY, town TEXT);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
INSERT INTO makers SELECT i, 'town ' || (i % 7) FROM n;
-- pool b
-- The first thousands are integers alone, then come other values.
CREATE TABLE lines(id INTEGER PRIMARY KEY, part INTEGER, supplier INTEGER, quantity INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
INSERT INTO lines SELECT i, CASE WHEN i < 8000 THEN i * 7919 % 1500 + 1 WHEN i % 500 = 0 THEN NULL WHEN i % 501 = 0 THEN i + 0.5 WHEN i % 503 = 0 THEN 'none' ELSE i * 7919 % 1500 + 1 END,
  CASE WHEN i > 8000 AND i % 509 = 0 THEN NULL ELSE (i * 7919 % 1500 + i % 5 * 13) % 100 END, i % 50 FROM n;
-- The same with values of all classes that are compared as what they are or as numbers.
CREATE TABLE mixed(k, t TEXT, n NUMERIC, c TEXT COLLATE NOCASE, u TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
INSERT INTO mixed SELECT CASE i % 5 WHEN 0 THEN i WHEN 1 THEN i * 1.0 WHEN 2 THEN '0' || i WHEN 3 THEN NULL ELSE i || '' END,
  CASE i % 3 WHEN 0 THEN i WHEN 1 THEN '0' || i ELSE i || '.0' END, i, 'CODE ' || i, CASE i % 3 WHEN 0 THEN i + 12 WHEN 1 THEN '0' || (i + 12) ELSE i + 12 || '.0' END FROM n;
-- pool c
CREATE TABLE other(k INTEGER, t TEXT, c TEXT, u TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
INSERT INTO other SELECT CASE i % 4 WHEN 0 THEN i WHEN 1 THEN i + 0.5 WHEN 2 THEN NULL ELSE i END, i, 'Code ' || i, i + 12 FROM n;
CREATE TABLE pairs(x INTEGER, y INTEGER, z INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
INSERT INTO pairs SELECT i % 500, i % 490, CASE i % 3 WHEN 0 THEN NULL ELSE (i + 12) % 100 END FROM n;
-- Without it the answers without automatic indexes would take minutes.
CREATE INDEX pairs_x ON pairs(x);
-- queries
SELECT m.town, count(*), sum(l.quantity * s.price) FROM a.parts p, a.makers m, b.lines l, a.stock s WHERE m.id = l.supplier AND s.supplier = l.supplier AND s.part = l.part AND p.id = l.part AND p.name = 'part 7' GROUP BY m.town ORDER BY 1;
SELECT count(*), sum(l.id), sum(p.id), sum(s.part) FROM a.parts p, b.lines l, a.stock s WHERE s.supplier = l.supplier AND s.part = l.part AND p.id = l.part AND p.name < 'part 11';
SELECT l.id, s.price FROM b.lines l JOIN a.stock s ON s.part = l.part AND s.supplier = l.supplier JOIN a.parts p ON p.id = s.part WHERE p.id BETWEEN 100 AND 120 AND l.quantity < 4 ORDER BY 1, 2;
SELECT count(*), sum(l.id) FROM b.lines l, c.pairs x, a.parts p WHERE l.part = x.x AND l.part = x.y AND p.id = x.x;
SELECT count(*), sum(l.id), sum(x.y) FROM b.lines l, c.pairs x, a.parts p WHERE l.part = p.id AND x.x = p.id AND x.y = p.id AND x.z = p.id;
SELECT count(*), sum(m.n), min(m.k), max(m.t) FROM b.mixed m, a.parts p, c.other o WHERE m.k = p.id AND o.k = p.id;
SELECT count(*), sum(m.n), min(m.k), max(m.t) FROM b.mixed m, a.parts p, c.other o WHERE m.t = p.id AND o.t = p.id AND o.k = p.id;
SELECT count(*), sum(m.n), sum(o.k) FROM b.mixed m, c.other o, a.parts p WHERE m.k = m.n AND m.n = o.k AND o.k = p.id AND m.t = o.k;
SELECT count(*), sum(m.n), sum(p.id) FROM b.mixed m, c.other o, a.parts p WHERE m.c = p.code AND o.c = p.code;
SELECT count(*), sum(m.n), sum(p.id) FROM b.mixed m, c.other o, a.parts p WHERE m.c = p.code AND o.c = p.code AND o.t = m.t;
SELECT count(*), sum(m.n), sum(p.id) FROM b.mixed m, c.other o, a.parts p WHERE p.code = m.c AND o.c = 'Code 7' AND m.c = o.c;
SELECT count(*), sum(o.k) FROM a.makers m1, a.makers m2, a.makers m3, a.makers m4, a.makers m5, a.makers m6, a.makers m7, a.makers m8, a.makers m9, c.other o WHERE m1.id = o.k AND m2.id = o.k AND m3.id = m2.id AND m4.id = m1.id AND m5.id = o.k AND m6.id = o.k AND m7.id = o.k AND m8.id = m7.id AND m9.id = m1.id AND m5.town < 'town 4';
SELECT count(*), sum(o.k) FROM a.makers m1, b.lines m2, a.makers m3, b.mixed m4, c.other o WHERE m1.id = o.k AND m2.id = o.k AND m3.id = m2.id AND m4.n = m1.id AND m3.town < 'town 4';
SELECT count(*), sum(x.y), count(l.id) FROM a.parts p LEFT JOIN b.lines l ON l.part = p.id, c.pairs x WHERE x.x = p.id AND x.y = l.part;
SELECT count(*), sum(x.y), count(l.id) FROM a.parts p LEFT JOIN b.lines l ON l.part = p.id AND l.quantity = 3, c.pairs x, c.other o WHERE x.x = p.id AND x.y = x.x AND o.k = x.y;
SELECT DISTINCT p.name FROM a.parts p, a.stock s, b.lines l WHERE p.id = s.part AND l.part = s.part AND l.supplier = s.supplier AND l.quantity = 7 ORDER BY 1;
SELECT count(*) FROM a.parts p, b.lines l, c.pairs x WHERE p.id = l.part AND p.id = x.x AND l.part > x.z AND EXISTS (SELECT 1 FROM a.stock s WHERE s.part = p.id AND s.supplier = l.supplier);
SELECT count(*), sum(p.id) FROM (SELECT part, count(*) AS n FROM b.lines GROUP BY part) l, a.parts p, (SELECT x, max(y) AS y FROM c.pairs GROUP BY x) x WHERE l.part = p.id AND p.id = x.x AND x.y = l.part;
SELECT count(*), sum(s.price) FROM c.pairs x, a.stock s WHERE s.part = x.x AND s.supplier = x.z;
SELECT count(*), sum(l.id) FROM b.lines l, c.pairs x WHERE l.part IS x.x AND l.supplier IS x.z;
SELECT count(*), sum(l.id) FROM b.lines l, c.other o WHERE l.part = o.k AND l.supplier = o.u;
SELECT count(*), sum(l.id) FROM b.lines l, b.mixed m WHERE l.part = m.k AND l.supplier = m.u;
