-- Tables that SQLite makes of arguments, joined with tables of several pools.
-- pool a
CREATE TABLE doc(id INTEGER PRIMARY KEY, kind TEXT, body);
INSERT INTO doc VALUES (1, 'json', '{"tags":["red","blue"],"n":{"x":1}}'), (2, 'json', '{"tags":[]}'), (3, 'text', 'not json'),
 (4, 'json', '[3,1,2,null,true,1.5]'), (5, 'json', NULL), (6, 'json', '{"tags":["blue","green","blue"]}');
CREATE TABLE span(id INTEGER PRIMARY KEY, low, high, step);
INSERT INTO span VALUES (1, 1, 3, 1), (2, 5, 1, -2), (3, '2', 4.0, NULL), (4, NULL, 3, 1), (5, 3, 2, 1);
CREATE VIEW tagged AS SELECT doc.id, j.value AS tag FROM doc, json_each(doc.body, '$.tags') AS j WHERE kind = 'json';
-- pool b
CREATE TABLE tag(name TEXT COLLATE NOCASE, weight INT);
INSERT INTO tag VALUES ('Red', 1), ('blue', 2), ('green', NULL), ('x', 9);
CREATE TABLE number(n INT, label TEXT);
INSERT INTO number VALUES (1, 'one'), (2, 'two'), (3, 'three'), (5, 'five');
-- queries
SELECT doc.id, j.value, tag.weight FROM a.doc, json_each(doc.body, '$.tags') AS j, b.tag WHERE doc.kind = 'json' AND tag.name = j.value ORDER BY 1, 2, 3;
SELECT doc.id, j.value, tag.weight FROM a.doc, b.tag, json_each(doc.body, '$.tags') AS j WHERE doc.kind = 'json' AND tag.name = j.value ORDER BY 1, 2, 3;
SELECT doc.id, j.key, j.value, j.type, j.atom, j.fullkey, j.path FROM a.doc JOIN b.number ON n = id, json_tree(iif(kind = 'json', body, '[]')) AS j ORDER BY doc.id, j.id;
SELECT doc.id, j.value FROM json_each(doc.body) AS j, a.doc, b.number WHERE kind = 'json' AND n = j.value ORDER BY 1, 2;
SELECT * FROM a.doc CROSS JOIN json_each('["red","x"]') AS j JOIN b.tag ON tag.name = j.value WHERE doc.id < 3 ORDER BY 1, tag.weight;
SELECT doc.id, j.value FROM a.doc LEFT JOIN json_each(CASE WHEN kind = 'json' THEN body END, '$.tags') AS j LEFT JOIN b.tag ON tag.name = j.value ORDER BY 1, 2;
SELECT doc.id, j.value, weight FROM a.doc LEFT JOIN json_each(iif(kind = 'json', body, '[]'), '$.tags') AS j ON j.value <> 'red' LEFT JOIN b.tag ON tag.name = j.value ORDER BY 1, 2, 3;
SELECT doc.id, j.value FROM a.doc LEFT JOIN json_each(iif(kind = 'json', body, '[]'), '$.tags') AS j JOIN b.number ON n = doc.id WHERE j.value > 'a' ORDER BY 1, 2;
SELECT doc.id, j.value FROM a.doc LEFT JOIN json_each(iif(kind = 'json', body, '[]'), '$.tags') AS j JOIN b.number ON n = doc.id WHERE j.value IS NULL ORDER BY 1;
SELECT n, j.value FROM b.number LEFT JOIN json_each('[1,3]') AS j ON j.value = n JOIN a.span ON span.id = n ORDER BY 1;
SELECT n, j.value FROM b.number RIGHT JOIN json_each('[1,3,7]') AS j ON j.value = n LEFT JOIN a.span ON span.id = n ORDER BY 2;
SELECT n, j.value FROM b.number FULL JOIN json_each('[1,3,7]') AS j ON j.value = n LEFT JOIN a.span ON span.id = n ORDER BY 1, 2;
SELECT id FROM a.doc WHERE kind = 'json' AND EXISTS (SELECT 1 FROM json_each(doc.body, '$.tags') AS j JOIN b.tag ON tag.name = j.value WHERE weight = 2) ORDER BY id;
SELECT id, (SELECT sum(weight) FROM json_each(iif(kind = 'json', body, '[]'), '$.tags') AS j JOIN b.tag ON tag.name = j.value) FROM a.doc ORDER BY id;
SELECT id, (SELECT group_concat(value, '+') FROM json_each(iif(kind = 'json', body, '[]'))) FROM a.doc JOIN b.number ON n = id ORDER BY id;
SELECT name, 'red' IN (SELECT value FROM json_each(iif(doc.kind = 'json', doc.body, '[]'), '$.tags')) FROM b.tag JOIN a.doc ON doc.id = weight ORDER BY 1;
SELECT name FROM b.tag WHERE name IN (SELECT value FROM a.doc, json_each(doc.body, '$.tags') WHERE kind = 'json') ORDER BY 1;
SELECT tag, count(*), max(weight) FROM a.tagged JOIN b.tag ON tag.name = tagged.tag GROUP BY tag ORDER BY 1;
SELECT span.id, s.value, label FROM a.span, generate_series(span.low, span.high, 1) AS s LEFT JOIN b.number ON n = s.value WHERE span.id IN (1, 5) ORDER BY 1, 2;
SELECT s.value, label FROM generate_series(1, 6) AS s LEFT JOIN b.number ON n = s.value LEFT JOIN a.span ON span.id = n ORDER BY 1;
SELECT s.value, span.high FROM generate_series(1) AS s JOIN b.number ON n = s.value JOIN a.span ON span.id = n LIMIT 2;
SELECT s.value, s.start, s.stop FROM generate_series(1, 3) AS s JOIN b.number ON n = s.value JOIN a.span ON span.id = n ORDER BY 1;
SELECT s.value FROM b.number, a.span, generate_series(n, high) AS s WHERE span.id = n AND s.value % 2 = 1 ORDER BY 1;
SELECT label, c.name, c.type FROM b.number JOIN pragma_table_info('doc', 'a') AS c ON c.cid + 1 = n ORDER BY n;
SELECT label, c.name FROM b.number JOIN pragma_table_info('span') AS c ON c.cid = n JOIN a.doc ON doc.id = n ORDER BY n;
SELECT count(*) FROM pragma_table_list('tag', 'b') JOIN a.doc;
SELECT x.name, y.name FROM pragma_table_info('doc', 'a') AS x JOIN pragma_table_xinfo('span', 'a') AS y USING (cid) JOIN b.number ON n = cid ORDER BY 1;
WITH RECURSIVE walk(id, node, depth) AS (
  SELECT id, body, 0 FROM a.doc WHERE kind = 'json'
  UNION ALL SELECT walk.id, j.value, depth + 1 FROM walk, json_each(walk.node) AS j WHERE j.type IN ('object', 'array'))
SELECT walk.id, node, depth, label FROM walk LEFT JOIN b.number ON n = walk.id ORDER BY 1, 3, 2;
-- not federated
SELECT doc.id, a.value, b.value FROM a.doc, json_each(iif(kind = 'json', body, '[]'), '$.tags') AS a, json_each(json_array(a.value, doc.id)) AS b JOIN b.number ON n = doc.id ORDER BY 1, 2, b.key;
SELECT doc.id, j.value FROM a.doc, json_each(doc.body) AS j, b.number WHERE n = doc.id AND doc.kind <> 'x' ORDER BY 1;
SELECT doc.id, j.value FROM a.doc, json_each(doc.body, '$.tags', 3) AS j, b.number ORDER BY 1;
SELECT number.label, count(*), sum(j.value) FROM b.number, a.doc, json_each((SELECT max(body) FROM a.doc WHERE id = 4)) AS j WHERE j.key < n AND doc.id = n GROUP BY 1 ORDER BY 1;
