-- pool sales
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INTEGER, item TEXT, amount REAL, note);
INSERT INTO orders VALUES (1, 1, 'pen', 2.5, 'b'), (2, 1, 'ink', 7.0, 'a'), (3, 2, 'pen', 2.5, NULL), (4, 2, 'cap', 1.25, x'00'),
  (5, 3, 'Ink', 7.5, 5), (6, 1, 'cap', NULL, 'c'), (7, 3, 'nib', 0.5, 4.5), (8, NULL, 'pen', 3.0, 'z'), (9, 2, 'ink', -1.0, 'B');
-- pool people
CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, town TEXT, detail TEXT);
INSERT INTO customers VALUES (1, 'Ann', 'Oslo', '{"age":30,"tags":["x","y"]}'), (2, 'bob', 'Rome', '{"age":41,"tags":[]}'),
  (3, 'Cid', 'Oslo', 'null'), (4, 'ann', NULL, '[1,{"k":null}]');
-- queries
SELECT c.name, group_concat(o.item ORDER BY o.amount, o.id) FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.id ORDER BY c.id;
SELECT c.name, group_concat(o.item, '|' ORDER BY o.amount DESC NULLS LAST, o.id) FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.id ORDER BY c.id;
SELECT group_concat(DISTINCT o.item ORDER BY o.item) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT group_concat(DISTINCT o.item ORDER BY o.item DESC) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT group_concat(DISTINCT c.name ORDER BY c.town) FROM customers c;
SELECT c.town, string_agg(o.item, c.name ORDER BY o.id) FROM customers c LEFT JOIN orders o ON o.customer = c.id GROUP BY c.town ORDER BY 1;
SELECT c.town, group_concat(o.item ORDER BY o.id) FILTER (WHERE o.amount > 1), group_concat(o.id ORDER BY o.item, o.id), count(o.id ORDER BY o.item), max(o.item ORDER BY o.amount) FROM customers c LEFT JOIN orders o ON o.customer = c.id GROUP BY c.town ORDER BY 1;
SELECT group_concat(o.item COLLATE NOCASE ORDER BY o.item COLLATE NOCASE, o.id DESC) FROM orders o, customers c WHERE c.id = o.customer;
SELECT sum(o.amount ORDER BY o.id), total(o.amount ORDER BY o.amount), avg(o.amount ORDER BY -o.id) FROM orders o JOIN customers c ON c.id = o.customer;
SELECT group_concat(o.note ORDER BY o.note) FROM orders o JOIN customers c ON c.id = o.customer;
SELECT group_concat(o.note ORDER BY typeof(o.note) DESC, o.id) FROM orders o JOIN customers c ON c.id = o.customer WHERE o.id > 100;
SELECT c.name, (SELECT group_concat(o.item ORDER BY o.amount DESC, o.id) FROM orders o WHERE o.customer = c.id) FROM customers c ORDER BY c.id;
SELECT c.town, group_concat((SELECT max(o.item) FROM orders o WHERE o.customer = c.id) ORDER BY c.id DESC) FROM customers c GROUP BY c.town ORDER BY 1;
SELECT group_concat(o.item ORDER BY (SELECT count(*) FROM customers x WHERE x.id < o.id), o.id) FROM orders o JOIN customers c ON c.id = o.customer;
SELECT c.id, json_group_array(o.item ORDER BY o.id) FROM customers c LEFT JOIN orders o ON o.customer = c.id GROUP BY c.id ORDER BY c.id;
SELECT c.id, json_group_array(o.amount ORDER BY o.id) FILTER (WHERE o.item <> 'cap') FROM customers c LEFT JOIN orders o ON o.customer = c.id GROUP BY c.id ORDER BY c.id;
SELECT json_group_object(c.name || o.id, o.amount ORDER BY o.id) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT json_group_array(json_object('n', c.name, 'i', o.item) ORDER BY o.id) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT json_group_array(json_extract(c.detail, '$.tags') ORDER BY o.id) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT json_group_array(json_extract(c.detail, '$.age') ORDER BY o.id) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT json_group_array(c.detail -> '$.tags' ORDER BY o.id), json_group_array(c.detail ->> '$.tags' ORDER BY o.id) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT json_group_array(CASE WHEN o.id > 4 THEN json(c.detail) ELSE c.detail END ORDER BY o.id) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT json_group_object(o.id, json(c.detail) ORDER BY o.id) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT json_group_array(DISTINCT o.item ORDER BY o.item) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT hex(jsonb_group_array(o.item ORDER BY o.id)), hex(jsonb_group_object(o.id, o.item ORDER BY o.id)) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT json_object('town', c.town, 'orders', json_group_array(o.item ORDER BY o.id)) FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.town ORDER BY c.town;
SELECT json_object('name', c.name, 'orders', (SELECT json_group_array(o.item ORDER BY o.id) FROM orders o WHERE o.customer = c.id)) FROM customers c ORDER BY c.id;
SELECT json_array(json(c.detail), o.item) FROM customers c JOIN orders o ON o.customer = c.id ORDER BY o.id;
SELECT c.town, median(o.amount), percentile(o.amount, 25), percentile_cont(o.amount, 0.5), percentile_disc(o.amount, 0.75) FROM customers c LEFT JOIN orders o ON o.customer = c.id GROUP BY c.town ORDER BY 1;
SELECT json_group_array(o.note) FROM customers c JOIN orders o ON o.customer = c.id;
SELECT o.id, json_group_array(o.item) OVER (PARTITION BY c.town ORDER BY o.id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), median(o.amount) OVER (ORDER BY o.id) FROM customers c JOIN orders o ON o.customer = c.id ORDER BY o.id;
SELECT c.name REGEXP '^[aA]', o.item REGEXP 'n$', regexp('i.k', o.item) FROM customers c JOIN orders o ON o.customer = c.id AND o.item REGEXP 'n' ORDER BY o.id;
SELECT count(*) FROM customers c JOIN orders o ON o.customer = c.id WHERE abs(random()) >= 0 AND length(randomblob(o.id)) = o.id;
SELECT date('now') = date(), current_date = date('now'), strftime('%Y') = strftime('%Y', 'now'), julianday('now') = julianday(), length(current_timestamp), unixepoch('now', 'utc') = unixepoch(), o.id FROM customers c JOIN orders o ON o.customer = c.id WHERE datetime('now', '+1 day') > current_timestamp ORDER BY o.id;
SELECT subtype(json(c.detail)), subtype(c.name), o.id FROM customers c JOIN orders o ON o.customer = c.id ORDER BY o.id;
SELECT o.id, c.detail ->> '$.age', c.detail -> 'tags' ->> 0, c.detail ->> 0 FROM customers c LEFT JOIN orders o ON o.customer = c.id ORDER BY c.id, o.id;
