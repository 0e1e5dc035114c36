-- More groups than threads put into one table, of rows that a join holds, and of keys that no column holds.
-- pool a
CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT, town TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24000)
INSERT INTO customers SELECT i, 'the customer with the number ' || (i / 2), 'town ' || (i % 7) FROM n;
-- pool b
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INT, amount INT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
INSERT INTO orders SELECT i, i * 7919 % 30000, i % 1000 FROM n;
-- queries
SELECT count(*), sum(n), sum(s), min(least), max(most) FROM (SELECT c.name, count(*) AS n, sum(o.amount) AS s, min(o.amount) AS least, max(o.id) AS most FROM a.customers c JOIN b.orders o ON o.customer = c.id GROUP BY c.name);
SELECT c.name, count(*), sum(o.amount), max(o.id) FROM a.customers c JOIN b.orders o ON o.customer = c.id GROUP BY c.name ORDER BY sum(o.amount) DESC, c.name LIMIT 40;
SELECT count(*), sum(n), sum(m) FROM (SELECT o.customer + 1, count(*) AS n, max(c.id) AS m FROM a.customers c JOIN b.orders o ON o.customer = c.id GROUP BY 1);
