-- A join that a subquery repeats is read once.
-- pool a
CREATE TABLE part(id INTEGER PRIMARY KEY, kind TEXT COLLATE NOCASE, cost REAL);
INSERT INTO part VALUES (1, 'bolt', 1.5), (2, 'Bolt', 2.5), (3, 'nut', 0.5), (4, NULL, 3), (5, 'gear', 40);
CREATE TABLE stock(part INT, place INT, amount INT);
INSERT INTO stock VALUES (1, 1, 10), (1, 2, 5), (2, 1, 7), (3, 3, 100), (4, 2, 1), (5, 1, 2), (5, 9, 3), (NULL, 1, 1);
-- pool b
CREATE TABLE place(id INTEGER PRIMARY KEY, town TEXT);
INSERT INTO place VALUES (1, 'Ulm'), (2, 'Kiel'), (3, 'Ulm'), (4, 'Bonn');
-- queries
SELECT part, sum(amount) AS n FROM a.stock JOIN b.place ON place = place.id WHERE town = 'Ulm' GROUP BY part
  HAVING sum(amount) > (SELECT sum(amount) * 0.1 FROM a.stock JOIN b.place ON place = place.id WHERE town = 'Ulm') ORDER BY n;
SELECT x.part, x.amount FROM a.stock x, b.place y WHERE x.place = y.id AND x.amount > (SELECT avg(s.amount) FROM a.stock s, b.place p WHERE s.place = p.id) ORDER BY 1, 2;
SELECT s.part, (SELECT count(*) FROM a.stock s, b.place p WHERE s.place = p.id), (SELECT max(amount) FROM a.stock s, b.place q WHERE s.place = q.id) FROM a.stock s, b.place p WHERE s.place = p.id ORDER BY s.part, s.amount;
SELECT s.part FROM a.stock s LEFT JOIN b.place p ON s.place = p.id WHERE s.amount = (SELECT min(t.amount) FROM a.stock t LEFT JOIN b.place q ON t.place = q.id) ORDER BY 1;
SELECT s.part FROM a.stock s LEFT JOIN b.place p ON s.place = p.id WHERE s.amount = (SELECT min(t.amount) FROM a.stock t JOIN b.place q ON t.place = q.id) ORDER BY 1;
SELECT s.part, s.rowid, (SELECT sum(t.rowid) FROM a.stock t JOIN b.place q ON t.place = q.id) FROM a.stock s JOIN b.place p ON s.place = p.id ORDER BY 2;
SELECT p.kind, count(*) FROM a.part p JOIN a.stock s ON p.id = s.part JOIN b.place q ON q.id = s.place GROUP BY p.kind
  HAVING max(p.kind) IN (SELECT kind FROM a.part p JOIN a.stock s ON p.id = s.part JOIN b.place q ON q.id = s.place WHERE kind IS NOT NULL) ORDER BY 1;
SELECT p.kind FROM a.part p JOIN a.stock s ON p.id = s.part JOIN b.place q ON q.id = s.place
  WHERE p.kind IN (SELECT r.kind FROM a.part r JOIN a.stock s ON r.id = s.part JOIN b.place q ON q.id = s.place) ORDER BY 1;
SELECT p.kind, (SELECT count(DISTINCT r.kind) FROM a.part r JOIN a.stock s ON r.id = s.part JOIN b.place q ON q.id = s.place) FROM a.part p JOIN a.stock s ON p.id = s.part JOIN b.place q ON q.id = s.place ORDER BY p.cost, s.amount;
SELECT s.part, sum(s.amount) OVER (ORDER BY s.amount), (SELECT sum(s.amount) FROM a.stock s JOIN b.place p ON s.place = p.id) FROM a.stock s JOIN b.place p ON s.place = p.id ORDER BY s.amount, s.part;
SELECT (SELECT count(*) FROM a.stock JOIN b.place ON place = id), (SELECT count(*) FROM a.stock JOIN b.place ON place = id);
SELECT (SELECT sum(amount) FROM a.stock JOIN b.place ON place = id), (SELECT group_concat(town) FROM a.stock JOIN b.place ON place = id) IS NULL;
SELECT s.part FROM a.stock s JOIN b.place p ON s.place = p.id WHERE s.amount < 10 AND s.amount < (SELECT max(amount) FROM a.stock s JOIN b.place p ON s.place = p.id WHERE s.amount < 10) ORDER BY 1;
SELECT s.part, EXISTS (SELECT 1 FROM a.part r WHERE r.id = s.part AND r.cost > 2) FROM a.stock s JOIN b.place p ON s.place = p.id GROUP BY s.part
  HAVING sum(s.amount) >= (SELECT avg(s.amount) FROM a.stock s JOIN b.place p ON s.place = p.id) ORDER BY 1;
SELECT s.part, abs(random()) >= 0 FROM a.stock s JOIN b.place p ON s.place = p.id AND random() IS NOT NULL WHERE s.amount = (SELECT max(amount) FROM a.stock s JOIN b.place p ON s.place = p.id AND random() IS NOT NULL);
