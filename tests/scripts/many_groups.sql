-- More groups than threads put into one table, of rows that a join holds, and of keys that no column holds.
-- pool a
CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT, town TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24000)
INSERT INTO customers SELECT i, 'the customer with the number ' || (i / 2), 'town ' || (i % 7) FROM n;
-- Few groups of many rows: one of which no row is asked for, some of which are not asked for before the end, keys that are equal and differ (which of them
-- stands for a group SQL leaves open, so that no query shows one).
CREATE TABLE people(id INTEGER PRIMARY KEY, town TEXT COLLATE NOCASE, mark);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24000)
INSERT INTO people SELECT i, CASE WHEN i % 3000 = 2999 THEN 'nobody' WHEN i > 23900 THEN 'late ' || (i % 2) WHEN i % 2 THEN 'Town ' || (i % 7) ELSE 'tOWN ' || (i % 7) END,
  CASE i % 4 WHEN 0 THEN 1 WHEN 1 THEN 1.0 WHEN 2 THEN NULL ELSE 'one' END FROM n;
-- pool b
CREATE TABLE visits(id INTEGER PRIMARY KEY, person INT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
INSERT INTO visits SELECT i, CASE WHEN i * 7919 % 24000 % 3000 = 2999 THEN 0 WHEN i < 50000 AND i * 7919 % 24000 > 23900 THEN 1 ELSE i * 7919 % 24000 END FROM n;
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INT, amount INT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
INSERT INTO orders SELECT i, i * 7919 % 30000, i % 1000 FROM n;
-- queries
SELECT count(*), sum(n), sum(s), min(least), max(most) FROM (SELECT c.name, count(*) AS n, sum(o.amount) AS s, min(o.amount) AS least, max(o.id) AS most FROM a.customers c JOIN b.orders o ON o.customer = c.id GROUP BY c.name);
SELECT c.name, count(*), sum(o.amount), max(o.id) FROM a.customers c JOIN b.orders o ON o.customer = c.id GROUP BY c.name ORDER BY sum(o.amount) DESC, c.name LIMIT 40;
SELECT count(*), sum(n), sum(m) FROM (SELECT o.customer + 1, count(*) AS n, max(c.id) AS m FROM a.customers c JOIN b.orders o ON o.customer = c.id GROUP BY 1);
SELECT count(*), sum(v.id), min(v.id) FROM a.people p JOIN b.visits v ON v.person = p.id GROUP BY p.town ORDER BY 1, 2;
SELECT p.mark IS NULL, p.mark = 1, count(*), sum(v.id) FROM a.people p JOIN b.visits v ON v.person = p.id GROUP BY p.mark ORDER BY 3, 4;
SELECT count(*), max(v.id) FROM a.people p JOIN b.visits v ON v.person = p.id GROUP BY p.town, p.mark ORDER BY 1, 2;
SELECT count(*), max(v.id), min(v.id) FROM b.visits v LEFT JOIN a.people p ON v.person = p.id GROUP BY p.town ORDER BY 1, 2;
SELECT count(*), max(v.id) FROM a.people p JOIN b.visits v ON v.person = p.id GROUP BY p.id / 20 ORDER BY 1, 2;
