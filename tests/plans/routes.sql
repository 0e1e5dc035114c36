-- Which route a statement takes, what each pool is asked, and how the rows meet.
-- pool crm
CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT, city TEXT COLLATE NOCASE);
INSERT INTO customers SELECT value, 'name ' || value, 'city ' || (value % 7) FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 500) SELECT value FROM n);
CREATE TABLE notes(customer_id INTEGER, note TEXT);
-- pool sales
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER, amount REAL, day TEXT);
INSERT INTO orders SELECT value, value % 500, value / 4.0, '2024-01-01' FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 5000) SELECT value FROM n);
CREATE INDEX orders_customer ON orders(customer_id);
ANALYZE;
-- queries
SELECT c.name, o.amount FROM crm.customers AS c JOIN sales.orders AS o ON o.customer_id = c.id;
SELECT c.name, o.amount FROM crm.customers AS c JOIN sales.orders AS o ON o.customer_id = c.id WHERE c.id = 17;
SELECT c.city, count(*), sum(o.amount) FROM crm.customers AS c JOIN sales.orders AS o ON o.customer_id = c.id GROUP BY c.city ORDER BY 2 DESC LIMIT 3;
SELECT c.name FROM crm.customers AS c WHERE NOT EXISTS (SELECT 1 FROM sales.orders AS o WHERE o.customer_id = c.id AND o.amount > 1000);
SELECT c.name, n.note, o.day FROM crm.customers AS c LEFT JOIN crm.notes AS n ON n.customer_id = c.id JOIN sales.orders AS o ON o.customer_id = c.id WHERE c.city = 'CITY 3';
SELECT name FROM crm.customers UNION SELECT day FROM sales.orders ORDER BY 1;
SELECT name FROM crm.customers WHERE id = 3;
SELECT c.name, row_number() OVER (ORDER BY o.amount) FROM crm.customers AS c JOIN sales.orders AS o ON o.customer_id = c.id;
SELECT c.name, j.value FROM crm.customers AS c JOIN sales.orders AS o ON o.customer_id = c.id, json_each(c.city) AS j WHERE j.value > 3 LIMIT (SELECT max(id) FROM crm.customers) OFFSET 1 + 1;
SELECT count(*) FROM crm.customers AS c JOIN sales.orders AS o ON o.amount < c.id;
WITH w(p) AS (SELECT amount FROM sales.orders) SELECT c.name FROM crm.customers AS c WHERE NOT EXISTS (SELECT 1 FROM w AS a JOIN w AS b ON a.p <= b.p WHERE b.p = c.id);
SELECT count(*) FROM sales.orders AS o JOIN crm.customers AS c ON o.customer_id = c.id;
