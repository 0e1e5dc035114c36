-- Conditions that follow from others: who is joined with whom, and what need not be asked any more.
-- pool a
CREATE TABLE parts(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO parts SELECT value, 'part ' || (value % 19) FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 2000) SELECT value FROM n);
CREATE TABLE stock(part INTEGER, supplier INTEGER, price REAL, PRIMARY KEY(part, supplier));
INSERT INTO stock SELECT value / 4 + 1, (value / 4 + value % 4 * 13) % 100, value / 8.0 FROM (WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < 7999) SELECT value FROM n);
ANALYZE;
-- pool b
CREATE TABLE lines(id INTEGER PRIMARY KEY, part INTEGER, supplier INTEGER, quantity INTEGER);
INSERT INTO lines SELECT value, value % 2000 + 1, value % 100, value % 50 FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 60000) SELECT value FROM n);
-- pool c
CREATE TABLE makers(id INTEGER PRIMARY KEY, town TEXT);
INSERT INTO makers SELECT value, 'town ' || (value % 7) FROM (WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < 99) SELECT value FROM n);
CREATE TABLE pairs(x INTEGER, y INTEGER, t TEXT);
-- queries
SELECT m.town, sum(l.quantity * s.price) FROM a.parts p, c.makers m, b.lines l, a.stock s WHERE m.id = l.supplier AND s.supplier = l.supplier AND s.part = l.part AND p.id = l.part AND p.name = 'part 7' GROUP BY m.town;
SELECT l.id FROM b.lines l, c.pairs x, a.parts p WHERE l.part = p.id AND x.x = p.id AND x.y = p.id;
SELECT l.id FROM b.lines l, c.pairs x, a.parts p WHERE l.part = p.id AND x.t = p.id;
