-- Full-text and R-tree indexes, rowids and generated columns in pool queries.
-- pool a
CREATE VIRTUAL TABLE note USING fts5(title, body);
INSERT INTO note(rowid, title, body) VALUES (1, 'Red kite', 'a bird over the hill'), (2, 'Blue tit', 'a small bird'), (3, 'Kite', 'flies on a string'), (7, 'Empty', NULL);
CREATE VIRTUAL TABLE box USING rtree(id, x0, x1, y0, y1);
INSERT INTO box VALUES (1, 0, 1, 0, 1), (2, 5, 6, 5, 6), (3, 0.5, 7, 2, 9);
CREATE TABLE part(name TEXT, price REAL, amount INT, total AS (price * amount), label TEXT GENERATED ALWAYS AS (name || '!') STORED);
INSERT INTO part(name, price, amount) VALUES ('bolt', 0.5, 10), ('nut', 0.25, 4), ('rod', NULL, 2);
CREATE INDEX part_total ON part(total);
CREATE TABLE keyed(k TEXT PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO keyed VALUES ('a', 1), ('b', 2);
-- pool b
CREATE TABLE seen(note INT, place TEXT, x REAL, y REAL);
INSERT INTO seen VALUES (1, 'moor', 0.5, 0.5), (1, 'hill', 6, 6), (2, 'garden', 0.75, 3), (3, 'beach', 100, 1), (4, 'nowhere', NULL, NULL);
CREATE TABLE stock(label TEXT, n INT);
INSERT INTO stock VALUES ('bolt!', 3), ('rod!', 1), ('x', 9);
-- queries
SELECT note.rowid, title, place FROM a.note JOIN b.seen ON seen.note = note.rowid WHERE note MATCH 'bird' ORDER BY 1, 3;
SELECT title, place FROM a.note JOIN b.seen ON seen.note = note.rowid WHERE note MATCH 'title: kite' ORDER BY 1, 2;
SELECT title, place FROM a.note AS n JOIN b.seen ON seen.note = n.rowid WHERE n.body MATCH 'bir*' ORDER BY 1, 2;
SELECT title, count(place) FROM a.note LEFT JOIN b.seen ON seen.note = note.rowid GROUP BY note.rowid ORDER BY note.rowid;
SELECT place FROM b.seen WHERE note IN (SELECT rowid FROM a.note WHERE note MATCH 'kite OR tit') ORDER BY 1;
SELECT place FROM b.seen WHERE EXISTS (SELECT 1 FROM a.note WHERE note.rowid = seen.note AND title LIKE '%kite%') ORDER BY 1;
-- not federated
SELECT title, highlight(note, 0, '<', '>'), place FROM a.note JOIN b.seen ON seen.note = note.rowid WHERE note MATCH 'kite' ORDER BY rank, 3;
SELECT title, place FROM a.note, b.seen WHERE note MATCH 'kite' AND seen.note = note.rowid + 0 ORDER BY 1, 2;
SELECT box.id, place FROM a.box JOIN b.seen ON seen.x BETWEEN x0 AND x1 AND seen.y BETWEEN y0 AND y1 ORDER BY 1, 2;
SELECT box.id, place FROM a.box, b.seen WHERE x0 <= 0.5 AND x1 >= 1 AND seen.note = box.id ORDER BY 1, 2;
SELECT max(x1), min(y0), count(*) FROM a.box JOIN b.seen ON seen.note = box.id;
SELECT name, total, part.label, n FROM a.part JOIN b.stock ON stock.label = part.label ORDER BY 1;
SELECT name, total FROM a.part JOIN b.stock ON n = amount - 7 WHERE total > 1 ORDER BY 1;
SELECT name, n FROM a.part LEFT JOIN b.stock ON stock.n = part.total - 2 ORDER BY 1;
SELECT part.rowid, stock.rowid, part._rowid_ + stock.oid FROM a.part JOIN b.stock ON stock.label = part.label ORDER BY 1;
SELECT s1.rowid, part.rowid FROM b.stock AS s1 JOIN a.part ON part.rowid = s1.rowid ORDER BY 1;
SELECT rowid, name FROM a.part WHERE rowid IN (SELECT rowid + 1 FROM b.stock) ORDER BY 1;
SELECT keyed.rowid FROM a.keyed JOIN b.stock ON n = v;
SELECT k, n FROM a.keyed JOIN b.stock ON n = v ORDER BY 1;
SELECT * FROM a.part NATURAL JOIN b.stock ORDER BY 1;
